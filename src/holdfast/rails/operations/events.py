"""Messages of providers: entered once, taken one by one, tried again for a while when they cannot be acted on.

It knows what a message is about. What follows from it is the caller's, who asks the provider how things stand.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import F

from holdfast.rails import models, rules
from holdfast.rails.models import ProviderEvent

log = logging.getLogger(__name__)
PAGE = 100
TRIES = 20
"""After so many the message is passed by: everything it may be about is asked for by itself as well."""
AGAIN_AFTER = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))

Handle = Callable[[ProviderEvent], bool]
"""Acts on a message; False if it concerns nothing of ours. Raises if it cannot be acted on now."""


def enter(*, provider: str, event_id: str, kind: str, object_id: str, now: datetime) -> bool:
    """Keep a message to be acted on; False if it is here already."""
    row = ProviderEvent(
        provider=provider,
        event_id=event_id,
        kind=kind,
        object_id=object_id,
        state=rules.NEWS.initial,
        received_at=now,
        again_at=now,
    )
    before = ProviderEvent.objects.filter(provider=provider, event_id=event_id).exists()
    if not before:
        ProviderEvent.objects.bulk_create([row], ignore_conflicts=True)
    return not before


def act_on_news(*, provider: str, now: datetime, handle: Handle) -> int:
    """Act on the messages that wait, the oldest first; answers how many came to an end."""
    waiting = ProviderEvent.objects.filter(provider=provider, state="received", again_at__lte=now)
    ended = 0
    for row in waiting.order_by("id")[:PAGE]:
        ended += _try(row, now, handle)
    return ended


def _try(row: models.ProviderEvent, now: datetime, handle: Handle) -> bool:
    try:
        verb = "handle" if handle(row) else "pass"
    except Exception:
        log.exception("%s of %s could not be acted on", row.kind, row.provider)
        if row.tries + 1 < TRIES:
            pause = AGAIN_AFTER[min(row.tries, len(AGAIN_AFTER) - 1)]
            ProviderEvent.objects.filter(id=row.id).update(tries=F("tries") + 1, again_at=now + pause)
            return False
        verb = "pass"
    state = rules.NEWS.step(state="received", verb=verb, role="rail")
    # Somebody else may have acted on it meanwhile: everything that follows from it is safe to do twice.
    ProviderEvent.objects.filter(id=row.id, state="received").update(state=state, ended_at=now)
    return True
