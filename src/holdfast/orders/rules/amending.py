"""What a changed total does to the tranches of an order: pure arithmetic, parts in their order.

What is more is asked for with the last tranche that is not paid, or with a new one that is due at once; what is less
comes off what is not paid, then off what is held, the last tranche first, and goes back. What was released stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from holdfast.contracts.schedule import written_out
from holdfast.contracts.shape import Payment
from holdfast.contracts.shape import Tranche as Agreed
from holdfast.orders.refusals import NothingLeftToShip, PaidInPart, TotalTooLow
from holdfast.orders.rules import money
from holdfast.orders.rules.facts import Order, Tranche, Whole

OPEN = ("planned", "due")
STATES = ("agreed", "active")
"""The states of an order in which its contract may be amended."""


@dataclass(frozen=True, slots=True)
class Part:
    """One tranche as it will be. `number` is the row's, None for a new one; `removed`: out of the schedule."""

    number: int | None
    amount_minor: int
    funded_minor: int
    payable: str
    release: str
    removed: bool = False


def amendable(order: Order) -> bool:
    """Whether there is still something that an amendment could be about."""
    return order.state in STATES and not order.rest_settled


def standing(whole: Whole) -> tuple[Tranche, ...]:
    """The tranches of the schedule in force, in its order."""
    return tuple(sorted((row for row in whole.tranches if not row.replaced), key=lambda row: row.number))


def untouched(whole: Whole) -> bool:
    """Whether nobody has paid anything yet."""
    return all(row.funded_minor == 0 and row.state in OPEN for row in standing(whole))


def least_total(whole: Whole) -> int:
    """The lowest total that what has happened still allows, in minor units."""
    rows = standing(whole)
    held = sum(row.amount_minor for row in rows if row.state == "held")
    bound = sum(row.amount_minor for row in rows if row.state not in OPEN) - min(held, whole.escrow_minor)
    lots = sum(lot.price_minor for lot in whole.lots)
    return max(1, bound, lots + whole.order.rest_refunded_minor + whole.order.rest_frozen_minor)


def parts(whole: Whole, *, total_minor: int) -> tuple[Part, ...]:
    """The schedule with another total. Refusals: `TotalTooLow`, `PaidInPart`."""
    rows = standing(whole)
    found = [Part(row.number, row.amount_minor, row.funded_minor, row.payable, row.release) for row in rows]
    delta = total_minor - sum(part.amount_minor for part in found)
    if delta < 0:
        return _lowered(whole, rows, found, total_minor, -delta)
    if delta == 0:
        return tuple(found)
    open_ones = [at for at, row in enumerate(rows) if row.state in OPEN]
    if not open_ones:
        return (*found, Part(None, delta, 0, "signature", "receipt"))
    last = open_ones[-1]
    found[last] = replace(found[last], amount_minor=found[last].amount_minor + delta)
    return tuple(found)


def _lowered(
    whole: Whole, rows: Sequence[Tranche], found: list[Part], total_minor: int, less_minor: int
) -> tuple[Part, ...]:
    least = least_total(whole)
    if total_minor < least:
        raise TotalTooLow(field="total_minor", accepted={"least_minor": least}, total_minor=total_minor)
    if any(row.state in OPEN and row.funded_minor for row in rows):
        raise PaidInPart(tranches=[row.number for row in rows if row.state in OPEN and row.funded_minor])
    left = less_minor
    for states in (OPEN, ("held",)):
        for at in reversed(range(len(rows))):
            if rows[at].state not in states:
                continue
            off = min(left, found[at].amount_minor)
            held = states == ("held",)
            amount = found[at].amount_minor - off
            funded = found[at].funded_minor - (off if held else 0)
            found[at] = replace(found[at], amount_minor=amount, funded_minor=funded, removed=amount == 0)
            left -= off
    return tuple(found)


