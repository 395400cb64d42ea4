"""A transfer is written by the cheapest statements there are: the chart and the currency are asked once, by who opens an
account and by the one door, and what they said of an account cannot change any more.
"""

from pathlib import Path

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """Nothing else may be stored than before."""

    dependencies = [
        ("ledger", "0004_days"),
    ]

    operations = [
        migrations.RunSQL((SQL / "account_v1.sql").read_text(), migrations.RunSQL.noop),
        migrations.RemoveConstraint(
            model_name="account",
            name="ledger_account_currency",
        ),
        migrations.RemoveConstraint(
            model_name="account",
            name="ledger_account_on_chart",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="account",
            trigger=pgtrigger.compiler.Trigger(
                name="on_adding",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="ledger_account_on_chart(' awarded deposit escrow frozen payable refundable reserve ', ' bad_debt chargebacks_receivable client_bank fee_income operator_loss own_bank payouts_in_transit processing_cost processing_recovered rail_clearing refunds_in_transit reserve_committed supplier_debt suspense tax_payable ')",
                    func="RETURN NULL;",
                    hash="11e7c36e80a4f6a400bbf27bf01c3afd93aee636",
                    operation="INSERT",
                    pgid="pgtrigger_on_adding_b73c4",
                    table="ledger_account",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="account",
            trigger=pgtrigger.compiler.Trigger(
                name="fixed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="ddda7ddb2207520705ef74f714f84241b4043292",
                    operation='UPDATE OF "id", "code", "owner", "currency", "guarded"',
                    pgid="pgtrigger_fixed_2dc36",
                    table="ledger_account",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="account",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="bd8a06b3620565bb67bddb831a86dce4fece7d79",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_d9133",
                    table="ledger_account",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL((SQL / "post_v3.sql").read_text(), migrations.RunSQL.noop),
    ]
