"""Hears the record: each event that was committed becomes a delivery to every endpoint that may and wants to know.

The place up to which it has heard is a snapshot of the database, as PostgreSQL makes them: below `xmax` everything was
there to be seen, but for the transactions that were still `running`. What is to be heard next is whatever can be seen
now and could not be seen then, so a transaction that commits late is behind no place, and one that runs long holds up
nobody else's events. Commands write nothing for it, and the relay of notices does not know of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from holdfast.contracts.queries import readers_of
from holdfast.kernel.identifiers import new_id
from holdfast.parties.consents import is_told_to
from holdfast.webhooks import rules
from holdfast.webhooks.models import Delivery, Endpoint, Heard
from holdfast.webhooks.queries import hears_for

BATCH = 1000

_SNAPSHOT = """
SELECT pg_snapshot_xmin(s)::text::bigint + record_epoch() AS xmin,
       pg_snapshot_xmax(s)::text::bigint + record_epoch() AS xmax,
       ARRAY(SELECT x::text::bigint + record_epoch() FROM pg_snapshot_xip(s) x
              UNION SELECT pg_current_xact_id()::text::bigint + record_epoch()) AS running
  FROM (SELECT pg_current_snapshot() AS s) one
"""
# Our own transaction counts as running: it writes no events, and in a test it may be the one that does.

_BEGIN = f"""
INSERT INTO webhooks_heard (id, lowest, beyond, running)
SELECT 1, n.* FROM ({_SNAPSHOT}) n ON CONFLICT DO NOTHING
"""  # noqa: S608

_NEW = f"""
SELECT n.xmin, n.xmax, n.running, e.id, e.chain_kind, e.chain_id, e.seq, e.name, e.recorded_xid, e.marketplace
  FROM ({_SNAPSHOT}) n
  LEFT JOIN LATERAL (
        SELECT id, chain_kind, chain_id, seq, name, recorded_xid, payload -> 'about' ->> 'marketplace' AS marketplace
          FROM record_event
         WHERE recorded_xid >= %(xmin)s AND (recorded_xid >= %(xmax)s OR recorded_xid = ANY(%(running)s))
         ORDER BY recorded_xid FETCH FIRST %(limit)s ROWS WITH TIES
       ) e ON true
"""  # noqa: S608

_BEFORE = """
SELECT id, chain_kind, chain_id, seq, name, recorded_xid, payload -> 'about' ->> 'marketplace' FROM record_event
 WHERE chain_id = ANY(%(chains)s) AND recorded_xid > %(last)s
"""


@dataclass(frozen=True, slots=True)
class News:
    """An event, as far as it matters to whom it is sent; `marketplace` is the one that it is about, in hex."""

    id: UUID
    chain_kind: str
    chain_id: UUID
    seq: int
    name: str
    xid: int
    marketplace: str | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Which transactions' events were there to be seen."""

    xmin: int
    xmax: int
    running: Sequence[int]

    def up_to(self, last: int) -> "Snapshot":
        """The same, as far as a transaction and no further."""
        return Snapshot(min(self.xmin, last + 1), last + 1, [xid for xid in self.running if xid <= last])


def begin() -> None:
    """Hear from now on, if nothing was heard yet: with the first endpoint there is somebody to hear for."""
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN)


def catch_up(*, now: datetime) -> int:
    """Hear everything that there is to be heard; answers how many events that was."""
    total = heard = hear(now=now)
    while heard >= BATCH:
        heard = hear(now=now)
        total += heard
    return total


def hear(*, now: datetime, limit: int = BATCH) -> int:
    """Make the deliveries of up to `limit` new events (and of whatever was committed together with the last of them);
    answers how many events were heard. One worker hears at a time; to the others there is nothing to do."""
    with transaction.atomic():
        place = Heard.objects.select_for_update(skip_locked=True).first()
        if place is None:
            return 0
        seen, news = _new(place, limit)
        if len(news) >= limit:
            seen = seen.up_to(news[-1].xid)
            news += _before(news)
        Heard.objects.filter(id=1).update(lowest=seen.xmin, beyond=seen.xmax, running=list(seen.running))
        endpoints = list(Endpoint.objects.filter(state="enabled").select_related("organisation")) if news else []
        send_to(endpoints=endpoints, news=news, now=now)
        return len(news)


