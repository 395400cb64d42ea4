"""The questions asked of shipments: the gate first, then views of them and what lateness is measured from.

Reads only. A shipment is there for the parties of its order and the operator's staff, and for nobody else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from holdfast.contracts.programmes import programme_of
from holdfast.fulfilment import models, rules
from holdfast.fulfilment.rules import Facts, Paper, Said
from holdfast.kernel.identifiers import parse
from holdfast.kernel.refusals import NotFound
from holdfast.orders.models import Lot, Order
from holdfast.parties.access import Caller, stand
from holdfast.programme import rules as programme_rules


@dataclass(frozen=True, slots=True)
class ShipmentStanding:
    """A shipment that passed its gate, and the caller's part in its order."""

    shipment_id: UUID
    order_id: UUID
    role: str


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document of a shipment; `sha256` is the digest of the file, when one was brought."""

    kind: str
    number: str
    dated_on: date | None
    file_id: UUID | None
    sha256: str | None

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> "DocumentView":
        """From the JSON that is stored."""
        return cls(
            row["kind"],
            row["number"],
            date.fromisoformat(row["dated_on"]) if row["dated_on"] else None,
            UUID(row["file_id"]) if row["file_id"] else None,
            row["sha256"],
        )

    def as_row(self) -> dict[str, Any]:
        """The JSON that is stored."""
        return {
            "kind": self.kind,
            "number": self.number,
            "dated_on": self.dated_on.isoformat() if self.dated_on else None,
            "file_id": str(self.file_id) if self.file_id else None,
            "sha256": self.sha256,
        }


@dataclass(frozen=True, slots=True)
class EventView:
    """One thing reported of a shipment."""

    id: UUID
    code: str
    at: datetime
    zone: str
    place: str
    source: str
    proof_sha256: str | None
    file_id: UUID | None
    received_at: datetime

    @property
    def said(self) -> Said:
        """As the rules see it."""
        return Said(self.code, self.at, self.zone, self.source, self.place, self.proof_sha256 is not None)


@dataclass(frozen=True, slots=True)
class ShipmentView:
    """A shipment with everything reported of it, earliest first."""

    id: UUID
    order_id: UUID
    lot_id: UUID
    lot_number: int
    quantities: dict[int, int]
    state: str
    carrier: str
    mode: str
    tracking_number: str | None
    container_number: str | None
    number_scheme: str | None
    documents: tuple[DocumentView, ...]
    events: tuple[EventView, ...]
    shipped_on: date
    left_on: date
    ship_date_on: date
    ship_basis: str
    grade: str
    oddities: tuple[str, ...]
    accepted_at: datetime | None
    uploaded_at: datetime
    expected_delivery_on: date | None
    delivered_on: date | None
    delivery_grade: str | None
    external_id: str | None
    metadata: dict[str, Any]


def shipment_for(*, caller: Caller, ref: object) -> ShipmentStanding:
    """The gate. Refusal: `not_found`, whether it is foreign, malformed or unknown."""
    shipment_id = parse("shp", ref)
    row = None
    if shipment_id is not None:
        rows = models.Shipment.objects.filter(id=shipment_id)
        row = rows.values_list("order_id", "buyer_id", "supplier_id").first()
    if shipment_id is None or row is None:
        raise NotFound
    return ShipmentStanding(shipment_id, row[0], stand(caller=caller, buyer_id=row[1], supplier_id=row[2]))


def shipment(*, shipment_id: UUID) -> ShipmentView:
    """One shipment that passed its gate. Refusal: `not_found`."""
    row = models.Shipment.objects.select_related("lot").filter(id=shipment_id).first()
    if row is None:
        raise NotFound
    return view_of(row, events_of(row), lot=row.lot)


def shipments(*, order_id: UUID) -> tuple[ShipmentView, ...]:
    """The shipments of an order, by lot."""
    rows = models.Shipment.objects.filter(order_id=order_id).select_related("lot").order_by("lot_number")
    found = rows.prefetch_related("events")
    return tuple(view_of(row, _events(row.events.all()), lot=row.lot) for row in found)


def events_of(row: models.Shipment) -> tuple[EventView, ...]:
    """What was reported of a shipment, in the order of its times."""
    return _events(row.events.all())


def _events(rows: Iterable[models.Event]) -> tuple[EventView, ...]:
    found = [
        EventView(
            row.id,
            row.code,
            row.at,
            row.zone,
            row.place,
            row.source,
            row.proof_sha256,
            row.file_id,
            row.received_at,
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: (one.at, one.id)))


def facts_of(row: models.Shipment, events: Iterable[EventView]) -> Facts:
    """What the grade and the dates of a shipment are computed from."""
    papers = [DocumentView.from_row(document) for document in row.documents]
    return Facts(
        mode=row.mode,
        number_is_valid=row.number_is_valid,
        is_reused=row.is_reused,
        is_elsewhere=row.is_elsewhere,
        to_country=row.to_country,
        papers=tuple(Paper(paper.kind, paper.dated_on) for paper in papers),
        said=tuple(event.said for event in events),
    )


def oddities_of(row: models.Shipment, facts: Facts) -> tuple[str, ...]:
    """What speaks against the proof, for people: the reused number first."""
    reused = ("number_reused",) if row.is_reused else ()
    wrong = ("check_digit_wrong",) if row.number_scheme and not row.number_is_valid else ()
    return (*reused, *wrong, *rules.oddities(facts))


def view_of(row: models.Shipment, events: tuple[EventView, ...], *, lot: Any) -> ShipmentView:
    """The view of a row with its events; `lot` is the order's lot, as a row or as facts."""
    return ShipmentView(
        id=row.id,
        order_id=row.order_id,
        lot_id=row.lot_id,
        lot_number=row.lot_number,
        quantities={int(line): units for line, units in lot.quantities.items()},
        state=row.state,
        carrier=row.carrier,
        mode=row.mode,
        tracking_number=row.tracking_number,
        container_number=row.container_number,
        number_scheme=row.number_scheme,
        documents=tuple(DocumentView.from_row(document) for document in row.documents),
        events=events,
        shipped_on=row.shipped_on,
        left_on=row.left_on,
        ship_date_on=row.ship_date_on,
        ship_basis=row.ship_basis,
        grade=row.grade,
        oddities=oddities_of(row, facts_of(row, events)),
        accepted_at=row.accepted_at,
        uploaded_at=row.uploaded_at,
        expected_delivery_on=lot.expected_delivery_on,
        delivered_on=row.delivered_on,
        delivery_grade=row.delivery_grade,
        external_id=row.external_id,
        metadata=row.metadata,
    )


