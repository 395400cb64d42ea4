"""Two who want the same order at once: who waited sees what the first one left, of the order and of all that hangs
on it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connections

from holdfast.database.connection import Access
from tests.world import World

pytestmark = pytest.mark.own_database


@pytest.fixture
def town(own_database: Access, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock():
        yield World()
        connections.close_all()


@pytest.mark.database
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT orders_lock_text(%s)",
        "SELECT orders_lock(%s)::text",
        "SELECT orders_lock_many(ARRAY[%s], ARRAY[NULL]::uuid[])",
    ],
)
def test_who_waited_for_an_order_reads_what_the_first_one_left(
    town: World, own_database: Access, statement: str
) -> None:
    order_id = town.signed_order()
    read: list[dict[str, Any]] = []

    def waits() -> None:
        with psycopg.connect(**own_database.for_psycopg(), autocommit=True) as second:
            row = second.execute(statement, [order_id]).fetchone()
            assert row is not None
            read.append(json.loads(row[0]))

    with psycopg.connect(**own_database.for_psycopg()) as first:
        first.execute("SELECT 1 FROM orders_order WHERE id = %s FOR UPDATE", [order_id])
        rival = threading.Thread(target=waits)
        rival.start()
        deadline = time.monotonic() + 20
        blocked = "SELECT 1 FROM pg_locks WHERE NOT granted"
        while first.execute(blocked).fetchone() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        first.execute("UPDATE orders_order SET overdue = true WHERE id = %s", [order_id])
        first.execute("UPDATE orders_tranche SET funded_minor = 7 WHERE order_id = %s", [order_id])
        assert read == []
        first.commit()
    rival.join(20)
    (found,) = read
    assert found["order"]["overdue"] is True
    assert [tranche["funded_minor"] for tranche in found["tranches"]] == [7]
