"""Signatures under contention: second signatures over HTTP that all stand on one supplier's line, beside the same
spread over many suppliers, and beside the bare SQL that nothing can avoid.

The bare unit (`signing.sql`, `signing.pgbench`) locks a contract, takes a counter that may not pass its limit, writes
an order and a signature, and commits: on plain tables, without chains, deadlines or text. Rounds are interleaved;
medians.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from benchmarks import database, stage
from benchmarks.market import Market, _document

ROUNDS = 3
CONNECTIONS = 8
BUYERS = 8
SIGNATURES = int(os.environ.get("HOLDFAST_BENCH_SIGNATURES", "200"))
BARE = 400
HERE = Path(__file__).parent
KINDS = ("one line", "many lines")


@dataclass
class Measured:
    """What the rounds gave: rates a second, latencies in milliseconds."""

    http: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Side:
    """An organisation with a key that may sign."""

    id: UUID
    token: str


def run(market: Market) -> None:
    """Sign, beside the bare SQL, and say what it came to."""
    buyers = [_side(market, "buyer", number) for number in range(BUYERS)]
    suppliers = [_side(market, "supplier", number) for number in range(BUYERS)]
    _bare_tables()
    measured = {kind: Measured() for kind in KINDS}
    for number in range(ROUNDS):
        for kind in KINDS:
            sellers = suppliers[:1] if kind == "one line" else suppliers
            _signed(
                market, [_half_signed(market, buyers, sellers, place) for place in range(SIGNATURES)], measured[kind]
            )
            lines = 1 if kind == "one line" else BUYERS
            measured[kind].bare.append(
                database.rate(
                    script=str(HERE / "signing.pgbench"),
                    clients=CONNECTIONS,
                    per_client=BARE,
                    base=(2 * number + KINDS.index(kind)) * CONNECTIONS * BARE,
                    variables={"lines": lines},
                )
            )
    for kind, found in measured.items():
        print(_told(kind, found), flush=True)


def _told(kind: str, found: Measured) -> str:
    http, bare = statistics.median(found.http), statistics.median(found.bare)
    cuts = statistics.quantiles(found.latencies, n=100)
    return (
        f"sign, {kind}: http {http:.0f}/s, bare SQL {bare:.0f}/s, ratio {http / bare:.2f}, "
        f"p50 {cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms"
    )


def _side(market: Market, kind: str, number: int) -> Side:
    from holdfast.parties import operations as parties

    act = market.operator()
    country, zone = ("US", "America/New_York") if kind == "buyer" else ("CN", "Asia/Shanghai")
    made = parties.create_organisation(
        act=act, name=f"Bench {kind} {number}", kind=kind, country=country, time_zone=zone
    )
    if kind == "supplier":
        parties.set_tier(act=act, organisation_id=made.id, tier="gold", reason="bench")
    key = parties.create_key(
        act=act,
        organisation_id=made.id,
        name="bench",
        scopes=["contracts:sign", "orders:read", "orders:write"],
        sign_limit_minor=10**9,
        sign_limit_currency="USD",
    )
    if key.secret is None:
        raise RuntimeError("a new key shows its secret once")
    return Side(made.id, key.secret)


def _half_signed(market: Market, buyers: list[Side], sellers: list[Side], place: int) -> tuple[Side, str, str]:
    """A small contract that only its supplier has not signed: of whom, at which address, over which digest."""
    from holdfast.contracts import operations as contracts
    from holdfast.contracts.rules import Signer
    from holdfast.kernel.identifiers import public
    from holdfast.orders.operations import signing
    from holdfast.record.act import Act

    buyer, seller = buyers[place % len(buyers)], sellers[place % len(sellers)]
    act = Act(market.now, "person", buyer.id, buyer.id, "buyer")
    page = contracts.draft(act=act, counterparty_id=seller.id, programme="apparel", document=_small(market))
    page = signing.propose(act=act, contract_id=page.id)
    signer = Signer("person", buyer.id, "owner", None, None, None, True)
    signing.sign(act=act, contract_id=page.id, digest=page.digest, signer=signer)
    return seller, f"/v1/contracts/{public('con', page.id)}/sign", page.digest


def _small(market: Market) -> dict[str, Any]:
    """10.00 each, so that thousands fit on a line; under `apparel` every order has a cap of its own."""
    line = {"number": 1, "product": "Hat", "quantity": 1000, "unit": "piece", "unit_price_minor": 1}
    return {**_document(market.now.date()), "lines": [line]}


def _signed(market: Market, contracts: list[tuple[Side, str, str]], measured: Measured) -> None:
    """All of them over HTTP, each by its supplier's key."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        for seller, path, digest in contracts:
            file.write(json.dumps([path, json.dumps({"digest": digest}), uuid4().hex, seller.token]) + "\n")
        file.flush()
        command = [sys.executable, "-m", "benchmarks.load", "127.0.0.1", str(market.port), str(CONNECTIONS)]
        done = subprocess.run([*command, "", file.name], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    found = json.loads(done.stdout)
    if set(found["statuses"]) != {"200"}:
        raise RuntimeError(f"not every contract was signed: {found['statuses']}")
    measured.http.append(len(contracts) / found["seconds"])
    measured.latencies += found["latencies_ms"]


def _bare_tables() -> None:
    count = ROUNDS * len(KINDS) * CONNECTIONS * BARE
    with stage.superuser() as connection:
        for statement in (HERE / "signing.sql").read_text().replace(":contracts", str(count)).split(";\n"):
            if statement.strip():
                connection.execute(statement)  # type: ignore[arg-type]
        connection.execute("GRANT USAGE ON SCHEMA bare TO PUBLIC; GRANT ALL ON ALL TABLES IN SCHEMA bare TO PUBLIC")
