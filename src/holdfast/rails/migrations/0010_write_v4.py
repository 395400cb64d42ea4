"""A payment that changes is read straight from the document: it does so on the way of every order."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """The fourth version of the way rows of payments are written."""

    dependencies = [("rails", "0009_disputes")]
    operations = [migrations.RunSQL((SQL / "write_v4.sql").read_text(), migrations.RunSQL.noop)]
