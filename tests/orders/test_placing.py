"""Refunds that no instrument takes go to an account of the buyer: by itself if there is one answer, or by finance."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import NotAllowed
from holdfast.ledger import audit
from holdfast.orders.operations import cancelling, paying, placing
from holdfast.parties import operations as parties
from holdfast.parties.operations.beneficiaries import Account
from holdfast.rails import operations as rails
from holdfast.rails import outgoing
from holdfast.rails.models import Payment, Refund
from holdfast.rails.models.statements import BankAccount, Statement, StatementFile, StatementLine
from holdfast.rails.rules import NoBeneficiary, NotPlaceable
from holdfast.record.models import Deadline
from tests.world import World, refuses


@pytest.fixture
def world(db: None) -> World:
    return World()


def account(world: World, iban: str = "DE89370400440532013000", name: str = "") -> Any:
    made = parties.add_beneficiary(
        act=world.act(world.alma, "owner"),
        organisation_id=world.alma.organisation_id,
        name=name or world.alma.name,
        currency="USD",
        account=Account(iban=iban),
    )
    by = world.operator(world.fin)
    return parties.verify_beneficiary(act=by, beneficiary_id=made.id, reason="seen").id


def cancelled(world: World, *, card: str = "4242424242424242", days_ago: int = 0) -> Any:
    """An order that was paid and called off; its refund, if an instrument takes it."""
    order_id = world.signed_order()
    world.pays(order_id, card=card)
    if days_ago:
        payment = Payment.objects.get(order_id=order_id)
        Payment.objects.filter(id=payment.id).update(captured_at=world.now - timedelta(days=days_ago))
    cancelling.cancel(act=world.buyer(), order_id=order_id, ground="before_production")
    return order_id


def all_sent(world: World) -> None:
    for _turn in range(3):
        rails.send_refunds(now=world.now, chain_of=paying.chain_of)


def test_what_came_back_from_the_card_goes_to_the_one_account_in_the_buyers_name(world: World) -> None:
    order_id = cancelled(world, card="4000000000005126")
    all_sent(world)
    assert placing.place_due(now=world.now) == 0
    assert Refund.objects.get(order_id=order_id).state == "bounced"
    account(world, name="Somebody Else Entirely")
    assert placing.place_due(now=world.now) == 0
    world.days_pass(4)
    second = account(world, iban="DE75512108001245126199")
    assert placing.place_due(now=world.now) == 0, "it is cooling off"
    world.days_pass(4)
    assert placing.place_due(now=world.now) == 1
    all_sent(world)
    refund = Refund.objects.get(order_id=order_id)
    assert (refund.state, refund.beneficiary_id) == ("confirmed", second)
    assert list(audit.findings()) == []


def test_after_the_refund_period_finance_places_it(world: World) -> None:
    order_id = cancelled(world, days_ago=400)
    assert not Refund.objects.filter(order_id=order_id).exists()
    (waiting,) = outgoing.unplaced()
    assert (waiting.order_id, waiting.currency) == (order_id, "USD")
    with refuses(NoBeneficiary):
        placing.place_refund(act=world.operator(), order_id=order_id)
    own = account(world)
    with refuses(NotAllowed):
        placing.place_refund(act=world.buyer(), order_id=order_id)
    with refuses(NotPlaceable):
        placing.place_refund(act=world.operator(), order_id=order_id, amount_minor=waiting.amount_minor + 1)
    refund = placing.place_refund(act=world.operator(), order_id=order_id, beneficiary_id=own)
    assert (refund.amount_minor, outgoing.unplaced()) == (waiting.amount_minor, [])
    assert placing.place_due(now=world.now) == 0
    all_sent(world)
    assert Refund.objects.get().state == "confirmed"
    assert not Deadline.objects.filter(kind__startswith="refund.", state="open").exists()
    starts = outgoing.refund_starts(now=world.now)
    assert (starts.count, starts.late, starts.p50_hours) == (1, 0, 0)
    assert list(audit.findings()) == []


def test_a_refund_that_was_not_started_in_time_is_late(world: World, settings: Any) -> None:
    settings.WIRE = "bank"
    cancelled(world, days_ago=400)
    account(world)
    assert placing.place_due(now=world.now) == 1
    refund = Refund.objects.get()
    later = refund.start_due_at + timedelta(days=1)
    assert outgoing.late_refunds(now=world.now) == []
    assert [one.id for one in outgoing.late_refunds(now=later)] == [refund.id]
    assert outgoing.refund_starts(now=later).late == 1


def test_a_refund_by_wire_goes_back_to_the_account_that_paid(world: World, settings: Any) -> None:
    settings.WIRE = "bank"
    order_id = world.signed_order()
    world.wires(order_id)
    payment = Payment.objects.get(order_id=order_id)
    line_from(world, payment, name="Alma Imports Inc", number="GB29 NWBK 6016 1331 9268 19")
    cancelling.cancel(act=world.buyer(), order_id=order_id, ground="before_production")
    assert placing.place_due(now=world.now) == 1
    refund = Refund.objects.get()
    assert (refund.state, refund.beneficiary_id, refund.destination["iban"]) == (
        "requested",
        None,
        "GB29NWBK60161331926819",
    )
    assert outgoing.ready(currency="USD") == (1, refund.amount_minor)
    assert placing.place_due(now=world.now) == 0


def line_from(world: World, payment: Payment, *, name: str, number: str) -> None:
    """The bank named who sent a wire."""
    own = BankAccount.objects.create(
        id=new_id(), name="Ours", number="DE89370400440532013000", currency="USD", holds="clients", added_at=world.now
    )
    file = StatementFile.objects.create(
        id=new_id(), sha256="0" * 64, name="s", size_bytes=1, statements=1, lines=1, not_booked=0, received_at=world.now
    )
    statement = Statement.objects.create(
        id=new_id(), file=file, account=own, place=1, kind="camt053", lines=1, credits_minor=0, debits_minor=0
    )
    StatementLine.objects.create(
        id=new_id(),
        account=own,
        file=file,
        statement=statement,
        entry=1,
        detail=1,
        key="k",
        entry_key="k",
        amount_minor=payment.captured_minor,
        currency="USD",
        direction="credit",
        booked_on=world.now.date(),
        counterparty_name=name,
        counterparty_account=number,
        subject_kind="payment",
        subject_id=payment.id,
        entered_at=world.now,
    )
