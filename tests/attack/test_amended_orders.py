"""Orders that were amended, and then attacked: what was promised, conceded or charged back before stays what it was."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from holdfast.claims.operations import conceding
from holdfast.claims.operations.conceding import ConcessionOvertaken, Proposal
from holdfast.contracts.amending import LineShipped
from holdfast.contracts.rules import NotEligible
from holdfast.kernel.refusals import Invalid, Refusal
from holdfast.orders.operations import amending, cancelling, disputes, production
from holdfast.orders.refusals import BalanceNotOverdue
from holdfast.orders.work import locked_chain
from holdfast.parties import operations as parties
from holdfast.rails.models import Payment
from holdfast.rails.operations.refunds import send_refunds
from holdfast.record.act import rail
from tests.claims.stage import opens, signer
from tests.claims.test_versions import assessed
from tests.orders.amended import amends, change, proposes, signs
from tests.orders.flows import sound
from tests.world import DEPOSIT, World, contract, refuses

pytestmark = pytest.mark.django_db
LATER = change("ship.on", "2026-04-10", "2026-05-20")


@pytest.mark.parametrize("waived", [False, True])
def test_waiving_a_term_takes_no_promised_day_from_a_lot_of_the_version_before(world: World, waived: bool) -> None:
    order_id = world.funded_order()
    world.days_pass(45)
    world.ships(order_id, {1: 400})
    amends(world, order_id, LATER)
    if waived:
        waiver = Proposal("waive", "term", ("T1",))
        conceding.propose(act=world.buyer(), order_id=order_id, proposal=waiver, signer=signer(world.alma))
    world.ships(order_id)
    claim = opens(world, order_id, reason="late_shipment", lots=(1, 2))
    facts, assessment = assessed(world, order_id, claim.claim_id)
    assert [lot.ship_on for lot in facts.lots] == [date(2026, 4, 10), date(2026, 5, 20)]
    assert assessment.total_minor == 8_000


def test_an_act_proposed_before_an_amendment_is_signed_no_more(world: World) -> None:
    order_id = world.funded_order()
    world.days_pass(45)
    found = conceding.propose(
        act=world.supplier(),
        order_id=order_id,
        proposal=Proposal("with_compensation", "late", (), (), date(2026, 4, 25)),
        signer=signer(world.boris),
    )
    amends(world, order_id, change("ship.on", "2026-04-10", "2026-06-30"))
    with refuses(ConcessionOvertaken):
        conceding.sign(
            act=world.buyer(),
            order_id=order_id,
            concession_id=found.id,
            digest=found.digest,
            signer=signer(world.alma),
        )
    assert world.order(order_id).order.ship_on == date(2026, 6, 30)


def test_amendments_and_new_dates_share_the_days_by_which_a_ship_date_may_move(world: World) -> None:
    order_id = world.funded_order()
    amends(world, order_id, change("ship.on", "2026-04-10", "2026-07-09"))
    with refuses(Refusal):
        conceding.propose(
            act=world.buyer(),
            order_id=order_id,
            proposal=Proposal("waive", "late", (), (), date(2026, 7, 10)),
            signer=signer(world.alma),
        )


def test_a_suspended_supplier_signs_for_no_more_money(world: World) -> None:
    order_id = world.funded_order()
    proposed = proposes(world, order_id, change("lines.0.quantity", 1000, 1500))
    signs(world, proposed, "supplier")
    boris = world.boris.organisation_id
    parties.set_standing(act=world.operator(), organisation_id=boris, standing="suspended", reason="under review")
    with refuses(NotEligible, reasons=["supplier_suspended"]):
        signs(world, proposed, "buyer")


def test_an_order_whose_late_tranche_is_gone_cannot_be_ended_as_unpaid(world: World) -> None:
    order_id = world.funded_order(contract(payment=DEPOSIT))
    production.declare_ready(act=world.supplier(), order_id=order_id)
    world.days_pass(35)
    assert world.order(order_id).order.overdue
    amends(world, order_id, change("lines.0.quantity", 1000, 300))
    assert not world.order(order_id).order.overdue
    with refuses(BalanceNotOverdue):
        cancelling.cancel(act=world.supplier(), order_id=order_id, ground="balance_unpaid")
    sound()


def test_who_proposed_to_end_an_order_did_so_under_the_version_before(world: World) -> None:
    order_id = world.funded_order()
    cancelling.propose_cancel(act=world.buyer(), order_id=order_id)
    amends(world, order_id, LATER)
    assert world.order(order_id).order.cancel_proposed_by is None


def test_one_shipment_that_has_left_takes_no_more_money(world: World) -> None:
    order_id = world.funded_order(contract(partial_shipments=False))
    world.ships(order_id)
    with refuses(LineShipped):
        proposes(world, order_id, change("lines.0.quantity", 1000, 1500))


def test_a_date_alone_may_move_whatever_was_taken_from_the_rest(world: World) -> None:
    order_id = world.funded_order()
    world.days_pass(45)
    found = conceding.propose(
        act=world.supplier(),
        order_id=order_id,
        proposal=Proposal("with_compensation", "late", (), (), date(2026, 4, 25), 60_000),
        signer=signer(world.boris),
    )
    conceding.sign(
        act=world.buyer(), order_id=order_id, concession_id=found.id, digest=found.digest, signer=signer(world.alma)
    )
    world.ships(order_id, {1: 950})
    on = world.order(order_id).order.ship_on
    assert on == date(2026, 4, 25)
    amends(world, order_id, change("ship.on", "2026-04-10", str(on + timedelta(days=20))))
    sound()


def test_units_that_never_came_are_not_paid_for_by_an_amendment(world: World) -> None:
    hats = {"number": 1, "product": "Hat", "quantity": 1000, "unit": "piece", "unit_price_minor": 1000}
    caps = {"number": 2, "product": "Cap", "quantity": 100, "unit": "piece", "unit_price_minor": 1000}
    order_id = world.funded_order(contract(lines=[{**hats, "tolerance": {"units": 50}}, caps]))
    shipment = world.ships(order_id, {1: 1040})
    world.days_pass(20)
    world.delivers(shipment.id)
    world.receives(order_id, received={1: 1000})
    before = world.order(order_id).lots[0].price_minor
    with refuses(LineShipped, lots=[1]):
        proposes(world, order_id, change("lines.0.quantity", 1000, 1040))
    assert world.order(order_id).lots[0].price_minor == before == 1_000_000


def test_what_is_charged_back_after_a_lowering_is_owed_anew_and_not_the_suppliers_loss(world: World) -> None:
    """Paid in two parts, lowered, the second part mostly given back: what was left of it is lost before shipment."""
    order_id = world.funded_order(contract(payment=DEPOSIT))
    production.declare_ready(act=world.supplier(), order_id=order_id)
    world.pays(order_id, 2, settle=True)
    amends(world, order_id, change("lines.0.quantity", 1000, 300))
    for _day in range(3):
        world.days_pass(1)
        send_refunds(now=world.now, chain_of=locked_chain)
    payment = Payment.objects.filter(order_id=order_id).order_by("id").last()
    assert payment is not None
    left = payment.captured_minor - payment.returned_minor
    disputes.opened(
        act=rail(world.now),
        payment_id=payment.id,
        provider_ref="dp_1",
        kind="chargeback",
        amount_minor=left,
        reason="fraudulent",
        from_bank=True,
    )
    assert disputes.lost(act=rail(world.now), provider_ref="dp_1").bearer == "operator"
    order = world.order(order_id)
    (tranche,) = [row for row in order.tranches if not row.replaced]
    missing = order.order.total_minor - order.order.paid_minor
    assert missing > 0
    assert (tranche.state, tranche.missing_minor, order.order.refunded_minor) == ("due", missing, 0)
    sound()
    world.pays(order_id, tranche.number, settle=True)
    assert world.order(order_id).order.paid_minor == order.order.total_minor
    sound()


@pytest.mark.parametrize(
    "changes",
    [
        [{"path": "specification", "to": 5}, {"path": "specification.T1", "to": None}],
        [{"path": "specification.T9", "to": {"id": 5}}, {"path": "specification.T9.nominal", "to": "x"}],
        [{"path": "specification.T9", "to": "foo"}, {"path": "specification.T1.nominal", "to": "x"}],
    ],
)
def test_changes_that_break_the_list_they_speak_of_are_refused(world: World, changes: list[dict[str, Any]]) -> None:
    order_id = world.funded_order()
    with refuses(Invalid):
        amending.propose(act=world.supplier(), order_id=order_id, changes=changes)
