"""A buyer's program reads the lint of a draft, puts its suggestions in, and sees the claimability rise before anybody
signs; the templates start a draft."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from holdfast.contracts.models import Contract
from holdfast.parties import operations as parties
from holdfast.terms.lint import lint
from holdfast.terms.templates import template
from tests.parties.cast import Shop
from tests.terms.lintable import hats, put_in, terms
from tests.world import World


@pytest.fixture
def shops(world: World) -> dict[str, Shop]:
    """Keys of both sides."""
    scopes = ["orders:read", "orders:write", "contracts:sign"]

    def key(organisation: Any) -> Shop:
        limit = {"sign_limit_minor": 2_000_000, "sign_limit_currency": "USD"}
        made = parties.create_key(act=world.operator(), organisation_id=organisation, name="k", scopes=scopes, **limit)
        return Shop(str(made.secret))

    return {"alma": key(world.alma.organisation_id), "boris": key(world.boris.organisation_id)}


def soon(shop: Shop, **changes: Any) -> dict[str, Any]:
    """The hats, with a ship date that lies ahead of the clock that the API reads."""
    year = int(shop.get("/v1/me").json()["now"][:4]) + 1
    return hats(ship={"on": f"{year}-04-10"}, **changes)


def drafted(world: World, shop: Shop, **body: Any) -> dict[str, Any]:
    answer = shop.post("/v1/contracts", {"counterparty_id": world.boris.ref, **body})
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


def score(found: dict[str, Any]) -> Decimal:
    return Decimal(found["score_percent"])


def test_suggestions_raise_the_score_from_under_half_to_over_nine_tenths(world: World, shops: dict[str, Shop]) -> None:
    alma, boris = shops["alma"], shops["boris"]
    loose = [{key: value for key, value in one.items() if key != "tolerance"} for one in terms()[2:3]]
    vague = {"packaging": "Standard export carton", "remarks": "High quality. Shade as agreed on the phone. ASAP"}
    draft = drafted(world, alma, document=soon(alma, specification=loose, criterion={"kind": "every_unit"}, **vague))
    address = f"/v1/contracts/{draft['id']}"
    before = alma.get(f"{address}/lint").json()
    assert score(before) < 50
    told = [one["message"] for one in before["findings"] if one["severity"] == "warning"]
    assert any(one.startswith('The colour ("black") is not enforceable as written') for one in told)
    document = draft["text"]["agreed"]
    for _round in range(4):
        for one in alma.post("/v1/lint", {"document": document}).json()["findings"]:
            if one["change"] is not None and one in alma.post("/v1/lint", {"document": document}).json()["findings"]:
                document = put_in(document, one["change"])
    revised = alma.post(f"{address}/revise", {"document": document})
    assert revised.status_code == 200, revised.content
    after = alma.get(f"{address}/lint").json()
    assert score(after) > 90
    assert after == lint(revised.json()["text"]).as_document()
    # The other side sees the same once the contract is proposed, and still may sign: the lint advises.
    assert boris.get(f"{address}/lint").status_code == 404
    proposed = alma.post(f"{address}/propose").json()
    assert boris.get(f"{address}/lint").json()["score_percent"] == after["score_percent"]
    signed = boris.post(f"{address}/sign", {"digest": proposed["digest"]})
    assert signed.status_code == 200, signed.content


def test_a_contract_that_rests_on_nothing_may_be_signed_all_the_same(world: World, shops: dict[str, Shop]) -> None:
    alma = shops["alma"]
    draft = drafted(world, alma, document=soon(alma, specification=[], criterion={"kind": "every_unit"}))
    assert score(alma.get(f"/v1/contracts/{draft['id']}/lint").json()) == 0
    proposed = alma.post(f"/v1/contracts/{draft['id']}/propose").json()
    assert alma.post(f"/v1/contracts/{draft['id']}/sign", {"digest": proposed["digest"]}).status_code == 200


def test_half_a_document_and_phrases_are_linted_and_nothing_is_stored(shops: dict[str, Shop]) -> None:
    alma = shops["alma"]
    found = alma.post("/v1/lint", {"document": {"category": "apparel", "lines": [{"product": "Red shirt"}]}}).json()
    assert "colour_in_words" in [one["code"] for one in found["findings"]]
    phrases = {"phrases": ["Finest quality", "180 g/m2 ± 5%", "面料柔软"], "category": "apparel"}
    items = alma.post("/v1/lint/phrases", phrases).json()["items"]
    assert [one["measurable"] for one in items] == [False, True, False]
    assert not Contract.objects.exists()


def test_a_draft_starts_from_a_template_and_the_buyers_values(world: World, shops: dict[str, Shop]) -> None:
    alma = shops["alma"]
    listed = alma.get("/v1/templates").json()["items"]
    assert [one["name"] for one in listed][:2] == ["apparel", "fashion_accessories"]
    asked = alma.get("/v1/templates/fashion_accessories").json()
    values = {one["id"]: one["example"] for one in asked["terms"] if one["expected"]}
    document = soon(alma, specification=[], category="")
    del document["category"]
    chosen = {"category": "fashion_accessories", "values": values}
    draft = drafted(world, alma, document=document, template=chosen)
    agreed = draft["text"]["agreed"]
    assert agreed["category"] == "Fashion accessories"
    expected = template("fashion_accessories").expected
    assert [one["property"] for one in agreed["specification"]] == [one.term["property"] for one in expected]
    assert all(one["refund_trigger"] for one in agreed["specification"])
    assert score(alma.get(f"/v1/contracts/{draft['id']}/lint").json()) == 100


@pytest.mark.parametrize(
    ("chosen", "field"),
    [
        ({"category": "toys"}, "template.category"),
        ({"category": "apparel", "values": {"T99": {}}}, "template.values.T99"),
        ({"category": "apparel", "values": {"T1": {"nominal": ""}}}, "template.values.T1.nominal"),
        ({"category": "apparel", "values": {"T3": {"unit": "kg", "nominal": "1"}}}, "template.values.T3.unit"),
    ],
)
def test_a_template_that_is_filled_in_wrong_is_refused_at_its_place(
    world: World, shops: dict[str, Shop], chosen: dict[str, Any], field: str
) -> None:
    body = {"counterparty_id": world.boris.ref, "document": soon(shops["alma"]), "template": chosen}
    answer = shops["alma"].post("/v1/contracts", body)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "invalid", field)
    assert not Contract.objects.exists()


@pytest.mark.parametrize("name", ["toys", "general", "..", "Apparel"])
def test_a_template_that_is_not_there(shops: dict[str, Shop], name: str) -> None:
    assert shops["alma"].get(f"/v1/templates/{name}").status_code == 404


def test_reading_asks_for_a_key(client: Any) -> None:
    reads: Callable[..., Any] = client.get
    assert reads("/v1/templates").status_code == 401
    assert client.post("/v1/lint", {"document": {}}, content_type="application/json").status_code == 401
