"""Lists in pages. A cursor is opaque: it says after which row the next page begins.

Nouns are listed newest first by ID. What happens is another kind of list, in the order of transactions
(`record.events`): that one is for keeping up, since no late commit is ever behind one of its cursors.
"""

import base64
import binascii
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from ninja import Query, Schema

from holdfast.kernel.refusals import Refusal

LONGEST_PAGE = 200
Row = TypeVar("Row", bound=Model)


class CursorNotValid(Refusal):
    """This cursor was not given out by this list."""

    status = 422


class PageQuery(Schema):
    """What every list takes."""

    limit: int = Query(50, ge=1, le=LONGEST_PAGE)
    cursor: str | None = Query(None, max_length=200)


def _sealed(last: UUID) -> str:
    return base64.urlsafe_b64encode(last.bytes).decode().rstrip("=")


def _opened(cursor: str) -> UUID:
    try:
        return UUID(bytes=base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise CursorNotValid(field="cursor") from error


def opened(cursor: str | None) -> UUID | None:
    """The row that a page begins after, for lists that a query makes itself. Refusal: `cursor_not_valid`."""
    return None if cursor is None else _opened(cursor)


def shown(found: list[Any], *, limit: int, present: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """A page of rows with an `id`, newest first, of which one more than `limit` was asked for."""
    page = found[:limit]
    return {
        "items": [present(row) for row in page],
        "next_cursor": _sealed(page[-1].id) if len(found) > limit else None,
    }


def newest_first(rows: QuerySet[Row], *, page: PageQuery, present: Callable[[Row], dict[str, Any]]) -> dict[str, Any]:
    """A page of nouns: `{"items": […], "next_cursor": "…" or null}`. IDs are UUIDv7, so newest is largest."""
    if page.cursor is not None:
        rows = rows.filter(id__lt=_opened(page.cursor))
    found = list(rows.order_by("-id")[: page.limit + 1])
    shown = found[: page.limit]
    more = len(found) > page.limit
    return {"items": [present(row) for row in shown], "next_cursor": _sealed(shown[-1].pk) if more else None}
