"""Expand, back-fill, contract: on a database that this version has migrated, the release before still reads, funds and
releases, and both versions together leave books that prove themselves.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections

from holdfast import jobs
from holdfast.kernel import clock
from holdfast.kernel.identifiers import creditor_reference, new_id, parse, public
from holdfast.orders.models import Debt, Order
from holdfast.parties.installation import clock_offset_seconds
from tests.database.previous import Release, last_release, serving, source
from tests.database.test_upgrade import restored, upgraded  # noqa: F401 - fixtures
from tests.parties.cast import Shop
from tests.world import CARD, contract

pytestmark = pytest.mark.long
TRADING = ["orders:read", "orders:write", "contracts:sign", "payments:write"]
LIMIT = {"sign_limit_minor": 2_000_000, "sign_limit_currency": "USD"}
TOTAL = 1_000_000
STEPS = ("draft", "propose", "buyer signs", "supplier signs", "request", "fund", "ship", "receive")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code of the release before."""
    return source(*last_release(), tmp_path_factory.mktemp("previous"))


@pytest.fixture
def before(restored: str, tree: Path, tmp_path: Path) -> Iterator[Release]:  # noqa: F811
    """The release before, serving a database that it filled itself and this version has migrated since."""
    with serving(tree=tree, database=restored, folder=tmp_path) as release:
        yield release
    connections.close_all()


@dataclass
class Market:
    """One buyer and one supplier, who may ask either version for each step."""

    old: Release
    keys: dict[str, str] = field(default_factory=dict)
    supplier: str = ""
    calls: int = 0

    def asks(self, who: str, method: str, path: str, body: Any = None, *, old: bool) -> Any:
        """One request, by one of the two."""
        self.calls += 1
        if old:
            status, found = self.old.ask(method, path, key=self.keys[who], body=body, command=f"call-{self.calls}")
        else:
            shop = Shop(self.keys[who])
            answer = shop.get(path) if method == "GET" else shop.post(path, body or {}, key=f"call-{self.calls}")
            status, found = answer.status_code, answer.json()
        assert status < 300, f"{'old' if old else 'new'} {method} {path}: {status} {found}\n{self._log()}"
        return found

    def _log(self) -> str:
        return self.old.log.read_text(errors="replace")[-4000:]


@pytest.fixture
def market(before: Release) -> Market:
    """Two companies, made by the release before on its own."""
    made = before.run("keys", "create", "--name", "both", "--scope", "operator", "--scope", "sandbox")
    found = Market(before, {"operator": made.strip().splitlines()[-1]})
    for name, kind, country, zone in (
        ("buyer", "buyer", "US", "America/New_York"),
        ("supplier", "supplier", "CN", "Asia/Shanghai"),
    ):
        company = {"name": f"Both {name}", "kind": kind, "country": country, "time_zone": zone}
        ref = found.asks("operator", "POST", "/v1/organisations", company, old=True)["id"]
        path = f"/v1/organisations/{ref}"
        person = {"email": f"{name}@both.example", "name": name, "role": "owner"}
        found.asks("operator", "POST", f"{path}/members", person, old=True)
        key = {"name": "both", "scopes": TRADING, **LIMIT}
        found.keys[name] = found.asks("operator", "POST", f"{path}/keys", key, old=True)["secret"]
        found.supplier = ref
    tier = {"tier": "verified", "reason": "looked at"}
    found.asks("operator", "POST", f"/v1/organisations/{found.supplier}/tier", tier, old=True)
    cap = {"individual_cap_minor": 10**9, "individual_cap_currency": "USD", "reason": "both"}
    found.asks("operator", "POST", f"/v1/organisations/{found.supplier}/cap", cap, old=True)
    return found


def traded(market: Market, old: set[str], *, rail: str) -> str:
    """One order from draft to receipt; the steps named are the release before's, the others this version's."""
    today = clock.read(offset_seconds=clock_offset_seconds()).date()
    document = contract(ship={"on": (today + timedelta(days=60)).isoformat()})
    draft = {"counterparty_id": market.supplier, "document": document}
    made = market.asks("buyer", "POST", "/v1/contracts", draft, old="draft" in old)
    path = f"/v1/contracts/{made['id']}"
    digest = {"digest": market.asks("buyer", "POST", f"{path}/propose", {}, old="propose" in old)["digest"]}
    market.asks("buyer", "POST", f"{path}/sign", digest, old="buyer signs" in old)
    signed = market.asks("supplier", "POST", f"{path}/sign", digest, old="supplier signs" in old)
    order = f"/v1/orders/{signed['order_id']}"
    instrument = {"instrument": {"number": CARD}} if rail == "card" else {}
    asked = {"tranche": 1, "rail": rail, **instrument}
    payment = market.asks("buyer", "POST", f"{order}/payments", asked, old="request" in old)
    if rail == "card":
        market.asks("buyer", "POST", f"/v1/payments/{payment['id']}/capture", {}, old="fund" in old)
    else:
        wire = {"reference": payment["reference"], "amount_minor": payment["amount_minor"], "currency": "USD"}
        wire |= {"source_ref": f"line of {payment['id']}"}
        market.asks("operator", "POST", "/v1/sandbox/wires", wire, old="fund" in old)
    lot = {
        "quantities": [{"line": 1, "units": 1000}],
        "carrier": "Ocean Line",
        "mode": "sea",
        "shipped_on": today.isoformat(),
        "documents": [{"kind": "bill_of_lading", "number": f"BL-{payment['id'][-12:]}"}],
    }
    market.asks("supplier", "POST", f"{order}/shipments", lot, old="ship" in old)
    market.asks("buyer", "POST", f"{order}/lots/1/receive", {}, old="receive" in old)
    return str(signed["order_id"])


