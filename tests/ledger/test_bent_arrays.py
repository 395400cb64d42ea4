"""The door for a few amounts is open to whoever has the application's role: with arrays as no program of ours would
give them it refuses, or writes books that prove themselves."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.db import Error, connection, transaction

from holdfast.database.calls import Argument, statement
from holdfast.ledger import audit, book, chart
from holdfast.ledger.book import Transfer
from tests.ledger.test_guards import NOW, a_few, everything

pytestmark = [pytest.mark.database, pytest.mark.django_db]
MOVED, DIMENSIONS, ACCOUNTS = (0, 1, 2, 3, 4), (6, 7, 8, 9), (12, 13, 14, 15)


def bent(array: str) -> Iterator[Argument]:
    """The same array as none was meant: nothing, fewer, more, in rows, counted from elsewhere, with holes."""
    parts = array[1:-1].split(",")
    yield None
    for these in ([], parts[:-1], parts[1:], [*parts, parts[-1]], [parts[0], *parts], parts[::-1]):
        yield "{" + ",".join(these) + "}"
    yield "{{" + ",".join(parts) + "}}"
    yield "{{" + "},{".join(parts) + "}}"
    for low in (-len(parts), -1, 0, 2, 2**31 - 1 - len(parts)):
        yield f"[{low}:{low + len(parts) - 1}]={array}"
    for place in range(len(parts)):
        yield "{" + ",".join([*parts[:place], "NULL", *parts[place + 1 :]]) + "}"


def test_no_bent_array_leaves_books_that_do_not_hold() -> None:
    order_id = uuid4()
    escrow, payable = chart.of_order("escrow", order_id, "USD"), chart.of_supplier("payable", uuid4(), "USD")
    clearing = chart.of_rail("rail_clearing", "wire", "USD")
    a_few(book.rows(transfers=[Transfer("captured", clearing, escrow, 500)], cause_id=uuid4(), happened_at=NOW))
    moves = [Transfer("captured", clearing, escrow, 40), Transfer("released", escrow, payable, 30, order_id, 1)]
    document = book.rows(transfers=moves, cause_id=uuid4(), happened_at=NOW)
    ((function, straight),) = book.POST.calls(document)
    assert function == "ledger_post_few"
    before = everything()
    together = [MOVED, ACCOUNTS, (*MOVED, *DIMENSIONS), (*MOVED, *DIMENSIONS, *ACCOUNTS), (12, 15), (2, 3), (0, 4)]
    written = 0
    for places in [*((place,) for place in (*MOVED, *DIMENSIONS, *ACCOUNTS)), *together]:
        for ways in zip(*(bent(straight[place] or "") for place in places), strict=False):
            given = list(straight)
            for place, way in zip(places, ways, strict=True):
                given[place] = way
            try:
                with transaction.atomic():
                    with connection.cursor() as cursor:
                        cursor.execute(*statement([(function, given)]))
                    written += 1
                    # Which kind moves between which accounts the chart says, and no function of the database.
                    assert {one.what for one in audit.findings()} <= {"every movement is on the chart"}, given
                    raise Error
            except Error:
                assert everything() == before
    assert written > 0
