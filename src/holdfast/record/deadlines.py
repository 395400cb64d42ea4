"""The register of deadlines: which are open, which are due, and the taking of due ones so that each acts once.

It knows dates and who must act. What follows from a deadline is the handler's affair, which rooms above give.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Greatest

from holdfast.kernel.clock import rfc3339
from holdfast.record.act import Act, clock
from holdfast.record.models import Deadline as DeadlineRow
from holdfast.record.rules import notice_extension

log = logging.getLogger(__name__)
LONGEST_WAIT_HOURS = 24
"""A deadline that cannot be acted on is tried again after an hour, then after twice as long each time, up to this."""
SECOND = timedelta(seconds=1)
"""Who must act by 23:59:59 has that second too: a deadline is over when the second it names has passed."""
BATCH = 100
SIDES = ("buyer", "supplier")


@dataclass(frozen=True, slots=True)
class Deadline:
    """By when `who` (a side or a role of the operator) must act on the subject, in the zone it was computed for.

    `basis` says what it was computed from; with `notice_hours` and `bounce_days` in it a side forfeits nothing unless
    `notified_at` lies that long before. `due_at` is UTC. Since `paused_at` it stands still (`pauses`).
    """

    id: UUID
    kind: str
    subject_kind: str
    subject_id: UUID
    order_id: UUID | None
    who: str
    due_at: datetime
    zone: str
    basis: Mapping[str, Any]
    notified_at: datetime | None
    attempts: int
    paused_at: datetime | None = None
    reminded: int | None = None


Handler = Callable[[Act, Deadline], object]
"""Re-asks its rule, acts, and settles the deadline in the same recording; opens its own transaction."""
BatchHandler = Callable[[Act, Sequence[Deadline]], Sequence[Deadline]]
"""Does for many deadlines of one kind at once what its handler does for each, and answers those that it left."""


class LeftOpen(RuntimeError):
    """A handler returned and its deadline still stands open and due: a fault of the handler."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What one round came to."""

    acted: int = 0
    extended: int = 0
    failed: int = 0

    def __add__(self, other: "Ran") -> "Ran":
        return Ran(self.acted + other.acted, self.extended + other.extended, self.failed + other.failed)


def open_for(*, order_id: UUID) -> list[Deadline]:
    """The open deadlines of an order, the nearest first."""
    return _read(Q(order_id=order_id))


def open_of(*, order_ids: Sequence[UUID]) -> list[Deadline]:
    """The open deadlines of several orders, the nearest first."""
    return _read(Q(order_id__in=order_ids))


def is_open(*, deadline_id: UUID) -> bool:
    """Whether it still stands and runs, asked again under the lock of what it is about."""
    return DeadlineRow.objects.filter(id=deadline_id, state="open", paused_at=None).exists()


def open_among(*, deadline_ids: Sequence[UUID]) -> set[UUID]:
    """Which of them still stand and run, asked again under the locks of what they are about."""
    rows = DeadlineRow.objects.filter(id__in=deadline_ids, state="open", paused_at=None)
    return set(rows.values_list("id", flat=True))


def of_subject(*, subject_id: UUID) -> list[Deadline]:
    """The open deadlines of one thing, the nearest first."""
    return _read(Q(subject_id=subject_id))


def last_end(*, subject_id: UUID, kind: str, at: Sequence[datetime]) -> datetime | None:
    """Until when the last deadline of a kind on something ran, also a closed one, if it ran at one of these moments;
    what stood still then ran that much longer."""
    row = DeadlineRow.objects.filter(subject_id=subject_id, kind=kind).order_by("-id").first()
    running = [one for one in at if row is not None and (row.closed_at is None or one <= row.closed_at)]
    if row is None or not running:
        return None
    paused_at = row.paused_at
    return row.due_at + max(timedelta(0), max(running) - paused_at) if paused_at is not None else row.due_at


def of_kind(*, kind: str) -> list[Deadline]:
    """Every open deadline of a kind, the nearest first."""
    return _read(Q(kind=kind))


def overdue(*, now: datetime, limit: int = 100) -> list[Deadline]:
    """Open and past, the oldest first: the operator's queue of what nobody has done."""
    return _read(Q(due_at__lte=now, paused_at=None), limit=limit)


