"""The record of an act is written row by row, since most acts have one event; many are written set by set."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """The second version of the way the record is written; what is closed of one thing comes together."""

    dependencies = [("record", "0003_file_by_hash")]
    operations = [migrations.RunSQL((SQL / "write_v2.sql").read_text(), migrations.RunSQL.noop)]
