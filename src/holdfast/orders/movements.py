"""The ledger of one order as its parties may read it: every transfer, oldest first, by the names of its accounts."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from holdfast.ledger.models import Transfer


@dataclass(frozen=True, slots=True)
class Movement:
    """One debit and one credit. `lot` 0 is what was not shipped; `cause_id` is the event that moved the money."""

    id: UUID
    kind: str
    debit: str
    credit: str
    amount_minor: int
    currency: str
    tranche: int | None
    lot: int | None
    subject_id: UUID | None
    cause_id: UUID
    happened_at: datetime


def of_order(*, order_id: UUID) -> list[Movement]:
    """Everything that moved for an order."""
    rows = Transfer.objects.filter(order_id=order_id).select_related("debit", "credit").order_by("id")
    return [
        Movement(
            row.id,
            row.kind,
            row.debit.code,
            row.credit.code,
            row.amount_minor,
            row.currency,
            row.tranche,
            row.lot,
            row.subject_id,
            row.cause_id,
            row.happened_at,
        )
        for row in rows
    ]
