"""What the inspector does with a booking: accept or decline it, begin on the day, say that it could not be, break it
off; and the report that ends it.

While a visit is under way the deadlines that wait for it stand still.
"""

from uuid import UUID

from django.db import transaction

from holdfast.contracts.queries import agreement
from holdfast.inspection import models, rules
from holdfast.inspection.bookings import BookingView, readiness
from holdfast.inspection.operations.booking import await_visit, cancel_into
from holdfast.inspection.operations.steps import REPORT, Visit, check_words, visit
from holdfast.inspection.refusals import NotAssigned, NotReady, NotTheDay
from holdfast.kernel import calendars
from holdfast.kernel.clock import end_of_day, local_day, rfc3339
from holdfast.kernel.refusals import Invalid, NotAllowed, OutOfState
from holdfast.orders.work import Work
from holdfast.programme.rules import written
from holdfast.record.act import Act

IN_SHIPMENT = {"shipped", "delivered", "received", "rejected"}
ARRIVED = {"delivered", "received", "rejected"}


def accept(*, act: Act, booking_id: UUID) -> BookingView:
    """The inspector will come. Refusals: `not_allowed`, `out_of_state`."""
    with transaction.atomic():
        found = _own(act, booking_id, "accept")
        found.step("accept", answered_at=act.now)
        found.settle()
        await_visit(found)
        found.event("booking.accepted")
        return found.write()


def decline(*, act: Act, booking_id: UUID, why: str) -> BookingView:
    """The inspector will not come, and says why. Refusals: `invalid`, `details_in_booking`, `not_allowed`,
    `out_of_state`."""
    _reason(why)
    with transaction.atomic():
        found = _own(act, booking_id, "decline")
        found.step("decline", answered_at=act.now, ended_at=act.now, why=why)
        found.settle()
        found.event("booking.declined")
        return found.write()


def begin(*, act: Act, booking_id: UUID) -> BookingView:
    """The inspector is there and begins: what waits for the inspection stands still.

    Refusals: `not_the_day`, `not_ready`, `not_allowed`, `out_of_state`.
    """
    with transaction.atomic():
        found = _own(act, booking_id, "begin")
        row, work = found.row, found.work
        found.step("begin", began_at=act.now)
        if local_day(act.now, row.zone) != row.on:
            raise NotTheDay(accepted=row.on.isoformat(), zone=row.zone)
        _check_goods(found)
        found.settle()
        _await_report(found)
        held = found.hold_up()
        found.event("booking.begun", data={"held_up": held, "readiness": _declared(work)})
        return found.write()


def miss(*, act: Act, booking_id: UUID, why: str) -> BookingView:
    """The inspector says that the visit could not take place: `not_ready`, `no_access` or `inspector`.

    Refusals: `invalid`, `not_allowed`, `out_of_state`.
    """
    if why not in rules.MISSED:
        raise Invalid(field="why", found=why, accepted=list(rules.MISSED))
    with transaction.atomic():
        found = _own(act, booking_id, "miss")
        found.step("miss", ended_at=act.now, why=why)
        found.settle()
        found.event("booking.missed", data={"why": why})
        return found.write()


def stop(*, act: Act, booking_id: UUID, why: str) -> BookingView:
    """The inspector breaks the visit off: what stood still goes on. Refusals: `invalid`, `details_in_booking`,
    `not_allowed`, `out_of_state`."""
    _reason(why)
    with transaction.atomic():
        found = _own(act, booking_id, "stop")
        _stop(found, why)
        return found.write()


def reported(work: Work, report: models.Report) -> None:
    """A report of an assigned inspector ends the visit it is of, with or without its beginning having been said."""
    if report.assignment is None:
        return
    rows = models.Booking.objects.filter(assignment=report.assignment, state__in=("accepted", "under_way"))
    for row in rows.select_related("assignment", "assignment__inspector"):
        if row.lot_number not in (None, report.lot_number):
            continue
        found = Visit(work, row)
        found.step("report", ended_at=work.now, report_id=report.id)
        found.settle()
        found.event("booking.reported", data={"until": found.let_go()})


def dismissed(work: Work, assignment: models.Assignment) -> None:
    """The inspector is withdrawn: nothing of what was booked takes place."""
    rows = models.Booking.objects.filter(assignment=assignment, state__in=rules.STANDING)
    for row in rows.select_related("assignment", "assignment__inspector"):
        found = Visit(work, row)
        if row.state == "under_way":
            _stop(found, "withdrawn")
        else:
            cancel_into(found, why="withdrawn")


def _stop(found: Visit, why: str) -> None:
    found.step("stop", ended_at=found.work.now, why=why)
    found.settle()
    found.event("booking.stopped", data={"until": found.let_go()})


def _own(act: Act, booking_id: UUID, verb: str) -> Visit:
    """Only its inspector answers and visits."""
    found = visit(act=act, booking_id=booking_id)
    if act.role != "inspector":
        raise NotAllowed(subject="booking", verb=verb, role=act.role, accepted=["inspector"])
    if found.row.assignment.inspector_id != act.organisation_id or found.row.assignment.state == "withdrawn":
        raise NotAssigned(field="booking_id", accepted=[])
    return found


def _reason(why: str) -> None:
    if not why.strip():
        raise Invalid(field="why", accepted="the reason, in words")
    check_words(why, field="why")


def _check_goods(found: Visit) -> None:
    """Nothing is examined that is not there: 100 % finished and 80 % packed, unless the contract says otherwise."""
    row, work = found.row, found.work
    if work.order.state not in {"active", "completed"}:
        raise OutOfState(subject="order", verb="begin", state=work.order.state, accepted=["active", "completed"])
    lot = work.whole.lot(row.lot_number) if row.lot_number is not None else None
    kind = row.assignment.kind
    if lot is not None:
        states = ARRIVED if kind == "after_delivery" else IN_SHIPMENT
        if lot.state not in states:
            raise OutOfState(subject="lot", verb="begin", state=lot.state, accepted=sorted(states))
    elif kind in rules.NEEDS_READINESS:
        clause = agreement(contract_id=work.order.contract_id).document.inspection
        finished, packed = (clause.finished_percent, clause.packed_percent) if clause else (100, 80)
        said = readiness(order_id=work.order.id)
        if said is None or said.finished_percent < finished or said.packed_percent < packed:
            raise NotReady(
                accepted={"finished_percent": float(finished), "packed_percent": float(packed)},
                declared=_declared(work),
            )


def _declared(work: Work) -> dict[str, int] | None:
    said = readiness(order_id=work.order.id)
    if said is None:
        return None
    return {"finished_percent": said.finished_percent, "packed_percent": said.packed_percent}


def _await_report(found: Visit) -> None:
    """So long the report may take, and so long others wait for it."""
    row, days = found.row, found.work.programme.inspection.report_days
    counted = calendars.working_days_after(row.on, days, (row.place,))
    kept = written(
        counts="working_days", days=days, places=[row.place], skipped=counted.skipped, first=row.on, last=counted.day
    )
    found.deadline(
        REPORT,
        who="inspector",
        due_at=end_of_day(counted.day, row.zone),
        basis={"rule": "inspection.report_days", "began_at": rfc3339(found.work.now), "calendar": kept},
    )
