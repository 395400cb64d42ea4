"""A contract is amended three times over the API, each side with its own key: a later date, fewer goods, other felt
for what has not left; and at random among everything else that an order meets, the audit silent after each step."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest

from holdfast.claims.models import Claim
from holdfast.claims.operations import answering, opening
from holdfast.contracts.versions import amendments_of
from holdfast.fulfilment.models import Shipment
from holdfast.kernel import clock
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import public
from holdfast.kernel.refusals import Refusal
from holdfast.orders.operations import amending, cancelling
from holdfast.parties import operations as parties
from tests.orders.amended import change, proposes, signs
from tests.orders.flows import sound
from tests.parties.cast import Shop
from tests.world import DEPOSIT, Party, World, contract

pytestmark = pytest.mark.django_db
SCOPES = ["orders:read", "orders:write", "contracts:sign"]


def shop(world: World, party: Party, scopes: list[str], limit_minor: int | None = 1_100_000) -> Shop:
    limit = {"sign_limit_minor": limit_minor, "sign_limit_currency": "USD"} if limit_minor else {}
    made = parties.create_key(
        act=world.operator(), organisation_id=party.organisation_id, name="shop", scopes=scopes, **limit
    )
    assert made.secret is not None
    return Shop(made.secret)


def proposed(by: Shop, order: str, *changes: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = by.post(f"/v1/orders/{order}/amendments", {"changes": list(changes), **more})
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


def signed(by: Shop, page: dict[str, Any]) -> dict[str, Any]:
    answer = by.post(f"/v1/amendments/{page['id']}/sign", {"digest": page["digest"]})
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def refused(answer: Any, code: str, **facts: Any) -> None:
    problem = answer.json()
    assert problem["code"] == code, problem
    said = {**problem, **problem.get("facts", {})}
    assert {name: said.get(name) for name in facts} == facts


class Market:
    """The order, and each side's own program."""

    def __init__(self, world: World) -> None:
        freight = [{"kind": "freight", "amount_minor": 50_000, "basis": "value"}]
        self.order_id = world.funded_order(contract(charges=freight))
        self.order = public("ord", self.order_id)
        self.path = f"/v1/orders/{self.order}/amendments"
        self.alma, self.boris = shop(world, world.alma, SCOPES), shop(world, world.boris, SCOPES)


@pytest.fixture
def market(world: World, monkeypatch: pytest.MonkeyPatch) -> Market:
    monkeypatch.setattr(clock, "read", lambda **_: world.now)
    return Market(world)


LATE = {"path": "ship.on", "from": "2026-04-10", "to": "2026-07-10"}


def test_what_no_amendment_may_do_is_refused_with_its_limit(world: World, market: Market) -> None:
    alma, boris, path = market.alma, market.boris, market.path
    refused(shop(world, world.chen, SCOPES).post(path, {"changes": [LATE]}), "not_found")
    limits = alma.get(f"/v1/orders/{market.order}/amendable").json()
    found = (limits["stage"], limits["last_ship_on"], limits["most_freight_minor"])
    assert found == ("after_payment", "2026-07-09", 60_000)
    refused(boris.post(path, {"changes": [LATE]}), "ship_date_too_far", accepted={"latest": "2026-07-09"})
    freight = {"path": "charges.0.amount_minor", "to": 60_001}
    refused(boris.post(path, {"changes": [freight]}), "freight_rise_too_high", accepted={"most_minor": 60_000})
    payee = {"path": "supplier.id", "to": public("org", world.chen.organisation_id)}
    refused(boris.post(path, {"changes": [payee]}), "invalid", field="changes.0.path")
    page = proposed(boris, market.order, {**LATE, "to": "2026-05-10"})
    refused(alma.post(path, {"changes": [freight]}), "amendment_open", number=1)
    sign = f"/v1/amendments/{page['id']}/sign"
    bare = shop(world, world.alma, ["orders:read", "orders:write"], None)
    refused(bare.post(sign, {"digest": page["digest"]}), "not_allowed")
    refused(alma.post(sign, {"digest": page["base_digest"]}), "other_text", accepted=page["digest"])
    assert alma.get(f"/v1/orders/{market.order}").json()["ship_on"] == "2026-04-10"


