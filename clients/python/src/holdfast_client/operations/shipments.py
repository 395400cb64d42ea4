"""Operations on shipments. Made from the API's description by `python3 run.py client`; a test refuses it when it
is stale."""

from __future__ import annotations

from typing import Literal, cast

from holdfast_client.core import Core, given
from holdfast_client.listing import Listing
from holdfast_client.paths import in_path as _in_path
from holdfast_client.types import Labels, Lateness, LineUnits, NewDocument, Shipment, TrackingEvent


class ShipmentsOperations(Core):
    """What may be asked and done about shipments."""

    def create_shipment(
        self,
        order_id: str,
        *,
        quantities: list[LineUnits],
        carrier: str,
        mode: Literal["sea", "air", "road", "rail", "courier", "multimodal"],
        shipped_on: str,
        tracking_number: str | None = None,
        container_number: str | None = None,
        documents: list[NewDocument] | None = None,
        external_id: str | None = None,
        metadata: dict[str, str] | None = None,
        lot_labels: Labels | None = None,
        idempotency_key: str | None = None,
    ) -> Shipment:
        """Send a lot: it gets its number, its price and its dates, and what hangs on shipment follows. The
        supplier's."""
        return cast(
            "Shipment",
            self._json(
                "POST",
                f"/v1/orders/{_in_path(order_id)}/shipments",
                body=given(
                    quantities=quantities,
                    carrier=carrier,
                    mode=mode,
                    shipped_on=shipped_on,
                    tracking_number=tracking_number,
                    container_number=container_number,
                    documents=documents,
                    external_id=external_id,
                    metadata=metadata,
                    lot_labels=lot_labels,
                ),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def list_shipments(
        self, order_id: str, *, external_id: str | None = None, limit: int | None = None, cursor: str | None = None
    ) -> Listing[Shipment]:
        """Every shipment of an order, by lot."""
        return Listing(
            lambda query: self._json("GET", f"/v1/orders/{_in_path(order_id)}/shipments", query=query),
            {"external_id": external_id, "limit": limit, "cursor": cursor},
        )

    def list_lateness(self, order_id: str, *, limit: int | None = None, cursor: str | None = None) -> Listing[Lateness]:
        """How late each lot left, and what that rests on."""
        return Listing(
            lambda query: self._json("GET", f"/v1/orders/{_in_path(order_id)}/lateness", query=query),
            {"limit": limit, "cursor": cursor},
        )

    def get_shipment(self, shipment_id: str) -> Shipment:
        """One shipment with everything reported of it."""
        return cast("Shipment", self._json("GET", f"/v1/shipments/{_in_path(shipment_id)}"))

    def list_tracking(
        self, shipment_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> Listing[TrackingEvent]:
        """What was reported of a shipment, in the order of its times."""
        return Listing(
            lambda query: self._json("GET", f"/v1/shipments/{_in_path(shipment_id)}/events", query=query),
            {"limit": limit, "cursor": cursor},
        )

    def report_tracking(
        self,
        shipment_id: str,
        *,
        code: Literal["ACCEPTED", "GTIN", "LOAD", "DEPA", "ARRI", "DISC", "GTOT", "OFD", "DELIVERED", "EXCEPTION"],
        at: str,
        zone: str | None = None,
        place: str | None = None,
        proof_file_id: str | None = None,
        proof_sha256: str | None = None,
        note: str | None = None,
        idempotency_key: str | None = None,
    ) -> Shipment:
        """Report what happened to a shipment; answers the shipment with what followed."""
        return cast(
            "Shipment",
            self._json(
                "POST",
                f"/v1/shipments/{_in_path(shipment_id)}/events",
                body=given(
                    code=code,
                    at=at,
                    zone=zone,
                    place=place,
                    proof_file_id=proof_file_id,
                    proof_sha256=proof_sha256,
                    note=note,
                ),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def add_shipment_documents(
        self, shipment_id: str, *, documents: list[NewDocument], idempotency_key: str | None = None
    ) -> Shipment:
        """Bring more documents; grade and ship date of record follow. The supplier's."""
        return cast(
            "Shipment",
            self._json(
                "POST",
                f"/v1/shipments/{_in_path(shipment_id)}/documents",
                body=given(documents=documents),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )
