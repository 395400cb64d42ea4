"""One clock for several stories told at once: time moves when all of them wait, to the first moment any waits for."""

import threading
from collections.abc import Callable
from datetime import datetime


class Calendar:
    """The clock of a marketplace, shared. `move` takes it to a moment and comes back when everything due has happened;
    it is called by one story at a time, while all others wait."""

    def __init__(self, *, now: datetime, move: Callable[[datetime], None]) -> None:
        self._now = now
        self._move = move
        self._running = 1
        self._waiting: list[datetime] = []
        self._failed: BaseException | None = None
        self._changed = threading.Condition()

    @property
    def now(self) -> datetime:
        """What time it is."""
        with self._changed:
            return self._now

    def begin(self, stories: int) -> None:
        """So many stories run from here on."""
        with self._changed:
            self._running = stories

    def leave(self) -> None:
        """A story is over; the others need not wait for it."""
        with self._changed:
            self._running -= 1
            self._pass_if_all_wait()

    def wait_until(self, moment: datetime) -> None:
        """Come back when it is that moment."""
        with self._changed:
            self._waiting.append(moment)
            self._pass_if_all_wait()
            while self._now < moment and self._failed is None:
                self._changed.wait()
            if self._failed is not None:
                raise RuntimeError("time stands still") from self._failed

    def _pass_if_all_wait(self) -> None:
        if not self._waiting or len(self._waiting) < self._running:
            return
        first = min(self._waiting)
        try:
            if first > self._now:
                self._move(first)
                self._now = first
        except BaseException as failure:
            self._failed = failure
            raise
        finally:
            self._waiting = [moment for moment in self._waiting if moment > first]
            self._changed.notify_all()
