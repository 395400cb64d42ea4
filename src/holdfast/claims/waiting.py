"""From when a side may ask for a mediator, where the time to answer ends later than the programme's own day.

It reads the register; what the programme's day is it is told.
"""

from collections.abc import Iterable
from datetime import datetime

from holdfast.record.deadlines import SECOND, Deadline


def after_answer(opens: datetime, *, waiting: Iterable[Deadline], now: datetime) -> datetime:
    """Holidays or an inspection may let the time to answer end later; nobody goes to a mediator before it is over."""
    answer = next((row for row in waiting if row.kind == "claim.answer"), None)
    if answer is None or not (answer.basis.get("calendar") or answer.basis.get("paused")):
        return opens
    held_up = now - answer.paused_at if answer.paused_at is not None else SECOND
    return max(opens, answer.due_at + max(held_up, SECOND))
