"""Cards by Stripe in the books beside the bank: what one side has and the other not yet is explained to the cent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.test import Client

from holdfast.kernel.identifiers import new_id, public
from holdfast.ledger import book
from holdfast.ledger.chart import of_operator
from holdfast.orders.operations import incoming, paying, reserve
from holdfast.parties.models import Person
from holdfast.rails import queries
from holdfast.rails.models import Dispute, Settlement
from holdfast.rails.operations import bank_accounts, settlements
from holdfast.record.act import rail
from holdfast.treasury.queries import books
from tests.fakes.stripe import FakeStripe
from tests.rails.bank.making import IBAN, Made, camt
from tests.rails.stripe_stage import Trade
from tests.world import World


@pytest.fixture
def trade(world: World, card: FakeStripe) -> Trade:
    return Trade(world, card)


def confirms(found: Settlement) -> settlements.Settlement | None:
    return settlements.line_confirms(
        act=rail(found.sent_at),
        statement_line_id=new_id(),
        text=found.trace,
        amount_minor=found.amount_minor,
        currency=found.currency,
        booked_on=found.arrival_on,
    )


def test_what_stripe_still_has_explains_what_the_bank_does_not_show(trade: Trade) -> None:
    """Settled money is the bank's in the books: until a statement shows it, the difference has a name."""

    def there() -> int:
        return queries.at_provider(currency="USD", through=trade.world.now.date(), at=trade.world.now)

    payment = trade.pays(trade.world.signed_order())
    trade.passes(days=6)
    assert there() == -book.balance(account=of_operator("client_bank", "USD")) > 0
    trade.card.payer_disputes(str(payment.provider_ref))
    trade.told()
    assert there() == -book.balance(account=of_operator("client_bank", "USD")) < 0
    trade.card.dispute_ends(Dispute.objects.get().provider_ref, "won")
    trade.told()
    trade.passes(days=3)
    trade.card.sends_to_bank()
    trade.told()
    assert there() == -book.balance(account=of_operator("client_bank", "USD")) > 0
    found = Settlement.objects.get()
    assert confirms(found) is not None
    assert there() == 0


class Bank:
    """The clients' account, and its statements of today."""

    def __init__(self, trade: Trade, folder: Path) -> None:
        self.trade, self.folder, self.number, self.closing = trade, folder, 0, 0
        bank_accounts.add_bank_account(act=trade.world.operator(), name="Clients", number=IBAN, currency="USD")

    def says(self, *lines: Made) -> None:
        """A statement with these lines, imported by Fin."""
        world, self.number = self.trade.world, self.number + 1
        on = world.now.date()
        dated: Sequence[Made] = [replace(line, on=on, currency="USD") for line in lines]
        path = self.folder / f"{self.number}.xml"
        camt(path, dated, currency="USD", number=self.number, on=on, opening_minor=self.closing)
        self.closing += sum(-line.amount_minor if line.debit else line.amount_minor for line in lines)
        incoming.import_statement(act=world.operator(world.fin), path=path, name=path.name)

    def breaks(self) -> dict[str, int]:
        """What finance must explain today."""
        found = books.today(now=self.trade.world.now).found
        return {one.kind: one.amount_minor for one in found.breaks}


def test_a_statement_confirms_what_stripe_sent_and_leaves_what_stripe_kept_to_finance(
    trade: Trade, tmp_path: Path
) -> None:
    bank, world = Bank(trade, tmp_path), trade.world
    # The buyer has paid beside the price what the card costs.
    trade.card.fee = lambda amount: amount - 1_000_000
    wire = paying.request_payment(act=world.buyer(), order_id=world.signed_order(), tranche=1, rail="wire")
    trade.pays(world.signed_order())
    bank.says(Made(wire.amount_minor, reference=wire.reference, bank_ref="BK1"))
    assert bank.breaks() == {}
    trade.passes(days=4)
    bank.says()
    assert bank.breaks() == {}, "the card's money is at Stripe, and finance knows"
    trade.card.stripe_charges(200)
    trade.card.sends_to_bank()
    trade.told()
    assert bank.breaks() == {}
    found = Settlement.objects.get()
    bank.says(Made(found.amount_minor, text=f"STRIPE {found.trace}", bank_ref="BK2", payer="STRIPE"))
    found.refresh_from_db()
    assert found.state == "arrived"
    assert bank.breaks() == {"not_on_statement": 200}, "Stripe kept 200 for itself: finance books it"


def test_what_a_card_costs_more_than_its_buyer_paid_is_for_finance_to_bring(trade: Trade, tmp_path: Path) -> None:
    bank = Bank(trade, tmp_path)
    payment = trade.pays(trade.world.signed_order())
    trade.passes(days=4)
    bank.says()
    short = trade.card.fee(payment.amount_minor) - payment.processing_minor
    assert (bank.breaks(), reserve.to_fund(currencies=["USD"])) == ({}, {"USD": short})


def test_what_the_bank_sent_back_to_stripe_comes_with_the_next_sum(trade: Trade) -> None:
    trade.pays(trade.world.signed_order())
    trade.passes(days=6)
    first = trade.card.sends_to_bank()
    trade.told()
    trade.card.bank_refuses(str(first))
    trade.told()
    assert queries.at_provider(currency="USD", through=trade.world.now.date(), at=trade.world.now) > 0
    trade.card.sends_to_bank()
    trade.told()
    assert confirms(Settlement.objects.get(state="sent")) is not None
    assert queries.at_provider(currency="USD", through=trade.world.now.date(), at=trade.world.now) == 0


def test_finance_sees_at_its_desk_what_stripe_sent(trade: Trade) -> None:
    payment = trade.pays(trade.world.signed_order())
    trade.passes(days=6)
    trade.card.stripe_charges(200)
    trade.card.sends_to_bank()
    trade.told()
    fin = Client()
    fin.force_login(Person.objects.get(id=trade.world.fin), backend=configured.AUTHENTICATION_BACKENDS[0])
    page = fin.get("/desk/settlements/").content.decode()
    assert "On its way" in page
    assert Settlement.objects.get().trace in page
    assert f"/payments/{public('pay', payment.id)}/" in page
    assert "Charge of the provider" in page
