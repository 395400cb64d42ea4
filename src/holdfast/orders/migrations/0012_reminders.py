"""What suppliers owed before there were dockets is asked for again, as every debt is."""

from typing import Any

from django.db import migrations

from holdfast.kernel.identifiers import new_id
from holdfast.orders.rules.debts import REMIND_EVERY


def remind(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001
    """Each open debt without a reminder to come gets one, a week after it was recorded: at once, where that is past."""
    deadlines = apps.get_model("record", "Deadline").objects
    for debt in apps.get_model("orders", "Debt").objects.filter(state="open").select_related("order"):
        if deadlines.filter(subject_id=debt.id, kind="debt.remind", state="open").exists():
            continue
        deadlines.create(
            id=new_id(),
            kind="debt.remind",
            subject_kind="debt",
            subject_id=debt.id,
            order_id=debt.order_id,
            who="supplier",
            due_at=debt.recorded_at + REMIND_EVERY,
            zone=debt.order.supplier_zone,
            basis={"rule": "recourse", "debt": debt.kind, "amount_minor": debt.amount_minor - debt.collected_minor},
        )


class Migration(migrations.Migration):
    """Rows only."""

    dependencies = [
        ("orders", "0011_sound"),
        ("record", "0005_sound"),
    ]
    operations = [migrations.RunPython(remind, migrations.RunPython.noop)]
