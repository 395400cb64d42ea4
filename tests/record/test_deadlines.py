"""A deadline acts once, at its time, whoever else is working, and one that fails does not hold up the rest."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import transaction

from holdfast.database.connection import Access
from holdfast.record import deadlines, events
from holdfast.record.act import Act
from holdfast.record.deadlines import Deadline, Ran
from holdfast.record.models import Deadline as Row
from holdfast.record.recording import Recording
from tests.record.stage import NOW, act, everything, head

pytestmark = pytest.mark.database
DUE = NOW + timedelta(days=10)
OVER = DUE + timedelta(seconds=1)


def open_one(*, kind: str = "order.pay", due_at: datetime = DUE, basis: Mapping[str, Any] | None = None) -> UUID:
    order_id = uuid4()
    with transaction.atomic():
        recording = Recording(act())
        recording.event(head(order_id), "order.opened", about={"order": order_id})
        recording.deadline(
            kind=kind,
            subject=("order", order_id),
            order_id=order_id,
            due_at=due_at,
            zone="UTC",
            who="buyer",
            basis=basis or {},
        )
        recording.write(None)
    return order_id


def lapse(by: Act, deadline: Deadline) -> None:
    """What a room's handler does."""
    assert deadline.order_id is not None
    with transaction.atomic():
        recording = Recording(by)
        recording.event(head(deadline.order_id), "order.cancelled", about={"order": deadline.order_id})
        recording.settle(subject_id=deadline.subject_id, kind=deadline.kind)
        recording.write(None)


def names(order_id: UUID) -> list[str]:
    return [told.name for told in events.story(chain_id=order_id)]


@pytest.mark.django_db
def test_what_is_due_acts_once_and_the_rest_waits() -> None:
    due, later, manual = open_one(), open_one(due_at=DUE + timedelta(seconds=1)), open_one(kind="operator.look")
    handlers = {"order.pay": lapse}
    assert deadlines.next_due(kinds=list(handlers), until=OVER) == OVER
    assert deadlines.run_due(now=DUE, handlers=handlers) == Ran()
    assert deadlines.run_due(now=OVER, handlers=handlers) == Ran(acted=1)
    assert deadlines.run_due(now=OVER, handlers=handlers) == Ran()
    assert names(due) == ["order.opened", "order.cancelled"]
    assert names(later) == names(manual) == ["order.opened"]
    assert events.story(chain_id=due)[1].by["kind"] == "clock"
    assert [row.subject_id for row in deadlines.overdue(now=DUE)] == [manual]
    assert deadlines.next_due(kinds=list(handlers), until=OVER) is None


@pytest.mark.django_db
def test_a_fault_changes_nothing_and_is_tried_again_in_an_hour(caplog: pytest.LogCaptureFixture) -> None:
    bad, good = open_one(), open_one(kind="order.ship", due_at=DUE + timedelta(minutes=1))

    def half(by: Act, deadline: Deadline) -> None:
        lapse(by, deadline)
        raise RuntimeError("the disk is full")

    now = DUE + timedelta(minutes=2)
    handlers = {"order.pay": half, "order.ship": lapse}
    with caplog.at_level(logging.CRITICAL, logger="holdfast.record.deadlines"):
        assert deadlines.run_due(now=now, handlers=handlers) == Ran(acted=1, failed=1)
        assert deadlines.run_due(now=now + timedelta(minutes=59), handlers=handlers) == Ran()
    assert (names(bad), names(good)) == (["order.opened"], ["order.opened", "order.cancelled"])
    assert Row.objects.get(subject_id=bad).attempts == 1
    healed = {"order.pay": lapse}
    assert deadlines.next_due(kinds=["order.pay"], until=now + timedelta(days=1)) == now + timedelta(hours=1)
    assert deadlines.run_due(now=now + timedelta(hours=1), handlers=healed) == Ran(acted=1)


@pytest.mark.django_db
def test_a_handler_that_does_nothing_is_a_fault(caplog: pytest.LogCaptureFixture) -> None:
    open_one()
    with caplog.at_level(logging.CRITICAL, logger="holdfast.record.deadlines"):
        assert deadlines.run_due(now=OVER, handlers={"order.pay": lambda _act, _due: None}) == Ran(failed=1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("told", "first", "second"),
    [
        (DUE - timedelta(hours=72), Ran(acted=1), Ran()),
        (DUE - timedelta(hours=71), Ran(extended=1), Ran(acted=1)),
        (None, Ran(extended=1), Ran(acted=1)),
    ],
)
def test_nobody_forfeits_without_notice_but_silence_extends_only_once(
    told: datetime | None, first: Ran, second: Ran
) -> None:
    order_id = open_one(basis={"notice_hours": 72, "bounce_days": 3})
    (deadline,) = deadlines.open_for(order_id=order_id)
    if told is not None:
        deadlines.notified(deadline_ids=[deadline.id], at=told)
        deadlines.notified(deadline_ids=[deadline.id], at=told - timedelta(days=5))
    handlers = {"order.pay": lapse}
    assert deadlines.run_due(now=OVER, handlers=handlers) == first
    if first.extended:
        (later,) = deadlines.open_for(order_id=order_id)
        assert later.due_at == datetime(2026, 3, 15, 23, 59, 59, tzinfo=UTC)
        assert later.basis["extended"]["because"] == "no delivered notice in time"
    assert deadlines.run_due(now=DUE + timedelta(days=4), handlers=handlers) == second


@pytest.mark.own_database
def test_two_workers_never_act_on_the_same_deadline(own_database: Access) -> None:
    order_id = open_one()
    (deadline,) = deadlines.of_subject(subject_id=order_id)
    with psycopg.connect(**own_database.for_psycopg()) as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 4202))", [str(deadline.id)])
        before = everything()
        assert deadlines.run_due(now=OVER, handlers={"order.pay": lapse}) == Ran()
        assert everything() == before
    assert deadlines.run_due(now=OVER, handlers={"order.pay": lapse}) == Ran(acted=1)


@pytest.mark.own_database
def test_a_party_who_is_a_moment_faster_wins_and_nothing_deadlocks(own_database: Access) -> None:
    order_id = open_one()

    def pays(_by: Act, deadline: Deadline) -> None:
        with psycopg.connect(**own_database.for_psycopg()) as other:
            other.execute("SET lock_timeout = '2s'")
            other.execute("UPDATE record_deadline SET state = 'done', closed_at = now() WHERE id = %s", [deadline.id])
        raise RuntimeError("the order is paid: nothing lapses")

    assert deadlines.run_due(now=OVER, handlers={"order.pay": pays}) == Ran()
    assert Row.objects.get(subject_id=order_id).state == "done"
    assert names(order_id) == ["order.opened"]
