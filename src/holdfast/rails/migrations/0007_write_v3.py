"""Who approved a payout, its batch, and where a refund is sent instead are written too. Payouts that were asked for
before limits existed need nobody's approval.
"""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"
APPROVE = "UPDATE rails_payout SET state = 'approved' WHERE state = 'requested'"


class Migration(migrations.Migration):
    """The third version of the way rows of payments are written."""

    dependencies = [("rails", "0006_payout_batches")]
    operations = [
        migrations.RunSQL((SQL / "write_v3.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL(APPROVE, migrations.RunSQL.noop),
    ]
