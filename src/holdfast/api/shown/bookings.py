"""How an inspector's visits look from outside."""

from typing import Any

from ninja import Schema

from holdfast.api.presenting import ActOut
from holdfast.api.shown import moment, name
from holdfast.inspection.bookings import BookingView, ReadinessView
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import public


class Booking(Schema):
    """A visit of an inspector on a day of its place. `notice` is how the working days ahead of it were counted: places,
    the source of the holidays, the days skipped, and the first day that left enough of them. `late` says that it was
    cancelled or moved with fewer left; what that costs is between the payer and the inspector."""

    id: str
    order_id: str
    order_number: str
    assignment_id: str
    inspector_id: str
    inspector_name: str
    kind: str
    lot: int | None
    state: str
    on: str
    place: str
    city: str
    time_zone: str
    notice: dict[str, Any]
    booked_by: str
    payer: str
    fee_minor: int
    currency: str
    booked_at: str
    answered_at: str | None
    began_at: str | None
    ended_at: str | None
    moved: int
    late: bool
    why: str
    report_id: str | None
    external_id: str | None
    metadata: dict[str, str]
    acts: list[ActOut]


class Readiness(Schema):
    """What the supplier said last of how far the goods are, in whole percent."""

    order_id: str
    finished_percent: int
    packed_percent: int
    declared_at: str


class Bookings(Schema):
    """A page of the visits of an order, the earliest booked first, and how far its goods are."""

    items: list[Booking]
    next_cursor: str | None
    readiness: Readiness | None


def booking(view: BookingView) -> dict[str, Any]:
    """A visit."""
    return {
        "id": public("bkg", view.id),
        "order_id": public("ord", view.order_id),
        "order_number": view.order_number,
        "assignment_id": public("asg", view.assignment_id),
        "inspector_id": public("org", view.inspector_id),
        "inspector_name": view.inspector_name,
        "kind": view.kind,
        "lot": view.lot,
        "state": view.state,
        "on": view.on.isoformat(),
        "place": view.place,
        "city": view.city,
        "time_zone": view.zone,
        "notice": view.notice,
        "booked_by": view.booked_by,
        "payer": view.payer,
        "fee_minor": view.fee_minor,
        "currency": view.currency,
        "booked_at": rfc3339(view.booked_at),
        "answered_at": moment(view.answered_at),
        "began_at": moment(view.began_at),
        "ended_at": moment(view.ended_at),
        "moved": view.moved,
        "late": view.late,
        "why": view.why,
        "report_id": name("rpt", view.report_id),
        # One's own, which the edge puts in.
        "external_id": None,
        "metadata": {},
        "acts": [{"verb": verb, "due_at": None} for verb in view.verbs],
    }


def readiness(view: ReadinessView) -> dict[str, Any]:
    """How far the goods are."""
    return {
        "order_id": public("ord", view.order_id),
        "finished_percent": view.finished_percent,
        "packed_percent": view.packed_percent,
        "declared_at": rfc3339(view.declared_at),
    }
