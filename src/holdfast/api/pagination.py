"""Lists in pages. A cursor is opaque: it says after which row the next page begins.

Nouns are listed newest first by ID. What happens is listed in the order of transactions and stops below the oldest
one that is still running: a row committed late is then never behind a cursor already given out.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
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


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of committed rows, where to go on, and whether there is more already."""

    rows: list[tuple[Any, ...]]
    next_cursor: str
    has_more: bool


def _seal(*parts: object) -> str:
    return base64.urlsafe_b64encode(":".join(str(part) for part in parts).encode()).decode().rstrip("=")


def _open(cursor: str, kind: str, count: int) -> list[str]:
    try:
        parts = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").split(":")
    except (binascii.Error, ValueError) as error:
        raise CursorNotValid(field="cursor") from error
    if parts[0] != kind or len(parts) != count:
        raise CursorNotValid(field="cursor")
    return parts[1:]


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise CursorNotValid(field="cursor") from error


def newest_first(rows: QuerySet[Row], *, page: PageQuery, present: Callable[[Row], dict[str, Any]]) -> dict[str, Any]:
    """A page of nouns: `{"items": […], "next_cursor": "…" or null}`. IDs are UUIDv7, so newest is largest."""
    if page.cursor is not None:
        (after,) = _open(page.cursor, "n", 2)
        rows = rows.filter(id__lt=_uuid(after))
    found = list(rows.order_by("-id")[: page.limit + 1])
    shown = found[: page.limit]
    more = len(found) > page.limit
    return {"items": [present(row) for row in shown], "next_cursor": _seal("n", shown[-1].pk.hex) if more else None}


_COMMITTED = """
SELECT {columns}, recorded_xid::text, id
  FROM {table}
 WHERE ({where}) AND recorded_xid < pg_snapshot_xmin(pg_current_snapshot())
   AND (recorded_xid, id) > (%s::xid8, %s)
 ORDER BY recorded_xid, id LIMIT %s
"""


def as_committed(*, table: str, columns: str, where: str, parameters: Sequence[Any], page: PageQuery) -> Listed:
    """Rows of a table with `recorded_xid xid8 DEFAULT pg_current_xact_id()`, in an order that never changes.

    Below the horizon every transaction has ended, so no row can still appear there. The cursor is given also at the
    end of the list: asking again with it later brings exactly what has come since. Table, columns and condition are
    the caller's own text, never a user's.
    """
    xid, after = "0", UUID(int=0)
    if page.cursor is not None:
        xid, last = _open(page.cursor, "c", 3)
        after = _uuid(last)
        # xid8 is 64 bits without a sign; anything else was never ours.
        if not xid.isascii() or not xid.isdigit() or int(xid) >= 2**64:
            raise CursorNotValid(field="cursor")
    statement = _COMMITTED.format(table=table, columns=columns, where=where)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, xid, after, page.limit + 1])
        found = cursor.fetchall()
    shown = found[: page.limit]
    if shown:
        xid, after = shown[-1][-2], shown[-1][-1]
    return Listed([row[:-2] for row in shown], _seal("c", xid, after.hex), len(found) > page.limit)
