"""The questions asked of bookings: the gate, a booking, those of an order, and how far its goods are.

Reads only. An inspector sees its own bookings; the parties and the staff those of the order.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from holdfast.inspection import models, rules
from holdfast.kernel.identifiers import parse
from holdfast.kernel.refusals import NotFound
from holdfast.parties.access import Caller, stand
from holdfast.parties.queries import names


@dataclass(frozen=True, slots=True)
class BookingView:
    """A visit of an inspector. `place` is a country or a part of one; `verbs` are open to who asks."""

    id: UUID
    order_id: UUID
    order_number: str
    assignment_id: UUID
    inspector_id: UUID
    inspector_name: str
    kind: str
    lot: int | None
    state: str
    on: date
    place: str
    city: str
    zone: str
    notice: dict[str, Any]
    booked_by: str
    payer: str
    fee_minor: int
    currency: str
    booked_at: datetime
    answered_at: datetime | None
    began_at: datetime | None
    ended_at: datetime | None
    moved: int
    late: bool
    why: str
    report_id: UUID | None
    verbs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadinessView:
    """What the supplier said last of how far the goods are."""

    order_id: UUID
    finished_percent: int
    packed_percent: int
    declared_at: datetime


def booking_for(*, caller: Caller, ref: object) -> tuple[UUID, str]:
    """The gate: a booking is there for its inspector, the parties of its order and the staff, and the caller's role.
    Refusal: `not_found`."""
    booking_id = parse("bkg", ref)
    row = None
    if booking_id is not None:
        rows = models.Booking.objects.filter(id=booking_id).select_related("assignment", "order")
        row = rows.first()
    if booking_id is None or row is None:
        raise NotFound
    assignment = row.assignment
    if caller.organisation_id == assignment.inspector_id and assignment.state != "withdrawn":
        return booking_id, "inspector"
    return booking_id, stand(caller=caller, buyer_id=row.order.buyer_id, supplier_id=row.order.supplier_id)


def booking(*, booking_id: UUID, role: str) -> BookingView:
    """One that passed the gate."""
    return _views([_rows().get(id=booking_id)], role)[0]


def bookings(*, order_id: UUID, role: str, inspector_id: UUID | None = None) -> tuple[BookingView, ...]:
    """Those of an order, the earliest booked first; of one inspector, where named."""
    rows = _rows().filter(order_id=order_id).order_by("id")
    return _views(rows if inspector_id is None else rows.filter(assignment__inspector_id=inspector_id), role)


def _rows() -> Any:
    return models.Booking.objects.select_related("assignment", "order")


def _views(rows: Iterable[models.Booking], role: str) -> tuple[BookingView, ...]:
    found = list(rows)
    named = names(organisation_ids=[row.assignment.inspector_id for row in found])
    return tuple(
        view_of(row, order_number=row.order.number, inspector_name=named[row.assignment.inspector_id], role=role)
        for row in found
    )


def view_of(row: models.Booking, *, order_number: str, inspector_name: str, role: str) -> BookingView:
    """The view of a row loaded with its assignment."""
    assignment = row.assignment
    verbs = rules.booking_verbs(
        state=row.state, commissioned_by=assignment.commissioned_by, assignment=assignment.state, role=role
    )
    return BookingView(
        id=row.id,
        order_id=row.order_id,
        order_number=order_number,
        assignment_id=assignment.id,
        inspector_id=assignment.inspector_id,
        inspector_name=inspector_name,
        kind=assignment.kind,
        lot=row.lot_number,
        state=row.state,
        on=row.on,
        place=row.place,
        city=row.city,
        zone=row.zone,
        notice=row.notice,
        booked_by=row.booked_by,
        payer=row.payer,
        fee_minor=assignment.fee_minor,
        currency=assignment.currency,
        booked_at=row.booked_at,
        answered_at=row.answered_at,
        began_at=row.began_at,
        ended_at=row.ended_at,
        moved=row.moved,
        late=row.late,
        why=row.why,
        report_id=row.report_id,
        verbs=verbs,
    )


def readiness(*, order_id: UUID) -> ReadinessView | None:
    """What the supplier said last; None before it said anything."""
    row = models.Readiness.objects.filter(order_id=order_id).order_by("-id").first()
    if row is None:
        return None
    return ReadinessView(row.order_id, row.finished_percent, row.packed_percent, row.declared_at)
