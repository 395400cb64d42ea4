"""The arithmetic of held money: what a lot costs, what is released for it, what may be taken for the fee.

A *place* is where money of the order belongs: a lot's number, or 0 for the rest that has not been shipped. Every
sum is computed over all places so far and what went before is taken off, so the parts add up to the total to the
cent whatever the order of events (`money.md`, lots and tranches).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from holdfast.kernel.money import half_up
from holdfast.orders.rules.facts import Charge, Lot, Order, Tranche, Whole

REST = 0
"""The place of what has not been shipped."""


@dataclass(frozen=True, slots=True)
class Price:
    """Of a lot: its lines alone, and with its share of the charges."""

    goods_minor: int
    total_minor: int


def goods(*, order: Order, quantities: Mapping[int, int]) -> int:
    """The price of some units without charges; units beyond the ordered ones cost nothing."""
    return sum(line.unit_price_minor * min(quantities.get(line.number, 0), line.quantity) for line in order.lines)


def _weight(*, order: Order, charge: Charge, quantities: Mapping[int, int]) -> int:
    units = {line.number: min(quantities.get(line.number, 0), line.quantity) for line in order.lines}
    match charge.basis:
        case "unit":
            return sum(units.values())
        case "weight":
            return sum(line.unit_weight_grams * units[line.number] for line in order.lines)
        case _:
            return sum(line.unit_price_minor * units[line.number] for line in order.lines)


def share_of_charge(*, order: Order, charge: Charge, quantities: Mapping[int, int]) -> int:
    """The part of a charge that falls on the first so many units of each line, half up."""
    whole = _weight(order=order, charge=charge, quantities={line.number: line.quantity for line in order.lines})
    part = _weight(order=order, charge=charge, quantities=quantities)
    if whole == 0:
        return charge.amount_minor if _complete(order=order, quantities=quantities) else 0
    return half_up(Fraction(charge.amount_minor * part, whole))


def _complete(*, order: Order, quantities: Mapping[int, int]) -> bool:
    return all(quantities.get(line.number, 0) >= line.quantity for line in order.lines)


def price(*, order: Order, quantities: Mapping[int, int]) -> Price:
    """The price of the first so many units of each line."""
    of_goods = goods(order=order, quantities=quantities)
    charges = sum(share_of_charge(order=order, charge=charge, quantities=quantities) for charge in order.charges)
    return Price(of_goods, of_goods + charges)


def shipped_so_far(*, lots: tuple[Lot, ...]) -> dict[int, int]:
    """Units shipped in all lots, by line."""
    units: dict[int, int] = {}
    for lot in lots:
        for line, quantity in lot.quantities.items():
            units[line] = units.get(line, 0) + quantity
    return units


def lot_price(*, order: Order, lots: tuple[Lot, ...], quantities: Mapping[int, int]) -> Price:
    """The price of a lot that follows others: all so far less what they cost, so that no cent is lost.

    Discounts that are rounded each for itself never make a lot cost less than nothing, nor all more than the order.
    """
    before = shipped_so_far(lots=lots)
    after = {line.number: before.get(line.number, 0) + quantities.get(line.number, 0) for line in order.lines}
    till_now = price(order=order, quantities=after)
    total = min(till_now.total_minor, order.total_minor) - sum(lot.price_minor for lot in lots)
    return Price(till_now.goods_minor - goods(order=order, quantities=before), max(0, total))


def rest_price(whole: Whole) -> int:
    """What the units not shipped yet cost, charges included."""
    return whole.order.total_minor - sum(lot.price_minor for lot in whole.lots)


def expected_on(order: Order, lot: Lot | None) -> date | None:
    """When goods are expected: as the contract says, or later where they left later."""
    if lot is not None and lot.version != order.version:
        # What was amended since is not about goods that had left.
        return lot.expected_delivery_on
    known = [day for day in (order.expected_delivery_on, lot.expected_delivery_on if lot else None) if day is not None]
    return max(known, default=None)


def promised_on(order: Order, lot: Lot | None) -> tuple[date | None, date | None]:
    """Ship date and latest delivery as they were promised for a lot, or stand for what has not left."""
    if lot is not None and lot.version != order.version:
        return lot.ship_on, lot.deliver_by
    return order.ship_on, order.latest_delivery_on


def place_price(whole: Whole, place: int) -> int:
    """The price of a place."""
    if place == REST:
        return rest_price(whole)
    lot = whole.lot(place)
    return lot.price_minor if lot else 0


def place_refunded(whole: Whole, place: int) -> int:
    """What was refunded of a place so far."""
    lot = whole.lot(place)
    return lot.refunded_minor if lot else whole.order.rest_refunded_minor


def place_frozen(whole: Whole, place: int) -> int:
    """What stands frozen for a place."""
    lot = whole.lot(place)
    return lot.frozen_minor if lot else whole.order.rest_frozen_minor


def resolved(lot: Lot) -> bool:
    """Whether the money of a lot may go to the supplier (but for what is frozen or reserved)."""
    return lot.state in {"received", "settled"}


def all_resolved(whole: Whole) -> bool:
    """Whether no place waits for anything any more."""
    rest_done = whole.order.rest_settled or rest_price(whole) == 0
    return rest_done and all(resolved(lot) for lot in whole.lots)


def rest_kept(whole: Whole) -> int:
    """What the supplier keeps of a rest that nobody ships any more: paid beyond the lots, and not given back."""
    order = whole.order
    lots = sum(lot.price_minor for lot in whole.lots)
    return max(0, order.paid_minor - lots - order.rest_refunded_minor - order.rest_frozen_minor)


def outstanding(whole: Whole) -> int:
    """What the buyer has still to pay: for the lots, and for the rest unless that has ended."""
    order = whole.order
    rest = order.rest_refunded_minor if order.rest_settled else rest_price(whole)
    return max(0, sum(lot.price_minor for lot in whole.lots) + rest - order.paid_minor)


def payable(whole: Whole, *, tranche: Tranche) -> int:
    """How much a tranche that is due still takes: never more than the order still costs."""
    return min(tranche.missing_minor, outstanding(whole)) if tranche.state == "due" else 0


def entitled(whole: Whole) -> int:
    """What the resolved places still entitle the supplier to, whether or not it may leave already.

    Sum over resolved places of (price - refunded - frozen - reserved), less the advances used up by them (pro rata
    to price, the last place takes the rest), less what was released for places before; at most what is held.
    """
    order = whole.order
    due = used = 0
    for lot in whole.lots:
        if resolved(lot):
            due += lot.price_minor - lot.refunded_minor - lot.frozen_minor - lot.reserved_minor
            used += lot.price_minor
    if order.rest_settled:
        due += rest_kept(whole)
        used += rest_price(whole)
    if used == 0:
        return 0
    released_for_places = order.released_minor - order.released_early_minor
    due += order.recourse_minor + order.borne_minor - _advance(order, used) - released_for_places
    return max(0, min(due, whole.escrow_minor))


def _advance(order: Order, price_minor: int) -> int:
    """The part of what was released early that goods of this price use up; all of them use up all of it."""
    if price_minor == order.total_minor:
        return order.released_early_minor
    return half_up(Fraction(order.released_early_minor * price_minor, order.total_minor))


def releasable(whole: Whole) -> int:
    """What is to be released now: money that a rail could still take back waits until it has settled."""
    return min(entitled(whole), settled_escrow(whole))


def settled_escrow(whole: Whole) -> int:
    """What is held and, where the rail could still take it back, has settled: only that may leave for the supplier."""
    return max(0, whole.escrow_minor - whole.order.unsettled_minor)


def released_goods(order: Order) -> int:
    """The goods' part of what is released and has not come back: the base of the fee. Charges pay no fee, and what was
    discounted was never earned."""
    standing = order.released_minor - order.recourse_minor
    if standing <= 0 or order.total_minor == 0:
        return 0
    discounts = sum(charge.amount_minor for charge in order.charges if charge.amount_minor < 0)
    return half_up(Fraction(standing * max(0, order.goods_minor + discounts), order.total_minor))


@dataclass(frozen=True, slots=True)
class Draw:
    """Where a refund of one place comes from, in this order, in minor units."""

    frozen_minor: int
    escrow_minor: int
    beyond_minor: int
    """Not held any more: from the supplier's balance, then owed by it."""


