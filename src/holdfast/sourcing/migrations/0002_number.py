"""The numbers of quotations."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """What Django's models cannot say."""

    dependencies = [("sourcing", "0001_initial")]
    operations = [migrations.RunSQL((SQL / "number_v1.sql").read_text(), "DROP SEQUENCE sourcing_number;")]
