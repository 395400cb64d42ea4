"""A marketplace with a cast, reached by real operations only: buyer Alma, supplier Boris, stranger Chen, inspector
Ingrid; of the operator's staff mediator Dana, Fin of finance, administrator Ada.

Time is the world's own and moves only when a test says so; what comes due on the way then happens at its moment.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from holdfast.contracts import operations as contracts
from holdfast.contracts.queries import page as contract_page
from holdfast.contracts.rules import Signer
from holdfast.fulfilment import operations as fulfilment
from holdfast.fulfilment.carriers import simulated_number
from holdfast.kernel.clock import local_day
from holdfast.kernel.identifiers import public
from holdfast.kernel.refusals import Refusal
from holdfast.orders import work as order_work
from holdfast.orders.operations import funding, paying, production, receipt, signing
from holdfast.orders.rules.facts import Whole
from holdfast.parties import operations as parties
from holdfast.parties.access import Caller, caller_for_person
from holdfast.record.act import Act, rail
from tests import passing

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday morning."""
CARD = "4242424242424242"


@dataclass(frozen=True)
class Party:
    """An organisation and the person who owns it."""

    name: str
    organisation_id: UUID
    person_id: UUID

    @property
    def ref(self) -> str:
        return public("org", self.organisation_id)


def contract(**changes: Any) -> dict[str, Any]:
    """1,000 hats at 10.00 from Ningbo to New York, paid in full at signature: one shipment or several, as it comes."""
    document: dict[str, Any] = {
        "currency": "USD",
        "category": "accessories",
        "lines": [{"number": 1, "product": "Hat", "quantity": 1000, "unit": "piece", "unit_price_minor": 1000}],
        "specification": [
            {
                "id": "T1",
                "property": "material",
                "kind": "component",
                "class": "major",
                "nominal": "wool felt",
                "method": "read the label",
            }
        ],
        "incoterm": "FOB",
        "place": "Ningbo",
        "ship_to": {"name": "Alma Imports", "street": "1 Pier", "city": "New York", "country": "US"},
        "mode": "sea",
        "ship": {"on": "2026-04-10"},
        "transit_days": 30,
        "payment": {"kind": "full"},
        "partial_shipments": True,
    }
    return {**document, **changes}


DEPOSIT = {"kind": "deposit_balance", "deposit_percent": "30"}
"""30 per cent at signature, the balance when the goods are ready."""