def next_due(*, kinds: Sequence[str], until: datetime) -> datetime | None:
    """When the next deadline of these kinds will be over and act, if that is not after `until`."""
    over_at = Greatest(F("due_at") + SECOND, Coalesce("not_before", F("due_at") + SECOND))
    rows = DeadlineRow.objects.filter(state="open", paused_at=None, kind__in=kinds, due_at__lte=until - SECOND)
    found: datetime | None = (
        rows.annotate(over_at=over_at)
        .filter(over_at__lte=until)
        .order_by("over_at")
        .values_list("over_at", flat=True)
        .first()
    )
    return found


def untold(*, order_ids: Sequence[UUID]) -> list[Deadline]:
    """The open deadlines of the sides of some orders of which nobody is known to have been told."""
    return _read(Q(order_id__in=order_ids, who__in=SIDES, notified_at=None, paused_at=None))


def extended(*, now: datetime) -> list[Deadline]:
    """Open deadlines that were moved because nobody was told in time, and who must act still does not know."""
    return _read(Q(basis__has_key="extended", who__in=SIDES, notified_at=None, paused_at=None, due_at__gt=now))


def notified(*, deadline_ids: Sequence[UUID], at: datetime) -> None:
    """Note that who must act was told at this moment, and it can be proved; the first time counts."""
    DeadlineRow.objects.filter(id__in=deadline_ids, state="open", notified_at=None).update(notified_at=at)


def take_back_notice(*, deadline_id: UUID, still_told_at: datetime | None, at: datetime) -> None:
    """The notice that counted came back: another one counts from its own moment, or none does. What comes back after
    the deadline comes too late: it had been told as far as anybody could know."""
    rows = DeadlineRow.objects.filter(id=deadline_id, state="open", due_at__gt=at - SECOND)
    rows.update(notified_at=still_told_at)


def upcoming(*, now: datetime, until: datetime, after: UUID | None = None, limit: int = 500) -> list[Deadline]:
    """The running deadlines of the sides of orders that end between now and then, by ID, a page after another."""
    rows = DeadlineRow.objects.filter(
        state="open", paused_at=None, who__in=SIDES, order_id__isnull=False, due_at__gt=now, due_at__lte=until
    )
    if after is not None:
        rows = rows.filter(id__gt=after)
    return [_deadline(row) for row in rows.order_by("id")[:limit]]


def reminded(*, deadline_ids: Sequence[UUID], days: int) -> None:
    """Note which reminder was given, in days before the end."""
    DeadlineRow.objects.filter(id__in=deadline_ids, state="open").update(reminded=days)


def run_due(
    *,
    now: datetime,
    handlers: Mapping[str, Handler],
    batches: Mapping[str, BatchHandler] | None = None,
    limit: int = BATCH,
) -> Ran:
    """Act on up to `limit` deadlines that are due, the most overdue first: those of a kind in `batches` together, the
    others, and what a batch leaves, each in a transaction of its own.

    A fault leaves everything as it was, is logged, and puts that one deadline off for an hour or more.
    """
    total = Ran()
    due = _due(now=now, kinds=list(handlers), limit=limit)
    over: set[UUID] = set()
    for kind, handler in (batches or {}).items():
        of_kind = [deadline_id for deadline_id, its_kind in due if its_kind == kind]
        if len(of_kind) > 1:
            ran, done = _act_together(of_kind, now, handler)
            total += ran
            over |= done
    for deadline_id in [deadline_id for deadline_id, _kind in due if deadline_id not in over]:
        try:
            with transaction.atomic():
                total += _act(deadline_id, now, handlers)
        except Exception:
            # Whatever went wrong with one deadline, the others must not wait for it. One that somebody closed while
            # we were about to act is no fault: its rule has just said no.
            if _put_off(deadline_id, now):
                log.exception("deadline %s could not be acted on", deadline_id)
                total += Ran(failed=1)
    return total


