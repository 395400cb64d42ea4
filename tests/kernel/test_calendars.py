"""Working days against real public holidays, and against a second, plain implementation."""

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.kernel import calendars
from holdfast.kernel.calendars import PlaceUnknown

PLACES = ("CN", "US", "NL", "DE-BY", "AE", "SA", "IR", "IN", "GB", "JP")

# Each with where it is announced: CN, State Council notices on holidays (gov.cn: 2024-11-12 for 2025, 2025-11-04 for
# 2026); US, 5 U.S.C. 6103; NL, Algemene termijnenwet article 3; DE-BY, Feiertagsgesetz of Bavaria article 1; AE,
# cabinet resolution on the weekend from 2022-01-01; SA, the Labour Law's Friday and Saturday.
ANNOUNCED = [
    ("CN", date(2025, 10, 8), "off"),  # the last day of a National Day and Mid-Autumn week of eight days
    ("CN", date(2025, 9, 28), "worked"),  # a Sunday made up for it
    ("CN", date(2025, 10, 11), "worked"),  # a Saturday made up for it
    ("CN", date(2025, 1, 26), "worked"),  # a Sunday made up for Spring Festival
    ("CN", date(2025, 2, 4), "off"),  # Spring Festival, to 4 February
    ("CN", date(2026, 2, 23), "off"),  # Spring Festival 2026, to 23 February
    ("CN", date(2026, 2, 28), "worked"),  # a Saturday made up for it
    ("CN", date(2026, 10, 7), "off"),  # National Day 2026, to 7 October
    ("CN", date(2026, 10, 10), "worked"),  # a Saturday made up for it
    ("US", date(2026, 7, 3), "off"),  # Independence Day falls on a Saturday
    ("US", date(2021, 12, 31), "off"),  # New Year's Day of the next year falls on a Saturday
    ("US", date(2026, 11, 26), "off"),  # Thanksgiving
    ("NL", date(2026, 4, 27), "off"),  # King's Day
    ("NL", date(2026, 5, 14), "off"),  # Ascension Day
    ("DE-BY", date(2026, 1, 6), "off"),  # Epiphany, in Bavaria
    ("DE", date(2026, 1, 6), "worked"),  # and not in all of Germany
    ("AE", date(2021, 11, 5), "off"),  # a Friday, before the weekend was moved
    ("AE", date(2022, 11, 4), "worked"),  # a Friday afterwards
    ("SA", date(2026, 11, 27), "off"),  # a Friday
    ("SA", date(2026, 11, 29), "worked"),  # a Sunday
]


@pytest.mark.parametrize(("place", "day", "is_worked"), ANNOUNCED)
def test_days_are_worked_as_they_were_announced(place: str, day: date, is_worked: str) -> None:
    assert ("worked" if calendars.reason_off(place, day) is None else "off") == is_worked


def test_a_holiday_week_is_skipped_day_by_day() -> None:
    found = calendars.working_days_after(date(2026, 9, 30), 3, ("CN",))
    # 8 and 9 October are worked, and so is Saturday the 10th, which makes up for the holiday.
    assert found.day == date(2026, 10, 10)
    assert [off.day.day for off in found.skipped] == [1, 2, 3, 4, 5, 6, 7]
    assert found.skipped[0].reasons == (("CN", "National Day"),)
    assert calendars.working_days_after(date(2026, 9, 30), 3, ("NL",)).day == date(2026, 10, 5)
    # Who is free on the Saturday, too, is not counted with those who work then.
    assert calendars.working_days_after(date(2026, 9, 30), 3, ("CN", "NL")).day == date(2026, 10, 12)


def test_a_last_day_off_moves_to_the_next_that_is_worked() -> None:
    assert calendars.next_working_day(date(2026, 2, 16), ("CN",)).day == date(2026, 2, 24)
    assert calendars.next_working_day(date(2026, 2, 24), ("CN",)) == calendars.Counted(date(2026, 2, 24), ())
    assert calendars.next_working_day(date(2026, 11, 27), ("SA",)).day == date(2026, 11, 29)


def test_places_without_data_are_said_to_be_so() -> None:
    for place in ("AC", "ZZ", "DE-XX", ""):
        assert not calendars.is_known(place)
        with pytest.raises(PlaceUnknown) as refused:
            calendars.check_place(place, field="place.country")
        assert refused.value.field == "place.country"
    calendars.check_place("DE-BY", field="place")
    assert calendars.known_in("CN", 2026)
    assert not calendars.known_in("CN", 2150)
    assert not calendars.known_in("ZZ", 2026)
    # Where nothing is known weekends are left out, and no more.
    assert calendars.working_days_after(date(2026, 12, 24), 1, ("ZZ",)).day == date(2026, 12, 25)
    assert calendars.working_days_after(date(2026, 12, 25), 1, ("ZZ",)).day == date(2026, 12, 28)


def plainly_worked(place: str, day: date) -> bool:
    """The second implementation: the library's own word for one day."""
    country, _, part = place.partition("-")
    return holidays.country_holidays(country, subdiv=part or None, years=day.year).is_working_day(day)


@given(
    st.dates(min_value=date(2019, 1, 1), max_value=date(2032, 12, 31)),
    st.integers(min_value=0, max_value=15),
    st.lists(st.sampled_from(PLACES), min_size=1, max_size=3, unique=True),
)
def test_counting_agrees_with_plain_counting(anchor: date, days: int, chosen: list[str]) -> None:
    places = tuple(chosen)
    plain, left = anchor, days
    skipped = []
    while left:
        plain += timedelta(days=1)
        if all(plainly_worked(place, plain) for place in places):
            left -= 1
        else:
            skipped.append(plain)
    found = calendars.working_days_after(anchor, days, places)
    assert (found.day, [off.day for off in found.skipped]) == (plain, skipped)
    assert calendars.working_days_between(anchor, found.day, places) == days
    moved = calendars.next_working_day(anchor, places)
    assert all(plainly_worked(place, moved.day) for place in places)
    assert not any(
        all(plainly_worked(place, anchor + timedelta(days=n)) for place in places)
        for n in range((moved.day - anchor).days)
    )
