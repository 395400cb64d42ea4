"""The release before can still take payments and request payouts: what it does not know of fills itself."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """Expands only."""

    dependencies = [("rails", "0011_sound")]

    operations = [
        migrations.AlterField(
            model_name="payment", name="disputed_minor", field=models.BigIntegerField(db_default=0, default=0)
        ),
        migrations.RunSQL((SQL / "write_v5.sql").read_text(), (SQL / "write_v4.sql").read_text()),
    ]