def test_a_contract_is_amended_by_both_sides_over_the_api(world: World, market: Market) -> None:
    alma, boris, order, order_id = market.alma, market.boris, market.order, market.order_id

    # A later date: proposed by the supplier, in force when both have signed.
    first = proposed(boris, order, {**LATE, "to": "2026-05-10"}, note="The mill is late")
    assert [one["path"] for one in first["changes"]] == ["ship.on"]
    assert signed(boris, first)["amendment_state"] == "signed_once"
    assert alma.get(f"/v1/orders/{order}").json()["ship_on"] == "2026-04-10"
    done = signed(alma, first)
    assert (done["amendment_state"], done["version"], done["kind"]) == ("signed", 2, "marketplace")
    assert alma.get(f"/v1/orders/{order}").json()["ship_on"] == "2026-05-10"

    # Fewer goods: what is held beyond the new total goes back.
    second = proposed(alma, order, {"path": "lines.0.quantity", "from": 1000, "to": 700})
    signed(alma, second)
    assert signed(boris, second)["back_minor"] == 300_000
    money = alma.get(f"/v1/orders/{order}").json()["money"]
    assert (money["total_minor"], money["paid_minor"], money["held_minor"]) == (750_000, 750_000, 750_000)
    dear = proposed(boris, order, {"path": "lines.0.unit_price_minor", "to": 2000})
    answer = alma.post(f"/v1/amendments/{dear['id']}/sign", {"digest": dear["digest"]})
    refused(answer, "above_sign_limit", limit_minor=1_100_000, total_minor=1_450_000)
    assert alma.post(f"/v1/amendments/{dear['id']}/decline", {"reason": "too dear"}).json()["state"] == "declined"

    # A lot leaves under the third version; better felt is agreed for the rest, and each lot keeps its own.
    world.ships(order_id, {1: 200})
    third = proposed(boris, order, {"path": "specification.T1.nominal", "from": "wool felt", "to": "rabbit felt"})
    signed(boris, third)
    signed(alma, third)
    world.ships(order_id)
    shown = alma.get(f"/v1/orders/{order}").json()
    assert (shown["contract_version"], [lot["version"] for lot in shown["lots"]]) == (4, [3, 4])
    versions = alma.get(f"/v1/orders/{order}/versions").json()["items"]
    assert [(one["version"], one["in_force"]) for one in versions] == [(1, False), (2, False), (3, False), (4, True)]
    text = alma.get(f"/v1/amendments/{third['id']}/text").json()
    assert text["amends"] == {"version": 3, "digest": versions[2]["digest"]}
    world.days_pass(20)
    for shipment in Shipment.objects.filter(order_id=order_id):
        world.delivers(shipment.id)
    for lot in (1, 2):
        assert alma.post(f"/v1/orders/{order}/lots/{lot}/receive", {}).status_code == 200
    assert alma.get(f"/v1/orders/{order}").json()["money"]["released_minor"] == 750_000
    sound()


