"""The whole way over HTTP as two suppliers and a buyer drive it: quotation, counter-offer, comparison, acceptance, the
draft, both signatures."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from holdfast.kernel.identifiers import public
from holdfast.parties import operations as parties
from tests.parties.cast import Shop
from tests.sourcing.offers import BELTS, CLIPS, line, offer, price, without_direct
from tests.world import World

SCOPES = ["orders:read", "orders:write", "contracts:sign"]


@pytest.fixture
def shops(world: World) -> dict[str, Shop]:
    """A key for each party, and one that only reads."""
    limit = {"sign_limit_minor": 2_000_000, "sign_limit_currency": "USD"}

    def key(organisation: Any, scopes: list[str], **more: Any) -> Shop:
        made = parties.create_key(act=world.operator(), organisation_id=organisation, name="k", scopes=scopes, **more)
        assert made.secret is not None
        return Shop(made.secret)

    parties_by_name = {"alma": world.alma, "boris": world.boris, "chen": world.chen}
    found = {name: key(party.organisation_id, SCOPES, **limit) for name, party in parties_by_name.items()}
    return {**found, "reader": key(world.alma.organisation_id, ["orders:read"])}


def soon(shops: dict[str, Shop]) -> str:
    """A day ahead of the clock that the API reads."""
    return (date.fromisoformat(shops["alma"].get("/v1/me").json()["now"][:10]) + timedelta(days=30)).isoformat()


def quoted(world: World, shops: dict[str, Shop], who: str = "boris", **changes: Any) -> dict[str, Any]:
    document = offer(valid_until=soon(shops), **changes)
    answer = shops[who].post("/v1/quotations", {"buyer_id": world.alma.ref, "document": document})
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


def verbs(shop: Shop, ref: str) -> list[str]:
    return [act["verb"] for act in shop.get(f"/v1/quotations/{ref}").json()["acts"]]


def test_from_two_quotations_to_a_signed_order(world: World, shops: dict[str, Shop]) -> None:
    alma, boris = shops["alma"], shops["boris"]
    first = quoted(world, shops)
    second = quoted(world, shops, "chen", incoterm="DDP", lines=[line("Hat", 1000, price(1, 1090))])
    assert (verbs(alma, first["id"]), verbs(boris, first["id"])) == (
        ["counter", "accept", "decline"],
        ["revise", "withdraw"],
    )
    wish = without_direct(offer(valid_until=soon(shops), lines=[line("Hat", 1000, price(1000, 940))]))
    countered = alma.post(f"/v1/quotations/{first['id']}/counter", {"document": wish}).json()
    assert (countered["state"], countered["version"], countered["waits_for"]) == ("countered", 2, "supplier")
    met = offer(valid_until=soon(shops), lines=[line("Hat", 1000, price(1000, 960, 940))])
    revised = boris.post(f"/v1/quotations/{first['id']}/revise", {"document": met}).json()
    assert (revised["state"], revised["version"], revised["total_minor"]) == ("offered", 3, 1_020_000)
    kept = alma.get(f"/v1/quotations/{first['id']}/versions").json()["items"]
    assert [(one["number"], one["side"]) for one in kept] == [(1, "supplier"), (2, "buyer"), (3, "supplier")]
    assert {"path": "lines.1.prices.1000.unit_price_minor", "before": 940, "after": 960} in kept[2]["changes"]
    side_by_side(alma, first["id"], second["id"])
    draft = alma.post(f"/v1/quotations/{first['id']}/accept", {"version": 3, "external_id": "po-9"})
    assert draft.status_code == 201, draft.content
    signed_by_both(world, shops, draft.json())
    done = boris.get(f"/v1/quotations/{first['id']}").json()
    assert (done["state"], done["contract_id"], done["acts"]) == ("accepted", draft.json()["id"], [])
    again = alma.post(f"/v1/quotations/{first['id']}/accept", {"version": 3})
    assert (again.status_code, again.json()["code"]) == (409, "out_of_state")


def side_by_side(alma: Shop, first: str, second: str) -> None:
    query = f"beside={second}&duty_percent=10&insurance_percent=0.5&freight_minor=90000"
    found = alma.get(f"/v1/quotations/{first}/comparison?{query}").json()
    rows = {row["quotation_id"]: row for row in found["quotations"]}
    # 1,020,000 + 90,000 freight; 0.5% of it; 10% of both together. DDP: all of it is the supplier's.
    assert rows[first]["landed"]["total_minor"] == 1_110_000 + 5_550 + 111_555
    assert rows[second]["landed"]["total_minor"] == 1_090_000 + 60_000
    assert [row["is_lowest"] for row in found["quotations"]] == [True, False]
    assert rows[first]["protection"]["covered_percent"] == "100.0"
    assert rows[first]["gap"]["percent"] == "2.1"
    assert rows[second]["gap"] is None
    assert rows[second]["record"]["on_time_percent"] is None


def signed_by_both(world: World, shops: dict[str, Shop], draft: dict[str, Any]) -> None:
    """The draft is an ordinary one: proposed and signed as it stands."""
    agreed = draft["text"]["agreed"]
    assert (draft["state"], draft["drafter"], draft["total_minor"]) == ("draft", "buyer", 1_020_000)
    assert agreed["lines"][0]["unit_price_minor"] == 960
    assert agreed["ship"]["days_after_payment"] == 30
    assert shops["boris"].get(f"/v1/contracts/{draft['id']}").status_code == 404
    proposed = shops["alma"].post(f"/v1/contracts/{draft['id']}/propose").json()
    over = {"digest": proposed["digest"]}
    shops["alma"].post(f"/v1/contracts/{draft['id']}/sign", over)
    signed = shops["boris"].post(f"/v1/contracts/{draft['id']}/sign", over).json()
    assert (signed["contract_state"], signed["cover_minor"]) == ("signed", 1_020_000)


@pytest.mark.parametrize(("goods", "percent"), [(CLIPS, "8.7"), (BELTS, "1.7")])
def test_what_protection_adds_is_said_with_what_it_buys(
    world: World, shops: dict[str, Shop], goods: dict[str, Any], percent: str
) -> None:
    ref = quoted(world, shops, lines=[goods])["id"]
    found = shops["reader"].get(f"/v1/quotations/{ref}").json()["protection"]
    assert (found["gap"]["percent"], found["claim_days"]) == (percent, 30)
    assert found["held_minor"] == found["cover_minor"]
    assert found["gaps"] == [{**found["gap"], "line": 1}]


def test_lists_are_of_ones_own_and_by_side_and_state(world: World, shops: dict[str, Shop]) -> None:
    first, second = quoted(world, shops)["id"], quoted(world, shops, "chen")["id"]

    def listed(who: str, query: str = "") -> list[str]:
        return [row["id"] for row in shops[who].get(f"/v1/quotations{query}").json()["items"]]

    assert listed("alma") == [second, first]
    assert (listed("boris"), listed("chen"), listed("alma", "?side=supplier")) == ([first], [second], [])
    shops["alma"].post(f"/v1/quotations/{first}/decline", {"reason": "cover"})
    assert listed("alma", "?state=declined") == [first]
    page = shops["alma"].get("/v1/quotations?limit=1").json()
    assert [row["id"] for row in page["items"]] == [second]
    assert listed("alma", f"?limit=1&cursor={page['next_cursor']}") == [first]


def test_after_a_no_the_buyer_finds_suppliers_with_enough_cover(world: World, shops: dict[str, Shop]) -> None:
    ref = quoted(world, shops)["id"]
    declined = shops["alma"].post(f"/v1/quotations/{ref}/decline", {"reason": "cover", "note": "we need more"})
    assert (declined.status_code, declined.json()["decline_reason"]) == (200, "cover")
    parties.set_tier(act=world.operator(), organisation_id=world.chen.organisation_id, tier="gold", reason="on site")
    found = shops["alma"].get("/v1/suppliers/with-cover?amount_minor=6000000&currency=USD").json()["items"]
    assert [(row["id"], row["tier"], row["cover_minor"]) for row in found] == [
        (public("org", world.chen.organisation_id), "gold", 10_000_000)
    ]


@pytest.mark.parametrize(
    ("who", "path", "body", "told"),
    [
        ("boris", "accept", {"version": 1}, (403, "not_allowed")),
        ("reader", "accept", {"version": 1}, (403, "not_allowed")),
        ("chen", "accept", {"version": 1}, (404, "not_found")),
        ("alma", "accept", {"version": 2}, (409, "other_version")),
        ("alma", "accept", {"version": 1, "quantities": [{"line": 1, "quantity": 10}]}, (422, "below_first_break")),
        ("alma", "decline", {"reason": "other"}, (422, "reason_missing")),
        ("alma", "decline", {"reason": "other", "note": "write to a@b.example"}, (422, "details_in_text")),
        ("alma", "withdraw", {}, (403, "not_allowed")),
    ],
)
def test_a_no_says_which(  # noqa: PLR0917 - a table of what is asked and told
    world: World, shops: dict[str, Shop], who: str, path: str, body: dict[str, Any], told: tuple[int, str]
) -> None:
    ref = quoted(world, shops)["id"]
    before = shops["alma"].get(f"/v1/quotations/{ref}").json()
    answer = shops[who].post(f"/v1/quotations/{ref}/{path}", body)
    assert (answer.status_code, answer.json()["code"]) == told
    assert shops["alma"].get(f"/v1/quotations/{ref}").json() == before
