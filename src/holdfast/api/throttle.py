"""How fast one key may ask: a steady rate with room for a burst, kept in each web process's memory.

It knows keys and moments. Nothing is stored: a restart forgives, and a second process doubles what is let through.
"""

import math
import threading
import time
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from holdfast.kernel.refusals import Refusal

# So many keys are remembered at most; beyond that those that have not asked lately are forgotten.
REMEMBERED = 10_000


class TooManyRequests(Refusal):
    """Too many requests: wait as long as `Retry-After` says."""

    status = 429


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a key may still ask: `limit` at once, `remaining` of it now, all of it again after `reset_seconds`."""

    limit: int
    remaining: int
    reset_seconds: int
    retry_after_seconds: int | None


class Meter:
    """The generic cell rate algorithm: one number a key, the moment at which it will have used up nothing."""

    def __init__(self, *, per_second: int, burst: int) -> None:
        self._interval = 1 / per_second
        self._burst = burst
        self._room = burst * self._interval
        self._empty_at: dict[UUID, float] = {}
        self._lock = threading.Lock()

    def take(self, *, key: UUID, at: float) -> Allowance:
        """Let one request through, or say when the next one will be."""
        with self._lock:
            used_until = max(self._empty_at.get(key, at), at) + self._interval
            over = used_until - at - self._room
            if over > 1e-9:
                return Allowance(self._burst, 0, math.ceil(used_until - self._interval - at), max(1, math.ceil(over)))
            if len(self._empty_at) >= REMEMBERED and key not in self._empty_at:
                self._forget(at)
            self._empty_at[key] = used_until
        left = int((self._room - (used_until - at)) / self._interval + 1e-6)
        return Allowance(self._burst, left, math.ceil(used_until - at), None)

    def _forget(self, at: float) -> None:
        self._empty_at = {key: until for key, until in self._empty_at.items() if until > at}


_meters: dict[int, Meter] = {}


def take(*, key: UUID) -> Allowance | None:
    """One request of a key against the installation's rate; None where none is set."""
    per_second: int = settings.API_REQUESTS_PER_SECOND
    if per_second <= 0:
        return None
    meter = _meters.setdefault(per_second, Meter(per_second=per_second, burst=per_second * 10))
    return meter.take(key=key, at=time.monotonic())
