"""A lot is judged by the version in force when it left: its terms, its dates, its share of charges."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from holdfast.claims import models
from holdfast.claims.engines import LATEST, engine
from holdfast.claims.gather import gather
from holdfast.claims.rules import LotsUnderDifferentTerms
from holdfast.contracts.programmes import programme_of
from holdfast.contracts.queries import agreement
from holdfast.fulfilment.queries import shipments
from holdfast.inspection.models import Report
from holdfast.inspection.operations import Examination, file_report
from holdfast.inspection.queries import brief
from holdfast.kernel.refusals import NotFound
from tests.claims.stage import accepts, examines, opens
from tests.orders.amended import amends, change
from tests.orders.flows import sound
from tests.world import World, contract, refuses

pytestmark = pytest.mark.django_db
RABBIT = {"units": [{"id": "u1", "line": 1, "count": 200, "readings": [{"term": "T1", "value": "rabbit felt"}]}]}


def two_lots(world: World) -> UUID:
    """400 hats of wool felt, then 600 of rabbit felt, as both had agreed between."""
    order_id = world.funded_order(contract(charges=[{"kind": "freight", "amount_minor": 100_000, "basis": "value"}]))
    world.ships(order_id, {1: 400})
    amends(
        world,
        order_id,
        change("specification.T1.nominal", "wool felt", "rabbit felt"),
        change("ship.on", "2026-04-10", "2026-05-20"),
        change("charges.0.amount_minor", 100_000, 118_000),
    )
    world.pays(order_id, 2, settle=True)
    world.ships(order_id)
    world.days_pass(20)
    for shipment in shipments(order_id=order_id):
        world.delivers(shipment.id)
    return order_id


def assessed(world: World, order_id: UUID, claim_id: UUID) -> tuple[Any, Any]:
    claim = models.Claim.objects.get(id=claim_id)
    whole = world.order(order_id)
    facts = gather(act=world.mediator(), whole=whole, claims=[claim])
    programme = programme_of(name=whole.order.programme_name, version=whole.order.programme_version)
    return facts, engine(LATEST)(programme=programme, facts=facts)


def test_each_lot_is_held_to_its_own_terms(world: World) -> None:
    order_id = two_lots(world)
    examines(world, order_id, 1, RABBIT)
    second_lot = Examination(kind="after_delivery", lot=2, examined_at=world.now, readings=RABBIT)
    file_report(act=world.act(world.ingrid, "inspector"), order_id=order_id, examination=second_lot)
    contract_id = world.order(order_id).order.contract_id
    digests = {number: agreement(contract_id=contract_id, version=number).digest for number in (1, 2)}
    found = {row.lot_number: (row.contract_digest, row.verdict_lot) for row in Report.objects.all()}
    assert {lot: digest for lot, (digest, _word) in found.items()} == digests
    with refuses(LotsUnderDifferentTerms, accepted=[[1], [2]]):
        opens(world, order_id, reason="quality", lots=(1, 2))
    first, second = (opens(world, order_id, reason="quality", lots=(lot,)) for lot in (1, 2))
    facts, wool = assessed(world, order_id, first.claim_id)
    assert (facts.contract.version, facts.contract.digest, [lot.number for lot in facts.lots]) == (1, digests[1], [1])
    assert facts.contract.specification.terms[0].nominal == "wool felt"
    later, rabbit = assessed(world, order_id, second.claim_id)
    assert (later.contract.version, [lot.number for lot in later.lots]) == (2, [1, 2])
    assert wool.total_minor > 0
    assert rabbit.total_minor == 0
    sound()


def test_an_inspector_is_given_the_terms_of_the_lot(world: World) -> None:
    order_id = two_lots(world)
    found = {lot: brief(order_id=order_id, lot=lot).specification[0]["nominal"] for lot in (1, 2, None)}
    assert found == {1: "wool felt", 2: "rabbit felt", None: "rabbit felt"}
    assert [(lot.number, lot.version) for lot in brief(order_id=order_id).lots] == [(1, 1), (2, 2)]
    with refuses(NotFound):
        brief(order_id=order_id, lot=3)


def test_lateness_is_measured_by_the_date_that_was_promised_for_the_lot(world: World) -> None:
    order_id = world.funded_order()
    world.days_pass(45)
    world.ships(order_id, {1: 400})
    amends(world, order_id, change("ship.on", "2026-04-10", "2026-05-20"))
    world.ships(order_id)
    claim = opens(world, order_id, reason="late_shipment", lots=(1, 2))
    facts, assessment = assessed(world, order_id, claim.claim_id)
    assert [lot.ship_on.isoformat() for lot in facts.lots] == ["2026-04-10", "2026-05-20"]
    # 400 hats, 6 days late or more by the first date; the others are in time by the second.
    assert 0 < assessment.total_minor <= 40_000
    accepts(world, claim)
    sound()


def test_facts_of_an_order_that_was_never_amended_are_what_they_were(world: World) -> None:
    order_id = world.delivered()
    claim = opens(world, order_id, reason="quality", lots=(1,))
    facts, _assessment = assessed(world, order_id, claim.claim_id)
    assert (facts.contract.version, facts.contract.ship_on) == (1, facts.lots[0].ship_on)
