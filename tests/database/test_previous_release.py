"""Expand, back-fill, contract: on a database that this version has migrated, the release before still reads, funds and
releases, and both versions together leave books that prove themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from holdfast import jobs
from holdfast.kernel import clock
from holdfast.kernel.identifiers import parse, public
from holdfast.ledger import book
from holdfast.orders.models import Debt, Order
from holdfast.parties.installation import clock_offset_seconds
from tests.database.previous import Release, last_release, serving, source
from tests.database.test_upgrade import restored  # noqa: F401 - the fixture
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
        market.asks("operator", "GET", path, old=True)
    assert len(lists) > 8


@pytest.mark.parametrize("rail", ["wire", "card"])
@pytest.mark.parametrize(
    "old",
    [set(STEPS), set(STEPS[4:]), set(STEPS[:6]), set(STEPS[5:6]), set(STEPS[7:])],
    ids=["all by the release before", "funded and released", "funded", "funding alone", "releasing alone"],
)
def test_both_trade_on_one_database(market: Market, old: set[str], rail: str) -> None:
    order_id = parse("ord", traded(market, old, rail=rail))
    assert order_id is not None
    if rail == "card":
        # What the card brought is released once it is settled, by the worker of this version.
        now = clock.read(offset_seconds=clock_offset_seconds())
        jobs.advance_to(start=now, until=now + timedelta(days=4))
    order = Order.objects.get(id=order_id)
    assert (order.state, order.paid_minor, order.released_minor) == ("completed", TOTAL, TOTAL)
    assert jobs.audit().findings == ()
