"""Cover, limits and fees: figures of the standard programme as literals, and the laws that no figure may break."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast import programme
from holdfast.programme import rules
from holdfast.programme.document import Programme
from holdfast.programme.refusals import (
    CurrencyNotCovered,
    ExcessRefused,
    LinkedOrdersDenied,
    OverRailLimit,
    RailNotOffered,
    TierNotCovered,
)

STANDARD, IMPORT = programme.shipped("standard"), programme.shipped("import")
AMOUNT = st.integers(0, 10**12)
ANY = st.sampled_from(programme.names()).map(programme.shipped)
TIER = st.sampled_from(programme.TIERS)
CURRENCY = st.sampled_from(STANDARD.currencies)


def with_cover(**changes: Any) -> Programme:
    return replace(STANDARD, cover=replace(STANDARD.cover, **changes))


def reserved(chosen: Programme, total_minor: int, **facts: Any) -> int:
    return rules.cover_reserved(programme=chosen, tier="enrolled", currency="USD", total_minor=total_minor, **facts)


@pytest.mark.parametrize(
    ("name", "tier", "currency", "individual", "cap"),
    [
        ("standard", "enrolled", "USD", None, 1_000_000),
        ("standard", "verified", "USD", None, 5_000_000),
        ("standard", "gold", "USD", None, 10_000_000),
        ("standard", "gold", "JPY", None, 15_000_000),
        ("standard", "enrolled", "USD", 7_500_000, 7_500_000),
        ("apparel", "enrolled", "USD", None, 5_000_000),
        ("import", "verified", "USD", None, 5_000_000),
    ],
)
def test_the_cap_is_the_tiers_or_the_individual_one(
    name: str, tier: str, currency: str, individual: int | None, cap: int
) -> None:
    chosen = programme.shipped(name)
    found = rules.cover_cap(programme=chosen, tier=tier, currency=currency, individual_minor=individual)
    assert found == cap
    assert rules.line_limit(programme=chosen, tier=tier, currency=currency, individual_minor=individual) == 10 * cap


def test_what_has_no_figure_is_refused() -> None:
    with pytest.raises(CurrencyNotCovered) as caught:
        rules.cover_cap(programme=STANDARD, tier="gold", currency="CHF")
    assert caught.value.accepted == ["USD", "EUR", "GBP", "CNY", "JPY"]
    with pytest.raises(TierNotCovered):
        rules.cover_cap(programme=STANDARD, tier="platinum", currency="USD")
    with pytest.raises(CurrencyNotCovered):
        rules.fee_due(programme=STANDARD, tier="gold", currency="CHF", released_goods_minor=0)
    with pytest.raises(TierNotCovered):
        rules.fee_due(programme=STANDARD, tier="platinum", currency="USD", released_goods_minor=1)
    with pytest.raises(CurrencyNotCovered):
        rules.inspection_need(programme=STANDARD, total_minor=1, currency="CHF")


def test_cover_is_the_lesser_of_cap_and_total() -> None:
    assert reserved(STANDARD, 999_999) == 999_999
    assert reserved(STANDARD, 1_000_001) == 1_000_000
    assert rules.uncovered_excess(total_minor=1_000_001, reserved_minor=1_000_000) == 1
    assert rules.uncovered_excess(total_minor=5, reserved_minor=5) == 0


def test_linked_orders_share_one_cap_or_not() -> None:
    assert reserved(STANDARD, 800_000, linked=True, linked_reserved_minor=400_000) == 600_000
    assert reserved(STANDARD, 800_000, linked=True, linked_reserved_minor=2_000_000) == 0
    assert reserved(IMPORT, 800_000, linked=True, linked_reserved_minor=400_000) == 800_000
    denied = with_cover(linked="deny")
    assert reserved(denied, 800_000) == 800_000
    with pytest.raises(LinkedOrdersDenied):
        reserved(denied, 800_000, linked=True)


def test_an_excess_may_be_refused() -> None:
    refusing = with_cover(excess="refuse")
    assert reserved(refusing, 1_000_000) == 1_000_000
    with pytest.raises(ExcessRefused) as caught:
        reserved(refusing, 1_000_001)
    assert caught.value.accepted == {"most_minor": 1_000_000}


@pytest.mark.parametrize(
    ("name", "days", "facts", "linked"),
    [
        ("standard", 30, {}, True),
        ("standard", 31, {}, False),
        ("standard", 300, {"same_rfq": True}, True),
        ("standard", 300, {"declared": True}, True),
        ("import", 1, {"declared": True}, False),
    ],
)
def test_what_links_two_orders(name: str, days: int, facts: dict[str, bool], linked: bool) -> None:
    first, second = date(2026, 1, 1), date.fromordinal(date(2026, 1, 1).toordinal() + days)
    for one, other in ((first, second), (second, first)):
        chosen = programme.shipped(name)
        assert rules.orders_linked(programme=chosen, signed_on=one, other_signed_on=other, **facts) == linked


def test_early_releases_stay_within_the_cover() -> None:
    assert rules.early_release_left(programme=STANDARD, cover_reserved_minor=100, released_early_minor=60) == 40
    assert rules.early_release_left(programme=STANDARD, cover_reserved_minor=100, released_early_minor=100) == 0
    never = with_cover(early_release="never")
    assert rules.early_release_left(programme=never, cover_reserved_minor=100, released_early_minor=0) == 0


def test_the_guarantee_is_a_share_of_the_line() -> None:
    assert rules.guarantee_required(programme=STANDARD, line_minor=10_000_005) == 1_000_001
    assert rules.credit_hold(programme=STANDARD, release_minor=10_000, deposit_minor=0, required_minor=900) == 0
    assert rules.credit_hold(programme=IMPORT, release_minor=10_000, deposit_minor=0, required_minor=900) == 500
    assert rules.credit_hold(programme=IMPORT, release_minor=10_000, deposit_minor=700, required_minor=900) == 200
    assert rules.credit_hold(programme=IMPORT, release_minor=10_000, deposit_minor=901, required_minor=900) == 0


LIMITS = [
    # programme, (paid, refunded, held, frozen, reserved, drawn, cap), refund, total, cover left
    ("standard", (100, 0, 100, 0, 100, 0, 100), 100, 200, 100),  # all held: costs may come on top
    ("standard", (100, 0, 60, 40, 0, 0, 0), 100, 100, 0),  # held and frozen come back whatever the cover
    ("standard", (100, 0, 0, 0, 60, 0, 60), 60, 60, 60),  # released: only the cover
    ("standard", (100, 0, 0, 0, 60, 50, 60), 10, 10, 10),
    ("standard", (100, 90, 30, 0, 60, 0, 60), 10, 90, 60),  # never more than paid
    ("standard", (100, 0, 0, 0, 0, 0, 0), 0, 0, 0),  # uncovered excess, released: gone
    ("import", (200, 0, 200, 0, 100, 0, 100), 100, 100, 100),  # total: the cap limits held money too
    ("import", (200, 80, 120, 0, 100, 0, 100), 20, 20, 20),
    ("import", (200, 100, 100, 0, 100, 0, 100), 0, 0, 0),
    ("import", (200, 120, 80, 0, 100, 0, 100), 0, 0, 0),
]


@pytest.mark.parametrize(("name", "money", "refund", "total", "left"), LIMITS)
def test_how_much_can_come_back(name: str, money: tuple[int, ...], refund: int, total: int, left: int) -> None:
    found = rules.limits(programme=programme.shipped(name), money=rules.OrderMoney(*money))
    assert found == rules.Limits(refund_minor=refund, total_minor=total, cover_left_minor=left)


MONEY = st.builds(rules.OrderMoney, *([AMOUNT] * 7))


@given(ANY, MONEY)
def test_limits_are_never_negative_and_never_beyond_what_was_paid(chosen: Programme, money: rules.OrderMoney) -> None:
    found = rules.limits(programme=chosen, money=money)
    assert 0 <= found.refund_minor <= found.total_minor
    assert found.refund_minor <= max(0, money.paid - money.refunded)
    assert 0 <= found.cover_left_minor <= max(0, money.cover_reserved - money.cover_drawn)
    assert found.total_minor <= money.held + money.frozen + found.cover_left_minor
    if chosen.cover.limits == "total":
        assert found.refund_minor + money.refunded <= max(money.cap, money.refunded)


@given(ANY, MONEY, AMOUNT)
def test_a_refund_within_the_limit_leaves_the_rest(chosen: Programme, money: rules.OrderMoney, wish: int) -> None:
    """Paying an award out of held money, then cover, lowers the limit by exactly the award."""
    before = rules.limits(programme=chosen, money=money)
    award = min(wish, before.refund_minor)
    from_frozen = min(award, money.frozen)
    from_held = min(award - from_frozen, money.held)
    after = rules.limits(
        programme=chosen,
        money=replace(
            money,
            refunded=money.refunded + award,
            frozen=money.frozen - from_frozen,
            held=money.held - from_held,
            cover_drawn=money.cover_drawn + award - from_frozen - from_held,
        ),
    )
    assert after.refund_minor == before.refund_minor - award


@pytest.mark.parametrize(
    ("currency", "released", "fee"),
    [
        ("USD", 0, 0),
        ("USD", 50, 50),  # never more than was released
        ("USD", 100, 100),
        ("USD", 3_999, 100),  # the minimum, once an order
        ("USD", 4_020, 101),  # 100.5 rounds half up
        ("USD", 3_850_000, 96_250),
        ("USD", 10_000_000, 250_000),
        ("USD", 12_000_000, 250_000),  # the cap
        ("JPY", 1_000_000, 25_000),
        ("CNY", 1_000, 700),
    ],
)
def test_the_suppliers_fee(currency: str, released: int, fee: int) -> None:
    due = rules.fee_due(programme=STANDARD, tier="verified", currency=currency, released_goods_minor=released)
    assert due == fee


def test_bands_are_taken_part_by_part() -> None:
    document = programme.as_document(STANDARD)
    document["fees"] = {
        "payer": "supplier",
        "bands": [
            {"tiers": ["enrolled", "verified", "gold"], "percent": "3"},
            {"tiers": ["gold"], "percent": "1", "above": dict.fromkeys(STANDARD.currencies, "100")},
        ],
    }
    chosen = programme.read_document(document, source="bands")
    for tier, fee in (("verified", 900), ("gold", 500)):
        due = rules.fee_due(programme=chosen, tier=tier, currency="USD", released_goods_minor=30_000)
        assert due == fee


@given(ANY, TIER, CURRENCY, st.lists(st.integers(-(10**9), 10**9), max_size=8))
def test_the_fee_does_not_depend_on_the_steps(chosen: Programme, tier: str, currency: str, steps: list[int]) -> None:
    released = taken = 0
    for step in steps:
        released = max(0, released + step)
        taken += rules.fee_step(
            programme=chosen, tier=tier, currency=currency, released_goods_minor=released, taken_minor=taken
        )
        assert 0 <= taken <= released
    due = rules.fee_due(programme=chosen, tier=tier, currency=currency, released_goods_minor=released)
    assert taken == due


@given(ANY, TIER, CURRENCY, AMOUNT, AMOUNT)
def test_the_fee_rises_with_what_is_released(chosen: Programme, tier: str, currency: str, one: int, more: int) -> None:
    low = rules.fee_due(programme=chosen, tier=tier, currency=currency, released_goods_minor=one)
    high = rules.fee_due(programme=chosen, tier=tier, currency=currency, released_goods_minor=one + more)
    assert 0 <= low <= high <= chosen.fees.cap[currency]


@pytest.mark.parametrize(
    ("rail", "amount", "cost"),
    [
        ("card", 100_000, 2_930),
        ("card", 17, 30),
        ("paypal", 200_000, 8_830),
        ("wire", 9_999_999, 0),
        ("e_check", 1_000, 8),
    ],
)
def test_processing_is_at_cost(rail: str, amount: int, cost: int) -> None:
    assert rules.processing(programme=STANDARD, rail=rail, amount_minor=amount, currency="USD") == cost


def test_rails_have_limits_and_returnable_money_waits_for_settlement() -> None:
    rules.check_rail(programme=STANDARD, rail="paypal", amount_minor=1_000_000, currency="USD")
    rules.check_rail(programme=STANDARD, rail="wire", amount_minor=10**14, currency="USD")
    with pytest.raises(OverRailLimit):
        rules.check_rail(programme=STANDARD, rail="paypal", amount_minor=1_000_001, currency="USD")
    with pytest.raises(RailNotOffered) as caught:
        rules.rail(programme=IMPORT, name="paypal")
    assert caught.value.accepted == ["card", "wire", "e_check"]
    for name in programme.names():
        for rail in programme.shipped(name).rails.values():
            assert rail.releasable_after == "settled" or not rail.returnable


@pytest.mark.parametrize(
    ("share", "total", "held", "evidenced", "cost"),
    [
        (Fraction(10), 10_000, 5_000, 400, 400),
        (Fraction(10), 10_000, 5_000, 4_000, 1_000),
        (Fraction(10), 10_000, 600, 4_000, 600),
        (Fraction(90), 10_000, 9_000, 9_000, 3_000),  # the programme's most
        (Fraction(0), 10_000, 9_000, 9_000, 0),
    ],
)
def test_a_buyers_default_costs_what_is_evidenced(
    share: Fraction, total: int, held: int, evidenced: int, cost: int
) -> None:
    found = rules.buyer_default(
        programme=STANDARD, share_percent=share, total_minor=total, held_minor=held, evidenced_minor=evidenced
    )
    assert found == cost
