"""The demo marketplace as its programs see it: who is there, what time it is, and trades to be told.

Everything goes over HTTP with the parties' own keys; nothing here reaches past the API.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from holdfast.sandbox.calendar import Calendar
from holdfast.sandbox.caller import Caller
from holdfast.sandbox.trade import Trade

TRADER = ["orders:read", "orders:write", "contracts:sign", "payments:write", "claims:read", "claims:write"]
INSPECTOR = ["orders:read", "reports:write"]
SIGN_LIMIT_MINOR = 100_000_000
MORNING = 13
"""The hour, in UTC, at which stories happen: far from midnight in New York and in Shanghai."""


@dataclass(frozen=True, slots=True)
class Firm:
    """An organisation and its program."""

    id: str
    name: str
    caller: Caller


@dataclass
class Market:
    """A running sandbox. `operator` sets up and moves the clock, `dana` decides."""

    address: str
    operator: Caller
    dana: Caller
    alma: Firm
    ingrid: Firm
    calendar: Calendar = field(init=False)

    def __post_init__(self) -> None:
        now = datetime.fromisoformat(self.operator.get("/sandbox/clock")["now"])
        self.calendar = Calendar(now=now, move=self._move)

    def _move(self, moment: datetime) -> None:
        self.operator.post("/sandbox/clock", {"until": moment.isoformat()})

    def open_for_business(self) -> None:
        """Begin on the next morning."""
        now = self.calendar.now
        morning = now.replace(hour=MORNING, minute=0, second=0, microsecond=0)
        self.calendar.wait_until(morning if morning > now else morning + timedelta(days=1))

    def trade(self, *, case: str, programme: str, supplier: str) -> Trade:
        """A new trade between Alma and a supplier of Boris's; `case` is the name it is found by afterwards."""
        return Trade(self, case, programme, self.supplier(supplier))

    def supplier(self, name: str, *, tier: str = "verified") -> Firm:
        """A supplier that Boris owns, looked at by the operator: under a name of its own its cover is its own."""
        firm = found_firm(
            self.operator,
            name=name,
            kind="supplier",
            country="CN",
            time_zone="Asia/Shanghai",
            person=("boris@demo.holdfast.example", "Boris"),
            scopes=TRADER,
        )
        self.operator.post(
            f"/organisations/{firm.id}/tier", {"tier": tier, "reason": "works and papers were looked at"}
        )
        return firm

    def order_of(self, case: str) -> dict[str, Any] | None:
        """The order of a case, as the operator sees it, if it was played."""
        found = self.operator.all(f"/orders?external_id={case}")
        return self.operator.get(f"/orders/{found[0]['id']}") if found else None

    def claims_of(self, order_id: str) -> list[dict[str, Any]]:
        """The claims of an order, whole."""
        return [self.operator.get(f"/claims/{row['id']}") for row in self.operator.all(f"/orders/{order_id}/claims")]


def found_firm(
    operator: Caller,
    *,
    name: str,
    kind: str,
    country: str,
    time_zone: str,
    person: tuple[str, str],
    scopes: list[str],
) -> Firm:
    """Found an organisation, make a person its owner, and give its program a key."""
    organisation = operator.post(
        "/organisations", {"name": name, "kind": kind, "country": country, "time_zone": time_zone}
    )["id"]
    email, called = person
    operator.post(f"/organisations/{organisation}/members", {"email": email, "name": called, "role": "owner"})
    limit = {"sign_limit_minor": SIGN_LIMIT_MINOR, "sign_limit_currency": "USD"} if "contracts:sign" in scopes else {}
    key = operator.post(f"/organisations/{organisation}/keys", {"name": f"{name}'s shop", "scopes": scopes, **limit})
    return Firm(organisation, name, Caller(operator.address, key["secret"], called))
