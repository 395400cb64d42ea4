"""How finished rows of the rails are written beside money and events."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """What Django's models cannot say."""

    dependencies = [("rails", "0001_initial")]
    operations = [
        migrations.RunSQL((SQL / "write_v1.sql").read_text(), "DROP FUNCTION rails_write(jsonb)"),
    ]