def draw(whole: Whole, *, place: int, amount_minor: int, frozen_most: int | None = None) -> Draw:
    """Take a refund from what is frozen for the place (at most `frozen_most` of it), then from what is held, then
    beyond."""
    frozen = place_frozen(whole, place)
    from_frozen = min(amount_minor, frozen if frozen_most is None else min(frozen, frozen_most))
    from_escrow = min(amount_minor - from_frozen, whole.escrow_minor)
    return Draw(from_frozen, from_escrow, amount_minor - from_frozen - from_escrow)


def freezable(whole: Whole, *, place: int, wanted_minor: int) -> int:
    """How much of a disputed amount is still held for its place: what belongs to other goods goes on."""
    return max(0, min(wanted_minor, _held_for(whole, place), whole.escrow_minor))


def _held_for(whole: Whole, place: int) -> int:
    own = place_price(whole, place) - place_refunded(whole, place) - place_frozen(whole, place)
    lot = whole.lot(place)
    if lot is None:
        # Of the rest only what was paid beyond the lots is there.
        lots = sum(row.price_minor for row in whole.lots)
        own = min(own, whole.order.paid_minor - lots - place_refunded(whole, place) - place_frozen(whole, place))
        return own - (0 if whole.order.rest_settled else _advance(whole.order, rest_price(whole)))
    if resolved(lot):
        return min(own, lot.reserved_minor + entitled(whole))
    return own - _advance(whole.order, lot.price_minor)


