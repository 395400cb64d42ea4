"""Many orders are locked and read in one round trip, for what many of them need at once."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """One function more."""

    dependencies = [("orders", "0009_disputes")]
    operations = [
        migrations.RunSQL((SQL / "lock_many_v1.sql").read_text(), "DROP FUNCTION orders_lock_many(uuid[], uuid[])"),
    ]
