"""An inspector's visits over HTTP: booked by a side, answered and made by the inspector.

An inspector's key reaches its own bookings with the scope `reports:write`.
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field, StringConstraints

from holdfast.api import edge, fields, labels, pagination, scopes
from holdfast.api.edge import command
from holdfast.api.shown import bookings as shown
from holdfast.inspection import bookings, operations, queries
from holdfast.inspection.bookings import BookingView
from holdfast.inspection.operations import Wish
from holdfast.inspection.refusals import NotAssigned
from holdfast.kernel.identifiers import parse
from holdfast.orders.queries import order_for
from holdfast.parties.access import Caller
from holdfast.record.act import Act

router = Router(tags=["inspections"])
REPORTS = "reports:write"
Percent = Annotated[int, Field(ge=0, le=100)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]


class NewBooking(fields.Body):
    """A visit of an assigned inspector. `place` is a country like `CN`, or a part of one with holidays of its own like
    `DE-BY`; `time_zone` may be left out in a party's country; `lot` is needed after delivery."""

    assignment_id: fields.Short
    on: fields.Day
    place: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
    city: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    time_zone: fields.Short | None = None
    lot: Annotated[int, Field(ge=1, le=10_000)] | None = None
    payer: Literal["buyer", "supplier", "platform"] | None = None
    external_id: fields.ExternalId | None = None
    metadata: fields.Metadata = {}


class OtherDay(fields.Body):
    """The day to which a visit is moved."""

    on: fields.Day


class Why(fields.Body):
    """The reason, in words."""

    why: Words = ""


class Missed(fields.Body):
    """Why the visit did not take place."""

    why: Literal["not_ready", "no_access", "inspector"]


class HowFar(fields.Body):
    """How far the goods are, in whole percent; no more is packed than is finished."""

    finished_percent: Percent
    packed_percent: Percent


def _acts(caller: Caller, role: str) -> None:
    scopes.acts(caller, role=role, scope=REPORTS if role == "inspector" else "orders:write")


def _reads(caller: Caller, role: str) -> None:
    scopes.reads(caller, scope=REPORTS if role == "inspector" else "orders:read")


def _do(request: edge.Request, booking_id: str, verb: Callable[[Act, UUID], BookingView]) -> HttpResponse:
    found, role = bookings.booking_for(caller=request.auth, ref=booking_id)
    _acts(request.auth, role)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: verb(act, found),
        present=lambda view: labels.own(shown.booking(view), caller=request.auth),
    )


@router.post("/orders/{order_id}/bookings", operation_id="book_inspection", response={201: shown.Booking})
def book(request: edge.Request, order_id: str, body: NewBooking) -> HttpResponse:
    """Book a visit of an assigned inspector, so many working days of its place ahead as the programme says. A side's
    that named the inspector or agreed to it, or the operator's."""
    standing = order_for(caller=request.auth, ref=order_id)
    scopes.acts(request.auth, role=standing.role)
    assignment_id = parse("asg", body.assignment_id)
    if assignment_id is None:
        raise NotAssigned(field="assignment_id", accepted="an inspector assigned to this order")
    wish = Wish(body.on, body.place, body.city, body.time_zone, body.lot, body.payer)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=labels.labelled(
            lambda act: operations.book(act=act, assignment_id=assignment_id, order_id=standing.order_id, wish=wish),
            kind="bkg",
            external_id=body.external_id,
            metadata=body.metadata,
        ),
        present=lambda view: labels.given(shown.booking(view), body),
        status=201,
    )


@router.get("/orders/{order_id}/bookings", operation_id="list_bookings", response=shown.Bookings)
@pagination.paged()
def list_bookings(request: edge.Request, order_id: str, called: Query[labels.CalledQuery]) -> dict[str, Any]:
    """The visits of an order, and how far its goods are; an inspector sees its own."""
    standing = queries.report_order_for(caller=request.auth, ref=order_id)
    _reads(request.auth, standing.role)
    own = request.auth.organisation_id if standing.role == "inspector" else None
    found = bookings.bookings(order_id=standing.order_id, role=standing.role, inspector_id=own)
    ready = bookings.readiness(order_id=standing.order_id)
    items = labels.only_called(
        [shown.booking(one) for one in found], caller=request.auth, kind="bkg", external_id=called.external_id
    )
    return {"items": items, "readiness": ready and shown.readiness(ready)}


