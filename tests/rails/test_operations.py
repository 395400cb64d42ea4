"""Money in and out of the simulated rails, with the ledger and the record beside it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from holdfast.database.connection import Access
from holdfast.kernel.identifiers import new_id, public
from holdfast.kernel.refusals import Invalid, NotAllowed, NotFound, OutOfState, Refusal
from holdfast.ledger.chart import of_operator, of_rail, of_supplier
from holdfast.programme import shipped
from holdfast.rails import models, operations, queries, rows
from holdfast.rails.operations import Destination, Wire
from holdfast.rails.port import Captured
from holdfast.rails.rules import NoBeneficiary, NothingToPayOut
from holdfast.record.act import rail
from holdfast.record.models import Deadline, Event
from holdfast.record.recording import Recording
from tests.rails import stage
from tests.rails.stage import ALMA, BORIS, NOW, act, balance, captured, chain_of, refundable, refunded, requested

PAYABLE = of_supplier("payable", BORIS, "USD")
OUT, BANK = of_operator("payouts_in_transit", "USD"), of_operator("client_bank", "USD")
BORIS_BANK = Destination(beneficiary_id=new_id(), name="Boris Electronics", iban="DE75512108001245126199")


def refused(kind: type[Refusal], verb: Callable[[], object]) -> None:
    """The verb says no, and nothing has changed."""
    before = stage.everything()
    with pytest.raises(kind), transaction.atomic():
        verb()
    assert stage.everything() == before


def deadlines(subject_id: Any) -> list[str]:
    return list(Deadline.objects.filter(subject_id=subject_id, state="open").values_list("kind", flat=True))


@pytest.mark.parametrize(
    ("rail", "instrument", "last4"),
    [
        ("card", {"number": "4242424242424242"}, "4242"),
        ("paypal", {"payer": "buyer@example.com"}, ".com"),
        ("e_check", {"account": "000123456789"}, "6789"),
    ],
)
def test_a_payment_is_asked_for_and_charged(db: None, rail: str, instrument: dict[str, Any], last4: str) -> None:
    payment = requested(order_id=new_id(), rail=rail, instrument=instrument, external_id="PO-7")
    stored = models.Payment.objects.get(id=payment.id)
    assert rows.PaymentRow.of(stored) == payment
    assert (stored.amount_minor, stored.instrument["last4"]) == (10_300, last4)
    outcome = operations.charge(payment=payment, now=NOW)
    assert isinstance(outcome, Captured)
    captured(payment)
    assert queries.payments_of(order_id=payment.order_id)[0].state == "captured"
    assert stage.findings() == []


@pytest.mark.parametrize(
    ("number", "state", "event"),
    [("4000000000000002", "declined", "payment.declined"), ("4000000000003220", "pending", "payment.delayed")],
)
def test_no_money_is_written_down_too(db: None, number: str, state: str, event: str) -> None:
    payment = requested(order_id=new_id(), instrument={"number": number})
    outcome = operations.charge(payment=payment, now=NOW)
    assert not isinstance(outcome, Captured)
    with transaction.atomic():
        recording = Recording(rail(NOW))
        chain = chain_of(payment.order_id)
        after = operations.declined_into(recording=recording, chain=chain, payment=payment, outcome=outcome)
        recording.write(after)
    assert models.Payment.objects.get(id=payment.id).state == after.state == state
    assert Event.objects.filter(chain_id=payment.order_id).order_by("-seq")[0].name == event
    waiting = operations.unfinished(now=NOW + timedelta(minutes=2))
    assert [one.id for one in waiting] == ([payment.id] if state == "pending" else [])


def test_a_wire_nobody_sent_expires(db: None) -> None:
    payment = requested(order_id=new_id(), rail="wire", instrument={}, expires_at=NOW + timedelta(days=10))
    assert list(operations.unfinished(now=NOW + timedelta(days=5))) == []
    assert operations.expire(now=NOW + timedelta(days=10), chain_of=chain_of) == 0
    assert operations.expire(now=NOW + timedelta(days=11), chain_of=chain_of) == 1
    assert models.Payment.objects.get(id=payment.id).state == "expired"


def test_a_refund_goes_back_pro_rata_and_leaves_nothing_behind(db: None) -> None:
    order_id = new_id()
    first = captured(requested(order_id=order_id, due_minor=9_700))
    second = captured(requested(order_id=order_id, due_minor=29_700))
    parts = refunded(order_id=order_id, amount_minor=10_001)
    assert [(part.payment_id, part.amount_minor) for part in parts] == [(first.id, 2_500), (second.id, 7_501)]
    assert refundable(order_id) == 10_001
    assert [deadlines(part.id) for part in parts] == [["refund.start"], ["refund.start"]]
    assert operations.send_refunds(now=NOW, chain_of=chain_of) == 4
    assert refundable(order_id) == 0
    assert [one.state for one in queries.refunds_of(order_id=order_id)] == ["confirmed", "confirmed"]
    # Not settled yet, so the provider keeps it back from what it owes us.
    assert balance(of_rail("rail_clearing", "card", "USD")) == -(40_000 - 10_001)
    assert [one.netted_minor for one in queries.payments_of(order_id=order_id)] == [2_500, 7_501]
    assert [deadlines(part.id) for part in parts] == [[], []]
    # The next one goes by what each has not got back.
    again = refunded(order_id=order_id, amount_minor=100)
    assert [part.amount_minor for part in again] == [25, 75]
    assert stage.findings() == []


def test_a_refund_after_settlement_comes_from_the_bank(db: None) -> None:
    order_id = new_id()
    stage.settle(captured(requested(order_id=order_id)))
    refunded(order_id=order_id, amount_minor=10_000)
    operations.send_refunds(now=NOW, chain_of=chain_of)
    assert balance(BANK) == 10_000
    assert queries.payments_of(order_id=order_id)[0].netted_minor == 0


def test_a_bounced_refund_waits_for_the_operator_and_can_be_sent_again(db: None) -> None:
    order_id = new_id()
    captured(requested(order_id=order_id, instrument={"number": "4000000000005126"}))
    (refund,) = refunded(order_id=order_id, amount_minor=4_000)
    operations.send_refunds(now=NOW, chain_of=chain_of)
    assert (refundable(order_id), deadlines(refund.id)) == (4_000, ["refund.resolve"])
    buyer = act()
    refused(NotAllowed, lambda: operations.resend_refund(act=buyer, refund_id=refund.id, chain_of=chain_of))
    operator = act(role="operator")
    refused(NotFound, lambda: operations.resend_refund(act=operator, refund_id=order_id, chain_of=chain_of))
    operations.resend_refund(act=operator, refund_id=refund.id, chain_of=chain_of)
    refused(OutOfState, lambda: operations.resend_refund(act=operator, refund_id=refund.id, chain_of=chain_of))
    operations.send_refunds(now=NOW, chain_of=chain_of)
    assert (refundable(order_id), deadlines(refund.id)) == (4_000, ["refund.resolve"])
    assert stage.findings() == []


def test_what_no_instrument_can_take_back_waits_with_a_name_and_a_day(db: None) -> None:
    order_id = new_id()
    payment = captured(requested(order_id=order_id))
    with transaction.atomic():
        recording = Recording(rail(NOW))
        recording.event(chain_of(order_id), "chargeback.opened", about={"payment": payment.id})
        after = rows.given_back(payment, amount_minor=10_000)
        recording.call(rows.WRITE, rows.written(changed=[(payment, after)]))
        recording.write(None)
    (part,) = refunded(order_id=order_id, amount_minor=1_000)
    assert (part.amount_minor, refundable(order_id)) == (300, 1_000)
    waiting = Deadline.objects.get(subject_id=order_id, state="open")
    assert (waiting.kind, waiting.who, waiting.basis["amount_minor"]) == ("refund.place", "operator", 700)


def test_a_payment_captured_in_the_same_act_can_take_its_surplus_back(db: None) -> None:
    order_id = new_id()
    payment = requested(order_id=order_id, rail="wire", instrument={})
    with transaction.atomic():
        recording, chain = Recording(rail(NOW)), chain_of(order_id)
        after = rows.captured(payment, now=NOW, captured_minor=11_000)
        recording.event(chain, "order.funded", about={"order": order_id})
        recording.call(rows.WRITE, rows.written(changed=[(payment, after)]))
        parts = operations.refund_into(
            recording=recording,
            programme=shipped("standard"),
            order_id=order_id,
            currency="USD",
            amount_minor=700,
            zone="Europe/Berlin",
            captured=after,
        )
        recording.write(None)
    assert [(part.payment_id, part.amount_minor) for part in parts] == [(payment.id, 700)]
    assert models.Payment.objects.get(id=payment.id).returned_minor == 700


def test_a_wire_finds_its_payment_by_reference(db: None) -> None:
    payment = requested(order_id=new_id(), rail="wire", instrument={})
    spaced = " ".join([payment.reference[:4], payment.reference[4:]]).lower()
    wire = Wire("camt-1", spaced, 10_300, "USD", "Alma Imports", NOW)
    arrival = operations.receive_wire(act=act(role="operator"), wire=wire)
    assert (arrival.payment, arrival.stray, arrival.again) == (payment, None, False)
    captured(replace(payment, provider_ref="camt-1"))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE rails_payment SET provider_ref = 'camt-1' WHERE id = %s", [payment.id])
    assert operations.receive_wire(act=act(role="operator"), wire=wire).again


def test_money_nobody_can_place_is_suspended_once_and_sent_back(db: None) -> None:
    payment = requested(order_id=new_id(), rail="wire", instrument={})
    operator = act(role="operator")
    suspense = of_operator("suspense", "EUR")
    wire = Wire("camt-2", payment.reference, 10_300, "EUR", "Alma Imports", NOW)
    stray = operations.receive_wire(act=operator, wire=wire).stray
    assert stray is not None
    assert (stray.reason, stray.order_id, balance(suspense)) == ("wrong_currency", payment.order_id, 10_300)
    assert deadlines(stray.id) == ["stray.resolve"]
    before = stage.everything()
    assert operations.receive_wire(act=operator, wire=wire).again
    assert stage.everything() == before
    for wrong in ({"amount_minor": 0}, {"currency": "XYZ"}, {"payer_name": "x" * 141}):
        refused(Invalid, partial(operations.receive_wire, act=operator, wire=replace(wire, **wrong)))
    unknown = operations.receive_wire(act=operator, wire=Wire("camt-3", "INVOICE 7", 5, "EUR", "?", NOW)).stray
    assert unknown is not None
    assert [one.id for one in queries.open_strays()] == [stray.id, unknown.id]
    refused(NotAllowed, lambda: operations.return_stray(act=act(), stray_id=stray.id))
    operations.return_stray(act=operator, stray_id=stray.id)
    assert (balance(suspense), deadlines(stray.id)) == (5, [])
    refused(OutOfState, lambda: operations.return_stray(act=operator, stray_id=stray.id))
    refused(NotFound, lambda: operations.return_stray(act=operator, stray_id=payment.id))
    payloads = str(list(Event.objects.values_list("payload", flat=True)))
    assert "Alma Imports" not in payloads
    assert "INVOICE 7" not in payloads


def paid_out(**more: Any) -> rows.PayoutRow:
    given: dict[str, Any] = {"destination": BORIS_BANK, **more}
    return operations.request_payout(act=act(role="supplier"), organisation_id=BORIS, currency="USD", **given)


def test_a_payout_leaves_the_balance_at_once_and_arrives(db: None) -> None:
    stage.earned(amount_minor=50_000)
    part = paid_out(amount_minor=20_000)
    assert (balance(PAYABLE), balance(OUT), deadlines(part.id)) == (30_000, 20_000, ["payout.send"])
    rest = paid_out()
    assert (rest.amount_minor, balance(PAYABLE)) == (30_000, 0)
    assert operations.send_payouts(now=NOW) == 4
    assert (balance(OUT), balance(BANK), deadlines(part.id)) == (0, 50_000, [])
    assert [one.state for one in queries.payouts_of(organisation_id=BORIS)] == ["confirmed", "confirmed"]
    assert operations.send_payouts(now=NOW) == 0
    names = list(Event.objects.filter(chain_id=BORIS).order_by("seq").values_list("name", flat=True))
    assert names == ["payout.requested"] * 2 + ["payout.sent"] * 2 + ["payout.confirmed"] * 2
    assert stage.findings() == []


def test_a_payout_that_bounces_is_back_in_the_balance(db: None) -> None:
    stage.earned(amount_minor=50_000)
    payout = paid_out(destination=replace(BORIS_BANK, iban="", account="9999"))
    operations.send_payouts(now=NOW)
    found = queries.payouts_of(organisation_id=BORIS)[0]
    assert (found.state, found.reason) == ("bounced", "account_closed")
    assert (balance(PAYABLE), balance(OUT), deadlines(payout.id)) == (50_000, 0, [])


def test_payouts_that_are_not_possible(db: None) -> None:
    refused(NothingToPayOut, paid_out)
    stage.earned(amount_minor=50_000)
    for amount in (0, -1, 50_001):
        refused(NothingToPayOut, partial(paid_out, amount_minor=amount))
    refused(NoBeneficiary, lambda: paid_out(destination=None))


class Viewer:
    """Somebody who looks."""

    def __init__(self, organisation_id: Any, *staff: str) -> None:
        self.organisation_id = organisation_id
        self.staff = frozenset(staff)


def test_payments_and_payouts_are_seen_by_their_own_side_only(db: None) -> None:
    stage.earned(amount_minor=50_000)
    payment, payout = models.Payment.objects.get(), paid_out()
    pay, pot = public("pay", payment.id), public("pot", payout.id)
    assert queries.payment_for(caller=Viewer(ALMA), ref=pay).id == payment.id
    assert queries.payout_for(caller=Viewer(BORIS), ref=pot) == payout
    for staff in ("finance", "administrator"):
        assert queries.payout_for(caller=Viewer(None, staff), ref=pot).id == payout.id
    for viewer in (Viewer(BORIS), Viewer(None), Viewer(None, "verifier"), Viewer(new_id())):
        for ref in (pay, pot, "pay_", None):
            with pytest.raises(NotFound):
                queries.payment_for(caller=viewer, ref=ref)
    for viewer in (Viewer(ALMA), Viewer(None)):
        with pytest.raises(NotFound):
            queries.payout_for(caller=viewer, ref=pot)


def test_the_database_lets_no_row_skip_a_step_or_give_back_more_than_came(db: None) -> None:
    payment = captured(requested(order_id=new_id()))
    of_payment = models.Payment.objects.filter(id=payment.id)
    before = stage.everything()
    changes: list[dict[str, Any]] = [
        {"state": "requested"},
        {"state": "declined"},
        {"returned_minor": 10_301},
        {"netted_minor": -1},
        {"amount_minor": 1},
    ]
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            of_payment.update(**change)
    stale = replace(payment, state="authorised")
    recording = Recording(rail(NOW))
    recording.event(chain_of(payment.order_id), "payment.settled", about={})
    recording.call(rows.WRITE, rows.written(changed=[(stale, payment)]))
    with pytest.raises(DatabaseError, match="no longer authorised"), transaction.atomic():
        recording.write(None)
    assert stage.everything() == before


@pytest.mark.own_database
def test_two_payouts_at_once_pay_the_balance_once(own_database: Access) -> None:
    stage.earned(amount_minor=50_000)
    ready, outcomes = threading.Barrier(2), []

    def ask() -> None:
        try:
            ready.wait()
            outcomes.append(paid_out(amount_minor=40_000).state)
        except NothingToPayOut:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["approved", "refused"]
    assert (balance(PAYABLE), balance(OUT)) == (10_000, 40_000)
    assert stage.findings() == []
