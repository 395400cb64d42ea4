"""A contract with which the lint finds no fault, and the same with one thing changed."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from holdfast.terms.templates import template


def hats(**changes: Any) -> dict[str, Any]:
    """2,000 hats at 4.50 by sea under FOB, every expected term agreed."""
    line = {
        "number": 1,
        "product": "Hat",
        "variant": "black",
        "quantity": 2000,
        "unit": "piece",
        "unit_price_minor": 450,
    }
    document: dict[str, Any] = {
        "currency": "USD",
        "category": "fashion_accessories",
        "lines": [{**line, "unit_price_minor": 450}],
        "charges": [{"kind": "handling", "amount_minor": 5000, "basis": "value"}],
        "specification": terms(),
        "criterion": {
            "kind": "plan",
            "plans": [
                {"class": "major", "n": 125, "ac": 7, "re": 8},
                {"class": "minor", "n": 125, "ac": 10, "re": 11},
            ],
        },
        "packaging": "24 hats in a carton.",
        "documents": ["commercial_invoice", "packing_list", "bill of lading"],
        "inspection": {"type": "pre_shipment", "by": "SGS Ningbo", "payer": "party_at_fault", "blocks": ["shipment"]},
        "incoterm": "FOB",
        "place": "Ningbo, Beilun terminal",
        "ship_to": {"name": "Alma Imports", "street": "Kai 1", "city": "Hamburg", "country": "DE"},
        "mode": "sea",
        "ship": {"on": "2026-04-10"},
        "transit_days": 32,
        "payment": {"kind": "full"},
        "remarks": "",
    }
    return {**document, **changes}


def terms() -> list[dict[str, Any]]:
    """What the template expects, with its own examples filled in."""
    return [one.document(one.example) for one in template("fashion_accessories").expected]


def with_term(kind: str, **changes: Any) -> dict[str, Any]:
    """The contract with its term of that kind changed; None takes a key out."""
    document = hats()
    for term in document["specification"]:
        if term["kind"] == kind:
            term.update(copy.deepcopy(changes))
            for key in [key for key, value in changes.items() if value is None]:
                del term[key]
    return document


def and_term(**term: Any) -> dict[str, Any]:
    """The contract with one more term."""
    return hats(specification=[*terms(), {"id": "X", "property": "extra", "class": "major", **term}])


def put_in(document: dict[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """The document with a suggestion in it, given as the API gives it; what only the parties know is a template's
    example."""
    written = copy.deepcopy(document)
    *parents, last = [int(part) if part.isdigit() else part for part in change["path"].split(".")]
    place: Any = written
    for part in parents:
        place = place[part]
    value, needs = copy.deepcopy(change["value"]), change["needs"]
    match change["act"]:
        case "add":
            if isinstance(value, dict):
                value = {**value, **_example(value, needs), "id": f"N{len(place[last])}"}
            place[last] = [*place[last], value]
        case "set":
            place[last] = _example(place, needs)[last] if needs else value
        case "take":
            place[last] = place[last].replace(value, "")
    return written


def _example(term: Mapping[str, Any], needs: Sequence[str]) -> dict[Any, Any]:
    """What a template has as an example for a term of the kind."""
    every = [*template("fashion_accessories").terms, *template("general").terms]
    alike = [one.example for one in reversed(every) if one.term["kind"] == term["kind"]]
    known = {key: value for one in alike for key, value in one.items()}
    return {key: known[key] for key in needs}
