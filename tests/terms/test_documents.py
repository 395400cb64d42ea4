"""Exact numbers survive writing and reading; what does not fit is refused at its place."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.kernel.refusals import Invalid
from holdfast.terms.documents import as_document, from_document, number, plain


@dataclass(frozen=True)
class Inner:
    amount: Fraction


@dataclass(frozen=True)
class Outer:
    name: str
    count: int
    day: date | None = None
    at: datetime | None = None
    rows: tuple[Inner, ...] = ()
    triple: tuple[Fraction, Fraction, Fraction] | None = None


@given(st.fractions(min_value=-(10**30), max_value=10**30, max_denominator=10**9))
def test_a_number_is_written_exactly(value: Fraction) -> None:
    assert number(plain(value)) == value


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9))
def test_decimals_are_written_as_decimals(value: Any) -> None:
    text = plain(Fraction(value))
    assert "/" not in text
    assert Fraction(text) == Fraction(value)


def test_round_trip() -> None:
    third = Fraction(1, 3)
    outer = Outer("a", 2, date(2026, 7, 3), datetime(2026, 7, 3, 1, tzinfo=UTC), (Inner(third),), (third, third, third))
    assert from_document(Outer, as_document(outer)) == outer


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ([], "document"),
        ({"name": "a"}, "count"),
        ({"name": 1, "count": 1}, "name"),
        ({"name": "a", "count": True}, "count"),
        ({"name": "a", "count": 1.5}, "count"),
        ({"name": "a", "count": 1, "nmae": 1}, "nmae"),
        ({"name": "a", "count": 1, "rows": {}}, "rows"),
        ({"name": "a", "count": 1, "rows": [{"amount": "1"}, {"amount": "1e9"}]}, "rows.1.amount"),
        ({"name": "a", "count": 1, "rows": [{"amount": 1.5}]}, "rows.0.amount"),
        ({"name": "a", "count": 1, "triple": ["1", "2"]}, "triple"),
        ({"name": "a", "count": 1, "day": "3 July"}, "day"),
        ({"name": "a", "count": 1, "at": "2026-07-03T10:00:00"}, "at"),
        ({"name": "a", "count": 1, "at": 5}, "at"),
    ],
)
def test_what_does_not_fit_is_named(document: Any, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        from_document(Outer, document)
    assert caught.value.field == field
    assert caught.value.accepted
