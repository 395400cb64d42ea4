"""Proves the record from its first row to its last: chains, private values, seals, and the causes of transfers.

It streams rows and recomputes hashes in Python, as anybody outside could. It reads everything and changes nothing.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from holdfast.kernel.canonical import digest
from holdfast.kernel.clock import rfc3339
from holdfast.ledger.audit import Finding
from holdfast.record import files, rules, seals, signing
from holdfast.record.models import File, OutsideMessage
from holdfast.record.models import Seal as SealRow

_CHAINS = """
    SELECT chain_id, chain_kind, seq, name, at, payload::text, prev, hash FROM record_event ORDER BY chain_id, seq
"""
_PRIVATE = """
    SELECT p.event_id, p.field, p.salt, coalesce(p.value, 'null')::text, e.payload->'private'->>p.field
    FROM record_private p JOIN record_event e ON e.id = p.event_id WHERE p.salt IS NOT NULL
"""
_PRIVATE_GONE = """
    SELECT e.id, f.key FROM record_event e CROSS JOIN LATERAL jsonb_each(e.payload->'private') f
    WHERE e.payload ? 'private' AND NOT EXISTS (
        SELECT 1 FROM record_private p WHERE p.event_id = e.id AND p.field = f.key)
"""
_NO_CAUSE = """
    SELECT t.id FROM ledger_transfer t LEFT JOIN record_event e ON e.id = t.cause_id WHERE e.id IS NULL
"""
_NO_EVENT = """
    SELECT o.event_id FROM record_outbox o LEFT JOIN record_event e ON e.id = o.event_id WHERE e.id IS NULL
"""
_HEADS = """
    SELECT s.day, h->>0, h->>1, h->>2 FROM record_seal s CROSS JOIN LATERAL jsonb_array_elements(s.heads) h
    LEFT JOIN record_event e ON e.chain_id = split_part(h->>0, ':', 2)::uuid AND e.seq = (h->>1)::integer
    WHERE e.id IS NULL OR encode(e.hash, 'hex') <> h->>2 OR e.chain_kind <> split_part(h->>0, ':', 1)
"""
_UNSEALED = """
    WITH sealed AS (SELECT split_part(h->>0, ':', 2)::uuid AS chain_id, max((h->>1)::integer) AS seq
                    FROM record_seal s CROSS JOIN LATERAL jsonb_array_elements(s.heads) h GROUP BY 1)
    SELECT e.chain_kind || ':' || e.chain_id, min(e.seq) FROM record_event e
    LEFT JOIN sealed USING (chain_id)
    WHERE e.at < %s AND e.recorded_xid < %s AND (sealed.seq IS NULL OR e.seq > sealed.seq) GROUP BY 1
"""


def findings() -> Iterator[Finding]:
    """Everything in the record that does not hold."""
    yield from _chains()
    yield from _private()
    yield from _seals()
    yield from _messages()
    for (transfer,) in _rows(_NO_CAUSE):
        yield Finding("every transfer has its event", str(transfer), "its cause is not in the record")
    for (event,) in _rows(_NO_EVENT):
        yield Finding("no event has gone", str(event), "it was to be told of, and is not in the record")


def damaged_files() -> Iterator[Finding]:
    """Files whose bytes in storage are not those that were taken in. Reads every file: for when there is time."""
    for row in File.objects.filter(erased_at=None).order_by("id").iterator():
        kept = files.find(order_id=row.order_id, file_id=row.id)
        try:
            files.read(file=kept)
        except files.FileDamaged as damage:
            yield Finding("every file is the one that was taken in", str(kept.id), str(damage))


def count_events() -> int:
    """How many events the audit went over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM record_event")
        return int(cursor.fetchone()[0])


