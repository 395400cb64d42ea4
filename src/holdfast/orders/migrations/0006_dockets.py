"""Each debt of a supplier is a docket with a kind and a life; what the operator sets aside is said by two people."""

from typing import Any

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from holdfast.kernel.identifiers import creditor_reference


def open_dockets(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001
    """What was recorded before was owed to the buyer by the supplier alone, and what came in of it went to the buyer.

    Each row is written once: written twice, it would keep its table from being altered in the same transaction.
    """
    for debt in apps.get_model("orders", "Debt").objects.all():
        debt.reference = creditor_reference(debt.id)
        debt.kind = "processing" if debt.is_processing else "refund"
        if debt.collected_minor == debt.amount_minor:
            debt.state, debt.ended_at = "collected", debt.recorded_at
        debt.save(update_fields=["reference", "kind", "state", "ended_at"])


class Migration(migrations.Migration):
    """Debts written before get their kind and state."""

    dependencies = [
        ("orders", "0005_lean"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReserveChange",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("currency", models.CharField(max_length=3)),
                ("kind", models.TextField()),
                ("amount_minor", models.BigIntegerField()),
                ("reason", models.TextField()),
                ("state", models.TextField(default="proposed")),
                ("proposed_by", models.UUIDField(null=True)),
                ("proposed_at", models.DateTimeField()),
                ("ended_by", models.UUIDField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "orders_reserve_change",
            },
        ),
        migrations.AddField(
            model_name="debt",
            name="advanced_minor",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="debt",
            name="ended_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="debt",
            name="kind",
            field=models.TextField(default="refund"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="debt",
            name="reminders",
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name="debt",
            name="reserve_minor",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="debt",
            name="state",
            field=models.TextField(default="open"),
        ),
        migrations.AddField(
            model_name="debt",
            name="write_off_asked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="debt",
            name="write_off_asked_by",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="debt",
            name="write_off_reason",
            field=models.TextField(default=""),
        ),
        migrations.AddField(
            model_name="debt",
            name="written_off_by",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="debt",
            name="reference",
            field=models.CharField(max_length=25, null=True),
        ),
        migrations.RunPython(open_dockets, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="debt",
            name="reference",
            field=models.CharField(max_length=25, unique=True),
        ),
        migrations.RemoveField(
            model_name="debt",
            name="is_processing",
        ),
        migrations.AddIndex(
            model_name="debt",
            index=models.Index(
                condition=models.Q(("kind", "award"), ("state", "open")), fields=["currency"], name="orders_debt_award"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="debt",
            trigger=pgtrigger.compiler.Trigger(
                name="begins",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_lifecycle('open', ' open>collected open>written_off ')",
                    func="RETURN NULL;",
                    hash="0cd6d98a1dd4ceebbc476c57e2f6d411ce70b0f4",
                    operation="INSERT",
                    pgid="pgtrigger_begins_44578",
                    table="orders_debt",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="debt",
            trigger=pgtrigger.compiler.Trigger(
                name="moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state IS DISTINCT FROM NEW.state)",
                    execute="holdfast_lifecycle('open', ' open>collected open>written_off ')",
                    func="RETURN NULL;",
                    hash="9af0e847fab0dc0ca63f339f6b82e8f18535ad45",
                    operation="UPDATE",
                    pgid="pgtrigger_moves_08167",
                    table="orders_debt",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="debt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("advanced_minor__lte", models.F("amount_minor")),
                    ("reserve_minor__gte", 0),
                    ("reserve_minor__lte", models.F("advanced_minor")),
                ),
                name="orders_debt_advanced_at_most_owed",
            ),
        ),
        migrations.AddConstraint(
            model_name="debt",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("advance", "award", "refund", "cost", "processing", "chargeback"))),
                name="orders_debt_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="debt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("collected_minor", models.F("amount_minor")), ("state", "collected")),
                    models.Q(
                        ("collected_minor__lt", models.F("amount_minor")),
                        models.Q(("state", "collected"), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="orders_debt_collected_when_paid",
            ),
        ),
        migrations.AddConstraint(
            model_name="debt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "written_off"), _negated=True),
                    models.Q(
                        ("write_off_asked_at__isnull", False),
                        ("written_off_by__isnull", False),
                        models.Q(("write_off_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="orders_debt_written_off_by_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="reservechange",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["set_aside", "give_up"])), name="orders_reserve_change_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="reservechange",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="orders_reserve_change_of_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="reservechange",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="orders_reserve_change_has_reason"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reservechange",
            trigger=pgtrigger.compiler.Trigger(
                name="begins",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_lifecycle('proposed', ' proposed>confirmed proposed>withdrawn ')",
                    func="RETURN NULL;",
                    hash="1dd37d58223be106ce3fe9ce5ebbf43ce5f8b84a",
                    operation="INSERT",
                    pgid="pgtrigger_begins_158e4",
                    table="orders_reserve_change",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reservechange",
            trigger=pgtrigger.compiler.Trigger(
                name="moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state IS DISTINCT FROM NEW.state)",
                    execute="holdfast_lifecycle('proposed', ' proposed>confirmed proposed>withdrawn ')",
                    func="RETURN NULL;",
                    hash="e64659f0768363dab82146d14a3b722dec871587",
                    operation="UPDATE",
                    pgid="pgtrigger_moves_635db",
                    table="orders_reserve_change",
                    when="BEFORE",
                ),
            ),
        ),
    ]
