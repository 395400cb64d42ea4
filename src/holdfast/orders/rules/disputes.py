"""The arithmetic and the readings of disputes: what of a taken amount belongs to the order, what stands frozen for it,
and who is at fault when it is lost. Pure: it knows figures and facts, no database and no clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from holdfast.orders.rules import money
from holdfast.orders.rules.facts import Whole
from holdfast.orders.rules.money import REST

Fault = Literal[
    "decided_against_supplier",
    "not_shipped",
    "not_delivered",
    "not_contested",
    "not_due_yet",
    "contested",
    "not_about_goods",
]
AT_FAULT = frozenset({"decided_against_supplier", "not_shipped", "not_delivered", "not_contested"})
"""Findings under which the supplier bears a lost chargeback; under the others the operator does."""
ABOUT_ARRIVAL = frozenset({"product_not_received"})
ABOUT_GOODS = frozenset({"product_unacceptable"})
"""Reasons of a network that say something of the supplier. What the others say (fraud, an account without money, a
duplicate) no supplier can answer for."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What an amount that was taken back consists of, in minor units; together the amount."""

    order_minor: int
    processing_minor: int
    stopped_minor: int
    excess_minor: int


def parts(
    *, amount_minor: int, left_minor: int, stopped_minor: int, brought_minor: int, order_left_minor: int
) -> Parts:
    """Take an amount apart: first the refunds that were stopped for it, then what the payment brought its order
    (`brought_minor`, at most what the order has not got back or in dispute, `order_left_minor`), then processing; what
    is above all that the payment still held is the excess.

    `left_minor` is what of the payment had not gone back, without what was stopped.
    """
    stopped = min(stopped_minor, amount_minor)
    counted = min(amount_minor - stopped, left_minor)
    of_order = max(0, min(counted, brought_minor, order_left_minor))
    return Parts(of_order, counted - of_order, stopped, amount_minor - stopped - counted)


def to_freeze(whole: Whole, *, disputed_minor: int) -> int:
    """What must still be taken out of escrow so that all open disputes stand frozen. What claims have frozen already
    counts: an award is reduced by what came back by a dispute, so the same money never has to serve twice."""
    return max(0, disputed_minor - whole.frozen_minor)


def order_of_places(whole: Whole) -> tuple[int, ...]:
    """Where a dispute freezes first: goods that were sent last, then earlier ones, what was not shipped at the end."""
    return (*sorted((lot.number for lot in whole.lots), reverse=True), REST)


def room(whole: Whole, place: int) -> int:
    """What of a place's price neither came back nor stands frozen; of what was not shipped, only what was paid."""
    left = money.place_price(whole, place) - money.place_refunded(whole, place) - money.place_frozen(whole, place)
    return max(0, left)


def spread(whole: Whole, *, amount_minor: int) -> dict[int, int]:
    """Which places an amount that nobody froze is counted on: where there is room, goods first; what fits nowhere
    belongs to what was not shipped."""
    found: dict[int, int] = {}
    left = amount_minor
    for place in order_of_places(whole):
        part = left if place == REST else min(left, room(whole, place))
        if part:
            found[place] = part
            left -= part
    return found


@dataclass(frozen=True, slots=True)
class Record:
    """What our record says when a dispute is lost."""

    kind: str
    reason: str
    decided_against_supplier: bool
    shipped: bool
    late: bool
    delivered_with_proof: bool
    contested: bool


def fault(record: Record) -> Fault:
    """Whether the supplier is at fault, by our own record and not by the network's word.

    The reading: it is where a claim on the order was decided against it or accepted by it; where the payer says that
    nothing came, and nothing was shipped by the ship date or no proof of grade A or B shows that it arrived; and where
    the payer says that the goods are not as agreed, and nobody contested that by evidence. In every other case, and
    always when an e-check came back unpaid, it is not.
    """
    if record.kind == "return":
        return "not_about_goods"
    if record.decided_against_supplier:
        return "decided_against_supplier"
    if record.reason in ABOUT_ARRIVAL:
        if not record.shipped:
            return "not_shipped" if record.late else "not_due_yet"
        return "contested" if record.delivered_with_proof else "not_delivered"
    if record.reason in ABOUT_GOODS:
        return "contested" if record.contested else "not_contested"
    return "not_about_goods"


def due_again(whole: Whole, *, tranche: int, frozen_minor: int, disputed_minor: int) -> int | None:
    """The tranche that is owed anew, where what was lost was the funding of an order of which nothing has left; nothing
    was refunded then. All of it must still have been there, and no claim must be open.

    It is the tranche that was paid. Where an amendment has lowered or removed that one, the money left of the payment
    stands for another: the last one that holds as much.
    """
    order = whole.order
    early = order.state in {"agreed", "active"} and not whole.lots and not order.rest_settled
    if not early or order.claims_open or frozen_minor != disputed_minor or disputed_minor <= 0:
        return None
    holding = [
        row.number
        for row in whole.tranches
        if not row.replaced and row.state in {"held", "due"} and row.funded_minor >= disputed_minor
    ]
    return tranche if tranche in holding else max(holding, default=None)


def credited(*, award_minor: int, lost: Sequence[tuple[int, int]]) -> list[int]:
    """What of an award came back by lost disputes already; `lost` is (of the order, credited before) for each, the
    oldest first. Answers how much of each is credited now."""
    found, left = [], award_minor
    for of_order, before in lost:
        part = min(left, of_order - before)
        found.append(part)
        left -= part
    return found


def frozen_total(frozen: Mapping[str, int]) -> int:
    """What stands frozen for a dispute, all places together."""
    return sum(frozen.values())
