"""How the days of a programme's limits are counted: calendar days unless it says otherwise, working days of both
parties' countries and the operator's where it does, and a last day that is worked where who must act is.

Everything that was used (places, the source of the holidays, the days skipped) comes along with the moment, for the
register to keep: nothing is computed again when the holiday data has changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from holdfast.kernel import calendars
from holdfast.kernel.calendars import Counted, DayOff
from holdfast.kernel.clock import end_of_day, local_day
from holdfast.programme.document import Programme

WORKING, CALENDAR = "working_days", "calendar_days"


@dataclass(frozen=True, slots=True)
class Places:
    """Where the two parties and the operator are, as far as holidays are concerned: countries or their parts."""

    buyer: str
    supplier: str
    operator: str

    def of(self, who: str) -> str:
        """Where somebody is; everybody who is no party acts for the operator."""
        return {"buyer": self.buyer, "supplier": self.supplier}.get(who, self.operator)

    @property
    def all(self) -> tuple[str, ...]:
        """Each of them once."""
        return tuple(dict.fromkeys((self.buyer, self.supplier, self.operator)))


@dataclass(frozen=True, slots=True)
class Limit:
    """The last moment to act (UTC), and what the register keeps of how it was counted; nothing for calendar days."""

    due_at: datetime
    basis: Mapping[str, Any] = field(default_factory=dict)


def needs_places(*, programme: Programme, key: str) -> bool:
    """Whether holidays have a say in a limit, so that it must be known where everybody is."""
    return key in programme.calendar.working or key in programme.calendar.next_working_day


def figure(*, programme: Programme, key: str) -> int:
    """The days of a limit, by its key: `claims.answer_days`."""
    part, name = key.split(".")
    days: int = getattr(getattr(programme, part), name)
    return days


def limit(
    *,
    programme: Programme,
    key: str,
    anchor: date | datetime,
    zone: str,
    who: str,
    places: Places | None = None,
    more_days: int = 0,
) -> Limit:
    """N days after the day of the anchor, ending 23:59:59 in the zone of who must act; the day of the anchor is not
    counted. `more_days` are calendar days on top, by which the limit was extended.

    `places` may be left out where holidays have no say.
    """
    first = local_day(anchor, zone) if isinstance(anchor, datetime) else anchor
    days = figure(programme=programme, key=key)
    if not needs_places(programme=programme, key=key):
        return Limit(end_of_day(first + timedelta(days=days + more_days), zone))
    if places is None:
        raise ValueError(f"{key} is counted with holidays, and it is not known where the parties are")
    works = key in programme.calendar.working
    counted = calendars.working_days_after(first, days, places.all) if works else _plain(first, days)
    last = counted.day + timedelta(days=more_days)
    own = (places.of(who),)
    moved = calendars.next_working_day(last, own) if key in programme.calendar.next_working_day else Counted(last, ())
    kept = written(
        counts=WORKING if works else CALENDAR,
        days=days,
        places=places.all if works else own,
        skipped=(*counted.skipped, *moved.skipped),
        first=first,
        last=moved.day,
    )
    return Limit(end_of_day(moved.day, zone), {"calendar": {**kept, **_moved(last, moved, key, own, programme)}})


def _moved(last: date, moved: Counted, key: str, own: tuple[str, ...], programme: Programme) -> dict[str, Any]:
    """Where the last day must be worked, if that is asked for, and which day it would have been."""
    if key not in programme.calendar.next_working_day:
        return {}
    return {"ends_in": own[0], **({"moved_from": last.isoformat()} if moved.day != last else {})}


def _plain(first: date, days: int) -> Counted:
    return Counted(first + timedelta(days=days), ())


def written(
    *, counts: str, days: int, places: Sequence[str], skipped: Sequence[DayOff], first: date, last: date
) -> dict[str, Any]:
    """What the register keeps of a count: how many days of what, where, by which data, and what was skipped.

    `unknown` names the places and years for which the data has no holiday: there only weekends were skipped.
    """
    years = range(first.year, last.year + 1)
    unknown = [f"{place} {year}" for place in places for year in years if not calendars.known_in(place, year)]
    return {
        "counts": counts,
        "days": days,
        "places": list(places),
        "source": calendars.SOURCE,
        "skipped": [{"on": off.day.isoformat(), "where": dict(off.reasons)} for off in skipped if not off.is_weekend],
        "weekends": [off.day.isoformat() for off in skipped if off.is_weekend],
        **({"unknown": unknown} if unknown else {}),
    }


def days_left(*, due_at: datetime, at: datetime, zone: str, basis: Mapping[str, Any]) -> int:
    """How many days of a deadline are left when it stands still: of the kind it was counted in, none of them today."""
    today, last = local_day(at, zone), local_day(due_at, zone)
    if last <= today:
        return 0
    calendar = basis.get("calendar", {})
    if calendar.get("counts") == WORKING:
        return calendars.working_days_between(today, last, tuple(calendar["places"]))
    return (last - today).days


def run_on(*, at: datetime, days: int, zone: str, basis: Mapping[str, Any]) -> Limit:
    """A deadline that stood still goes on with the days it had left, counted from today as they were counted before."""
    today, calendar = local_day(at, zone), dict(basis.get("calendar", {}))
    if not calendar:
        return Limit(end_of_day(today + timedelta(days=days), zone))
    works = calendar["counts"] == WORKING
    counted = calendars.working_days_after(today, days, tuple(calendar["places"])) if works else _plain(today, days)
    ends_in = calendar.get("ends_in")
    moved = calendars.next_working_day(counted.day, (ends_in,)) if ends_in else Counted(counted.day, ())
    kept = written(
        counts=calendar["counts"],
        days=calendar["days"],
        places=calendar["places"],
        skipped=(*counted.skipped, *moved.skipped),
        first=today,
        last=moved.day,
    )
    said = {"ends_in": ends_in} if ends_in else {}
    said |= {"moved_from": counted.day.isoformat()} if moved.day != counted.day else {}
    return Limit(end_of_day(moved.day, zone), {"calendar": {**kept, **said}})


def remind(*, programme: Programme) -> dict[str, Any]:
    """What a deadline keeps where the programme says how many days before its end a side is reminded."""
    days = programme.calendar.remind_days
    return {"remind_days": sorted((int(one) for one in days), reverse=True)} if days else {}
