"""Limits in which holidays have a say, because the programme says so; and what is kept of how they were counted."""

import tomllib
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast import programme
from holdfast.kernel.calendars import SOURCE
from holdfast.kernel.clock import local_day, rfc3339
from holdfast.programme import Programme, rules
from holdfast.programme.days import LIMITS
from holdfast.programme.explaining import terms_text
from holdfast.programme.refusals import ProgrammeInvalid
from holdfast.programme.rules import Places
from holdfast.programme.writing import as_document, digest_of

PLACES = Places("US", "CN", "NL")
SHANGHAI, NEW_YORK = "Asia/Shanghai", "America/New_York"
BEFORE_NATIONAL_DAY = datetime(2026, 9, 30, 4, tzinfo=UTC)


def chosen(**calendar: Any) -> Programme:
    """`standard`, with days counted in another way."""
    text = resources.files("holdfast.programme").joinpath("shipped/standard.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text, parse_float=Decimal)
    return programme.read_document({**document, "calendar": calendar}, source="test")


def test_left_out_it_means_calendar_days_and_leaves_no_trace() -> None:
    standard = programme.shipped("standard")
    assert "calendar" not in as_document(standard)
    assert digest_of(chosen()) == standard.digest
    assert "Counted in working days" not in terms_text(standard)
    assert as_document(chosen(working=["claims.answer_days"]))["calendar"] == {"working": ["claims.answer_days"]}


def test_a_holiday_week_of_the_supplier_moves_its_time_to_answer() -> None:
    def ends(found: Programme) -> str:
        limit = rules.limit(
            programme=found,
            key="claims.answer_days",
            anchor=BEFORE_NATIONAL_DAY,
            zone=SHANGHAI,
            who="supplier",
            places=PLACES,
        )
        return rfc3339(limit.due_at)[:10]

    assert ends(programme.shipped("standard")) == "2026-10-03"
    # 8 and 9 October, then Monday: the Saturday that is worked in China is a weekend elsewhere, and Columbus Day is
    # the twelfth.
    assert ends(chosen(working=["claims.answer_days"])) == "2026-10-13"
    assert ends(chosen(next_working_day=["claims.answer_days"])) == "2026-10-08"


def test_what_was_skipped_and_by_which_data_is_kept() -> None:
    found = rules.limit(
        programme=chosen(working=["claims.answer_days"]),
        key="claims.answer_days",
        anchor=BEFORE_NATIONAL_DAY,
        zone=SHANGHAI,
        who="supplier",
        places=PLACES,
    )
    kept = found.basis["calendar"]
    assert (kept["counts"], kept["days"], kept["places"], kept["source"]) == (
        "working_days",
        3,
        ["US", "CN", "NL"],
        SOURCE,
    )
    assert kept["skipped"][0] == {"on": "2026-10-01", "where": {"CN": "National Day"}}
    assert kept["skipped"][-1] == {"on": "2026-10-12", "where": {"US": "Columbus Day"}}
    assert kept["weekends"] == ["2026-10-04", "2026-10-10", "2026-10-11"]


def test_a_last_day_off_moves_only_by_the_holidays_of_who_must_act() -> None:
    found = chosen(next_working_day=["signing.pay_days"])

    def pays(who: str, zone: str) -> rules.Limit:
        # Ten days after 6 February: the 16th, New Year's Eve in China and Presidents' Day in the United States.
        at = datetime(2026, 2, 6, 15, tzinfo=UTC)
        return rules.limit(programme=found, key="signing.pay_days", anchor=at, zone=zone, who=who, places=PLACES)

    assert local_day(pays("buyer", NEW_YORK).due_at, NEW_YORK) == date(2026, 2, 17)
    assert local_day(pays("supplier", SHANGHAI).due_at, SHANGHAI) == date(2026, 2, 24)
    assert local_day(pays("operator", "Europe/Amsterdam").due_at, "Europe/Amsterdam") == date(2026, 2, 16)
    kept = pays("supplier", SHANGHAI).basis["calendar"]
    assert (kept["places"], kept["ends_in"], kept["moved_from"]) == (["CN"], "CN", "2026-02-16")
    assert "moved_from" not in pays("operator", "Europe/Amsterdam").basis["calendar"]


def test_a_refund_starts_within_business_days_that_know_holidays_where_the_programme_says_so() -> None:
    final = datetime(2026, 9, 30, 12, tzinfo=UTC)
    plain = rules.refund_start_due(programme=programme.shipped("standard"), final_at=final, zone="UTC")
    found = chosen(working=["returns.refund_start_days"])
    counted = rules.refund_start_due(programme=found, final_at=final, zone="UTC", places=PLACES)
    assert (plain.date(), counted.date()) == (date(2026, 10, 9), date(2026, 10, 19))


def test_it_must_be_known_where_the_parties_are() -> None:
    with pytest.raises(ValueError, match="not known where"):
        rules.limit(
            programme=chosen(working=["claims.answer_days"]),
            key="claims.answer_days",
            anchor=BEFORE_NATIONAL_DAY,
            zone="UTC",
            who="buyer",
        )


@pytest.mark.parametrize(
    ("calendar", "key"),
    [
        ({"working": ["window.quality"]}, "calendar.working[0]"),
        ({"remind_days": ["4"]}, "calendar.remind_days[0]"),
        ({"holidays": True}, "calendar.holidays"),
    ],
)
def test_what_cannot_be_is_refused_with_its_key(calendar: dict[str, Any], key: str) -> None:
    with pytest.raises(ProgrammeInvalid) as refused:
        chosen(**calendar)
    assert [problem["key"] for problem in refused.value.facts["problems"]] == [key]


def test_the_terms_say_how_days_are_counted() -> None:
    text = terms_text(chosen(working=list(LIMITS), next_working_day=list(LIMITS), remind_days=["3", "1"]))
    assert "the time to answer a claim" in text
    assert "reminded of a deadline 3 and 1 days before it" in text


@given(
    st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(min_value=0, max_value=30),
    st.sampled_from([{}, {"working": ["receipt.silence_days"]}, {"next_working_day": ["receipt.silence_days"]}]),
)
def test_what_stood_still_goes_on_with_the_days_it_had(at: datetime, wait: int, calendar: dict[str, Any]) -> None:
    """A pause of no day moves nothing; a longer one never takes a day away."""
    limit = rules.limit(
        programme=chosen(**calendar),
        key="receipt.silence_days",
        anchor=at,
        zone=NEW_YORK,
        who="buyer",
        places=PLACES,
    )
    paused_at = at.replace(hour=12)
    left = rules.days_left(due_at=limit.due_at, at=paused_at, zone=NEW_YORK, basis=limit.basis)
    again = rules.run_on(at=paused_at, days=left, zone=NEW_YORK, basis=limit.basis)
    assert again.due_at == limit.due_at
    later = rules.run_on(at=paused_at + timedelta(days=wait), days=left, zone=NEW_YORK, basis=limit.basis)
    assert later.due_at >= limit.due_at
    again_left = rules.days_left(
        due_at=later.due_at, at=paused_at + timedelta(days=wait), zone=NEW_YORK, basis=later.basis
    )
    assert again_left >= left
