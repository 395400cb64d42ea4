"""The doors into the ledger, and the currency of transfers."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """What Django's models cannot say."""

    dependencies = [("ledger", "0001_initial")]
    operations = [
        migrations.RunSQL((SQL / "currency_v1.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "post_v1.sql").read_text(), "DROP FUNCTION ledger_post(jsonb)"),
        migrations.RunSQL((SQL / "lock_v1.sql").read_text(), "DROP FUNCTION ledger_lock(uuid[])"),
    ]