class World:
    """Everybody, and the verbs that tests begin with. Each verb acts now and answers what the operation answers."""

    def __init__(self) -> None:
        self.now = NOW
        founded = parties.found_installation(
            now=NOW,
            sandbox=True,
            operator_name="Harbour Market",
            country="NL",
            time_zone="Europe/Amsterdam",
            programme="standard",
            admin_email="ada@example.com",
            admin_name="Ada",
            password="a long enough pass phrase",
        )
        self.ada: UUID = founded.administrator_id
        self.operator_id: UUID = founded.operator_organisation_id
        self.dana = self._staff("Dana", "mediator")
        self.emil = self._staff("Emil", "mediator")
        self.fin = self._staff("Fin", "finance")
        contracts.publish_shipped(act=self.operator())
        self.alma = self._party("Alma Imports", "buyer", "US", "America/New_York")
        self.boris = self._party("Boris Trading", "supplier", "CN", "Asia/Shanghai", tier="verified")
        self.chen = self._party("Chen Trading", "supplier", "CN", "Asia/Shanghai", tier="verified")
        self.ingrid = self._party("Ingrid Inspections", "inspector", "CN", "Asia/Shanghai")

    def _staff(self, name: str, role: str) -> UUID:
        email = f"{name.lower()}@example.com"
        return parties.grant_staff(act=self.operator(), email=email, name=name, role=role).person_id

    def _party(self, name: str, kind: str, country: str, zone: str, *, tier: str | None = None) -> Party:
        act, first = self.operator(), name.partition(" ")[0]
        made = parties.create_organisation(act=act, name=name, kind=kind, country=country, time_zone=zone)
        member = parties.add_member(
            act=act, organisation_id=made.id, email=f"{first.lower()}@example.com", name=first, role="owner"
        )
        if tier is not None:
            parties.set_tier(act=act, organisation_id=made.id, tier=tier, reason="looked at")
        return Party(name, made.id, member.person_id)

    # --- who acts ----------------------------------------------------------------------------------------------------

    def act(self, party: Party, role: str) -> Act:
        """Somebody acts for their organisation in a role."""
        return Act(self.now, "person", party.person_id, party.organisation_id, role)

    def buyer(self) -> Act:
        """Alma buys."""
        return self.act(self.alma, "buyer")

    def supplier(self) -> Act:
        """Boris supplies."""
        return self.act(self.boris, "supplier")

    def operator(self, person_id: UUID | None = None) -> Act:
        """Ada, or somebody else of the staff, acts for the operator."""
        return Act(self.now, "person", person_id or self.ada, None, "operator")

    def mediator(self, person_id: UUID | None = None) -> Act:
        """Dana, or another mediator, decides."""
        return Act(self.now, "person", person_id or self.dana, None, "mediator")

    def caller(self, who: Party | UUID) -> Caller:
        """Somebody at a gate: a party's owner, or one of the staff by ID."""
        if isinstance(who, Party):
            found = caller_for_person(person_id=who.person_id, name=who.name, organisation_ref=who.ref)
        else:
            found = caller_for_person(person_id=who, name="staff", organisation_ref=None)
        return replace(found, now=self.now)

    # --- time --------------------------------------------------------------------------------------------------------

    def days_pass(self, days: float) -> None:
        """Let time pass; everything that comes due on the way happens at its own moment."""
        self.goes_to(self.now + timedelta(days=days))

    def goes_to(self, moment: datetime) -> None:
        """Let time pass until a moment."""
        passing.until(start=self.now, end=moment)
        self.now = moment

    def today(self, party: Party | None = None) -> date:
        """The day it is for Boris, or for another party."""
        return local_day(self.now, "America/New_York" if party == self.alma else "Asia/Shanghai")

    # --- orders ------------------------------------------------------------------------------------------------------

    def drafted(
        self, document: Mapping[str, Any] | None = None, *, programme: str = "standard", supplier: Party | None = None
    ) -> UUID:
        """A draft by Alma; answers the contract's ID."""
        page = contracts.draft(
            act=self.buyer(),
            counterparty_id=(supplier or self.boris).organisation_id,
            programme=programme,
            document=dict(document or contract()),
        )
        return page.id

    def proposed(self, document: Mapping[str, Any] | None = None, *, programme: str = "standard") -> UUID:
        """A contract that waits for both signatures; answers its ID."""
        contract_id = self.drafted(document, programme=programme)
        signing.propose(act=self.buyer(), contract_id=contract_id)
        return contract_id

    def signs(self, contract_id: UUID, party: Party, role: str) -> signing.Signed:
        """One side signs as a person who has just proven themselves."""
        digest = contract_page(contract_id=contract_id, role=role).digest
        signer = Signer("person", party.person_id, "owner", None, None, None, proven_again=True)
        return signing.sign(act=self.act(party, role), contract_id=contract_id, digest=digest, signer=signer)

    def signed_order(self, document: Mapping[str, Any] | None = None, *, programme: str = "standard") -> UUID:
        """An order that nobody has paid for; answers its ID."""
        contract_id = self.proposed(document, programme=programme)
        self.signs(contract_id, self.alma, "buyer")
        signed = self.signs(contract_id, self.boris, "supplier")
        assert signed.order_id is not None
        return signed.order_id

    def pays(self, order_id: UUID, tranche: int = 1, *, card: str = CARD, settle: bool = False) -> funding.Funded:
        """Alma pays a tranche with a card; `settle` takes it past the bank at once."""
        payment = paying.request_payment(
            act=self.buyer(), order_id=order_id, tranche=tranche, rail="card", instrument={"number": card}
        )
        funded = paying.capture(act=self.buyer(), payment=payment)
        assert isinstance(funded, funding.Funded)
        if settle:
            funding.settle_payment(act=rail(self.now), order_id=order_id, payment_id=payment.id, cost_minor=0)
        return funded

    def wires(
        self, order_id: UUID, tranche: int = 1, *, amount_minor: int | None = None, part_minor: int | None = None
    ) -> Any:
        """Alma sends a wire for a tranche or a part of it, exactly or of another amount."""
        payment = paying.request_payment(
            act=self.buyer(), order_id=order_id, tranche=tranche, rail="wire", amount_minor=part_minor
        )
        wire = paying.Wire(
            source_ref=f"statement-{payment.id.hex}",
            reference=payment.reference,
            amount_minor=amount_minor or payment.amount_minor,
            currency=payment.currency,
            payer_name="Alma Imports",
            received_at=self.now,
        )
        return paying.wire_arrived(act=rail(self.now), wire=wire)

    def funded_order(self, document: Mapping[str, Any] | None = None, *, programme: str = "standard") -> UUID:
        """An order whose first tranche is held and settled; answers its ID."""
        order_id = self.signed_order(document, programme=programme)
        self.pays(order_id, settle=True)
        return order_id

    def waives_inspection(self, order_id: UUID) -> None:
        """Both sides waive what the programme or the contract requires."""
        for act in (self.buyer(), self.supplier()):
            production.waive_inspection(act=act, order_id=order_id)

    def ships(self, order_id: UUID, quantities: Mapping[int, int] | None = None, **more: Any) -> Any:
        """Boris ships all that is left, or some units, with a carrier whose word counts; answers the shipment.

        The simulated carrier accepts at once and says no more; `delivers` makes it.
        """
        whole = self.order(order_id)
        sent: dict[int, int] = {}
        for lot in whole.lots:
            for line, units in lot.quantities.items():
                sent[line] = sent.get(line, 0) + units
        left = {row.number: row.quantity - sent.get(row.number, 0) for row in whole.order.lines}
        number = simulated_number(accept_days=99, transit_days=99, serial=len(whole.lots) + order_id.int % 9000)
        shipment = fulfilment.ship(
            act=self.supplier(),
            order_id=order_id,
            quantities=quantities or {line: units for line, units in left.items() if units > 0},
            **{
                "carrier": "Simulated Carrier",
                "mode": "sea",
                "shipped_on": self.today(),
                "tracking_number": number,
                **more,
            },
        )
        return fulfilment.track(act=self.carrier(), shipment_id=shipment.id, code="ACCEPTED", at=self.now)

    def delivers(self, shipment_id: UUID) -> Any:
        """The carrier says the goods have arrived."""
        return fulfilment.track(act=self.carrier(), shipment_id=shipment_id, code="DELIVERED", at=self.now)

    def carrier(self) -> Act:
        """The carrier speaks."""
        return Act(self.now, "carrier", None, None, "carrier")

    def shipped(self, document: Mapping[str, Any] | None = None, *, programme: str = "standard") -> tuple[UUID, Any]:
        """A funded order shipped whole today; answers the order's ID and the shipment."""
        order_id = self.funded_order(document, programme=programme)
        return order_id, self.ships(order_id)

    def delivered(self, document: Mapping[str, Any] | None = None, *, programme: str = "standard") -> UUID:
        """A funded order shipped whole and delivered twenty days later; answers its ID."""
        order_id, shipment = self.shipped(document, programme=programme)
        self.days_pass(20)
        self.delivers(shipment.id)
        return order_id

    def receives(self, order_id: UUID, lot: int = 1, **more: Any) -> receipt.Received:
        """Alma confirms a lot."""
        return receipt.receive(act=self.buyer(), order_id=order_id, lot=lot, **more)

    def order(self, order_id: UUID) -> Whole:
        """The order as it stands."""
        return order_work.read(order_id=order_id)


