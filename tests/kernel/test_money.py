"""Money is exact, in the standard's minor units, and never mixes currencies."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.kernel.money import MAX_MINOR, MixedCurrencies, Money, currencies, exponent, half_up, parse_minor, share

AMOUNTS = st.integers(min_value=0, max_value=MAX_MINOR)
WEIGHTS = st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        (Fraction(1, 2), 1),
        (Fraction(-1, 2), -1),
        (Fraction(3, 2), 2),
        (Fraction(5, 2), 3),
        (Fraction(-5, 2), -3),
        (Fraction(49, 100), 0),
        (Fraction(-49, 100), 0),
        (Fraction(7), 7),
    ],
)
def test_halves_go_away_from_zero(value: Fraction, rounded: int) -> None:
    assert half_up(value) == rounded


@given(st.fractions())
def test_rounding_moves_by_at_most_a_half_and_is_odd(value: Fraction) -> None:
    assert abs(half_up(value) - value) <= Fraction(1, 2)
    assert half_up(-value) == -half_up(value)


@given(st.fractions(), st.fractions())
def test_rounding_keeps_the_order(one: Fraction, other: Fraction) -> None:
    low, high = sorted((one, other))
    assert half_up(low) <= half_up(high)


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (1, [1, 1], [1, 0]),
        (5, [0, 0], [5, 0]),
        (10, [0, 1, 0], [0, 10, 0]),
        (10, [2, 1, 3], [3, 2, 5]),
        (0, [3, 4], [0, 0]),
    ],
)
def test_shares_go_by_largest_remainder_and_ties_to_the_earlier(
    total: int, weights: list[int], parts: list[int]
) -> None:
    assert share(total=total, weights=weights) == parts


@given(AMOUNTS, WEIGHTS)
def test_shares_sum_to_the_total_and_are_within_one_of_exact(total: int, weights: list[int]) -> None:
    parts = share(total=total, weights=weights)
    assert sum(parts) == total
    assert all(part >= 0 for part in parts)
    whole = sum(weights)
    if whole:
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part - Fraction(total * weight, whole)) < 1
            assert part == 0 or weight > 0


@given(AMOUNTS, WEIGHTS)
def test_a_larger_weight_never_gets_less(total: int, weights: list[int]) -> None:
    parts = share(total=total, weights=weights)
    if sum(weights):
        ranked = sorted(zip(weights, parts, strict=True))
        for (lighter, less), (heavier, more) in pairwise(ranked):
            assert lighter == heavier or less <= more


@pytest.mark.parametrize(("total", "weights"), [(-1, [1]), (1, [-1, 2]), (1, [])])
def test_nonsense_is_not_shared(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="share"):
        share(total=total, weights=weights)


@pytest.mark.parametrize(
    ("currency", "digits"),
    # The last five are where CLDR's habits of display differ from ISO 4217.
    [("USD", 2), ("JPY", 0), ("KWD", 3), ("XOF", 0), ("RSD", 2), ("IQD", 3), ("LBP", 2), ("MMK", 2), ("ALL", 2)],
)
def test_minor_units_are_iso_4217s(currency: str, digits: int) -> None:
    assert exponent(currency) == digits


@pytest.mark.parametrize("currency", ["DEM", "XXX", "usd", "", "XAU"])
def test_only_currencies_in_use_are_money(currency: str) -> None:
    with pytest.raises(ValueError, match="currency in use"):
        Money(1, currency)


@pytest.mark.parametrize("amount", [1.0, True, "1", Decimal(1)])
def test_money_is_a_whole_number(amount: object) -> None:
    with pytest.raises(TypeError):
        Money(amount, "USD")  # type: ignore[arg-type]


def test_currencies_do_not_mix() -> None:
    dollars, yen = Money(100, "USD"), Money(100, "JPY")
    for act in (lambda: dollars + yen, lambda: dollars - yen, lambda: dollars < yen, lambda: dollars <= yen):
        with pytest.raises(MixedCurrencies):
            act()
    assert dollars != yen


@given(AMOUNTS, AMOUNTS)
def test_money_adds_and_subtracts_exactly(one: int, other: int) -> None:
    a, b = Money(one, "EUR"), Money(other, "EUR")
    assert a + b - b == a
    assert -(a - b) == b - a
    assert (a > b) == (one > other)


def test_products_are_rounded_once() -> None:
    assert Money(333, "USD").times(Fraction(1, 2)) == Money(167, "USD")
    assert Money(1_540_000, "USD").times(Fraction(2, 100)) == Money(30_800, "USD")


@pytest.mark.parametrize(
    ("money", "plain", "american", "german"),
    [
        (Money(123456, "USD"), "1,234.56 USD", "$1,234.56", "1.234,56\xa0$"),
        (Money(-5, "USD"), "-0.05 USD", "-$0.05", "-0,05\xa0$"),
        (Money(1500, "JPY"), "1,500 JPY", "¥1,500", "1.500\xa0¥"),
        (Money(1050, "RSD"), "10.50 RSD", "RSD10.50", "10,50\xa0RSD"),
    ],
)
def test_money_is_shown_with_all_its_digits(money: Money, plain: str, american: str, german: str) -> None:
    assert str(money) == plain
    assert money.display(locale="en_US") == american
    assert money.display(locale="de_DE") == german


@given(AMOUNTS, st.sampled_from(["USD", "JPY", "KWD", "CNY"]))
def test_what_is_written_is_read_back(minor: int, currency: str) -> None:
    assert parse_minor(f"{Money(minor, currency).decimal:f}", currency) == minor


@pytest.mark.parametrize(
    "text", ["", "1,5", "1.", ".5", "1e3", "+1", " 1", "١٢", "NaN", "1.005", "0x1", "1" * 16, "1" * 17]
)
def test_what_is_no_amount_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"amount|digits"):
        parse_minor(text, "USD")


def test_the_list_of_currencies_holds_what_trade_uses() -> None:
    assert {"USD", "EUR", "CNY", "JPY", "GBP", "INR", "VND"} <= currencies()
