"""What most programs do in two calls, in one; and parts of a contract's document in few words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from holdfast_client.core import new_key
from holdfast_client.operations import Operations
from holdfast_client.types import AgreedLine, AgreedTerm, Capture, Contract, ContractDocument, Shipment


class Shortcuts(Operations):
    """Acts of two steps. Sent again under the same key, each step that was taken is not taken twice."""

    def offer_contract(
        self,
        counterparty_id: str,
        document: ContractDocument,
        *,
        programme: str | None = None,
        external_id: str | None = None,
        metadata: dict[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> Contract:
        """Draft a contract and propose it: it waits for both signatures."""
        key = idempotency_key or new_key()
        draft = self.draft_contract(
            counterparty_id=counterparty_id,
            document=document,
            programme=programme,
            external_id=external_id,
            metadata=metadata,
            idempotency_key=f"{key} draft",
        )
        return self.propose_contract(draft["id"], idempotency_key=f"{key} propose")

    def pay_by_card(
        self, order_id: str, *, card: Mapping[str, Any], tranche: int = 1, idempotency_key: str | None = None
    ) -> Capture:
        """Request a payment by card and capture it: the money is held."""
        key = idempotency_key or new_key()
        payment = self.request_payment(
            order_id, tranche=tranche, rail="card", instrument=card, idempotency_key=f"{key} request"
        )
        return self.capture_payment(payment["id"], idempotency_key=f"{key} capture")

    def ship(
        self,
        order_id: str,
        units: Mapping[int, int],
        *,
        carrier: str,
        mode: Literal["sea", "air", "road", "rail", "courier", "multimodal"],
        time_zone: str,
        tracking_number: str | None = None,
        container_number: str | None = None,
        idempotency_key: str | None = None,
    ) -> Shipment:
        """Send so many units of each line today, as the day is called in the time zone of the place they leave."""
        return self.create_shipment(
            order_id,
            quantities=[{"line": number, "units": count} for number, count in units.items()],
            carrier=carrier,
            mode=mode,
            shipped_on=datetime.now(ZoneInfo(time_zone)).date().isoformat(),
            tracking_number=tracking_number,
            container_number=container_number,
            idempotency_key=idempotency_key,
        )


def line(product: str, quantity: int, unit: str, unit_price_minor: int, *, number: int = 1) -> AgreedLine:
    """A line of a contract: so many units of a product, at a price in minor units of its currency."""
    return {
        "number": number,
        "product": product,
        "quantity": quantity,
        "unit": unit,
        "unit_price_minor": unit_price_minor,
    }


def component(property_: str, nominal: str, *, method: str, severity: str = "major", number: str = "T1") -> AgreedTerm:
    """A term of a specification: what something is made of, and how an inspector sees it."""
    term = {"id": number, "property": property_, "kind": "component", "class": severity}
    return cast("AgreedTerm", {**term, "nominal": nominal, "method": method})
