"""Money of an order in open disputes, and what the operator bore of lost ones; held money may fall due again."""

import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    """Two figures of the order and one step of a tranche."""

    dependencies = [
        ("orders", "0008_writes"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="tranche",
            name="begins",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="tranche",
            name="moves",
        ),
        migrations.RemoveConstraint(
            model_name="order",
            name="orders_order_no_more_out_than_in",
        ),
        migrations.AddField(
            model_name="order",
            name="borne_minor",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="order",
            name="disputed_minor",
            field=models.BigIntegerField(default=0),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tranche",
            trigger=pgtrigger.compiler.Trigger(
                name="begins",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_lifecycle('planned', ' planned>due due>held held>released planned>dropped due>dropped held>due held>returned ')",
                    func="RETURN NULL;",
                    hash="de2f9e3bec100d5c5a591f078e04017298715a67",
                    operation="INSERT",
                    pgid="pgtrigger_begins_d05c4",
                    table="orders_tranche",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tranche",
            trigger=pgtrigger.compiler.Trigger(
                name="moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state IS DISTINCT FROM NEW.state)",
                    execute="holdfast_lifecycle('planned', ' planned>due due>held held>released planned>dropped due>dropped held>due held>returned ')",
                    func="RETURN NULL;",
                    hash="5225e67076176bda4ccea92f65ce97ff10fd3809",
                    operation="UPDATE",
                    pgid="pgtrigger_moves_42023",
                    table="orders_tranche",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "released_minor__lte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("paid_minor"), "+", models.F("recourse_minor")
                                ),
                                "+",
                                models.F("borne_minor"),
                            ),
                            "-",
                            models.F("refunded_minor"),
                        ),
                    )
                ),
                name="orders_order_no_more_out_than_in",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("borne_minor__gte", 0),
                    ("disputed_minor__gte", 0),
                    (
                        "disputed_minor__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("paid_minor"), "-", models.F("refunded_minor")
                        ),
                    ),
                ),
                name="orders_order_disputed_at_most_left",
            ),
        ),
    ]
