"""Operations on sourcing. Made from the API's description by `python3 run.py client`; a test refuses it when it
is stale."""

from __future__ import annotations

from typing import Any, Literal, cast

from holdfast_client.core import Core, given
from holdfast_client.listing import Listing
from holdfast_client.paths import in_path as _in_path
from holdfast_client.types import (
    Contract,
    CoveringSupplier,
    Quotation,
    QuotationComparison,
    QuotationInList,
    QuotationVersion,
    ShipTo,
    WantedQuantity,
)


class SourcingOperations(Core):
    """What may be asked and done about sourcing."""

    def offer_quotation(
        self,
        *,
        buyer_id: str,
        document: dict[str, Any],
        programme: str | None = None,
        external_id: str | None = None,
        metadata: dict[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> Quotation:
        """Quote to a buyer. A direct price is information: it says what protection adds, and carries no payment
        details."""
        return cast(
            "Quotation",
            self._json(
                "POST",
                "/v1/quotations",
                body=given(
                    buyer_id=buyer_id,
                    programme=programme,
                    document=document,
                    external_id=external_id,
                    metadata=metadata,
                ),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def list_quotations(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        state: str | None = None,
        side: Literal["buyer", "supplier"] | None = None,
        external_id: str | None = None,
    ) -> Listing[QuotationInList]:
        """The quotations of one's own organisation, given and received, newest first."""
        return Listing(
            lambda query: self._json("GET", "/v1/quotations", query=query),
            {"limit": limit, "cursor": cursor, "state": state, "side": side, "external_id": external_id},
        )

    def get_quotation(self, quotation_id: str) -> Quotation:
        """One quotation: its last version, what its protected price buys, and what may be done now."""
        return cast("Quotation", self._json("GET", f"/v1/quotations/{_in_path(quotation_id)}"))

    def list_quotation_versions(
        self, quotation_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> Listing[QuotationVersion]:
        """Every version, offers and counter-offers, each with what it changed of the one before."""
        return Listing(
            lambda query: self._json("GET", f"/v1/quotations/{_in_path(quotation_id)}/versions", query=query),
            {"limit": limit, "cursor": cursor},
        )

    def revise_quotation(
        self, quotation_id: str, *, document: dict[str, Any], idempotency_key: str | None = None
    ) -> Quotation:
        """A new version by the supplier."""
        return cast(
            "Quotation",
            self._json(
                "POST",
                f"/v1/quotations/{_in_path(quotation_id)}/revise",
                body=given(document=document),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def counter_quotation(
        self, quotation_id: str, *, document: dict[str, Any], idempotency_key: str | None = None
    ) -> Quotation:
        """A counter-offer by the buyer: the whole document, without direct prices."""
        return cast(
            "Quotation",
            self._json(
                "POST",
                f"/v1/quotations/{_in_path(quotation_id)}/counter",
                body=given(document=document),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def accept_quotation(
        self,
        quotation_id: str,
        *,
        version: int,
        quantities: list[WantedQuantity] | None = None,
        ship_to: ShipTo | None = None,
        external_id: str | None = None,
        metadata: dict[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> Contract:
        """Accept the last version: it becomes the draft of a contract by the side that accepts; nothing is typed
        again."""
        return cast(
            "Contract",
            self._json(
                "POST",
                f"/v1/quotations/{_in_path(quotation_id)}/accept",
                body=given(
                    version=version, quantities=quantities, ship_to=ship_to, external_id=external_id, metadata=metadata
                ),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def decline_quotation(
        self,
        quotation_id: str,
        *,
        reason: Literal["price", "quantity", "lead_time", "specification", "cover", "capacity", "terms", "other"],
        note: str | None = None,
        idempotency_key: str | None = None,
    ) -> Quotation:
        """Say no to the other side's last version, with a reason."""
        return cast(
            "Quotation",
            self._json(
                "POST",
                f"/v1/quotations/{_in_path(quotation_id)}/decline",
                body=given(reason=reason, note=note),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def withdraw_quotation(
        self, quotation_id: str, *, note: str | None = None, idempotency_key: str | None = None
    ) -> Quotation:
        """Take back one's own last version; the quotation ends."""
        return cast(
            "Quotation",
            self._json(
                "POST",
                f"/v1/quotations/{_in_path(quotation_id)}/withdraw",
                body=given(note=note),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def compare_quotations(
        self,
        quotation_id: str,
        *,
        beside: list[str] | None = None,
        quantity: int | None = None,
        duty_percent: str | None = None,
        insurance_percent: str | None = None,
        freight_minor: int | None = None,
    ) -> QuotationComparison:
        """A quotation that one received beside others: landed cost, protection, what is known of the supplier."""
        return cast(
            "QuotationComparison",
            self._json(
                "GET",
                f"/v1/quotations/{_in_path(quotation_id)}/comparison",
                query={
                    "beside": beside,
                    "quantity": quantity,
                    "duty_percent": duty_percent,
                    "insurance_percent": insurance_percent,
                    "freight_minor": freight_minor,
                },
            ),
        )

    def list_suppliers_with_cover(
        self,
        *,
        amount_minor: int,
        currency: str,
        limit: int | None = None,
        cursor: str | None = None,
        programme: str | None = None,
    ) -> Listing[CoveringSupplier]:
        """Suppliers in good standing with enough cover for one order of this amount."""
        return Listing(
            lambda query: self._json("GET", "/v1/suppliers/with-cover", query=query),
            {
                "limit": limit,
                "cursor": cursor,
                "amount_minor": amount_minor,
                "currency": currency,
                "programme": programme,
            },
        )
