"""Deadlines that stand still while something is found out, and go on afterwards with the days they had left.

It knows how much of a deadline is left and how it is counted on. Which deadlines wait for what is said in the rooms
above.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from holdfast.kernel.clock import local_day, rfc3339
from holdfast.programme.rules import days_left, run_on
from holdfast.record.deadlines import Deadline
from holdfast.record.models import Deadline as DeadlineRow
from holdfast.record.recording import Recording


def pause(*, rows: Iterable[Deadline], at: datetime, because: str, subject: str) -> list[Deadline]:
    """Let running deadlines stand still from this moment; answers which. `subject` is the public ID of what they wait
    for. The caller holds the lock of what they are about."""
    found = []
    for row in rows:
        if row.paused_at is not None:
            continue
        left = days_left(due_at=row.due_at, at=at, zone=row.zone, basis=row.basis)
        entry = {"from": rfc3339(at), "because": because, "subject": subject, "days_left": left}
        basis = {**row.basis, "paused": [*row.basis.get("paused", []), entry]}
        DeadlineRow.objects.filter(id=row.id, state="open").update(paused_at=at, basis=basis)
        found.append(replace(row, paused_at=at, basis=basis))
    return found


def stood_still(*, row: Deadline, but_for: str) -> bool:
    """Whether a deadline has stood still already, for another subject than this one."""
    return any(entry["subject"] != but_for for entry in row.basis.get("paused", []))


def go_on(*, recording: Recording, rows: Iterable[Deadline], subject: str) -> dict[str, str]:
    """Each that stood still for this subject is opened anew: it ends as many days from today as it had left, counted as
    it was before. Answers until when, by kind and what it is about.

    The new ones have not been told of yet, so that nothing is forfeited by a notice of the old day. One that would end
    no later than before goes on itself, with the notice that was given of it.
    """
    now, until = recording.act.now, {}
    mine = [row for row in rows if row.paused_at is not None and row.basis["paused"][-1]["subject"] == subject]
    for row in mine:
        *before, entry = row.basis["paused"]
        found = run_on(at=now, days=entry["days_left"], zone=row.zone, basis=row.basis)
        due = found.due_at
        moved = (local_day(due, row.zone) - local_day(row.due_at, row.zone)).days
        until[f"{row.kind} {row.subject_id.hex}"] = rfc3339(max(due, row.due_at))
        if due <= row.due_at:
            told = {**row.basis, "paused": [*before, {**entry, "to": rfc3339(now), "moved_days": 0}]}
            DeadlineRow.objects.filter(id=row.id, state="open").update(paused_at=None, basis=told)
            continue
        kept = {name: said for name, said in row.basis.items() if name != "extended"}
        basis = {**kept, **found.basis, "paused": [*before, {**entry, "to": rfc3339(now), "moved_days": moved}]}
        recording.settle(subject_id=row.subject_id, kind=row.kind, state="void")
        recording.deadline(
            kind=row.kind,
            subject=(row.subject_kind, row.subject_id),
            order_id=row.order_id,
            due_at=due,
            zone=row.zone,
            who=row.who,
            basis=basis,
        )
    return until


def held_up(*, row: Deadline | None, at: datetime) -> tuple[int, list[dict[str, Any]]]:
    """By how many days a deadline has been held up so far, and the pauses themselves, closed at this moment: for one
    that is replaced by another."""
    if row is None or "paused" not in row.basis:
        return 0, []
    entries = [dict(entry) for entry in row.basis["paused"]]
    if row.paused_at is not None:
        days = (local_day(at, row.zone) - local_day(row.paused_at, row.zone)).days
        entries[-1] |= {"to": rfc3339(at), "moved_days": days}
    return sum(entry["moved_days"] for entry in entries), entries
