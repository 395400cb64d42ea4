"""The lines of an award, and the invariants no award may break.

It knows amounts, formulas and limits. It refuses lines that do not sum, refunds above what was paid, awards above what
can come back, and anything counted twice; what a breach is worth is computed by the engines.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar

from holdfast.kernel.money import Money, half_up
from holdfast.kernel.refusals import Refusal
from holdfast.programme.rules import Limits
from holdfast.terms.documents import as_document as to_document

KINDS = ("refund", "cost", "adjustment")
HEADS = ("refund", "cost")


class LineInvalid(Refusal):
    """A line of the award does not follow from its own figures."""

    status: ClassVar[int] = 422


class AdjustmentNeedsReason(Refusal):
    """A line that departs from the computed remedy needs a reason."""

    status: ClassVar[int] = 422


class LinesDoNotSum(Refusal):
    """The lines do not sum to the award."""

    status: ClassVar[int] = 422


class CountedTwice(Refusal):
    """The same units or charges would be given back twice."""


class RefundOverPaid(Refusal):
    """The refund lines are more than what was paid and can still come back."""


class AwardOverLimit(Refusal):
    """Refund and cost lines together are more than held, frozen and covered money."""


@dataclass(frozen=True, slots=True)
class UnitsOf:
    """Units of a contract line in a lot (lot 0: not in any lot yet)."""

    lot: int
    line: int
    units: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A named figure of a formula."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an award. `exact` is in minor units, before the supplier's share and the one rounding."""

    kind: str
    label: str
    basis: str
    """`price`, `charge`, `late`, `rework`, `inspection`, `return_freight`, `reduction`, `limit` or `departure`."""
    exact: Fraction
    amount_minor: int
    formula: str
    head: str = "refund"
    share_percent: Fraction = Fraction(100)
    assigned_to: str = "supplier"
    figures: tuple[Figure, ...] = ()
    units: tuple[UnitsOf, ...] = ()
    charge: str | None = None
    grade: str = ""
    points_to: tuple[str, ...] = ()
    reason: str = ""

    def as_document(self) -> dict[str, Any]:
        """The canonical JSON form."""
        document: dict[str, Any] = to_document(self)
        return document


@dataclass(frozen=True, slots=True)
class ChargeState:
    """A charge of the contract and what of it was given back before."""

    kind: str
    amount_minor: int
    refunded_minor: int = 0


@dataclass(frozen=True, slots=True)
class Already:
    """What the order bought, and what earlier awards gave back of it."""

    bought: tuple[UnitsOf, ...] = ()
    refunded: tuple[UnitsOf, ...] = ()
    charges: tuple[ChargeState, ...] = ()


def line(*, kind: str, label: str, basis: str, exact: Fraction | int, formula: str, **more: Any) -> Line:
    """A line for an exact value in minor units, rounded once, half up, after the supplier's share."""
    exact = Fraction(exact)
    head = more.pop("head", "cost" if kind == "cost" else "refund")
    percent = Fraction(more.pop("share_percent", 100))
    amount = half_up(exact * percent / 100)
    return Line(kind, label, basis, exact, amount, formula, head=head, share_percent=percent, **more)


def adjustment(*, exact_minor: int, reason: str, label: str = "departure", head: str = "refund", **more: Any) -> Line:
    """A line of its own for what departs from the formulas; it may be negative and needs a reason."""
    basis = more.pop("basis", "departure")
    return line(
        kind="adjustment",
        label=label,
        basis=basis,
        exact=exact_minor,
        formula=more.pop("formula", reason),
        head=head,
        reason=reason,
        **more,
    )


def shared(*, lines: Sequence[Line], supplier_percent: Fraction | int) -> tuple[Line, ...]:
    """Shared responsibility: each line times the supplier's share, rounded once from its exact value."""
    percent = Fraction(supplier_percent)
    if not 0 <= percent <= 100:
        raise LineInvalid(field="supplier_percent", accepted="0 to 100", found=str(percent))
    return tuple(replace(one, share_percent=percent, amount_minor=half_up(one.exact * percent / 100)) for one in lines)


def total(lines: Iterable[Line], *, head: str | None = None) -> int:
    """The sum of the lines, or of one head's."""
    return sum(one.amount_minor for one in lines if head is None or one.head == head)


def shown(minor: int | Fraction, currency: str) -> str:
    """An amount in a formula: `15400.00`; a value between minor units with six places more."""
    exact = Fraction(minor)
    if exact.denominator == 1:
        return f"{Money(exact.numerator, currency).decimal:f}"
    return f"{Money(half_up(exact), currency).decimal:f} (rounded)"


# --- the invariants ---------------------------------------------------------------------------------------------


