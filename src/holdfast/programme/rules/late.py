"""What lateness is and what it costs: which date counts from, which date is measured, how many days, what rate.

Dates are local dates, handed in. Compensation is of the late value: the price of the late units, without charges,
and not on units refunded in full; the caller brings that figure.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Literal

from holdfast.kernel.clock import local_day, start_of_day
from holdfast.kernel.money import half_up
from holdfast.programme.document import Programme
from holdfast.programme.rules.incoterms import is_d_term


@dataclass(frozen=True, slots=True)
class LateClause:
    """The contract's own clause; percentages as fractions of a per cent (1/2 is 0.5%)."""

    percent_per_day: Fraction
    grace_days: int
    cap_percent: Fraction
    cancel_after_days: int | None = None
    """Days after the expected date that pass before the buyer may cancel; None: the programme's."""


@dataclass(frozen=True, slots=True)
class LateCompensation:
    """What lateness gives: `rate` is a fraction of the late value (1/50 is 2.00%)."""

    days_counted: int
    rate: Fraction
    amount_minor: int
    may_cancel: bool
    rule: str


@dataclass(frozen=True, slots=True)
class LateStart:
    """From which date lateness counts, and whether grace is given again."""

    counts_from: date
    grace: bool
    rule: str


def late(
    *,
    programme: Programme,
    clause: LateClause | None,
    late_value_minor: int,
    days_late: int,
    grace: bool = True,
) -> LateCompensation:
    """The contract's clause if there is one, else the programme's scale; rounded once, half up."""
    rules = programme.late
    if clause is not None:
        counted = _counted(days_late, clause.grace_days if grace else 0, rules.grace)
        percent, rule = min(counted * clause.percent_per_day, clause.cap_percent), "late.contract_clause"
    elif rules.scale == "daily":
        counted = _counted(days_late, rules.grace_days if grace else 0, rules.grace)
        percent, rule = min(counted * rules.percent_per_day, rules.cap_percent), "late.daily"
    elif rules.scale == "steps":
        counted = _counted(days_late, rules.grace_days if grace else 0, rules.grace)
        reached = [step.percent for step in rules.steps if counted >= step.from_day]
        percent, rule = (min(reached[-1], rules.cap_percent) if reached else Fraction(0)), "late.steps"
    else:
        counted, percent, rule = 0, Fraction(0), "late.no_clause_in_contract"
    rate = percent / 100
    may_cancel = days_late > _cancel_after_days(programme, clause)
    return LateCompensation(counted, rate, half_up(late_value_minor * rate), may_cancel, rule)


def _cancel_after_days(programme: Programme, clause: LateClause | None) -> int:
    own = clause.cancel_after_days if clause is not None else None
    return programme.late.cancel_after_days if own is None else own


def _counted(days: int, grace_days: int, reading: str) -> int:
    if days <= grace_days:
        return 0
    return days - grace_days if reading == "deducted" else days


def days_late(*, programme: Programme, expected_on: date, actual_on: date) -> int:
    """Calendar days after the expected day; the day itself is in time."""
    del programme  # Calendar days under every programme; the argument keeps the rules of one form.
    return max(0, (actual_on - expected_on).days)


def lateness_cancel_on(*, programme: Programme, expected_on: date, clause: LateClause | None = None) -> date:
    """The day from which the buyer of unshipped goods may cancel: the 31st after the ship date, or the contract's."""
    return expected_on + timedelta(days=_cancel_after_days(programme, clause) + 1)


def lateness_cancel_from(
    *, programme: Programme, expected_ship_on: date, zone: str, clause: LateClause | None = None
) -> datetime:
    """The first moment of that day."""
    return start_of_day(lateness_cancel_on(programme=programme, expected_on=expected_ship_on, clause=clause), zone)


def late_basis(*, programme: Programme, incoterm: str, promises_arrival: bool) -> Literal["shipment", "delivery"]:
    """What is measured: arrival under D terms or where the contract promises it, else the programme's basis.

    Under D terms delivery is measured against the latest delivery date.
    """
    if is_d_term(incoterm) or promises_arrival or programme.late.basis == "delivery":
        return "delivery"
    return "shipment"


def late_start(
    *,
    expected_on: date,
    new_on: date | None = None,
    act: Literal["new_date", "rights_reserved", "with_compensation"] | None = None,
) -> LateStart:
    """Which date lateness counts from, after the buyer's answer to a late supplier.

    Rights reserved: from the original date. A new date alone: from the new one. A new date with compensation:
    from the new one, beside what was fixed, and without a second grace.
    """
    if act is None or new_on is None:
        return LateStart(expected_on, grace=True, rule="late.original_date")
    match act:
        case "rights_reserved":
            return LateStart(expected_on, grace=True, rule="late.rights_reserved")
        case "new_date":
            return LateStart(new_on, grace=True, rule="late.new_date")
        case "with_compensation":
            return LateStart(new_on, grace=False, rule="late.new_date_with_compensation")


def ship_day(*, accepted_at: datetime, zone: str) -> date:
    """The day of shipment: the local date where the carrier accepted."""
    return local_day(accepted_at, zone)


def ship_date_of_record(*, programme: Programme, accepted_on: date, uploaded_on: date) -> date:
    """The date that counts: the carrier's acceptance; where the programme asks for the upload too, the later."""
    return max(accepted_on, uploaded_on) if programme.late.tracking == "uploaded" else accepted_on


def conclusive(*, programme: Programme, document: str) -> bool:
    """Whether a supplier's document defeats a late record."""
    return document in programme.claims.conclusive_documents
