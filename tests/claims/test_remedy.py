"""The invariants of an award: lines sum, stay within what can come back, and nothing is counted twice."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.claims.remedy import (
    AdjustmentNeedsReason,
    Already,
    AwardOverLimit,
    ChargeState,
    CountedTwice,
    Line,
    LineInvalid,
    LinesDoNotSum,
    RefundOverPaid,
    UnitsOf,
    adjustment,
    check,
    line,
    shared,
    total,
    within,
)
from holdfast.kernel.money import half_up
from holdfast.kernel.refusals import Refusal
from holdfast.programme.rules import Limits

ROOM = Limits(refund_minor=3_850_000, total_minor=7_700_000, cover_left_minor=3_850_000)
BOUGHT = Already(
    bought=(UnitsOf(1, 1, 2_000), UnitsOf(0, 1, 3_000)), charges=(ChargeState("freight", 10_000, refunded_minor=2_000),)
)


def price(units: int, lot: int = 1, basis: str = "price") -> Line:
    return line(kind="refund", label="p", basis=basis, exact=units * 770, formula="", units=(UnitsOf(lot, 1, units),))


def freight(amount: int) -> Line:
    return line(kind="refund", label="charge.freight", basis="charge", exact=amount, formula="", charge="freight")


def test_a_mediator_may_award_less_in_a_line_of_its_own_with_a_reason() -> None:
    lines = [
        price(2_000),
        price(3_000, lot=0),
        freight(0),
        adjustment(exact_minor=-330_000, reason="As the case was told."),
    ]
    check(lines=lines, award_minor=3_520_000, limits=ROOM, already=BOUGHT)


@pytest.mark.parametrize(
    ("lines", "award", "refusal"),
    [
        ([price(10)], 7_701, LinesDoNotSum),
        ([adjustment(exact_minor=-5, reason="less")], -5, LinesDoNotSum),
        ([replace(price(10), amount_minor=7_701)], 7_701, LineInvalid),
        ([replace(price(10), kind="gift")], 7_700, LineInvalid),
        ([replace(price(10), head="cost")], 7_700, LineInvalid),
        ([replace(price(10), exact=Fraction(-7_700), amount_minor=-7_700), price(10)], 0, LineInvalid),
        ([replace(price(10), share_percent=Fraction(101), amount_minor=7_777)], 7_777, LineInvalid),
        ([adjustment(exact_minor=5, reason=" ")], 5, AdjustmentNeedsReason),
        ([price(1_500), price(501)], 2_001 * 770, CountedTwice),
        ([price(1_500), price(501, basis="late")], 2_001 * 770, CountedTwice),
        ([price(5, lot=2)], 5 * 770, CountedTwice),
        ([freight(8_001)], 8_001, CountedTwice),
        ([freight(1), freight(1)], 2, CountedTwice),
        ([price(2_000), price(3_000, lot=0), freight(1)], 3_850_001, RefundOverPaid),
        ([line(kind="cost", label="i", basis="inspection", exact=7_700_001, formula="")], 7_700_001, AwardOverLimit),
    ],
)
def test_what_no_award_may_be(lines: list[Line], award: int, refusal: type[Refusal]) -> None:
    before = list(lines)
    with pytest.raises(refusal):
        check(lines=lines, award_minor=award, limits=ROOM, already=BOUGHT)
    assert lines == before


def test_late_and_rework_may_both_be_of_the_same_kept_units() -> None:
    kept = [price(2_000, basis="late"), replace(price(2_000, basis="rework"), kind="cost", head="cost")]
    check(lines=kept, award_minor=total(kept), limits=ROOM, already=BOUGHT)


def test_units_given_back_before_are_not_given_back_again() -> None:
    before = replace(BOUGHT, refunded=(UnitsOf(1, 1, 1_999),))
    check(lines=[price(1)], award_minor=770, limits=ROOM, already=before)
    with pytest.raises(CountedTwice) as caught:
        check(lines=[price(2)], award_minor=1_540, limits=ROOM, already=before)
    assert caught.value.facts == {"lot": 1, "line": 1, "basis": "price", "units": 2_001, "bought": 2_000}


exacts = st.fractions(min_value=0, max_value=10**9, max_denominator=10**6)
lines_drawn = st.lists(
    st.builds(
        lambda exact, kind: line(kind=kind, label="x", basis="x", exact=exact, formula=""),
        exacts,
        st.sampled_from(["refund", "cost"]),
    ),
    max_size=8,
)


@given(lines=lines_drawn, percent=st.fractions(0, 100, max_denominator=1000))
def test_a_shared_line_is_rounded_once_from_its_exact_value(lines: list[Line], percent: Fraction) -> None:
    for before, after in zip(lines, shared(lines=lines, supplier_percent=percent), strict=True):
        assert after.amount_minor == half_up(before.exact * percent / 100)
        assert 0 <= after.amount_minor <= before.amount_minor
        assert after.exact == before.exact


@pytest.mark.parametrize("percent", [-1, 101])
def test_nobody_bears_more_than_all(percent: int) -> None:
    with pytest.raises(LineInvalid):
        shared(lines=[price(1)], supplier_percent=percent)


def test_a_share_is_not_rounded_twice() -> None:
    third = line(kind="refund", label="x", basis="x", exact=Fraction(1, 2), formula="")
    assert third.amount_minor == 1
    # Half of 0.5 is 0.25, rounded to 0; half of the rounded 1 would have been 1.
    assert shared(lines=[third], supplier_percent=50)[0].amount_minor == 0


@given(
    lines=lines_drawn,
    refund=st.integers(0, 10**9),
    more=st.integers(0, 10**9),
)
def test_fitted_lines_always_pass_and_never_grow(lines: list[Line], refund: int, more: int) -> None:
    limits = Limits(refund_minor=refund, total_minor=refund + more, cover_left_minor=0)
    fitted = within(lines=lines, limits=limits, currency="USD")
    check(lines=fitted, award_minor=total(fitted), limits=limits)
    assert fitted[: len(lines)] == tuple(lines)
    assert total(fitted) <= total(lines)
    if total(lines, head="refund") <= refund and total(lines) <= refund + more:
        assert fitted == tuple(lines)


@given(lines=lines_drawn, refund=st.integers(0, 10**9), more=st.integers(0, 10**9), extra=st.integers(-3, 3))
def test_check_lets_through_exactly_what_holds(lines: list[Line], refund: int, more: int, extra: int) -> None:
    limits = Limits(refund_minor=refund, total_minor=refund + more, cover_left_minor=0)
    award = total(lines) + extra
    holds = extra == 0 and total(lines, head="refund") <= refund and award <= refund + more
    try:
        check(lines=lines, award_minor=award, limits=limits)
        passed = True
    except Refusal:
        passed = False
    assert passed == holds


def test_a_line_survives_as_a_document() -> None:
    document: dict[str, Any] = price(2).as_document()
    assert document["exact"] == "1540"
    assert document["units"] == [{"lot": 1, "line": 1, "units": 2}]
