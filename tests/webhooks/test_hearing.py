"""Every event is heard, once, whenever its transaction ends: on real connections, with transactions that end late."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection

from holdfast.database.connection import Access
from holdfast.record.models import Event, Outbox
from holdfast.webhooks import operations as webhooks
from holdfast.webhooks.models import Delivery, Heard
from tests.tampering import as_owner
from tests.webhooks.receivers import Receiver
from tests.webhooks.stage import heard, listens
from tests.world import World

pytestmark = [pytest.mark.database]

_COPY = """
INSERT INTO record_event (id, chain_kind, chain_id, seq, name, at, payload, prev, hash)
SELECT gen_random_uuid(), chain_kind, chain_id, seq + %s, name, at, payload, prev, hash FROM record_event WHERE id = %s
RETURNING id
"""


@pytest.fixture
def town(own_database: Access, django_db_blocker: Any) -> Iterator[World]:
    """A world whose acts are committed."""
    with django_db_blocker.unblock():
        yield World()


@pytest.fixture
def other(own_database: Access) -> Iterator[psycopg.Connection[Any]]:
    """Another process, which decides itself when its transaction ends."""
    with psycopg.connect(**own_database.for_psycopg()) as found:
        yield found


def _writes(other: psycopg.Connection[Any], like: Event, later: int) -> UUID:
    row = other.execute(_COPY, (later, like.id)).fetchone()
    assert row is not None
    return UUID(str(row[0]))


def told() -> list[UUID]:
    """Of which events there are deliveries, one for each."""
    return list(Delivery.objects.values_list("event_id", flat=True))


def test_a_transaction_that_ends_late_is_heard_and_holds_up_nobody(
    town: World, other: psycopg.Connection[Any], hook: Receiver
) -> None:
    listens(town, town.alma, hook.url, "order.funded")
    first = town.funded_order()
    heard(town)
    like = Event.objects.get(chain_id=first, name="order.funded")
    assert told() == [like.id]
    late = _writes(other, like, 100)
    # Written after, committed before: it does not wait for the other.
    second = Event.objects.get(chain_id=town.funded_order(), name="order.funded")
    heard(town)
    assert told() == [like.id, second.id]
    other.commit()
    assert webhooks.hear(now=town.now) == 1
    assert sorted(told()) == sorted([like.id, second.id, late])
    assert webhooks.hear(now=town.now) == 0


def test_a_transaction_that_is_taken_back_is_never_heard(
    town: World, other: psycopg.Connection[Any], hook: Receiver
) -> None:
    listens(town, town.alma, hook.url, "order.funded")
    like = Event.objects.get(chain_id=town.funded_order(), name="order.funded")
    _writes(other, like, 100)
    heard(town)
    other.rollback()
    heard(town)
    assert told() == [like.id]


def test_little_by_little_nothing_is_missed_and_nothing_comes_twice(
    town: World, other: psycopg.Connection[Any], hook: Receiver
) -> None:
    webhook = listens(town, town.alma, hook.url, ordered=True)
    orders = [town.funded_order()]
    like = Event.objects.get(chain_id=orders[0], name="order.funded")
    late = _writes(other, like, 100)
    orders += [town.funded_order() for _ in range(3)]
    for rounds in range(200):
        if rounds == 6:
            other.commit()
        if webhooks.hear(now=town.now, limit=3) == 0 and rounds > 6:
            break
    wanted = set(Event.objects.filter(chain_id__in=orders).values_list("id", flat=True))
    found = [event_id for event_id in told() if event_id in wanted]
    assert late in wanted
    assert sorted(found) == sorted(wanted)
    for order_id in orders:
        rows = Delivery.objects.filter(endpoint_id=webhook.id, chain_id=order_id).order_by("created_at", "seq", "id")
        assert list(rows.values_list("seq", flat=True)) == sorted(rows.values_list("seq", flat=True))


def test_who_hears_falls_in_the_middle_and_nothing_is_lost(
    town: World, hook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    listens(town, town.alma, hook.url, "order.funded")
    like = Event.objects.get(chain_id=town.funded_order(), name="order.funded")
    before = Heard.objects.get()

    def falls(*_: Any, **__: Any) -> None:
        raise RuntimeError("the worker falls")

    with monkeypatch.context() as patched:
        patched.setattr(Delivery.objects, "bulk_create", falls)
        with pytest.raises(RuntimeError):
            webhooks.hear(now=town.now)
    assert told() == []
    assert Heard.objects.get().beyond == before.beyond
    heard(town)
    assert told() == [like.id]


def test_only_one_hears_at_a_time_and_the_others_go_on(
    town: World, other: psycopg.Connection[Any], hook: Receiver
) -> None:
    listens(town, town.alma, hook.url, "order.funded")
    town.funded_order()
    other.execute("SELECT 1 FROM webhooks_heard FOR UPDATE")
    assert webhooks.hear(now=town.now) == 0
    other.rollback()
    heard(town)
    assert len(told()) == 1


def test_webhooks_and_notices_read_the_same_events_and_neither_touches_the_others_place(
    town: World, hook: Receiver
) -> None:
    listens(town, town.alma, hook.url)
    town.funded_order()
    waiting = Outbox.objects.filter(state="waiting").count()
    heard(town)
    assert Outbox.objects.filter(state="waiting").count() == waiting > 0
    Outbox.objects.all().update(state="failed")
    second = town.funded_order()
    heard(town)
    assert Delivery.objects.filter(chain_id=second).exists()


def test_a_restored_database_goes_on_where_it_was(town: World, own_database: Access, hook: Receiver) -> None:
    """Whoever restores a dump sets the epoch above every number that was recorded; the place stays below it."""
    listens(town, town.alma, hook.url, "order.funded")
    town.funded_order()
    heard(town)
    before = len(told())
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(recorded_xid) FROM record_event")
        highest = int(cursor.fetchone()[0])
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")

    with as_owner(own_database) as owner:
        owner.execute(
            f"CREATE OR REPLACE FUNCTION record_epoch() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE"
            f" RETURN {highest}::bigint"
        )
    town.funded_order()
    heard(town)
    assert len(told()) == before + 1
