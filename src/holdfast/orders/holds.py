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
PROVIDER = "payment provider"


@dataclass(frozen=True, slots=True)
class Hold:
    """Money that has not reached its end: how much, where, why, who must act, until when. `account` is where it stands:
    escrow, frozen, refundable or in transit."""

    where: str
    amount_minor: int
    why: str
    who: str
    until: datetime | None
    account: str = "escrow"


@dataclass(frozen=True, slots=True)
class Settling:
    """A captured payment that its rail may still take back, and when it no longer may."""

    amount_minor: int
    settles_at: datetime


def holds(
    *, whole: Whole, waiting: Sequence[Deadline], refundable_minor: int, settling: Sequence[Settling] = ()
) -> Iterator[Hold]:
    """Held, frozen, refundable and in transit; none without a reason. `waiting` is the nearest deadline first.

    Of each account the amounts together are what stands on it.
    """
    yield from _disputed(whole, waiting)
    yield from _held(whole, waiting, settling)
    yield from _going_back(waiting, refundable_minor)


def _disputed(whole: Whole, waiting: Sequence[Deadline]) -> Iterator[Hold]:
    """Frozen money waits for whoever must act on its claim or chargeback next."""
    kinds = ("claim.", "dispute.")
    row = next((row for row in waiting if row.kind.startswith(kinds)), _of_order(waiting))
    who, until = (row.who, row.due_at) if row else ("mediator", None)
    why = "charged back" if whole.order.disputed_minor and not whole.order.claims_open else "disputed"
    left = whole.frozen_minor
    for lot in whole.lots:
        if lot.frozen_minor:
            yield Hold(f"lot {lot.number}", lot.frozen_minor, why, who, until, "frozen")
            left -= lot.frozen_minor
    if left:
        yield Hold("not shipped", left, why, who, until, "frozen")


def _held(whole: Whole, waiting: Sequence[Deadline], settling: Sequence[Settling]) -> Iterator[Hold]:
    by_subject = {row.subject_id: row for row in reversed(waiting)}
    anybody = _of_order(waiting)
    order = whole.order
    left = whole.escrow_minor
    for lot in whole.lots:
        amount = min(left, lot.reserved_minor)
        if amount > 0:
            row = by_subject.get(lot.id, anybody)
            yield Hold(f"lot {lot.number}", amount, "shortage", "buyer", row.due_at if row else None)
            left -= amount
    for lot in whole.lots:
        row = by_subject.get(lot.id, anybody)
        open_price = min(left, lot.price_minor - lot.refunded_minor - lot.frozen_minor)
        if not money.resolved(lot) and open_price > 0:
            who, until = (row.who, row.due_at) if row else ("operator", None)
            yield Hold(f"lot {lot.number}", open_price, lot.state, who, until)
            left -= open_price
    if left > 0 and order.unsettled_minor:
        unsettled = min(left, order.unsettled_minor)
        # The last of the payments to settle is the one that all of it waits for.
        until = max((one.settles_at for one in settling), default=anybody.due_at if anybody else None)
        yield Hold("rail", unsettled, "not settled", PROVIDER, until)
        left -= unsettled
    if left > 0:
        row = by_subject.get(order.id, anybody)
        why = "not shipped" if order.state == "active" else order.state
        who, until = (row.who, row.due_at) if row else _settles(settling)
        yield Hold("order", left, why, who, until)


def _settles(settling: Sequence[Settling]) -> tuple[str, datetime | None]:
    """Who holds up money that no deadline speaks of: the provider, as long as a payment is not settled."""
    until = max((one.settles_at for one in settling), default=None)
    return ("operator", None) if until is None else (PROVIDER, until)


def _of_order(waiting: Sequence[Deadline]) -> Deadline | None:
    """The nearest deadline that lets anything of the order go on; refunds have left it."""
    return next((row for row in waiting if not row.kind.startswith("refund.")), None)


def _going_back(waiting: Sequence[Deadline], refundable_minor: int) -> Iterator[Hold]:
    """What is owed to the buyer, sent or not."""
    left = refundable_minor
    here = [row for row in waiting if row.kind in _GOING_BACK]
    for row in waiting:
        amount = int(row.basis.get("amount_minor", 0))
        if row.kind in _GOING_BACK and amount and left > 0:
            yield Hold("refund", min(amount, left), _GOING_BACK[row.kind], row.who, row.due_at, "refundable")
            left -= min(amount, left)
        elif row.kind == "refund.confirm" and amount:
            yield Hold("refund", amount, "sent, not confirmed", row.who, row.due_at, "refunds_in_transit")
    stopped = next((row for row in waiting if row.kind.startswith("dispute.")), None)
    if left > 0 and stopped is not None:
        # Its bank may have given the buyer this already: it is sent when that has ended.
        yield Hold("refund", left, "charged back", stopped.who, stopped.due_at, "refundable")
    elif left > 0:
        until = here[-1].due_at if here else None
        yield Hold("refund", left, "to be sent", "operator", until, "refundable")
