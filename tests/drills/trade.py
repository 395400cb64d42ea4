"""Programs that trade over HTTP and do not give up: an unknown outcome is asked again under the same key.

It knows requests and their order. What must be true afterwards is for the drills.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from queue import Empty, Queue
from typing import Any
from zoneinfo import ZoneInfo

from tests.drills.installation import Installation
from tests.world import CARD, contract

TRADING = ["orders:read", "orders:write", "contracts:sign", "payments:write"]
LIMIT = {"sign_limit_minor": 2_000_000, "sign_limit_currency": "USD"}
PATIENCE_SECONDS = 120.0
PAUSE_SECONDS = 0.1


@dataclass(frozen=True)
class Acknowledged:
    """A command and the answer that its client got in the end."""

    who: str
    path: str
    body: str
    key: str
    status: int
    answer: bytes


@dataclass
class Ledger:
    """What all clients together know."""

    acknowledged: list[Acknowledged] = field(default_factory=list)
    unknown: int = 0
    """How often a client got no answer, or none that says what happened."""
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answers(self, step: str) -> list[dict[str, Any]]:
        """The answers of one step of every trade."""
        found = [one.answer for one in self.acknowledged if one.key.endswith(f"/{step}")]
        return [json.loads(answer) for answer in found]


@dataclass(frozen=True)
class Market:
    """Two companies and the keys of their programs."""

    installation: Installation
    supplier: str
    supplier_id: str
    tokens: dict[str, str]

    def client(self, ledger: Ledger) -> Client:
        """A client with a connection of its own."""
        return Client(self, ledger)


class Client:
    """One connection at a time, and patience."""

    def __init__(self, market: Market, ledger: Ledger) -> None:
        self._market = market
        self._ledger = ledger
        self._connection: http.client.HTTPConnection | None = None

    def post(self, who: str, path: str, body: Any, key: str) -> dict[str, Any]:
        """Send a command until somebody says what became of it; only an answer below 500 says that."""
        text = json.dumps(body)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                status, answer = self.once(who, path, text, key)
                if status < 500:
                    break
            except (OSError, http.client.HTTPException):
                self.close()
            with self._ledger.lock:
                self._ledger.unknown += 1
            assert time.monotonic() < deadline, f"{path} was never answered"
            time.sleep(PAUSE_SECONDS)
        assert status < 300, f"{path}: {status} {answer!r}"
        with self._ledger.lock:
            self._ledger.acknowledged.append(Acknowledged(who, path, text, key, status, answer))
        found: dict[str, Any] = json.loads(answer)
        return found

    def once(self, who: str, path: str, text: str, key: str) -> tuple[int, bytes]:
        """Send a command once."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._market.installation.port, timeout=20)
        headers = {
            "Authorization": f"Bearer {self._market.tokens[who]}",
            "Idempotency-Key": key,
            "Content-Type": "application/json",
        }
        self._connection.request("POST", path, text, headers)
        response = self._connection.getresponse()
        return response.status, response.read()

    def close(self) -> None:
        """Forget a connection that may be broken."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def opened(installation: Installation) -> Market:
    """Found the two companies with the operator's key, made on the machine itself."""
    made = installation.run("keys", "create", "--name", "drill", "--scope", "operator", "--scope", "sandbox")
    assert made.returncode == 0, made.stderr
    tokens = {"operator": made.stdout.strip().splitlines()[-1]}
    client = Client(Market(installation, "", "", tokens), Ledger())
    refs = {}
    for name, kind, country, zone in (
        ("buyer", "buyer", "US", "America/New_York"),
        ("supplier", "supplier", "CN", "Asia/Shanghai"),
    ):
        company = {"name": f"Drill {name}", "kind": kind, "country": country, "time_zone": zone}
        refs[name] = client.post("operator", "/v1/organisations", company, f"company/{name}")["id"]
        path = f"/v1/organisations/{refs[name]}"
        person = {"email": f"{name}@example.com", "name": name, "role": "owner"}
        client.post("operator", f"{path}/members", person, f"member/{name}")
        key = {"name": "drill", "scopes": TRADING, **LIMIT}
        tokens[name] = client.post("operator", f"{path}/keys", key, f"key/{name}")["secret"]
    tier = {"tier": "verified", "reason": "looked at"}
    client.post("operator", f"/v1/organisations/{refs['supplier']}/tier", tier, "tier")
    # So much cover that no order has to wait for another one's.
    cap = {"individual_cap_minor": 10**11, "individual_cap_currency": "USD", "reason": "drill"}
    client.post("operator", f"/v1/organisations/{refs['supplier']}/cap", cap, "cap")
    client.close()
    return Market(installation, refs["supplier"], refs["supplier"], tokens)


def _today() -> date:
    """The supplier's day: in Shanghai tomorrow has begun when it is late in Greenwich."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def signed(client: Client, market: Market, number: int) -> str:
    """An order that both have signed: four commands."""
    document = contract(ship={"on": (_today() + timedelta(days=60)).isoformat()})
    draft = {"counterparty_id": market.supplier, "document": document}
    path = "/v1/contracts/" + client.post("buyer", "/v1/contracts", draft, f"{number}/draft")["id"]
    digest = {"digest": client.post("buyer", f"{path}/propose", {}, f"{number}/propose")["digest"]}
    client.post("buyer", f"{path}/sign", digest, f"{number}/buyer signs")
    return str(client.post("supplier", f"{path}/sign", digest, f"{number}/supplier signs")["order_id"])


def traded(client: Client, market: Market, number: int) -> None:
    """One order from its draft to its receipt, in eight commands; every other one is paid by wire."""
    order = f"/v1/orders/{signed(client, market, number)}"
    rail = {"rail": "wire"} if number % 2 else {"rail": "card", "instrument": {"number": CARD}}
    payment = client.post("buyer", f"{order}/payments", {"tranche": 1, **rail}, f"{number}/payment")
    if number % 2:
        wire = {
            "source_ref": f"line-{number}",
            "reference": payment["reference"],
            "amount_minor": payment["amount_minor"],
            "currency": "USD",
        }
        client.post("operator", "/v1/sandbox/wires", wire, f"{number}/fund")
    else:
        client.post("buyer", f"/v1/payments/{payment['id']}/capture", {}, f"{number}/fund")
    lot = {
        "quantities": [{"line": 1, "units": 1000}],
        "carrier": "Ocean Line",
        "mode": "sea",
        "shipped_on": _today().isoformat(),
        "documents": [{"kind": "bill_of_lading", "number": f"BL-{number}"}],
    }
    client.post("supplier", f"{order}/shipments", lot, f"{number}/ship")
    client.post("buyer", f"{order}/lots/1/receive", {}, f"{number}/receive")


def trade(market: Market, ledger: Ledger, *, orders: int, clients: int) -> list[threading.Thread]:
    """Start so many clients, which together trade so many orders."""
    waiting: Queue[int] = Queue()
    for number in range(orders):
        waiting.put(number)

    def work() -> None:
        client = market.client(ledger)
        try:
            while True:
                traded(client, market, waiting.get_nowait())
        except Empty:
            return
        except Exception as fault:
            with ledger.lock:
                ledger.faults.append(repr(fault))
            raise
        finally:
            client.close()

    threads = [threading.Thread(target=work, daemon=True) for _ in range(clients)]
    for thread in threads:
        thread.start()
    return threads
