"""A row that is written carries what changed."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """The fifth version of the way rows are written; whole rows, as the release before sends them, are as good."""

    dependencies = [("orders", "0018_lists")]
    operations = [
        migrations.RunSQL((SQL / "write_v5.sql").read_text(), (SQL / "write_v4.sql").read_text()),
    ]