def send_to(*, endpoints: Sequence[Endpoint], news: Sequence[News], now: datetime) -> list[Delivery]:
    """Write a delivery for each event and each endpoint that may hear of it and wants to; those that are there already
    stay as they are. Within a chain they are written in its order."""
    if not endpoints or not news:
        return []
    listening = Listening(endpoints)
    readers = readers_of(chain_ids=[one.chain_id for one in news if one.chain_kind == "order"])
    made = [
        Delivery(
            id=new_id(),
            endpoint=endpoint,
            event_id=one.id,
            kind=one.name,
            chain_id=one.chain_id,
            seq=one.seq,
            parties=sorted(parties),
            created_at=now,
            due_since=now,
        )
        for one in sorted(news, key=lambda one: (one.xid, one.seq))
        for endpoint, parties in listening.to(one, readers)
    ]
    Delivery.objects.bulk_create(made, ignore_conflicts=True, batch_size=1000)
    return made


class Listening:
    """Which endpoints may hear of what, by the organisations they hear for."""

    def __init__(self, endpoints: Sequence[Endpoint]) -> None:
        self._everything = [row for row in endpoints if row.organisation.kind == "operator"]
        self._by_party: dict[UUID, list[Endpoint]] = {}
        self._own: dict[UUID, list[Endpoint]] = {}
        for row in endpoints:
            if row.organisation.kind != "operator":
                self._own.setdefault(row.organisation_id, []).append(row)
                for party in hears_for(organisation_id=row.organisation_id, kind=row.organisation.kind):
                    self._by_party.setdefault(party, []).append(row)

    def to(self, news: News, readers: Mapping[UUID, Iterable[UUID]]) -> Iterable[tuple[Endpoint, Sequence[UUID]]]:
        """Each endpoint once, with those for which it hears. The operator hears everything, for itself; a marketplace
        nothing of the own affairs of whom it serves."""
        found: dict[UUID, tuple[Endpoint, list[UUID]]] = {}
        parties = readers.get(news.chain_id, ()) if news.chain_kind == "order" else (news.chain_id,)
        for party in parties:
            for row in self._by_party.get(party, ()):
                if row.organisation_id != party and not is_told_to(
                    marketplace_id=row.organisation_id, name=news.name, about=news.marketplace
                ):
                    continue
                found.setdefault(row.id, (row, []))[1].append(party)
        everybody = [*found.values(), *((row, [row.organisation_id]) for row in self._everything)]
        wanted = [(row, whose) for row, whose in everybody if rules.wants(kinds=row.kinds, name=news.name)]
        if news.name != rules.FAREWELL:
            return wanted
        # Its own endpoints are told whatever they listen to, and although they hear nothing else any more.
        own = self._own.get(news.chain_id, ())
        return [*((row, [news.chain_id]) for row in own), *(one for one in wanted if one[0] not in own)]


def _new(place: Heard, limit: int) -> tuple[Snapshot, list[News]]:
    given: dict[str, Any] = {"xmin": place.lowest, "xmax": place.beyond, "running": place.running, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_NEW, given)
        rows = cursor.fetchall()
    return Snapshot(*rows[0][:3]), [News(*row[3:]) for row in rows if row[3] is not None]


def _before(news: Sequence[News]) -> list[News]:
    """Events of the same chains that come before one of these and were written by a later transaction: whoever wants a
    chain in order must not be sent the later one first."""
    last: dict[UUID, int] = {}
    for one in news:
        last[one.chain_id] = max(one.seq, last.get(one.chain_id, 0))
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE, {"chains": list(last), "last": news[-1].xid})
        found = [News(*row) for row in cursor.fetchall()]
    return [one for one in found if one.seq < last[one.chain_id]]
