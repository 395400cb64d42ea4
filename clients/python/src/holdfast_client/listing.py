"""A list, page by page as it is read. Rows that come while one reads neither hide nor repeat the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar, cast

Item = TypeVar("Item")
Ask = Callable[[Mapping[str, Any]], Any]


class Listing(Generic[Item]):
    """Iterate over it for every item of every page; each page is asked for when it is needed."""

    def __init__(self, ask: Ask, query: Mapping[str, Any]) -> None:
        self._ask = ask
        self._query = query

    def __iter__(self) -> Iterator[Item]:
        """Every item."""
        for page in self.pages():
            yield from page

    def pages(self) -> Iterator[list[Item]]:
        """The items of each page."""
        cursor = self._query.get("cursor")
        while True:
            answer = self._ask({**self._query, "cursor": cursor})
            yield cast("list[Item]", answer["items"])
            cursor = answer["next_cursor"]
            if cursor is None:
                return

    def page(self) -> tuple[list[Item], str | None]:
        """One page, and the cursor of the next one or None: for pages of one's own."""
        answer = self._ask(self._query)
        return answer["items"], answer["next_cursor"]

    def all(self) -> list[Item]:
        """Every item at once."""
        return list(self)