@dataclass(frozen=True, slots=True)
class LateFacts:
    """How late one lot left, in calendar days after the agreed ship date, and on what proof. None: no ship date is
    agreed yet. `conclusive` are the documents on file that defeat a late record."""

    lot: int
    expected_ship_on: date | None
    left_on: date
    ship_date_on: date
    ship_basis: str
    grade: str
    uploaded_on: date
    days_late: int | None
    expected_delivery_on: date | None
    delivered_on: date | None
    delivery_grade: str | None
    conclusive: tuple[str, ...]


def late_facts(*, order_id: UUID) -> tuple[LateFacts, ...]:
    """What lateness is measured from, lot by lot. Refusal: `not_found`."""
    order = Order.objects.filter(id=order_id).first()
    if order is None:
        raise NotFound
    programme = programme_of(name=order.programme_name, version=order.programme_version)
    found = []
    rows = models.Shipment.objects.filter(order_id=order_id).select_related("lot").prefetch_related("events")
    for row in rows.order_by("lot_number"):
        days = None
        lot: Lot = row.lot
        # A lot is measured by the date that was agreed when it left.
        ship_on = order.ship_on if lot.version == order.version else lot.ship_on
        if ship_on is not None:
            days = programme_rules.days_late(programme=programme, expected_on=ship_on, actual_on=row.ship_date_on)
        found.append(
            LateFacts(
                lot=row.lot_number,
                expected_ship_on=ship_on,
                left_on=row.left_on,
                ship_date_on=row.ship_date_on,
                ship_basis=row.ship_basis,
                grade=row.grade,
                uploaded_on=row.uploaded_on,
                days_late=days,
                expected_delivery_on=lot.expected_delivery_on,
                delivered_on=lot.delivered_on,
                delivery_grade=row.delivery_grade,
                conclusive=rules.conclusive_papers(programme=programme, facts=facts_of(row, events_of(row))),
            )
        )
    return tuple(found)
