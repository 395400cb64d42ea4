"""How long `holdfast audit` takes on 10,000 orders that were paid, shipped, received and released."""

import json
import os
import re
import subprocess
import sys
import time
import uuid
from typing import Any
from uuid import UUID

from benchmarks import stage
from benchmarks.market import Market

ORDERS = int(os.environ.get("HOLDFAST_BENCH_ORDERS", "10000"))
BATCH = 500
OF_AN_ORDER = {
    "contracts_contract": "order_id = %(order)s",
    "contracts_signature": "contract_id IN (SELECT id FROM contracts_contract WHERE order_id = %(order)s)",
    "orders_order": "id = %(order)s",
    "orders_tranche": "order_id = %(order)s",
    "orders_lot": "order_id = %(order)s",
    "parties_coverline": "replace(organisation_id::text, '-', '') = %(supplier_hex)s",
    "rails_payment": "order_id = %(order)s",
    "record_event": "chain_id = %(order)s",
    "record_private": "event_id IN (SELECT id FROM record_event WHERE chain_id = %(order)s)",
    "record_deadline": "order_id = %(order)s",
    "ledger_account": "owner IN (%(order_hex)s, %(supplier_hex)s)",
    "ledger_transfer": "order_id = %(order)s",
    "ledger_entry": "transfer_id IN (SELECT id FROM ledger_transfer WHERE order_id = %(order)s)",
}
"""Every table with rows of one order, and where they are."""
_NAME = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")


def run(market: Market) -> None:
    """Fill the database with real histories under other IDs, audit it, say how long it took."""
    from holdfast.orders.operations.receipt import receive

    ready = market.delivered_lot()
    receive(act=market.act("buyer"), order_id=ready.order_id, lot=1)
    _multiply(ready.order_id, market.supplier_id, keep=_kept(market))
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "holdfast", "audit"], capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - began
    last = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr.strip()
    print(f"audit of {ORDERS} orders: {seconds:.1f} s; {last}", flush=True)


def _kept(market: Market) -> set[str]:
    """IDs that belong to the marketplace and not to the order."""
    from holdfast.contracts.models import Programme

    programmes = {str(found) for found in Programme.objects.values_list("id", flat=True)}
    return market.known() - {str(market.supplier_id)} | programmes


def _multiply(order_id: UUID, supplier_id: UUID, *, keep: set[str]) -> None:
    """Write the whole history of an order again and again, each time with IDs, account names and hashes of its own."""
    kept = keep | {name.replace("-", "") for name in keep}
    given = {"order": order_id, "order_hex": order_id.hex, "supplier_hex": supplier_id.hex}
    with stage.superuser() as connection:
        connection.execute("SET session_replication_role = replica")
        rows: dict[str, str] = {}
        for table, where in OF_AN_ORDER.items():
            found = connection.execute(
                f"SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY t.*), '[]')::text FROM {table} t WHERE {where}",  # type: ignore[arg-type]
                given,
            ).fetchone()
            rows[table] = found[0] if found else "[]"
        entry = _count(connection, "ledger_entry")
        private = _count(connection, "record_private")
        for start in range(1, ORDERS, BATCH):
            batch: dict[str, list[Any]] = {table: [] for table in rows}
            for number in range(start, min(start + BATCH, ORDERS)):
                one = _again(rows, kept, number)
                for row in one["ledger_entry"]:
                    entry += 1
                    row["id"] = entry
                for row in one["record_private"]:
                    private += 1
                    row["id"] = private
                for table, added in one.items():
                    batch[table] += added
            for table, added in batch.items():
                connection.execute(
                    f"INSERT INTO {table} SELECT * FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)",  # type: ignore[arg-type]
                    [json.dumps(added)],
                )
        connection.execute("VACUUM ANALYZE")


def _count(connection: Any, table: str) -> int:
    return int(connection.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0])


def _again(rows: dict[str, str], kept: set[str], number: int) -> dict[str, list[dict[str, Any]]]:
    """One more history: fresh IDs, derived account IDs, a number of its own, hashes recomputed along the chain."""
    from holdfast.ledger.chart import NAMESPACE

    names: dict[str, str] = {}

    def fresh(found: re.Match[str]) -> str:
        text = found[0]
        if text in kept:
            return text
        plain = text.replace("-", "")
        if plain not in names:
            names[plain] = uuid.uuid4().hex
        other = names[plain]
        return str(UUID(other)) if "-" in text else other

    made = {table: json.loads(_NAME.sub(fresh, text)) for table, text in rows.items()}
    accounts = {}
    for row in made["ledger_account"]:
        derived = str(uuid.uuid5(NAMESPACE, f"{row['code']}:{row['owner']}:{row['currency']}"))
        accounts[row["id"]] = derived
        row["id"] = derived
    for row in made["ledger_transfer"]:
        row["debit_id"] = accounts.get(row["debit_id"], row["debit_id"])
        row["credit_id"] = accounts.get(row["credit_id"], row["credit_id"])
    for row in made["ledger_entry"]:
        row["account_id"] = accounts.get(row["account_id"], row["account_id"])
    for table in ("contracts_contract", "orders_order"):
        for row in made[table]:
            row["number"] = f"B-{number}"
    for row in made["rails_payment"]:
        row["reference"] = f"B{number}-{row['tranche']}"
    _rechain(made["record_event"])
    return made


def _rechain(events: list[dict[str, Any]]) -> None:
    from holdfast.record.rules import GENESIS, event_hash

    head = GENESIS
    for row in sorted(events, key=lambda event: event["seq"]):
        row["prev"] = "\\x" + head.hex()
        head = event_hash(prev=head, payload=row["payload"])
        row["hash"] = "\\x" + head.hex()
