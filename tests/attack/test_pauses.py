"""Inspections booked to gain time, to run the other side out of it, or to bring back what was over."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction

from holdfast import jobs
from holdfast.claims.operations import answering
from holdfast.claims.queries import page
from holdfast.claims.rules import TooEarlyToEscalate
from holdfast.inspection import operations
from holdfast.inspection.bookings import BookingView
from holdfast.inspection.operations import Wish, clockwork
from holdfast.kernel import calendars
from holdfast.kernel.clock import end_of_day, local_day
from holdfast.orders.operations import shipping
from holdfast.orders.operations.settlement import receipt_deadline
from holdfast.orders.work import lock
from holdfast.record import deadlines
from holdfast.record.act import Act
from holdfast.record.deadlines import SECOND, Deadline
from holdfast.record.models import Deadline as DeadlineRow
from tests.claims.stage import answers, opens
from tests.inspection.test_bookings import SHANGHAI, inspector, running, workday
from tests.world import World, digest_of_everything


def begins(world: World, order_id: UUID, act: Act, *, assignment_id: UUID | None = None) -> BookingView:
    """The visit of a lot, from its booking to the inspector's coming on the day."""
    if assignment_id is None:
        named = operations.assign_inspector(
            act=act, order_id=order_id, inspector_id=world.ingrid.organisation_id, kind="after_delivery"
        )
        assignment_id = named.id
    soonest = calendars.working_days_after(world.today(), 3, ("CN",)).day
    wish = Wish(on=soonest, place="CN", city="Ningbo", lot=1)
    made = operations.book(act=act, assignment_id=assignment_id, order_id=order_id, wish=wish)
    operations.accept(act=inspector(world), booking_id=made.id)
    # Nothing is run meanwhile: what the clock does is asked for where it matters.
    world.now = end_of_day(made.on, SHANGHAI) - timedelta(hours=12)
    return operations.begin(act=inspector(world), booking_id=made.id)


def standing_still(order_id: UUID) -> set[str]:
    return {row.kind for row in deadlines.open_for(order_id=order_id) if row.paused_at is not None}


def over(row: Deadline) -> bool:
    return DeadlineRow.objects.filter(id=row.id).exclude(state="open").exists()


def test_an_inspector_of_the_suppliers_own_choosing_holds_up_nothing(world: World) -> None:
    """Else whoever must answer sends a friend to look at the goods, again and again."""
    order_id = world.delivered()
    named = operations.assign_inspector(
        act=world.supplier(), order_id=order_id, inspector_id=world.ingrid.organisation_id, kind="after_delivery"
    )
    wish = Wish(on=workday(world, 6), place="CN", city="Ningbo", lot=1)
    made = operations.book(act=world.supplier(), assignment_id=named.id, order_id=order_id, wish=wish)
    operations.accept(act=inspector(world), booking_id=made.id)
    world.now = end_of_day(made.on, SHANGHAI) - timedelta(hours=12)
    opens(world, order_id, "quality", lots=(1,), terms=("T1",))
    operations.begin(act=inspector(world), booking_id=made.id)
    assert standing_still(order_id) == set()
    assert operations.hold_up(now=world.now) == 0
    answer = running(order_id, "claim.answer")
    world.goes_to(answer.due_at + SECOND)
    assert over(answer)


def test_an_inspector_whom_the_buyer_takes_for_its_own_holds_up_the_answer(world: World) -> None:
    order_id = world.delivered()
    named = operations.assign_inspector(
        act=world.supplier(), order_id=order_id, inspector_id=world.ingrid.organisation_id, kind="after_delivery"
    )
    operations.agree_inspector(act=world.buyer(), assignment_id=named.id)
    wish = Wish(on=workday(world, 6), place="CN", city="Ningbo", lot=1)
    made = operations.book(act=world.supplier(), assignment_id=named.id, order_id=order_id, wish=wish)
    operations.accept(act=inspector(world), booking_id=made.id)
    world.now = end_of_day(made.on, SHANGHAI) - timedelta(hours=12)
    opens(world, order_id, "quality", lots=(1,), terms=("T1",))
    operations.begin(act=inspector(world), booking_id=made.id)
    assert {"claim.answer", "claim.escalate"} <= standing_still(order_id)


def test_a_side_holds_up_its_own_deadline_once(world: World) -> None:
    """Visit after visit would keep the supplier's money for ever."""
    order_id = world.delivered()
    first = begins(world, order_id, world.buyer())
    assert standing_still(order_id) == {"lot.receipt"}
    world.now += timedelta(days=1)
    operations.stop(act=inspector(world), booking_id=first.id, why="the lights went out")
    begins(world, order_id, world.buyer(), assignment_id=first.assignment_id)
    assert standing_still(order_id) == set()
    assert operations.hold_up(now=world.now) == 0


