"""A marketplace in the middle of its day: between Alma and Boris there is one of everything that a route can name, in
the state in which its acts are open; beside them stand strangers with orders of their own.

All of it is reached by real operations. Nothing here knows a route.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from holdfast.claims import remedy
from holdfast.claims.operations import answering, conceding, deciding, opening, talking
from holdfast.contracts import programmes
from holdfast.contracts.rules import Signer
from holdfast.kernel.identifiers import new_id, public
from holdfast.ledger.chart import of_operator
from holdfast.notices import operations as notices
from holdfast.orders.models import Debt
from holdfast.orders.operations import cancelling, correspondence, debts, disputes, incoming, paying, reserve
from holdfast.parties import operations as parties
from holdfast.parties.models import Membership
from holdfast.parties.operations import guarantee
from holdfast.rails import operations as rails
from holdfast.rails import port
from holdfast.rails.models import Payment, Refund
from holdfast.rails.models.statements import BankAccount, StatementLine
from holdfast.rails.operations import refunds, settlements
from holdfast.rails.rows import RefundRow
from holdfast.record import files
from holdfast.record.act import rail
from holdfast.treasury.operations import closing, entries, invoices
from tests.matrix.scene_contracts import Contracts
from tests.matrix.scene_visits import TO_BE_INSPECTED, Visits
from tests.matrix.scene_webhooks import Webhooks
from tests.rails.bank import making
from tests.treasury.papers.stage import dutch, sells
from tests.world import Party, World, contract

READER = ["orders:read", "claims:read"]
SERVED = [*READER, "orders:write", "contracts:sign", "payments:write", "claims:write", "reports:write"]
TRADER = [*SERVED, "webhooks", "sandbox", "organisation:write"]
BARE = ["reports:write"]
"""A scope that opens nothing to a party."""


@dataclass
class Scene:
    """The cast's keys by role, the people by name, and the public name of each thing by what it stands for."""

    world: World
    keys: dict[str, str]
    people: dict[str, UUID]
    refs: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.refs[name]


