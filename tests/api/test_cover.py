"""Over HTTP: what a contract would be worth, what a line has left, and the signature that no longer fits."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.contracts.models import Signature
from holdfast.orders.models import Order
from holdfast.parties import operations as parties
from tests.parties.cast import Shop
from tests.world import World, contract, digest_of_everything

SCOPES = ["orders:read", "orders:write", "contracts:sign"]
LATER = {"days_after_payment": 30}


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.fixture
def shops(world: World) -> dict[str, Shop]:
    def key(organisation: Any, scopes: list[str]) -> Shop:
        made = parties.create_key(
            act=world.operator(),
            organisation_id=organisation,
            name="k",
            scopes=scopes,
            **({"sign_limit_minor": 10**9, "sign_limit_currency": "USD"} if "contracts:sign" in scopes else {}),
        )
        assert made.secret is not None
        return Shop(made.secret)

    return {
        "alma": key(world.alma.organisation_id, SCOPES),
        "boris": key(world.boris.organisation_id, SCOPES),
        "vera": key(world.operator_id, ["operator"]),
    }


def proposed(world: World, shops: dict[str, Shop]) -> dict[str, Any]:
    """10,000.00 of hats under `apparel`, where each order has a cap of its own; Alma has signed."""
    document = contract(ship=LATER)
    new = {"counterparty_id": world.boris.ref, "programme": "apparel", "document": document}
    made = shops["alma"].post("/v1/contracts", new).json()
    text: dict[str, Any] = shops["alma"].post(f"/v1/contracts/{made['id']}/propose").json()
    assert shops["alma"].post(f"/v1/contracts/{made['id']}/sign", {"digest": text["digest"]}).status_code == 200
    return text


def usd(shop: Shop, world: World) -> dict[str, Any]:
    rows = shop.get(f"/v1/organisations/{world.boris.ref}/cover").json()["items"]
    found: dict[str, Any] = next(row for row in rows if row["currency"] == "USD")
    return found


def test_a_signature_beyond_the_line_is_refused_over_the_api_with_what_is_left(
    world: World, shops: dict[str, Shop]
) -> None:
    first, second = proposed(world, shops), proposed(world, shops)
    line = {"currency": "USD", "line_minor": 1_600_000, "reason": "ten orders a month"}
    assert shops["vera"].post(f"/v1/organisations/{world.boris.ref}/line", line).status_code == 200
    signed = shops["boris"].post(f"/v1/contracts/{first['id']}/sign", {"digest": first["digest"]})
    assert signed.json()["order_id"]
    found = usd(shops["boris"], world)
    assert (found["set_minor"], found["reserved_minor"], found["left_minor"]) == (1_600_000, 1_000_000, 600_000)
    assert usd(shops["vera"], world) == found
    shown = shops["boris"].get(f"/v1/contracts/{second['id']}/preview").json()["supplier_line"]
    assert shown == {"left_minor": 600_000, "needed_minor": 1_000_000, "is_enough": False, "is_suspended": False}
    before = digest_of_everything()
    refused = shops["boris"].post(f"/v1/contracts/{second['id']}/sign", {"digest": second["digest"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "line_exhausted")
    facts = refused.json()["facts"]
    assert (facts["left_minor"], facts["needed_minor"], facts["currency"]) == (600_000, 1_000_000, "USD")
    assert digest_of_everything() == before
    assert (Order.objects.count(), Signature.objects.count()) == (1, 3)


def test_a_document_that_is_stored_nowhere_is_previewed_with_a_supplier_or_without(
    world: World, shops: dict[str, Shop]
) -> None:
    document = contract(ship=LATER, specification=[])
    without = shops["alma"].post("/v1/contracts/preview", {"document": document}).json()
    assert (without["tier"], without["supplier_line"], without["cap_minor"]) == ("enrolled", None, 1_000_000)
    asked = {"document": document, "counterparty_id": world.boris.ref}
    found = shops["alma"].post("/v1/contracts/preview", asked).json()
    assert (found["tier"], found["cap_minor"], found["cover_minor"]) == ("verified", 5_000_000, 1_000_000)
    assert found["supplier_line"]["left_minor"] == 50_000_000
    by = {(one["reason"], one["situation"]): one for one in found["promises"]}
    quality = by["quality", ""]
    assert (quality["covered"], quality["rule"]) == (False, "coverage.quality.no_measurable_term")
    assert by["late_shipment", ""]["held_minor"] == 100_000
    until = by["not_delivered", ""]["until"]
    assert (until["ends_at"], until["days"], until["anchors"]) == (None, 30, ["expected_delivery"])
    assert found["lacking"][0]["about"] == "colour"
    bad = shops["alma"].post("/v1/contracts/preview", {"document": {**document, "incoterm": "DDU"}})
    assert (bad.status_code, bad.json()["field"]) == (422, "incoterm")
    nobody = shops["alma"].post("/v1/contracts/preview", {**asked, "counterparty_id": f"org_{0:032}"})
    assert (nobody.status_code, nobody.json()["code"]) == (422, "counterparty_unknown")
    past = shops["alma"].post("/v1/contracts/preview", {**asked, "document": contract(ship={"on": "2020-01-01"})})
    assert (past.status_code, past.json()["field"]) == (422, "ship.on")
    far = shops["alma"].post("/v1/contracts/preview", {**asked, "document": contract(ship={"on": "9999-12-31"})})
    assert (far.status_code, far.json()["field"]) == (422, "ship.on")
    # A programme without figures for the currency, and a supplier without a tier, cover nothing.
    yen = shops["alma"].post("/v1/contracts/preview", {**asked, "document": {**document, "currency": "CHF"}})
    assert yen.json()["code"] == "currency_not_covered"
    parties.set_tier(act=world.operator(), organisation_id=world.boris.organisation_id, tier="none", reason="ended")
    assert shops["alma"].post("/v1/contracts/preview", asked).json()["code"] == "tier_not_covered"


def test_a_draft_is_previewed_with_what_linked_orders_left_of_the_cover(world: World, shops: dict[str, Shop]) -> None:
    lines = [{"number": 1, "product": "Hat", "quantity": 4500, "unit": "piece", "unit_price_minor": 1000}]
    new = {"counterparty_id": world.boris.ref, "document": contract(ship=LATER, lines=lines)}
    first = shops["alma"].post("/v1/contracts", new).json()
    assert shops["alma"].get(f"/v1/contracts/{first['id']}/preview").json()["cover_minor"] == 4_500_000
    text = shops["alma"].post(f"/v1/contracts/{first['id']}/propose").json()
    for who in ("alma", "boris"):
        shops[who].post(f"/v1/contracts/{first['id']}/sign", {"digest": text["digest"]})
    second = shops["alma"].post("/v1/contracts", new).json()
    found = shops["alma"].get(f"/v1/contracts/{second['id']}/preview").json()
    assert (found["cover_minor"], found["uncovered_minor"]) == (500_000, 4_000_000)
    quality = next(one for one in found["promises"] if (one["reason"], one["situation"]) == ("quality", ""))
    assert (quality["held_minor"], quality["released_minor"]) == (4_500_000, 500_000)
    # A draft is nobody's business but its own side's.
    assert shops["boris"].get(f"/v1/contracts/{second['id']}/preview").status_code == 404
