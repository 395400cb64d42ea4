"""`fund` and `release` over HTTP, beside pgbench calling the same functions on the same tables in the same run.

Five rounds, the parts of each round one after the other so that drift of the machine falls on all of them; medians.
The ratio is HTTP to the best that pgbench reaches with 2, 4 or 8 clients. The plain unit (`unit.sql`) runs beside it:
the functions must reach at least half of its rate, so that slower SQL cannot better the ratio.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

from benchmarks import database, stage
from benchmarks.market import Market

ROUNDS = 5
CONNECTIONS = 8
HTTP_REQUESTS = int(os.environ.get("HOLDFAST_BENCH_REQUESTS", "2000"))
PER_CLIENT = {2: 1000, 4: 800, 8: 800}
"""Transactions of one pgbench client: enough that what each new connection first learns (the catalogue, the
functions) weighs as little as it does in the server, which keeps its connections."""

_A_ROUND = sum(clients * count for clients, count in PER_CLIENT.items())
HERE = Path(__file__).parent


@dataclass
class Measured:
    """What five rounds gave; rates a second, CPU and latencies in milliseconds."""

    http: list[float] = field(default_factory=list)
    alone: dict[int, list[float]] = field(default_factory=dict)
    unit: dict[int, list[float]] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)
    python: list[float] = field(default_factory=list)
    postgres: list[float] = field(default_factory=list)


def _best(rates: dict[int, list[float]]) -> float:
    return max(statistics.median(found) for found in rates.values())


def _cpu(name: str) -> float:
    """Seconds of CPU that a part of this installation has used so far: the web server, or PostgreSQL."""
    return sum(stage.cpu_seconds(process) for process in stage.children(name))


def _http(market: Market, requests: list[tuple[str, str]], measured: Measured) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        for path, body in requests:
            file.write(json.dumps([path, body, uuid4().hex]) + "\n")
        file.flush()
        before = _cpu("-m granian"), _cpu("postgres -D")
        command = [sys.executable, "-m", "benchmarks.load", "127.0.0.1", str(market.port), str(CONNECTIONS)]
        done = subprocess.run([*command, market.token, file.name], capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)
        after = _cpu("-m granian"), _cpu("postgres -D")
    found = json.loads(done.stdout)
    if set(found["statuses"]) != {"200"}:
        raise RuntimeError(f"not every request was carried out: {found['statuses']}")
    measured.http.append(len(requests) / found["seconds"])
    measured.latencies += found["latencies_ms"]
    measured.python.append((after[0] - before[0]) * 1000 / len(requests))
    measured.postgres.append((after[1] - before[1]) * 1000 / len(requests))


@dataclass(frozen=True)
class Command:
    """One command: an order brought to where it can be given, the command itself, and its request for a copy."""

    name: str
    ready: Callable[[Market], stage.Copy]
    act: Callable[[Market, stage.Copy], object]
    request: Callable[[stage.Copy], tuple[str, str]]


def measure(market: Market, command: Command) -> Measured:
    """Five interleaved rounds of one command."""
    source = command.ready(market)
    a_round = HTTP_REQUESTS + _A_ROUND
    warm_up = 200
    made = stage.copies(count=ROUNDS * a_round + warm_up)
    stage.multiply(order_id=source.order_id, made=made, currency="USD")
    written = stage.written_by(lambda: command.act(market, made[0]))
    stage.documents_for(written=written, of=made[0], made=made, known=market.known(), currency="USD")
    measured = Measured()
    _http(market, [command.request(copy) for copy in made[-warm_up:]], Measured())
    _unit_tables()
    with tempfile.NamedTemporaryFile("w", suffix=".pgbench") as file:
        file.write(script(written, market))
        file.flush()
        for number in range(ROUNDS):
            _round(
                market=market,
                command=command,
                made=made,
                file=file.name,
                base=number * a_round,
                number=number,
                measured=measured,
            )
    return measured


def script(written: stage.Written, market: Market) -> str:
    """What pgbench runs: the round trips of the request, with what it would have given."""
    calls = written.statement.removeprefix("SELECT ")
    for place, kind in enumerate(written.types()):
        calls = calls.replace("%s", f"d{place}" if kind == "text" else f"d{place}::{kind}", 1)
    return (
        (HERE / "command.pgbench")
        .read_text()
        .format(statement=f"SELECT {calls} FROM bench.at_hand WHERE n = :n;", prefix=market.prefix)
    )


def _round(
    *,
    market: Market,
    command: Command,
    made: list[stage.Copy],
    file: str,
    base: int,
    number: int,
    measured: Measured,
) -> None:
    used = base + HTTP_REQUESTS
    stage.at_hand(first=used + 1, last=used + _A_ROUND)
    _http(market, [command.request(copy) for copy in made[base:used]], measured)
    unit_used = number * _A_ROUND
    for clients, count in PER_CLIENT.items():
        rate = database.rate(script=file, clients=clients, per_client=count, base=used)
        measured.alone.setdefault(clients, []).append(rate)
        used += clients * count
        rate = database.rate(
            script=str(HERE / "unit.pgbench"),
            clients=clients,
            per_client=count,
            base=unit_used,
            variables={"orders": _UNIT_ORDERS},
        )
        measured.unit.setdefault(clients, []).append(rate)
        unit_used += clients * count


_UNIT_ORDERS = ROUNDS * _A_ROUND


def _unit_tables() -> None:
    with stage.superuser() as connection:
        for statement in (HERE / "unit.sql").read_text().replace(":orders", str(_UNIT_ORDERS)).split(";\n"):
            if statement.strip():
                connection.execute(statement)  # type: ignore[arg-type]
        connection.execute("GRANT USAGE ON SCHEMA unit TO PUBLIC; GRANT ALL ON ALL TABLES IN SCHEMA unit TO PUBLIC")


def told(name: str, measured: Measured) -> str:
    """The line of a command."""
    http, alone, unit = statistics.median(measured.http), _best(measured.alone), _best(measured.unit)
    cuts = statistics.quantiles(measured.latencies, n=100)
    return (
        f"{name}: http {http:.0f}/s, database {alone:.0f}/s, ratio {http / alone:.2f}, "
        f"p50 {cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms, python {statistics.median(measured.python):.2f} ms, "
        f"postgres {statistics.median(measured.postgres):.2f} ms, unit {unit:.0f}/s, database/unit {alone / unit:.2f}"
    )


def _fund_ready(market: Market) -> stage.Copy:
    return market.requested_payment()


def _fund(market: Market, copy: stage.Copy) -> object:
    from holdfast.orders.operations.paying import capture
    from holdfast.rails.models import Payment
    from holdfast.rails.rows import PaymentRow

    payment = PaymentRow.of(Payment.objects.get(id=copy.payment_id))
    return capture(act=market.command("buyer"), payment=payment)


def _release_ready(market: Market) -> stage.Copy:
    return market.delivered_lot()


def _release(market: Market, copy: stage.Copy) -> object:
    from holdfast.orders.operations.receipt import receive

    return receive(act=market.command("buyer"), order_id=copy.order_id, lot=1)


def _public(prefix: str, identifier: UUID) -> str:
    return f"{prefix}_{identifier.hex}"


COMMANDS = (
    Command("fund", _fund_ready, _fund, lambda copy: (f"/v1/payments/{_public('pay', copy.payment_id)}/capture", "{}")),
    Command(
        "release",
        _release_ready,
        _release,
        lambda copy: (f"/v1/orders/{_public('ord', copy.order_id)}/lots/1/receive", "{}"),
    ),
)


def run(market: Market) -> None:
    """Measure both and print a line each."""
    for command in COMMANDS:
        print(told(command.name, measure(market, command)), flush=True)
