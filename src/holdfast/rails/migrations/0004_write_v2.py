"""The rows of a document that has none of a kind cost nothing."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """The second version of the way rows of payments are written."""

    dependencies = [("rails", "0003_line_once")]
    operations = [migrations.RunSQL((SQL / "write_v2.sql").read_text(), migrations.RunSQL.noop)]
