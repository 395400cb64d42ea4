"""The installation a benchmark runs against, and thousands of orders in the state it needs.

One order is brought there by real operations; the others are copies of its rows under other IDs. That is done by
the superuser with triggers off, and only here: what is measured afterwards runs as everything always does.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

RUNS_AS = {"HOLDFAST_SANDBOX": "1", "HOLDFAST_LOG_LEVEL": "ERROR"}
SUPPLIERS = 500
"""Releases go to as many suppliers as a marketplace of some size has, so that no single balance is the queue."""

PAST = 20_000
"""Orders that are over, of which the ledger still has the accounts and the record the last answers."""


@contextmanager
def installation() -> Iterator[Path]:
    """A home of its own, founded, with its settings in the environment of this process."""
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as folder:
        Path(folder).chmod(0o711)  # so that the database stands in it, and goes with it
        os.environ.update({**RUNS_AS, "HOLDFAST_HOME": folder, "HOLDFAST_PORT": str(_free_port())})
        command = [sys.executable, "-m", "holdfast", "init", "--sandbox", "--admin-email", "bench@example.com"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        yield Path(folder)


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children(words: str) -> list[int]:
    """The processes that this one started itself and whose command line has these words in it."""
    found = []
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            command = (process / "cmdline").read_bytes().replace(b"\x00", b" ").decode(errors="replace")
        except OSError:
            continue
        if parent == os.getpid() and words in command:
            found.append(int(process.name))
    return found


def cpu_seconds(process: int) -> float:
    """CPU of a process and of everything below it, those that have ended included."""
    try:
        words = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        threads = Path(f"/proc/{process}/task").glob("*/children")
        below = [child for thread in threads for child in thread.read_text().split()]
    except OSError:
        return 0.0
    own = sum(int(ticks) for ticks in words[11:15]) / os.sysconf("SC_CLK_TCK")
    return own + sum(cpu_seconds(int(child)) for child in below)


def stop_worker() -> None:
    """End the installation's worker; a supervisor that runs a benchmark does not start it again."""
    for process in children("-m holdfast worker"):
        os.kill(process, signal.SIGTERM)
        os.waitpid(process, 0)


def superuser() -> psycopg.Connection[Any]:
    """The superuser of the embedded server, on the installation's database."""
    from django.conf import settings

    from holdfast.database.cluster import PORT, SUPERUSER

    access = settings.DATABASE_ACCESS.owner
    password = settings.HOME.secrets().superuser_password
    return psycopg.connect(
        host=access.host, port=PORT, user=SUPERUSER, password=password, dbname=access.name, autocommit=True
    )


@dataclass(frozen=True)
class Copy:
    """The IDs of one copied order."""

    n: int
    order_id: UUID
    payment_id: UUID
    tranche_id: UUID
    lot_id: UUID
    supplier_id: UUID


def copies(*, count: int) -> list[Copy]:
    """Fresh IDs for so many orders, spread over the suppliers."""
    from holdfast.kernel.identifiers import new_id

    suppliers = [new_id() for _ in range(SUPPLIERS)]
    return [Copy(n, new_id(), new_id(), new_id(), new_id(), suppliers[n % SUPPLIERS]) for n in range(1, count + 1)]


def _rows(table: str, where: str, changes: Mapping[str, str]) -> str:
    """INSERT … SELECT that copies the rows of a table once for each copy, with other values in some columns."""
    pairs = ", ".join(f"'{column}', {value}" for column, value in changes.items())
    return (
        f"INSERT INTO {table} SELECT made.* FROM {table} t CROSS JOIN bench.copy c CROSS JOIN LATERAL "
        f"jsonb_populate_record(NULL::{table}, to_jsonb(t) || jsonb_build_object({pairs})) made WHERE {where}"
    )


