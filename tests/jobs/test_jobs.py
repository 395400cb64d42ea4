"""The clock's whole round over a real order: told in time, silent, received, settled, sealed, proved."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend

from holdfast import jobs
from holdfast.notices import queries as notices
from holdfast.orders.rules.facts import Lot
from holdfast.record import deadlines, events, seals
from holdfast.record.models import Answer, Deadline, Outbox
from tests.world import World

pytestmark = pytest.mark.database


@pytest.fixture
def world(db: None) -> World:
    return World()


def lot(world: World, order_id: Any) -> Lot:
    return world.order(order_id).lots[0]


def names(order_id: Any) -> list[str]:
    return [told.name for told in events.story(chain_id=order_id)]


def test_a_buyer_who_was_told_and_says_nothing_has_received(world: World) -> None:
    order_id = world.delivered()
    jobs.run_all(now=world.now)
    (due,) = (row for row in deadlines.open_for(order_id=order_id) if row.kind == "lot.receipt")
    assert due.notified_at == world.now
    before = due.due_at
    counts = jobs.advance_to(start=world.now, until=before)
    assert lot(world, order_id).state == "delivered"
    assert counts.sealed > 0
    jobs.advance_to(start=before, until=before + timedelta(seconds=1))
    assert lot(world, order_id).state == "received"
    (received,) = (told for told in events.story(chain_id=order_id) if told.name == "lot.received")
    # The moment it acts is the deadline's own, not the one at which somebody looked.
    assert received.at == before + timedelta(seconds=1)
    assert not Outbox.objects.filter(state="waiting").exists()
    assert jobs.audit().findings == ()
    assert seals.next_day() == before.date()


def test_a_buyer_whom_no_mail_reaches_gets_three_more_days_and_no_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = world.delivered()
    monkeypatch.setattr(EmailBackend, "send_messages", _refuse)
    (due,) = (row for row in deadlines.open_for(order_id=order_id) if row.kind == "lot.receipt")
    jobs.advance_to(start=world.now, until=due.due_at + timedelta(hours=1))
    (moved,) = (row for row in deadlines.open_for(order_id=order_id) if row.kind == "lot.receipt")
    assert moved.due_at == due.due_at + timedelta(days=3)
    assert lot(world, order_id).state == "delivered"
    told = [row for row in notices.of_order(order_id=order_id) if row.kind == "deadline.extended"]
    assert len(told) == 2
    jobs.advance_to(start=due.due_at + timedelta(hours=1), until=moved.due_at + timedelta(hours=1))
    assert lot(world, order_id).state == "received"
    assert jobs.audit().findings == ()


def _refuse(_self: EmailBackend, _messages: list[EmailMessage]) -> int:
    raise OSError("no route to host")


def test_every_deadline_has_somebody_to_act_on_it(world: World) -> None:
    order_id = world.delivered()
    world.receives(order_id)
    jobs.advance_to(start=world.now, until=world.now + timedelta(days=1))
    assert not (jobs.FOR_PEOPLE & set(jobs.HANDLERS))
    kinds = set(Deadline.objects.values_list("kind", flat=True))
    assert kinds <= jobs.FOR_PEOPLE | set(jobs.HANDLERS)


def test_the_same_round_twice_does_nothing_new(world: World) -> None:
    world.shipped()
    jobs.run_all(now=world.now)
    assert jobs.run_all(now=world.now) == jobs.Counts()


def test_answers_are_forgotten_after_thirty_days(world: World) -> None:
    for place, days in enumerate((31, 30)):
        at = world.now - timedelta(days=days)
        Answer.objects.create(owner=world.operator_id, key=str(place), fingerprint=b"", status=200, body="", at=at)
    from holdfast.record import answers

    assert answers.forget(now=world.now) == 1
    assert Answer.objects.get().key == "1"


def test_an_act_at_the_old_time_after_the_clock_ran_ahead_is_sealed_all_the_same(world: World) -> None:
    """A sandbox's clock is moved last: what others do meanwhile bears a day that is sealed already."""
    until = world.now + timedelta(days=3)
    jobs.advance_to(start=world.now, until=until)
    world.signed_order()
    assert jobs.audit().findings == ()
    jobs.advance_to(start=until, until=until + timedelta(days=1))
    assert jobs.audit().findings == ()
