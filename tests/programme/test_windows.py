"""Until when a claim may be opened, reason by reason, and the laws that hold for all of them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast import programme
from holdfast.kernel.clock import days_after
from holdfast.programme import rules
from holdfast.programme.keys import Table
from holdfast.programme.refusals import ReasonUnknown

STANDARD = programme.shipped("standard")
ZONE = "America/New_York"
DELIVERED, EXPECTED, EVENT = date(2026, 5, 1), date(2026, 5, 10), date(2026, 6, 1)
KNOWN = rules.WindowFacts(zone=ZONE, delivered_on=DELIVERED, expected_delivery_on=EXPECTED, event_on=EVENT)
DAYS = st.none() | st.dates(min_value=date(2026, 1, 1), max_value=date(2026, 12, 31))


@pytest.mark.parametrize(
    ("name", "reason", "last_day"),
    [
        ("standard", "quality", date(2026, 5, 31)),
        ("standard", "quantity", date(2026, 5, 31)),
        ("standard", "wrong_goods", date(2026, 5, 31)),
        ("standard", "packaging_labelling", date(2026, 5, 31)),
        ("standard", "carrier_damage", date(2026, 5, 31)),
        ("standard", "customs", date(2026, 5, 31)),
        ("standard", "not_delivered", date(2026, 6, 9)),
        ("standard", "not_shipped", date(2026, 6, 9)),
        ("standard", "late_shipment", date(2026, 6, 9)),
        ("standard", "late_delivery", date(2026, 6, 9)),
        ("standard", "balance_unpaid", date(2026, 7, 1)),
        ("standard", "goods_not_returned", date(2026, 7, 1)),
        ("apparel", "quality", date(2026, 6, 10)),
        ("apparel", "not_delivered", date(2026, 6, 9)),
        ("import", "quality", date(2026, 5, 31)),
        ("basic", "quality", date(2026, 5, 31)),
    ],
)
def test_a_window_ends_with_its_last_local_day(name: str, reason: str, last_day: date) -> None:
    window = rules.claim_window(programme=programme.shipped(name), reason=reason, facts=KNOWN)
    assert window.ends_at == days_after(last_day, 0, ZONE)
    assert window.zone == ZONE
    assert window.rule == f"window.{reason}"
    assert window.open_at(window.ends_at + timedelta(milliseconds=999))
    assert not window.open_at(window.ends_at + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("reason", "facts", "rule", "anchor"),
    [
        ("supplier_cancelled", KNOWN, "window.none", ""),
        ("quality", replace(KNOWN, delivered_on=None), "window.anchor_has_not_happened", "delivered"),
        ("late_shipment", replace(KNOWN, delivered_on=None), "window.anchor_has_not_happened", "delivered"),
        ("wrongful_rejection", replace(KNOWN, event_on=None), "window.anchor_has_not_happened", "event"),
    ],
)
def test_a_window_stays_open(reason: str, facts: rules.WindowFacts, rule: str, anchor: str) -> None:
    window = rules.claim_window(programme=STANDARD, reason=reason, facts=facts)
    assert (window.ends_at, window.rule, window.anchor) == (None, rule, anchor)
    assert window.open_at(datetime(2099, 1, 1, tzinfo=UTC))


def test_a_window_never_ends_before_receipt() -> None:
    deadline = rules.receipt_limit(programme=STANDARD, delivered_on=DELIVERED, zone=ZONE, extensions=2).due_at
    facts = replace(KNOWN, receipt_deadline_at=deadline)
    window = rules.claim_window(programme=STANDARD, reason="quality", facts=facts)
    assert window == rules.Window(deadline, "window.not_before_receipt", "receipt_deadline", ZONE)
    short = replace(
        facts, receipt_deadline_at=rules.receipt_limit(programme=STANDARD, delivered_on=DELIVERED, zone=ZONE).due_at
    )
    assert rules.claim_window(programme=STANDARD, reason="quality", facts=short).rule == "window.quality"


@pytest.mark.parametrize(
    ("combine", "delivered", "expected", "last_day"),
    [
        ("first", DELIVERED, EXPECTED, DELIVERED),
        ("first", None, EXPECTED, EXPECTED),
        ("first", None, None, None),
        ("later_of", DELIVERED, EXPECTED, EXPECTED),
        ("later_of", None, EXPECTED, None),
        ("earlier_of", DELIVERED, EXPECTED, DELIVERED),
        ("earlier_of", None, EXPECTED, EXPECTED),
        ("earlier_of", None, None, None),
    ],
)
def test_anchors_combine(combine: str, delivered: date | None, expected: date | None, last_day: date | None) -> None:
    rule = replace(STANDARD.window["quality"], anchors=("delivered", "expected_delivery"), combine=combine)
    changed = replace(STANDARD, window=Table({**STANDARD.window, "quality": rule}))
    facts = rules.WindowFacts(zone=ZONE, delivered_on=delivered, expected_delivery_on=expected)
    window = rules.claim_window(programme=changed, reason="quality", facts=facts)
    assert window.ends_at == (last_day and days_after(last_day, 30, ZONE))


def test_an_unknown_reason_is_refused() -> None:
    with pytest.raises(ReasonUnknown):
        rules.claim_window(programme=STANDARD, reason="regret", facts=KNOWN)


@given(
    st.sampled_from(programme.names()),
    st.sampled_from(programme.REASONS),
    st.builds(rules.WindowFacts, zone=st.just(ZONE), delivered_on=DAYS, expected_delivery_on=DAYS, event_on=DAYS),
    st.integers(0, 60),
)
def test_later_events_never_shorten_a_window(name: str, reason: str, facts: rules.WindowFacts, later: int) -> None:
    chosen = programme.shipped(name)
    first = rules.claim_window(programme=chosen, reason=reason, facts=facts).ends_at
    moved = replace(facts, delivered_on=facts.delivered_on and facts.delivered_on + timedelta(days=later))
    second = rules.claim_window(programme=chosen, reason=reason, facts=moved).ends_at
    assert (first is None) == (second is None)
    assert first is None or second is None or second >= first


@given(
    st.sampled_from(programme.REASONS),
    st.builds(rules.WindowFacts, zone=st.just(ZONE), delivered_on=DAYS, expected_delivery_on=DAYS, event_on=DAYS),
    st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 6, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_no_window_ends_before_the_receipt_deadline(reason: str, facts: rules.WindowFacts, deadline: datetime) -> None:
    window = rules.claim_window(programme=STANDARD, reason=reason, facts=replace(facts, receipt_deadline_at=deadline))
    assert window.ends_at is None or window.ends_at >= deadline
