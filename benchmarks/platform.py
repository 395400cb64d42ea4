"""What the platform costs around the money: the cheapest authenticated request, lists over many orders, webhooks.

Each measure stands beside bare work that nothing can avoid, in the same run and on the same server. A measure is a
function of the market that prints its lines; put another into `MEASURES` to have it measured too.
"""

import http.client
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg

from benchmarks import stage
from benchmarks.market import Market

ROUNDS = 5
CONNECTIONS = 8
REQUESTS = int(os.environ.get("HOLDFAST_BENCH_REQUESTS", "2000"))
FEW = 10_000
MANY = int(os.environ.get("HOLDFAST_BENCH_LISTED", "1000000"))
PAGES = 300
"""Pages that are asked for at each size, one after the other."""
SHARE = 100
"""One in so many orders is the buyer's own; the others are those of a hundred others."""
CHEAPEST = "/v1/payments?limit=1"
"""A key is proven, the gate asked, and a list answered that has nothing in it."""


def run(market: Market) -> None:
    """Measure every part and print a line each."""
    for measure in MEASURES:
        measure(market)
    if importlib.util.find_spec("benchmarks.platform_webhooks") is not None:
        importlib.import_module("benchmarks.platform_webhooks").run(market)


# --- the cheapest request ------------------------------------------------------------------------------------------


def cheapest_request(market: Market) -> None:
    """An authenticated GET beside a bare Django view (`/healthz`: one small JSON document, no database)."""
    ours, bare, latencies = [], [], []
    _asked(market, CHEAPEST, 200)
    for _round in range(ROUNDS):
        rate, took = _asked(market, CHEAPEST, REQUESTS)
        ours.append(rate)
        latencies += took
        bare.append(_asked(market, "/healthz", REQUESTS)[0])
    rate, plain = statistics.median(ours), statistics.median(bare)
    print(
        f"cheapest authenticated GET: {rate:.0f}/s, p50 {_at(latencies, 50):.1f} ms, p99 {_at(latencies, 99):.1f} ms; "
        f"bare Django view {plain:.0f}/s; ratio {rate / plain:.2f}"
    )