def test_the_operator_holds_up_as_often_as_it_takes(world: World) -> None:
    order_id = world.delivered()
    first = begins(world, order_id, world.operator())
    world.now += timedelta(days=1)
    operations.stop(act=inspector(world), booking_id=first.id, why="the lights went out")
    begins(world, order_id, world.operator(), assignment_id=first.assignment_id)
    assert standing_still(order_id) == {"lot.receipt"}


def test_what_was_over_is_not_brought_back_by_a_visit_that_begins_before_anybody_acted_on_it(world: World) -> None:
    order_id = world.delivered()
    receipt = running(order_id, "lot.receipt")
    deadlines.notified(deadline_ids=[receipt.id], at=receipt.due_at - timedelta(days=9))
    named = operations.assign_inspector(
        act=world.buyer(), order_id=order_id, inspector_id=world.ingrid.organisation_id, kind="after_delivery"
    )
    world.now = receipt.due_at - timedelta(days=7)
    day = local_day(receipt.due_at, SHANGHAI) + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    wish = Wish(on=day, place="CN", city="Ningbo", lot=1)
    made = operations.book(act=world.buyer(), assignment_id=named.id, order_id=order_id, wish=wish)
    operations.accept(act=inspector(world), booking_id=made.id)
    world.now = end_of_day(day, SHANGHAI) - timedelta(hours=1)
    assert receipt.due_at + SECOND < world.now
    operations.begin(act=inspector(world), booking_id=made.id)
    assert standing_still(order_id) == set()
    assert operations.hold_up(now=world.now) == 0
    world.goes_to(world.now + timedelta(minutes=1))
    assert world.order(order_id).lots[0].receipt == "silence"


def test_a_visit_broken_off_on_the_same_day_gains_no_time(world: World) -> None:
    """A deadline opened anew has not been told of; so near its end nobody can be told in time, and it moves."""
    order_id = world.delivered()
    made = begins(world, order_id, world.buyer())
    before = running(order_id, "lot.receipt")
    deadlines.notified(deadline_ids=[before.id], at=world.now - timedelta(days=5))
    operations.stop(act=inspector(world), booking_id=made.id, why="the lights went out")
    after = running(order_id, "lot.receipt")
    assert (after.id, after.due_at, after.paused_at) == (before.id, before.due_at, None)
    assert after.notified_at is not None
    assert after.basis["paused"][-1]["moved_days"] == 0


def test_a_better_proof_of_delivery_does_not_take_the_days_that_an_inspection_took(world: World) -> None:
    order_id, shipment = world.shipped()
    world.days_pass(20)
    with_operator = lock_and_deliver(world, order_id, grade="C")
    assert with_operator == "operator"
    made = begins(world, order_id, world.buyer())
    before = running(order_id, "lot.receipt")
    world.now += timedelta(days=2)
    operations.stop(act=inspector(world), booking_id=made.id, why="the lights went out")
    held = running(order_id, "lot.receipt")
    assert local_day(held.due_at, held.zone) == local_day(before.due_at, before.zone) + timedelta(days=2)
    world.delivers(shipment.id)
    after = running(order_id, "lot.receipt")
    assert after.who == "buyer"
    assert [entry["moved_days"] for entry in after.basis["paused"]] == [2]
    delivered_on = world.order(order_id).lots[0].delivered_on
    assert delivered_on is not None
    assert local_day(after.due_at, after.zone) == delivered_on + timedelta(days=14 + 2)


def lock_and_deliver(world: World, order_id: UUID, *, grade: str) -> str:
    """The lot is said to have arrived, with a proof by which silence does not count; answers who must speak."""
    with transaction.atomic():
        work = lock(act=world.carrier(), order_id=order_id)
        shipping.deliver(work, number=1, delivered_on=world.today(), grade=grade)
        work.event("lot.delivered", data={})
        work.write(None)
    found = receipt_deadline(world.order(order_id).lots[0])
    assert found is not None
    return found.who


def test_who_answers_keeps_the_days_to_rebut_that_an_inspection_took(world: World) -> None:
    """Else an answer given after a pause ends the time to bring documents at once."""
    order_id = world.delivered()
    named = operations.assign_inspector(
        act=world.buyer(), order_id=order_id, inspector_id=world.ingrid.organisation_id, kind="after_delivery"
    )
    wish = Wish(on=workday(world, 6), place="CN", city="Ningbo", lot=1)
    made = operations.book(act=world.buyer(), assignment_id=named.id, order_id=order_id, wish=wish)
    operations.accept(act=inspector(world), booking_id=made.id)
    world.now = end_of_day(made.on, SHANGHAI) - timedelta(hours=12)
    claim = opens(world, order_id, "quantity", lots=(1,))
    before = running(order_id, "claim.rules")
    operations.begin(act=inspector(world), booking_id=made.id)
    world.now += timedelta(days=2)
    operations.stop(act=inspector(world), booking_id=made.id, why="the lights went out")
    moved = running(order_id, "claim.rules").due_at
    assert local_day(moved, before.zone) == local_day(before.due_at, before.zone) + timedelta(days=2)
    answers(world, claim, "contest")
    assert running(order_id, "claim.rules").due_at == moved


