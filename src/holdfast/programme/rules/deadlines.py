"""Every time limit of a programme as a moment: who must act, by when.

N days are N calendar days after the local day of the anchor, ending 23:59:59 in the zone of who must act; the
day of the anchor is not counted. Pauses, holidays and the register of deadlines are kept elsewhere.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from holdfast.kernel.clock import days_after, end_of_day, local_day, start_of_day
from holdfast.programme.document import Programme, Receipt


def _after(at: datetime, days: int, zone: str) -> datetime:
    return days_after(local_day(at, zone), days, zone)


def _start_of_day(at: datetime, days: int, zone: str) -> datetime:
    return start_of_day(local_day(at, zone) + timedelta(days=days), zone)


# --- before the order stands ------------------------------------------------------------------------------------


def sign_due_at(*, programme: Programme, first_signed_at: datetime, zone: str) -> datetime:
    """The other side signs by then, or the contract lapses."""
    return _after(first_signed_at, programme.signing.sign_days, zone)


def pay_due_at(*, programme: Programme, due_at: datetime, zone: str) -> datetime:
    """A tranche that fell due is paid by then."""
    return _after(due_at, programme.signing.pay_days, zone)


def confirm_due_at(*, programme: Programme, ordered_at: datetime, zone: str) -> datetime:
    """The supplier confirms a direct order by then."""
    return _after(ordered_at, programme.signing.confirm_days, zone)


def balance_cancel_from(*, programme: Programme, pay_due_at: datetime, zone: str) -> datetime:
    """From then the supplier may cancel for an unpaid balance: the time to pay and the grace are over."""
    return _after(pay_due_at, programme.signing.balance_grace_days, zone)


# --- claims -----------------------------------------------------------------------------------------------------


def answer_due_at(*, programme: Programme, opened_at: datetime, zone: str) -> datetime:
    """The respondent answers by then."""
    return _after(opened_at, programme.claims.answer_days, zone)


def escalate_from(*, programme: Programme, opened_at: datetime, zone: str) -> datetime:
    """From then either side may escalate: the start of that day."""
    return _start_of_day(opened_at, programme.claims.escalate_from_day, zone)


def escalate_automatic_at(*, programme: Programme, opened_at: datetime, zone: str) -> datetime:
    """Then the claim escalates by itself: the start of that day."""
    return _start_of_day(opened_at, programme.claims.escalate_automatic_day, zone)


def rebut_due_at(*, programme: Programme, opened_at: datetime, zone: str) -> datetime:
    """The supplier rebuts a record with conclusive documents by then."""
    return _after(opened_at, programme.claims.rebut_days, zone)


def unattended_decision_at(
    *, programme: Programme, opened_at: datetime, answered_at: datetime | None, zone: str
) -> datetime:
    """A decision without a person is made no earlier: after the time to rebut or the answer, whichever is later.

    While there is no answer, the last moment to answer stands for it.
    """
    answer = answered_at or answer_due_at(programme=programme, opened_at=opened_at, zone=zone)
    return max(rebut_due_at(programme=programme, opened_at=opened_at, zone=zone), answer)


def mediation_due_at(*, programme: Programme, escalated_at: datetime, zone: str) -> datetime:
    """A decision is aimed at by then."""
    return _after(escalated_at, programme.claims.mediation_target_days, zone)


def mediation_limit_at(*, programme: Programme, escalated_at: datetime, zone: str) -> datetime:
    """A decision is given by then."""
    return _after(escalated_at, programme.claims.mediation_limit_days, zone)


def evidence_due_at(*, programme: Programme, asked_at: datetime, zone: str, extended: bool = False) -> datetime:
    """A party answers the mediator by then; extended once."""
    more = programme.claims.evidence_extension_days if extended else 0
    return _after(asked_at, programme.claims.evidence_days + more, zone)


def appeal_ends_at(*, programme: Programme, published_at: datetime, zone: str) -> datetime:
    """An appeal may be made until then."""
    return _after(published_at, programme.claims.appeal_days, zone)


# --- receipt ----------------------------------------------------------------------------------------------------


def receipt_silence(*, programme: Programme) -> Receipt:
    """The figures of receipt by silence."""
    return programme.receipt


def receipt_by_silence(*, programme: Programme, grade: str | None) -> bool:
    """Whether silence counts as receipt with a delivery proof of this grade."""
    return programme.receipt.silence == "counts" and grade in programme.receipt.grades


def receipt_due_at(
    *, programme: Programme, delivered_on: date, zone: str, extensions: int = 0, bounced: bool = False
) -> datetime:
    """The buyer speaks by then; each party may extend once, a bounced notice extends once more."""
    if extensions not in (0, 1, 2):
        raise ValueError("each of the two parties may extend once")
    rules = programme.receipt
    days = rules.silence_days + extensions * rules.extension_days + (rules.bounce_days if bounced else 0)
    return days_after(delivered_on, days, zone)


@dataclass(frozen=True, slots=True)
class NoticeEffect:
    """Whether a deadline may run out at `deadline_at`; if not, `deadline_at` is the new one."""

    runs: bool
    deadline_at: datetime


def delivered_notice(
    *, programme: Programme, deadline_at: datetime, delivered_at: datetime | None, zone: str, extended: bool
) -> NoticeEffect:
    """Nothing is forfeited without a notice delivered in time; without one the deadline moves once, then it runs."""
    in_time = delivered_at is not None and delivered_at <= deadline_at - timedelta(hours=programme.receipt.notice_hours)
    if in_time or extended:
        return NoticeEffect(runs=True, deadline_at=deadline_at)
    later = end_of_day(local_day(deadline_at, zone) + timedelta(days=programme.receipt.bounce_days), zone)
    return NoticeEffect(runs=False, deadline_at=later)


# --- goods and money going back ---------------------------------------------------------------------------------


def return_ship_by(*, programme: Programme, agreed_at: datetime, zone: str) -> datetime:
    """The buyer ships goods back by then."""
    return _after(agreed_at, programme.returns.ship_back_days, zone)


def return_inspect_by(*, programme: Programme, returned_on: date, zone: str) -> datetime:
    """The supplier examines what came back by then."""
    return days_after(returned_on, programme.returns.inspect_days, zone)


def refund_start_due(
    *, programme: Programme, final_at: datetime, zone: str, holidays: AbstractSet[date] = frozenset()
) -> datetime:
    """A refund is started by then: business days are weekdays that are not in `holidays`."""
    day = local_day(final_at, zone)
    left = programme.returns.refund_start_days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5 and day not in holidays
    return end_of_day(day, zone)
