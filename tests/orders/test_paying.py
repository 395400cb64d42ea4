"""Money asked for, captured, declined, wired; what is short, over, too early or unknown is never lost."""

from __future__ import annotations

from uuid import UUID

import pytest

from holdfast.kernel.refusals import Invalid, NotAllowed, OutOfState
from holdfast.orders.operations import paying
from holdfast.orders.operations.funding import Funded
from holdfast.orders.operations.paying import Wire
from holdfast.orders.refusals import NotPayable, TooMuch
from holdfast.programme.refusals import OverRailLimit
from holdfast.rails import queries
from holdfast.rails.operations import Arrival
from holdfast.record.act import rail
from tests.world import DEPOSIT, World, contract, refuses


def asked(world: World, order_id: UUID, name: str = "card", **more: object) -> paying.PaymentRow:
    instrument = {} if name == "wire" else {"number": "4242424242424242"}
    given = {"tranche": 1, "rail": name, "instrument": instrument, **more}
    return paying.request_payment(act=world.buyer(), order_id=order_id, **given)  # type: ignore[arg-type]


def wire(world: World, *, reference: str, amount_minor: int, currency: str = "USD", source: str = "line-1") -> Wire:
    return Wire(source, reference, amount_minor, currency, "Alma Imports", world.now)


def test_a_card_pays_the_tranche_and_its_processing_comes_on_top(world: World) -> None:
    order_id = world.signed_order()
    payment = asked(world, order_id)
    assert (payment.due_minor, payment.processing_minor) == (1_000_000, 29_030)
    funded = paying.capture(act=world.buyer(), payment=payment)
    assert isinstance(funded, Funded)
    assert (funded.held_minor, funded.tranche_state, funded.order_state) == (1_000_000, "held", "active")
    assert world.order(order_id).escrow_minor == 1_000_000


def test_what_a_buyer_may_not_ask_for_changes_nothing(world: World) -> None:
    order_id = world.signed_order(contract(payment=DEPOSIT))
    with refuses(NotPayable, accepted=[1]):
        asked(world, order_id, tranche=2)
    with refuses(TooMuch, accepted={"from": 1, "to": 300_000}):
        asked(world, order_id, amount_minor=300_001)
    with refuses(Invalid, field="instrument.number"):
        asked(world, order_id, instrument={"number": "4111111111111111"})
    with refuses(NotAllowed):
        paying.request_payment(act=world.supplier(), order_id=order_id, tranche=1, rail="wire")
    dear = world.signed_order(contract(lines=[{**contract()["lines"][0], "quantity": 4900}]))
    with refuses(OverRailLimit):
        asked(world, dear)


def test_a_declined_card_moves_nothing_and_another_may_be_tried(world: World) -> None:
    order_id = world.signed_order()
    payment = asked(world, order_id, instrument={"number": "4000000000000002"})
    outcome = paying.capture(act=world.buyer(), payment=payment)
    assert isinstance(outcome, paying.NotFunded)
    assert (outcome.payment_state, outcome.reason) == ("declined", "card_declined")
    assert world.order(order_id).escrow_minor == 0
    declined = queries.payments_of(order_id=order_id)[0]
    with refuses(OutOfState):
        paying.capture(act=world.buyer(), payment=declined)
    assert world.pays(order_id).held_minor == 1_000_000


def test_an_undecided_payment_goes_on_by_itself(world: World) -> None:
    order_id = world.signed_order()
    payment = asked(world, order_id, instrument={"number": "4000000000003220"})
    outcome = paying.capture(act=world.buyer(), payment=payment)
    assert isinstance(outcome, paying.NotFunded)
    assert outcome.payment_state == "pending"
    world.days_pass(1)
    assert world.order(order_id).order.state == "active"


def test_a_wire_is_matched_by_its_reference_once_and_never_charged(world: World) -> None:
    order_id = world.signed_order()
    payment = asked(world, order_id, "wire")
    with refuses(Invalid, rail="wire"):
        paying.capture(act=world.buyer(), payment=payment)
    spaced = " ".join([payment.reference[:4], payment.reference[4:].lower()])
    came = wire(world, reference=spaced, amount_minor=payment.amount_minor)
    funded = paying.wire_arrived(act=rail(world.now), wire=came)
    assert isinstance(funded, Funded)
    assert funded.held_minor == 1_000_000
    again = paying.wire_arrived(act=rail(world.now), wire=came)
    assert isinstance(again, Arrival)
    assert again.again
    assert world.order(order_id).escrow_minor == 1_000_000


def test_a_short_wire_is_held_and_the_rest_stays_due(world: World) -> None:
    order_id = world.signed_order()
    world.wires(order_id, amount_minor=400_000)
    assert world.order(order_id).escrow_minor == 400_000
    assert world.order(order_id).tranches[0].state == "due"
    assert asked(world, order_id).due_minor == 600_000


def test_what_a_wire_brings_too_much_goes_back_to_the_buyer(world: World) -> None:
    order_id = world.signed_order()
    payment = asked(world, order_id, "wire")
    came = wire(world, reference=payment.reference, amount_minor=payment.amount_minor + 5_000)
    funded = paying.wire_arrived(act=rail(world.now), wire=came)
    assert isinstance(funded, Funded)
    assert (funded.held_minor, funded.refundable_minor) == (1_000_000, 5_000)
    assert [refund.amount_minor for refund in queries.refunds_of(order_id=order_id)] == [5_000]


@pytest.mark.parametrize(("currency", "reason"), [("EUR", "wrong_currency"), ("USD", "unknown_reference")])
def test_a_wire_that_cannot_be_placed_waits_in_suspense(world: World, currency: str, reason: str) -> None:
    payment = asked(world, world.signed_order(), "wire")
    reference = payment.reference if currency == "EUR" else "RF00NOBODY"
    paying.wire_arrived(act=rail(world.now), wire=wire(world, reference=reference, amount_minor=100, currency=currency))
    stray = queries.open_strays()[0]
    assert (stray.reason, stray.amount_minor, stray.owner) == (reason, 100, "operator")


def test_money_for_a_contract_that_both_have_not_signed_is_too_early(world: World) -> None:
    from holdfast.contracts.queries import page

    number = page(contract_id=world.proposed(), role="buyer").number
    paying.wire_arrived(act=rail(world.now), wire=wire(world, reference=number, amount_minor=1_000_000))
    assert [stray.reason for stray in queries.open_strays()] == ["not_signed"]