def of_claims(order_id: UUID, claim_id: UUID) -> dict[str, bool]:
    """The deadlines of a claim, and whether they stand still."""
    rows = deadlines.open_for(order_id=order_id)
    return {row.kind: row.paused_at is not None for row in rows if row.subject_id == claim_id}


def test_a_visit_of_one_lot_holds_up_the_claims_about_it_and_no_others(world: World) -> None:
    """Else a visit of one lot keeps the answer about all the others."""
    order_id = world.funded_order()
    shipments = [world.ships(order_id, {1: 300}) for _lot in range(3)]
    world.days_pass(20)
    for shipment in shipments:
        world.delivers(shipment.id)
    named = operations.assign_inspector(
        act=world.buyer(), order_id=order_id, inspector_id=world.ingrid.organisation_id, kind="after_delivery"
    )
    wish = Wish(on=workday(world, 6), place="CN", city="Ningbo", lot=1)
    made = operations.book(act=world.buyer(), assignment_id=named.id, order_id=order_id, wish=wish)
    operations.accept(act=inspector(world), booking_id=made.id)
    world.now = end_of_day(made.on, SHANGHAI) - timedelta(hours=12)
    both = opens(world, order_id, "quantity", lots=(1, 2), amount_minor=10_000)
    other = opens(world, order_id, "quantity", lots=(3,), amount_minor=10_000)
    operations.begin(act=inspector(world), booking_id=made.id)
    assert of_claims(order_id, both.claim_id)["claim.answer"]
    assert not any(of_claims(order_id, other.claim_id).values())
    # One that is opened meanwhile stands still just so.
    later = opens(world, order_id, "quality", lots=(1,), terms=("T1",), amount_minor=10_000)
    aside = opens(world, order_id, "quality", lots=(3,), terms=("T1",), amount_minor=10_000)
    assert operations.hold_up(now=world.now) == 1
    assert of_claims(order_id, later.claim_id)["claim.answer"]
    assert not any(of_claims(order_id, aside.claim_id).values())
    assert operations.hold_up(now=world.now) == 0
    answer = next(row for row in deadlines.open_for(order_id=order_id) if row.subject_id == other.claim_id)
    assert answer.paused_at is None
    operations.stop(act=inspector(world), booking_id=made.id, why="the lights went out")
    assert not any(of_claims(order_id, both.claim_id).values())


def test_a_claim_says_the_day_from_which_the_command_lets_it_go_to_a_mediator(world: World) -> None:
    """While the answer stands still, that day moves with each day that passes, and not only once it is over."""
    order_id = world.delivered()
    claim = opens(world, order_id, "quality", lots=(1,), terms=("T1",))
    begins(world, order_id, world.operator())
    assert "claim.answer" in standing_still(order_id)
    for _visit in range(2):
        world.now += timedelta(days=4)
        shown = page(claim_id=claim.claim_id, role="buyer", now=world.now)
        escalate = next(act for act in shown.acts if act.verb == "escalate")
        assert escalate.from_ is not None
        before = digest_of_everything()
        with pytest.raises(TooEarlyToEscalate) as refused, transaction.atomic():
            answering.escalate(act=world.buyer(), order_id=order_id, claim_id=claim.claim_id)
        assert refused.value.accepted == escalate.from_.isoformat()
        assert digest_of_everything() == before


def test_what_is_due_does_not_wait_for_a_visit_that_cannot_be_held_up_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id, shipment = world.shipped()
    other = world.delivered()
    world.delivers(shipment.id)
    begins(world, order_id, world.buyer())
    DeadlineRow.objects.filter(order_id=order_id, kind="lot.receipt").update(paused_at=None)

    def fails(**_: object) -> None:
        raise RuntimeError("a fault with one order")

    monkeypatch.setattr(clockwork, "visit", fails)
    due = running(other, "lot.receipt")
    deadlines.notified(deadline_ids=[due.id], at=due.due_at - timedelta(days=9))
    monkeypatch.setattr(world, "now", due.due_at + SECOND)
    jobs.run_all(now=world.now)
    assert world.order(other).lots[0].receipt == "silence"


def test_a_pause_takes_no_days_where_a_deadline_ends_on_a_day_off(world: World) -> None:
    """An extension of calendar days may end a count of working days on a Sunday; none of those before are lost."""
    order_id = world.delivered()
    receipt = running(order_id, "lot.receipt")
    sunday = local_day(receipt.due_at, receipt.zone)
    while sunday.weekday() != 6:
        sunday += timedelta(days=1)
    due_at = end_of_day(sunday, receipt.zone)
    counted = {"counts": "working_days", "days": 14, "places": ["US", "CN"], "source": calendars.SOURCE}
    DeadlineRow.objects.filter(id=receipt.id).update(due_at=due_at, basis={**receipt.basis, "calendar": counted})
    made = begins(world, order_id, world.buyer())
    operations.stop(act=inspector(world), booking_id=made.id, why="the lights went out")
    assert running(order_id, "lot.receipt").due_at == due_at