@router.get("/bookings/{booking_id}", operation_id="get_booking", response=shown.Booking)
def get_booking(request: edge.Request, booking_id: str) -> dict[str, Any]:
    """One visit."""
    found, role = bookings.booking_for(caller=request.auth, ref=booking_id)
    _reads(request.auth, role)
    return shown.booking(bookings.booking(booking_id=found, role=role))


@router.post("/orders/{order_id}/readiness", operation_id="declare_readiness", response={201: shown.Readiness})
def declare_readiness(request: edge.Request, order_id: str, body: HowFar) -> HttpResponse:
    """The supplier says how far the goods are. Before shipment an inspection begins once as much is finished and packed
    as the contract says (100 and 80 percent where it says nothing)."""
    standing = order_for(caller=request.auth, ref=order_id)
    scopes.acts(request.auth, role=standing.role)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: operations.declare_readiness(
            act=act,
            order_id=standing.order_id,
            finished_percent=body.finished_percent,
            packed_percent=body.packed_percent,
        ),
        present=shown.readiness,
        status=201,
    )


@router.post("/bookings/{booking_id}/accept", operation_id="accept_booking", response=shown.Booking)
def accept(request: edge.Request, booking_id: str, body: fields.Nothing) -> HttpResponse:
    """The inspector will come."""
    return _do(request, booking_id, lambda act, found: operations.accept(act=act, booking_id=found))


@router.post("/bookings/{booking_id}/decline", operation_id="decline_booking", response=shown.Booking)
def decline(request: edge.Request, booking_id: str, body: Why) -> HttpResponse:
    """The inspector will not come, and says why."""
    return _do(request, booking_id, lambda act, found: operations.decline(act=act, booking_id=found, why=body.why))


@router.post("/bookings/{booking_id}/move", operation_id="move_booking", response=shown.Booking)
def move(request: edge.Request, booking_id: str, body: OtherDay) -> HttpResponse:
    """Another day, with the same notice; the inspector is asked again."""
    return _do(request, booking_id, lambda act, found: operations.move(act=act, booking_id=found, on=body.on))


@router.post("/bookings/{booking_id}/cancel", operation_id="cancel_booking", response=shown.Booking)
def cancel(request: edge.Request, booking_id: str, body: Why) -> HttpResponse:
    """No visit after all; it is recorded whether that came late."""
    return _do(request, booking_id, lambda act, found: operations.cancel(act=act, booking_id=found, why=body.why))


@router.post("/bookings/{booking_id}/begin", operation_id="begin_booking", response=shown.Booking)
def begin(request: edge.Request, booking_id: str, body: fields.Nothing) -> HttpResponse:
    """The inspector is there, on the day: until its report is filed, what waits for it stands still."""
    return _do(request, booking_id, lambda act, found: operations.begin(act=act, booking_id=found))


@router.post("/bookings/{booking_id}/miss", operation_id="miss_booking", response=shown.Booking)
def miss(request: edge.Request, booking_id: str, body: Missed) -> HttpResponse:
    """The inspector says that the visit could not take place."""
    return _do(request, booking_id, lambda act, found: operations.miss(act=act, booking_id=found, why=body.why))


@router.post("/bookings/{booking_id}/stop", operation_id="stop_booking", response=shown.Booking)
def stop(request: edge.Request, booking_id: str, body: Why) -> HttpResponse:
    """The inspector breaks the visit off: what stood still goes on with the days it had left."""
    return _do(request, booking_id, lambda act, found: operations.stop(act=act, booking_id=found, why=body.why))
