"""An order is read together with its supplier's guarantee."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """One more fact in the same round trip."""

    dependencies = [("orders", "0006_dockets"), ("parties", "0005_guarantees")]
    operations = [migrations.RunSQL((SQL / "lock_v3.sql").read_text(), migrations.RunSQL.noop)]
