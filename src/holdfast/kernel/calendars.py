"""Which days are worked where, and the arithmetic of working days: pure functions of a place, a day and the holiday
data that the library `holidays` brings along.

A place is a country (ISO 3166-1 alpha-2), or one of its parts by its ISO 3166-2 code (`DE-BY`). Of every answer goes
along what it was read from: nothing is asked again later, for the data changes with the library.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.metadata import version

import holidays

from holdfast.kernel.refusals import Invalid

SOURCE = f"holidays {version('holidays')}"
"""The library and its version, as it is recorded with everything computed from it."""
WEEKEND = "weekend"
ENGLISH = ("en_US", "en_GB", "en")
_MOST_DAYS = 5000
"""More days than any limit of a programme counts: whoever looks further for a working day turns in a circle."""


class PlaceUnknown(Invalid):
    """The holidays of this place are not known, so no working day can be counted there."""


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day that is not worked in some of the places asked: where, and what it is there (a holiday's name in English
    where the library has it, or `weekend`)."""

    day: date
    reasons: tuple[tuple[str, str], ...]

    @property
    def is_weekend(self) -> bool:
        """Nothing but a weekend, wherever it is not worked."""
        return all(reason == WEEKEND for _place, reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Counted:
    """The day that a count ended on, and the days that were skipped on the way."""

    day: date
    skipped: tuple[DayOff, ...]


def is_known(place: str) -> bool:
    """Whether the library knows the holidays of a place."""
    country, _, part = place.partition("-")
    parts = holidays.list_supported_countries(include_aliases=False).get(country)
    return parts is not None and (not part or part in parts)


def parts_of(country: str) -> tuple[str, ...]:
    """The parts of a country that have holidays of their own; none where the library knows no difference."""
    return tuple(holidays.list_supported_countries(include_aliases=False).get(country, ()))


def named_parts_of(country: str) -> tuple[tuple[str, str], ...]:
    """The same as places (`DE-BY`), each with the name that the library has for it, by name."""
    parts = parts_of(country)
    if not parts:
        return ()
    named = holidays.country_holidays(country).get_subdivision_aliases()
    found = ((f"{country}-{part}", next(iter(named.get(part, ())), part)) for part in parts)
    return tuple(sorted(found, key=lambda one: one[1].casefold()))


def check_place(place: str, *, field: str) -> None:
    """Refusal: `PlaceUnknown` where working days cannot be counted."""
    if not is_known(place):
        country = place.partition("-")[0]
        accepted = [f"{country}-{part}" for part in parts_of(country)] or "a country whose holidays are known, like CN"
        raise PlaceUnknown(field=field, found=place, accepted=accepted)


def check_part(place: str | None, *, country: str, field: str) -> None:
    """None, or a part of this country. Refusal: `PlaceUnknown`, with those that are known."""
    accepted = [part for part, _name in named_parts_of(country)]
    if place is not None and place not in accepted:
        raise PlaceUnknown(field=field, found=place, accepted=accepted or None)


def known_in(place: str, year: int) -> bool:
    """Whether there is any holiday of a place in a year: far ahead, and for a few places, the data is empty."""
    return any(reason != WEEKEND for reason in _days_off(place, year).values())


def reason_off(place: str, day: date) -> str | None:
    """Why a day is not worked in a place; None if it is. A weekend day that is worked to make up for a holiday
    (China's 调休) is a working day."""
    return _days_off(place, day.year).get(day)


@lru_cache(maxsize=1024)
def _days_off(place: str, year: int) -> Mapping[date, str]:
    """Every day of a year that is not worked. Read once; where a place is unknown, or its data ends, Saturdays and
    Sundays."""
    first, days = date(year, 1, 1), (date(year + 1, 1, 1) - date(year, 1, 1)).days
    year_of_days = [first + timedelta(days=after) for after in range(days)]
    if not is_known(place):
        return {day: WEEKEND for day in year_of_days if day.weekday() > 4}
    country, _, part = place.partition("-")
    # Without a language the library takes the process's own, and a holiday would be named as the machine is set up.
    languages = holidays.country_holidays(country).supported_languages
    language = next((one for one in (*ENGLISH, f"en_{country}") if one in languages), None)
    found = holidays.country_holidays(country, subdiv=part or None, years=year, expand=False, language=language)
    off = {}
    for day in year_of_days:
        if day in found:
            off[day] = str(found[day])
        elif found.is_weekend(day) and day not in found.weekend_workdays:
            off[day] = WEEKEND
    return off


def day_off(places: Iterable[str], day: date) -> DayOff | None:
    """What keeps a day from being worked in all of these places; None if it is."""
    reasons = tuple((place, reason) for place in places if (reason := reason_off(place, day)) is not None)
    return DayOff(day, reasons) if reasons else None


def working_days_after(anchor: date, days: int, places: tuple[str, ...]) -> Counted:
    """N working days after a day, which is not counted itself: the N-th day that is worked in all of these places."""
    day, left = anchor, days
    skipped: list[DayOff] = []
    for _day in range(_MOST_DAYS):
        if left == 0:
            return Counted(day, tuple(skipped))
        day += timedelta(days=1)
        off = day_off(places, day)
        if off is None:
            left -= 1
        else:
            skipped.append(off)
    raise ValueError(f"{days} working days after {anchor} are more than {_MOST_DAYS} days")


def next_working_day(day: date, places: tuple[str, ...]) -> Counted:
    """This day if it is worked in all of these places, else the first later one that is."""
    skipped: list[DayOff] = []
    for after in range(_MOST_DAYS):
        found = day + timedelta(days=after)
        off = day_off(places, found)
        if off is None:
            return Counted(found, tuple(skipped))
        skipped.append(off)
    raise ValueError(f"no day after {day} is worked in {places}")


def working_days_between(first: date, last: date, places: tuple[str, ...]) -> int:
    """How many days after the first, up to and with the last, are worked in all of these places."""
    span = (last - first).days
    return sum(day_off(places, first + timedelta(days=after)) is None for after in range(1, span + 1))
