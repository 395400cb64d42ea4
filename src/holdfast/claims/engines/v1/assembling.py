"""From what the complaints brought to the lines of an award: each unit once, each charge once, one rounding a line.

Where two reasons touch the same units the larger remedy stands, once: a full price takes the unit from everything
else, and late compensation is of the kept units only.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from holdfast.claims.engines.v1.assessment import CONCLUSIVE, GRADES
from holdfast.claims.engines.v1.case import Brought, Case, Claimed, Late
from holdfast.claims.facts import Charge
from holdfast.claims.remedy import Already, ChargeState, Figure, Line, UnitsOf, line, shown
from holdfast.kernel.money import half_up
from holdfast.terms.documents import plain

Taken = dict[tuple[int, int], int]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A claim on units with what is left of it after earlier ones took theirs."""

    claimed: Claimed
    units: tuple[tuple[int, int], ...]


def _once(case: Case, claims: Sequence[Claimed]) -> tuple[list[_Kept], Taken]:
    """Every unit in at most one price line: whole lots first, then the larger claim, then the order of complaints."""
    taken: Taken = {}
    kept: dict[int, _Kept] = {}
    places = sorted(
        range(len(claims)),
        key=lambda place: (not claims[place].whole_lot, -sum(n for _line, n in claims[place].units), place),
    )
    for place in places:
        claimed = claims[place]
        available = case.ordered(claimed.lot)
        units = []
        for number, count in claimed.units:
            left = available.get(number, 0) - taken.get((claimed.lot, number), 0)
            given = min(count, left)
            if given > 0:
                taken[claimed.lot, number] = taken.get((claimed.lot, number), 0) + given
                units.append((number, given))
        if units:
            kept[place] = _Kept(claimed, tuple(units))
    return [kept[place] for place in sorted(kept)], taken


def _price_line(case: Case, kept: _Kept) -> Line:
    currency = case.facts.contract.currency
    parts = [(number, count, case.line(number).unit_price_minor) for number, count in kept.units]
    exact = sum(count * price for _number, count, price in parts)
    sums = " + ".join(f"{count} x {shown(price, currency)}" for _number, count, price in parts)
    figures = [Figure(f"line {number} units", str(count)) for number, count, _price in parts]
    figures += [Figure(f"line {number} unit price", shown(price, currency)) for number, _count, price in parts]
    return line(
        kind="refund",
        label=kept.claimed.label,
        basis="price",
        exact=exact,
        formula=f"{sums} = {shown(exact, currency)}",
        figures=tuple(figures),
        units=tuple(UnitsOf(kept.claimed.lot, number, count) for number, count in kept.units),
        grade=kept.claimed.grade,
        points_to=(*(f"contract:line:{number}" for number, _count in kept.units), *kept.claimed.points_to),
    )


def _weight(case: Case, charge: Charge, units: dict[int, int]) -> Fraction:
    """The weight of so many units of each line under the charge's basis."""
    total = Fraction(0)
    for number, count in units.items():
        row = case.line(number)
        match charge.basis:
            case "value":
                total += count * row.unit_price_minor
            case "weight":
                total += count * (row.unit_weight or 0)
            case _:
                total += count
    return total


def charge_share(case: Case, charge: Charge, units: dict[int, int]) -> tuple[Fraction, Fraction, Fraction]:
    """(exact share in minor units, weight of the units, weight of the whole order)."""
    whole = {row.number: row.quantity for row in case.facts.contract.lines}
    part, total = _weight(case, charge, units), _weight(case, charge, whole)
    if not total:
        # Nothing to weigh by (free goods, no weights given): the units themselves.
        part, total = Fraction(sum(units.values())), Fraction(sum(whole.values()))
    return charge.amount_minor * part / total, part, total


def _charge_keys(case: Case) -> list[tuple[str, Charge]]:
    """Each charge under a key of its own: its kind, and `handling.2` for the second of a kind."""
    seen: dict[str, int] = {}
    keyed = []
    for charge in case.facts.contract.charges:
        seen[charge.kind] = seen.get(charge.kind, 0) + 1
        count = seen[charge.kind]
        keyed.append((charge.kind if count == 1 else f"{charge.kind}.{count}", charge))
    return keyed