def _act_together(deadline_ids: Sequence[UUID], now: datetime, handler: BatchHandler) -> tuple[Ran, set[UUID]]:
    """What was done for many at once, and which of them need nothing more in this round: none, if anything failed."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(
                    """SELECT id FROM unnest(%s::uuid[]) id
                       WHERE pg_try_advisory_xact_lock(hashtextextended(id::text, 4202))""",
                    [list(deadline_ids)],
                )
                ours = [row[0] for row in cursor.fetchall()]
            rows = DeadlineRow.objects.filter(_over(now), id__in=ours)
            dues = [_deadline(row) for row in rows.order_by("due_at", "id")]
            acting = [due for due in dues if not _extend(due)]
            left = {due.id for due in handler(clock(now), acting)}
            done = {due.id for due in acting} - left
            if DeadlineRow.objects.filter(_over(now), id__in=done).exists():
                raise LeftOpen(f"one of {len(done)} deadlines done together")
            return Ran(acted=len(done), extended=len(dues) - len(acting)), set(deadline_ids) - left
    except Exception:
        log.warning("%s deadlines are acted on one by one", len(deadline_ids), exc_info=True)
        return Ran(), set()


def _act(deadline_id: UUID, now: datetime, handlers: Mapping[str, Handler]) -> Ran:
    # The row itself is not locked here: the order's row comes first in the order of locks, and an operation that
    # holds it may be closing this very deadline. The advisory lock keeps other workers away from it instead.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 4202))", [str(deadline_id)])
        if cursor.fetchone() != (True,):
            return Ran()
    row = DeadlineRow.objects.filter(_over(now), id=deadline_id).first()
    if row is None:
        return Ran()
    deadline = _deadline(row)
    if _extend(deadline):
        return Ran(extended=1)
    handlers[deadline.kind](clock(now), deadline)
    if DeadlineRow.objects.filter(_over(now), id=deadline_id).exists():
        raise LeftOpen(f"{deadline.kind} of {deadline.subject_kind} {deadline.subject_id}")
    return Ran(acted=1)


def _over(now: datetime) -> Q:
    """Open, not standing still, and its last second is past."""
    return Q(state="open", paused_at=None, due_at__lte=now - SECOND)


def _extend(deadline: Deadline) -> bool:
    basis = deadline.basis
    if deadline.who not in SIDES or "notice_hours" not in basis:
        return False
    later = notice_extension(
        due_at=deadline.due_at,
        zone=deadline.zone,
        notified_at=deadline.notified_at,
        notice_hours=basis["notice_hours"],
        bounce_days=basis["bounce_days"],
        is_extended="extended" in basis,
    )
    if later is None:
        return False
    extended = {"from": rfc3339(deadline.due_at), "because": "no delivered notice in time"}
    rows = DeadlineRow.objects.filter(id=deadline.id, state="open")
    return rows.update(due_at=later, basis={**basis, "extended": extended}) == 1


def _put_off(deadline_id: UUID, now: datetime) -> bool:
    rows = DeadlineRow.objects.filter(id=deadline_id, state="open")
    attempts = rows.values_list("attempts", flat=True).first()
    if attempts is None:
        return False
    wait = timedelta(hours=min(2**attempts, LONGEST_WAIT_HOURS))
    return rows.update(not_before=now + wait, attempts=F("attempts") + 1) == 1


def _due(*, now: datetime, kinds: Sequence[str], limit: int) -> list[tuple[UUID, str]]:
    ready = Q(not_before=None) | Q(not_before__lte=now)
    rows = DeadlineRow.objects.filter(ready, _over(now), kind__in=kinds)
    return list(rows.order_by("due_at", "id").values_list("id", "kind")[:limit])


def _read(condition: Q, limit: int | None = None) -> list[Deadline]:
    rows = DeadlineRow.objects.filter(condition, state="open").order_by("due_at", "id")[:limit]
    return [_deadline(row) for row in rows]


def _deadline(row: DeadlineRow) -> Deadline:
    return Deadline(
        row.id,
        row.kind,
        row.subject_kind,
        row.subject_id,
        row.order_id,
        row.who,
        row.due_at,
        row.zone,
        row.basis,
        row.notified_at,
        row.attempts,
        row.paused_at,
        row.reminded,
    )
