"""Reminders: whoever must act is told again some days before a deadline ends, once for each of those days.

Which days is the programme's, or the kind's own (`rules.REMIND_DAYS`). Nobody is reminded of what they were told of
within the last day.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from holdfast.kernel.clock import local_day
from holdfast.notices.kinds import REMINDER
from holdfast.notices.models import Notice
from holdfast.notices.operations.relay import tell_sides
from holdfast.notices.rules import MOST_REMIND_DAYS, REMIND_DAYS, USUAL_REMIND_DAYS
from holdfast.record import deadlines
from holdfast.record.deadlines import Deadline

HOUR = time(9)
"""Reminders go out at this hour, where who must act is."""
JUST_TOLD = timedelta(days=1)


def remind(*, now: datetime) -> int:
    """Remind of everything of which a reminder's day has come; answers of how many deadlines."""
    return sum(_remind(page, now) for page in _pages(now))


def _pages(now: datetime) -> Iterator[list[Deadline]]:
    until, after = now + timedelta(days=MOST_REMIND_DAYS + 1), None
    while page := deadlines.upcoming(now=now, until=until, after=after):
        yield page
        after = page[-1].id


def _remind(page: Sequence[Deadline], now: datetime) -> int:
    due = [(row, days) for row in page if (days := reminder_due(row, now=now)) is not None]
    just_told = _just_told([row for row, _days in due], now)
    about = {uuid5(row.id, str(days)): row for row, days in due if row.id not in just_told}
    if about:
        tell_sides(kind=REMINDER, about=about, now=now)
    for days in {days for _row, days in due}:
        deadlines.reminded(deadline_ids=[row.id for row, of in due if of == days], days=days)
    return len(about)


def reminder_due(row: Deadline, *, now: datetime) -> int | None:
    """Of how many days before the end the reminder's moment has come and was not given; None if of none."""
    days: Sequence[int] = row.basis.get("remind_days") or REMIND_DAYS.get(row.kind, USUAL_REMIND_DAYS)
    come = [before for before in days if reminder_at(row, days=before) <= now]
    nearest = min(come, default=None)
    return None if nearest is None or (row.reminded is not None and row.reminded <= nearest) else nearest


def reminder_at(row: Deadline, *, days: int) -> datetime:
    """The morning so many days before the last day, in the zone of who must act."""
    day = local_day(row.due_at, row.zone) - timedelta(days=days)
    return datetime.combine(day, HOUR, tzinfo=ZoneInfo(row.zone))


def _just_told(rows: Sequence[Deadline], now: datetime) -> frozenset[UUID]:
    orders = {row.order_id for row in rows if row.order_id is not None}
    found = Notice.objects.filter(order_id__in=orders, created_at__gt=now - JUST_TOLD)
    return frozenset(deadline_id for named in found.values_list("deadlines", flat=True) for deadline_id in named)