class _Making(Contracts, Visits, Webhooks):
    """The steps by which a scene comes about."""

    def __init__(self) -> None:
        self.world = World()
        self.keys: dict[str, str] = {}
        self.refs: dict[str, str] = {}
        self.people: dict[str, UUID] = {}

    def scene(self) -> Scene:
        self.strangers()
        self.made_keys()
        self.long_running()
        self.claims_before()
        self.visits_before()
        self.world.days_pass(4.5)
        self.claims_now()
        self.orders_now()
        self.contracts_now()
        self.quotations_now()
        self.amended_now()
        self.money_now()
        self.parties_now()
        self.books_now()
        self.webhooks_now()
        self.everybody_told()
        return Scene(self.world, self.keys, self.people, self.refs)

    # --- who there is ------------------------------------------------------------------------------------------------

    def strangers(self) -> None:
        world = self.world
        self.bella = world._party("Bella Buys", "buyer", "US", "America/New_York")
        self.iris = world._party("Iris Inspections", "inspector", "CN", "Asia/Shanghai")
        self.vera = world._staff("Vera", "verifier")
        self.people = {"dana": world.dana, "fin": world.fin, "vera": self.vera, "ada": world.ada}
        for party in (world.alma, world.boris, world.chen, self.bella, world.ingrid, self.iris):
            first = party.name.partition(" ")[0].lower()
            self.people[first] = party.person_id
            self.refs[f"org.{first}"] = party.ref
        for role in ("trader", "finance", "viewer"):
            for party in (world.alma, world.boris):
                first = party.name.partition(" ")[0].lower()
                made = parties.add_member(
                    act=world.operator(),
                    organisation_id=party.organisation_id,
                    email=f"{first}.{role}@example.com",
                    name=f"{first} {role}",
                    role=role,
                )
                self.people[f"{first}.{role}"] = made.person_id
                self.refs[f"member.{first}.{role}"] = public("mbr", made.id)

    def key(self, name: str, organisation_id: UUID, scopes: list[str], **more: Any) -> None:
        made = parties.create_key(
            act=self.world.operator(), organisation_id=organisation_id, name=name, scopes=scopes, **more
        )
        assert made.secret is not None
        self.keys[name] = made.secret
        self.refs[f"key.{name}"] = public("key", made.id)

    def made_keys(self) -> None:
        world = self.world
        limit = {"sign_limit_minor": 100_000_000, "sign_limit_currency": "USD"}
        for name, party in {"alma": world.alma, "boris": world.boris}.items():
            self.key(name, party.organisation_id, TRADER, **limit)
            self.key(f"{name}.reader", party.organisation_id, READER)
            self.key(f"{name}.bare", party.organisation_id, BARE)
        for name, party in {"bella": self.bella, "chen": world.chen, "ingrid": world.ingrid, "iris": self.iris}.items():
            self.key(name, party.organisation_id, TRADER, **limit)
        self.market(limit)
        self.key("operator", world.operator_id, ["operator", "sandbox"])
        self.key("mediator", world.operator_id, ["mediate"], holder_id=world.dana)

    def market(self, limit: dict[str, Any]) -> None:
        """Somebody else's marketplace: Alma lets it do all it can, Boris does no more, Chen never did."""
        world = self.world
        made = parties.create_organisation(
            act=world.operator(), name="Pier Market", kind="marketplace", country="NL", time_zone="Europe/Amsterdam"
        )
        self.refs["org.market"] = public("org", made.id)
        self.key("market", made.id, TRADER, **limit)
        for party in (world.alma, world.boris):
            given = parties.give_consent(
                act=world.act(party, "owner"),
                organisation_id=party.organisation_id,
                marketplace_id=made.id,
                terms=parties.Terms(SERVED, **limit),
            )
            self.refs[f"consent.{party.name.partition(' ')[0].lower()}"] = public("cns", given.id)
        parties.revoke_consent(act=world.act(world.boris, "owner"), consent_id=given.id)

    # --- what takes its time -----------------------------------------------------------------------------------------

    def delivered_orders(self, *names: str) -> dict[str, UUID]:
        """Orders shipped together and delivered together twenty days later."""
        world, orders, shipments = self.world, {}, []
        for name in names:
            orders[name] = world.funded_order()
            shipment = world.ships(orders[name])
            shipments.append(shipment)
            self.name(f"order.{name}", "ord", orders[name])
            self.name(f"shipment.{name}", "shp", shipment.id)
        world.days_pass(20)
        for shipment in shipments:
            world.delivers(shipment.id)
        return orders

    def long_running(self) -> None:
        self.orders = self.delivered_orders(
            *("claimed", "answered", "mediating", "determined", "returning", "replacing"),
            *("delivered", "received", "disputable", "invoiced"),
        )

    def complains(self, name: str, **more: Any) -> UUID:
        complaint = opening.Complaint(reason="quality", terms=("T1",), statement="not felt", **more)
        step = opening.open_claim(act=self.world.buyer(), order_id=self.orders[name], complaint=complaint)
        self.name(f"claim.{name}", "clm", step.claim_id)
        return step.claim_id

    def claims_before(self) -> None:
        """Those that need days before anybody may ask for a mediator."""
        for name in ("answered", "mediating", "determined", "returning"):
            claim_id = self.complains(name)
            answering.answer(
                act=self.world.supplier(),
                order_id=self.orders[name],
                claim_id=claim_id,
                kind="contest",
                text="it is felt",
            )

    def claims_now(self) -> None:
        for name in ("mediating", "determined", "returning"):
            answering.escalate(act=self.world.buyer(), order_id=self.orders[name], claim_id=self.claim_id(name))
        self.decided("determined", deciding.Decision(outcome="denied", lines=(), reasons="nothing was read"))
        award = remedy.adjustment(exact_minor=100_000, reason="cotton", label="departure", head="refund")
        self.decided(
            "returning",
            deciding.Decision(
                outcome="partial", lines=(award,), reasons="cotton", departure="not measured", goods_back=True
            ),
        )
        for act in (self.world.buyer(), self.world.supplier()):
            deciding.waive_appeal(act=act, order_id=self.orders["returning"], claim_id=self.claim_id("returning"))
        self.complains("claimed", amount_minor=100_000)
        replacing = self.complains("replacing", remedy="replacement")
        answering.accept(act=self.world.supplier(), order_id=self.orders["replacing"], claim_id=replacing)

    def decided(self, name: str, decision: deciding.Decision) -> None:
        deciding.determine(
            act=self.world.mediator(), order_id=self.orders[name], claim_id=self.claim_id(name), decision=decision
        )

    def claim_id(self, name: str) -> UUID:
        return UUID(self.refs[f"claim.{name}"].partition("_")[2])

    # --- what is open now --------------------------------------------------------------------------------------------

    def orders_now(self) -> None:
        world = self.world
        for name in ("funded", "planned"):
            self.orders[name] = world.funded_order()
            self.name(f"order.{name}", "ord", self.orders[name])
        self.orders["shipped"], shipment = world.shipped()
        self.name("order.shipped", "ord", self.orders["shipped"])
        self.name("shipment.shipped", "shp", shipment.id)
        self.orders["inspected"] = world.funded_order(contract(inspection=TO_BE_INSPECTED))
        self.name("order.inspected", "ord", self.orders["inspected"])
        foreign = self.between_strangers()
        self.name("order.foreign", "ord", foreign)
        self.inspections()
        self.papers()

    def between_strangers(self) -> UUID:
        """Bella and Chen have an order, so that strangers are no newcomers."""
        world, alma, boris = self.world, self.world.alma, self.world.boris
        world.alma, world.boris = self.bella, world.chen
        try:
            order_id = world.funded_order()
            self.name("shipment.foreign", "shp", world.ships(order_id).id)
            kept = correspondence.bring_file(
                act=world.buyer(),
                order_id=order_id,
                stored=files.store(chunks=[b"a stranger's own words"]),
                name="foreign.txt",
            )
            self.name("file.foreign", "fil", kept.id)
            said = talking.send(act=world.supplier(), order_id=order_id, text="a stranger's own words")
            self.name("thread_message.foreign", "txt", said.id)
        finally:
            world.alma, world.boris = alma, boris
        return order_id

    def papers(self) -> None:
        world, order_id = self.world, self.orders["funded"]
        stored = files.store(chunks=[b"a few words about hats"])
        for name, order in {"file": "funded", "file.claimed": "claimed"}.items():
            kept = correspondence.bring_file(
                act=world.buyer(), order_id=self.orders[order], stored=stored, name="hats.txt"
            )
            self.name(name, "fil", kept.id)
        message = correspondence.bring_message(
            act=world.buyer(),
            order_id=order_id,
            channel="wechat",
            said_on=world.today() - timedelta(days=3),
            text="wool, as agreed",
        )
        self.name("message", "msg", message.id)
        self.talk()

    def talk(self) -> None:
        """Boris has written, and waits for Alma's word on a new date with compensation on another order."""
        world = self.world
        said = talking.send(act=world.supplier(), order_id=self.orders["funded"], text="Pictures of the felt.")
        self.name("thread_message", "txt", said.id)
        signer = Signer("person", world.boris.person_id, "owner", None, None, None, proven_again=True)
        proposed = conceding.propose(
            act=world.supplier(),
            order_id=self.orders["planned"],
            proposal=conceding.Proposal("with_compensation", new_on=date(2026, 4, 24), compensation_minor=10_000),
            signer=signer,
        )
        self.name("concession", "conc", proposed.id)
        self.refs["digest.concession"] = proposed.digest

    def money_now(self) -> None:
        world = self.world
        order_id = self.orders["unpaid"] = world.signed_order()
        self.name("order.unpaid", "ord", order_id)
        paid = paying.request_payment(
            act=world.buyer(), order_id=order_id, tranche=1, rail="card", instrument={"number": "4242424242424242"}
        )
        self.name("payment.requested", "pay", paid.id)
        self.orders["due"] = world.signed_order()
        self.name("order.due", "ord", self.orders["due"])
        self.beneficiaries()
        self.behind()
        world.receives(self.orders["received"])
        self.invoices()
        self.disputed()
        payout = rails.request_payout(
            act=world.supplier(),
            organisation_id=world.boris.organisation_id,
            currency="USD",
            destination=rails.Destination(self.account_id, "Boris Trading", "DE89370400440532013000"),
            amount_minor=5_000,
        )
        self.name("payout", "pot", payout.id)
        self.outgoing()
        wire = paying.Wire("statement-stray", "no such reference", 70_000, "USD", "Nobody", world.now)
        arrived = paying.wire_arrived(act=rail(world.now), wire=wire)
        self.name("stray", "str", arrived.stray.id)
        self.statement()
        whole = settlements.Sum("po_1", "sent", 97, "USD", world.now.date())
        lines = (settlements.Line("txn_1", "stripe_fee", "", 100, 3),)
        told = settlements.told(now=world.now, rail_name="card", whole=whole, lines=lines)
        self.name("settlement", "stl", told.id)

    def outgoing(self) -> None:
        """An amount above the limit; a batch that was let out, and one that was not; a refund that came back."""
        world = self.world
        rails.set_limit(act=world.operator(), currency="USD", amount_minor=50_000)
        bank = BankAccount.objects.create(
            id=new_id(),
            name="Harbour Market",
            number="DE89370400440532013000",
            currency="USD",
            holds="clients",
            added_at=world.now,
        )
        self.name("bank", "bka", bank.id)

        def asked(amount_minor: int) -> Any:
            to = rails.Destination(self.account_id, "Boris Trading", "DE89370400440532013000")
            own = {"organisation_id": world.boris.organisation_id, "currency": "USD", "destination": to}
            return rails.request_payout(act=world.supplier(), amount_minor=amount_minor, **own)

        self.name("payout.much", "pot", asked(50_001).id)
        for name in ("released", "made"):
            made = rails.make_batch(
                act=world.operator(),
                currency="USD",
                account_id=bank.id,
                execution_on=world.now.date(),
                usable=lambda accounts: accounts,
                chain_of=paying.chain_of,
                payout_ids=[asked(1_000).id],
                refund_ids=[],
            )
            self.name(f"batch.{name}", "bat", made.id)
            if name == "released":
                rails.release_batch(act=world.operator(world.fin), batch_id=made.id, usable=lambda accounts: accounts)
        order_id = world.signed_order()
        world.pays(order_id, card="4000000000005126")
        cancelling.cancel(act=world.buyer(), order_id=order_id, ground="before_production")
        refund = Refund.objects.get(order_id=order_id)
        for outcome in (port.Sent("out"), port.Bounced("instrument_closed")):
            row = RefundRow.of(Refund.objects.get(id=refund.id))
            refunds.carry_refund(refund=row, outcome=outcome, now=world.now, chain_of=paying.chain_of)
        self.name("refund.bounced", "rfd", refund.id)

    def statement(self) -> None:
        """A statement of the operator's account with a debit that nobody knows."""
        with tempfile.TemporaryDirectory() as folder:
            lines = [making.Made(1_234, debit=True, text="?", currency="USD")]
            path = making.camt(Path(folder) / "a.xml", lines, iban="DE89370400440532013000", currency="USD")
            done = incoming.import_statement(act=self.world.operator(), path=path, name="a.xml")
        self.name("statement.file", "stf", done.file_id)
        self.name("statement.line", "sln", StatementLine.objects.get(file_id=done.file_id).id)

    def disputed(self) -> None:
        """Alma's bank takes a card payment back."""
        world = self.world
        order_id = self.orders["disputed"] = world.funded_order()
        self.name("order.disputed", "ord", order_id)
        step = disputes.opened(
            act=rail(world.now),
            payment_id=Payment.objects.get(order_id=order_id).id,
            provider_ref="dp_of_the_scene",
            kind="chargeback",
            amount_minor=100_000,
            reason="product_not_received",
        )
        self.name("dispute", "dsp", step.dispute_id)

    def books_now(self) -> None:
        """A day closed some days ago; an entry that waits and one that was posted; an account."""
        world, act = self.world, self.world.operator(self.world.fin)
        self.refs["close"] = (world.now.date() - timedelta(days=3)).isoformat()
        closing.close_day(act=act, day=date.fromisoformat(self.refs["close"]))
        document = entries.bring_document(act=act, name="fee.txt", content=b"a fee of the bank")
        self.name("document", "doc", document)
        fee = entries.Proposal("processing_cost", "client_bank", "USD", 100, world.now.date(), "a fee of the bank")
        posted = entries.propose(act=act, proposal=fee, document_id=document)
        entries.decide(act=world.operator(), entry_id=posted.id, verb="approve")
        self.name("entry.posted", "ent", posted.id)
        self.name("entry.proposed", "ent", entries.propose(act=act, proposal=fee, document_id=document).id)
        self.name("account", "acc", of_operator("client_bank", "USD").id)

    def behind(self) -> None:
        """What stands behind an award: two debts of Boris's, one given up by one person; his guarantee; the reserve."""
        world = self.world
        for name in ("open", "given_up"):
            order_id = world.funded_order()
            cancelling.cancel(act=world.supplier(), order_id=order_id, ground="withdrawal")
            debt = Debt.objects.get(order_id=order_id)
            self.name(f"debt.{name}", "dbt", debt.id)
            if name == "given_up":
                debts.ask_write_off(act=world.operator(), debt_id=debt.id, reason="nothing will come")
        row = programmes.latest(name="standard")
        own = {"organisation_id": world.boris.organisation_id, "currency": "USD"}
        guarantee.set_line(
            act=world.operator(),
            line_minor=200_000,
            programme=programmes.programme_of(name=row.name, version=row.version),
            reason="looked at",
            **own,
        )
        guarantee.paid_in(act=world.operator(), amount_minor=30_000, source="client_bank", **own)
        change = reserve.propose_change(
            act=world.operator(), currency="USD", kind="set_aside", amount_minor=50_000, reason="the budget"
        )
        self.name("reserve_change", "rsv", change.id)

    def invoices(self) -> None:
        """Boris has an invoice, and the fee of another order waits for one."""
        world = self.world
        sells(world)
        dutch(world, world.boris.organisation_id)
        world.receives(self.orders["invoiced"])
        issued = invoices.issue_order(act=world.supplier(), order_id=self.orders["invoiced"])
        for name in ("invoice", "paper.issued"):
            self.name(name, "ivc", issued.papers[0])

    def beneficiaries(self) -> None:
        world = self.world
        account = parties.beneficiaries.Account("DE89370400440532013000", "", "", "")
        for state in ("foreign", "verified", "pending"):
            party = world.chen if state == "foreign" else world.boris
            made = parties.add_beneficiary(
                act=world.operator(),
                organisation_id=party.organisation_id,
                name=party.name,
                currency="USD",
                account=account,
            )
            self.name(f"beneficiary.{state}", "ben", made.id)
            if state == "verified":
                self.account_id = made.id
                parties.verify_beneficiary(act=world.operator(world.fin), beneficiary_id=made.id)

    def parties_now(self) -> None:
        boris: Party = self.world.boris
        self.name("member.boris.owner", "mbr", Membership.objects.get(person_id=boris.person_id).id)

    def everybody_told(self) -> None:
        """No news waits to be told when somebody moves the clock."""
        for step in (notices.relay, notices.send_waiting):
            while step(now=self.world.now):
                pass


def build() -> Scene:
    """The whole scene, in the database that is connected."""
    return _Making().scene()
