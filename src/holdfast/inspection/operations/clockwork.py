"""What the clock does with bookings: lapsed, missed, overdue; and it lets those deadlines stand still that were opened
while an inspection was under way.
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from holdfast.inspection import models
from holdfast.inspection.operations.steps import ANSWER, BEGIN, REPORT, visit
from holdfast.inspection.rules import HELD_UP
from holdfast.record import deadlines
from holdfast.record.act import Act, clock
from holdfast.record.deadlines import Deadline, Handler

log = logging.getLogger(__name__)


def answer_over(act: Act, due: Deadline) -> None:
    """The inspector did not answer in time: the booking lapses."""
    _end(act, due, "lapse", "booking.lapsed")


def day_over(act: Act, due: Deadline) -> None:
    """The day of the inspection is over and nobody began: the visit was missed."""
    _end(act, due, "miss", "booking.missed")


def report_overdue(act: Act, due: Deadline) -> None:
    """The time to report is over: what stood still for the visit goes on. A report may still be filed."""
    _end(act, due, "overrun", "booking.overdue")


def _end(act: Act, due: Deadline, verb: str, event: str) -> None:
    with transaction.atomic():
        found = visit(act=act, booking_id=due.subject_id)
        if not deadlines.is_open(deadline_id=due.id):
            return
        found.step(verb, ended_at=act.now, why="nobody_came" if verb == "miss" else "")
        found.settle()
        until = found.let_go() if verb == "overrun" else {}
        found.event(event, data={"why": found.row.why} if verb == "miss" else {"until": until})
        found.write()


HANDLERS: Mapping[str, Handler] = {ANSWER: answer_over, BEGIN: day_over, REPORT: report_overdue}


def hold_up(*, now: datetime) -> int:
    """Deadlines that were opened while an inspection was under way stand still like those that ran when it began;
    answers how many inspections had some. A fault with one is logged, and neither the others nor what is due wait for
    it."""
    under_way = models.Booking.objects.filter(state="under_way").values_list("id", "order_id", "assignment__kind")
    return sum(
        _hold_up(booking_id, now)
        for booking_id, order_id, kind in list(under_way)
        if any(row.kind in HELD_UP[kind] and row.paused_at is None for row in deadlines.open_for(order_id=order_id))
    )


def _hold_up(booking_id: UUID, now: datetime) -> bool:
    try:
        with transaction.atomic():
            found = visit(act=clock(now), booking_id=booking_id)
            held = found.hold_up() if found.row.state == "under_way" else {}
            if held:
                found.event("booking.held_up", data={"held_up": held})
                found.write()
            return bool(held)
    except Exception:
        log.exception("what waits for the inspection %s could not be held up", booking_id)
        return False
