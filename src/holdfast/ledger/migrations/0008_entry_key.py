"""An entry is one side of one transfer: that is its key. An index over its number served no question, and cost the
ledger's largest table a quarter of what its indexes do.
"""

from django.db import migrations

FORWARD = """
ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_pkey;
ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_one_a_side;
ALTER TABLE ledger_entry ADD CONSTRAINT ledger_entry_one_a_side PRIMARY KEY (transfer_id, account_id);
"""
BACK = """
ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_one_a_side;
ALTER TABLE ledger_entry ADD CONSTRAINT ledger_entry_one_a_side UNIQUE (transfer_id, account_id);
ALTER TABLE ledger_entry ADD CONSTRAINT ledger_entry_pkey PRIMARY KEY (id);
"""


class Migration(migrations.Migration):
    """The model keeps its number, which the database counts and nobody looks up."""

    dependencies = [("ledger", "0007_sound")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
