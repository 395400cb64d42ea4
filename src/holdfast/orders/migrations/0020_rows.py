"""Few rows are written one by one, by functions of plain arguments; what a row leaves out stays as it was."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"
BACK = """
DROP FUNCTION orders_order_move;
DROP FUNCTION orders_tranche_move;
DROP FUNCTION orders_lot_move;
"""


class Migration(migrations.Migration):
    """The release before sends whole rows to `orders_write`, as before."""

    dependencies = [("orders", "0019_write_v5")]
    operations = [
        migrations.RunSQL((SQL / "rows_v1.sql").read_text(), BACK),
        migrations.RunSQL((SQL / "write_v6.sql").read_text(), (SQL / "write_v5.sql").read_text()),
    ]
