"""Lateness: what counts, from when, and what it costs, with the figures of the cases as literals."""

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast import programme
from holdfast.kernel.clock import rfc3339
from holdfast.programme import rules

CLAUSE = rules.LateClause(percent_per_day=Fraction(1), grace_days=3, cap_percent=Fraction(15), cancel_after_days=20)
ROWS = [
    # programme, clause, days late, counted, rate in percent, may cancel, rule
    ("standard", None, 0, 0, "0", False, "late.daily"),
    ("standard", None, 2, 0, "0", False, "late.daily"),
    ("standard", None, 3, 1, "0.5", False, "late.daily"),
    ("standard", None, 6, 4, "2", False, "late.daily"),
    ("standard", None, 12, 10, "5", False, "late.daily"),
    ("standard", None, 22, 20, "10", False, "late.daily"),
    ("standard", None, 23, 21, "10", False, "late.daily"),
    ("standard", None, 30, 28, "10", False, "late.daily"),
    ("standard", None, 31, 29, "10", True, "late.daily"),
    ("apparel", None, 12, 10, "5", False, "late.daily"),
    ("import", None, 0, 0, "0", False, "late.steps"),
    ("import", None, 1, 1, "5", False, "late.steps"),
    ("import", None, 6, 6, "5", False, "late.steps"),
    ("import", None, 7, 7, "5", False, "late.steps"),
    ("import", None, 8, 8, "10", False, "late.steps"),
    ("import", None, 14, 14, "10", False, "late.steps"),
    ("import", None, 15, 15, "20", False, "late.steps"),
    ("import", None, 30, 30, "20", False, "late.steps"),
    ("import", None, 31, 31, "100", True, "late.steps"),
    ("basic", None, 7, 0, "0", False, "late.daily"),
    ("basic", None, 8, 8, "4", False, "late.daily"),
    ("accessories", None, 12, 0, "0", False, "late.no_clause_in_contract"),
    ("accessories", CLAUSE, 12, 9, "9", False, "late.contract_clause"),
    ("standard", CLAUSE, 3, 0, "0", False, "late.contract_clause"),
    ("standard", CLAUSE, 20, 17, "15", False, "late.contract_clause"),
    ("import", CLAUSE, 21, 18, "15", True, "late.contract_clause"),
]


@pytest.mark.parametrize("row", ROWS)
def test_what_lateness_gives(row: tuple[str, rules.LateClause | None, int, int, str, bool, str]) -> None:
    name, clause, days, counted, percent, cancel, rule = row
    found = rules.late(programme=programme.shipped(name), clause=clause, late_value_minor=3_850_000, days_late=days)
    rate = Fraction(percent) / 100
    assert found == rules.LateCompensation(counted, rate, int(3_850_000 * rate), cancel, rule)


def test_compensation_is_rounded_once_half_up() -> None:
    standard = programme.shipped("standard")
    assert rules.late(programme=standard, clause=None, late_value_minor=100, days_late=3).amount_minor == 1
    assert rules.late(programme=standard, clause=None, late_value_minor=99, days_late=3).amount_minor == 0
    second = rules.late(programme=standard, clause=None, late_value_minor=10_000, days_late=3, grace=False)
    assert (second.days_counted, second.amount_minor) == (3, 150)


@given(
    st.sampled_from(programme.names()),
    st.none() | st.just(CLAUSE),
    st.integers(0, 10**12),
    st.integers(0, 400),
    st.integers(0, 60),
)
def test_more_days_never_cost_less_nor_more_than_the_goods(
    name: str, clause: rules.LateClause | None, value: int, days: int, more: int
) -> None:
    chosen = programme.shipped(name)
    first = rules.late(programme=chosen, clause=clause, late_value_minor=value, days_late=days)
    later = rules.late(programme=chosen, clause=clause, late_value_minor=value, days_late=days + more)
    assert 0 <= first.amount_minor <= later.amount_minor <= value
    assert first.may_cancel <= later.may_cancel


@pytest.mark.parametrize(
    ("expected", "actual", "days"),
    [
        (date(2026, 3, 1), date(2026, 3, 1), 0),
        (date(2026, 3, 1), date(2026, 2, 20), 0),
        (date(2026, 3, 1), date(2026, 3, 7), 6),
        (date(2028, 2, 28), date(2028, 3, 1), 2),
    ],
)
def test_days_late_are_calendar_days(expected: date, actual: date, days: int) -> None:
    assert rules.days_late(programme=programme.shipped("standard"), expected_on=expected, actual_on=actual) == days


def test_the_buyer_may_cancel_from_the_start_of_the_31st_day() -> None:
    standard = programme.shipped("standard")
    moment = rules.lateness_cancel_from(programme=standard, expected_ship_on=date(2026, 5, 1), zone="Asia/Shanghai")
    assert rfc3339(moment) == "2026-05-31T16:00:00.000000Z"
    assert rules.lateness_cancel_on(programme=standard, expected_on=date(2026, 5, 1)) == date(2026, 6, 1)
    own = rules.lateness_cancel_from(programme=standard, expected_ship_on=date(2026, 5, 1), zone="UTC", clause=CLAUSE)
    assert rfc3339(own) == "2026-05-22T00:00:00.000000Z"


@pytest.mark.parametrize(
    ("name", "incoterm", "promises", "basis"),
    [
        ("standard", "FOB", False, "shipment"),
        ("standard", "CIF", True, "delivery"),
        ("standard", "DAP", False, "delivery"),
        ("import", "DDP", False, "delivery"),
        ("basic", "FOB", False, "delivery"),
    ],
)
def test_which_date_is_measured(name: str, incoterm: str, promises: bool, basis: str) -> None:
    chosen = programme.shipped(name)
    assert rules.late_basis(programme=chosen, incoterm=incoterm, promises_arrival=promises) == basis


def test_the_answer_to_a_late_supplier_decides_from_when_it_counts() -> None:
    old, new = date(2026, 5, 1), date(2026, 5, 20)
    assert rules.late_start(expected_on=old) == rules.LateStart(old, True, "late.original_date")
    assert rules.late_start(expected_on=old, new_on=new, act="rights_reserved").counts_from == old
    assert rules.late_start(expected_on=old, new_on=new, act="new_date") == rules.LateStart(new, True, "late.new_date")
    fixed = rules.late_start(expected_on=old, new_on=new, act="with_compensation")
    assert (fixed.counts_from, fixed.grace) == (new, False)


def test_the_day_of_shipment_is_the_carriers() -> None:
    accepted = datetime(2026, 5, 1, 18, 30, tzinfo=UTC)
    assert rules.ship_day(accepted_at=accepted, zone="Asia/Shanghai") == date(2026, 5, 2)
    day, upload = date(2026, 5, 1), date(2026, 5, 4)
    record = rules.ship_date_of_record
    assert record(programme=programme.shipped("standard"), accepted_on=day, uploaded_on=upload) == day
    assert record(programme=programme.shipped("import"), accepted_on=day, uploaded_on=upload) == upload


@pytest.mark.parametrize(
    ("document", "counts"),
    [
        ("bill_of_lading", True),
        ("air_waybill", True),
        ("carrier_acceptance_scan", True),
        ("packing_list", False),
        ("photo", False),
    ],
)
def test_only_carriers_documents_defeat_a_late_record(document: str, counts: bool) -> None:
    assert rules.conclusive(programme=programme.shipped("standard"), document=document) == counts