@dataclass(frozen=True, slots=True)
class Shortage:
    """What a receipt with fewer units means. `back_minor` goes to the buyer (inside the tolerance);
    `reserved_minor` is held until the window for a quantity claim is over (beyond it)."""

    missing: dict[int, int]
    beyond: dict[int, int]
    back_minor: int
    reserved_minor: int


def shortage(whole: Whole, *, lot: Lot, received: Mapping[int, int]) -> Shortage:
    """Compare what came with what was shipped; the tolerance is the line's, over all lots.

    Reading: inside the tolerance the price follows the units delivered; beyond it all missing units count.
    """
    order = whole.order
    missing = _missing(whole, lot=lot, received=received)
    earlier = _missing_before(whole, lot=lot)
    inside, beyond = {}, {}
    for line in order.lines:
        units = missing.get(line.number, 0)
        if units and units + earlier.get(line.number, 0) <= line.tolerance_units:
            inside[line.number] = units
        elif units:
            beyond[line.number] = units
    return Shortage(
        missing, beyond, part_price(order=order, lot=lot, units=inside), part_price(order=order, lot=lot, units=beyond)
    )


def billed(whole: Whole, *, lot: Lot) -> dict[int, int]:
    """The units of a lot that are paid for, by line: what is sent beyond the order costs nothing."""
    before = shipped_so_far(lots=tuple(row for row in whole.lots if row.number < lot.number))
    ordered = {line.number: line.quantity for line in whole.order.lines}
    return {
        line: min(units, max(0, ordered[line] - before.get(line, 0))) for line, units in sorted(lot.quantities.items())
    }


def _missing(whole: Whole, *, lot: Lot, received: Mapping[int, int]) -> dict[int, int]:
    short = {line: units - received.get(line, 0) for line, units in billed(whole, lot=lot).items()}
    return {line: units for line, units in short.items() if units > 0}


def _missing_before(whole: Whole, *, lot: Lot) -> dict[int, int]:
    """What was missing in the lots received before this one: what its receipt has settled, a later one leaves."""
    missing: dict[int, int] = {}
    for other in whole.lots:
        if other.number != lot.number and other.received is not None and not _received_after(other, lot):
            for line, units in _missing(whole, lot=other, received=other.received).items():
                missing[line] = missing.get(line, 0) + units
    return missing


def _received_after(other: Lot, lot: Lot) -> bool:
    if other.received_at is None or lot.received_at is None:
        return False
    return (other.received_at, other.number) > (lot.received_at, lot.number)


def small_rest(whole: Whole) -> bool:
    """Whether what is not shipped, with what was missing in the lots, stays inside the tolerance of every line: then
    nothing more need come, and its price goes back."""
    sent = shipped_so_far(lots=whole.lots)
    missing: dict[int, int] = {}
    for lot in whole.lots:
        if lot.received is not None:
            for line, units in _missing(whole, lot=lot, received=lot.received).items():
                missing[line] = missing.get(line, 0) + units
    return all(
        line.quantity - sent.get(line.number, 0) + missing.get(line.number, 0) <= line.tolerance_units
        for line in whole.order.lines
    )


def part_price(*, order: Order, lot: Lot, units: Mapping[int, int]) -> int:
    """The price of some units of a lot with their share of its charges by value, half up; at most the lot's price."""
    of_units = sum(line.unit_price_minor * units.get(line.number, 0) for line in order.lines)
    if lot.goods_minor == 0 or of_units == 0:
        return 0
    return min(lot.price_minor, half_up(Fraction(lot.price_minor * of_units, lot.goods_minor)))
