"""A close reads the checkpoints there are once, however many accounts moved."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """The second version of the close of the books."""

    dependencies = [("ledger", "0005_lean")]
    operations = [migrations.RunSQL((SQL / "days_v2.sql").read_text(), migrations.RunSQL.noop)]
