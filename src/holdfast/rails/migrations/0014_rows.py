"""A payment that changed is written by a function of plain arguments."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """The release before calls `rails_write` as before."""

    dependencies = [("rails", "0013_reference_whole")]
    operations = [migrations.RunSQL((SQL / "rows_v1.sql").read_text(), "DROP FUNCTION rails_payment_change")]
