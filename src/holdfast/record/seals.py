"""The daily seal: a signed Merkle root over the heads of the chains that moved, chained to the root of the day before.

It knows days (UTC), heads and roots. What an event says is nothing to it.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from django.db import connection, transaction

from holdfast.kernel.refusals import Refusal
from holdfast.record import rules
from holdfast.record.act import Act
from holdfast.record.models import Event
from holdfast.record.models import Seal as SealRow
from holdfast.record.signing import ensure_key

_HORIZON = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + record_epoch()"
_HEADS = """
    SELECT DISTINCT ON (chain_id) chain_kind, chain_id, seq, hash FROM record_event
    WHERE at < %(end)s AND (at >= %(start)s OR recorded_xid >= %(horizon)s) ORDER BY chain_id, seq DESC
"""


class DayNotOver(Refusal):
    """A day can be sealed when it is over, by UTC."""


class DaySkipped(Refusal):
    """Days are sealed one after the other; the day before has no seal yet."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain stood at the end of the day. `chain` is its kind and hex ID, as in every payload."""

    chain: str
    seq: int
    hash: bytes

    def leaf(self) -> bytes:
        """Its place in the tree."""
        return rules.leaf(chain=self.chain, seq=self.seq, head=self.hash)


@dataclass(frozen=True, slots=True)
class Seal:
    """A sealed day. What was recorded before the transaction `horizon` and bears this day or an earlier one is in this
    seal or in one before."""

    day: date
    root: bytes
    previous: bytes
    heads: tuple[Head, ...]
    horizon: int
    key_id: str
    signature: bytes

    def document(self) -> bytes:
        """What the signature is over."""
        return rules.seal_document(day=self.day, root=self.root, previous=self.previous, chains=len(self.heads))

    def computed_root(self) -> bytes:
        """The root that the heads and the root before give."""
        return rules.seal_root(previous=self.previous, leaves=[head.leaf() for head in self.heads])


def read(row: SealRow) -> Seal:
    """A stored seal."""
    heads = tuple(Head(chain, seq, bytes.fromhex(text)) for chain, seq, text in row.heads)
    return Seal(row.day, bytes(row.root), bytes(row.previous), heads, row.horizon, row.key_id, bytes(row.signature))


def seal(*, act: Act, day: date) -> Seal:
    """Seal a day; one that has its seal gets it again.

    Refusals: `DayNotOver`; `DaySkipped` unless the day before is sealed or this is the first.
    """
    if act.now < _start(day + timedelta(days=1)):
        raise DayNotOver(field="day", day=day.isoformat())
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(4204)")
        done = SealRow.objects.filter(day=day).first()
        if done is not None:
            return read(done)
        before = SealRow.objects.order_by("-day").first()
        if before is not None and before.day != day - timedelta(days=1):
            raise DaySkipped(field="day", accepted=(before.day + timedelta(days=1)).isoformat())
        return _seal(act, day, read(before) if before is not None else None)


def seal_due(*, act: Act) -> int:
    """Seal every day that is over and has no seal, oldest first; answers how many."""
    day = next_day()
    count = 0
    while day is not None and act.now >= _start(day + timedelta(days=1)):
        seal(act=act, day=day)
        day += timedelta(days=1)
        count += 1
    return count


def next_day() -> date | None:
    """The first day without a seal, over or not; None as long as nothing has happened."""
    last = SealRow.objects.order_by("-day").values_list("day", flat=True).first()
    if last is not None:
        return last + timedelta(days=1)
    first = Event.objects.order_by("recorded_xid", "id").values_list("at", flat=True).first()
    return first.astimezone(UTC).date() if first is not None else None


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def _seal(act: Act, day: date, before: Seal | None) -> Seal:
    with connection.cursor() as cursor:
        cursor.execute(_HORIZON)
        horizon = int(cursor.fetchone()[0])
    heads = _heads(day, before)
    previous = before.root if before is not None else rules.GENESIS
    root = rules.seal_root(previous=previous, leaves=[head.leaf() for head in heads])
    signer = ensure_key(now=act.now)
    sealed = Seal(day, root, previous, heads, horizon, signer.key_id, b"")
    sealed = replace(sealed, signature=signer.sign(sealed.document()))
    SealRow.objects.create(
        day=day,
        root=root,
        previous=previous,
        heads=[[head.chain, head.seq, head.hash.hex()] for head in heads],
        horizon=horizon,
        key_id=signer.key_id,
        signature=sealed.signature,
        sealed_at=act.now,
    )
    return sealed


def _heads(day: date, before: Seal | None) -> tuple[Head, ...]:
    """The heads of the chains that moved on the day, and of those that moved before it and were recorded too late for
    their own day's seal. The first seal takes in everything there is."""
    window: dict[str, datetime | int] = {
        "end": _start(day + timedelta(days=1)),
        "start": _start(day) if before is not None else datetime.min.replace(tzinfo=UTC),
        "horizon": before.horizon if before is not None else 0,
    }
    sealed = set(before.heads) if before is not None else set()
    with connection.cursor() as cursor:
        cursor.execute(_HEADS, window)
        found = [Head(f"{kind}:{chain.hex}", seq, bytes(head)) for kind, chain, seq, head in cursor.fetchall()]
    return tuple(sorted((head for head in found if head not in sealed), key=lambda head: head.chain))