def _well_formed(one: Line, place: int) -> None:
    where = f"lines.{place}"
    if one.kind not in KINDS or one.head not in HEADS or (one.kind in HEADS and one.kind != one.head):
        raise LineInvalid(field=f"{where}.kind", accepted=list(KINDS), found=f"{one.kind}/{one.head}")
    if not 0 <= one.share_percent <= 100:
        raise LineInvalid(field=f"{where}.share_percent", accepted="0 to 100", found=str(one.share_percent))
    follows = half_up(one.exact * one.share_percent / 100)
    if one.amount_minor != follows:
        raise LineInvalid(field=f"{where}.amount_minor", accepted=follows, found=one.amount_minor)
    if one.kind == "adjustment" and not one.reason.strip():
        raise AdjustmentNeedsReason(field=f"{where}.reason", accepted="why the award departs")
    # Only a departure and the share of a discount may take something away.
    if one.amount_minor < 0 and one.kind != "adjustment" and one.basis != "charge":
        raise LineInvalid(field=f"{where}.amount_minor", accepted="zero or more", found=one.amount_minor)


def _units(lines: Iterable[Line], basis: str) -> dict[tuple[int, int], int]:
    counted: dict[tuple[int, int], int] = {}
    for one in lines:
        if one.basis == basis:
            for row in one.units:
                counted[row.lot, row.line] = counted.get((row.lot, row.line), 0) + row.units
    return counted


def _no_unit_twice(lines: Sequence[Line], already: Already) -> None:
    bought = {(row.lot, row.line): row.units for row in already.bought}
    before: dict[tuple[int, int], int] = {}
    for row in already.refunded:
        before[row.lot, row.line] = before.get((row.lot, row.line), 0) + row.units
    in_full = _units(lines, "price")
    # Units refunded in full earn nothing else; units kept may earn each of the others once.
    for basis in ("price", "late", "rework", "reduction"):
        kept = _units(lines, basis) if basis != "price" else {}
        for place in sorted({*kept, *in_full}):
            asked = in_full.get(place, 0) + kept.get(place, 0) + before.get(place, 0)
            if asked > bought.get(place, 0):
                lot, number = place
                raise CountedTwice(lot=lot, line=number, basis=basis, units=asked, bought=bought.get(place, 0))


def _no_charge_twice(lines: Sequence[Line], already: Already) -> None:
    for state in already.charges:
        asked = [one.amount_minor for one in lines if one.charge == state.kind]
        over = abs(sum(asked) + state.refunded_minor) > abs(state.amount_minor)
        if len(asked) > 1 or (asked and over):
            raise CountedTwice(
                charge=state.kind,
                lines=len(asked),
                asked_minor=sum(asked),
                refunded_minor=state.refunded_minor,
                charge_minor=state.amount_minor,
            )


def check(*, lines: Sequence[Line], award_minor: int, limits: Limits, already: Already | None = None) -> None:
    """That these lines may be awarded; nothing is returned, nothing is changed.

    With `already`, units and charges are checked against what was bought and given back before. Refusals, in this
    order: `LineInvalid`, `AdjustmentNeedsReason`, `LinesDoNotSum`, `CountedTwice`, `RefundOverPaid`, `AwardOverLimit`.
    """
    for place, one in enumerate(lines):
        _well_formed(one, place)
    if total(lines) != award_minor or award_minor < 0:
        raise LinesDoNotSum(field="award_minor", accepted=max(total(lines), 0), found=award_minor)
    if already is not None:
        _no_unit_twice(lines, already)
        _no_charge_twice(lines, already)
    refund = total(lines, head="refund")
    if refund > limits.refund_minor:
        raise RefundOverPaid(accepted=limits.refund_minor, refund_minor=refund)
    if award_minor > limits.total_minor:
        raise AwardOverLimit(accepted=limits.total_minor, award_minor=award_minor)


def within(*, lines: Sequence[Line], limits: Limits, currency: str) -> tuple[Line, ...]:
    """The lines, with an adjustment under each head that is above its limit; costs give way to refunds."""
    refund, cost = total(lines, head="refund"), total(lines, head="cost")
    fitted = list(lines)
    most_refund = min(limits.refund_minor, limits.total_minor)
    if refund > most_refund:
        fitted.append(_limit("refund", most_refund - refund, most_refund, currency))
        refund = most_refund
    most_cost = max(0, limits.total_minor - refund)
    if cost > most_cost:
        fitted.append(_limit("cost", most_cost - cost, most_cost, currency))
    return tuple(fitted)


def _limit(head: str, exact_minor: int, most: int, currency: str) -> Line:
    said = f"No more than {shown(most, currency)} {currency} can come back under this head."
    rule = "rule:limits.refund" if head == "refund" else "rule:limits.total"
    return adjustment(
        exact_minor=exact_minor, reason=said, label=f"limit.{head}", head=head, basis="limit", points_to=(rule,)
    )
