"""An order is read by the statement that locks it."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """The fifth version of the way an order is locked."""

    dependencies = [("orders", "0015_agreed")]
    operations = [
        migrations.RunSQL((SQL / "lock_v5.sql").read_text(), (SQL / "lock_v4.sql").read_text()),
    ]
