"""The client itself: the connection, and every operation of the API on it."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Self

from holdfast_client.shortcuts import Shortcuts
from holdfast_client.types import Event


class Holdfast(Shortcuts):
    """One program at the door of one installation, as a context manager or for as long as it lives.

    Expected noes are raised as `Problem`; what is worth another attempt is tried again by itself.
    """

    def acting_for(self, organisation: str | None) -> Holdfast:
        """The same connection for one of the organisations that a marketplace's key serves (`org_…`)."""
        other = Holdfast.__new__(Holdfast)
        other._beside(self, organisation=organisation)  # noqa: SLF001  (one of our own)
        return other

    def follow_events(self, *, after: str | None = None, limit: int = 500) -> Iterator[Event]:
        """Everything that happened since a cursor, in the order of commits, until nothing is left: keep `cursor` of
        the last event, and begin there the next time. No late commit is ever missed."""
        while True:
            page = self.list_events(after=after, limit=limit)
            yield from page["items"]
            after = page["cursor"]
            if not page["has_more"]:
                return

    def __enter__(self) -> Self:
        """The client."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close its connections."""
        self.close()