def _asked(market: Market, path: str, count: int) -> tuple[float, list[float]]:
    """Requests a second over eight connections, and how long each took in milliseconds."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.write((json.dumps([path, None, ""]) + "\n") * count)
        file.flush()
        command = [sys.executable, "-m", "benchmarks.load", "127.0.0.1", str(market.port), str(CONNECTIONS)]
        done = subprocess.run([*command, market.token, file.name], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    found = json.loads(done.stdout)
    if set(found["statuses"]) != {"200"}:
        raise RuntimeError(f"{path} was not always answered: {found['statuses']}")
    return count / found["seconds"], found["latencies_ms"]


def _at(values: list[float], percent: int) -> float:
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, len(ranked) * percent // 100)]


# --- lists ---------------------------------------------------------------------------------------------------------


def lists_of_orders(market: Market) -> None:
    """A page of 50 orders, among few and among many: one's own, newest or in the middle, and the operator's."""
    source = market.signed()
    operator = _operator_key(market)
    stage_of = {}
    for size in (FEW, MANY):
        _fill(source, market, size)
        own = _own(market)
        middle = own[len(own) // 2]
        stage_of[size] = {
            "own, newest": _pages(market.port, "/v1/orders", market.token),
            "own, in the middle": _pages(market.port, f"/v1/orders?cursor={_cursor(middle)}", market.token),
            "own, of one state": _pages(market.port, "/v1/orders?state=agreed", market.token),
            "own, of a state that none is in": _pages(market.port, "/v1/orders?state=cancelled", market.token),
            "the operator's": _pages(market.port, "/v1/orders", operator),
        }
    for name, few in stage_of[FEW].items():
        many = stage_of[MANY][name]
        print(
            f"page of 50 orders ({name}): of {FEW:,} p50 {_at(few, 50):.1f} ms, p99 {_at(few, 99):.1f} ms; "
            f"of {MANY:,} p50 {_at(many, 50):.1f} ms, p99 {_at(many, 99):.1f} ms; "
            f"ratio {_at(many, 50) / _at(few, 50):.2f}"
        )


def _fill(source: UUID, market: Market, size: int) -> None:
    """Copies of one order in one statement, until there are so many; every hundredth is the buyer's, the rest others'.

    Done as the superuser with triggers off, all indexes kept. Names come in the order of time, as those of real orders
    do, so that an index grows at its end: the database's own uuidv7() is younger than PostgreSQL 15.
    """
    columns = {
        "id": "pg_temp.named(n, '7')",
        "number": "'B-' || lpad(n::text, 9, '0')",
        "contract_id": "pg_temp.named(n, '8')",
        "buyer_id": f"CASE n % {SHARE} WHEN 0 THEN '{market.buyer_id}'::uuid ELSE md5('b' || n % {SHARE})::uuid END",
        "supplier_id": f"CASE n % {SHARE} WHEN 0 THEN '{market.supplier_id}'::uuid "
        f"ELSE md5('s' || n % {SHARE})::uuid END",
    }
    with stage.superuser() as connection:
        connection.execute("SET session_replication_role = replica; SET synchronous_commit = off")
        connection.execute(
            "CREATE FUNCTION pg_temp.named(n bigint, version text) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT "
            "(lpad(to_hex(1700000000000 + n), 12, '0') || version || '0008' || lpad(to_hex(n), 15, '0'))::uuid $$"
        )
        _others(connection, market)
        names = connection.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'orders_order'::regclass AND attnum > 0 "
            "AND NOT attisdropped ORDER BY attnum"
        ).fetchall()
        connection.execute(
            f"INSERT INTO orders_order ({', '.join(name for (name,) in names)}) "
            f"SELECT {', '.join(columns.get(name, f't.{name}') for (name,) in names)} FROM orders_order t "
            f"CROSS JOIN generate_series((SELECT count(*) FROM orders_order), {size - 1}) n WHERE t.id = '{source}'"
        )
        connection.execute("VACUUM ANALYZE orders_order")
        connection.execute("CHECKPOINT")


def _others(connection: psycopg.Connection[Any], market: Market) -> None:
    """The hundred others, whose names are shown beside their orders."""
    for kind, whose in (("b", market.buyer_id), ("s", market.supplier_id)):
        connection.execute(
            "INSERT INTO parties_organisation SELECT made.* FROM parties_organisation t "
            f"CROSS JOIN generate_series(1, {SHARE - 1}) n CROSS JOIN LATERAL jsonb_populate_record("
            "NULL::parties_organisation, to_jsonb(t) || "
            f"jsonb_build_object('id', md5('{kind}' || n)::uuid)) made WHERE t.id = '{whose}' "
            "ON CONFLICT DO NOTHING"
        )


def _own(market: Market) -> list[UUID]:
    from holdfast.orders.models import Order

    return list(Order.objects.filter(buyer_id=market.buyer_id).order_by("-id").values_list("id", flat=True))


def _cursor(last: UUID) -> str:
    from base64 import urlsafe_b64encode

    return urlsafe_b64encode(last.bytes).decode().rstrip("=")


def _operator_key(market: Market) -> str:
    from holdfast.parties import operations as parties
    from holdfast.record.act import Act

    act = Act(datetime.now(UTC), "system", None, None, "operator")
    made = parties.create_key(act=act, organisation_id=market.operator_id, name="bench", scopes=["operator"])
    if made.secret is None:
        raise RuntimeError("a new key shows its secret once")
    return made.secret


def _pages(port: int, path: str, token: str) -> list[float]:
    """How long each of some pages took, in milliseconds, on one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    took = []
    for number in range(PAGES + 20):
        began = time.perf_counter()
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        if number >= 20:
            took.append((time.perf_counter() - began) * 1000)
    connection.close()
    return took


MEASURES: tuple[Callable[[Market], None], ...] = (cheapest_request, lists_of_orders)
