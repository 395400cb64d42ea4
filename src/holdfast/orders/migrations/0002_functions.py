"""How an order is locked, read and written."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """What Django's models cannot say."""

    dependencies = [("orders", "0001_initial"), ("rails", "0001_initial")]
    operations = [
        migrations.RunSQL((SQL / "lock_v1.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "write_v1.sql").read_text(), "DROP FUNCTION orders_write(jsonb)"),
    ]
