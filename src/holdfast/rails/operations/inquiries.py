"""When a provider is asked again: often at first, seldom later, so that what waits for days does not ask each minute.

It knows when something was last asked about. What is asked is the caller's; how long to wait is the rail's.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import F

from holdfast.rails.models import Inquiry
from holdfast.rails.port import Rail


def may_ask(*, rail: Rail, kind: str, subject_id: UUID, since: datetime, now: datetime) -> bool:
    """Whether it is time to ask about something that has waited since then; if so, it counts as asked."""
    pause = rail.patience(waited=now - since)
    if not pause:
        return True
    asked_at = Inquiry.objects.filter(subject_id=subject_id).values_list("asked_at", flat=True).first()
    if asked_at is not None and now - asked_at < pause:
        return False
    note(kind=kind, subject_id=subject_id, now=now)
    return True


def note(*, kind: str, subject_id: UUID, now: datetime) -> None:
    """It is being asked now."""
    asked = {"kind": kind, "asked_at": now, "times": F("times") + 1}
    first = {"kind": kind, "asked_at": now}
    Inquiry.objects.update_or_create(subject_id=subject_id, defaults=asked, create_defaults=first)
