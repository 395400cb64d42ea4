"""Room on the pages of accounts."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """What Django's models cannot say."""

    dependencies = [("ledger", "0002_post")]
    operations = [migrations.RunSQL((SQL / "room_v1.sql").read_text(), migrations.RunSQL.noop)]
