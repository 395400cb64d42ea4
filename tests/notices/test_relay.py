"""Who is told of what, once, and what becomes of events that cannot be told."""

import logging
import re
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from django.db import connection

from holdfast.database.connection import Access
from holdfast.notices import operations, queries
from holdfast.notices.models import Notice
from holdfast.notices.operations import relay
from holdfast.notices.operations.people import members
from holdfast.parties import operations as parties
from holdfast.parties.models import Person
from holdfast.record import deadlines
from holdfast.record.models import Outbox
from tests.world import World

pytestmark = pytest.mark.database


@pytest.fixture
def world(db: None) -> World:
    made = World()
    operations.relay(now=made.now)
    return made


def told(who: UUID) -> list[str]:
    """The kinds of a person's notices, oldest first."""
    return [notice.kind for notice in queries.page(person_id=who).notices][::-1]


def test_each_side_is_told_of_what_the_other_does_and_nobody_else_is(world: World) -> None:
    alma, boris, chen = world.alma.person_id, world.boris.person_id, world.chen.person_id
    order_id = world.signed_order()
    while relay(now=world.now, limit=3):
        pass
    assert told(boris) == ["contract.proposed", "contract.signed"]
    # Boris signed last: that set Alma's deadline to pay.
    assert told(alma) == ["contract.signed"]
    (notice,) = queries.page(person_id=alma).notices
    assert "Pay what is due: by" in notice.text
    assert f"/orders/ord_{order_id.hex}/" in notice.text or "/contracts/con_" in notice.text
    world.pays(order_id)
    operations.relay(now=world.now)
    assert (told(boris)[2:], told(alma)[1:]) == (["order.funded"], [])
    assert "Held: $10,000.00" in queries.page(person_id=boris).notices[0].text
    assert told(chen) == []
    assert not Outbox.objects.filter(state="waiting").exists()
    before = Notice.objects.count()
    Outbox.objects.update(state="waiting")
    operations.relay(now=world.now)
    assert Notice.objects.count() == before


def test_every_member_is_told_in_their_language_but_only_who_may_act_tells_the_side(world: World) -> None:
    viewer = parties.add_member(
        act=world.operator(),
        organisation_id=world.boris.organisation_id,
        email="vera@example.com",
        name="Vera",
        role="viewer",
    ).person_id
    Person.objects.filter(id=viewer).update(language="es")
    world.signed_order()
    operations.relay(now=world.now)
    assert told(viewer) == told(world.boris.person_id)
    assert "ha propuesto" in queries.page(person_id=viewer).notices[-1].subject
    assert list(Notice.objects.filter(person_id=viewer).exclude(deadlines=[])) == []
    Person.objects.filter(id=viewer).update(is_active=False)
    world.signed_order()
    operations.relay(now=world.now)
    assert len(told(viewer)) == 2


def test_an_event_that_cannot_be_told_waits_alone(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from holdfast.notices import words

    whole = words.tell

    def half(**given: object) -> words.Told:
        if given["kind"] == "contract.proposed":
            raise RuntimeError("no words")
        return whole(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(words, "tell", half)
    world.signed_order()
    with caplog.at_level(logging.CRITICAL, logger="holdfast.notices.operations.relay"):
        operations.relay(now=world.now)
    assert told(world.boris.person_id) == ["contract.signed"]
    (waiting,) = Outbox.objects.filter(state="waiting")
    assert (waiting.attempts, waiting.not_before) == (1, world.now + timedelta(minutes=1))
    monkeypatch.undo()
    assert operations.relay(now=world.now) == 0
    assert operations.relay(now=world.now + timedelta(minutes=1)) == 1
    assert told(world.boris.person_id) == ["contract.signed", "contract.proposed"]


def test_a_reader_reads_their_own_and_no_other(world: World) -> None:
    world.signed_order()
    operations.relay(now=world.now)
    alma, boris = world.alma.person_id, world.boris.person_id
    assert (queries.unread(person_id=alma), queries.unread(person_id=boris)) == (1, 2)
    foreign = [notice.id for notice in queries.page(person_id=alma).notices]
    assert operations.mark_read(act=world.supplier(), notice_ids=foreign) == 0
    assert operations.mark_read(act=world.supplier()) == 2
    assert (queries.unread(person_id=alma), queries.unread(person_id=boris)) == (1, 0)
    first = queries.page(person_id=boris, limit=1)
    assert first.has_more
    second = queries.page(person_id=boris, before=first.notices[0].id, limit=1)
    assert not second.has_more
    assert second.notices[0].id != first.notices[0].id


def test_when_a_deadline_moves_everybody_of_the_side_and_the_operator_hear_of_it(world: World) -> None:
    order_id = world.signed_order()
    (due,) = (row for row in deadlines.open_for(order_id=order_id) if row.kind == "tranche.pay")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE record_deadline SET basis = basis || %s WHERE id = %s", ['{"extended": {}}', due.id])
    assert operations.tell_of_extensions(now=world.now) == 1
    assert operations.tell_of_extensions(now=world.now) == 0
    assert told(world.alma.person_id) == told(world.ada) == ["deadline.extended"]
    assert Notice.objects.get(person_id=world.ada).deadlines == []


def test_who_has_set_no_zone_reads_times_where_their_organisation_is(world: World) -> None:
    alma = Person.objects.filter(id=world.alma.person_id)
    for own, reads in {"UTC": "America/New_York", "Europe/Madrid": "Europe/Madrid"}.items():
        alma.update(time_zone=own)
        (to,) = members(organisation_ids=[world.alma.organisation_id])[world.alma.organisation_id]
        assert to.reader.time_zone == reads
    world.signed_order()
    operations.relay(now=world.now)
    (notice,) = queries.page(person_id=world.alma.person_id).notices
    assert re.search(r"\(New York\), .* your time\. After that the order may be cancelled\.", notice.text)


@pytest.mark.own_database
def test_two_relays_share_the_work(own_database: Access) -> None:
    made = World()
    operations.relay(now=made.now)
    made.signed_order()
    waiting = Outbox.objects.filter(state="waiting").count()
    with psycopg.connect(**own_database.for_psycopg()) as other:
        other.execute("SELECT 1 FROM record_outbox WHERE state = 'waiting' ORDER BY event_id LIMIT 1 FOR UPDATE")
        assert operations.relay(now=made.now) == waiting - 1
    assert operations.relay(now=made.now) == 1
