"""A database filled by an earlier version is restored, migrated, and still proves itself: nothing is left behind.

`tests/data/` has a plain dump of each release, made on the oldest supported PostgreSQL, so that all later ones read it.
"""

import gzip
import json
import os
import subprocess
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections

from holdfast import jobs
from holdfast.database import binaries
from holdfast.database.connection import Access
from holdfast.database.migrating import migrate
from holdfast.kernel import clock
from holdfast.orders import queries
from holdfast.orders.models import Debt, Order
from holdfast.record import events
from holdfast.record.models import Deadline
from tests.conftest import _drop, _make, _point_at

DUMPS = sorted((Path(__file__).parents[1] / "data").glob("holdfast-*.sql.gz"))

pytestmark = pytest.mark.database

EXPLAINED: dict[str, Callable[[dict[str, Any], dict[str, Any]], bool]] = {}
"""Columns whose values a migration changes, with what holds of a changed one."""
WRITTEN_BY_FUNCTIONS = {
    "ledger_transfer.booked_on",
    *(
        f"orders_debt.{column}"
        for column in (
            *("kind", "state", "reference", "advanced_minor", "reserve_minor"),
            *("reminders", "write_off_reason"),
        )
    ),
}


def test_there_is_a_dump_of_a_release() -> None:
    assert DUMPS


Row = dict[str, Any]


@dataclass(frozen=True)
class Upgraded:
    """A database that this version has migrated, and what stood in it before."""

    name: str
    rows: dict[str, list[Row]]
    columns: dict[str, set[str]]


@pytest.fixture
def restored(upgraded: Upgraded) -> str:
    """Its name."""
    return upgraded.name


@pytest.fixture(params=DUMPS, ids=lambda dump: dump.name)
def upgraded(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[Upgraded]:
    """The dump, read by the owner into an empty database and brought to this version; connected as the application."""
    before = connections["default"].settings_dict["NAME"]
    owner, application = settings.DATABASE_ACCESS.owner, settings.DATABASE_ACCESS.application
    name = f"holdfast_upgrade_{uuid.uuid4().hex[:12]}"
    with django_db_blocker.unblock():
        _make(name, "template0")
        try:
            _read(gzip.decompress(request.param.read_bytes()), owner, name)
            _point_at(name=name, access=owner)
            columns = _columns()
            rows = {table: _rows(table) for table in columns}
            migrate(verbosity=0)
            _point_at(name=name, access=application)
            yield Upgraded(name, rows, columns)
        finally:
            _point_at(name=before, access=application)
            _drop(name)


def _read(text: bytes, owner: Access, name: str) -> None:
    environment = {
        **os.environ,
        "PGHOST": str(owner.host),
        "PGPORT": str(owner.port),
        "PGUSER": owner.user,
        "PGPASSWORD": owner.password or "",
        "PGDATABASE": name,
        "PGOPTIONS": "-c client_min_messages=warning",
    }
    command = [binaries.find().program("psql"), "-q", "-X", "-v", "ON_ERROR_STOP=1", "-f", "-"]
    done = subprocess.run(command, input=text, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def _columns() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables"
            " USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        for table, column in cursor.fetchall():
            found.setdefault(table, set()).add(column)
    return found


def _keys() -> dict[str, tuple[str, ...]]:
    """The columns of each table's primary key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.conrelid::regclass::text, array_agg(a.attname::text ORDER BY a.attnum) FROM pg_constraint c"
            " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)"
            " WHERE c.contype = 'p' AND c.connamespace = 'public'::regnamespace GROUP BY 1"
        )
        return {table: tuple(columns) for table, columns in cursor.fetchall()}


def _rows(table: str) -> list[Row]:
    """Every row as the database itself writes it down."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t')
        return [json.loads(row[0]) for row in cursor.fetchall()]


def _by(key: tuple[str, ...], rows: list[Row]) -> dict[tuple[str, ...], Row]:
    named = {tuple(str(row[column]) for column in key): row for row in rows}
    assert len(named) == len(rows)
    return named


def test_every_row_is_there_with_what_it_said(upgraded: Upgraded) -> None:
    """By content: each column that was there keeps its value in every row, or `EXPLAINED` says why not."""
    wrong, counted, moved, keys = [], 0, set(), _keys()
    for table, rows in upgraded.rows.items():
        before, after = _by(keys[table], rows), _by(keys[table], _rows(table))
        counted += len(before)
        wrong += [f"{table} {name} is gone" for name in before.keys() - after.keys()]
        for name in before.keys() & after.keys():
            now = after[name]
            changed = [column for column, value in before[name].items() if now.get(column, "nowhere") != value]
            for place, column in ((f"{table}.{column}", column) for column in changed):
                moved.add(place)
                if place not in EXPLAINED or not EXPLAINED[place](before[name], now):
                    wrong.append(f"{place} of {name}: {before[name][column]!r} is {now.get(column)!r}")
    assert not wrong, "\n".join(sorted(wrong)[:30])
    assert counted > 1000
    # What is explained and has not happened is explained for nothing.
    assert moved == set(EXPLAINED)


def test_a_column_that_is_new_fills_itself(upgraded: Upgraded) -> None:
    """The release before names only what it knows: a new column of its tables may be empty or has a value of its own.
    `WRITTEN_BY_FUNCTIONS` are those that only a function of the database writes, which knows the release before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO' AND is_generated = 'NEVER'"
        )
        needed = {f"{table}.{column}" for table, column in cursor.fetchall() if table in upgraded.columns}
    old = {f"{table}.{column}" for table, columns in upgraded.columns.items() for column in columns}
    assert needed - old == WRITTEN_BY_FUNCTIONS
    assert old - {f"{table}.{column}" for table, columns in _columns().items() for column in columns} == set()


def test_a_filled_database_of_a_release_upgrades_and_proves_itself(restored: str) -> None:
    proof = jobs.audit(with_files=False)
    assert proof.findings == ()
    assert proof.transfers > 50
    assert proof.events > 200
    for order_id in Order.objects.values_list("id", flat=True):
        page = queries.page(order_id=order_id, role="operator", now=clock.read())
        assert page.amounts.paid_minor >= page.amounts.refunded_minor
        assert events.verify(chain_id=order_id).broken_at is None
    for debt in Debt.objects.filter(state="open"):
        assert Deadline.objects.filter(subject_id=debt.id, kind="debt.remind", state="open").exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, count(*) FROM orders_order")
        assert cursor.fetchone()[0] == settings.DATABASE_ACCESS.application.user
