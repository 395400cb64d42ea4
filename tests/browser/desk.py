"""An evening's work left on the finance desk, so that its pages have something to show: reached by real operations."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.urls import reverse

from holdfast.contracts import programmes
from holdfast.kernel.identifiers import public
from holdfast.orders.operations import disputes, incoming, reserve
from holdfast.parties import operations as parties
from holdfast.parties.operations import guarantee
from holdfast.parties.operations.beneficiaries import Account
from holdfast.rails import operations as rails
from holdfast.rails.models import Payment
from holdfast.rails.operations.bank_accounts import add_bank_account
from holdfast.rails.operations.payouts import Destination, request_payout
from holdfast.treasury.operations import closing, entries
from holdfast.treasury.operations.entries import Proposal
from holdfast.treasury.queries import books
from holdfast.webhooks import operations as webhooks
from tests.console.furnished import Furnished, document
from tests.rails.bank import making
from tests.rails.bank.making import IBAN, Made

HOUSE = "DE89370400440532013000"


def leave_work(made: Furnished, folder: Path) -> list[tuple[str, str, str]]:
    """Leave it; answers the pages of whoever has to do with it: (who, name of the picture, address)."""
    world = made.world
    fin = world.operator(world.fin)
    made.keep("charged back", world.signed_order(document(world.now)))
    world.pays(made.ids["charged back"])
    disputed = Payment.objects.get(order_id=made.ids["charged back"])
    disputes.opened(
        act=world.carrier(),
        payment_id=disputed.id,
        provider_ref="du_1",
        kind="chargeback",
        amount_minor=disputed.amount_minor,
        reason="product_not_received",
        respond_by=world.now + timedelta(days=9),
    )
    add_bank_account(act=fin, name="Clients' money", number=IBAN, currency="USD")
    lines = [
        Made(270_000, currency="USD", text="no reference at all", payer="Alma Imp.", bank_ref="B1"),
        Made(900, currency="USD", text="towing", debit=True, bank_ref="B2"),
    ]
    path = making.camt(folder / "monday.xml", lines, currency="USD", closing_minor=5)
    taken = incoming.import_statement(act=fin, path=path, name="monday.xml")
    _payouts(made)
    reserve.propose_change(
        act=fin, currency="USD", kind="set_aside", amount_minor=500_000, reason="the summer's orders"
    )
    row = programmes.latest(name="standard")
    guarantee.set_line(
        act=world.operator(),
        organisation_id=world.boris.organisation_id,
        currency="USD",
        line_minor=400_000,
        programme=programmes.programme_of(name=row.name, version=row.version),
        reason="a year without a claim",
    )
    day = world.now.date()
    letter = entries.bring_document(act=fin, name="letter.txt", content=b"the bank's own words")
    wanted = Proposal("processing_cost", "client_bank", "USD", 1200, day, "fee of the bank")
    entries.propose(act=fin, proposal=wanted, document_id=letter)
    closing.close_day(act=fin, day=day - timedelta(days=2))
    _told(made)
    return _pages(made, taken.file_id, closed=(day - timedelta(days=2)).isoformat())


def _payouts(made: Furnished) -> None:
    world = made.world
    rails.set_limit(act=world.operator(), currency="USD", amount_minor=1000)
    first, _other = (
        parties.add_beneficiary(
            act=world.act(world.boris, "owner"),
            organisation_id=world.boris.organisation_id,
            name=name,
            currency="USD",
            account=Account(iban=iban),
        )
        for name, iban in ((world.boris.name, HOUSE), ("Petrov Holding", "DE75512108001245126199"))
    )
    parties.verify_beneficiary(act=world.operator(world.fin), beneficiary_id=first.id)
    request_payout(
        act=world.act(world.boris, "owner"),
        organisation_id=world.boris.organisation_id,
        currency="USD",
        destination=Destination(first.id, world.boris.name, iban=HOUSE),
        amount_minor=150_000,
    )


def _told(made: Furnished) -> None:
    """The operator's own program, and something on its way there."""
    world = made.world
    endpoint = webhooks.create(
        act=world.operator(), organisation_id=world.operator_id, url="https://operator.example.com/", kinds=["*"]
    )
    webhooks.ping(act=world.operator(), webhook_id=endpoint.id)
    made.ids["endpoint"] = endpoint.id


def _pages(made: Furnished, file_id: UUID, *, closed: str) -> list[tuple[str, str, str]]:
    account = books.accounts(code="client_bank", owner=None, currency=None, skip=0, limit=1)[0]
    names = (
        *("desk", "desk_incoming", "desk_settlements", "desk_holds", "desk_reconciliation", "desk_closes"),
        *("desk_entries", "desk_accounts", "desk_payouts", "desk_guarantee", "desk_disputes", "desk_papers"),
    )
    paid = Payment.objects.get(order_id=made.ids["charged back"])
    return [
        *(("fin", name, reverse(name)) for name in names),
        ("fin", "desk statement", reverse("desk_statement_file", args=[public("stf", file_id)])),
        ("fin", "desk close", reverse("desk_close", args=[closed])),
        ("fin", "desk account", reverse("desk_account", args=[public("acc", account.id)])),
        ("fin", "verifying", reverse("verifying")),
        ("ada", "desk_papers administrator", reverse("desk_papers")),
        ("ada", "desk_payouts administrator", reverse("desk_payouts")),
        ("ada", "desk_guarantee administrator", reverse("desk_guarantee")),
        ("ada", "webhooks operator", reverse("webhooks")),
        ("ada", "webhook operator", reverse("webhook", args=[public("whk", made.ids["endpoint"])])),
        ("boris", "proofs", reverse("proofs")),
        ("boris", "papers supplier", reverse("papers")),
        ("boris", "organisation supplier", reverse("organisation")),
        ("alma", "order disputed", reverse("order", args=[made.orders["charged back"]])),
        ("alma", "payment", reverse("payment", args=[public("pay", paid.id)])),
    ]
