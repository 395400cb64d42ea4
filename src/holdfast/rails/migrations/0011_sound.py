"""What holds of a payment is asked by a function: a constraint is read anew for each statement."""

from pathlib import Path

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """Nothing else may be stored than before."""

    dependencies = [
        ("database", "0002_lifecycle_asked_often"),
        ("rails", "0010_write_v4"),
    ]

    operations = [
        migrations.RunSQL((SQL / "sound_v1.sql").read_text(), migrations.RunSQL.noop),
        pgtrigger.migrations.RemoveTrigger(
            model_name="payment",
            name="moves",
        ),
        migrations.RemoveConstraint(
            model_name="payment",
            name="rails_payment_rail",
        ),
        migrations.RemoveConstraint(
            model_name="payment",
            name="rails_payment_adds_up",
        ),
        migrations.RemoveConstraint(
            model_name="payment",
            name="rails_payment_amounts",
        ),
        migrations.RemoveConstraint(
            model_name="payment",
            name="rails_payment_netted",
        ),
        migrations.RemoveConstraint(
            model_name="payment",
            name="rails_payment_captured_has_money",
        ),
        migrations.RemoveConstraint(
            model_name="payment",
            name="rails_payment_no_more_back_than_came",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_lifecycle('requested', ' requested>pending requested>authorised pending>authorised requested>declined pending>declined requested>cancelled requested>expired requested>captured pending>captured authorised>captured authorised>failed captured>settled captured>returned settled>returned ')",
                    func="RETURN NULL;",
                    hash="02a7775780702b13568cc78fe6a2f9264ea0ab7f",
                    operation="UPDATE",
                    pgid="pgtrigger_moves_705b5",
                    table="rails_payment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="sound",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="rails_payment_sound(' card paypal wire e_check ')",
                    func="RETURN NULL;",
                    hash="903cbceb47cc27e021db97e2e2da854c2a431bc3",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_sound_673f3",
                    table="rails_payment",
                    when="BEFORE",
                ),
            ),
        ),
    ]
