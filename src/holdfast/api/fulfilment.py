"""Shipments over HTTP: a lot sent, its papers brought, what is reported of it on the way, and how late it left."""

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field, StringConstraints

from holdfast.api import edge, fields, labels, pagination, presenting, scopes
from holdfast.api.edge import command
from holdfast.api.shown import fulfilment as shown
from holdfast.fulfilment import operations, queries
from holdfast.fulfilment.operations import Document
from holdfast.kernel.identifiers import parse
from holdfast.kernel.refusals import Invalid
from holdfast.orders.queries import order_for

router = Router(tags=["shipments"])

FileId = Annotated[str, StringConstraints(pattern="^fil_[0-9a-f]{32}$")]
Locode = Annotated[str, StringConstraints(pattern="^[A-Z]{2}[A-Z2-9]{3}$")]
Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
Number = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Mode = Literal["sea", "air", "road", "rail", "courier", "multimodal"]
DocumentKind = Literal[
    "bill_of_lading",
    "air_waybill",
    "packing_list",
    "invoice",
    "certificate_of_origin",
    "insurance_certificate",
    "proof_of_delivery",
]
Code = Literal["ACCEPTED", "GTIN", "LOAD", "DEPA", "ARRI", "DISC", "GTOT", "OFD", "DELIVERED", "EXCEPTION"]


class LineUnits(fields.Body):
    """So many units of a line of the contract."""

    line: Annotated[int, Field(ge=1, le=10_000)]
    units: fields.Quantity


class NewDocument(fields.Body):
    """A document that travels with the goods; the file was uploaded to the order before."""

    kind: DocumentKind
    number: fields.Line = ""
    dated_on: fields.Day | None = None
    file_id: FileId | None = None


class NewShipment(fields.Body):
    """A lot to send. `shipped_on` is what the supplier states; the carrier's own acceptance overrides it. `lot_labels`
    are one's own on the lot that the shipment makes, the others those on the shipment."""

    quantities: Annotated[list[LineUnits], Field(min_length=1, max_length=1000)]
    carrier: fields.Name
    mode: Mode
    shipped_on: fields.Day
    tracking_number: Number | None = None
    container_number: Number | None = None
    documents: Annotated[list[NewDocument], Field(max_length=50)] = []
    external_id: fields.ExternalId | None = None
    metadata: fields.Metadata = {}
    lot_labels: labels.Labels | None = None


class NewDocuments(fields.Body):
    """More documents."""

    documents: Annotated[list[NewDocument], Field(min_length=1, max_length=50)]


class NewEvent(fields.Body):
    """Something that happened on the way. `zone` is the time zone of the place; the proof is a file of the order, or
    the SHA-256 of something shown later. A party's own word of delivery counts only with a proof."""

    code: Code
    at: fields.Moment
    zone: fields.Short | None = None
    place: Locode | None = None
    proof_file_id: FileId | None = None
    proof_sha256: Sha256 | None = None
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""


def units(rows: list[LineUnits], *, field: str = "quantities") -> dict[int, int]:
    """Units by line; a line that stands twice is added up by nobody. Refusal: `invalid`."""
    found = {row.line: row.units for row in rows}
    if len(found) != len(rows):
        raise Invalid(field=field, accepted="each line once")
    return found


def _documents(rows: list[NewDocument]) -> list[Document]:
    return [Document(row.kind, row.number, row.dated_on, parse("fil", row.file_id)) for row in rows]


