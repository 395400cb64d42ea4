"""What holds of an order, its tranches and lots is asked by functions: a constraint is read anew for each statement."""

from pathlib import Path

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """Nothing else may be stored than before."""

    dependencies = [
        ("database", "0002_lifecycle_asked_often"),
        ("orders", "0010_lock_many"),
    ]

    operations = [
        migrations.RunSQL((SQL / "sound_v1.sql").read_text(), migrations.RunSQL.noop),
        pgtrigger.migrations.RemoveTrigger(
            model_name="lot",
            name="moves",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="order",
            name="moves",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="tranche",
            name="moves",
        ),
        migrations.RemoveConstraint(
            model_name="lot",
            name="orders_lot_numbered_from_one",
        ),
        migrations.RemoveConstraint(
            model_name="lot",
            name="orders_lot_grade",
        ),
        migrations.RemoveConstraint(
            model_name="lot",
            name="orders_lot_refunded_and_frozen_at_most_its_price",
        ),
        migrations.RemoveConstraint(
            model_name="order",
            name="orders_order_worth_something",
        ),
        migrations.RemoveConstraint(
            model_name="order",
            name="orders_order_two_parties",
        ),
        migrations.RemoveConstraint(
            model_name="order",
            name="orders_order_refund_at_most_paid",
        ),
        migrations.RemoveConstraint(
            model_name="order",
            name="orders_order_cover_at_most_reserved",
        ),
        migrations.RemoveConstraint(
            model_name="order",
            name="orders_order_inspection",
        ),
        migrations.RemoveConstraint(
            model_name="order",
            name="orders_order_nothing_negative",
        ),
        migrations.RemoveConstraint(
            model_name="order",
            name="orders_order_no_more_out_than_in",
        ),
        migrations.RemoveConstraint(
            model_name="order",
            name="orders_order_disputed_at_most_left",
        ),
        migrations.RemoveConstraint(
            model_name="tranche",
            name="orders_tranche_funded_at_most_its_amount",
        ),
        migrations.RemoveConstraint(
            model_name="tranche",
            name="orders_tranche_held_when_paid",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lot",
            trigger=pgtrigger.compiler.Trigger(
                name="moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_lifecycle('shipped', ' shipped>delivered shipped>received delivered>received shipped>rejected delivered>rejected rejected>received shipped>settled delivered>settled rejected>settled received>settled ')",
                    func="RETURN NULL;",
                    hash="50a27841d07b00bc54205728be9ffd91522331b7",
                    operation="UPDATE",
                    pgid="pgtrigger_moves_384e8",
                    table="orders_lot",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lot",
            trigger=pgtrigger.compiler.Trigger(
                name="sound",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="orders_lot_sound()",
                    func="RETURN NULL;",
                    hash="797b69ca3e15b4acf069819673b7e725c2d5d51a",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_sound_6d68c",
                    table="orders_lot",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="order",
            trigger=pgtrigger.compiler.Trigger(
                name="moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_lifecycle('agreed', ' agreed>active agreed>cancelled active>cancelled active>completed completed>closed cancelled>closed ')",
                    func="RETURN NULL;",
                    hash="bfc555a7444a4d4bd470c350bfcbe86e7ebde397",
                    operation="UPDATE",
                    pgid="pgtrigger_moves_9837a",
                    table="orders_order",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="order",
            trigger=pgtrigger.compiler.Trigger(
                name="sound",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="orders_order_sound()",
                    func="RETURN NULL;",
                    hash="e53d7d60898391b74283f3c05acec769955ab1f2",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_sound_d8977",
                    table="orders_order",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tranche",
            trigger=pgtrigger.compiler.Trigger(
                name="moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_lifecycle('planned', ' planned>due due>held held>released planned>dropped due>dropped held>due held>returned ')",
                    func="RETURN NULL;",
                    hash="fe8d00ceccee1846e57cea57ff79ef0557ac3f5c",
                    operation="UPDATE",
                    pgid="pgtrigger_moves_42023",
                    table="orders_tranche",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tranche",
            trigger=pgtrigger.compiler.Trigger(
                name="sound",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="orders_tranche_sound()",
                    func="RETURN NULL;",
                    hash="2d4b7f9e5e337d78a9a3d2ba2c8475d61531a9d3",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_sound_dca8a",
                    table="orders_tranche",
                    when="BEFORE",
                ),
            ),
        ),
    ]
