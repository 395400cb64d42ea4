"""Operations on inspections. Made from the API's description by `python3 run.py client`; a test refuses it when
it is stale."""

from __future__ import annotations

from typing import Any, Literal, cast

from holdfast_client.core import Core, given
from holdfast_client.listing import Listing
from holdfast_client.paths import in_path as _in_path
from holdfast_client.types import Assignment, Booking, Bookings, Counted, InspectionBrief, LineUnits, Readiness, Report


class InspectionsOperations(Core):
    """What may be asked and done about inspections."""

    def list_inspections(
        self, *, external_id: str | None = None, limit: int | None = None, cursor: str | None = None
    ) -> Listing[Assignment]:
        """Everything the calling inspector is assigned to, newest first."""
        return Listing(
            lambda query: self._json("GET", "/v1/inspections", query=query),
            {"external_id": external_id, "limit": limit, "cursor": cursor},
        )

    def get_inspection_brief(self, order_id: str, *, lot: int | None = None) -> InspectionBrief:
        """What is to be examined and against what, by the version in force or for a `lot` by the one it left
        under; and who is assigned: an inspector sees its own assignments."""
        return cast(
            "InspectionBrief", self._json("GET", f"/v1/orders/{_in_path(order_id)}/inspection", query={"lot": lot})
        )

    def assign_inspector(
        self,
        order_id: str,
        *,
        inspector_id: str,
        kind: Literal["during_production", "pre_shipment", "loading", "after_delivery"],
        fee_minor: int | None = None,
        external_id: str | None = None,
        metadata: dict[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> Assignment:
        """Name an inspector. A side's, or the operator's for the platform."""
        return cast(
            "Assignment",
            self._json(
                "POST",
                f"/v1/orders/{_in_path(order_id)}/inspectors",
                body=given(
                    inspector_id=inspector_id,
                    kind=kind,
                    fee_minor=fee_minor,
                    external_id=external_id,
                    metadata=metadata,
                ),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def agree_inspector(self, assignment_id: str, *, idempotency_key: str | None = None) -> Assignment:
        """Take the inspector that the other side has named for one's own."""
        return cast(
            "Assignment",
            self._json(
                "POST",
                f"/v1/inspections/{_in_path(assignment_id)}/agree",
                body={},
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def withdraw_inspector(self, assignment_id: str, *, idempotency_key: str | None = None) -> Assignment:
        """Take back an inspector one has named; reports already filed stand."""
        return cast(
            "Assignment",
            self._json(
                "POST",
                f"/v1/inspections/{_in_path(assignment_id)}/withdraw",
                body={},
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def file_report(
        self,
        order_id: str,
        *,
        kind: Literal["during_production", "pre_shipment", "loading", "after_delivery"],
        examined_at: str,
        readings: dict[str, Any] | None = None,
        lot: int | None = None,
        covers: list[LineUnits] | None = None,
        counted: list[Counted] | None = None,
        file_ids: list[str] | None = None,
        external_id: str | None = None,
        metadata: dict[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> Report:
        """File an examination: readings are checked against the contract's terms, and the verdict computed. An
        assigned inspector's opens or blocks what the contract tied to it; a side's own is evidence."""
        return cast(
            "Report",
            self._json(
                "POST",
                f"/v1/orders/{_in_path(order_id)}/reports",
                body=given(
                    kind=kind,
                    examined_at=examined_at,
                    readings=readings,
                    lot=lot,
                    covers=covers,
                    counted=counted,
                    file_ids=file_ids,
                    external_id=external_id,
                    metadata=metadata,
                ),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def list_reports(
        self,
        order_id: str,
        *,
        external_id: str | None = None,
        lot: int | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Listing[Report]:
        """The reports of an order, or of one of its lots, earliest first; an inspector sees its own."""
        return Listing(
            lambda query: self._json("GET", f"/v1/orders/{_in_path(order_id)}/reports", query=query),
            {"external_id": external_id, "lot": lot, "limit": limit, "cursor": cursor},
        )

    def get_report(self, report_id: str) -> Report:
        """One report with its readings and verdict."""
        return cast("Report", self._json("GET", f"/v1/reports/{_in_path(report_id)}"))

    def book_inspection(
        self,
        order_id: str,
        *,
        assignment_id: str,
        on: str,
        place: str,
        city: str,
        time_zone: str | None = None,
        lot: int | None = None,
        payer: Literal["buyer", "supplier", "platform"] | None = None,
        external_id: str | None = None,
        metadata: dict[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> Booking:
        """Book a visit of an assigned inspector, so many working days of its place ahead as the programme says. A
        side's that named the inspector or agreed to it, or the operator's."""
        return cast(
            "Booking",
            self._json(
                "POST",
                f"/v1/orders/{_in_path(order_id)}/bookings",
                body=given(
                    assignment_id=assignment_id,
                    on=on,
                    place=place,
                    city=city,
                    time_zone=time_zone,
                    lot=lot,
                    payer=payer,
                    external_id=external_id,
                    metadata=metadata,
                ),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def list_bookings(
        self, order_id: str, *, external_id: str | None = None, limit: int | None = None, cursor: str | None = None
    ) -> Bookings:
        """The visits of an order, and how far its goods are; an inspector sees its own."""
        return cast(
            "Bookings",
            self._json(
                "GET",
                f"/v1/orders/{_in_path(order_id)}/bookings",
                query={"external_id": external_id, "limit": limit, "cursor": cursor},
            ),
        )

    def get_booking(self, booking_id: str) -> Booking:
        """One visit."""
        return cast("Booking", self._json("GET", f"/v1/bookings/{_in_path(booking_id)}"))

    def declare_readiness(
        self, order_id: str, *, finished_percent: int, packed_percent: int, idempotency_key: str | None = None
    ) -> Readiness:
        """The supplier says how far the goods are. Before shipment an inspection begins once as much is finished
        and packed as the contract says (100 and 80 percent where it says nothing)."""
        return cast(
            "Readiness",
            self._json(
                "POST",
                f"/v1/orders/{_in_path(order_id)}/readiness",
                body=given(finished_percent=finished_percent, packed_percent=packed_percent),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def accept_booking(self, booking_id: str, *, idempotency_key: str | None = None) -> Booking:
        """The inspector will come."""
        return cast(
            "Booking",
            self._json(
                "POST",
                f"/v1/bookings/{_in_path(booking_id)}/accept",
                body={},
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def decline_booking(
        self, booking_id: str, *, why: str | None = None, idempotency_key: str | None = None
    ) -> Booking:
        """The inspector will not come, and says why."""
        return cast(
            "Booking",
            self._json(
                "POST",
                f"/v1/bookings/{_in_path(booking_id)}/decline",
                body=given(why=why),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def move_booking(self, booking_id: str, *, on: str, idempotency_key: str | None = None) -> Booking:
        """Another day, with the same notice; the inspector is asked again."""
        return cast(
            "Booking",
            self._json(
                "POST",
                f"/v1/bookings/{_in_path(booking_id)}/move",
                body=given(on=on),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def cancel_booking(self, booking_id: str, *, why: str | None = None, idempotency_key: str | None = None) -> Booking:
        """No visit after all; it is recorded whether that came late."""
        return cast(
            "Booking",
            self._json(
                "POST",
                f"/v1/bookings/{_in_path(booking_id)}/cancel",
                body=given(why=why),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def begin_booking(self, booking_id: str, *, idempotency_key: str | None = None) -> Booking:
        """The inspector is there, on the day: until its report is filed, what waits for it stands still."""
        return cast(
            "Booking",
            self._json(
                "POST",
                f"/v1/bookings/{_in_path(booking_id)}/begin",
                body={},
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def miss_booking(
        self,
        booking_id: str,
        *,
        why: Literal["not_ready", "no_access", "inspector"],
        idempotency_key: str | None = None,
    ) -> Booking:
        """The inspector says that the visit could not take place."""
        return cast(
            "Booking",
            self._json(
                "POST",
                f"/v1/bookings/{_in_path(booking_id)}/miss",
                body=given(why=why),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def stop_booking(self, booking_id: str, *, why: str | None = None, idempotency_key: str | None = None) -> Booking:
        """The inspector breaks the visit off: what stood still goes on with the days it had left."""
        return cast(
            "Booking",
            self._json(
                "POST",
                f"/v1/bookings/{_in_path(booking_id)}/stop",
                body=given(why=why),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )
