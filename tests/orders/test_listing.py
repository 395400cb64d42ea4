"""Lists of orders: what they hold, and that none of them is read by way of everybody's orders."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from holdfast.database.connection import Access
from holdfast.orders import listing
from holdfast.orders.listing import FURTHEST, Stretch, newest
from holdfast.parties.access import Caller
from tests.tampering import as_owner
from tests.world import World

ORDERS = 20_000
FEW = 7
"""So many of all orders are those of a party that trades little, and the oldest."""

MIDDLE = UUID("80000000-0000-0000-0000-000000000000")

COPY = """
INSERT INTO orders_order SELECT made.* FROM orders_order t CROSS JOIN generate_series(1, %(orders)s) n
 CROSS JOIN LATERAL jsonb_populate_record(NULL::orders_order, to_jsonb(t) || jsonb_build_object(
   'id', md5('id' || n)::uuid, 'number', 'B-' || n, 'contract_id', md5('contract' || n)::uuid,
   'buyer_id', CASE WHEN n <= %(few)s THEN %(bella)s WHEN n %% 2 = 0 THEN %(alma)s ELSE %(otto)s END,
   'supplier_id', CASE WHEN n %% 3 = 0 THEN %(boris)s ELSE %(chen)s END)) made
 WHERE t.id = %(order)s
"""


def walk(who: Caller, **asked: Any) -> Iterator[Stretch]:
    part = newest(caller=who, **asked)
    yield part
    while part.rest is not None:
        part = newest(caller=who, before=part.rest, **asked)
        yield part


@pytest.fixture
def two(world: World) -> tuple[Caller, list[UUID]]:
    """Alma with three orders, of which the oldest is cancelled; the newest is first."""
    made = [world.signed_order()]
    world.days_pass(12)
    return world.caller(world.alma), [*reversed([*made, world.signed_order(), world.signed_order()])]


def test_both_sides_the_staff_and_nobody_else_find_an_order_once(two: tuple[Caller, list[UUID]], world: World) -> None:
    alma, orders = two
    for who in (alma, world.caller(world.boris), world.caller(world.ada)):
        assert [line.id for line in newest(caller=who, limit=9).lines] == orders
    for who in (world.caller(world.chen), replace(alma, organisation_id=None)):
        assert newest(caller=who, limit=9) == Stretch([], None)


def test_a_list_goes_on_where_it_ended(two: tuple[Caller, list[UUID]]) -> None:
    alma, orders = two
    parts = list(walk(alma, limit=2))
    assert [[line.id for line in part.lines] for part in parts] == [orders[:2], orders[2:]]
    assert next(iter(walk(alma, limit=3))).rest is None


def test_what_is_rare_is_found_by_going_on(two: tuple[Caller, list[UUID]], monkeypatch: pytest.MonkeyPatch) -> None:
    alma, orders = two
    monkeypatch.setattr(listing, "FURTHEST", 2)
    parts = list(walk(alma, limit=2, only=Q(state="cancelled")))
    assert [[line.id for line in part.lines] for part in parts] == [[], orders[2:]]
    assert parts[0].rest == orders[1]
    assert [line.id for part in walk(alma, limit=1, only=Q(state="agreed")) for line in part.lines] == orders[:2]


# --- how they are read -----------------------------------------------------------------------------------------------


@pytest.fixture
def crowded(own_database: Access, django_db_blocker: Any) -> Iterator[dict[str, Caller]]:
    """Many orders: half of them Alma's, a third Boris's, a few Bella's; all of one state."""
    with django_db_blocker.unblock():
        world = World()
        bella, otto = (world._party(name, "buyer", "US", "America/New_York") for name in ("Bella Buys", "Otto Others"))
        parties = {"alma": world.alma, "bella": bella, "otto": otto, "boris": world.boris, "chen": world.chen}
        named = {name: party.organisation_id for name, party in parties.items()}
        order_id = world.signed_order()
        with as_owner(own_database) as owner:
            owner.execute("ALTER TABLE orders_order DISABLE TRIGGER USER")
            owner.execute(COPY, {**named, "orders": ORDERS, "few": FEW, "order": order_id})
            owner.execute("ALTER TABLE orders_order ENABLE TRIGGER USER")
            owner.execute("ANALYZE orders_order")
        yield {"ada": world.caller(world.ada)} | {name: world.caller(who) for name, who in parties.items()}
        connections.close_all()


def scans(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every part of a plan that reads orders."""
    if plan.get("Relation Name") == "orders_order":
        yield plan
    for part in plan.get("Plans", ()):
        yield from scans(part)


def read(part: dict[str, Any]) -> int:
    """So many rows a scan looked at."""
    return int((part["Actual Rows"] + part.get("Rows Removed by Filter", 0)) * part["Actual Loops"])


def looked_through(who: Caller, only: Q | None) -> Iterator[str]:
    """What is wrong with how a list's newest page, and one in its middle, are read."""
    with CaptureQueriesContext(connection) as asked:
        for before in (None, MIDDLE):
            newest(caller=who, limit=50, before=before, only=only)
    statements = [query["sql"] for query in asked if "orders_order" in query["sql"]]
    assert len(statements) == (2 if only is None else 4)
    for statement in statements:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}")
            found = cursor.fetchone()[0]
        parts = list(scans((json.loads(found) if isinstance(found, str) else found)[0]["Plan"]))
        assert parts, statement
        for part in parts:
            if part["Node Type"] == "Seq Scan" or read(part) > (51 if only is None else FURTHEST):
                yield f"{part['Node Type']} of {read(part)} rows: {statement}"


@pytest.mark.database
def test_no_list_is_read_by_way_of_everybodys_orders(crowded: dict[str, Caller]) -> None:
    filters = (None, Q(state="agreed"), Q(state="cancelled"), Q(number__icontains="none"))
    wrong = [
        f"{who}, {only}: {what}"
        for who in ("alma", "boris", "bella", "ada")
        for only in filters
        for what in looked_through(crowded[who], only)
    ]
    assert not wrong, "\n".join(wrong)
    assert len(newest(caller=crowded["bella"], limit=50).lines) == FEW
    assert newest(caller=crowded["bella"], limit=50, only=Q(state="cancelled")) == Stretch([], None)
    none = newest(caller=crowded["alma"], limit=50, only=Q(state="cancelled"))
    assert (none.lines, none.rest is not None) == ([], True)