@router.post("/orders/{order_id}/shipments", operation_id="create_shipment", response={201: shown.Shipment})
def create_shipment(request: edge.Request, order_id: str, body: NewShipment) -> HttpResponse:
    """Send a lot: it gets its number, its price and its dates, and what hangs on shipment follows. The supplier's."""
    standing = order_for(caller=request.auth, ref=order_id)
    scopes.acts(request.auth, role=standing.role)
    of_lot = body.lot_labels or labels.Labels()
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=labels.labelled(
            labels.labelled(
                lambda act: operations.ship(
                    act=act,
                    order_id=standing.order_id,
                    quantities=units(body.quantities),
                    documents=_documents(body.documents),
                    **body.dict(exclude={"quantities", "documents", "lot_labels"}),
                ),
                kind="lot",
                external_id=of_lot.external_id,
                metadata=of_lot.metadata,
                named=lambda view: view.lot_id,
                within="lot_labels",
            ),
            kind="shp",
            external_id=body.external_id,
            metadata=body.metadata,
        ),
        present=lambda view: shown.shipment(view, standing.role),
        status=201,
    )


@router.get("/orders/{order_id}/shipments", operation_id="list_shipments", response=presenting.Page[shown.Shipment])
@pagination.paged()
def list_shipments(request: edge.Request, order_id: str, called: Query[labels.CalledQuery]) -> dict[str, Any]:
    """Every shipment of an order, by lot."""
    standing = order_for(caller=request.auth, ref=order_id)
    scopes.reads(request.auth)
    found = [shown.shipment(view, standing.role) for view in queries.shipments(order_id=standing.order_id)]
    return {"items": labels.only_called(found, caller=request.auth, kind="shp", external_id=called.external_id)}


@router.get("/orders/{order_id}/lateness", operation_id="list_lateness", response=presenting.Page[shown.Lateness])
@pagination.paged("lot")
def list_lateness(request: edge.Request, order_id: str) -> dict[str, Any]:
    """How late each lot left, and what that rests on."""
    standing = order_for(caller=request.auth, ref=order_id)
    scopes.reads(request.auth)
    return {"items": [shown.lateness(facts) for facts in queries.late_facts(order_id=standing.order_id)]}


@router.get("/shipments/{shipment_id}", operation_id="get_shipment", response=shown.Shipment)
def get_shipment(request: edge.Request, shipment_id: str) -> dict[str, Any]:
    """One shipment with everything reported of it."""
    standing = queries.shipment_for(caller=request.auth, ref=shipment_id)
    scopes.reads(request.auth)
    return shown.shipment(queries.shipment(shipment_id=standing.shipment_id), standing.role)


@router.get(
    "/shipments/{shipment_id}/events", operation_id="list_tracking", response=presenting.Page[shown.TrackingEvent]
)
@pagination.paged()
def list_tracking(request: edge.Request, shipment_id: str) -> dict[str, Any]:
    """What was reported of a shipment, in the order of its times."""
    standing = queries.shipment_for(caller=request.auth, ref=shipment_id)
    scopes.reads(request.auth)
    view = queries.shipment(shipment_id=standing.shipment_id)
    return {"items": [shown.event(one) for one in view.events]}


@router.post("/shipments/{shipment_id}/events", operation_id="report_tracking", response={201: shown.Shipment})
def report_tracking(request: edge.Request, shipment_id: str, body: NewEvent) -> HttpResponse:
    """Report what happened to a shipment; answers the shipment with what followed."""
    standing = queries.shipment_for(caller=request.auth, ref=shipment_id)
    scopes.acts(request.auth, role=standing.role)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: operations.track(
            act=act,
            shipment_id=standing.shipment_id,
            place=body.place or "",
            proof_file_id=parse("fil", body.proof_file_id),
            **body.dict(exclude={"place", "proof_file_id"}),
        ),
        present=lambda view: shown.shipment(view, standing.role),
        status=201,
    )


@router.post("/shipments/{shipment_id}/documents", operation_id="add_shipment_documents", response=shown.Shipment)
def add_documents(request: edge.Request, shipment_id: str, body: NewDocuments) -> HttpResponse:
    """Bring more documents; grade and ship date of record follow. The supplier's."""
    standing = queries.shipment_for(caller=request.auth, ref=shipment_id)
    scopes.acts(request.auth, role=standing.role)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: operations.add_documents(
            act=act, shipment_id=standing.shipment_id, documents=_documents(body.documents)
        ),
        present=lambda view: shown.shipment(view, standing.role),
    )
