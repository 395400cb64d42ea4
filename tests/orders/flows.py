"""What tests of orders and claims ask after every flow: that money, states and the record still agree."""

from __future__ import annotations

from uuid import UUID

from holdfast.claims import audit as claim_audit
from holdfast.ledger import audit as ledger_audit
from holdfast.ledger import book
from holdfast.ledger.chart import of_order, of_supplier
from holdfast.orders import audit as order_audit
from holdfast.orders.rules.facts import Whole
from holdfast.record import deadlines
from tests.world import World


def sound() -> None:
    """Every invariant of ledger, orders and claims holds."""
    found = [str(one) for room in (ledger_audit, order_audit, claim_audit) for one in room.findings()]
    assert not found, "\n".join(found)


def refundable(whole: Whole) -> int:
    """What waits to be sent to the buyer of an order."""
    return book.balance(account=of_order("refundable", whole.order.id, whole.order.currency))


def back(order_id: UUID) -> int:
    """All that has been, or is to be, sent back to the buyer of an order, payments' surplus and processing included."""
    rows = book.of_order(order_id=order_id)
    return sum(row.amount_minor for row in rows if row.credit == "refundable") - sum(
        row.amount_minor for row in rows if row.kind == "refund_bounced"
    )


def balance(world: World) -> int:
    """What Boris could be paid out."""
    return book.balance(account=of_supplier("payable", world.boris.organisation_id, "USD"))


def awaited(order_id: UUID) -> dict[str, str]:
    """The open deadlines of an order: kind, and who must act."""
    return {row.kind: row.who for row in deadlines.open_for(order_id=order_id)}