def multiply(*, order_id: UUID, made: list[Copy], currency: str) -> None:
    """Copy an order, with its tranches, lots, payments, deadlines, chain head and escrow, once for each copy."""
    from holdfast.ledger.chart import of_order

    with superuser() as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("DROP SCHEMA IF EXISTS bench CASCADE; CREATE SCHEMA bench")
        connection.execute(
            "CREATE TABLE bench.copy (n int PRIMARY KEY, order_id uuid, payment_id uuid, tranche_id uuid, lot_id uuid,"
            " supplier_id uuid, escrow_id uuid)"
        )
        with connection.cursor() as cursor, cursor.copy("COPY bench.copy FROM STDIN") as copy:
            for row in made:
                escrow = of_order("escrow", row.order_id, currency).id
                copy.write_row(
                    (row.n, row.order_id, row.payment_id, row.tranche_id, row.lot_id, row.supplier_id, escrow)
                )
        of_this = f"t.order_id = '{order_id}'"
        order = {
            "id": "c.order_id",
            "number": "'B-' || left(md5(c.order_id::text), 20)",
            "contract_id": "gen_random_uuid()",
        }
        hexed = "replace(c.order_id::text, '-', '')"
        statements = [
            _rows("orders_order", f"t.id = '{order_id}'", order | {"supplier_id": "c.supplier_id"}),
            _rows("orders_tranche", of_this, {"id": "c.tranche_id", "order_id": "c.order_id"}),
            _rows("orders_lot", of_this, {"id": "c.lot_id", "order_id": "c.order_id"}),
            _rows(
                "rails_payment",
                of_this,
                {
                    "id": "c.payment_id",
                    "order_id": "c.order_id",
                    "reference": "'B-' || left(md5(c.order_id::text), 20)",
                },
            ),
            _rows(
                "record_event",
                f"t.chain_id = '{order_id}' AND NOT EXISTS (SELECT 1 FROM record_event later"
                " WHERE later.chain_id = t.chain_id AND later.seq > t.seq)",
                {"id": "gen_random_uuid()", "chain_id": "c.order_id"},
            ),
            _rows(
                "ledger_account",
                f"t.code = 'escrow' AND t.owner = '{order_id.hex}'",
                {"id": "c.escrow_id", "owner": hexed},
            ),
            _rows(
                "record_deadline",
                f"{of_this} AND t.state = 'open'",
                {
                    "id": "gen_random_uuid()",
                    "order_id": "c.order_id",
                    "subject_id": "CASE t.subject_kind WHEN 'order' THEN c.order_id WHEN 'lot' THEN c.lot_id "
                    "WHEN 'tranche' THEN c.tranche_id ELSE c.payment_id END",
                },
            ),
        ]
        for statement in statements:
            connection.execute(statement)
        # Orders of the past, so that no plan is made for tables that are still empty.
        connection.execute(
            "INSERT INTO ledger_account (id, code, owner, currency, guarded, balance_minor, version) "
            "SELECT gen_random_uuid(), 'escrow', md5(random()::text), %s, true, 0, 0 FROM generate_series(1, %s)",
            [currency, PAST],
        )
        connection.execute(
            "INSERT INTO record_answer (owner, key, fingerprint, status, body, at) "
            "SELECT gen_random_uuid(), md5(random()::text), '', 200, repeat('x', 300), now() "
            "FROM generate_series(1, %s)",
            [PAST],
        )
        connection.execute(
            "GRANT USAGE ON SCHEMA bench TO PUBLIC; GRANT SELECT ON ALL TABLES IN SCHEMA bench TO PUBLIC"
        )
        connection.execute("VACUUM ANALYZE")


@dataclass(frozen=True)
class Written:
    """The statement with which a command writes, and what it gives to it: texts, as they go over the wire."""

    statement: str
    given: tuple[str | None, ...]

    def types(self) -> list[str]:
        """What each of them is to the function that takes it."""
        asked = (
            "SELECT format_type(type, NULL) FROM pg_proc, unnest(proargtypes) WITH ORDINALITY argument(type, place)"
            " WHERE proname = %s ORDER BY place"
        )
        with superuser() as connection:
            functions = re.findall(r"(\w+)\(", self.statement)
            return [kind for function in functions for (kind,) in connection.execute(asked, (function,)).fetchall()]


