"""The public list shows every event once and never passes one that commits late."""

import time
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from holdfast.database.connection import Access
from holdfast.kernel.refusals import Invalid
from holdfast.record import events
from holdfast.record.recording import Recording
from tests.record.stage import act, happen, head
from tests.tampering import as_owner

pytestmark = [pytest.mark.database, pytest.mark.alone]


def drain(after: str | None = None, *, limit: int = 2) -> tuple[list[UUID], str | None]:
    """Everything a reader gets who follows the cursor."""
    found: list[UUID] = []
    while True:
        page = events.page(visible=None, after=after, limit=limit)
        found.extend(event.id for event in page.events)
        after = page.cursor
        if not page.has_more:
            return found, after


def follow(count: int, after: str | None = None) -> tuple[list[UUID], str | None]:
    """A reader who waits until so many events are there: transactions of the whole server hold the list back, those
    of tests beside this one too."""
    found: list[UUID] = []
    for _ in range(1500):
        more, after = drain(after)
        found += more
        if len(found) >= count:
            break
        time.sleep(0.02)
    return found, after


@pytest.mark.own_database
def test_a_late_commit_is_not_lost(own_database: Access) -> None:
    first = happen(chain_id=uuid4())
    recording = Recording(act())
    slow = recording.event(head(uuid4()), "order.noted", about={})
    with psycopg.connect(**own_database.for_psycopg()) as other:
        other.execute("SELECT record_write(%s)", [Jsonb(recording._record(None))])
        quick = happen(chain_id=uuid4())
        seen, cursor = follow(1)
        assert seen == [first]
        other.commit()
    rest, cursor = follow(2, cursor)
    assert rest == [slow, quick]
    assert drain(cursor) == ([], cursor)


@pytest.mark.own_database
def test_a_page_shows_only_what_is_visible_and_goes_on_where_it_ended() -> None:
    mine, other = uuid4(), uuid4()
    ids = [happen(chain_id=chain_id) for chain_id in (mine, other, mine, mine)]
    assert follow(4)[0] == ids
    page = events.page(visible=[mine], after=None, limit=2)
    assert ([event.id for event in page.events], page.has_more) == ([ids[0], ids[2]], True)
    rest = events.page(visible=[mine], after=page.cursor, limit=2)
    assert ([event.id for event in rest.events], rest.has_more) == ([ids[3]], False)
    assert rest.events[0].chain == f"order:{mine.hex}"


@pytest.mark.own_database
def test_a_restored_database_goes_on_counting_where_it_was(own_database: Access) -> None:
    """A dump read into a new server begins with small transaction numbers; the epoch lifts them above the old."""
    old = happen(chain_id=uuid4())
    with as_owner(own_database) as owner:
        owner.execute("ALTER TABLE record_event DISABLE TRIGGER USER")
        owner.execute("UPDATE record_event SET recorded_xid = recorded_xid + 1000000")
    assert drain()[0] == []
    with as_owner(own_database) as owner:
        owner.execute(
            "CREATE OR REPLACE FUNCTION record_epoch() RETURNS bigint"
            " LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 2000000"
        )
    seen, cursor = follow(1)
    assert seen == [old]
    new = happen(chain_id=uuid4())
    assert follow(1, cursor)[0] == [new]


@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "é" * 32, "/" * 32, "_" * 32, "A" * 33])
def test_a_cursor_of_somebody_else_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid) as refused:
        events.page(visible=None, after=cursor)
    assert refused.value.field == "after"
