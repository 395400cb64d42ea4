"""The cases that the articles tell, through the verbs: hats, hairbands, the microcontroller, the late lot."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from holdfast.claims import queries
from holdfast.claims.operations import executing
from holdfast.claims.operations.case import ClaimStep
from holdfast.orders.operations import correspondence
from tests.claims.stage import accepts, answers, brings, decides, examines, gives, opens, shows, to_mediator, waives
from tests.contracts.documents import microcontrollers
from tests.orders.flows import back, balance, sound
from tests.world import World, contract

SHADE = {
    "id": "T7",
    "property": "shade of the crown",
    "kind": "colour",
    "class": "critical",
    "system": "lab",
    "lab": ["50", "2.6772", "-79.7751"],
    "delta_e": "2.0",
    "method": "spectrophotometer, D65/10",
}
HATS = {"number": 1, "product": "Hat", "quantity": 10_000, "unit": "piece", "unit_price_minor": 100}


@pytest.fixture(autouse=True)
def _sound(world: World) -> Any:
    yield
    sound()


# --- late ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("programme", "award"), [("standard", 20_000), ("import", 50_000)])
def test_six_days_late_is_decided_from_the_record_without_a_person(world: World, programme: str, award: int) -> None:
    order_id = world.funded_order(programme=programme)
    world.days_pass(45)  # 16 April; 10 April was agreed
    shipment = world.ships(order_id)
    world.days_pass(20)
    world.delivers(shipment.id)
    claim = opens(world, order_id, "late_shipment")
    assert claim.frozen_minor == award
    got = world.receives(order_id)
    assert (got.released_minor, got.order_state) == (1_000_000 - award, "active")
    world.days_pass(6)
    decided = shows(claim)
    assert decided.determination is not None
    assert (decided.state, decided.determination.kind) == ("determined", "rules")
    assert (decided.determination.award_minor, decided.determination.outcome) == (award, "full")
    world.days_pass(9)
    whole = world.order(order_id)
    assert (shows(claim).state, whole.order.state, whole.order.refunded_minor) == ("executed", "completed", award)
    assert whole.order.fee_minor == (1_000_000 - award) * 25 // 1000
    # Processing of 290.30 comes back in proportion, since the supplier is at fault.
    assert back(order_id) == award + round(29_030 * award / 1_000_000)


# --- hats ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("programme", ["accessories", "standard"])
def test_a_shade_that_no_term_names_is_denied_and_the_missing_term_is_named(world: World, programme: str) -> None:
    order_id = world.delivered(contract(lines=[HATS]), programme=programme)
    claim = opens(world, order_id, "subjective", about="colour", statement="not the shade of our chat")
    assert claim.frozen_minor == 1_000_000
    assessed = queries.assessment(act=world.mediator(), claim_id=claim.claim_id)
    assert (assessed.outcome, assessed.total_minor) == ("denied", 0)
    assert any("colour term" in one.sentence for one in assessed.findings if one.topic == "missing_term")
    to_mediator(world, claim)
    assert decides(world, claim, (), departure="").award_minor == 0
    waives(world, claim)
    whole = world.order(order_id)
    assert (shows(claim).state, whole.frozen_minor, whole.lots[0].state) == ("executed", 0, "delivered")
    world.days_pass(20)
    assert world.order(order_id).order.released_minor == 1_000_000


@pytest.mark.parametrize("agreed_in", ["contract", "message"])
def test_a_shade_that_a_term_measures_is_upheld(world: World, agreed_in: str) -> None:
    terms = [*contract()["specification"], *([SHADE] if agreed_in == "contract" else [])]
    order_id = world.delivered(contract(lines=[HATS], specification=terms))
    if agreed_in == "message":
        said = correspondence.bring_message(
            act=world.buyer(),
            order_id=order_id,
            channel="wechat",
            said_on=world.today(),
            text="This shade.",
            term=SHADE,
        )
        correspondence.answer_message(act=world.supplier(), order_id=order_id, message_id=said.id, verb="attest")
    claim = opens(world, order_id, "quality", terms=("T7",), return_waived=True)
    off = {"term": "T7", "lab": ["50", "0", "-82.7485"]}
    examines(world, order_id, 1, {"units": [{"id": "u1", "line": 1, "count": 10_000, "readings": [off]}]})
    assessed = queries.assessment(act=world.mediator(), claim_id=claim.claim_id)
    assert (assessed.outcome, assessed.refund_minor) == ("upheld", 1_000_000)
    to_mediator(world, claim)
    decides(world, claim, assessed.lines, outcome="full", departure="")
    waives(world, claim)
    assert (shows(claim).state, world.order(order_id).order.refunded_minor) == ("executed", 1_000_000)


# --- hairbands -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("programme", "award"), [("accessories", 1_000_000), ("import", 500_000)])
def test_half_of_it_came_and_the_supplier_accepts(world: World, programme: str, award: int) -> None:
    order_id = world.delivered(programme=programme)
    claim = opens(world, order_id, "quantity", lots=(1,), units=((1, 1, 500),))
    settled = accepts(world, claim)
    assert (settled.state, settled.award_minor, settled.refunded_minor) == ("executed", award, award)
    whole = world.order(order_id)
    assert (whole.order.state, whole.order.released_minor) == ("completed", 1_000_000 - award)


def test_a_shortage_counted_on_receipt_is_claimed_from_what_was_held_for_it(world: World) -> None:
    order_id = world.delivered()
    got = world.receives(order_id, received={1: 900})
    assert (got.released_minor, got.reserved_minor) == (900_000, 100_000)
    claim = opens(world, order_id, "quantity")
    lot = world.order(order_id).lots[0]
    assert (claim.frozen_minor, lot.frozen_minor, lot.reserved_minor) == (100_000, 100_000, 0)
    settled = accepts(world, claim)
    assert (settled.award_minor, settled.owed_minor) == (100_000, 0)
    assert world.order(order_id).order.state == "completed"


# --- the microcontroller ---------------------------------------------------------------------------------------------


def boards(world: World, programme: str) -> tuple[UUID, ClaimStep]:
    """2,000 of 5,000 boards came, with another component; both had waived the inspection before shipment."""
    document = microcontrollers(payment={"kind": "full"}, charges=[], specification=microcontrollers()["specification"])
    order_id = world.signed_order({**document, "ship_to": contract()["ship_to"]}, programme=programme)
    world.wires(order_id)
    world.waives_inspection(order_id)
    shipment = world.ships(order_id, {1: 2_000})
    world.days_pass(20)
    world.delivers(shipment.id)
    world.days_pass(5)
    claim = opens(world, order_id, "quality", lots=(1,), terms=("T1",), cancel_rest=True)
    assert claim.frozen_minor == 3_850_000
    wrong = {"term": "T1", "value": "GD32F407VGT6"}
    examines(world, order_id, 1, {"units": [{"id": "u1", "line": 1, "count": 200, "readings": [wrong]}]})
    brings(world, claim, "inspection_invoice", amount_minor=120_000)
    brings(world, claim, "customs_brokerage", amount_minor=60_000)
    answers(world, claim, "contest", text="equivalent part")
    to_mediator(world, claim)
    world.days_pass(30)
    return order_id, claim


def returns(world: World, claim: ClaimStep) -> ClaimStep:
    executing.send_goods_back(
        act=world.buyer(),
        order_id=claim.order_id,
        claim_id=claim.claim_id,
        carrier="DHL",
        number="JD014600003RU",
        sent_on=world.today(world.alma),
    )
    return executing.confirm_return(act=world.supplier(), order_id=claim.order_id, claim_id=claim.claim_id)


def test_the_microcontroller_as_the_article_tells_it(world: World) -> None:
    order_id, claim = boards(world, "import")
    assessed = queries.assessment(act=world.mediator(), claim_id=claim.claim_id)
    assert [line.amount_minor for line in assessed.lines] == [1_540_000, 2_310_000]
    decides(world, claim, (*assessed.lines, gives(-330_000)))
    assert waives(world, claim).state == "returning"
    settled = returns(world, claim)
    assert (settled.state, settled.award_minor, settled.refunded_minor) == ("executed", 3_520_000, 3_520_000)
    whole = world.order(order_id)
    assert (whole.lots[0].refunded_minor, whole.order.rest_refunded_minor) == (1_540_000, 1_980_000)
    assert (whole.order.state, whole.order.released_minor, whole.order.fee_minor) == ("completed", 330_000, 8_250)


def test_under_standard_the_inspection_is_a_cost_that_a_later_release_pays(world: World) -> None:
    order_id, claim = boards(world, "standard")
    assessed = queries.assessment(act=world.mediator(), claim_id=claim.claim_id)
    assert (assessed.refund_minor, assessed.cost_minor) == (3_850_000, 120_000)
    decides(world, claim, assessed.lines, outcome="full", departure="")
    waives(world, claim)
    settled = returns(world, claim)
    assert (settled.refunded_minor, settled.award_minor, balance(world)) == (3_850_000, 3_970_000, 0)
    assert back(order_id) == 3_850_000
    other = world.signed_order(contract(ship={"on": "2026-06-10"}))
    world.wires(other)
    world.delivers(world.ships(other).id)
    world.receives(other)
    assert balance(world) == 975_000
    world.days_pass(1)
    assert (balance(world), back(order_id)) == (855_000, 3_970_000)
