"""Days, names, canonical text and refusals: small promises that everything else leans on."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.kernel import clock, identifiers
from holdfast.kernel.canonical import canonical, digest
from holdfast.kernel.refusals import Invalid, NotFound, Refusal, every_refusal

ZONES = st.sampled_from(
    ["UTC", "Asia/Shanghai", "America/New_York", "Pacific/Auckland", "Asia/Kathmandu", "America/Santiago"]
)
DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1))


@pytest.mark.parametrize(
    ("day", "days", "zone", "moment"),
    [
        (date(2026, 3, 1), 3, "UTC", "2026-03-04T23:59:59.000000Z"),
        (date(2026, 3, 1), 3, "Asia/Shanghai", "2026-03-04T15:59:59.000000Z"),
        # Over the American change to summer time: the day ends an hour earlier in UTC.
        (date(2026, 3, 7), 1, "America/New_York", "2026-03-09T03:59:59.000000Z"),
        (date(2026, 3, 6), 1, "America/New_York", "2026-03-08T04:59:59.000000Z"),
        # Clocks go back from midnight to 23:00: the day ends with its second 23:59:59.
        (date(2026, 4, 3), 1, "America/Santiago", "2026-04-05T03:59:59.000000Z"),
        (date(2028, 2, 28), 1, "UTC", "2028-02-29T23:59:59.000000Z"),
    ],
)
def test_days_end_where_people_are(day: date, days: int, zone: str, moment: str) -> None:
    assert clock.rfc3339(clock.days_after(day, days, zone)) == moment


@given(DAYS, st.integers(0, 400), ZONES)
def test_more_days_end_later_and_on_that_local_day(day: date, days: int, zone: str) -> None:
    ends = clock.days_after(day, days, zone)
    assert clock.local_day(ends, zone) == day + timedelta(days=days)
    assert clock.local_day(ends + timedelta(seconds=1), zone) == day + timedelta(days=days + 1)
    assert clock.start_of_day(day + timedelta(days=days + 1), zone) == ends + timedelta(seconds=1)
    assert ends < clock.days_after(day, days + 1, zone)


def test_the_machines_own_zone_decides_nothing() -> None:
    bare = datetime(2026, 1, 1)  # noqa: DTZ001
    with pytest.raises(ValueError, match="zone"):
        clock.local_day(bare, "UTC")
    with pytest.raises(ValueError, match="zone"):
        clock.rfc3339(bare)


def test_a_moved_clock_reads_later() -> None:
    assert clock.read(offset_seconds=3600) - clock.read() > timedelta(minutes=59)
    assert clock.read().tzinfo is UTC


def test_names_go_out_and_come_back() -> None:
    made = identifiers.new_id()
    assert made.version == 7
    name = identifiers.public("ord", made)
    assert identifiers.parse("ord", name) == made
    assert identifiers.public("ord", str(made)) == name
    assert identifiers.parse("clm", name) is None


@pytest.mark.parametrize("text", ["", "ord_", "ord_12", "ORD_" + "0" * 32, "ord_" + "G" * 32, None, 7, UUID(int=1)])
def test_what_is_no_name_is_nothing(text: object) -> None:
    assert identifiers.parse("ord", text) is None


def test_names_sort_by_the_time_of_making() -> None:
    made = [identifiers.new_id() for _ in range(50)]
    assert made == sorted(made)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text("abcdeé€😀", max_size=3), JSON, max_size=5))
def test_one_value_has_one_text(value: dict[str, object]) -> None:
    backwards = dict(reversed(value.items()))
    assert canonical(value) == canonical(backwards)


def test_the_text_is_rfc_8785s() -> None:
    assert canonical({"b": [1, None, True], "a": "é\n"}) == '{"a":"é\\n","b":[1,null,true]}'.encode()


@pytest.mark.parametrize("value", [1.0, [0.1], {"a": {"b": (2.5,)}}])
def test_floats_have_no_text(value: object) -> None:
    with pytest.raises(TypeError, match="float"):
        canonical(value)


def test_a_digest_is_sha_256_of_the_parts_in_order() -> None:
    assert digest(b"ab", b"c") == digest(b"abc")
    assert digest(b"abc").hex().startswith("ba7816bf8f01cfea")


class NotOnSundays(Invalid):
    """This cannot be done
    on a Sunday.

    Further words are for developers.
    """


def test_a_refusal_is_its_class() -> None:
    refusal = NotOnSundays(field="day", accepted=["monday"], day="sunday")
    assert refusal.code() == "not_on_sundays"
    assert refusal.message() == str(refusal) == "This cannot be done on a Sunday."
    assert (refusal.status, refusal.field, refusal.accepted, refusal.facts) == (
        422,
        "day",
        ["monday"],
        {"day": "sunday"},
    )


def test_the_catalogue_holds_each_refusal_once() -> None:
    found = list(every_refusal())
    assert found[0] is Refusal
    assert {NotOnSundays, Invalid, NotFound} <= set(found)
    assert len(found) == len(set(found))