# --- refusals change nothing ---------------------------------------------------------------------------------------


def digest_of_everything() -> dict[str, str]:
    """A digest of each table of the database, asked in one statement whose plan the connection keeps."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall()]
        # Named by what it asks: a connection that sees other tables gets another statement.
        asked = " UNION ALL ".join(_DIGEST.format(table=table) for table in tables)
        name = f"digest_{sha256(asked)[:32]}"
        cursor.execute("SELECT 1 FROM pg_prepared_statements WHERE name = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(f"PREPARE {name} AS {asked}")
        cursor.execute(f"EXECUTE {name}")
        return dict(cursor.fetchall())


_DIGEST = """
    SELECT '{table}', md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM "{table}" t
"""


@contextmanager
def refuses(refusal: type[Refusal], **facts: Any) -> Iterator[pytest.ExceptionInfo[Refusal]]:
    """The block is refused with this refusal (and these of its facts), and nothing in the whole database changes."""
    before = digest_of_everything()
    with pytest.raises(refusal) as caught:
        yield caught
    changed = sorted(table for table, digest in digest_of_everything().items() if digest != before[table])
    assert not changed, f"{refusal.__name__} changed {changed}"
    for name, value in facts.items():
        found = {"field": caught.value.field, "accepted": caught.value.accepted, **caught.value.facts}
        assert found.get(name) == value, f"{name} is {found.get(name)!r}"


def sha256(text: str) -> str:
    """A digest to show as a proof."""
    return hashlib.sha256(text.encode()).hexdigest()