def test_the_release_before_reads_all_it_wrote(market: Market) -> None:
    """Every order, claim, payment and notice of its own, as this version has left them."""
    for order_id in Order.objects.values_list("id", flat=True):
        page = market.asks("operator", "GET", f"/v1/orders/{public('ord', order_id)}", old=True)
        assert page["id"] == public("ord", order_id)
    described = market.asks("operator", "GET", "/v1/openapi.json", old=True)
    lists = [path for path, ways in described["paths"].items() if "get" in ways and "{" not in path]
    for path in lists:
        asked = "?currency=USD" if path.endswith("/balance") else ""
        market.asks("operator", "GET", path + asked, old=True)
    assert len(lists) > 8


ALONE = set(STEPS) - {"supplier signs"}
"""All but the signature that opens an order: it takes the supplier's line, which the release before does not know."""


@pytest.mark.parametrize(
    ("old", "rail"),
    [
        (ALONE, "wire"),
        (ALONE, "card"),
        (ALONE - {"ship", "receive"}, "card"),
        ({"request", "fund"}, "wire"),
        ({"receive"}, "wire"),
        ({"receive"}, "card"),
    ],
    ids=lambda one: one if isinstance(one, str) else ", ".join(step for step in STEPS if step in one),
)
def test_both_trade_on_one_database(market: Market, old: set[str], rail: str) -> None:
    order_id = parse("ord", traded(market, old, rail=rail))
    assert order_id is not None
    now = clock.read(offset_seconds=clock_offset_seconds())
    for _day in range(8):
        # What a card brought is settled and released by this version's worker; the release before's is stopped.
        jobs._move_money(now)
        jobs._run_deadlines(now)
        now += timedelta(days=1)
    order = Order.objects.get(id=order_id)
    assert (order.state, order.paid_minor, order.released_minor) == ("closed", TOTAL, TOTAL)
    assert jobs.audit().findings == ()


def test_what_the_release_before_records_as_owed_is_kept_as_a_docket(market: Market) -> None:
    """As its `orders_write` sends it: a new debt, then what came in of it; what this version paid ahead is not its."""
    order = Order.objects.order_by("id")[0]
    debt = new_id()
    row = {
        "id": str(debt),
        "order_id": str(order.id),
        "supplier_id": str(order.supplier_id),
        "claim_id": None,
        "currency": order.currency,
        "amount_minor": 500,
        "collected_minor": 0,
        "is_processing": True,
        "recorded_at": "2026-11-28T00:00:00Z",
    }
    written = "SELECT orders_write(%s::jsonb)"
    with connection.cursor() as cursor:
        cursor.execute(written, [json.dumps({"debts": [row]})])
        kept = Debt.objects.get(id=debt)
        assert (kept.kind, kept.state, kept.reference) == ("processing", "open", creditor_reference(debt))
        cursor.execute("SELECT is_processing FROM orders_debt WHERE id = %s", [debt])
        assert cursor.fetchone() == (True,)
        cursor.execute(written, [json.dumps({"debts": [{**row, "collected_minor": 500}]})])
        kept.refresh_from_db()
        assert (kept.collected_minor, kept.state, kept.ended_at is not None) == (500, "collected", True)
        with pytest.raises(IntegrityError):
            cursor.execute(written, [json.dumps({"debts": [{**row, "collected_minor": 400}]})])
        for _number in range(200):
            other = new_id()
            cursor.execute("SELECT orders_debt_reference(%s)", [other])
            assert cursor.fetchone() == (creditor_reference(other),)


def test_every_function_that_the_release_before_calls_is_there_and_answers_alike(market: Market, tree: Path) -> None:
    """Its names, what they take and what they answer, from its own SQL files."""
    made = re.compile(r"CREATE (?:OR REPLACE )?FUNCTION (\w+)\(([^)]*)\)(?: RETURNS ([\w ]+?))?(?= LANGUAGE|\s)")
    known = {found[1]: found[3] for path in tree.rglob("*.sql") for found in made.finditer(path.read_text())}
    assert {"orders_lock", "orders_read", "orders_write", "ledger_post", "record_write", "rails_write"} <= set(known)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, pg_get_function_result(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        )
        here: dict[str, set[str]] = {}
        for name, answers in cursor.fetchall():
            here.setdefault(name, set()).add(answers)
    assert set(known) - set(here) == set()
    for name, answers in known.items():
        if answers and answers.lower() in {"jsonb", "void", "text"}:
            assert answers.lower() in here[name], name
