"""An inspector's visits: booked with notice in working days of their place, held until the goods are ready, and what
waits for them stands still meanwhile.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from holdfast.inspection import bookings, operations, queries, rules
from holdfast.inspection.bookings import BookingView
from holdfast.inspection.operations import Examination, Wish
from holdfast.inspection.refusals import (
    AlreadyBooked,
    DetailsInBooking,
    LotNeeded,
    NotAssigned,
    NotAWorkingDay,
    NotReady,
    NotTheDay,
    PayerNotBound,
    TooShortNotice,
    ZoneNeeded,
)
from holdfast.kernel.calendars import SOURCE, PlaceUnknown
from holdfast.kernel.clock import end_of_day, local_day
from holdfast.kernel.identifiers import public
from holdfast.kernel.refusals import Invalid, NotAllowed, NotFound, OutOfState
from holdfast.orders.operations import production, receipt
from holdfast.record import deadlines
from holdfast.record.act import Act
from holdfast.record.deadlines import Deadline
from holdfast.record.models import Event as Recorded
from tests.world import World, contract, refuses

SHANGHAI = "Asia/Shanghai"
CLAUSE = {"type": "pre_shipment", "blocks": ["shipment"]}
THIRTY_SEVENTY = {
    "kind": "milestones",
    "tranches": [
        {"number": 1, "percent": "30", "payable": "signature", "release": "receipt"},
        {"number": 2, "percent": "70", "payable": "ready", "release": "receipt"},
    ],
}
UNITS = [{"id": "u", "line": 1, "count": 80, "readings": [{"term": "T1", "value": "wool felt"}]}]


def inspector(world: World) -> Act:
    return world.act(world.ingrid, "inspector")


def assigned(world: World, order_id: UUID, kind: str = "pre_shipment", act: Act | None = None) -> UUID:
    made = operations.assign_inspector(
        act=act or world.buyer(),
        order_id=order_id,
        inspector_id=world.ingrid.organisation_id,
        kind=kind,
        fee_minor=30_000,
    )
    return made.id


def books(world: World, order_id: UUID, assignment_id: UUID, act: Act | None = None, **wish: Any) -> BookingView:
    given = {"on": workday(world, 8), "place": "CN", "city": "Ningbo, 8 Jiangnan Road", **wish}
    return operations.book(act=act or world.buyer(), assignment_id=assignment_id, order_id=order_id, wish=Wish(**given))


def workday(world: World, after: int) -> date:
    """A day in Ningbo so many days from today, or the next that is no weekend; there are no holidays in March."""
    day = world.today() + timedelta(days=after)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


def accepted(world: World, order_id: UUID, kind: str = "pre_shipment", **wish: Any) -> BookingView:
    made = books(world, order_id, assigned(world, order_id, kind), **wish)
    return operations.accept(act=inspector(world), booking_id=made.id)


def on_the_day(world: World, made: BookingView) -> None:
    world.goes_to(end_of_day(made.on, SHANGHAI) - timedelta(hours=12))


def running(order_id: UUID, kind: str) -> Deadline:
    (found,) = [row for row in deadlines.open_for(order_id=order_id) if row.kind == kind]
    return found


def told(order_id: UUID) -> dict[str, Any]:
    event = Recorded.objects.filter(chain_id=order_id).order_by("-seq")[0]
    return {"name": event.name, **event.payload["data"]}


def test_a_visit_is_booked_answered_made_and_ended_by_its_report(world: World) -> None:
    order_id = world.funded_order(contract(inspection=CLAUSE))
    made = books(world, order_id, assigned(world, order_id))
    assert (made.state, made.payer, made.zone, made.booked_by) == ("proposed", "buyer", SHANGHAI, "buyer")
    assert (made.notice["places"], made.notice["source"], made.notice["days"]) == (["CN"], SOURCE, 3)
    answer = running(order_id, "booking.answer")
    assert (answer.who, answer.zone) == ("inspector", SHANGHAI)
    assert operations.accept(act=inspector(world), booking_id=made.id).state == "accepted"
    assert running(order_id, "booking.begin").due_at == end_of_day(made.on, SHANGHAI)
    operations.declare_readiness(act=world.supplier(), order_id=order_id, finished_percent=100, packed_percent=80)
    on_the_day(world, made)
    begun = operations.begin(act=inspector(world), booking_id=made.id)
    assert (begun.state, begun.began_at) == ("under_way", world.now)
    assert running(order_id, "booking.report").due_at > world.now
    report = operations.file_report(
        act=inspector(world),
        order_id=order_id,
        examination=Examination(kind="pre_shipment", examined_at=world.now, readings={"units": UNITS}),
    )
    ended = bookings.booking(booking_id=made.id, role="buyer")
    assert (ended.state, ended.report_id, report.effect) == ("reported", report.id, "opens")
    assert not [row for row in deadlines.open_for(order_id=order_id) if row.kind.startswith("booking.")]


def test_a_report_needs_no_booking_and_ends_one_whose_beginning_was_not_said(world: World) -> None:
    order_id = world.funded_order(contract(inspection=CLAUSE))
    made = accepted(world, order_id)
    on_the_day(world, made)
    examination = Examination(kind="pre_shipment", examined_at=world.now, readings={"units": UNITS})
    operations.file_report(act=inspector(world), order_id=order_id, examination=examination)
    assert bookings.booking(booking_id=made.id, role="buyer").state == "reported"
    operations.file_report(act=inspector(world), order_id=order_id, examination=examination)


def test_notice_is_in_working_days_of_the_place(world: World) -> None:
    order_id = world.funded_order(contract(inspection=CLAUSE))
    assignment_id = assigned(world, order_id)
    world.goes_to(datetime.fromisoformat("2026-03-27T04:00:00+00:00"))  # a Friday
    with refuses(TooShortNotice, field="on", accepted={"from": "2026-04-01", "to": "2027-03-27"}):
        books(world, order_id, assignment_id, on=date(2026, 3, 31))
    with refuses(NotAWorkingDay, field="on", accepted="2026-04-07", reason="Tomb-Sweeping Day (observed)"):
        books(world, order_id, assignment_id, on=date(2026, 4, 6))
    with refuses(NotAWorkingDay, field="on", accepted="2026-04-07"):
        books(world, order_id, assignment_id, on=date(2026, 4, 4))
    made = books(world, order_id, assignment_id, on=date(2026, 4, 1))
    assert made.notice["first_day"] == "2026-04-01"
    assert made.notice["weekends"] == ["2026-03-28", "2026-03-29"]


def test_what_cannot_be_booked_changes_nothing(world: World) -> None:
    order_id, other = world.funded_order(contract(inspection=CLAUSE)), world.funded_order()
    assignment_id = assigned(world, order_id)
    with refuses(NotAssigned, field="assignment_id"):
        books(world, other, assignment_id)
    with refuses(NotAllowed):
        books(world, order_id, assignment_id, world.supplier())
    with refuses(NotAllowed):
        books(world, order_id, assignment_id, inspector(world))
    with refuses(PlaceUnknown, field="place"):
        books(world, order_id, assignment_id, place="AC")
    with refuses(PlaceUnknown, field="place"):
        books(world, order_id, assignment_id, place="DE-XX")
    with refuses(ZoneNeeded, field="time_zone"):
        books(world, order_id, assignment_id, place="VN")
    with refuses(Invalid, field="time_zone"):
        books(world, order_id, assignment_id, place="VN", zone="Asia/Atlantis")
    with refuses(Invalid, field="city"):
        books(world, order_id, assignment_id, city="  ")
    with refuses(PayerNotBound, field="payer", accepted=["buyer"]):
        books(world, order_id, assignment_id, payer="supplier")
    with refuses(LotNeeded, field="lot"):
        books(world, order_id, assignment_id, lot=1)
    books(world, order_id, assignment_id)
    with refuses(AlreadyBooked):
        books(world, order_id, assignment_id, on=workday(world, 12))
    afterwards = assigned(world, order_id, "after_delivery")
    with refuses(LotNeeded, field="lot", accepted=[]):
        books(world, order_id, afterwards)
    unpaid = world.signed_order()
    too_early = assigned(world, unpaid)
    with refuses(OutOfState):
        books(world, unpaid, too_early)


def test_the_other_side_books_once_it_has_agreed_and_the_contract_may_name_who_pays(world: World) -> None:
    order_id = world.funded_order(contract(inspection={**CLAUSE, "payer": "supplier"}))
    assignment_id = assigned(world, order_id)
    operations.agree_inspector(act=world.supplier(), assignment_id=assignment_id)
    made = books(world, order_id, assignment_id, world.supplier())
    assert (made.booked_by, made.payer) == ("supplier", "supplier")
    operations.cancel(act=world.buyer(), booking_id=made.id, why="no need")
    assert books(world, order_id, assignment_id, payer="buyer").payer == "buyer"


def test_an_inspection_begins_on_its_day_and_only_with_goods_that_are_ready(world: World) -> None:
    order_id = world.funded_order(contract(inspection=CLAUSE))
    made = accepted(world, order_id)
    with refuses(NotTheDay, accepted=made.on.isoformat()):
        operations.begin(act=inspector(world), booking_id=made.id)
    on_the_day(world, made)
    gate = {"finished_percent": 100.0, "packed_percent": 80.0}
    with refuses(NotReady, accepted=gate, declared=None):
        operations.begin(act=inspector(world), booking_id=made.id)

    def declares(finished: int, packed: int) -> None:
        operations.declare_readiness(
            act=world.supplier(), order_id=order_id, finished_percent=finished, packed_percent=packed
        )

    for short in ((99, 90), (100, 79)):
        declares(*short)
        with refuses(NotReady, accepted=gate):
            operations.begin(act=inspector(world), booking_id=made.id)
    with refuses(Invalid, field="packed_percent"):
        declares(50, 60)
    with refuses(Invalid, field="finished_percent"):
        declares(101, 80)
    with refuses(NotAllowed):
        operations.declare_readiness(act=world.buyer(), order_id=order_id, finished_percent=1, packed_percent=1)
    declares(100, 80)
    assert operations.begin(act=inspector(world), booking_id=made.id).state == "under_way"


def test_the_contract_says_how_ready_the_goods_must_be(world: World) -> None:
    order_id = world.funded_order(contract(inspection={**CLAUSE, "finished_percent": "80", "packed_percent": "50"}))
    made = accepted(world, order_id)
    operations.declare_readiness(act=world.supplier(), order_id=order_id, finished_percent=80, packed_percent=50)
    on_the_day(world, made)
    assert operations.begin(act=inspector(world), booking_id=made.id).state == "under_way"


def test_moved_and_cancelled_visits_keep_whether_it_was_late(world: World) -> None:
    order_id = world.funded_order(contract(inspection=CLAUSE))
    made = accepted(world, order_id)
    with refuses(Invalid, field="on"):
        operations.move(act=world.buyer(), booking_id=made.id, on=made.on)
    with refuses(NotAllowed):
        operations.move(act=inspector(world), booking_id=made.id, on=workday(world, 12))
    with refuses(TooShortNotice):
        operations.move(act=world.buyer(), booking_id=made.id, on=world.today())
    moved = operations.move(act=world.buyer(), booking_id=made.id, on=workday(world, 12))
    assert (moved.state, moved.moved, moved.late) == ("proposed", 1, False)
    operations.accept(act=inspector(world), booking_id=made.id)
    world.goes_to(end_of_day(moved.on - timedelta(days=1), SHANGHAI) - timedelta(hours=12))
    cancelled = operations.cancel(act=world.buyer(), booking_id=made.id, why="shipment put off")
    assert (cancelled.state, cancelled.late, cancelled.why) == ("cancelled", True, "shipment put off")
    said = told(order_id)
    assert (said["name"], said["late"], said["fee_minor"], said["payer"]) == (
        "booking.cancelled",
        True,
        30_000,
        "buyer",
    )
    with refuses(OutOfState):
        operations.cancel(act=world.buyer(), booking_id=made.id)


def test_the_inspector_declines_with_a_reason_or_says_why_it_could_not_be(world: World) -> None:
    order_id = world.funded_order(contract(inspection=CLAUSE))
    made = books(world, order_id, assigned(world, order_id))
    with refuses(Invalid, field="why"):
        operations.decline(act=inspector(world), booking_id=made.id, why=" ")
    with refuses(NotAllowed):
        operations.accept(act=world.buyer(), booking_id=made.id)
    declined = operations.decline(act=inspector(world), booking_id=made.id, why="fully booked")
    assert (declined.state, declined.why) == ("declined", "fully booked")
    again = books(world, order_id, queries.assignments(order_id=order_id)[0].id)
    operations.accept(act=inspector(world), booking_id=again.id)
    with refuses(Invalid, field="why", accepted=list(rules.MISSED)):
        operations.miss(act=inspector(world), booking_id=again.id, why="rain")
    missed = operations.miss(act=inspector(world), booking_id=again.id, why="not_ready")
    assert (missed.state, missed.why) == ("missed", "not_ready")


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("Ningbo, ask for Li on WeChat: li_ningbo88", ["handle"]),
        ("Ningbo. Pay the rest outside the platform, we save the fee", ["pay_outside"]),
        ("Ningbo, li@factory.example.com, DE89 3704 0044 0532 0130 00", ["iban", "email"]),
    ],
)
def test_what_would_leave_the_platform_is_not_written_into_a_visit(world: World, words: str, kinds: list[str]) -> None:
    order_id = world.funded_order(contract(inspection=CLAUSE))
    assignment_id = assigned(world, order_id)
    with refuses(DetailsInBooking, field="city", found=kinds):
        books(world, order_id, assignment_id, city=words)
    made = books(world, order_id, assignment_id, city="Ningbo, 8 Jiangnan Road, building 12-3, gate 4")
    with refuses(DetailsInBooking, field="why", found=kinds):
        operations.decline(act=inspector(world), booking_id=made.id, why=words)
    with refuses(DetailsInBooking, field="why", found=kinds):
        operations.cancel(act=world.buyer(), booking_id=made.id, why=words)
    operations.accept(act=inspector(world), booking_id=made.id)
    operations.declare_readiness(act=world.supplier(), order_id=order_id, finished_percent=100, packed_percent=100)
    on_the_day(world, made)
    operations.begin(act=inspector(world), booking_id=made.id)
    with refuses(DetailsInBooking, field="why", found=kinds):
        operations.stop(act=inspector(world), booking_id=made.id, why=words)
    assert operations.stop(act=inspector(world), booking_id=made.id, why="the lights went out").state == "stopped"


def test_the_clock_ends_what_nobody_answers_or_makes(world: World) -> None:
    order_id = world.funded_order(contract(inspection=CLAUSE))
    made = books(world, order_id, assigned(world, order_id))
    world.goes_to(running(order_id, "booking.answer").due_at + timedelta(seconds=1))
    assert bookings.booking(booking_id=made.id, role="buyer").state == "lapsed"
    again = books(world, order_id, queries.assignments(order_id=order_id)[0].id)
    operations.accept(act=inspector(world), booking_id=again.id)
    world.goes_to(running(order_id, "booking.begin").due_at + timedelta(seconds=1))
    missed = bookings.booking(booking_id=again.id, role="buyer")
    assert (missed.state, missed.why) == ("missed", "nobody_came")


def test_withdrawing_the_inspector_ends_its_visits(world: World) -> None:
    order_id = world.funded_order(contract(inspection=CLAUSE))
    made = accepted(world, order_id)
    operations.withdraw_inspector(act=world.buyer(), assignment_id=made.assignment_id)
    assert bookings.booking(booking_id=made.id, role="buyer").state == "cancelled"
    with refuses(NotAssigned):
        operations.begin(act=inspector(world), booking_id=made.id)
    ref = public("bkg", made.id)
    with pytest.raises(NotFound):
        bookings.booking_for(caller=world.caller(world.ingrid), ref=ref)
    assert bookings.booking_for(caller=world.caller(world.boris), ref=ref) == (made.id, "supplier")
    for who, what in ((world.chen, ref), (world.alma, "bkg_x"), (world.alma, None)):
        with pytest.raises(NotFound):
            bookings.booking_for(caller=world.caller(who), ref=what)


# --- what waits for an inspection stands still --------------------------------------------------------------------


def examined_lot(world: World) -> tuple[UUID, BookingView]:
    """A delivered lot, and a visit that begins today."""
    order_id = world.delivered()
    made = accepted(world, order_id, "after_delivery", lot=1, on=workday(world, 6))
    on_the_day(world, made)
    return order_id, made


def test_an_inspection_under_way_holds_up_receipt_and_the_rest_runs_on(world: World) -> None:
    order_id, made = examined_lot(world)
    before = running(order_id, "lot.receipt")
    left = (local_day(before.due_at, before.zone) - local_day(world.now, before.zone)).days
    assert left > 0
    operations.begin(act=inspector(world), booking_id=made.id)
    held = running(order_id, "lot.receipt")
    assert (held.id, held.paused_at) == (before.id, world.now)
    entry = held.basis["paused"][-1]
    assert (entry["because"], entry["subject"], entry["days_left"]) == ("inspection", public("bkg", made.id), left)
    world.days_pass(2)
    operations.file_report(
        act=inspector(world),
        order_id=order_id,
        examination=Examination(
            kind="after_delivery", examined_at=world.now, lot=1, readings={"units": UNITS}, counted={1: 1000}
        ),
    )
    after = running(order_id, "lot.receipt")
    assert (after.paused_at, after.id == before.id) == (None, False)
    assert local_day(after.due_at, after.zone) == local_day(world.now, after.zone) + timedelta(days=left)
    assert after.basis["paused"][-1]["moved_days"] == 2
    assert told(order_id)["name"] in {"booking.reported", "inspection.reported"}


def test_nothing_lapses_while_it_stands_still_and_a_late_report_lets_it_go_on(world: World) -> None:
    order_id, made = examined_lot(world)
    operations.begin(act=inspector(world), booking_id=made.id)
    report_due = running(order_id, "booking.report").due_at
    assert deadlines.next_due(kinds=["lot.receipt"], until=world.now + timedelta(days=99)) is None
    world.goes_to(report_due + timedelta(seconds=1))
    assert bookings.booking(booking_id=made.id, role="buyer").state == "overdue"
    resumed = running(order_id, "lot.receipt")
    assert resumed.paused_at is None
    assert world.order(order_id).lots[0].state == "delivered"
    world.goes_to(resumed.due_at + timedelta(days=4))
    assert world.order(order_id).lots[0].receipt == "silence"


def test_an_extension_keeps_the_days_for_which_receipt_was_held_up(world: World) -> None:
    order_id, made = examined_lot(world)
    before = running(order_id, "lot.receipt")
    operations.begin(act=inspector(world), booking_id=made.id)
    world.days_pass(1)
    operations.stop(act=inspector(world), booking_id=made.id, why="the lights went out")
    receipt.extend_receipt(act=world.buyer(), order_id=order_id, lot=1)
    after = running(order_id, "lot.receipt")
    assert local_day(after.due_at, after.zone) == local_day(before.due_at, before.zone) + timedelta(days=16)
    assert [entry["moved_days"] for entry in after.basis["paused"]] == [1]


def test_a_balance_that_falls_due_during_an_inspection_waits_for_it(world: World) -> None:
    document = contract(inspection=CLAUSE, payment=THIRTY_SEVENTY)
    order_id = world.funded_order(document)
    made = accepted(world, order_id)
    operations.declare_readiness(act=world.supplier(), order_id=order_id, finished_percent=100, packed_percent=100)
    on_the_day(world, made)
    operations.begin(act=inspector(world), booking_id=made.id)
    production.declare_ready(act=world.supplier(), order_id=order_id)
    assert running(order_id, "tranche.pay").paused_at is None
    assert operations.hold_up(now=world.now) == 1
    assert operations.hold_up(now=world.now) == 0
    held = running(order_id, "tranche.pay")
    assert (held.paused_at, held.basis["paused"][-1]["days_left"]) == (world.now, 10)
    world.days_pass(1)
    operations.stop(act=inspector(world), booking_id=made.id, why="no light")
    assert running(order_id, "tranche.pay").basis["paused"][-1]["moved_days"] == 1


def test_verbs_open_to_each_role() -> None:
    def verbs(state: str, role: str, assignment: str = "assigned") -> tuple[str, ...]:
        return rules.booking_verbs(state=state, commissioned_by="buyer", assignment=assignment, role=role)

    assert verbs("proposed", "inspector") == ("accept", "decline")
    assert verbs("proposed", "buyer") == ("move", "cancel")
    assert verbs("proposed", "supplier") == ()
    assert verbs("proposed", "supplier", "agreed") == ("move", "cancel")
    assert verbs("accepted", "inspector") == ("begin", "miss")
    assert verbs("under_way", "inspector") == ("stop",)
    assert verbs("under_way", "buyer") == ()
    assert verbs("reported", "inspector") == ()
