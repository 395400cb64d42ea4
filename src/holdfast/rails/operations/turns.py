"""Everybody's turn: all rows that wait, page by page, and one that fails does not hold up those behind it.

It knows rows with an ID and faults. What is done in a turn is the caller's.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

log = logging.getLogger(__name__)
PAGE = 100
Row = TypeVar("Row", bound=Model)


def in_turn(rows: QuerySet[Row], *, page: int = PAGE) -> Iterator[Row]:
    """All of them by ID, read a page at a time: rows that stay as they are are passed by, not stood before."""
    last: Any = None
    while True:
        found = list((rows if last is None else rows.filter(pk__gt=last)).order_by("pk")[:page])
        yield from found
        if len(found) < page:
            return
        last = found[-1].pk


@contextmanager
def alone(kind: str, subject_id: UUID) -> Iterator[None]:
    """A fault in here is one row's: it is logged, nothing of it is written, and the next row has its turn."""
    try:
        yield
    except Exception:
        log.exception("%s %s could not be carried on", kind, subject_id)
