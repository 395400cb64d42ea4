"""A few amounts come column by column, many as a document."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"
# What the third version made besides the door itself is there already.
_BACK = (SQL / "post_v3.sql").read_text().partition("-- Opens the accounts")[0]


class Migration(migrations.Migration):
    """The release before calls `ledger_post` as before."""

    dependencies = [("ledger", "0008_entry_key")]
    operations = [
        migrations.RunSQL((SQL / "post_v4.sql").read_text(), _BACK + "DROP FUNCTION ledger_post_few;"),
    ]
