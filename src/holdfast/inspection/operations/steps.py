"""What every step of a booking shares: the order locked, the booking loaded, the step taken, its event written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from holdfast.inspection import models, rules
from holdfast.inspection.bookings import BookingView, view_of
from holdfast.inspection.refusals import DetailsInBooking
from holdfast.kernel.identifiers import public
from holdfast.kernel.refusals import NotAllowed, NotFound
from holdfast.orders.operations.above import claims
from holdfast.orders.work import Work, lock
from holdfast.record import deadlines, pauses
from holdfast.record.act import Act
from holdfast.record.deadlines import SECOND, Deadline
from holdfast.terms.speech import attempts

ANSWER, BEGIN, REPORT = "booking.answer", "booking.begin", "booking.report"


@dataclass(frozen=True, slots=True)
class Visit:
    """A booking being worked on, under its order's lock."""

    work: Work
    row: models.Booking

    @property
    def ref(self) -> str:
        """Its public ID."""
        return public("bkg", self.row.id)

    def step(self, verb: str, **changes: Any) -> None:
        """Take a step of its lifecycle, and change its row. Refusals as the table says."""
        act = self.work.act
        state = rules.BOOKING.step(state=self.row.state, verb=verb, role=act.role)
        for name, value in {**changes, "state": state}.items():
            setattr(self.row, name, value)
        self.row.save(update_fields=[*changes, "state"])

    def deadline(self, kind: str, *, who: str, due_at: datetime, basis: Mapping[str, Any]) -> None:
        """By when something must be done, in the zone of the place."""
        self.work.recording.deadline(
            kind=kind,
            subject=("booking", self.row.id),
            order_id=self.row.order_id,
            due_at=due_at,
            zone=self.row.zone,
            who=who,
            basis=basis,
        )

    def settle(self, *, state: str = "done") -> None:
        """Whatever the inspector had to do by a day is done, or moot."""
        self.work.recording.settle(subject_id=self.row.id, state=state)

    def event(self, name: str, *, data: Mapping[str, Any] | None = None) -> None:
        """The event on the order's chain."""
        row, assignment = self.row, self.row.assignment
        said = {"kind": assignment.kind, "lot": row.lot_number, "on": row.on.isoformat(), "place": row.place}
        self.work.event(
            name,
            data={**said, **(data or {})},
            booking=row.id,
            assignment=assignment.id,
            inspector=assignment.inspector_id,
        )

    def write(self) -> BookingView:
        """Write it all."""
        view: BookingView = self.work.write(self.view())
        return view

    def view(self) -> BookingView:
        """As it is now, to who acts."""
        return view_of(
            self.row,
            order_number=self.work.order.number,
            inspector_name=self.row.assignment.inspector.name,
            role=self.work.act.role,
        )

    # --- what waits for it ---------------------------------------------------------------------------------------

    def hold_up(self) -> dict[str, int]:
        """Let what waits for this inspection stand still; answers the days that each kind had left."""
        found = pauses.pause(rows=self._waiting(), at=self.work.now, because="inspection", subject=self.ref)
        return {row.kind: row.basis["paused"][-1]["days_left"] for row in found}

    def let_go(self) -> dict[str, str]:
        """What stood still goes on; answers until when."""
        rows = deadlines.open_for(order_id=self.row.order_id)
        return pauses.go_on(recording=self.work.recording, rows=rows, subject=self.ref)

    def _waiting(self) -> list[Deadline]:
        """What stands still for it: what was not over yet when it began, even if nobody has acted on that so far."""
        row, assignment = self.row, self.row.assignment
        began_at = row.began_at or self.work.now
        binding = rules.is_binding(commissioned_by=assignment.commissioned_by, state=assignment.state)
        concerned = self._concerned()
        return [
            due
            for due in deadlines.open_for(order_id=row.order_id)
            if due.kind in rules.HELD_UP[assignment.kind]
            and due.due_at > began_at - SECOND
            and (concerned is None or due.subject_id in concerned)
            and rules.holds_up(
                who=due.who,
                booked_by=row.booked_by,
                binding=binding,
                held_before=pauses.stood_still(row=due, but_for=self.ref),
            )
        ]

    def _concerned(self) -> frozenset[UUID] | None:
        """The lot that is examined and the open claims about it; None where the visit is of no lot but of all there
        is."""
        row = self.row
        if row.lot_number is None:
            return None
        return claims().of_lot(row.order_id, row.lot_number) | {self.work.lot(row.lot_number).id}


def visit(*, act: Act, booking_id: UUID) -> Visit:
    """Lock the order of a booking and load it. Refusal: `not_found`."""
    order_id = models.Booking.objects.filter(id=booking_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotFound
    work = lock(act=act, order_id=order_id)
    rows = models.Booking.objects.select_related("assignment", "assignment__inspector")
    return Visit(work, rows.get(id=booking_id))


def check_books(assignment: models.Assignment, *, verb: str, role: str) -> None:
    """Whoever named the inspector books; the other side once it has agreed. Refusal: `not_allowed`."""
    if not rules.may_book(commissioned_by=assignment.commissioned_by, state=assignment.state, role=role):
        raise NotAllowed(subject="booking", verb=verb, role=role, commissioned_by=assignment.commissioned_by)


def check_words(text: str, *, field: str) -> None:
    """What one side writes here the others read: as a message it would be flagged, here it is not taken.

    Refusal: `details_in_booking`.
    """
    found = tuple(dict.fromkeys(one.kind for one in attempts(text)))
    if found:
        raise DetailsInBooking(field=field, accepted="the place or the reason, in words", found=list(found))
