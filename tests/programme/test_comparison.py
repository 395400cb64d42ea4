"""Ways to pay side by side for three amounts, worked out by hand from the programme and the dated source."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from holdfast import programme
from holdfast.programme import rules
from holdfast.programme.document import BUYER_REASONS
from holdfast.programme.refusals import CurrencyNotCovered, IncotermUnknown, TierNotCovered
from holdfast.programme.schemes import FIGURES, read_schemes, schemes

K = 100_000
"""A thousand, in cents."""


def ways(amount_minor: int, name: str = "standard", **more: Any) -> dict[str, rules.Protection]:
    order = rules.ComparedOrder(**{"amount_minor": amount_minor, "currency": "USD", "tier": "verified", **more})
    found = rules.compare(programme=programme.shipped(name), order=order, schemes=schemes())
    return {one.name: one for one in found}


@pytest.mark.parametrize(
    ("amount", "rails", "fee_and_rest", "paypal", "beyond_paypal"),
    [
        # 2.9% + 0.30; 4.4% + 0.30; nothing; 0.8%. Fee 2.5%. PayPal outside 4.4%, its cap from 20,000 to 50,000.
        (2 * K, {"card": 5_830, "paypal": 8_830, "wire": 0, "e_check": 1_600}, (5_000, 0), 8_800, (0, 0)),
        # Above PayPal's 10,000 a payment.
        (20 * K, {"card": 58_030, "paypal": None, "wire": 0, "e_check": 16_000}, (50_000, 0), 88_000, (0, 0)),
        # Above every rail's limit but the wire's; 2.5% would be 5,000, the fee ends at 2,500; 150,000 beyond the cap.
        (
            200 * K,
            {"card": None, "paypal": None, "wire": 0, "e_check": None},
            (250_000, 150 * K),
            880_000,
            (150 * K, 180 * K),
        ),
    ],
)
def test_two_thousand_twenty_thousand_and_two_hundred_thousand(
    amount: int,
    rails: dict[str, int | None],
    fee_and_rest: tuple[int, int],
    paypal: int,
    beyond_paypal: tuple[int, int],
) -> None:
    found, (fee, rest) = ways(amount), fee_and_rest
    own, outside, transfer = found["trade_assurance"], found["paypal"], found["direct_transfer"]
    assert {row.rail: row.cost_minor for row in own.rails} == rails
    costs = [cost for cost in rails.values() if cost is not None]
    assert (own.cost_low_minor, own.cost_high_minor, own.supplier_fee_minor) == (min(costs), max(costs), fee)
    assert (own.held, own.cap_low_minor, own.unprotected_low_minor) == ("yes", 50 * K, rest)
    assert own.unprotected_while_held_minor == 0
    assert (outside.cost_low_minor, outside.cost_high_minor) == (paypal, paypal)
    assert (outside.held, outside.cap_low_minor, outside.cap_high_minor) == ("partly", 20 * K, 50 * K)
    assert (outside.unprotected_low_minor, outside.unprotected_high_minor) == beyond_paypal
    assert (transfer.cost_low_minor, transfer.cost_high_minor) == (2_000, 5_000)
    assert (transfer.held, transfer.unprotected_low_minor, transfer.unprotected_high_minor) == ("no", amount, amount)


def test_what_is_covered_is_what_a_claim_would_be_told() -> None:
    found = ways(20 * K)
    assert found["trade_assurance"].not_covered == ("late_delivery", "carrier_damage", "customs", "subjective")
    assert found["paypal"].covered == ("not_shipped", "not_delivered")
    assert found["direct_transfer"].covered == ()
    # Under DDP the way, the arrival and the import are the supplier's.
    assert ways(20 * K, incoterm="DDP")["trade_assurance"].not_covered == ("subjective",)
    for one in found.values():
        assert sorted((*one.covered, *one.not_covered)) == sorted(BUYER_REASONS)


def test_windows_end_on_days_where_days_are_given() -> None:
    found = ways(20 * K, paid_on=date(2026, 12, 1), expected_delivery_on=date(2027, 1, 31))
    assert found["trade_assurance"].window_ends_on == date(2027, 3, 2)
    assert found["paypal"].window_ends_on == date(2027, 5, 30)
    assert found["direct_transfer"].window_days is None
    assert ways(20 * K, "apparel", expected_delivery_on=date(2027, 1, 31))["trade_assurance"].window_ends_on == date(
        2027, 3, 12
    )
    assert [ways(20 * K)[name].window_ends_on for name in ("trade_assurance", "paypal")] == [None, None]


def test_where_the_cap_limits_every_refund_held_money_is_not_safe_either() -> None:
    assert ways(200 * K, "import")["trade_assurance"].unprotected_while_held_minor == 150 * K


def test_evidence_follows_the_programme_and_the_amount() -> None:
    assert "inspection_advised" not in ways(2 * K)["trade_assurance"].evidence
    assert "inspection_advised" in ways(6 * K)["trade_assurance"].evidence
    assert "inspection_required" in ways(20 * K)["trade_assurance"].evidence
    assert "outside_messages_both_attest" in ways(2 * K)["trade_assurance"].evidence
    assert "outside_messages_never" in ways(2 * K, "import")["trade_assurance"].evidence


def test_in_a_currency_that_the_source_is_silent_on_nothing_is_converted() -> None:
    found = ways(20 * K, currency="EUR")
    assert (found["paypal"].cost_low_minor, found["paypal"].cap_low_minor) == (88_000, None)
    assert found["direct_transfer"].cost_low_minor is None
    assert found["paypal"].unprotected_low_minor is None


def test_an_individual_cap_counts() -> None:
    own = ways(200 * K, individual_cap_minor=90 * K)["trade_assurance"]
    assert (own.cap_low_minor, own.unprotected_low_minor) == (90 * K, 110 * K)


def test_every_outside_figure_is_quoted_with_its_source_and_day() -> None:
    for scheme in schemes():
        assert [said.figure for said in scheme.said] == list(FIGURES)
        for said in scheme.said:
            assert said.says
            assert said.source.on == date(2026, 7, 3)
            assert said.source.address.startswith("https://www.chinaispp.com/")


def test_a_figure_without_a_dated_source_is_not_read() -> None:
    undated = '[sources.s2]\ntitle = "T"\naddress = "A"\non = "lately"\n[schemes]\n'
    with pytest.raises(ValueError, match="without a day"):
        read_schemes(undated)


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"currency": "CHF"}, CurrencyNotCovered),
        ({"tier": "platinum"}, TierNotCovered),
        ({"incoterm": "DAT"}, IncotermUnknown),
    ],
)
def test_what_the_programme_does_not_know_is_refused(more: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        ways(20 * K, **more)
