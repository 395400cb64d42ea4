"""Those time limits of a programme that are more than a number of days: from when a side may escalate, receipt with its
extensions, a notice that did not arrive, the start of a refund.

How days are counted is said in `counting`; pauses and the register of deadlines are kept elsewhere.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from holdfast.kernel.clock import days_after, end_of_day, local_day, start_of_day
from holdfast.programme.document import Programme, Receipt
from holdfast.programme.rules.counting import Limit, Places, limit, needs_places

REFUND_START = "returns.refund_start_days"


def _after(at: datetime, days: int, zone: str) -> datetime:
    return days_after(local_day(at, zone), days, zone)


def _start_of_day(at: datetime, days: int, zone: str) -> datetime:
    return start_of_day(local_day(at, zone) + timedelta(days=days), zone)


# --- before the order stands ------------------------------------------------------------------------------------


def confirm_due_at(*, programme: Programme, ordered_at: datetime, zone: str) -> datetime:
    """The supplier confirms a direct order by then."""
    return _after(ordered_at, programme.signing.confirm_days, zone)


# --- claims -----------------------------------------------------------------------------------------------------


def escalate_from(*, programme: Programme, opened_at: datetime, zone: str) -> datetime:
    """From then either side may escalate: the start of that day."""
    return _start_of_day(opened_at, programme.claims.escalate_from_day, zone)


def escalate_automatic_at(*, programme: Programme, opened_at: datetime, zone: str) -> datetime:
    """Then the claim escalates by itself: the start of that day."""
    return _start_of_day(opened_at, programme.claims.escalate_automatic_day, zone)


def evidence_due_at(*, programme: Programme, asked_at: datetime, zone: str, extended: bool = False) -> datetime:
    """A party answers the mediator by then; extended once."""
    more = programme.claims.evidence_extension_days if extended else 0
    return _after(asked_at, programme.claims.evidence_days + more, zone)


# --- receipt ----------------------------------------------------------------------------------------------------


def receipt_silence(*, programme: Programme) -> Receipt:
    """The figures of receipt by silence."""
    return programme.receipt


def receipt_by_silence(*, programme: Programme, grade: str | None) -> bool:
    """Whether silence counts as receipt with a delivery proof of this grade."""
    return programme.receipt.silence == "counts" and grade in programme.receipt.grades


def receipt_limit(
    *,
    programme: Programme,
    delivered_on: date,
    zone: str,
    places: Places | None = None,
    extensions: int = 0,
    bounced: bool = False,
    paused_days: int = 0,
) -> Limit:
    """The buyer speaks by then; each party may extend once, a bounced notice extends once more, and days on which an
    inspection held it up come on top."""
    if extensions not in (0, 1, 2):
        raise ValueError("each of the two parties may extend once")
    rules = programme.receipt
    more = extensions * rules.extension_days + (rules.bounce_days if bounced else 0) + paused_days
    return limit(
        programme=programme,
        key="receipt.silence_days",
        anchor=delivered_on,
        zone=zone,
        who="buyer",
        places=places,
        more_days=more,
    )


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


# --- money going back -------------------------------------------------------------------------------------------


def refund_start_due(*, programme: Programme, final_at: datetime, zone: str, places: Places | None = None) -> datetime:
    """A refund is started by then. Business days are weekdays; holidays count where the programme says so, and then it
    must be known where the parties are."""
    if needs_places(programme=programme, key=REFUND_START):
        return limit(
            programme=programme, key=REFUND_START, anchor=final_at, zone=zone, who="operator", places=places
        ).due_at
    day = local_day(final_at, zone)
    left = programme.returns.refund_start_days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return end_of_day(day, zone)
