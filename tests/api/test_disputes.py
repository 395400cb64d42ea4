"""Chargebacks, returned e-checks and claims over HTTP, as two programs and finance live through them: nothing is paid
twice, the loss falls where the programme says, and the audit is silent after every step."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from holdfast import jobs
from holdfast.fulfilment.carriers import simulated_number
from tests.api.test_trade import ordered, problem
from tests.api.test_trade import shops as shops  # noqa: PLC0414  (a fixture is found by its name here)
from tests.parties.cast import Shop
from tests.world import World

TOTAL = 1_000_000
DAY = 86_400
LATER, FRAUD = "4000000000006759", "4000000000000259"
NUMBERS = {"card": "number", "paypal": "payer", "e_check": "account"}


class Trade:
    """One order between two programs; after each step everything is proved."""

    def __init__(self, world: World, shops: dict[str, Shop]) -> None:
        self.shops = shops
        self.alma, self.boris, self.operator = shops["alma"], shops["boris"], shops["operator"]
        self.order = ordered(world, shops)

    def says(self, shop: Shop, path: str, body: Any = None, *, status: int | None = None) -> dict[str, Any]:
        answer = shop.post(f"/v1/{path}", body)
        assert answer.status_code in ((status,) if status else (200, 201)), answer.content
        self.sound()
        found: dict[str, Any] = answer.json()
        return found

    def sound(self) -> None:
        found = [str(one) for one in jobs.audit().findings]
        assert not found, "\n".join(found)

    def pays(self, rail: str, number: str, **more: Any) -> str:
        asked = {"tranche": 1, "rail": rail, "instrument": {NUMBERS[rail]: number}, **more}
        payment = self.says(self.alma, f"orders/{self.order}/payments", asked)
        assert self.says(self.alma, f"payments/{payment['id']}/capture")["payment_state"] == "captured"
        return str(payment["id"])

    def wires(self) -> None:
        """The rest of the first tranche, by wire."""
        asked = self.says(self.alma, f"orders/{self.order}/payments", {"tranche": 1, "rail": "wire"})
        self.says(
            self.operator,
            "sandbox/wires",
            {
                "source_ref": f"line-{asked['id']}",
                "reference": asked["reference"],
                "amount_minor": asked["amount_minor"],
                "currency": "USD",
                "payer_name": "Alma Imports",
            },
        )

    def days(self, count: float) -> None:
        self.says(self.operator, "sandbox/clock", {"advance_seconds": int(count * DAY)})

    def today(self) -> date:
        now = self.operator.get("/v1/sandbox/clock").json()["now"]
        return date.fromisoformat(now[:10])

    def delivers(self) -> None:
        """Boris ships all, and the carrier brings it ten days later."""
        shipment = self.says(
            self.boris,
            f"orders/{self.order}/shipments",
            {
                "quantities": [{"line": 1, "units": 1000}],
                "carrier": "Simulated Carrier",
                "mode": "sea",
                "shipped_on": self.today().isoformat(),
                "tracking_number": simulated_number(accept_days=0, transit_days=99, serial=7),
            },
        )
        self.days(5)
        self.says(self.operator, "sandbox/carrier", {"shipment_id": shipment["id"], "code": "DELIVERED"})

    def money(self) -> dict[str, Any]:
        found: dict[str, Any] = self.alma.get(f"/v1/orders/{self.order}").json()["money"]
        return found

    def state(self) -> str:
        return str(self.alma.get(f"/v1/orders/{self.order}").json()["state"])

    def disputes(self, shop: Shop | None = None) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (shop or self.alma).get(f"/v1/orders/{self.order}/disputes").json()["items"]
        return found

    def claims(self, **more: Any) -> str:
        body = {"reason": "quality", "lots": [1], "statement": "the felt is thin", **more}
        return str(self.says(self.alma, f"orders/{self.order}/claims", body)["claim_id"])

    def claim(self, claim: str) -> dict[str, Any]:
        found: dict[str, Any] = self.alma.get(f"/v1/claims/{claim}").json()
        return found

    def ends(self, how: str) -> dict[str, Any]:
        [open_one] = [row for row in self.disputes(self.operator) if row["state"] == "open"]
        paper = {"text": "the network's letter", "document": "letter.pdf"}
        return self.says(self.operator, f"disputes/{open_one['id']}/{how}", paper)

    def settles(self, claim: str, minor: int) -> None:
        """Boris offers, and Alma accepts."""
        self.says(self.boris, f"claims/{claim}/answer", {"kind": "offer", "offer_minor": minor})
        self.says(self.alma, f"claims/{claim}/accept")


@pytest.fixture
def trade(world: World, shops: dict[str, Shop]) -> Trade:
    return Trade(world, shops)


def half_by_card(trade: Trade, number: str = LATER) -> None:
    """30 per cent by card, 70 by wire; delivered on the eleventh day."""
    trade.pays("card", number, amount_minor=300_000)
    trade.wires()
    trade.days(6)
    trade.delivers()


@pytest.mark.parametrize("how", ["won", "lost"])
def test_a_chargeback_in_the_middle_of_a_claim(trade: Trade, how: str) -> None:
    """The claim is about no more than the chargeback: it waits, with the days it had left."""
    half_by_card(trade)
    claim = trade.claims(amount_minor=300_000)
    before = {row["kind"]: row["due_at"] for row in trade.claim(claim)["deadlines"]}
    assert trade.claim(claim)["paused_at"] is None
    trade.days(1.5)
    [dispute] = trade.disputes()
    assert (dispute["state"], dispute["order_minor"], dispute["provider_ref"], dispute["notes"]) == (
        *("open", 300_000),
        *(None, []),
    )
    shown = trade.claim(claim)
    assert shown["paused_at"] is not None
    assert [row["kind"] for row in shown["deadlines"]] == ["claim.paused"]
    assert trade.money()["frozen_minor"] == trade.money()["disputed_minor"] == 300_000
    trade.days(20)
    assert trade.claim(claim)["state"] == "opened"
    assert trade.ends(how)["state"] == how
    shown = trade.claim(claim)
    later = {row["kind"]: row["due_at"] for row in shown["deadlines"]}
    assert (shown["paused_at"], set(later)) == (None, set(before))
    assert all(later[kind] > due for kind, due in before.items())
    trade.settles(claim, 300_000)
    trade.days(3)
    assert trade.money()["refunded_minor"] == 300_000, "once, whichever way it came"
    assert trade.claim(claim)["charged_back_minor"] == (300_000 if how == "lost" else 0)
    assert sum(row["amount_minor"] for row in trade.alma.get(f"/v1/orders/{trade.order}/refunds").json()["items"]) == (
        0 if how == "lost" else 302_619
    ), "with its share of the processing"


@pytest.mark.parametrize("how", ["won", "lost"])
def test_a_claim_in_the_middle_of_a_chargeback(trade: Trade, how: str) -> None:
    """The claim freezes what is not frozen yet; of its award the disputed part waits, the rest is paid at once."""
    half_by_card(trade, FRAUD)
    assert trade.money()["frozen_minor"] == 300_000
    claim = trade.claims()
    assert trade.claim(claim)["paused_at"] is None
    assert trade.claim(claim)["frozen_minor"] == 700_000
    assert trade.money()["held_minor"] == 0
    trade.settles(claim, 500_000)
    shown = trade.claim(claim)
    assert (shown["state"], shown["waiting_minor"]) == ("executed", 300_000)
    money = trade.money()
    assert (money["refunded_minor"], money["frozen_minor"], money["released_minor"]) == (200_000, 300_000, 500_000)
    [waiting] = trade.disputes()[0]["waiting"]
    assert (waiting["amount_minor"], waiting["claim_id"]) == (300_000, claim)
    trade.ends(how)
    money = trade.money()
    assert (money["refunded_minor"], money["frozen_minor"], money["released_minor"]) == (500_000, 0, 500_000)
    assert trade.claim(claim)["waiting_minor"] == 0
    trade.days(3)
    assert trade.state() == "completed"


def test_a_chargeback_after_release_is_borne_by_whoever_is_at_fault(trade: Trade) -> None:
    """Nothing is held: the network owes it while it is open, and the operator bears it, for the goods arrived."""
    half_by_card(trade, "4000000000007726")
    trade.says(trade.alma, f"orders/{trade.order}/lots/1/receive")
    assert trade.money()["released_minor"] == TOTAL
    fee = trade.money()["fee_minor"]
    trade.days(31)
    [dispute] = trade.disputes()
    assert (dispute["state"], dispute["reason"], dispute["frozen_minor"]) == ("open", "product_unacceptable", 0)
    sent = {"text": "the carrier's proof of delivery", "document": "pod.pdf"}
    trade.says(trade.operator, f"disputes/{dispute['id']}/evidence", sent)
    trade.days(10)
    [dispute] = trade.disputes(trade.operator)
    assert (dispute["state"], dispute["bearer"], dispute["fault"]) == ("lost", "operator", "contested")
    assert dispute["notes"][0]["document"] == "pod.pdf"
    assert dispute["operator_minor"] == dispute["amount_minor"] > 300_000, "the processing too"
    money = trade.money()
    assert (money["refunded_minor"], money["fee_minor"], money["owed_by_supplier_minor"]) == (300_000, fee, 0)


def test_a_chargeback_after_release_that_nobody_contests_is_the_suppliers(trade: Trade) -> None:
    half_by_card(trade, "4000000000007726")
    trade.says(trade.alma, f"orders/{trade.order}/lots/1/receive")
    fee = trade.money()["fee_minor"]
    trade.days(41)
    [dispute] = trade.disputes()
    assert (dispute["bearer"], dispute["fault"]) == ("supplier", "not_contested")
    assert dispute["supplier_minor"] == dispute["amount_minor"]
    assert trade.money()["fee_minor"] == fee - 7_500, "the fee on value that is lost is given back"
    balance = trade.boris.get("/v1/balance?currency=USD").json()["payable_minor"]
    assert balance == TOTAL - 25_000 - dispute["amount_minor"] + 7_500


@pytest.mark.parametrize("received", [False, True])
def test_an_e_check_that_comes_back_after_delivery(trade: Trade, received: bool) -> None:
    """Before receipt it is taken from what is held; after release the operator bears it, for no supplier is at fault
    when an account holds no money."""
    trade.pays("e_check", "000333333335")
    trade.days(10)
    trade.delivers()
    if received:
        trade.says(trade.alma, f"orders/{trade.order}/lots/1/receive")
    trade.days(6)
    [dispute] = trade.disputes()
    assert (dispute["kind"], dispute["state"], dispute["bearer"]) == ("return", "lost", "operator")
    assert dispute["held_minor"] == (0 if received else TOTAL)
    money = trade.money()
    assert (money["refunded_minor"], money["held_minor"], money["frozen_minor"]) == (TOTAL, 0, 0)
    assert money["released_minor"] == (TOTAL if received else 0)
    assert trade.alma.get(f"/v1/orders/{trade.order}/refunds").json()["items"] == []


def test_an_e_check_that_comes_back_before_shipment_is_owed_again(trade: Trade) -> None:
    trade.pays("e_check", "000222222227")
    trade.days(4)
    [dispute] = trade.disputes()
    assert (dispute["state"], dispute["due_again_minor"]) == ("lost", TOTAL)
    shown = trade.alma.get(f"/v1/orders/{trade.order}").json()
    assert [row["state"] for row in shown["tranches"]] == ["due"]
    lot = {
        "quantities": [{"line": 1, "units": 1000}],
        "carrier": "Simulated Carrier",
        "mode": "sea",
        "shipped_on": trade.today().isoformat(),
    }
    refused = trade.boris.post(f"/v1/orders/{trade.order}/shipments", lot)
    assert problem(refused) == (409, "balance_unpaid")
    trade.pays("card", "4242424242424242")
    trade.days(4)
    trade.delivers()
    assert trade.money()["paid_minor"] == TOTAL


def test_disputes_are_finances_to_end_and_the_parties_to_read(trade: Trade) -> None:
    half_by_card(trade, FRAUD)
    [dispute] = trade.disputes(trade.operator)
    assert {act["verb"] for act in dispute["acts"]} == {"answer_dispute", "win_dispute", "lose_dispute"}
    path, paper = f"/v1/disputes/{dispute['id']}", {"text": "a letter", "document": "letter.pdf"}
    for shop in ("alma", "boris", "dana"):
        assert problem(trade.shops[shop].post(f"{path}/won", paper)) == (403, "not_allowed")
    assert problem(trade.shops["chen"].get(f"/v1/orders/{trade.order}/disputes")) == (404, "not_found")
    assert trade.disputes(trade.boris)[0]["frozen_minor"] == 300_000
    assert problem(trade.operator.post(f"{path}/won", {"text": "a letter"}))[0] == 422, "on which paper?"
    listed = trade.operator.get("/v1/disputes?state=open").json()["items"]
    assert [row["id"] for row in listed] == [dispute["id"]]
    trade.ends("won")
    assert problem(trade.operator.post(f"{path}/lost", paper)) == (409, "out_of_state")
    assert trade.operator.get("/v1/disputes?state=open").json()["items"] == []
