"""Reading events: the public list that loses no late commit, the story of one chain, and the proof of one chain.

It reads only. Who may read what is decided by the caller, who says which chains are visible.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import BigIntegerField, Q, QuerySet
from django.db.models.expressions import RawSQL

from holdfast.kernel.refusals import Invalid
from holdfast.record.models import Event, Private
from holdfast.record.rules import GENESIS, event_hash

# Everything written by transactions below this number is there to be seen; of the rest, some may still commit.
_SETTLED = RawSQL("pg_snapshot_xmin(pg_current_snapshot())::text::bigint + record_epoch()", [], BigIntegerField())

ERASED: Literal["erased"] = "erased"


@dataclass(frozen=True, slots=True)
class Listed:
    """An event of the public list. `payload` is the hashed document: opaque IDs, nothing personal."""

    id: UUID
    name: str
    at: datetime
    chain: str
    seq: int
    payload: Mapping[str, Any]
    cursor: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list and where the next one begins; `cursor` is given even when nothing is left yet."""

    events: tuple[Listed, ...]
    cursor: str | None
    has_more: bool


def page(
    *,
    visible: QuerySet[Any, UUID] | list[UUID] | None,
    after: str | None,
    limit: int = 100,
    only: Q | None = None,
) -> Page:
    """Events after a cursor in the order they were committed, of the chains in `visible` (IDs; None for all); of these
    `only` some, if that is said.

    An event appears once every older transaction has ended: then no cursor can have passed it. Refusal: `Invalid`
    for a cursor that is none of ours.
    """
    rows = Event.objects.filter(recorded_xid__lt=_SETTLED)
    if visible is not None:
        rows = rows.filter(chain_id__in=visible)
    if only is not None:
        rows = rows.filter(only)
    if after is not None:
        xid, last = _place(after)
        rows = rows.filter(recorded_xid__gte=xid).filter(Q(recorded_xid__gt=xid) | Q(id__gt=last))
    found = list(rows.order_by("recorded_xid", "id")[: limit + 1])
    events = tuple(listed(row) for row in found[:limit])
    return Page(events, events[-1].cursor if events else after, len(found) > limit)


def listed(row: Event) -> Listed:
    """An event as the public list has it."""
    place = _cursor(row.recorded_xid, row.id)
    return Listed(row.id, row.name, row.at, f"{row.chain_kind}:{row.chain_id.hex}", row.seq, row.payload, place)


def _cursor(xid: int, event_id: UUID) -> str:
    return base64.urlsafe_b64encode(xid.to_bytes(8, "big") + event_id.bytes).decode()


def _place(cursor: str) -> tuple[int, UUID]:
    try:
        raw = base64.b64decode(cursor.encode("ascii"), altchars=b"-_", validate=True)
        xid = int.from_bytes(raw[:8], "big")
        if len(raw) != 24 or xid >= 2**63:
            raise ValueError(cursor)
        return xid, UUID(bytes=raw[8:])
    except (ValueError, binascii.Error) as error:
        raise Invalid(field="after", accepted="a cursor from an earlier page") from error


@dataclass(frozen=True, slots=True)
class Told:
    """An event as its story tells it: with its private values, or `erased` where they are gone."""

    id: UUID
    seq: int
    name: str
    at: datetime
    by: Mapping[str, Any]
    about: Mapping[str, str]
    data: Mapping[str, Any]
    private: Mapping[str, Any]
    hash: bytes


def story(*, chain_id: UUID) -> list[Told]:
    """Everything that happened on a chain, in order: for an order, its ID."""
    private: dict[UUID, dict[str, Any]] = {}
    for row in Private.objects.filter(event__chain_id=chain_id):
        private.setdefault(row.event_id, {})[row.field] = ERASED if row.salt is None else row.value
    return [
        Told(
            event.id,
            event.seq,
            event.name,
            event.at,
            event.payload["by"],
            event.payload["about"],
            event.payload["data"],
            {field: private.get(event.id, {}).get(field, ERASED) for field in event.payload.get("private", {})},
            bytes(event.hash),
        )
        for event in Event.objects.filter(chain_id=chain_id).order_by("seq")
    ]


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether a chain holds. `broken_at` is the place of the first event that does not; `head` the last good hash."""

    length: int
    head: bytes
    broken_at: int | None


def verify(*, chain_id: UUID) -> Proof:
    """Recompute a chain from its first event."""
    head, seq = GENESIS, 0
    for event in Event.objects.filter(chain_id=chain_id).order_by("seq"):
        seq += 1
        if event.seq != seq or bytes(event.prev) != head:
            return Proof(seq - 1, head, seq)
        if event_hash(prev=head, payload=event.payload) != bytes(event.hash):
            return Proof(seq - 1, head, seq)
        head = bytes(event.hash)
    return Proof(seq, head, None)