def _charge_lines(case: Case, taken: Taken, grade: str) -> list[Line]:
    """One line a charge, over all lots and lines of the case, rounded once."""
    units: dict[int, int] = {}
    for (_lot, number), count in taken.items():
        units[number] = units.get(number, 0) + count
    currency = case.facts.contract.currency
    lines = []
    for key, charge in _charge_keys(case) if units else ():
        exact, part, total = charge_share(case, charge, units)
        left = charge.amount_minor - charge.refunded_minor
        # Never more of a charge than earlier awards have left of it.
        exact = max(exact, Fraction(left)) if charge.amount_minor < 0 else min(exact, Fraction(left))
        amount = shown(charge.amount_minor, currency)
        money = charge.basis == "value" and part.denominator == total.denominator == 1
        parts = (shown(part, currency), shown(total, currency)) if money else (plain(part), plain(total))
        formula = f"{amount} x {parts[0]} / {parts[1]} ({charge.basis}) = {shown(exact, currency)}"
        lines.append(
            line(
                kind="refund",
                label=f"charge.{key}",
                basis="charge",
                exact=exact,
                formula=formula,
                figures=(Figure("charge", amount), Figure("part", parts[0]), Figure("whole", parts[1])),
                charge=key,
                grade=grade,
                points_to=(f"contract:charge:{key}", "rule:remedy.freight_by_basis"),
            )
        )
    return lines


def _late_line(case: Case, one: Late, taken: Taken, compensated: Taken) -> Line | None:
    """Compensation for the kept units of a lot; units compensated for another reason before are left out."""
    currency = case.facts.contract.currency
    units = {
        number: count - taken.get((one.lot, number), 0) - compensated.get((one.lot, number), 0)
        for number, count in case.ordered(one.lot).items()
    }
    units = {number: count for number, count in units.items() if count > 0}
    value = sum(count * case.line(number).unit_price_minor for number, count in units.items())
    if not value:
        return None
    for number, count in units.items():
        compensated[one.lot, number] = compensated.get((one.lot, number), 0) + count
    exact = value * one.rate
    percent = f"{plain(one.rate * 100)}%"
    return line(
        kind="refund",
        label="late_compensation",
        basis="late",
        exact=exact,
        formula=f"{shown(value, currency)} x {percent} ({one.counted} days) = {shown(exact, currency)}",
        figures=(
            Figure("late value", shown(value, currency)),
            Figure("days late", str(one.days)),
            Figure("days counted", str(one.counted)),
            Figure("rate", percent),
        ),
        units=tuple(UnitsOf(one.lot, number, count) for number, count in sorted(units.items())),
        grade=one.grade,
        points_to=one.points_to,
    )


def _of_kept_units(case: Case, made: Line, taken: Taken, used: Taken) -> Line | None:
    """A line on units the buyer keeps, cut to those no price line and no line of its own kind has taken."""
    if not made.units:
        return made
    units = []
    for row in made.units:
        place = (row.lot, row.line)
        left = case.ordered(row.lot).get(row.line, 0) - taken.get(place, 0) - used.get(place, 0)
        if min(row.units, left) > 0:
            units.append(UnitsOf(row.lot, row.line, min(row.units, left)))
            used[place] = used.get(place, 0) + units[-1].units
    if tuple(units) == made.units:
        return made
    if not units:
        return None
    most = sum(row.units * case.line(row.line).unit_price_minor for row in units)
    currency = case.facts.contract.currency
    exact = min(made.exact, Fraction(most))
    cut = f"{made.formula}, at most {shown(most, currency)} for the units not refunded = {shown(exact, currency)}"
    return replace(made, exact=exact, amount_minor=half_up(exact), formula=cut, units=tuple(units))


def _weakest(grades: Sequence[str]) -> str:
    return max(grades, key=GRADES.index, default=CONCLUSIVE)


def lines_of(*, case: Case, brought: Sequence[Brought]) -> tuple[Line, ...]:
    """All lines: prices, charges, lateness (the dearer first), then what the complaints made themselves."""
    live = [one for one in brought if not one.denied]
    kept, taken = _once(case, [claimed for one in live for claimed in one.claimed])
    lines = [_price_line(case, one) for one in kept]
    lines += _charge_lines(case, taken, _weakest([one.claimed.grade for one in kept]))
    compensated: Taken = {}
    for late in sorted((late for one in live for late in one.late), key=lambda late: (-late.rate, late.lot)):
        made = _late_line(case, late, taken, compensated)
        if made is not None:
            lines.append(made)
    used: dict[str, Taken] = {}
    for one in live:
        for made in one.lines:
            kept_line = _of_kept_units(case, made, taken, used.setdefault(made.basis, {}))
            if kept_line is not None:
                lines.append(kept_line)
    return tuple(lines)


def already(*, case: Case) -> Already:
    """What the order bought and what came back before, for the invariants."""
    bought = [UnitsOf(lot.number, row.line, row.ordered) for lot in case.facts.lots for row in lot.lines]
    bought += [UnitsOf(0, number, count) for number, count in case.unassigned().items()]
    refunded = [
        UnitsOf(lot.number, row.line, row.refunded) for lot in case.facts.lots for row in lot.lines if row.refunded
    ]
    charges = tuple(ChargeState(key, one.amount_minor, one.refunded_minor) for key, one in _charge_keys(case))
    return Already(tuple(bought), tuple(refunded), charges)
