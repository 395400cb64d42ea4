"""A payer's bank takes money back: only its own amount stands still, nobody is paid twice, and the loss falls where the
programme says."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from holdfast.ledger import book
from holdfast.ledger.chart import of_supplier
from holdfast.orders.operations import cancelling, disputes, paying
from holdfast.orders.refusals import BalanceUnpaid
from holdfast.rails.models import Refund
from holdfast.rails.operations import payouts
from holdfast.rails.port import DisputeNews
from holdfast.rails.rules import AlreadyEnded, NothingToDispute
from holdfast.record.act import rail
from tests.orders.disputed import (
    dispute,
    loses,
    operators_loss,
    payment,
    pays_by,
    receivable,
    takes_back,
    wins,
)
from tests.orders.flows import awaited, back, balance, refundable, sound
from tests.world import World, contract, refuses

pytestmark = pytest.mark.django_db
TOTAL = 1_000_000


def by_card(world: World, *, card_minor: int | None = None, **more: Any) -> tuple[UUID, UUID]:
    """An order paid by card, or by card and the rest by wire; settled. Answers the order's and the payment's ID."""
    order_id = world.signed_order(contract(**more))
    paid = pays_by(world, order_id, "card", amount_minor=card_minor)
    if card_minor:
        world.wires(order_id)
    world.days_pass(5)
    return order_id, paid


# --- opened, won, lost -------------------------------------------------------------------------------------------


def test_only_the_disputed_amount_stands_still(world: World) -> None:
    order_id, paid = by_card(world, card_minor=300_000)
    takes_back(world, paid, minor=300_000)
    whole = world.order(order_id)
    assert (whole.escrow_minor, whole.frozen_minor, whole.order.disputed_minor) == (700_000, 300_000, 300_000)
    assert receivable() == 300_000
    assert awaited(order_id)["dispute.respond"] == "operator"
    world.ships(order_id)
    assert world.order(order_id).lots[0].frozen_minor == 300_000, "the money goes with the goods"
    world.receives(order_id)
    assert world.order(order_id).order.released_minor == 700_000
    sound()
    wins(world)
    whole = world.order(order_id)
    assert (whole.order.state, whole.order.released_minor) == ("completed", TOTAL)
    assert receivable() == 0
    assert payment(paid).disputed_minor == 0


def test_lost_counts_as_refunded_out_of_what_was_frozen(world: World) -> None:
    order_id, paid = by_card(world, card_minor=300_000)
    shipment = world.ships(order_id)
    world.days_pass(20)
    world.delivers(shipment.id)
    takes_back(world, paid, minor=300_000)
    loses(world)
    whole = world.order(order_id)
    assert (whole.order.refunded_minor, whole.order.recourse_minor, whole.frozen_minor) == (300_000, 0, 0)
    world.receives(order_id)
    whole = world.order(order_id)
    assert (whole.order.state, whole.order.released_minor) == ("completed", 700_000)
    assert back(order_id) == 0, "the network has paid the buyer, nobody else does"
    assert receivable() == operators_loss() == 0
    sound()


def test_news_come_in_any_order_and_more_than_once(world: World) -> None:
    order_id, paid = by_card(world, card_minor=300_000)
    world.ships(order_id)
    news = DisputeNews("dp_1", "chargeback", 100_000, "fraudulent", state="lost")
    first = disputes.heard(act=rail(world.now), payment_id=paid, news=news)
    assert first.state == "lost", "the end was heard of before the opening"
    again = takes_back(world, paid, minor=100_000)
    assert (again.dispute_id, again.state) == (first.dispute_id, "lost")
    assert loses(world).state == "lost"
    with refuses(AlreadyEnded, state="lost"):
        disputes.won(act=rail(world.now), provider_ref="dp_1")
    takes_back(world, paid, minor=150_000, ref="dp_2")
    wins(world, "dp_2")
    assert world.order(order_id).order.refunded_minor == 100_000
    assert payment(paid).disputed_minor == 100_000
    takes_back(world, paid, minor=250_000, ref="dp_3")
    third = dispute("dp_3")
    left = payment(paid).captured_minor - 100_000
    assert third.amount_minor - third.excess_minor == min(250_000, left)
    assert (third.order_minor, third.excess_minor) == (200_000, 250_000 - left)
    loses(world, "dp_3")
    assert operators_loss() == 250_000 - 200_000, "processing, and what was above all that was left"


def test_nothing_that_never_came_can_be_disputed(world: World) -> None:
    order_id = world.signed_order()
    payment_row = paying.request_payment(act=world.buyer(), order_id=order_id, tranche=1, rail="wire")
    with refuses(NothingToDispute):
        disputes.opened(
            act=rail(world.now),
            payment_id=payment_row.id,
            provider_ref="dp_1",
            kind="chargeback",
            amount_minor=1,
            reason="fraudulent",
        )


# --- after release -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("reason", "bearer"), [("product_unacceptable", "supplier"), ("fraudulent", "operator")])
def test_after_release_the_loss_falls_where_the_programme_says(world: World, reason: str, bearer: str) -> None:
    order_id, paid = by_card(world, card_minor=300_000)
    shipment = world.ships(order_id)
    world.days_pass(20)
    world.delivers(shipment.id)
    world.receives(order_id)
    earned, fee = balance(world), world.order(order_id).order.fee_minor
    assert fee == 25_000
    takes_back(world, paid, minor=300_000, reason=reason)
    whole = world.order(order_id)
    assert (whole.frozen_minor, whole.order.state, receivable()) == (0, "completed", 300_000), "nothing is held"
    lost = loses(world)
    assert lost.bearer == bearer
    whole = world.order(order_id)
    assert whole.order.refunded_minor == 300_000
    if bearer == "supplier":
        assert whole.order.fee_minor == 17_500, "the fee on value that was lost is given back"
        assert balance(world) == earned - 300_000 + 7_500
        assert operators_loss() == 0
    else:
        assert (whole.order.fee_minor, balance(world)) == (25_000, earned)
        assert (whole.order.borne_minor, operators_loss()) == (300_000, 300_000)
    assert receivable() == 0


def test_after_payout_the_loss_becomes_the_suppliers_debt(world: World) -> None:
    order_id, paid = by_card(world, card_minor=300_000)
    shipment = world.ships(order_id)
    world.days_pass(20)
    world.delivers(shipment.id)
    world.receives(order_id)
    payable = of_supplier("payable", world.boris.organisation_id, "USD")
    destination = payouts.Destination(world.boris.organisation_id, "Boris", iban="DE89370400440532013000")
    payouts.request_payout(
        act=world.supplier(), organisation_id=world.boris.organisation_id, currency="USD", destination=destination
    )
    world.days_pass(1)
    assert book.balance(account=payable) == 0
    takes_back(world, paid, minor=300_000, reason="product_unacceptable")
    loses(world)
    owed = -book.balance(account=of_supplier("supplier_debt", world.boris.organisation_id, "USD"))
    assert owed == 300_000 - 7_500


# --- refunds on their way ----------------------------------------------------------------------------------------


def test_a_refund_that_has_not_left_is_stopped_for_what_was_taken(world: World) -> None:
    order_id, paid = by_card(world)
    cancelling.cancel(act=world.supplier(), order_id=order_id, ground="withdrawal")
    [refund] = Refund.objects.filter(order_id=order_id)
    assert (refund.state, refundable(world.order(order_id))) == ("requested", refund.amount_minor)
    takes_back(world, paid, minor=400_000)
    states = sorted(Refund.objects.filter(order_id=order_id).values_list("state", "amount_minor"))
    assert states == [("requested", refund.amount_minor - 400_000), ("stopped", refund.amount_minor)]
    assert dispute().stopped_minor == 400_000
    world.days_pass(10)
    loses(world)
    assert refundable(world.order(order_id)) == 0
    assert payment(paid).returned_minor + payment(paid).disputed_minor == refund.amount_minor


def test_a_stopped_refund_is_sent_when_the_dispute_is_won(world: World) -> None:
    order_id, paid = by_card(world)
    cancelling.cancel(act=world.supplier(), order_id=order_id, ground="withdrawal")
    takes_back(world, paid)
    assert dispute().stopped_minor == Refund.objects.get(order_id=order_id).amount_minor
    wins(world)
    world.days_pass(10)
    assert refundable(world.order(order_id)) == 0
    assert Refund.objects.filter(order_id=order_id, state="confirmed").count() == 1
    sound()


def test_a_refund_that_has_left_and_a_chargeback_are_never_more_than_was_paid(world: World) -> None:
    order_id, paid = by_card(world)
    cancelling.cancel(act=world.supplier(), order_id=order_id, ground="withdrawal")
    world.days_pass(3)
    assert Refund.objects.get(order_id=order_id).state == "confirmed"
    step = takes_back(world, paid)
    found = dispute()
    assert found.excess_minor == found.amount_minor - (payment(paid).captured_minor - payment(paid).returned_minor)
    assert step.state == "open"
    loses(world)
    assert payment(paid).returned_minor + payment(paid).disputed_minor <= payment(paid).captured_minor
    assert operators_loss() == found.amount_minor


# --- funding lost before anything left ---------------------------------------------------------------------------


def test_an_e_check_that_comes_back_before_shipment_is_owed_again(world: World) -> None:
    order_id = world.signed_order(contract(payment={"kind": "deposit_balance", "deposit_percent": "30"}))
    paid = pays_by(world, order_id, "e_check", number="000222222227")
    ship_on = world.order(order_id).order.ship_on
    world.days_pass(4)
    sound()
    whole = world.order(order_id)
    assert (whole.order.state, whole.order.paid_minor, whole.order.refunded_minor) == ("active", 0, 0)
    assert (whole.tranches[0].state, whole.tranches[0].funded_minor) == ("due", 0)
    assert payment(paid).state == "returned"
    assert "order.ship" not in awaited(order_id)
    assert awaited(order_id)["tranche.pay"] == "buyer"
    with refuses(BalanceUnpaid):
        world.ships(order_id)
    world.days_pass(3)
    world.pays(order_id)
    whole = world.order(order_id)
    assert whole.tranches[0].state == "held"
    assert ship_on is not None
    assert whole.order.ship_on is not None
    assert (whole.order.ship_on - ship_on).days == 4, "from the day it came back"
    assert awaited(order_id)["order.ship"] == "supplier"
    sound()


def test_a_buyer_that_does_not_pay_again_has_no_order(world: World) -> None:
    order_id = world.signed_order()
    pays_by(world, order_id, "e_check", number="000222222227")
    world.days_pass(20)
    sound()
    assert world.order(order_id).order.state == "cancelled"


@pytest.mark.parametrize(("number", "received"), [("000333333335", False), ("000333333335", True)])
def test_an_e_check_that_comes_back_after_delivery(world: World, number: str, received: bool) -> None:
    order_id = world.signed_order()
    paid = pays_by(world, order_id, "e_check", number=number)
    world.days_pass(10)
    shipment = world.ships(order_id)
    world.days_pass(5)
    world.delivers(shipment.id)
    if received:
        world.receives(order_id)
        assert world.order(order_id).order.released_minor == TOTAL
    world.days_pass(6)
    sound()
    found = dispute(f"sim_dsp_{paid.hex}")
    assert (found.state, found.kind, found.bearer, found.fault) == ("lost", "return", "operator", "not_about_goods")
    whole = world.order(order_id)
    assert whole.order.refunded_minor == TOTAL
    assert (found.held_minor, whole.order.borne_minor) == ((0, TOTAL) if received else (TOTAL, 0))
    assert receivable("e_check") == 0
    assert back(order_id) == 0


# --- the order's end ---------------------------------------------------------------------------------------------


def test_an_order_does_not_close_while_a_dispute_is_open(world: World) -> None:
    order_id, paid = by_card(world, card_minor=300_000)
    shipment = world.ships(order_id)
    world.days_pass(20)
    world.delivers(shipment.id)
    world.receives(order_id)
    takes_back(world, paid, minor=300_000)
    world.days_pass(120)
    assert world.order(order_id).order.state == "completed"
    wins(world)
    world.days_pass(10)
    assert world.order(order_id).order.state == "closed"
    takes_back(world, paid, minor=100_000, ref="dp_2")
    wins(world, "dp_2")
    takes_back(world, paid, minor=100_000, ref="dp_3", reason="product_unacceptable")
    loses(world, "dp_3")
    assert world.order(order_id).order.refunded_minor == 100_000
    sound()
