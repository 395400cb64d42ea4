"""Lists in pages. A cursor is opaque: it says after which row the next page begins.

Nouns are listed newest first by ID; what belongs to one noun, and is read whole, is cut into pages here. What happens
is another kind of list, in the order of transactions (`record.events`): that one is for keeping up, since no late
commit is ever behind one of its cursors.
"""

import base64
import binascii
import json
from collections import Counter
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from ninja import Query, Schema

from holdfast.kernel.refusals import Refusal

LONGEST_PAGE = 200
REMEMBERED = 8
"""So many rows before its place a cursor into a whole list knows, since some of them may be gone at the next page."""
_MARK = 8
Row = TypeVar("Row", bound=Model)


class CursorNotValid(Refusal):
    """This cursor was not given out by this list."""

    status = 422


class PageQuery(Schema):
    """What every list takes."""

    limit: int = Query(50, ge=1, le=LONGEST_PAGE)
    cursor: str | None = Query(None, max_length=200)


def sealed(last: UUID) -> str:
    """The cursor after a row."""
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
        "next_cursor": sealed(page[-1].id) if len(found) > limit else None,
    }


def place(*parts: str) -> str:
    """A cursor made of the members by which a list is ordered."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def placed(cursor: str | None, *, parts: int) -> list[str] | None:
    """The members that `place` was given. Refusal: `cursor_not_valid`."""
    if cursor is None:
        return None
    try:
        found = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise CursorNotValid(field="cursor") from error
    if not isinstance(found, list) or len(found) != parts or not all(isinstance(one, str) for one in found):
        raise CursorNotValid(field="cursor")
    if not all(_is_text(one) for one in found):
        raise CursorNotValid(field="cursor")
    return found


def _is_text(member: str) -> bool:
    """Whether a database can be asked for it: no NUL, no half of a surrogate pair."""
    return "\x00" not in member and not any("\ud800" <= sign <= "\udfff" for sign in member)


def newest_first(rows: QuerySet[Row], *, page: PageQuery, present: Callable[[Row], dict[str, Any]]) -> dict[str, Any]:
    """A page of nouns: `{"items": […], "next_cursor": "…" or null}`. IDs are UUIDv7, so newest is largest."""
    if page.cursor is not None:
        rows = rows.filter(id__lt=_opened(page.cursor))
    found = list(rows.order_by("-id")[: page.limit + 1])
    shown = found[: page.limit]
    more = len(found) > page.limit
    return {"items": [present(row) for row in shown], "next_cursor": sealed(shown[-1].pk) if more else None}


# --- lists that are read whole ---------------------------------------------------------------------------------------


class WholeQuery(Schema):
    """What a list takes that is short by its nature: all of it, unless less is asked for."""

    limit: int = Query(LONGEST_PAGE, ge=1, le=LONGEST_PAGE)
    cursor: str | None = Query(None, max_length=200)


def paged(*by: str) -> Callable[[Callable[..., dict[str, Any]]], Callable[..., dict[str, Any]]]:
    """For a route that answers a whole list, `{"items": […]}`: it takes `limit` and `cursor` and answers a page.

    `by` names the members that tell one item from another, `id` if none is named. Rows that come or go between two
    pages neither hide nor repeat the others.
    """

    def dress(view: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        @wraps(view)
        def in_pages(request: HttpRequest, **given: Any) -> dict[str, Any]:
            page: WholeQuery = given.pop("page")
            return cut(view(request, **given), page=page, by=by or ("id",), where=request.path)

        # How the framework learns of parameters that a decorator adds.
        in_pages._ninja_contribute_args = [("page", WholeQuery, Query(...))]  # type: ignore[attr-defined]  # noqa: SLF001
        return in_pages

    return dress


def cut(whole: dict[str, Any], *, page: WholeQuery, by: tuple[str, ...], where: str) -> dict[str, Any]:
    """A page of a whole list. Refusal: `cursor_not_valid`, also for the cursor of another address."""
    items: list[dict[str, Any]] = whole["items"]
    marks = _marks([json.dumps([item[name] for name in by]) for item in items])
    begin = 0 if page.cursor is None else _resumed(page.cursor, marks, where)
    end = begin + page.limit
    more = _seal(where, marks[:end], end) if end < len(items) else None
    return {**whole, "items": items[begin:end], "next_cursor": more}


def _marks(names: list[str]) -> list[bytes]:
    """One for each row: of rows that say the same, the second is another than the first."""
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        seen[name] += 1
        found.append(_mark(f"{seen[name]} {name}"))
    return found


def _mark(text: str) -> bytes:
    return sha256(text.encode()).digest()[:_MARK]


def _seal(where: str, seen: list[bytes], place: int) -> str:
    last = b"".join(reversed(seen[-REMEMBERED:]))
    return base64.urlsafe_b64encode(_mark(where) + place.to_bytes(4, "big") + last).decode().rstrip("=")


def _resumed(cursor: str, marks: list[bytes], where: str) -> int:
    """After the last row seen that is still there; where all are gone, rather a row twice than one not at all."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise CursorNotValid(field="cursor") from error
    seen = [raw[place : place + _MARK] for place in range(_MARK + 4, len(raw), _MARK)]
    if len(raw) < 2 * _MARK + 4 or len(seen[-1]) != _MARK or raw[:_MARK] != _mark(where):
        raise CursorNotValid(field="cursor")
    for mark in seen:
        if mark in marks:
            return marks.index(mark) + 1
    return max(0, min(int.from_bytes(raw[_MARK : _MARK + 4], "big"), len(marks)) - REMEMBERED)
