"""Money that came, was taken back and leaves, for tests that need a row in every table of the rails."""

from __future__ import annotations

import tempfile
from pathlib import Path

from holdfast.kernel.identifiers import new_id
from holdfast.orders.operations import disputes, incoming, paying
from holdfast.parties import operations as parties
from holdfast.parties.operations.beneficiaries import Account
from holdfast.rails import operations as rails
from holdfast.rails.models import Payment
from holdfast.rails.models.statements import BankAccount
from holdfast.rails.operations import events, settlements
from holdfast.rails.operations.payouts import Destination
from holdfast.record.act import rail
from tests.rails.bank import making
from tests.world import World, contract


def furnish_rails(world: World) -> None:
    """Money that came, was taken back, leaves, and what a card provider said and sent."""
    wire = paying.Wire("line-1", "RF00NOBODY", 100, "USD", "Nobody", world.now)
    paying.wire_arrived(act=rail(world.now), wire=wire)
    other, shipment = world.shipped(contract(ship={"on": "2026-05-10"}))
    world.delivers(shipment.id)
    world.receives(other)
    paid = Payment.objects.get(order_id=other)
    disputes.opened(
        act=rail(world.now),
        payment_id=paid.id,
        provider_ref="dp_1",
        kind="chargeback",
        amount_minor=100,
        reason="fraudulent",
    )
    account = parties.add_beneficiary(
        act=world.act(world.boris, "owner"),
        organisation_id=world.boris.organisation_id,
        name="Boris Trading",
        currency="USD",
        account=Account(iban="DE89370400440532013000"),
    )
    rails.request_payout(
        act=world.supplier(),
        organisation_id=world.boris.organisation_id,
        currency="USD",
        destination=Destination(account.id, "Boris Trading", "DE89370400440532013000"),
    )
    bank = BankAccount.objects.create(
        id=new_id(), name="Bank", number="DE89370400440532013000", currency="USD", holds="clients", added_at=world.now
    )
    rails.make_batch(
        act=world.operator(),
        currency="USD",
        account_id=bank.id,
        execution_on=world.now.date(),
        usable=lambda accounts: accounts,
        chain_of=paying.chain_of,
    )
    with tempfile.TemporaryDirectory() as folder:
        path = making.camt(Path(folder) / "a.xml", [making.Made(1, currency="USD")], iban=bank.number, currency="USD")
        incoming.import_statement(act=world.operator(), path=path, name="a.xml")
    events.enter(provider="stripe", event_id="evt_1", kind="payout.paid", object_id="po_1", now=world.now)
    whole = settlements.Sum("po_1", "sent", 100, "USD", world.now.date())
    settlements.told(now=world.now, rail_name="card", whole=whole, lines=())
