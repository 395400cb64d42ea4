"""A visit is booked, moved or cancelled: on a day that is worked at its place, with as many working days ahead as the
programme says.

What a late change costs is between whoever pays and the inspector; it is recorded that it was late, and with what fee.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from holdfast.contracts.queries import agreement
from holdfast.inspection import models, rules
from holdfast.inspection.bookings import BookingView, ReadinessView
from holdfast.inspection.operations.steps import ANSWER, BEGIN, Visit, check_books, check_words, visit
from holdfast.inspection.refusals import (
    AlreadyBooked,
    LotNeeded,
    NotAssigned,
    NotAWorkingDay,
    PayerNotBound,
    TooShortNotice,
    ZoneNeeded,
)
from holdfast.kernel import calendars
from holdfast.kernel.clock import end_of_day, local_day
from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import Invalid, NotAllowed, OutOfState
from holdfast.orders.work import Work, lock
from holdfast.parties.rules import check_place as check_address
from holdfast.programme import Programme
from holdfast.programme.rules import written
from holdfast.record.act import Act


@dataclass(frozen=True, slots=True)
class Wish:
    """The visit that is wanted. `place` is a country (ISO 3166-1) or a part of one (ISO 3166-2); `zone` may be left out
    where it is in a party's country; `payer` is the usual one when left out."""

    on: date
    place: str
    city: str
    zone: str | None = None
    lot: int | None = None
    payer: str | None = None


def book(*, act: Act, assignment_id: UUID, order_id: UUID, wish: Wish) -> BookingView:
    """Propose a visit to an assigned inspector.

    Refusals: `not_assigned`, `not_allowed`, `out_of_state`, `already_booked`, `lot_needed`, `place_unknown`,
    `zone_needed`, `payer_not_bound`, `too_short_notice`, `not_a_working_day`, `details_in_booking`, `invalid`.
    """
    check_words(wish.city, field="city")
    with transaction.atomic():
        work = lock(act=act, order_id=order_id)
        rows = models.Assignment.objects.filter(id=assignment_id, order_id=order_id)
        assignment = rows.exclude(state="withdrawn").select_related("inspector").first()
        if assignment is None:
            raise NotAssigned(field="assignment_id", accepted="an inspector assigned to this order")
        check_books(assignment, verb="book_inspection", role=act.role)
        _check_order(work, assignment.kind)
        if models.Booking.objects.filter(assignment=assignment, state__in=rules.STANDING).exists():
            raise AlreadyBooked(inspector=assignment.inspector.name, kind=assignment.kind)
        lot = _lot(work, assignment.kind, wish.lot)
        zone, payer = _zone(work, wish), _payer(work, wish)
        notice = _notice(work.programme, on=wish.on, today=local_day(act.now, zone), place=wish.place)
        row = models.Booking.objects.create(
            id=new_id(),
            order_id=order_id,
            assignment=assignment,
            lot_number=lot,
            on=wish.on,
            place=wish.place,
            city=wish.city.strip(),
            zone=zone,
            notice=notice,
            booked_by=rules.commissioner(act.role),
            payer=payer,
            booked_at=act.now,
        )
        made = Visit(work, row)
        _await_answer(made)
        made.event("booking.proposed", data={"payer": payer, "fee_minor": assignment.fee_minor, "notice": notice})
        return made.write()


def move(*, act: Act, booking_id: UUID, on: date) -> BookingView:
    """Another day: the inspector is asked again. Refusals: `not_allowed`, `out_of_state`, `too_short_notice`,
    `not_a_working_day`."""
    with transaction.atomic():
        moved = visit(act=act, booking_id=booking_id)
        row = moved.row
        check_books(row.assignment, verb="move", role=act.role)
        late, before = _is_late(moved), row.on
        if on == before:
            raise Invalid(field="on", found=on.isoformat(), accepted="another day")
        moved.step("move")
        _check_order(moved.work, row.assignment.kind)
        row.notice = _notice(moved.work.programme, on=on, today=local_day(act.now, row.zone), place=row.place)
        row.on, row.moved, row.late, row.answered_at = on, row.moved + 1, row.late or late, None
        row.save(update_fields=["notice", "on", "moved", "late", "answered_at"])
        moved.settle(state="void")
        _await_answer(moved)
        moved.event("booking.moved", data={"from": before.isoformat(), "late": late, "notice": row.notice})
        return moved.write()


def cancel(*, act: Act, booking_id: UUID, why: str = "") -> BookingView:
    """No visit after all. Refusals: `not_allowed`, `out_of_state`, `details_in_booking`."""
    check_words(why, field="why")
    with transaction.atomic():
        cancelled = visit(act=act, booking_id=booking_id)
        check_books(cancelled.row.assignment, verb="cancel", role=act.role)
        cancel_into(cancelled, why=why)
        return cancelled.write()


def cancel_into(cancelled: Visit, *, why: str) -> None:
    """The step itself, as part of another act, too."""
    late = _is_late(cancelled)
    row = cancelled.row
    cancelled.step("cancel", ended_at=cancelled.work.now, late=row.late or late, why=why)
    cancelled.settle(state="void")
    cancelled.event("booking.cancelled", data={"late": late, "fee_minor": row.assignment.fee_minor, "payer": row.payer})


