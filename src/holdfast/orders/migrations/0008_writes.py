"""An order is read and written by fewer and smaller statements."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """The fourth version of the way an order is locked, the second of the way its rows are written."""

    dependencies = [("orders", "0007_guarantee_with_order")]
    operations = [
        migrations.RunSQL((SQL / "lock_v4.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "write_v2.sql").read_text(), migrations.RunSQL.noop),
    ]