def _rows(sql: str, parameters: list[Any] | None = None) -> Iterator[tuple[Any, ...]]:
    """Rows as they come from a server-side cursor: the whole record never lies in memory."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        while chunk := cursor.fetchmany(2000):
            yield from chunk


def _chains() -> Iterator[Finding]:
    for chain_id, events in groupby(_rows(_CHAINS), key=lambda row: row[0]):
        head, expected = rules.GENESIS, 1
        for _, kind, seq, name, at, text, prev, hashed in events:
            broken = _broken(chain_id, kind, expected, (seq, name, at, text, bytes(prev), bytes(hashed)), head)
            if broken is not None:
                # What follows a broken event hangs on nothing: one finding a chain says it all.
                yield Finding("every chain holds", f"{kind}:{chain_id} at {expected}", broken)
                break
            head, expected = bytes(hashed), expected + 1


def _broken(
    chain_id: UUID, kind: str, expected: int, row: tuple[int, str, datetime, str, bytes, bytes], head: bytes
) -> str | None:
    seq, name, at, text, prev, hashed = row
    if seq != expected:
        return f"its next event has the place {seq}"
    if prev != head:
        return "it does not carry on from the event before"
    payload = json.loads(text)
    if not _is_hash_of(hashed, prev, payload):
        return "its hash is not that of its payload"
    said = (payload.get("chain"), payload.get("seq"), payload.get("event"), payload.get("at"))
    if said != (f"{kind}:{chain_id.hex}", seq, name, rfc3339(at)):
        return "its columns differ from its payload"
    return None


def _is_hash_of(hashed: bytes, prev: bytes, payload: Any) -> bool:
    # For nearly every payload the standard library writes the canonical text, and twenty times as fast. If the hash
    # fits, that is the proof; if not, only the real canonical text may say so.
    quick = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if digest(prev, quick.encode()) == hashed:
        return True
    try:
        return rules.event_hash(prev=prev, payload=payload) == hashed
    except (TypeError, ValueError):
        return False


def _private() -> Iterator[Finding]:
    what = "every private value is the one that was hashed, or erased"
    for event_id, field, salt, text, said in _rows(_PRIVATE):
        if not _is_private_hash(said, bytes(salt), json.loads(text)):
            yield Finding(what, f"{event_id} {field}", "salt and value give another hash")
    for event_id, field in _rows(_PRIVATE_GONE):
        yield Finding(what, f"{event_id} {field}", "its row is gone")


def _is_private_hash(said: str | None, salt: bytes, value: Any) -> bool:
    try:
        return rules.private_hash(salt=salt, value=value) == said
    except (TypeError, ValueError):
        return False


def _messages() -> Iterator[Finding]:
    for row in OutsideMessage.objects.select_related("file").order_by("id").iterator(chunk_size=500):
        said = rules.message_hash(
            channel=row.channel,
            said_on=row.said_on,
            text=row.text,
            term=row.term,
            file_sha256=bytes(row.file.sha256) if row.file else None,
        )
        if said != bytes(row.sha256):
            yield Finding("every message from outside is the one that was brought", str(row.id), "its hash is another")


def _seals() -> Iterator[Finding]:
    keys = signing.public_keys()
    before: seals.Seal | None = None
    for row in SealRow.objects.order_by("day").iterator(chunk_size=50):
        seal = seals.read(row)
        key = keys.get(seal.key_id)
        if seal.previous != (before.root if before is not None else rules.GENESIS):
            yield Finding("every seal holds", str(seal.day), "it does not carry on from the day before")
        if seal.root != seal.computed_root():
            yield Finding("every seal holds", str(seal.day), "its heads give another root")
        if key is None or not key.verifies(message=seal.document(), signature=seal.signature):
            yield Finding("every seal holds", str(seal.day), "its signature is not by the key it names")
        before = seal
    for day, chain, seq, _head in _rows(_HEADS):
        yield Finding("what was sealed is still there", str(day), f"{chain} no longer stands at {seq} as sealed")
    if before is not None:
        # What was recorded after the last seal was made is the next one's, whatever day it bears.
        end = datetime.combine(before.day + timedelta(days=1), time(), tzinfo=UTC)
        for chain, seq in _rows(_UNSEALED, [end, before.horizon]):
            yield Finding("everything past is sealed", str(chain), f"from {seq} on it is in no seal")