def declare_readiness(*, act: Act, order_id: UUID, finished_percent: int, packed_percent: int) -> ReadinessView:
    """The supplier says how far the goods are, in whole percent. Refusals: `not_allowed`, `out_of_state`, `invalid`."""
    with transaction.atomic():
        work = lock(act=act, order_id=order_id)
        if act.role != "supplier":
            raise NotAllowed(subject="order", verb="declare_readiness", role=act.role, accepted=["supplier"])
        if work.order.state != "active":
            raise OutOfState(subject="order", verb="declare_readiness", state=work.order.state, accepted=["active"])
        for name, percent in (("finished_percent", finished_percent), ("packed_percent", packed_percent)):
            if not 0 <= percent <= 100:
                raise Invalid(field=name, found=percent, accepted={"from": 0, "to": 100})
        if packed_percent > finished_percent:
            raise Invalid(field="packed_percent", found=packed_percent, accepted={"from": 0, "to": finished_percent})
        models.Readiness.objects.create(
            id=new_id(),
            order_id=order_id,
            finished_percent=finished_percent,
            packed_percent=packed_percent,
            declared_at=act.now,
        )
        work.event(
            "readiness.declared",
            data={"finished_percent": finished_percent, "packed_percent": packed_percent},
            inspector=_next_inspector(order_id),
        )
        view: ReadinessView = work.write(ReadinessView(order_id, finished_percent, packed_percent, act.now))
        return view


def _next_inspector(order_id: UUID) -> UUID | None:
    """Who waits for the goods to be ready, if anybody."""
    rows = models.Booking.objects.filter(
        order_id=order_id, state__in=rules.STANDING, assignment__kind__in=rules.NEEDS_READINESS
    )
    return rows.order_by("on", "id").values_list("assignment__inspector_id", flat=True).first()


# --- checks ----------------------------------------------------------------------------------------------------------


def _check_order(work: Work, kind: str) -> None:
    accepted = ["active"] if kind in rules.BEFORE_SHIPMENT else ["active", "completed"]
    if work.order.state not in accepted:
        raise OutOfState(subject="order", verb="book_inspection", state=work.order.state, accepted=accepted)


def _lot(work: Work, kind: str, number: int | None) -> int | None:
    lots = [lot.number for lot in work.whole.lots]
    if kind in rules.BEFORE_SHIPMENT and number is not None:
        raise LotNeeded(field="lot", found=number, accepted=None)
    if number is not None and number not in lots:
        raise LotNeeded(field="lot", found=number, accepted=lots)
    if kind == "after_delivery" and number is None:
        raise LotNeeded(field="lot", found=None, accepted=lots)
    return number


def _zone(work: Work, wish: Wish) -> str:
    """The zone of the place; where none is named, that of the party whose country it is."""
    country = wish.place.partition("-")[0]
    calendars.check_place(wish.place, field="place")
    if not wish.city.strip():
        raise Invalid(field="city", accepted="the town and address where the goods are")
    if wish.zone is not None:
        check_address(country=country, time_zone=wish.zone, language="en")
        return wish.zone
    agreed = agreement(contract_id=work.order.contract_id)
    found = {agreed.buyer_country: agreed.buyer_zone, agreed.supplier_country: agreed.supplier_zone}.get(country)
    if found is None:
        raise ZoneNeeded(field="time_zone", accepted="an IANA name, like Asia/Ho_Chi_Minh")
    return found


def _payer(work: Work, wish: Wish) -> str:
    clause = agreement(contract_id=work.order.contract_id).document.inspection
    accepted = rules.payers(role=work.act.role, clause_payer=clause.payer if clause else None)
    if wish.payer is not None and wish.payer not in accepted:
        raise PayerNotBound(field="payer", found=wish.payer, accepted=list(accepted))
    return wish.payer or accepted[0]


def _notice(programme: Programme, *, on: date, today: date, place: str) -> dict[str, Any]:
    """The first day that leaves the working days of notice, and how it was counted."""
    days = programme.inspection.notice_days
    first = calendars.working_days_after(today, days, (place,))
    last = today + timedelta(days=rules.FAR_AHEAD_DAYS)
    if not first.day <= on <= last:
        accepted = {"from": first.day.isoformat(), "to": last.isoformat()}
        raise TooShortNotice(field="on", found=on.isoformat(), accepted=accepted, working_days=days)
    off = calendars.reason_off(place, on)
    if off is not None:
        nearest = calendars.next_working_day(on, (place,)).day
        raise NotAWorkingDay(field="on", found=on.isoformat(), accepted=nearest.isoformat(), reason=off)
    return written(
        counts="working_days", days=days, places=[place], skipped=first.skipped, first=today, last=first.day
    ) | {"first_day": first.day.isoformat()}


def _is_late(found: Visit) -> bool:
    """Whether an accepted visit is so near that it could not be booked any more."""
    row, work = found.row, found.work
    if row.state != "accepted":
        return False
    today = local_day(work.now, row.zone)
    return row.on < calendars.working_days_after(today, work.programme.inspection.notice_days, (row.place,)).day


# --- deadlines -------------------------------------------------------------------------------------------------------


def _await_answer(made: Visit) -> None:
    """The inspector accepts or declines within the programme's working days, and before the day itself."""
    row, days = made.row, made.work.programme.inspection.answer_days
    today = local_day(made.work.now, row.zone)
    counted = calendars.working_days_after(today, days, (row.place,))
    last = max(today, min(counted.day, row.on - timedelta(days=1)))
    kept = written(
        counts="working_days", days=days, places=[row.place], skipped=counted.skipped, first=today, last=counted.day
    )
    made.deadline(
        ANSWER,
        who="inspector",
        due_at=end_of_day(last, row.zone),
        basis={"rule": "inspection.answer_days", "on": row.on.isoformat(), "calendar": kept},
    )


def await_visit(made: Visit) -> None:
    """The inspector begins on the day that was booked."""
    row = made.row
    made.deadline(
        BEGIN,
        who="inspector",
        due_at=end_of_day(row.on, row.zone),
        basis={"rule": "inspection.booked_day", "on": row.on.isoformat()},
    )
