"""Orders from signature to their end, by operations only; after each the whole of the money is proved."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.fulfilment import operations as fulfilment
from holdfast.kernel.refusals import NotAllowed, OutOfState
from holdfast.orders import queries
from holdfast.orders.operations import cancelling, production, receipt, undelivered
from holdfast.orders.refusals import (
    AlreadyExtended,
    BalanceNotOverdue,
    BalanceUnpaid,
    NotDueYet,
    NotLateEnough,
    NotProposed,
    OwnProposal,
    ProductionStarted,
    UnitsNotShipped,
)
from holdfast.record.events import story
from tests.orders.flows import awaited, back, balance, sound
from tests.world import DEPOSIT, World, contract, refuses, sha256

LINE = contract()["lines"][0]
ADVANCE = {
    "kind": "milestones",
    "tranches": [
        {"number": 1, "payable": "signature", "release": "production", "percent": "30"},
        {"number": 2, "payable": "ready", "release": "receipt", "percent": "70"},
    ],
}


@pytest.fixture(autouse=True)
def _sound(world: World) -> Any:
    yield
    sound()


def ready(world: World, order_id: Any) -> None:
    production.start_production(act=world.supplier(), order_id=order_id)
    production.declare_ready(act=world.supplier(), order_id=order_id)
    world.pays(order_id, 2, settle=True)


# --- the plain way ---------------------------------------------------------------------------------------------------


def test_two_lots_are_released_each_for_itself_and_the_fee_is_of_all(world: World) -> None:
    order_id = world.funded_order()
    first, second = world.ships(order_id, {1: 333}), world.ships(order_id)
    world.days_pass(20)
    world.delivers(first.id)
    got = world.receives(order_id, 1)
    assert (got.order_state, got.released_minor, got.fee_minor) == ("active", 333_000, 8_325)
    world.delivers(second.id)
    got = world.receives(order_id, 2)
    assert (got.order_state, got.released_minor, got.fee_minor) == ("completed", 667_000, 16_675)
    assert balance(world) == 975_000


def test_an_advance_is_used_up_lot_by_lot(world: World) -> None:
    order_id = world.funded_order(contract(payment=ADVANCE))
    started = production.start_production(act=world.supplier(), order_id=order_id)
    assert started.released_minor == 300_000
    with refuses(BalanceUnpaid):
        world.ships(order_id, {1: 500})
    production.declare_ready(act=world.supplier(), order_id=order_id)
    world.pays(order_id, 2, settle=True)
    lots = [world.ships(order_id, {1: 333}), world.ships(order_id, {1: 333}), world.ships(order_id)]
    world.days_pass(20)
    released = []
    for number, lot in enumerate(lots, start=1):
        world.delivers(lot.id)
        released.append(world.receives(order_id, number).released_minor)
    assert released == [233_100, 233_100, 233_800]
    assert [row.state for row in world.order(order_id).tranches] == ["released", "released"]


def test_silence_is_receipt_once_the_buyer_was_told_in_time(world: World) -> None:
    order_id = world.delivered()
    world.days_pass(14.5)
    assert world.order(order_id).lots[0].state == "delivered"  # nobody was told: three days more
    world.days_pass(4)
    whole = world.order(order_id)
    assert (whole.lots[0].state, whole.lots[0].receipt, whole.order.state) == ("received", "silence", "completed")


def test_each_side_may_ask_for_time_once(world: World) -> None:
    order_id = world.delivered()
    receipt.extend_receipt(act=world.buyer(), order_id=order_id, lot=1)
    with refuses(AlreadyExtended):
        receipt.extend_receipt(act=world.buyer(), order_id=order_id, lot=1)
    receipt.extend_receipt(act=world.supplier(), order_id=order_id, lot=1)
    world.days_pass(40)
    assert world.order(order_id).lots[0].state == "delivered"
    world.days_pass(10)
    assert world.order(order_id).lots[0].state == "received"


def test_card_money_waits_until_it_has_settled(world: World) -> None:
    order_id = world.signed_order()
    world.pays(order_id)
    shipment = world.ships(order_id)
    world.delivers(shipment.id)
    got = world.receives(order_id)
    assert (got.released_minor, got.order_state) == (0, "active")
    world.days_pass(4)
    whole = world.order(order_id)
    assert (whole.order.released_minor, whole.order.state, whole.escrow_minor) == (1_000_000, "completed", 0)
    world.days_pass(110)
    assert world.order(order_id).order.state == "closed"


def test_a_balance_payable_at_shipment_keeps_the_order_open_until_it_is_paid(world: World) -> None:
    tranches = [
        {"number": 1, "payable": "signature", "release": "receipt", "percent": "30"},
        {"number": 2, "payable": "shipment", "release": "receipt", "percent": "70"},
    ]
    order_id = world.funded_order(contract(payment={"kind": "milestones", "tranches": tranches}))
    shipment = world.ships(order_id)
    world.delivers(shipment.id)
    got = world.receives(order_id)
    assert (got.released_minor, got.order_state) == (300_000, "active")
    assert awaited(order_id)["tranche.pay"] == "buyer"
    world.wires(order_id, 2)
    whole = world.order(order_id)
    assert (whole.order.state, whole.order.released_minor) == ("completed", 1_000_000)


# --- shortage --------------------------------------------------------------------------------------------------------


def test_a_shortage_inside_the_tolerance_goes_back_with_the_release(world: World) -> None:
    order_id = world.delivered(contract(lines=[{**LINE, "tolerance": {"percent": "2"}}]))
    got = world.receives(order_id, received={1: 980})
    assert (got.refunded_minor, got.released_minor, got.reserved_minor) == (20_000, 980_000, 0)
    assert (got.order_state, got.fee_minor, back(order_id)) == ("completed", 24_500, 20_000)


def test_a_shortage_beyond_the_tolerance_is_held_until_its_window_is_over(world: World) -> None:
    order_id = world.delivered(contract(lines=[{**LINE, "tolerance": {"percent": "2"}}]))
    with refuses(UnitsNotShipped):
        world.receives(order_id, received={1: 1001})
    got = world.receives(order_id, received={1: 979})
    assert (got.refunded_minor, got.released_minor, got.reserved_minor) == (0, 979_000, 21_000)
    assert awaited(order_id)["lot.reserved"] == "buyer"
    world.days_pass(40)
    whole = world.order(order_id)
    assert (whole.order.state, whole.order.released_minor) == ("completed", 1_000_000)


def test_a_few_units_never_sent_go_back_when_all_else_is_received(world: World) -> None:
    order_id = world.funded_order(contract(lines=[{**LINE, "tolerance": {"units": 5}}]))
    shipment = world.ships(order_id, {1: 996})
    world.delivers(shipment.id)
    got = world.receives(order_id)
    assert (got.order_state, got.released_minor, got.refunded_minor) == ("completed", 996_000, 4_000)


def test_what_is_sent_beyond_the_order_costs_nothing_and_hides_no_shortage(world: World) -> None:
    order_id = world.funded_order(contract(lines=[{**LINE, "tolerance": {"percent": "1"}}]))
    shipment = world.ships(order_id, {1: 1010})
    world.delivers(shipment.id)
    got = world.receives(order_id, received={1: 1003})
    assert (got.order_state, got.released_minor, got.refunded_minor) == ("completed", 1_000_000, 0)


# --- rejection -------------------------------------------------------------------------------------------------------


def test_a_rejected_lot_that_nobody_claims_is_the_suppliers_when_the_window_is_over(world: World) -> None:
    order_id = world.delivered()
    receipt.reject(act=world.buyer(), order_id=order_id, lot=1, reason="wrong colour")
    world.days_pass(25)
    assert world.order(order_id).escrow_minor == 1_000_000
    world.days_pass(12)
    whole = world.order(order_id)
    assert (whole.lots[0].receipt, whole.order.state) == ("unclaimed", "completed")


# --- the ends before the end -----------------------------------------------------------------------------------------


def test_nobody_pays_and_the_order_ends_by_itself(world: World) -> None:
    order_id = world.signed_order()
    world.days_pass(12)
    whole = world.order(order_id)
    assert (whole.order.state, [row.state for row in whole.tranches]) == ("cancelled", ["dropped"])
    world.days_pass(35)
    assert world.order(order_id).order.state == "closed"


def test_a_part_that_came_is_held_until_buyer_or_operator_return_it(world: World) -> None:
    order_id = world.signed_order()
    world.wires(order_id, part_minor=400_000)
    with refuses(BalanceNotOverdue):
        cancelling.cancel(act=world.operator(), order_id=order_id, ground="unpaid")
    world.days_pass(12)
    assert (world.order(order_id).escrow_minor, awaited(order_id)["operator.decide"]) == (400_000, "operator")
    ended = cancelling.cancel(act=world.operator(), order_id=order_id, ground="unpaid")
    assert (ended.order_state, ended.refunded_minor, back(order_id)) == ("cancelled", 400_000, 400_000)


def test_what_comes_after_the_end_waits_to_be_sent_back(world: World) -> None:
    from holdfast.orders.operations import paying
    from holdfast.rails import operations as rails
    from holdfast.rails import queries
    from holdfast.record.act import rail

    order_id = world.signed_order()
    payment = paying.request_payment(act=world.buyer(), order_id=order_id, tranche=1, rail="wire")
    cancelling.propose_cancel(act=world.buyer(), order_id=order_id)
    cancelling.cancel(act=world.supplier(), order_id=order_id, ground="agreement")
    wire = paying.Wire("line-9", payment.reference, 1_000_000, "USD", "Alma Imports", world.now)
    arrived = paying.wire_arrived(act=rail(world.now), wire=wire)
    assert isinstance(arrived, rails.Arrival)
    assert arrived.stray is not None
    assert (arrived.stray.reason, arrived.stray.order_id, back(order_id)) == ("order_ended", order_id, 0)
    rails.return_stray(act=world.operator(), stray_id=arrived.stray.id, reason="the order was called off")
    assert queries.open_strays() == []


def test_the_buyer_may_end_it_before_production_and_processing_is_kept(world: World) -> None:
    order_id = world.funded_order()
    with refuses(NotAllowed):
        cancelling.cancel(act=world.supplier(), order_id=order_id, ground="before_production")
    ended = cancelling.cancel(act=world.buyer(), order_id=order_id, ground="before_production")
    assert (ended.order_state, ended.refunded_minor, ended.owed_minor) == ("cancelled", 1_000_000, 0)
    assert (back(order_id), world.order(order_id).tranches[0].state) == (1_000_000, "returned")
    other = world.funded_order()
    production.start_production(act=world.supplier(), order_id=other)
    with refuses(ProductionStarted):
        cancelling.cancel(act=world.buyer(), order_id=other, ground="before_production")


def test_both_agree_to_end_it(world: World) -> None:
    order_id = world.funded_order()
    with refuses(NotProposed):
        cancelling.cancel(act=world.buyer(), order_id=order_id, ground="agreement")
    cancelling.propose_cancel(act=world.buyer(), order_id=order_id)
    with refuses(OutOfState):
        cancelling.propose_cancel(act=world.supplier(), order_id=order_id)
    with refuses(OwnProposal):
        cancelling.cancel(act=world.buyer(), order_id=order_id, ground="agreement")
    ended = cancelling.cancel(act=world.supplier(), order_id=order_id, ground="agreement")
    assert (ended.order_state, back(order_id)) == ("cancelled", 1_000_000)


def test_the_supplier_withdraws_and_owes_processing_too(world: World) -> None:
    order_id = world.funded_order()
    ended = cancelling.cancel(act=world.supplier(), order_id=order_id, ground="withdrawal")
    assert (ended.order_state, ended.refunded_minor, ended.owed_minor) == ("cancelled", 1_000_000, 29_030)
    said = story(chain_id=order_id)[-1]
    assert (said.name, said.data["mark"]["kind"], said.data["mark"]["points"]) == (
        "order.cancelled",
        "supplier_cancelled",
        1,
    )


def test_lateness_lets_the_buyer_end_what_is_not_shipped_from_the_programmes_day(world: World) -> None:
    order_id = world.funded_order()
    world.ships(order_id, {1: 400})
    world.days_pass(39 + 30)  # 10 May in Shanghai: the 30th day after 10 April
    with refuses(NotLateEnough, accepted="2026-05-11"):
        cancelling.cancel(act=world.buyer(), order_id=order_id, ground="lateness")
    world.days_pass(1)
    ended = cancelling.cancel(act=world.buyer(), order_id=order_id, ground="lateness")
    assert (ended.order_state, ended.refunded_minor) == ("active", 600_000)
    assert ended.owed_minor == 17_418  # its share of the processing
    marks = [row.data["mark"] for row in story(chain_id=order_id) if row.name == "ship_date.passed"]
    assert [mark["kind"] for mark in marks] == ["late_shipment"]


def test_the_contracts_own_clause_says_when_lateness_ends_it(world: World) -> None:
    clause = {"percent_per_day": "1", "grace_days": 0, "cap_percent": "10", "cancel_after_days": 5}
    order_id = world.funded_order(contract(late=clause))
    world.days_pass(39 + 6)
    ended = cancelling.cancel(act=world.buyer(), order_id=order_id, ground="lateness")
    assert (ended.order_state, ended.refunded_minor) == ("cancelled", 1_000_000)


def test_an_unpaid_balance_lets_the_supplier_end_it_after_the_grace(world: World) -> None:
    order_id = world.funded_order(contract(payment=DEPOSIT))
    production.start_production(act=world.supplier(), order_id=order_id)
    production.declare_ready(act=world.supplier(), order_id=order_id)
    world.days_pass(12)
    assert awaited(order_id)["tranche.grace"] == "buyer"
    with refuses(BalanceNotOverdue):
        cancelling.cancel(act=world.supplier(), order_id=order_id, ground="balance_unpaid")
    world.days_pass(15)
    assert awaited(order_id)["operator.decide"] == "operator"
    ended = cancelling.cancel(act=world.supplier(), order_id=order_id, ground="balance_unpaid")
    assert (ended.order_state, ended.refunded_minor, back(order_id)) == ("cancelled", 300_000, 300_000)


def test_an_advance_that_was_released_comes_back_from_the_supplier(world: World) -> None:
    order_id = world.funded_order(contract(payment=ADVANCE))
    production.start_production(act=world.supplier(), order_id=order_id)
    assert balance(world) == 292_500
    ended = cancelling.cancel(act=world.supplier(), order_id=order_id, ground="withdrawal")
    assert (ended.order_state, ended.refunded_minor) == ("cancelled", 300_000)
    # The fee is given back first, the whole advance is there: only processing is owed.
    assert (balance(world), ended.owed_minor, back(order_id)) == (0, 8_730, 300_000)
    assert world.order(order_id).order.fee_minor == 0


def test_after_the_rest_was_ended_the_buyer_pays_only_for_what_was_shipped(world: World) -> None:
    tranches = [
        {"number": 1, "payable": "signature", "release": "receipt", "percent": "30"},
        {"number": 2, "payable": "shipment", "release": "receipt", "percent": "70"},
    ]
    order_id = world.funded_order(contract(payment={"kind": "milestones", "tranches": tranches}))
    shipment = world.ships(order_id, {1: 400})
    cancelling.cancel(act=world.supplier(), order_id=order_id, ground="withdrawal")
    assert world.order(order_id).escrow_minor == 300_000
    paid = world.pays(order_id, 2, settle=True)
    assert paid.held_minor == 100_000
    world.delivers(shipment.id)
    got = world.receives(order_id)
    assert (got.released_minor, got.order_state) == (400_000, "completed")
    assert [row.state for row in world.order(order_id).tranches] == ["released", "dropped"]


# --- what only the operator can do -----------------------------------------------------------------------------------


def test_a_delivery_with_weak_proof_is_received_by_nobodys_silence(world: World) -> None:
    order_id = world.funded_order()
    shipment = world.ships(order_id)
    world.days_pass(20)
    tracked = fulfilment.track(
        act=world.supplier(), shipment_id=shipment.id, code="DELIVERED", at=world.now, proof_sha256=sha256("photo")
    )
    assert (tracked.delivery_grade, awaited(order_id)["lot.receipt"]) == ("C", "operator")
    with refuses(NotDueYet):
        receipt.receive(act=world.operator(), order_id=order_id, lot=1)
    world.days_pass(40)
    assert (world.order(order_id).lots[0].state, awaited(order_id)["operator.decide"]) == ("delivered", "operator")
    got = receipt.receive(act=world.operator(), order_id=order_id, lot=1)
    assert (got.released_minor, got.order_state, awaited(order_id)) == (
        1_000_000,
        "completed",
        {"order.close": "operator"},
    )


@pytest.mark.parametrize(("incoterm", "refunded"), [("DAP", 1_000_000), ("FOB", 0)])
def test_what_never_arrives_is_the_operators_to_settle_never_silences(
    world: World, incoterm: str, refunded: int
) -> None:
    dates: dict[str, Any] = {"ship": {"on": "2026-03-05"}, "transit_days": 5}
    if incoterm == "DAP":
        dates["latest_delivery_on"] = "2026-03-12"
    order_id, _shipment = world.shipped(contract(incoterm=incoterm, **dates))
    with refuses(NotDueYet):
        undelivered.settle_undelivered(act=world.operator(), order_id=order_id, lot=1)
    with refuses(NotAllowed):
        undelivered.settle_undelivered(act=world.supplier(), order_id=order_id, lot=1)
    world.days_pass(40)
    assert (world.order(order_id).escrow_minor, awaited(order_id)["operator.decide"]) == (1_000_000, "operator")
    done = undelivered.settle_undelivered(act=world.operator(), order_id=order_id, lot=1, note="asked both")
    assert (done.refunded_minor, done.released_minor, done.order_state) == (refunded, 1_000_000 - refunded, "completed")
    mark = story(chain_id=order_id)[-1].data["mark"]
    assert (mark and mark["points"]) == (3 if refunded else None)


def test_each_side_is_told_what_it_may_do_and_by_when(world: World) -> None:
    order_id = world.signed_order()
    shown = queries.page(order_id=order_id, role="buyer", now=world.now)
    assert [(act.verb, act.until is not None) for act in shown.acts][:1] == [("pay", True)]
    world.pays(order_id, settle=True)
    shown = queries.page(order_id=order_id, role="supplier", now=world.now)
    assert [act.verb for act in shown.acts] == [
        "start_production",
        "declare_ready",
        "ship",
        "cancel",
        "propose_cancel",
        "propose_amendment",
    ]
    held = queries.page(order_id=order_id, role="buyer", now=world.now).holds
    assert [(hold.where, hold.amount_minor, hold.who) for hold in held] == [("order", 1_000_000, "supplier")]
    world.delivers(world.ships(order_id, {1: 400}).id)
    held = queries.page(order_id=order_id, role="buyer", now=world.now).holds
    assert [(hold.where, hold.amount_minor, hold.who) for hold in held] == [
        ("lot 1", 400_000, "buyer"),
        ("order", 600_000, "supplier"),
    ]
