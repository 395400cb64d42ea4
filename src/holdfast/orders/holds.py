"""Every amount of an order that has not reached its end: where it stands, why, who must act, until when (MO8).

Pure: it reads rows, balances and open deadlines that others have loaded, and moves nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from holdfast.orders.rules import money
from holdfast.orders.rules.facts import Whole
from holdfast.record.deadlines import Deadline

_GOING_BACK = {"refund.start": "to be sent", "refund.place": "no instrument takes it", "refund.resolve": "bounced"}
"""What a deadline says of money that is owed to the buyer and still here; `refund.confirm` has left."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Money that has not reached its end: how much, where, why, who must act, until when."""

    where: str
    amount_minor: int
    why: str
    who: str
    until: datetime | None


def holds(*, whole: Whole, waiting: Sequence[Deadline], refundable_minor: int) -> Iterator[Hold]:
    """Held, frozen, refundable and in transit; none without a reason. `waiting` is the nearest deadline first."""
    yield from _disputed(whole, waiting)
    yield from _held(whole, waiting)
    yield from _going_back(waiting, refundable_minor)


def _disputed(whole: Whole, waiting: Sequence[Deadline]) -> Iterator[Hold]:
    """Frozen money waits for whoever must act on its claim next."""
    claim = next((row for row in waiting if row.kind.startswith("claim.")), None)
    who, until = (claim.who, claim.due_at) if claim else ("mediator", None)
    for lot in whole.lots:
        if lot.frozen_minor:
            yield Hold(f"lot {lot.number}", lot.frozen_minor, "disputed", who, until)
    if whole.order.rest_frozen_minor:
        yield Hold("not shipped", whole.order.rest_frozen_minor, "disputed", who, until)


def _held(whole: Whole, waiting: Sequence[Deadline]) -> Iterator[Hold]:
    by_subject = {row.subject_id: row for row in reversed(waiting)}
    order = whole.order
    left = whole.escrow_minor
    for lot in whole.lots:
        row = by_subject.get(lot.id)
        if lot.reserved_minor:
            yield Hold(f"lot {lot.number}", lot.reserved_minor, "shortage", "buyer", row.due_at if row else None)
            left -= lot.reserved_minor
    for lot in whole.lots:
        row = by_subject.get(lot.id)
        open_price = min(left, lot.price_minor - lot.refunded_minor - lot.frozen_minor)
        if not money.resolved(lot) and open_price > 0:
            who, until = (row.who, row.due_at) if row else ("operator", None)
            yield Hold(f"lot {lot.number}", open_price, lot.state, who, until)
            left -= open_price
    if left > 0 and order.unsettled_minor:
        unsettled = min(left, order.unsettled_minor)
        yield Hold("rail", unsettled, "not settled", "payment provider", None)
        left -= unsettled
    if left > 0:
        row = by_subject.get(order.id)
        why = "not shipped" if order.state == "active" else order.state
        yield Hold("order", left, why, row.who if row else "supplier", row.due_at if row else None)


def _going_back(waiting: Sequence[Deadline], refundable_minor: int) -> Iterator[Hold]:
    """What is owed to the buyer, sent or not."""
    left = refundable_minor
    for row in waiting:
        amount = int(row.basis.get("amount_minor", 0))
        if row.kind in _GOING_BACK and amount and left > 0:
            yield Hold("refund", min(amount, left), _GOING_BACK[row.kind], row.who, row.due_at)
            left -= min(amount, left)
        elif row.kind == "refund.confirm" and amount:
            yield Hold("refund", amount, "sent, not confirmed", row.who, row.due_at)
    if left > 0:
        yield Hold("refund", left, "to be sent", "operator", None)
