"""The release before can still read, fund and release: the functions it calls answer as they did, new columns fill
themselves, and the debts it records are written as this release keeps them."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parents[1] / "sql"
BACK = """
ALTER TABLE orders_debt DROP COLUMN is_processing;
DROP FUNCTION orders_debt_reference(uuid);
DROP FUNCTION orders_lock(uuid, uuid);
DROP FUNCTION orders_read(uuid, uuid);
ALTER FUNCTION orders_lock_text(uuid, uuid) RENAME TO orders_lock;
ALTER FUNCTION orders_read_text(uuid, uuid) RENAME TO orders_read;
"""


class Migration(migrations.Migration):
    """Expands only; what is here for the release before goes with a later one."""

    dependencies = [("orders", "0016_read_as_locked")]

    operations = [
        migrations.AlterField(
            model_name="order", name="borne_minor", field=models.BigIntegerField(db_default=0, default=0)
        ),
        migrations.AlterField(
            model_name="order", name="disputed_minor", field=models.BigIntegerField(db_default=0, default=0)
        ),
        migrations.RunSQL((SQL / "release_before_v1.sql").read_text(), BACK),
        migrations.RunSQL((SQL / "write_v4.sql").read_text(), (SQL / "write_v3.sql").read_text()),
    ]
