"""Money asked for, captured, declined, wired; what is short, over, too early or unknown is never lost."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from holdfast.kernel.refusals import Invalid, NotAllowed, OutOfState
from holdfast.ledger import audit as ledger_audit
from holdfast.ledger import book
from holdfast.ledger.chart import of_operator
from holdfast.orders import audit as order_audit
from holdfast.orders.operations import paying, wiring
from holdfast.orders.operations.funding import Funded
from holdfast.orders.operations.paying import Wire
from holdfast.orders.refusals import NotPayable, TooMuch
from holdfast.programme.refusals import OverRailLimit
from holdfast.rails import queries
from holdfast.rails.operations import Arrival
from holdfast.record import deadlines
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


def test_a_part_is_held_and_the_rest_stays_due(world: World) -> None:
    order_id = world.signed_order()
    world.wires(order_id, part_minor=400_000)
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


# --- short, over, twice ----------------------------------------------------------------------------------------------


def arrives(world: World, payment: paying.PaymentRow, amount_minor: int, source: str) -> Funded | Arrival:
    sent = wire(world, reference=payment.reference, amount_minor=amount_minor, source=source)
    return paying.wire_arrived(act=rail(world.now), wire=sent)


def suspense(currency: str = "USD") -> int:
    return book.balance(account=of_operator("suspense", currency))


def sound() -> None:
    assert [*order_audit.findings(), *ledger_audit.findings()] == []


def test_what_is_short_waits_in_suspense_until_the_rest_comes(world: World) -> None:
    order_id = world.signed_order()
    payment = asked(world, order_id, "wire")
    first = arrives(world, payment, 400_000, "line-1")
    assert isinstance(first, Arrival)
    assert first.stray is not None
    assert (first.stray.reason, first.stray.payment_id, suspense()) == ("short", payment.id, 400_000)
    assert world.order(order_id).escrow_minor == 0
    arrives(world, payment, 500_000, "line-2")
    again = arrives(world, payment, 500_000, "line-2")
    assert isinstance(again, Arrival)
    assert again.again
    funded = arrives(world, payment, 100_700, "line-3")
    assert isinstance(funded, Funded)
    assert (funded.held_minor, funded.refundable_minor, funded.borne_minor) == (1_000_000, 700, 0)
    assert (suspense(), world.order(order_id).escrow_minor, queries.open_strays()) == (0, 1_000_000, [])
    assert deadlines.of_subject(subject_id=first.stray.id) == []
    sound()
    world.days_pass(1)
    assert queries.payments_of(order_id=order_id)[0].state == "settled"
    sound()


def test_what_a_bank_took_on_the_way_is_borne_up_to_the_programme_s_limit(world: World) -> None:
    order_id = world.signed_order()
    payment = asked(world, order_id, "wire")
    assert isinstance(arrives(world, payment, 600_000, "line-1"), Arrival)
    assert isinstance(arrives(world, payment, 394_999, "line-2"), Arrival)
    funded = arrives(world, payment, 1, "line-3")
    assert isinstance(funded, Funded)
    assert (funded.held_minor, funded.borne_minor, funded.tranche_state) == (1_000_000, 5_000, "held")
    assert book.balance(account=of_operator("operator_loss", "USD")) == -5_000
    sound()


def test_what_is_borne_is_borne_once_an_order_and_never_for_a_trifle(world: World) -> None:
    """A payment in many parts, each of them short by the limit, would be paid by the operator."""
    order_id = world.signed_order()
    trifle = asked(world, order_id, "wire", amount_minor=5_001)
    assert isinstance(arrives(world, trifle, 1, "line-1"), Arrival)
    assert isinstance(arrives(world, trifle, 4_499, "line-2"), Arrival)
    assert isinstance(arrives(world, trifle, 1, "line-3"), Funded)
    part = asked(world, order_id, "wire", amount_minor=100_000)
    assert isinstance(arrives(world, part, 95_000, "line-4"), Arrival)
    funded = arrives(world, part, 501, "line-5")
    assert isinstance(funded, Funded)
    assert funded.borne_minor == 5_000 - 500 - 1
    last = asked(world, order_id, "wire")
    assert isinstance(arrives(world, last, last.amount_minor - 2, "line-6"), Arrival)
    sound()


def test_money_for_what_is_paid_already_waits_in_suspense(world: World) -> None:
    order_id = world.signed_order()
    first, second = asked(world, order_id, "wire"), asked(world, order_id, "wire")
    assert isinstance(arrives(world, first, 1_000_000, "line-1"), Funded)
    for place, payment in enumerate((first, second), start=2):
        arrived = arrives(world, payment, 1_000_000, f"line-{place}")
        assert isinstance(arrived, Arrival)
        assert arrived.stray is not None
        assert arrived.stray.reason == "paid_already"
    sound()


@pytest.mark.parametrize(
    "written",
    ["{0} thank you", "INVOICE 7/ {0}", "rf-number: {0}, order 12", "{1}", "RF00 {2} end", "pay {1}{0}"],
)
def test_a_reference_is_found_with_words_around_and_spaces_within(world: World, written: str) -> None:
    payment = asked(world, world.signed_order(), "wire")
    reference = payment.reference
    cut = "\n".join(reference[place : place + 4] for place in range(0, 21, 4))
    text = written.format(reference, cut, reference.lower())
    sent = wire(world, reference=text, amount_minor=payment.amount_minor)
    assert isinstance(paying.wire_arrived(act=rail(world.now), wire=sent), Funded)


def test_finance_places_by_hand_what_nobody_else_could(world: World) -> None:
    order_id = world.signed_order()
    paying.wire_arrived(act=rail(world.now), wire=wire(world, reference="hats", amount_minor=300_000))
    stray = queries.open_strays()[0]
    fin = replace(world.operator(world.fin), role="operator")
    for given in ({}, {"order_id": order_id, "payment_id": order_id}):
        with refuses(Invalid, field="payment_id"):
            wiring.match_stray(act=fin, stray_id=stray.id, reason="his mail", **given)
    with refuses(Invalid, field="reason"):
        wiring.match_stray(act=fin, stray_id=stray.id, reason=" ", order_id=order_id)
    with refuses(NotAllowed):
        wiring.match_stray(act=world.buyer(), stray_id=stray.id, reason="mine", order_id=order_id)
    attached = wiring.match_stray(act=fin, stray_id=stray.id, reason="his mail of today", order_id=order_id)
    assert isinstance(attached, Arrival)
    payment = queries.payments_of(order_id=order_id)[0]
    assert (payment.state, payment.due_minor) == ("requested", 1_000_000)
    paying.wire_arrived(act=rail(world.now), wire=wire(world, reference="x", amount_minor=700_000, source="line-2"))
    rest = next(one for one in queries.open_strays() if one.reason == "unknown_reference")
    funded = wiring.match_stray(act=fin, stray_id=rest.id, reason="the rest of it", payment_id=payment.id)
    assert isinstance(funded, Funded)
    assert (funded.held_minor, queries.open_strays()) == (1_000_000, [])
    with refuses(OutOfState):
        wiring.match_stray(act=fin, stray_id=rest.id, reason="again", payment_id=payment.id)
    paying.wire_arrived(act=rail(world.now), wire=wire(world, reference="y", amount_minor=5, source="line-3"))
    late = queries.open_strays()[0]
    with refuses(NotPayable):
        wiring.match_stray(act=fin, stray_id=late.id, reason="more", order_id=order_id)
    with refuses(NotPayable):
        wiring.match_stray(act=fin, stray_id=late.id, reason="more", payment_id=payment.id)
    sound()
