"""What holds of every row of the ledger is asked by functions: a constraint is read anew for each statement."""

from pathlib import Path

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """Nothing else may be stored than before."""

    dependencies = [
        ("database", "0002_lifecycle_asked_often"),
        ("ledger", "0006_close_once"),
    ]

    operations = [
        migrations.RunSQL((SQL / "sound_v1.sql").read_text(), migrations.RunSQL.noop),
        migrations.RemoveConstraint(
            model_name="account",
            name="ledger_account_guarded_has_balance",
        ),
        migrations.RemoveConstraint(
            model_name="account",
            name="ledger_account_not_overdrawn",
        ),
        migrations.RemoveConstraint(
            model_name="entry",
            name="ledger_entry_balance_with_version",
        ),
        migrations.RemoveConstraint(
            model_name="transfer",
            name="ledger_transfer_positive",
        ),
        migrations.RemoveConstraint(
            model_name="transfer",
            name="ledger_transfer_two_accounts",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="account",
            trigger=pgtrigger.compiler.Trigger(
                name="sound",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="ledger_account_sound()",
                    func="RETURN NULL;",
                    hash="48ea284b750eed0dedf5e81d54a85fecdf8a46f4",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_sound_e0032",
                    table="ledger_account",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entry",
            trigger=pgtrigger.compiler.Trigger(
                name="sound",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="ledger_entry_sound()",
                    func="RETURN NULL;",
                    hash="e444054dbcb1ce40fe4dff551ccecf9b71ff807a",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_sound_2e943",
                    table="ledger_entry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="transfer",
            trigger=pgtrigger.compiler.Trigger(
                name="sound",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="ledger_transfer_sound()",
                    func="RETURN NULL;",
                    hash="fa7897e7ce3b8eccdcc3a35e23cc780cc5d065f2",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_sound_7ef13",
                    table="ledger_transfer",
                    when="BEFORE",
                ),
            ),
        ),
    ]
