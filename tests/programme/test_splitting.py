"""A large order in one contract or in several: 120,000 against a cap of 50,000, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast import programme
from holdfast.programme import rules
from holdfast.programme.refusals import PartsNotPossible

K = 100_000
COSTS = rules.SplitCosts(freight_together_minor=6 * K, freight_each_minor=250_000, handling_each_minor=15_000)
"""6,000 for one consignment; 2,500 for each of the parts; 150 for each contract more."""


def with_cover(name: str = "standard", **changes: str) -> programme.Programme:
    found = programme.shipped(name)
    return replace(found, cover=replace(found.cover, **changes))


def plan(rules_of: programme.Programme | str = "standard", **more: Any) -> rules.OrderPlan:
    chosen = programme.shipped(rules_of) if isinstance(rules_of, str) else rules_of
    given_ = {"total_minor": 120 * K, "currency": "USD", "tier": "verified", "costs": COSTS, **more}
    return rules.plan_large_order(programme=chosen, order=rules.LargeOrder(**given_))


def covers(way: rules.WayToPlace) -> list[tuple[int, int]]:
    return [(one.total_minor // K, one.cover_minor // K) for one in way.contracts]


def test_under_link_splitting_gains_nothing_and_says_so() -> None:
    found = plan()
    assert covers(found.one) == [(120, 50)]
    assert covers(found.split) == [(50, 50), (50, 0), (20, 0)]
    assert [one.linked for one in found.split.contracts] == [False, True, True]
    assert (found.one.uncovered_minor, found.split.uncovered_minor) == (70 * K, 70 * K)
    assert (found.cover_gained_minor, found.advice) == (0, "splitting_gains_nothing")
    assert found.sentence == "Splitting gains nothing: the contracts share one cap."
    # 6,000 together; 3 x 2,500 and 2 x 150 apart.
    assert (found.one.cost_minor, found.split.cost_minor, found.cost_added_minor) == (6 * K, 780_000, 180_000)
    # 2.5% of 120,000 ends at 2,500; of the parts it is 1,250, 1,250 and 500.
    assert (found.one.fee_minor, found.split.fee_minor, found.fee_added_minor) == (250_000, 300_000, 50_000)


def test_held_money_comes_back_whole_however_it_is_placed() -> None:
    found = plan()
    assert (found.one.refundable_while_held_minor, found.split.refundable_while_held_minor) == (120 * K, 120 * K)
    capped = plan("import")
    assert (capped.one.refundable_while_held_minor, capped.split.refundable_while_held_minor) == (50 * K, 120 * K)


@pytest.mark.parametrize("name", ["apparel", "import"])
def test_under_allow_each_contract_has_a_cap_of_its_own(name: str) -> None:
    found = plan(name)
    assert covers(found.split) == [(50, 50), (50, 50), (20, 20)]
    assert (found.cover_gained_minor, found.split.uncovered_minor) == (70 * K, 0)
    assert (found.advice, found.cost_added_minor) == ("splitting_gains", 180_000)


def test_under_deny_several_contracts_are_not_taken() -> None:
    found = plan(with_cover(linked="deny"))
    assert (found.split.refused, found.split.cover_minor, found.advice) == (
        "linked_orders_denied",
        0,
        "splitting_refused",
    )
    assert found.one.refused is None


def test_where_excess_is_refused_one_contract_is_not_taken() -> None:
    found = plan(with_cover("import", excess="refuse"))
    assert (found.one.refused, found.one.cover_minor) == ("excess_refused", 0)
    assert (found.split.refused, found.split.cover_minor, found.advice) == (None, 120 * K, "splitting_gains")


def test_what_linked_orders_have_reserved_already_is_gone() -> None:
    found = plan(linked_reserved_minor=30 * K)
    assert (found.one.cover_minor, found.one.uncovered_minor) == (20 * K, 100 * K)
    assert all(one.linked for one in found.split.contracts)


def test_the_suppliers_line_ends_the_cover() -> None:
    assert covers(plan("import", line_left_minor=60 * K).split) == [(50, 50), (50, 10), (20, 0)]


def test_contracts_signed_further_apart_than_the_link_reaches_are_not_linked() -> None:
    # 31 days between neighbours: none linked. 20 days: the third with the second only, which has no cover to share.
    assert covers(plan(days_apart=31).split) == [(50, 50), (50, 50), (20, 20)]
    assert covers(plan(days_apart=20).split) == [(50, 50), (50, 0), (20, 20)]


def test_an_order_inside_the_cap_needs_no_splitting() -> None:
    found = plan(total_minor=40 * K)
    assert (found.advice, found.one.uncovered_minor) == ("one_covers_all", 0)
    assert [one.total_minor for one in found.split.contracts] == [20 * K, 20 * K]


def test_parts_may_be_given_and_are_equal() -> None:
    assert [one.total_minor for one in plan(parts=7, total_minor=100).split.contracts] == [15, 15, 14, 14, 14, 14, 14]


@pytest.mark.parametrize("more", [{"parts": 1}, {"parts": 101}, {"parts": 3, "total_minor": 2}])
def test_parts_that_cannot_be_are_refused_with_what_can(more: dict[str, int]) -> None:
    with pytest.raises(PartsNotPossible) as refusal:
        plan(**more)
    assert refusal.value.accepted["from"] == 2


@given(
    total=st.integers(2, 10**12),
    parts=st.one_of(st.none(), st.integers(2, 20)),
    name=st.sampled_from(programme.names()),
    reserved=st.integers(0, 10**8),
)
def test_every_way_adds_up(total: int, parts: int | None, name: str, reserved: int) -> None:
    cap = rules.cover_cap(programme=programme.shipped(name), tier="verified", currency="USD")
    if parts is None and total > 100 * cap:
        total = 100 * cap
    if parts is not None and parts > total:
        parts = total
    found = plan(name, total_minor=total, parts=parts, linked_reserved_minor=reserved)
    for way in (found.one, found.split):
        assert sum(one.total_minor for one in way.contracts) == total
        assert way.cover_minor + way.uncovered_minor == total
        assert all(0 <= one.cover_minor <= one.total_minor for one in way.contracts)
    if programme.shipped(name).cover.linked == "link":
        assert found.cover_gained_minor <= 0
