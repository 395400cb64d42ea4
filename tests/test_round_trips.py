"""How often a command goes to the database and back, counted on the wire: what makes it fast, and is lost unseen.

Two reads before the transaction (who asks, what they may touch); in it BEGIN with what locks and loads, and what
records with COMMIT.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from holdfast.database.connection import Access
from holdfast.kernel.identifiers import public
from holdfast.orders.operations import paying
from holdfast.parties import operations as parties
from tests.parties.cast import Shop
from tests.world import CARD, NOW, World

pytestmark = [
    pytest.mark.own_database,
    pytest.mark.skipif(sys.platform != "linux", reason="libpq writes what it sends on Linux only"),
]
IN_THE_TRANSACTION = ["BEGIN, SELECT orders_lock_text", "SELECT ledger_post_few, COMMIT"]
WARM_UP = 4
"""So many times a statement is sent before it is prepared on its connection, and a little more."""


@pytest.fixture
def market(own_database: Access) -> tuple[World, Shop]:
    """A world whose commits are real, and Alma's key."""
    world = World()
    made = parties.create_key(
        act=world.operator(),
        organisation_id=world.alma.organisation_id,
        name="wire",
        scopes=["orders:read", "orders:write", "payments:write"],
    )
    assert made.secret is not None
    return world, Shop(made.secret)


@contextmanager
def on_the_wire() -> Iterator[list[str]]:
    """What libpq itself says passed on the connection, a line a message; filled when the block ends."""
    lines: list[str] = []
    connection.ensure_connection()
    wire = connection.connection.pgconn
    with tempfile.NamedTemporaryFile("w+") as file:
        wire.trace(file.fileno())
        try:
            yield lines
        finally:
            wire.untrace()
            lines += Path(file.name).read_text(errors="replace").splitlines()


def round_trips(lines: list[str]) -> int:
    """How often something is sent after the server has answered: F is what goes to it, B what comes back."""
    ways = [found[1] for line in lines if (found := re.search(r"\t([FB])\t\d+\t", line))]
    return "".join(ways).count("BF") + 1


def statements(send: Callable[[], Any]) -> list[str]:
    """The same request as Django saw it, transaction control included."""
    seen: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        send()
    return seen


def captures(world: World, shop: Shop) -> Iterator[Callable[[], Any]]:
    """Requests that capture a payment each."""
    while True:
        payment = paying.request_payment(
            act=world.buyer(), order_id=world.signed_order(), tranche=1, rail="card", instrument={"number": CARD}
        )
        yield _posting(shop, f"/v1/payments/{public('pay', payment.id)}/capture", payment.id)


def receipts(world: World, shop: Shop) -> Iterator[Callable[[], Any]]:
    """Requests that receive a lot each."""
    while True:
        # Every order is of the same day: the contract names the day of shipment.
        world.now = NOW
        order_id = world.delivered()
        yield _posting(shop, f"/v1/orders/{public('ord', order_id)}/lots/1/receive", order_id)


def _posting(shop: Shop, path: str, key: UUID) -> Callable[[], Any]:
    def send() -> Any:
        answer = shop.post(path, {}, key=str(key))
        assert answer.status_code == 200, answer.content
        return answer

    return send


@pytest.mark.parametrize("requests", [captures, receipts])
def test_a_money_command_takes_two_reads_and_a_transaction_of_two(
    market: tuple[World, Shop], requests: Callable[[World, Shop], Iterator[Callable[[], Any]]]
) -> None:
    commands = requests(*market)
    for _ in range(WARM_UP):
        next(commands)()
    first, second = next(commands), next(commands)
    seen = statements(first)
    assert [sql.split("(")[0] for sql in seen][2:] == ["SELECT orders_lock_text", "SELECT ledger_post_few"], seen
    assert all(sql.lstrip().startswith("SELECT") for sql in seen[:2])
    with on_the_wire() as lines:
        second()
    assert round_trips(lines) == 2 + len(IN_THE_TRANSACTION), "\n".join(lines)


def test_a_repeated_command_is_answered_by_the_first_read(market: tuple[World, Shop]) -> None:
    commands = captures(*market)
    for _ in range(WARM_UP):
        next(commands)()
    again = next(commands)
    answer = again()
    with on_the_wire() as lines:
        repeated = again()
    assert repeated.content == answer.content
    assert repeated["Idempotent-Replayed"] == "true"
    assert round_trips(lines) == 1
