"""How shipments look from outside."""

from typing import Any

from ninja import Schema

from holdfast.api.presenting import ActOut
from holdfast.api.shown import day, moment, name
from holdfast.fulfilment import rules
from holdfast.fulfilment.queries import DocumentView, EventView, LateFacts, ShipmentView
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import public


class Units(Schema):
    """So many units of a line of the contract."""

    line: int
    units: int


class ShipmentDocument(Schema):
    """A document that travels with the goods; `sha256` is the digest of the file, where one was brought."""

    kind: str
    number: str
    dated_on: str | None
    file_id: str | None
    sha256: str | None


class TrackingEvent(Schema):
    """One thing reported: what, when in the zone of the place, by whom (carrier, supplier, buyer or operator)."""

    id: str
    code: str
    at: str
    zone: str
    place: str | None
    source: str
    proof_sha256: str | None
    file_id: str | None
    received_at: str


class Shipment(Schema):
    """One lot on its way. `grade` (A to D) says how good the proof of shipment is, `ship_basis` whether the ship date
    of record rests on the carrier, a document, or a word; `oddities` what speaks against the proof."""

    id: str
    order_id: str
    lot: int
    lot_id: str
    quantities: list[Units]
    state: str
    carrier: str
    mode: str
    tracking_number: str | None
    container_number: str | None
    number_scheme: str | None
    shipped_on: str
    left_on: str
    ship_date_on: str
    ship_basis: str
    grade: str
    oddities: list[str]
    accepted_at: str | None
    uploaded_at: str
    expected_delivery_on: str | None
    delivered_on: str | None
    delivery_grade: str | None
    documents: list[ShipmentDocument]
    events: list[TrackingEvent]
    external_id: str | None
    metadata: dict[str, str]
    acts: list[ActOut]


class Lateness(Schema):
    """How late a lot left, in calendar days after the agreed ship date, and what that rests on; `conclusive` lists the
    proofs on file that settle the date against any other record."""

    lot: int
    expected_ship_on: str | None
    left_on: str
    ship_date_on: str
    ship_basis: str
    grade: str
    uploaded_on: str
    days_late: int | None
    expected_delivery_on: str | None
    delivered_on: str | None
    delivery_grade: str | None
    conclusive: list[str]


def units(quantities: dict[int, int]) -> list[dict[str, int]]:
    """Units by line, as lists travel better than objects with numbers for keys."""
    return [{"line": line, "units": count} for line, count in sorted(quantities.items())]


def shipment(view: ShipmentView, role: str) -> dict[str, Any]:
    """A shipment, for a caller in this role."""
    return {
        "id": public("shp", view.id),
        "order_id": public("ord", view.order_id),
        "lot": view.lot_number,
        "lot_id": public("lot", view.lot_id),
        "quantities": units(view.quantities),
        "state": view.state,
        "carrier": view.carrier,
        "mode": view.mode,
        "tracking_number": view.tracking_number,
        "container_number": view.container_number,
        "number_scheme": view.number_scheme,
        "shipped_on": day(view.shipped_on),
        "left_on": day(view.left_on),
        "ship_date_on": day(view.ship_date_on),
        "ship_basis": view.ship_basis,
        "grade": view.grade,
        "oddities": list(view.oddities),
        "accepted_at": moment(view.accepted_at),
        "uploaded_at": rfc3339(view.uploaded_at),
        "expected_delivery_on": day(view.expected_delivery_on),
        "delivered_on": day(view.delivered_on),
        "delivery_grade": view.delivery_grade,
        "documents": [_document(paper) for paper in view.documents],
        "events": [event(one) for one in view.events],
        "external_id": view.external_id,
        "metadata": view.metadata,
        "acts": [{"verb": verb, "due_at": None} for verb in rules.open_verbs(state=view.state, role=role)],
    }


def _document(paper: DocumentView) -> dict[str, Any]:
    return {
        "kind": paper.kind,
        "number": paper.number,
        "dated_on": day(paper.dated_on),
        "file_id": name("fil", paper.file_id),
        "sha256": paper.sha256,
    }


def event(view: EventView) -> dict[str, Any]:
    """One tracking event."""
    return {
        "id": public("trk", view.id),
        "code": view.code,
        "at": rfc3339(view.at),
        "zone": view.zone,
        "place": view.place or None,
        "source": view.source,
        "proof_sha256": view.proof_sha256,
        "file_id": name("fil", view.file_id),
        "received_at": rfc3339(view.received_at),
    }


def lateness(facts: LateFacts) -> dict[str, Any]:
    """How late one lot left."""
    return {
        "lot": facts.lot,
        "expected_ship_on": day(facts.expected_ship_on),
        "left_on": day(facts.left_on),
        "ship_date_on": day(facts.ship_date_on),
        "ship_basis": facts.ship_basis,
        "grade": facts.grade,
        "uploaded_on": day(facts.uploaded_on),
        "days_late": facts.days_late,
        "expected_delivery_on": day(facts.expected_delivery_on),
        "delivered_on": day(facts.delivered_on),
        "delivery_grade": facts.delivery_grade,
        "conclusive": list(facts.conclusive),
    }
