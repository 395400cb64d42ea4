"""The text that is fixed, and the numbers of contracts."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """What Django's models cannot say."""

    dependencies = [("contracts", "0001_initial")]
    operations = [
        migrations.RunSQL(
            (SQL / "fixed_v1.sql").read_text(),
            "DROP TRIGGER contracts_contract_fixed ON contracts_contract;"
            "DROP FUNCTION contracts_fixed(); DROP SEQUENCE contracts_number;",
        )
    ]
