"""What is asked before a contract, over HTTP: plans, ways to pay, large orders, Incoterms; a contract's own plan."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.contracts import operations
from holdfast.kernel import clock
from holdfast.kernel.identifiers import public
from holdfast.parties import operations as parties
from tests.parties.cast import Shop
from tests.world import Party, World, contract, digest_of_everything

PLAN = "/v1/sampling/plan?lot_size=4000"
BY_AQL = {"kind": "aql", "level": "II", "aql": [{"class": "critical", "aql": "0"}, {"class": "major", "aql": "2.5"}]}


@pytest.fixture(autouse=True)
def _the_worlds_clock(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "read", lambda **_: world.now)


def shop(world: World, party: Party) -> Shop:
    scopes = ["orders:read", "orders:write"]
    key = parties.create_key(act=world.operator(), organisation_id=party.organisation_id, name="shop", scopes=scopes)
    assert key.secret is not None
    made = Shop(key.secret)
    # The first use is noted; what follows leaves no trace.
    made.get("/v1/me")
    return made


def drafted(world: World, criterion: dict[str, Any]) -> str:
    page = operations.draft(
        act=world.buyer(),
        counterparty_id=world.boris.organisation_id,
        programme="standard",
        document=contract(criterion=criterion),
    )
    return public("con", page.id)


def test_a_plan_comes_with_what_it_lets_pass(world: World) -> None:
    alma = shop(world, world.alma)
    found = alma.get(f"{PLAN}&level=II&aql=2.5").json()
    assert (found["code_letter"], found["n"], found["ac"], found["re"], found["whole_lot"]) == ("L", 200, 10, 11, False)
    assert found["chances"] == [
        {"percent": "5", "defective": 200, "this_lot": "0.583259", "long_run": "0.583067"},
        {"percent": "10", "defective": 400, "this_lot": "0.006924", "long_run": "0.008071"},
        {"percent": "15", "defective": 600, "this_lot": "0.000005", "long_run": "0.000007"},
    ]
    assert (found["curve"][0], found["curve"][-1]["percent"]) == ({"percent": "0", "long_run": "1.000000"}, "20")
    assert "MIL-STD-105E" in found["sources"][0]["title"]
    whole = alma.get("/v1/sampling/plan?lot_size=10&aql=0.65").json()
    assert (whole["n"], whole["ac"], whole["whole_lot"], whole["chances"]) == (10, None, True, [])


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("inspection=reduced", "plan_not_held", "'code_letter': 'L'"),
        ("aql=3.0", "invalid", "aql"),
        ("aql=two", "invalid", "aql"),
        ("level=IV", "invalid", "level"),
        ("lot_size=0", "invalid", "lot_size"),
    ],
)
def test_a_plan_that_is_none_is_refused(world: World, query: str, code: str, field: str) -> None:
    alma, before = shop(world, world.alma), digest_of_everything()
    path = f"/v1/sampling/plan?{query}" if "lot_size" in query else f"{PLAN}&{query}"
    refused = alma.get(path)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert field in str(refused.json())
    assert digest_of_everything() == before


def test_a_contract_tells_what_its_criterion_lets_pass(world: World) -> None:
    alma, ref = shop(world, world.alma), drafted(world, BY_AQL)
    found = alma.get(f"/v1/contracts/{ref}/sampling").json()
    assert (found["lot_size"], found["kind"], found["code_letter"]) == (1000, "aql", "J")
    assert [(row["class"], row["n"], row["ac"]) for row in found["classes"]] == [("critical", 80, 0), ("major", 80, 5)]
    smaller = alma.get(f"/v1/contracts/{ref}/sampling?lot_size=150").json()
    assert [(row["n"], row["ac"]) for row in smaller["classes"]] == [(20, 0), (20, 1)]
    assert shop(world, world.boris).get(f"/v1/contracts/{ref}/sampling").status_code == 404
    plain = alma.get(f"/v1/contracts/{drafted(world, {'kind': 'every_unit'})}/sampling").json()
    assert (plain["kind"], plain["classes"]) == ("every_unit", [])


def test_a_draft_with_a_plan_that_is_none_is_refused_by_its_place(world: World) -> None:
    alma, before = shop(world, world.alma), digest_of_everything()
    wrong = {**BY_AQL, "aql": [{"class": "major", "aql": "2.2"}]}
    refused = alma.post(
        "/v1/contracts",
        {"counterparty_id": public("org", world.boris.organisation_id), "document": contract(criterion=wrong)},
    )
    assert refused.status_code == 422
    assert refused.json()["field"] == "criterion.aql.0.aql"
    assert "2.5" in refused.json()["accepted"]
    assert digest_of_everything() == before


def test_ways_to_pay_are_compared(world: World) -> None:
    path = "/v1/programmes/standard/comparison?amount_minor=20000000&expected_delivery_on=2027-01-31&paid_on=2026-12-01"
    found = shop(world, world.alma).get(path).json()
    own, paypal, transfer = found["ways"]
    assert (found["programme"]["name"], own["name"]) == ("standard", "trade_assurance")
    assert (own["cap_low_minor"], own["unprotected_low_minor"], own["window_ends_on"]) == (
        5_000_000,
        15_000_000,
        "2027-03-02",
    )
    assert (paypal["cost_low_minor"], paypal["cost_more"]) == (880_000, "fixed_fee_not_stated")
    assert (paypal["window_ends_on"], paypal["said"][0]["on"]) == ("2027-05-30", "2026-07-03")
    assert (transfer["held"], transfer["unprotected_low_minor"]) == ("no", 20_000_000)


def test_a_large_order_is_planned(world: World) -> None:
    alma = shop(world, world.alma)
    costs = "freight_together_minor=600000&freight_each_minor=250000&handling_each_minor=15000"
    found = alma.get(f"/v1/programmes/standard/large-order?total_minor=12000000&{costs}").json()
    assert (found["advice"], found["cover_gained_minor"], found["cost_added_minor"]) == (
        "splitting_gains_nothing",
        0,
        180_000,
    )
    assert [one["cover_minor"] for one in found["split"]["contracts"]] == [5_000_000, 0, 0]
    assert found["one"]["uncovered_minor"] == 7_000_000
    other = alma.get(f"/v1/programmes/import/large-order?total_minor=12000000&{costs}").json()
    assert (other["advice"], other["cover_gained_minor"]) == ("splitting_gains", 7_000_000)


def test_incoterms_are_laid_out(world: World) -> None:
    alma = shop(world, world.alma)
    found = {row["incoterm"]: row for row in alma.get("/v1/programmes/standard/incoterms").json()["items"]}
    assert len(found) == 11
    assert (found["CIF"]["transit"]["bearer"], found["CIF"]["transit"]["covered"]) == ("insurer", False)
    assert found["DDP"]["import_clearance"]["covered"] is True
    assert alma.get("/v1/programmes/nobody/incoterms").status_code == 404


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("comparison?amount_minor=0", "invalid"),
        ("comparison?amount_minor=100&incoterm=DAT", "invalid"),
        ("comparison?amount_minor=100&currency=CHF", "currency_not_covered"),
        ("large-order?total_minor=100&parts=1", "invalid"),
        ("large-order?total_minor=2&parts=3", "parts_not_possible"),
        ("large-order?total_minor=100&currency=CHF", "currency_not_covered"),
    ],
)
def test_a_question_that_has_no_answer_is_refused(world: World, path: str, code: str) -> None:
    alma, before = shop(world, world.alma), digest_of_everything()
    refused = alma.get(f"/v1/programmes/standard/{path}")
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert digest_of_everything() == before
