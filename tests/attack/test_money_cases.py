"""Money of claims that touch each other, of goods that are short, and of orders that end meanwhile: what each side is
owed in the end, whatever came first.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from holdfast.claims import rules
from holdfast.claims.operations import answering, deciding
from holdfast.claims.operations.case import ClaimStep
from holdfast.kernel.refusals import Invalid, OutOfState, Refusal
from holdfast.orders.operations import cancelling, receipt
from holdfast.orders.rules import money
from tests.claims.stage import accepts, answers, decides, examines, gives, opens, shows, to_mediator, waives
from tests.orders.flows import back, sound
from tests.world import World, contract, refuses


@pytest.fixture(autouse=True)
def _sound(world: World) -> Any:
    yield
    sound()


ALL_WRONG = {"units": [{"id": "u1", "line": 1, "count": 500, "readings": [{"term": "T1", "value": "plastic"}]}]}


def withdraws(world: World, claim: ClaimStep) -> ClaimStep:
    return answering.withdraw(act=world.buyer(), order_id=claim.order_id, claim_id=claim.claim_id)


def of_units(quantity: int, *, tolerance: str | None = None, **more: Any) -> dict[str, Any]:
    line = {**contract()["lines"][0], "quantity": quantity}
    if tolerance:
        line["tolerance"] = {"percent": tolerance}
    return contract(lines=[line], **more)


# --- two claims on the same goods -----------------------------------------------------------------------------------


def test_an_award_is_carried_out_whole_though_another_claim_froze_the_same_goods(world: World) -> None:
    order_id = world.delivered()
    first = opens(world, order_id, "quality", amount_minor=300_000)
    second = opens(world, order_id, "wrong_goods", return_waived=True)
    to_mediator(world, first)
    decides(world, second, (gives(1_000_000),), outcome="full", goods_back=False)
    assert waives(world, second).refunded_minor == 1_000_000
    decides(world, first, ())
    waives(world, first)
    assert world.order(order_id).order.refunded_minor == 1_000_000


def test_what_never_came_goes_back_whole_though_lateness_was_claimed_first(world: World) -> None:
    order_id = world.funded_order()
    world.days_pass(39 + 31)
    late = opens(world, order_id, "late_shipment", amount_minor=20_000)
    opens(world, order_id, "not_shipped")
    world.days_pass(20)
    order = world.order(order_id).order
    assert (order.refunded_minor, shows(late).state) == (1_000_000, "executed")


def test_a_cost_is_not_met_by_what_another_claim_froze(world: World) -> None:
    order_id = world.delivered()
    first = opens(world, order_id, "quality", amount_minor=400_000)
    second = opens(world, order_id, "wrong_goods", amount_minor=600_000)
    to_mediator(world, first)
    decides(world, first, (gives(400_000), gives(100_000, head="cost")))
    waives(world, first)
    assert world.order(order_id).frozen_minor == 600_000
    withdraws(world, second)


def test_money_of_lateness_is_not_taken_for_a_shortage_or_a_wrongful_rejection(world: World) -> None:
    order_id = world.delivered(of_units(1000, tolerance="5"))
    opens(world, order_id, "late_shipment", amount_minor=1_000_000)
    assert world.order(order_id).frozen_minor == 1_000_000
    world.receives(order_id, received={1: 960})
    sound()
    other = world.delivered()
    late = opens(world, other, "late_shipment", amount_minor=50_000)
    receipt.reject(act=world.buyer(), order_id=other, lot=1, reason="changed my mind")
    claim = opens(world, other, "wrongful_rejection", by="supplier", remedy="release", amount_minor=500_000)
    accepts(world, claim, by="buyer")
    assert world.order(other).frozen_minor == 50_000
    withdraws(world, late)


# --- counted once, decided always -------------------------------------------------------------------------------------


def test_units_that_were_paid_back_on_receipt_are_not_paid_back_again(world: World) -> None:
    """Inside the tolerance of the line, beyond that of the lot alone."""
    order_id = world.funded_order(of_units(1000, tolerance="2"))
    lots = [world.ships(order_id, {1: 500}), world.ships(order_id)]
    world.days_pass(20)
    for lot in lots:
        world.delivers(lot.id)
    assert world.receives(order_id, 1, received={1: 485}).refunded_minor == 15_000
    claim = opens(world, order_id, "quantity", lots=(1,))
    with refuses(rules.NotDecidable):
        accepts(world, claim)
    world.days_pass(20)
    assert (world.order(order_id).order.refunded_minor, shows(claim).state) == (15_000, "executed")


def test_a_shortage_that_was_held_back_is_worth_its_units_or_goes_back(world: World) -> None:
    """Beyond the tolerance over all lots, inside it in the lot alone: the supplier is not paid for what never came."""
    order_id = world.funded_order(of_units(1000, tolerance="2"))
    lots = [world.ships(order_id, {1: 500}), world.ships(order_id)]
    world.days_pass(20)
    for lot in lots:
        world.delivers(lot.id)
    world.receives(order_id, 1, received={1: 482})
    world.receives(order_id, 2, received={1: 492})
    claim = opens(world, order_id, "quantity", lots=(2,))
    accepts(world, claim)
    assert world.order(order_id).order.refunded_minor == 26_000


def test_a_claim_decided_from_the_record_when_nothing_is_left_is_still_decided(world: World) -> None:
    order_id = world.funded_order()
    world.days_pass(39 + 12)
    shipment = world.ships(order_id, {1: 400})
    world.ships(order_id)
    world.days_pass(20)
    world.delivers(shipment.id)
    late = opens(world, order_id, "late_shipment", lots=(1,))
    whole = opens(world, order_id, "wrong_goods", lots=(1,), amount_minor=400_000, return_waived=True)
    answers(world, whole, "offer", offer_minor=400_000)
    accepts(world, whole, by="buyer")
    world.days_pass(20)
    assert shows(late).state == "executed"


def test_the_same_units_named_twice_are_named_once(world: World) -> None:
    order_id = world.delivered()
    with refuses(Invalid):
        opens(world, order_id, "quality", units=((1, 1, 600), (1, 1, 600)))


@pytest.mark.parametrize("amount", [0, -5])
def test_nothing_is_asked_for_by_nothing(world: World, amount: int) -> None:
    order_id = world.delivered()
    with refuses(Invalid):
        opens(world, order_id, "quality", amount_minor=amount)


# --- what is held for a shortage --------------------------------------------------------------------------------------


def test_a_denied_claim_about_something_else_leaves_what_is_held_for_a_shortage(world: World) -> None:
    order_id = world.delivered()
    world.receives(order_id, received={1: 900})
    claim = opens(world, order_id, "quality", amount_minor=40_000)
    to_mediator(world, claim)
    decides(world, claim, ())
    waives(world, claim)
    assert opens(world, order_id, "quantity").frozen_minor == 100_000


# --- edges of time and of lives ---------------------------------------------------------------------------------------


def test_an_appeal_comes_in_its_last_second_and_not_after(world: World) -> None:
    order_id = world.delivered()
    claim = opens(world, order_id, "quality")
    to_mediator(world, claim)
    decides(world, claim, (gives(100_000),))
    ends = shows(claim).appeal_ends_at
    assert ends is not None
    given: dict[str, Any] = {"order_id": order_id, "claim_id": claim.claim_id, "ground": "error", "text": "look again"}
    world.now = ends + timedelta(seconds=1)
    with refuses(Refusal):
        deciding.appeal(act=world.supplier(), **given)
    world.now = ends + timedelta(milliseconds=900)
    assert deciding.appeal(act=world.supplier(), **given).state == "appealed"


def test_who_waived_the_appeal_has_none(world: World) -> None:
    order_id = world.delivered()
    claim = opens(world, order_id, "quality")
    to_mediator(world, claim)
    decides(world, claim, (gives(100_000),))
    deciding.waive_appeal(act=world.supplier(), order_id=order_id, claim_id=claim.claim_id)
    with refuses(OutOfState):
        deciding.appeal(
            act=world.supplier(), order_id=order_id, claim_id=claim.claim_id, ground="error", text="look again"
        )


def test_an_order_that_has_left_whole_is_not_cancelled(world: World) -> None:
    order_id, _shipment = world.shipped()
    with refuses(OutOfState):
        cancelling.cancel(act=world.supplier(), order_id=order_id, ground="withdrawal")


def test_what_a_decision_gives_back_as_never_shipped_is_not_shipped_meanwhile(world: World) -> None:
    order_id = world.funded_order()
    world.days_pass(39 + 31)
    claim = opens(world, order_id, "not_shipped")
    to_mediator_or_rules(world, claim)
    with refuses(Refusal):
        world.ships(order_id)
    world.days_pass(9)
    assert world.order(order_id).order.refunded_minor == 1_000_000


def to_mediator_or_rules(world: World, claim: ClaimStep) -> None:
    while shows(claim).state not in {"mediating", "determined"}:
        world.days_pass(1)
    assert shows(claim).state == "determined"


def test_costs_that_are_decided_and_not_moved_yet_count_against_the_limit(world: World) -> None:
    order_id = world.delivered()
    claims = [opens(world, order_id, reason, amount_minor=100_000) for reason in ("quality", "wrong_goods")]
    to_mediator(world, claims[0])
    limit = 2_000_000
    decides(world, claims[0], (gives(limit - 500_000, head="cost"),))
    with refuses(Refusal):
        decides(world, claims[1], (gives(500_001, head="cost"),))


# --- prices -----------------------------------------------------------------------------------------------------------


def test_a_discount_never_makes_goods_cost_less_than_nothing(world: World) -> None:
    line = contract()["lines"][0]
    lines = [
        {**line, "quantity": 1000, "unit_price_minor": 1},
        {**line, "number": 2, "quantity": 10, "unit_price_minor": 10_000},
    ]

    def charged(amount_minor: int, basis: str = "value") -> list[dict[str, Any]]:
        return [{"kind": "discount", "amount_minor": amount_minor, "basis": basis}] * 2

    for charges in (charged(2_500, "unit"), [*charged(60_000), {"kind": "tax", "amount_minor": 90_000}]):
        with refuses(Invalid):
            world.drafted(contract(lines=lines, charges=charges))
    order_id = world.funded_order(contract(lines=lines, charges=[*charged(50_500), {"kind": "tax", "amount_minor": 9}]))
    lots = [world.ships(order_id, {1: units}) for units in (1, 1, 998)] + [world.ships(order_id)]
    world.days_pass(20)
    for number, lot in enumerate(lots, start=1):
        world.delivers(lot.id)
        world.receives(order_id, number)
    whole = world.order(order_id)
    assert (whole.order.state, whole.order.released_minor) == ("completed", whole.order.total_minor)
    assert all(row.price_minor >= 0 for row in whole.lots)
    assert money.rest_price(whole) == 0


@pytest.mark.parametrize(("currency", "price"), [("USD", 1), ("CNY", 10**15)])
def test_one_unit_at_any_price_in_any_currency(world: World, currency: str, price: int) -> None:
    line = {**contract()["lines"][0], "quantity": 1, "unit_price_minor": price}
    order_id = world.signed_order(contract(lines=[line], currency=currency))
    world.wires(order_id)
    world.waives_inspection(order_id) if world.order(order_id).order.inspection == "required" else None
    shipment = world.ships(order_id)
    world.delivers(shipment.id)
    claim = opens(world, order_id, "quality")
    to_mediator(world, claim)
    decides(world, claim, (gives(price),), supplier_percent=50, outcome="shared")
    waives(world, claim)
    world.receives(order_id) if world.order(order_id).lots[0].state != "settled" else None
    assert back(order_id) >= (price + 1) // 2


def test_each_lot_goes_back_at_its_own_price_to_the_cent(world: World) -> None:
    """Freight that cannot be halved: what falls on each lot is all that can come back for it."""
    freight = [{"kind": "freight", "amount_minor": 99_999, "basis": "value"}]
    order_id = world.funded_order(contract(charges=freight))
    lots = [world.ships(order_id, {1: 500}), world.ships(order_id)]
    world.days_pass(20)
    for lot in lots:
        world.delivers(lot.id)
    examines(world, order_id, 2, ALL_WRONG)
    claim = opens(world, order_id, "quality", lots=(2,), terms=("T1",), return_waived=True)
    assert accepts(world, claim).refunded_minor == 549_999
