"""What money in and out of the real world costs: reading a bank's statement, a release run, a payout file, a close.

Each part is held against the bare work that cannot be avoided, in the same run on the same machine, and prints one
line: rates, and the ratio of ours to it; medians of repeated rounds. Sizes by environment variable, for a quick look.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from lxml import etree

from benchmarks import stage
from benchmarks.market import Market

ENTRIES = int(os.environ.get("HOLDFAST_BENCH_ENTRIES", "100000"))
RELEASES = int(os.environ.get("HOLDFAST_BENCH_RELEASES", "50000"))
PAYOUTS = int(os.environ.get("HOLDFAST_BENCH_PAYOUTS", "20000"))
BALANCES = int(os.environ.get("HOLDFAST_BENCH_BALANCES", "200000"))
ROUNDS = 5
FILES = int(os.environ.get("HOLDFAST_BENCH_FILES", "3"))
"""Statements that are taken in: each is another one."""
HERE = Path(__file__).parent


@contextmanager
def _timed(into: list[float]) -> Iterator[None]:
    began = time.perf_counter()
    yield
    into.append(time.perf_counter() - began)


def run(market: Market) -> None:
    """Measure every part and print a line each. The copies of the release run have no history: it comes last."""
    statement_import()
    payout_file()
    close(market)
    release_run(market)


# --- a bank's statement --------------------------------------------------------------------------------------------


def statement_import() -> None:
    """`holdfast statement FILE --import` of camt.053 files, beside lxml walking through the same file, and beside COPY
    of the same rows into a table with the same indexes."""
    from holdfast.rails.operations.bank_accounts import add_bank_account
    from tests.rails.bank import making

    _account(add_bank_account, making.IBAN)
    ours: list[float] = []
    parsed: list[float] = []
    copied: list[float] = []
    peaks = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(FILES):
            path = Path(folder) / f"{number}.xml"
            lines = making.many(ENTRIES, start=number * ENTRIES)
            making.camt(path, lines, number=number + 1)
            with _timed(parsed):
                for _event, element in etree.iterparse(str(path), tag="{*}Ntry"):
                    element.clear(keep_tail=False)
            with _timed(ours):
                peaks.append(_taken_in(path))
            copied.append(_copied(Path(folder) / f"{number}.rows"))
    ratio = statistics.median((p + c) / o for p, c, o in zip(parsed, copied, ours, strict=True))
    print(
        f"statement import: {ENTRIES} entries, {ENTRIES / statistics.median(ours):.0f}/s, "
        f"lxml alone {ENTRIES / statistics.median(parsed):.0f}/s, "
        f"COPY alone {ENTRIES / statistics.median(copied):.0f}/s, "
        f"ratio to both {ratio:.2f}, at most {max(peaks) / 1024:.0f} MB of memory",
        flush=True,
    )


def _account(add: Callable[..., object], number: str) -> None:
    from holdfast.record.act import Act

    act = Act(datetime.now(UTC), "system", None, None, "operator")
    add(act=act, name="Clients", number=number, bic="", currency="EUR", holds="clients")


def _taken_in(path: Path) -> int:
    """Import a file in a process of its own; answers the most memory that it had, in KiB."""
    command = [sys.executable, "-m", "holdfast", "statement", str(path), "--import"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = process.stdout.read() if process.stdout else b""
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(said.decode())
    return used.ru_maxrss


def _copied(path: Path) -> float:
    """Seconds that COPY needs for the rows of the newest file."""
    with stage.superuser() as connection, connection.cursor() as cursor:
        cursor.execute(
            "DROP TABLE IF EXISTS bench_line; CREATE TABLE bench_line (LIKE rails_statement_line INCLUDING ALL)"
        )
        with (
            path.open("wb") as file,
            cursor.copy(
                "COPY (SELECT * FROM rails_statement_line WHERE file_id ="
                " (SELECT id FROM rails_statement_file ORDER BY id DESC LIMIT 1)) TO STDOUT"
            ) as copy,
        ):
            for part in copy:
                file.write(part)
        began = time.perf_counter()
        with path.open("rb") as file, cursor.copy("COPY bench_line FROM STDIN") as copy:
            while part := file.read(1024 * 1024):
                copy.write(part)
        taken = time.perf_counter() - began
        rows = cursor.execute("SELECT count(*) FROM bench_line").fetchone()
        cursor.execute("DROP TABLE bench_line")
    if rows is None or rows[0] != ENTRIES:
        raise RuntimeError(f"{rows} lines of a file of {ENTRIES}")
    return taken


# --- a payout file -------------------------------------------------------------------------------------------------


def payout_file() -> None:
    """A pain.001 of many payments, beside lxml reading and writing the same bytes."""
    from holdfast.kernel.identifiers import new_id
    from holdfast.rails.bank import pain

    to = pain.Party(name="Boris Trading Company Ltd", iban="NL20INGB0001234567")
    orders = []
    for place in range(PAYOUTS):
        reference = pain.compact("pot", new_id())
        orders.append(pain.Order(reference, 1000 + place, to, f"RF18{place:015}"))
    now = datetime.now(UTC)
    debtor = pain.Party(name="Harbour Market", iban="NL91ABNA0417164300")
    asked = pain.Instruction(pain.compact("bat", new_id()), "Harbour Market", debtor, "EUR", now.date(), now)
    ours: list[float] = []
    bare: list[float] = []
    content = b""
    for _number in range(ROUNDS):
        with _timed(ours):
            content = pain.written(instruction=asked, orders=orders)
        with _timed(bare):
            etree.tostring(etree.fromstring(content))
    ratio = statistics.median(b / o for b, o in zip(bare, ours, strict=True))
    print(
        f"payout file: {PAYOUTS} payments, {PAYOUTS / statistics.median(ours):.0f}/s, {len(content) / 1e6:.1f} MB, "
        f"lxml alone {PAYOUTS / statistics.median(bare):.0f}/s, ratio {ratio:.2f}",
        flush=True,
    )


# --- the close -----------------------------------------------------------------------------------------------------


def close(market: Market) -> None:
    """The close of a day on which so many balances stand, with the proof of all books before it; and the Merkle sum
    tree by itself, beside as many bare hashes."""
    from holdfast.treasury.operations import closing
    from holdfast.treasury.rules.proof import Balance, Tree

    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    _deposits(market, yesterday)
    closed: list[float] = []
    with _timed(closed):
        closing.close_day(act=market.operator(), day=yesterday)
    summed: list[float] = []
    with stage.superuser() as connection, _timed(summed):
        connection.execute("SELECT account_id, sum(amount_minor) FROM ledger_entry GROUP BY 1").fetchall()
    ours: list[float] = []
    bare: list[float] = []
    balances = [Balance(uuid4(), "EUR", place) for place in range(BALANCES)]
    for _number in range(ROUNDS):
        with _timed(ours):
            Tree(secret=bytes(32), day=yesterday, balances=balances)
        with _timed(bare):
            for _one in range(3 * BALANCES):
                sha256(bytes(97)).digest()
    ratio = statistics.median(b / o for b, o in zip(bare, ours, strict=True))
    print(
        f"close: {BALANCES} balances in {closed[0]:.1f} s, their sums alone {summed[0]:.1f} s; "
        f"tree {statistics.median(ours):.2f} s, its hashes alone {statistics.median(bare):.2f} s, ratio {ratio:.2f}",
        flush=True,
    )


def _deposits(market: Market, day: date) -> None:
    """So many suppliers, each of whom has paid a deposit on that day: whole histories, so that the books are proven."""
    from holdfast.ledger.chart import of_operator, of_supplier

    bank = of_operator("client_bank", "USD")
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    with stage.superuser() as connection, connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "INSERT INTO ledger_account (id, code, owner, currency, guarded, version)"
            " VALUES (%s, %s, %s, %s, false, 0) ON CONFLICT DO NOTHING",
            [bank.id, bank.code, bank.owner, bank.currency],
        )
        with cursor.copy(
            "COPY ledger_account (id, code, owner, currency, guarded, balance_minor, version) FROM STDIN"
        ) as copy:
            for place in range(BALANCES):
                account = of_supplier("deposit", uuid4(), "USD")
                copy.write_row((account.id, account.code, account.owner, account.currency, True, 1000 + place, 1))
        cursor.execute(
            """INSERT INTO ledger_transfer (id, kind, debit_id, credit_id, amount_minor, currency, cause_id,
                                            happened_at, recorded_at, booked_on)
               SELECT gen_random_uuid(), 'deposit_paid', %s, id, balance_minor, currency, %s, %s, now(), %s
               FROM ledger_account WHERE code = 'deposit'""",
            [bank.id, market.operator_id, at, day],
        )
        cursor.execute(
            "INSERT INTO ledger_entry (transfer_id, account_id, amount_minor, balance_after_minor, version)"
            " SELECT id, debit_id, -amount_minor, NULL, NULL FROM ledger_transfer WHERE kind = 'deposit_paid' UNION ALL"
            " SELECT id, credit_id, amount_minor, amount_minor, 1 FROM ledger_transfer WHERE kind = 'deposit_paid'"
        )
        cursor.execute("VACUUM ANALYZE")


# --- the release run -----------------------------------------------------------------------------------------------


def release_run(market: Market) -> None:
    """Receipt by silence of many orders, in rounds: the worker's own way, beside one bare statement that writes the
    same rows and is taken back."""
    from holdfast.kernel import memory
    from holdfast.orders.operations import clockwork
    from holdfast.record import deadlines

    memory.settle()  # as the worker does
    source = market.delivered_lot()
    made = stage.copies(count=RELEASES)
    stage.multiply(order_id=source.order_id, made=made, currency="USD")
    first = _due_in_rounds(made, source=source)
    handlers = {"lot.receipt": clockwork.HANDLERS["lot.receipt"]}
    ours: list[float] = []
    bare: list[float] = []
    for number in range(ROUNDS):
        now = first + timedelta(hours=number, minutes=30)
        _bare(now, bare)
        acted = deadlines.Ran()
        with _timed(ours):
            while (ran := deadlines.run_due(now=now, handlers=handlers, batches=clockwork.BATCHES, limit=250)) != (
                deadlines.Ran()
            ):
                acted += ran
        if acted != deadlines.Ran(acted=RELEASES // ROUNDS):
            raise RuntimeError(f"not every order was released: {acted}")
    each = RELEASES // ROUNDS
    ratio = statistics.median(b / o for b, o in zip(bare, ours, strict=True))
    print(
        f"release run: {RELEASES} orders, {each / statistics.median(ours):.0f} orders/s, "
        f"one bare statement {each / statistics.median(bare):.0f} orders/s, ratio {ratio:.2f}",
        flush=True,
    )


def _due_in_rounds(made: list[stage.Copy], *, source: stage.Copy) -> datetime:
    """Put the copies' deadlines for receipt into rounds of an hour each, told of in time; answers the first."""
    from holdfast.ledger.chart import of_operator, of_supplier

    first = datetime.now(UTC) + timedelta(days=60)
    with stage.superuser() as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE record_deadline SET state = 'done' WHERE order_id = %s", [source.order_id])
        connection.execute(
            "UPDATE record_deadline d SET due_at = %s::timestamptz + (c.n %% %s) * interval '1 hour',"
            " notified_at = now() FROM bench.copy c WHERE d.subject_id = c.lot_id AND d.kind = 'lot.receipt'",
            [first, ROUNDS],
        )
        accounts = [of_supplier("payable", supplier, "USD") for supplier in {copy.supplier_id for copy in made}]
        accounts.append(of_operator("fee_income", "USD"))
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO ledger_account (id, code, owner, currency, guarded, balance_minor, version)"
                " VALUES (%s, %s, %s, %s, %s, %s, 0) ON CONFLICT DO NOTHING",
                [
                    (one.id, one.code, one.owner, one.currency, one.guarded, 0 if one.guarded else None)
                    for one in accounts
                ],
            )
        connection.execute("VACUUM ANALYZE record_deadline, ledger_account")
    return first


def _bare(now: datetime, into: list[float]) -> None:
    statement = (HERE / "release_run.sql").read_text()
    with stage.superuser() as connection, connection.transaction(force_rollback=True), _timed(into):
        connection.execute(statement, {"now": now})  # type: ignore[arg-type]