class _Undo(Exception):
    """Takes the command back after its statement was seen."""


def written_by(command: Callable[[], object]) -> Written:
    """Run a command, keep the statement it writes with, and take everything back."""
    from django.db import connection, transaction

    seen: list[Written] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT ledger_post"):
            seen.append(Written(sql, tuple(params)))
        return execute(sql, params, many, context)

    try:
        with transaction.atomic():
            with connection.execute_wrapper(watch):
                command()
            raise _Undo
    except _Undo:
        return seen[0]


ACCOUNTS = slice(12, 16)
"""Where `ledger_post_few` is given its accounts, column by column."""


def _by_id(columns: list[str]) -> list[str]:
    """The accounts, which have other IDs now, in the order of these."""
    rows = sorted(zip(*(column.strip("{}").split(",") for column in columns), strict=True))
    return ["{" + ",".join(column) + "}" for column in zip(*rows, strict=True)]


_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def documents_for(*, written: Written, of: Copy, made: list[Copy], known: set[str], currency: str) -> None:
    """Write what every copy gives into `bench.given`: the same texts with the copy's IDs in them.

    `known` are the IDs that stay (the buyer, the operator's accounts); every other new ID gets a fresh one a copy.
    """
    from holdfast.kernel.identifiers import new_id
    from holdfast.ledger.chart import of_order, of_supplier

    def names(copy: Copy) -> dict[str, str]:
        return {
            str(copy.order_id): "order",
            str(copy.payment_id): "payment",
            str(copy.tranche_id): "tranche",
            str(copy.lot_id): "lot",
            str(copy.supplier_id): "supplier",
            str(of_order("escrow", copy.order_id, currency).id): "escrow",
            str(of_supplier("payable", copy.supplier_id, currency).id): "payable",
        }

    own = names(of)
    texts = [text or "" for text in written.given]
    fresh = {found for text in texts for found in _UUID.findall(text)} - set(own) - known
    swapped = fresh | set(own)
    name = re.compile("(" + "|".join(sorted(swapped | {one.replace("-", "") for one in swapped})) + ")")
    cut = [name.split(text) for text in texts]
    with superuser() as connection:
        columns = ", ".join(f"d{place} text STORAGE PLAIN" for place in range(len(texts)))
        connection.execute("DROP TABLE IF EXISTS bench.given, bench.at_hand")
        connection.execute(f"CREATE TABLE bench.given (n int PRIMARY KEY, {columns})")
        connection.execute("CREATE UNLOGGED TABLE bench.at_hand (LIKE bench.given INCLUDING ALL)")
        with connection.cursor() as cursor, cursor.copy("COPY bench.given FROM STDIN") as copy:
            for row in made:
                there = {label: name for name, label in names(row).items()}
                swaps = {name: there[label] for name, label in own.items()}
                swaps |= {name: str(new_id()) for name in fresh}
                swaps |= {name.replace("-", ""): value.replace("-", "") for name, value in swaps.items()}
                filled = ["".join(swaps.get(part, part) for part in parts) for parts in cut]
                filled[ACCOUNTS] = _by_id(filled[ACCOUNTS])
                copy.write_row((row.n, *(there or None for there in filled)))
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA bench TO PUBLIC")
        connection.execute("VACUUM ANALYZE bench.given")


def at_hand(*, first: int, last: int) -> None:
    """Put what these copies give into `bench.at_hand`, small enough to stay in memory.

    A command gets it over the wire: here it may cost no reading from a disk, no log and, stored plainly, no unpacking
    either. It is text there as well, and made what the functions take on the way.
    """
    with superuser() as connection:
        connection.execute("TRUNCATE bench.at_hand")
        connection.execute(
            "INSERT INTO bench.at_hand SELECT * FROM bench.given WHERE n BETWEEN %s AND %s", (first, last)
        )
        connection.execute("VACUUM ANALYZE bench.at_hand")