class Walk:
    """An order, and the steps that may be tried on it."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.chance = world, random.Random(seed)
        freight = [{"kind": "freight", "amount_minor": self.chance.choice([0, 33_333, 100_000]), "basis": "value"}]
        lines = [
            {"number": 1, "product": "Hat", "quantity": 100, "unit": "piece", "unit_price_minor": 999},
            {"number": 2, "product": "Cap", "quantity": 77, "unit": "piece", "unit_price_minor": 1301},
        ]
        tolerance = {"percent": "5"}
        agreed = contract(
            lines=[{**line, "tolerance": tolerance} for line in lines],
            charges=[one for one in freight if one["amount_minor"]],
            payment=self.chance.choice([{"kind": "full"}, DEPOSIT, EARLY]),
        )
        self.order_id: UUID = world.signed_order(agreed)
        for step in [self.amend, self.answer, *self.chance.choice([[], [self.pay], [self.pay, self.pay]]), self.amend]:
            with suppress(Refusal):
                step()

    def steps(self) -> list[Callable[[], object]]:
        often = [self.amend] * 9 + [self.answer] * 9 + [self.pay] * 3
        return [*often, self.ship, self.ship, self.deliver, self.receive, self.claim, self.settle, self.time]

    def amend(self) -> None:
        agreed = self.world.order(self.order_id).order
        places = [
            change(
                f"lines.{line.number - 1}.quantity",
                line.quantity,
                max(
                    1, self.chance.choice([line.quantity // 2, line.quantity + 3, line.quantity - 1, line.quantity * 2])
                ),
            )
            for line in agreed.lines
        ]
        places += [
            change(f"lines.{line.number - 1}.unit_price_minor", line.unit_price_minor, self.chance.randrange(500, 1500))
            for line in agreed.lines
        ]
        places += [
            {"path": "charges.0.amount_minor", "to": self.chance.choice([1, 20_000, 34_000, 110_000])},
            {"path": "ship.on", "to": rfc3339(self.world.now)[:8] + "28"},
            {"path": "specification.T1.nominal", "to": self.chance.choice(["wool felt", "rabbit felt"])},
        ]
        asked = self.chance.sample(places, self.chance.choice([1, 1, 2]))
        proposes(self.world, self.order_id, *asked, by=self.chance.choice(["buyer", "supplier"]))

    def answer(self) -> None:
        found = amendments_of(contract_id=self.world.order(self.order_id).order.contract_id, role="buyer")
        for page in [one for one in found if one.waits_for][:1]:
            if self.chance.random() < 0.15:
                act = self.world.buyer() if page.proposer == "buyer" else self.world.supplier()
                amending.withdraw(act=act, amendment_id=page.id)
                return
            for side in page.waits_for:
                signs(self.world, page, side)

    def pay(self) -> None:
        for tranche in self.world.order(self.order_id).tranches:
            if tranche.state == "due":
                self.world.pays(self.order_id, tranche.number, settle=self.chance.random() < 0.8)
                return

    def ship(self) -> None:
        whole = self.world.order(self.order_id)
        sent: dict[int, int] = {}
        for lot in whole.lots:
            for line, units in lot.quantities.items():
                sent[line] = sent.get(line, 0) + units
        left = {row.number: row.quantity + row.tolerance_units - sent.get(row.number, 0) for row in whole.order.lines}
        units = {line: self.chance.randint(1, most) for line, most in left.items() if most > 0}
        self.world.ships(self.order_id, units)

    def deliver(self) -> None:
        for shipment in Shipment.objects.filter(order_id=self.order_id).exclude(state="delivered")[:1]:
            self.world.delivers(shipment.id)

    def receive(self) -> None:
        for lot in self.world.order(self.order_id).lots:
            if lot.state == "delivered":
                self.world.receives(self.order_id, lot.number)
                return

    def claim(self) -> None:
        lots = [lot.number for lot in self.world.order(self.order_id).lots if lot.delivered_on]
        if not lots:
            return
        complaint = opening.Complaint(
            reason=self.chance.choice(["quality", "quantity"]),
            lots=(self.chance.choice(lots),),
            amount_minor=self.chance.choice([None, 10_000]),
        )
        opening.open_claim(act=self.world.buyer(), order_id=self.order_id, complaint=complaint)

    def settle(self) -> None:
        found = Claim.objects.filter(order_id=self.order_id, state="opened").first()
        if found is not None:
            ids = {"order_id": self.order_id, "claim_id": found.id}
            answering.answer(act=self.world.supplier(), kind="offer", offer_minor=5_000, **ids)
            answering.accept(act=self.world.buyer(), **ids)

    def time(self) -> None:
        self.world.days_pass(self.chance.choice([1, 3]))

    def cancel(self) -> None:
        cancelling.cancel(act=self.world.supplier(), order_id=self.order_id, ground="withdrawal")


EARLY = {
    "kind": "milestones",
    "tranches": [
        {"number": 1, "payable": "signature", "release": "production", "percent": "20"},
        {"number": 2, "payable": "signature", "release": "shipment", "percent": "30"},
        {"number": 3, "payable": "ready", "release": "receipt", "percent": "50"},
    ],
}


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_amended_meanwhile_money_and_record_agree(world: World, seed: int) -> None:
    walk, done = Walk(world, seed), 0
    for _step in range(40):
        step = walk.chance.choice(walk.steps())
        with suppress(Refusal):
            step()
            done += 1
        sound()
    assert done > 5
    assert world.order(walk.order_id).order.version > 1
    with suppress(Refusal):
        walk.cancel()
    sound()
