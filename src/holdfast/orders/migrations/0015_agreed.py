"""What was agreed changes only with a signed version, and a lot is written with the version it left under."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """A guard more, and the function that writes rows anew."""

    dependencies = [("orders", "0014_versions"), ("contracts", "0003_amendments")]
    operations = [
        migrations.RunSQL((SQL / "write_v3.sql").read_text(), (SQL / "write_v2.sql").read_text()),
        migrations.RunSQL(
            (SQL / "agreed_v1.sql").read_text(),
            "DROP TRIGGER orders_order_agreed ON orders_order; DROP FUNCTION orders_agreed();",
        ),
    ]
