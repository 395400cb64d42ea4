"""A quotation becomes a contract that would win its claim, over HTTP: the scene of the demo is played by itself, and
then everybody reads what is left of it over their own key.

Two suppliers quote hats, one counter-offer is met half of the way, the two are compared, one is accepted; the lint's
advice is taken, both sign, cover is reserved (`holdfast.sandbox.cases.quoted` tells it step by step).
"""

from __future__ import annotations

from typing import Any

import pytest

from holdfast import jobs
from holdfast.sandbox import people
from holdfast.sandbox.advice import taken
from holdfast.sandbox.cases import quoted
from holdfast.sandbox.market import Market
from holdfast.sandbox.telling import table, tell


@pytest.fixture
def market(site: str) -> Market:
    operator, dana = people.found()
    return people.market(address=site, keys=people.settle_in(address=site, operator=operator, dana=dana))


def test_from_a_quotation_to_a_covered_order_over_http(market: Market) -> None:
    outcomes = tell(market, quoted.CASES)
    assert all(outcome.as_expected for outcome in outcomes), "\n" + table(outcomes)
    alma = market.alma.caller
    order = market.order_of(quoted.CASE)
    assert order is not None
    contract = alma.get(f"/contracts/{order['contract_id']}")
    kept = {row["product"]: row for row in alma.all("/quotations") if row["state"] == "accepted"}
    assert list(kept) == ["Felt hat"]
    quotation = alma.get(f"/quotations/{kept['Felt hat']['id']}")
    assert (quotation["contract_id"], quotation["acts"]) == (contract["id"], [])
    _every_version_is_kept(alma.all(f"/quotations/{quotation['id']}/versions"))
    _what_was_signed_is_what_was_advised(contract)
    assert [(one["side"], one["kind"]) for one in contract["signatures"]] == [
        ("buyer", "marketplace"),
        ("supplier", "marketplace"),
    ]
    assert jobs.audit().findings == ()


def _every_version_is_kept(versions: list[dict[str, Any]]) -> None:
    told = [(one["number"], one["side"], one["total_minor"]) for one in versions]
    assert told == [(1, "supplier", 990_000), (2, "buyer", 890_000), (3, "supplier", 930_000)]
    moved = [change for change in versions[2]["changes"] if change["path"].endswith("unit_price_minor")]
    assert [(one["before"], one["after"]) for one in moved] == [(430, 450)]


def _what_was_signed_is_what_was_advised(contract: dict[str, Any]) -> None:
    agreed = contract["text"]["agreed"]
    terms = {term["property"]: term for term in agreed["specification"]}
    assert terms["colour"]["delta_e"] == "2"
    assert terms["colour"]["lab"] == quoted.KNOWN["colour"]["lab"]
    assert set(quoted.KNOWN) | {"material"} == set(terms)
    assert agreed["remarks"] == ""
    assert {"bill_of_lading", "commercial_invoice", "packing_list"} <= set(agreed["documents"])
    # Nothing of it was typed again: price and date are the quotation's.
    assert agreed["lines"][0]["unit_price_minor"] == 450
    assert agreed["ship"]["days_after_payment"] == 30


def test_advice_that_asks_for_what_nobody_knows_is_left_out() -> None:
    swatch = {"act": "set", "path": "specification.0.lab", "value": None, "needs": ["lab"]}
    size = {"property": "main dimension", "kind": "dimension", "unit": "cm"}
    asked = {"act": "add", "path": "specification", "value": size, "needs": ["nominal"]}
    limit = {"act": "set", "path": "specification.0.delta_e", "value": "2.0", "needs": []}
    document = {"specification": [{"id": "T1", "property": "colour"}], "remarks": "Very good."}
    found = taken(document, [{"change": one} for one in (swatch, asked, limit, None)], known={})
    assert found["specification"] == [{"id": "T1", "property": "colour", "delta_e": "2.0"}]
    assert document["specification"] == [{"id": "T1", "property": "colour"}]