def follow(*, payment: Payment, whole: Whole, total_minor: int) -> Payment:
    """The schedule of the contract for another total, where nobody asks for another schedule. Refusals: `TotalTooLow`,
    `PaidInPart`, `Invalid`."""
    if sum(one.due_minor for one in payment.tranches) == total_minor:
        return payment
    if untouched(whole) and all(one.percent is not None for one in payment.tranches):
        bare = tuple(replace(one, amount_minor=None) for one in payment.tranches)
        return written_out(payment=replace(payment, tranches=bare), total_minor=total_minor)
    kept = [part for part in parts(whole, total_minor=total_minor) if not part.removed]
    agreed = tuple(
        Agreed(place, part.payable, part.release, None, part.amount_minor) for place, part in enumerate(kept, start=1)
    )
    usual = {"full": 1, "deposit_balance": 2}.get(payment.kind)
    return Payment(payment.kind if usual in (None, len(agreed)) else "milestones", None, agreed)


def planned(whole: Whole, *, payment: Payment, total_minor: int) -> tuple[Part, ...]:
    """What becomes of each tranche under the schedule of a version that both have signed."""
    if not untouched(whole):
        return parts(whole, total_minor=total_minor)
    rows = standing(whole)
    fitting = 0
    for row, agreed in zip(rows, payment.tranches, strict=False):
        # What is due already is not planned again: from there on others take the place.
        if row.state != "planned" and row.payable != agreed.payable:
            break
        fitting += 1
    numbers = [row.number for row in rows[:fitting]] + [None] * (len(payment.tranches) - fitting)
    found = [
        Part(number, one.due_minor, 0, one.payable, one.release)
        for number, one in zip(numbers, payment.tranches, strict=True)
    ]
    return (*found, *(replace(_of(row), removed=True) for row in rows[fitting:]))


def _of(row: Tranche) -> Part:
    return Part(row.number, row.amount_minor, row.funded_minor, row.payable, row.release)


def back_minor(whole: Whole, planned_parts: Sequence[Part]) -> int:
    """What of the held money goes back to the buyer."""
    return whole.order.paid_minor - sum(part.funded_minor for part in planned_parts if not part.removed)


def units_left(whole: Whole) -> int:
    """The units, of all lines together, that are ordered and have not left."""
    sent = money.shipped_so_far(lots=whole.lots)
    return sum(max(0, line.quantity - sent.get(line.number, 0)) for line in whole.order.lines)


def check_rest(after: Whole) -> None:
    """That what is left of the price belongs to something: `after` is the order with its new lines, total and lots.

    Refusals: `NothingLeftToShip`, `TotalTooLow`.
    """
    units, left = units_left(after), money.rest_price(after)
    taken = after.order.rest_refunded_minor + after.order.rest_frozen_minor
    if left < taken:
        accepted = {"least_minor": after.order.total_minor - left + taken}
        raise TotalTooLow(field="total_minor", accepted=accepted, total_minor=after.order.total_minor)
    if units == 0 and left != 0:
        accepted = {"total_minor": after.order.total_minor - left}
        raise NothingLeftToShip(field="total_minor", accepted=accepted, left_minor=left)


def kept_overage(before: Whole, after: Whole) -> dict[int, int]:
    """What lots cost more because units sent beyond the order are now ordered: {lot: minor units}, without charges."""
    found: dict[int, int] = {}
    prices = {line.number: line.unit_price_minor for line in after.order.lines}
    for lot in before.lots:
        was, now = money.billed(before, lot=lot), money.billed(after, lot=lot)
        more = sum(prices[line] * (units - was.get(line, 0)) for line, units in now.items())
        if more:
            found[lot.number] = more
    return found


def never_came(before: Whole, after: Whole) -> list[int]:
    """The lots of which units are now ordered that were sent beyond the order, and did not arrive."""
    found = []
    for lot in before.lots:
        was, now = money.billed(before, lot=lot), money.billed(after, lot=lot)
        more = {line: units for line, units in now.items() if units > was.get(line, 0)}
        if lot.received is not None and any(units > lot.received.get(line, 0) for line, units in more.items()):
            found.append(lot.number)
    return found
