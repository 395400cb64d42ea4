"""The one place that reads the time, and the arithmetic of days that the programme's limits are made of.

Everything below the edges is handed `now`; only edges call `read`.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


def read(*, offset_seconds: int = 0) -> datetime:
    """Now, in UTC; a sandbox adds the seconds its clock was moved forward."""
    return datetime.now(UTC) + timedelta(seconds=offset_seconds)


def _aware(at: datetime) -> datetime:
    """A moment without a zone is a bug: the machine's own zone must never decide a deadline."""
    if at.utcoffset() is None:
        raise ValueError("a moment needs a zone")
    return at


def local_day(at: datetime, zone: str) -> date:
    """The calendar day of a moment, where `zone` (IANA name) is."""
    return _aware(at).astimezone(ZoneInfo(zone)).date()


def end_of_day(day: date, zone: str) -> datetime:
    """23:59:59 of a day in a zone, as UTC; the second one, where clocks go back at midnight and it comes twice."""
    return datetime.combine(day, time(23, 59, 59, fold=1), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def start_of_day(day: date, zone: str) -> datetime:
    """The first moment of a day in a zone, as UTC."""
    return datetime.combine(day, time(0, 0), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def days_after(anchor: date, days: int, zone: str) -> datetime:
    """N days: N calendar days after the day of the anchor, ending 23:59:59 in the zone of who must act."""
    return end_of_day(anchor + timedelta(days=days), zone)


def rfc3339(at: datetime) -> str:
    """UTC with microseconds and a Z: the one spelling used in records and answers."""
    return _spelt(_aware(at).astimezone(UTC))


@lru_cache(maxsize=1_000)
def _spelt(at: datetime) -> str:
    # Of an act all rows bear the same moment. In UTC two equal moments are one; in a zone that turns back they are not.
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
