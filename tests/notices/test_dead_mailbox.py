"""The story of a mailbox that is gone: a mail was taken, and then came back. The deadline that hung on it moves once, a
colleague and the operator are told, and then it runs; what comes back after the deadline changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from holdfast import jobs
from holdfast.notices import operations, queries
from holdfast.notices.models import Notice
from holdfast.notices.operations.bouncing import Taken
from holdfast.parties import operations as parties
from holdfast.record import deadlines
from holdfast.record.deadlines import Deadline
from tests.notices.post import Post, report, serving
from tests.world import World

pytestmark = pytest.mark.database
SECOND = timedelta(seconds=1)


class Story:
    """Goods of Alma's have come; she has one colleague, who looks on and cannot act."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self.world = World()
        self.ann = parties.add_member(
            act=self.world.operator(),
            organisation_id=self.world.alma.organisation_id,
            email="ann@example.com",
            name="Ann",
            role="finance",
        ).person_id
        self.order_id = self.world.delivered()
        jobs.run_all(now=self.world.now)

    @property
    def due(self) -> Deadline:
        """Alma's deadline to look at what came."""
        (found,) = (row for row in deadlines.open_for(order_id=self.order_id) if row.kind == "lot.receipt")
        return found

    def lot(self) -> str:
        return self.world.order(self.order_id).lots[0].state

    def told(self, who: UUID) -> list[str]:
        return [one.kind for one in queries.page(person_id=who).notices][::-1]

    def mail_to_alma(self) -> Notice:
        return Notice.objects.get(kind="lot.delivered", person_id=self.world.alma.person_id)

    def comes_back(self, at: datetime, **more: Any) -> Taken:
        return operations.take_report(content=report(self.mail_to_alma().id, **more), now=at)


@pytest.fixture
def story(db: None, settings: Any) -> Iterator[Story]:
    with serving(settings) as post:
        yield Story(post)


def test_a_mail_that_came_back_in_time_counts_as_not_delivered_and_moves_the_deadline_once(story: Story) -> None:
    world, due = story.world, story.due
    assert due.notified_at == world.now
    taken = story.comes_back(world.now + timedelta(days=1))
    assert (taken.effect, taken.delivery, taken.said) == ("dead", "bounced", "smtp; 550 no such user")
    assert story.due.notified_at is None
    # She reads of it when she next looks; her colleague and the operator are mailed.
    assert (
        story.told(world.alma.person_id)[-1] == story.told(story.ann)[-1] == story.told(world.ada)[-1] == "address.dead"
    )
    own = Notice.objects.get(kind="address.dead", person_id=world.alma.person_id)
    assert (own.state, own.path) == ("stopped", "/notices/choices/")
    asked = story.post.asked.count("alma@example.com")

    jobs.advance_to(start=world.now + timedelta(days=1), until=due.due_at + SECOND)
    assert story.lot() == "delivered"
    assert story.due.due_at == due.due_at + timedelta(days=3)
    assert story.due.basis["extended"]["because"] == "no delivered notice in time"
    jobs.run_all(now=due.due_at + SECOND)
    assert story.told(story.ann)[-1] == story.told(world.ada)[-1] == "deadline.extended"
    mailed = [mail["To"] for mail in story.post.received if "moved" in str(mail["Subject"])]
    assert sorted(mailed) == ["ada@example.com", "ann@example.com"]
    assert story.post.asked.count("alma@example.com") == asked, "nothing more is sent to an address that is gone"

    moved = story.due
    jobs.advance_to(start=due.due_at + SECOND, until=moved.due_at)
    assert story.lot() == "delivered"
    jobs.run_all(now=moved.due_at + SECOND)
    assert story.lot() == "received"
    assert jobs.audit().findings == ()


def test_what_comes_back_in_the_last_second_is_in_time(story: Story) -> None:
    due = story.due
    story.comes_back(due.due_at)
    jobs.run_all(now=due.due_at + SECOND)
    assert story.lot() == "delivered"
    assert story.due.due_at == due.due_at + timedelta(days=3)


def test_what_comes_back_after_the_deadline_comes_too_late_even_if_nobody_has_acted_on_it_yet(story: Story) -> None:
    due = story.due
    taken = story.comes_back(due.due_at + SECOND)
    assert (taken.effect, story.mail_to_alma().state) == ("dead", "bounced")
    assert story.due.notified_at == due.notified_at
    jobs.run_all(now=due.due_at + timedelta(minutes=5))
    assert story.lot() == "received"
    # The address is gone all the same, and is told of.
    assert "address.dead" in story.told(story.ann)


def test_a_colleague_who_may_act_and_was_reached_is_told_for_the_side(db: None, settings: Any) -> None:
    with serving(settings) as post:
        made = World()
        parties.add_member(
            act=made.operator(),
            organisation_id=made.alma.organisation_id,
            email="amy@example.com",
            name="Amy",
            role="trader",
        )
        order_id = made.delivered()
        jobs.run_all(now=made.now)
        notice = Notice.objects.get(kind="lot.delivered", person_id=made.alma.person_id)
        operations.take_report(content=report(notice.id), now=made.now + timedelta(hours=1))
        (due,) = (row for row in deadlines.open_for(order_id=order_id) if row.kind == "lot.receipt")
        assert due.notified_at == made.now
        jobs.advance_to(start=made.now + timedelta(hours=1), until=due.due_at + SECOND)
        assert made.order(order_id).lots[0].state == "received"
        assert "amy@example.com" in post.asked


def test_a_full_mailbox_is_tried_again_and_counts_from_when_it_took_the_mail(story: Story) -> None:
    world = story.world
    later = world.now + timedelta(hours=2)
    taken = story.comes_back(later, status="4.2.2", said="smtp; 452 mailbox full")
    assert (taken.effect, taken.delivery) == ("later", "waiting")
    assert story.due.notified_at is None
    assert operations.send_waiting(now=later) == 0
    again = later + timedelta(hours=1)
    assert operations.send_waiting(now=again) == 1
    assert story.due.notified_at == again
    assert queries.dead(address="alma@example.com") is None
    assert "address.dead" not in story.told(story.ann)


def test_when_the_mailbox_works_again_mails_go_there_again(story: Story) -> None:
    world = story.world
    story.comes_back(world.now)
    act = world.buyer()
    assert operations.works_again(act=act, address="alma@example.com")
    assert not operations.works_again(act=act, address="alma@example.com")
    world.signed_order()
    jobs.run_all(now=world.now)
    assert "alma@example.com" in {mail["To"] for mail in story.post.received[-3:]}
    assert Notice.objects.filter(person_id=world.alma.person_id).latest("id").state == "accepted"
