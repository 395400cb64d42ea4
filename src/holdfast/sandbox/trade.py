"""One trade told step by step: what Alma, Boris, Ingrid, Dana and the carrier do, each through their own program."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from holdfast.fulfilment.carriers import simulated_number
from holdfast.sandbox.caller import Caller
from holdfast.sandbox.figures import Figures

if TYPE_CHECKING:
    from holdfast.sandbox.market import Firm, Market

CARD = "4242424242424242"
SHANGHAI = ZoneInfo("Asia/Shanghai")


class NotAsTold(AssertionError):
    """A story went another way than it is told."""


def expect(what: str, happened: Any, expected: Any) -> None:
    """Stop the story if this is not so."""
    if happened != expected:
        raise NotAsTold(f"{what}: {happened!r}, and not {expected!r}")


@dataclass
class Trade:
    """Alma buys from one supplier of Boris's under one programme."""

    market: Market
    case: str
    programme: str
    supplier: Firm
    order_id: str = ""
    shipments: list[dict[str, Any]] = field(default_factory=list)

    # --- who and when --------------------------------------------------------------------------------------------

    @property
    def alma(self) -> Caller:
        """The buyer's program."""
        return self.market.alma.caller

    @property
    def boris(self) -> Caller:
        """The supplier's program."""
        return self.supplier.caller

    @property
    def now(self) -> datetime:
        """What time it is in the market."""
        return self.market.calendar.now

    def today(self) -> date:
        """The day it is at the supplier's."""
        return self.now.astimezone(SHANGHAI).date()

    def days_pass(self, days: int) -> None:
        """Let days pass; what comes due on the way happens."""
        self.market.calendar.wait_until(self.now + timedelta(days=days))

    # --- the contract --------------------------------------------------------------------------------------------

    def contract(self, *, lines: list[dict[str, Any]], ship_in_days: int = 10, **clauses: Any) -> dict[str, Any]:
        """A contract by sea from Ningbo to New York, paid in full at signature, unless clauses say otherwise."""
        return {
            "currency": "USD",
            "lines": [{"number": place, "unit": "piece", **line} for place, line in enumerate(lines, start=1)],
            "incoterm": "FOB",
            "place": "Ningbo",
            "ship_to": {"name": "Alma Imports", "street": "1 Pier", "city": "New York", "country": "US"},
            "mode": "sea",
            "ship": {"on": (self.today() + timedelta(days=ship_in_days)).isoformat()},
            "transit_days": 20,
            "payment": {"kind": "full"},
            "partial_shipments": True,
            **clauses,
        }

    def agree(self, document: dict[str, Any]) -> str:
        """Alma drafts and proposes, both sign: the order is open. Answers its ID."""
        contract = self.propose(document)
        over = {"digest": contract["digest"]}
        self.alma.post(f"/contracts/{contract['id']}/sign", over)
        self.order_id = str(self.boris.post(f"/contracts/{contract['id']}/sign", over)["order_id"])
        return self.order_id

    def propose(self, document: dict[str, Any]) -> dict[str, Any]:
        """Alma drafts a contract and lays it before Boris."""
        draft = self.alma.post(
            "/contracts",
            {
                "counterparty_id": self.supplier.id,
                "programme": self.programme,
                "document": document,
                "external_id": self.case,
            },
        )
        contract: dict[str, Any] = self.alma.post(f"/contracts/{draft['id']}/propose")
        return contract

    # --- money ---------------------------------------------------------------------------------------------------

    def pay_by_card(self, tranche: int = 1) -> dict[str, Any]:
        """Alma pays a tranche with a card."""
        asked = {"tranche": tranche, "rail": "card", "instrument": {"number": CARD}}
        payment = self.alma.post(f"/orders/{self.order_id}/payments", asked)
        captured: dict[str, Any] = self.alma.post(f"/payments/{payment['id']}/capture")
        expect("the payment", captured["payment_state"], "captured")
        return captured

    def pay_by_wire(self, tranche: int = 1) -> dict[str, Any]:
        """Alma sends a wire under the payment's reference, and it arrives."""
        payment = self.alma.post(f"/orders/{self.order_id}/payments", {"tranche": tranche, "rail": "wire"})
        arrived: dict[str, Any] = self.market.operator.post(
            "/sandbox/wires",
            {
                "source_ref": f"line {payment['id'][4:]}",
                "reference": payment["reference"],
                "amount_minor": payment["amount_minor"],
                "currency": payment["currency"],
                "payer_name": "Alma Imports",
            },
        )
        expect("held of the wire", arrived["held_minor"], payment["due_minor"])
        return arrived

    # --- goods ---------------------------------------------------------------------------------------------------

    def produce(self) -> None:
        """Boris starts production, and the goods get ready."""
        self.boris.post(f"/orders/{self.order_id}/start-production", {"note": "on line 3"})
        self.boris.post(f"/orders/{self.order_id}/declare-ready")

    def waive_inspection(self) -> None:
        """Both sides do without the inspection."""
        for side in (self.alma, self.boris):
            side.post(f"/orders/{self.order_id}/waive-inspection")

    def ship(self, units: int, *, line: int = 1) -> dict[str, Any]:
        """Boris hands units of a line to the carrier, which accepts them today."""
        shipment: dict[str, Any] = self.boris.post(
            f"/orders/{self.order_id}/shipments",
            {
                "quantities": [{"line": line, "units": units}],
                "carrier": "Simulated Carrier",
                "mode": "sea",
                "shipped_on": self.today().isoformat(),
                "tracking_number": self._number(),
            },
        )
        self.shipments.append(shipment)
        self._carrier_says(shipment["id"], "ACCEPTED")
        return shipment

    def arrive(self, lot: int = 1) -> None:
        """The carrier delivers a lot today."""
        self._carrier_says(self.shipments[lot - 1]["id"], "DELIVERED")

    def _carrier_says(self, shipment_id: str, code: str) -> None:
        self.market.operator.post("/sandbox/carrier", {"shipment_id": shipment_id, "code": code})

    def _number(self) -> str:
        """A number of the simulated carrier that plans nothing by itself (99: never)."""
        serial = (int(self.order_id[-8:], 16) + len(self.shipments)) % 10_000
        return simulated_number(accept_days=99, transit_days=99, serial=serial)

    def receive(self, lot: int = 1, units: int | None = None) -> dict[str, Any]:
        """Alma confirms a lot, whole or the units that came."""
        body = {} if units is None else {"received": [{"line": 1, "units": units}]}
        received: dict[str, Any] = self.alma.post(f"/orders/{self.order_id}/lots/{lot}/receive", body)
        return received

    def inspect(
        self, *, units: list[dict[str, Any]], kind: str = "after_delivery", lot: int | None = None, fee_minor: int = 0
    ) -> dict[str, Any]:
        """Ingrid, named by Alma, reads units of a delivered lot, or of what is still to be shipped."""
        inspector = {"inspector_id": self.market.ingrid.id, "kind": kind, "fee_minor": fee_minor}
        self.alma.post(f"/orders/{self.order_id}/inspectors", inspector)
        examination = {"kind": kind, "examined_at": self.now.isoformat(), "lot": lot, "readings": {"units": units}}
        report: dict[str, Any] = self.market.ingrid.caller.post(f"/orders/{self.order_id}/reports", examination)
        return report

    # --- claims --------------------------------------------------------------------------------------------------

    def claim(self, reason: str, **said: Any) -> str:
        """Alma opens a claim; answers its ID."""
        opened = self.alma.post(f"/orders/{self.order_id}/claims", {"reason": reason, **said})
        return str(opened["claim_id"])

    def evidence(self, claim: str, kind: str, **what: Any) -> None:
        """Alma brings evidence."""
        self.alma.post(f"/claims/{claim}/evidence", {"kind": kind, **what})

    def contest(self, claim: str, text: str) -> None:
        """Boris contests."""
        self.boris.post(f"/claims/{claim}/answer", {"kind": "contest", "text": text})

    def accept(self, claim: str) -> dict[str, Any]:
        """Boris accepts."""
        accepted: dict[str, Any] = self.boris.post(f"/claims/{claim}/accept")
        return accepted

    def escalate(self, claim: str) -> None:
        """Alma asks for a mediator."""
        self.alma.post(f"/claims/{claim}/escalate")

    def assessment(self, claim: str) -> dict[str, Any]:
        """What the rules compute."""
        found: dict[str, Any] = self.market.dana.get(f"/claims/{claim}/assessment")
        return found

    def decide(self, claim: str, outcome: str, reasons: str, **more: Any) -> dict[str, Any]:
        """Dana decides."""
        decided: dict[str, Any] = self.market.dana.post(
            f"/claims/{claim}/determine", {"outcome": outcome, "reasons": reasons, **more}
        )
        return decided

    def send_back(self, claim: str) -> None:
        """Alma sends the goods back, and Boris has them ten days later."""
        sent = {"carrier": "Simulated Carrier", "number": "RETURN-1", "sent_on": self._alma_today().isoformat()}
        self.alma.post(f"/claims/{claim}/send-back", sent)
        self.days_pass(5)
        self.boris.post(f"/claims/{claim}/confirm-return")

    def _alma_today(self) -> date:
        return self.now.astimezone(ZoneInfo("America/New_York")).date()

    def state_of(self, claim: str) -> str:
        """Where a claim stands."""
        return str(self.alma.get(f"/claims/{claim}")["state"])

    # --- the end -------------------------------------------------------------------------------------------------

    def figures(self) -> Figures:
        """Where the money is now."""
        return Figures.of(self.market.operator.get(f"/orders/{self.order_id}"), self.market.claims_of(self.order_id))
