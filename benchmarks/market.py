"""The cast of a benchmark: one buyer with a key, one supplier, and orders brought to where a command can be given."""

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from benchmarks.stage import Copy

CARD = "4242424242424242"


@dataclass(frozen=True)
class Market:
    """Everybody's IDs; `token` is the buyer's key."""

    operator_id: UUID
    buyer_id: UUID
    supplier_id: UUID
    token: str
    port: int

    @property
    def prefix(self) -> str:
        """The part of the key that is looked up."""
        return self.token.split("_")[2]

    @property
    def now(self) -> datetime:
        """Everything of the set-up happens now."""
        return datetime.now(UTC)

    def known(self) -> set[str]:
        """IDs in the documents of a command that stay the same for every order."""
        from holdfast.ledger.chart import of_operator, of_rail

        accounts = [of_rail("rail_clearing", rail, "USD") for rail in ("card", "wire")]
        accounts += [of_operator(code, "USD") for code in ("fee_income", "processing_recovered", "client_bank")]
        return {str(self.buyer_id), str(self.supplier_id), *(str(account.id) for account in accounts)}

    def act(self, role: str) -> Any:
        """One of the two sides acts."""
        from holdfast.record.act import Act

        organisation = self.buyer_id if role == "buyer" else self.supplier_id
        return Act(self.now, "person", organisation, organisation, role)

    def operator(self) -> Any:
        """The operator acts."""
        from holdfast.record.act import Act

        return Act(self.now, "system", None, None, "operator")

    def command(self, role: str) -> Any:
        """The same with an idempotency key, as a request has it."""
        from dataclasses import replace
        from uuid import uuid4

        from holdfast.record.act import Command

        answer = {"id": "ord_" + "0" * 32, "state": "active", "held_minor": 100000, "currency": "USD"}
        command = Command(
            self.buyer_id, str(uuid4()), os.urandom(32), 200, lambda _result: answer | {"more": "x" * 200}
        )
        return replace(self.act(role), command=command)

    def signed(self) -> UUID:
        """A contract of 1,000 hats at 10.00, signed by both; answers the order."""
        from holdfast.contracts import operations as contracts
        from holdfast.contracts.rules import Signer
        from holdfast.orders.operations import signing

        page = contracts.draft(
            act=self.act("buyer"),
            counterparty_id=self.supplier_id,
            programme="standard",
            document=_document(self.now.date()),
        )
        page = signing.propose(act=self.act("buyer"), contract_id=page.id)
        for role in ("buyer", "supplier"):
            act = self.act(role)
            signer = Signer("person", act.actor_id, "owner", None, None, None, True)
            signing.sign(act=act, contract_id=page.id, digest=page.digest, signer=signer)
        return page.order_id

    def requested_payment(self) -> Copy:
        """An order whose only tranche waits for a card to be charged."""
        from holdfast.orders.operations.paying import request_payment

        order_id = self.signed()
        payment = request_payment(
            act=self.act("buyer"), order_id=order_id, tranche=1, rail="card", instrument={"number": CARD}
        )
        return self._copy(order_id, payment.id)

    def delivered_lot(self) -> Copy:
        """An order paid by wire, shipped in one lot and delivered: it waits for the buyer's receipt."""
        from django.db import transaction

        from holdfast.orders.operations.funding import fund
        from holdfast.orders.operations.paying import request_payment
        from holdfast.orders.operations.shipping import add_lot, deliver
        from holdfast.orders.work import lock

        order_id = self.signed()
        payment = request_payment(act=self.act("buyer"), order_id=order_id, tranche=1, rail="wire")
        fund(act=self.act("buyer"), order_id=order_id, payment_id=payment.id, received_minor=payment.amount_minor)
        today = self.now.date()
        with transaction.atomic():
            work = lock(act=self.act("supplier"), order_id=order_id)
            add_lot(work, quantities={1: 1000}, shipped_on=today, grade="A")
            work.event("lot.shipped")
            work.write(None)
        with transaction.atomic():
            work = lock(act=self.act("buyer"), order_id=order_id)
            deliver(work, number=1, delivered_on=today, grade="A")
            work.event("lot.delivered")
            work.write(None)
        return self._copy(order_id, payment.id)

    def _copy(self, order_id: UUID, payment_id: UUID) -> Copy:
        from holdfast.orders.models import Lot, Tranche

        tranche = Tranche.objects.get(order_id=order_id)
        lot = Lot.objects.filter(order_id=order_id).first()
        return Copy(0, order_id, payment_id, tranche.id, lot.id if lot else order_id, self.supplier_id)


def _document(today: date) -> dict[str, Any]:
    return {
        "currency": "USD",
        "category": "accessories",
        "lines": [{"number": 1, "product": "Hat", "quantity": 1000, "unit": "piece", "unit_price_minor": 1000}],
        "incoterm": "FOB",
        "place": "Ningbo",
        "ship_to": {"name": "Bench Imports", "street": "1 Pier", "city": "New York", "country": "US"},
        "mode": "sea",
        "ship": {"on": (today + timedelta(days=30)).isoformat()},
        "transit_days": 30,
        "payment": {"kind": "full"},
        "partial_shipments": True,
    }


def founded(*, port: int) -> Market:
    """Make the two organisations and the buyer's key."""
    from holdfast.parties import operations as parties
    from holdfast.parties import queries
    from holdfast.record.act import Act

    now = datetime.now(UTC)
    act = Act(now, "system", None, None, "operator")
    buyer = parties.create_organisation(
        act=act, name="Bench Imports", kind="buyer", country="US", time_zone="America/New_York"
    )
    supplier = parties.create_organisation(
        act=act, name="Bench Works", kind="supplier", country="CN", time_zone="Asia/Shanghai"
    )
    parties.set_tier(act=act, organisation_id=supplier.id, tier="verified", reason="bench")
    key = parties.create_key(
        act=act,
        organisation_id=buyer.id,
        name="bench",
        scopes=["orders:read", "orders:write", "payments:write"],
    )
    if key.secret is None:
        raise RuntimeError("a new key shows its secret once")
    return Market(queries.operator_organisation_id(), buyer.id, supplier.id, key.secret, port)
