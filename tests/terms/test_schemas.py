"""The published schemas take what the code takes, refuse what it refuses for its shape, and the examples are real."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from holdfast.cli import main
from holdfast.contracts import document as contracts
from holdfast.contracts.schema import contract_schema
from holdfast.kernel.refusals import Invalid
from holdfast.terms.schema import conformity_schema, verdict_schema
from holdfast.terms.templates import CATEGORIES, template
from tests.contracts.documents import microcontrollers, with_value
from tests.terms.lintable import hats

DOCS = Path(__file__).resolve().parents[2] / "docs"
CONTRACT = jsonschema_rs.Draft202012Validator(contract_schema(), validate_formats=True)
CONFORMITY = jsonschema_rs.Draft202012Validator(conformity_schema(), validate_formats=True)
VERDICT = jsonschema_rs.Draft202012Validator(verdict_schema(), validate_formats=True)


def _every_term() -> list[dict[str, Any]]:
    asked = [(name, one) for name in CATEGORIES for one in template(name).terms]
    return [{**one.document(one.example), "id": f"{name}-{one.id}"} for name, one in asked]


SIZED = {"product": "Cap", "unit": "piece", "unit_price_minor": 5, "sizes": {"S": 1, "M": 2}}
GOOD: list[dict[str, Any]] = [
    hats(),
    microcontrollers(),
    hats(specification=_every_term()),
    hats(criterion=None, inspection=None, latest_delivery_on=None),
    {
        **hats(lines=[]),
        "matrix": [SIZED],
    },
]


@pytest.mark.parametrize("document", GOOD)
def test_what_is_read_is_valid_and_so_is_what_is_written(document: dict[str, Any]) -> None:
    CONTRACT.validate(document)
    CONTRACT.validate(contracts.as_document(contracts.read(document)))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("currency", 5),
        ("incoterm", "XYZ"),
        ("mode", "camel"),
        ("lines.0.quantity", "many"),
        ("lines.0.quantity", 1.5),
        ("lines.0.colour", "red"),
        ("specification.0.kind", "taste"),
        ("specification.0.class", "fatal"),
        ("specification.0.nominal", 5),
        ("specification.0.unit", "cm"),
        ("specification.0.references", "abc"),
        ("criterion.kind", "luck"),
        ("criterion.plans.0.n", None),
        ("ship.on", "soon"),
        ("charges.0.basis", "mood"),
        ("payment.kind", "later"),
        ("inspection.type", "never"),
        ("late.grace_days", "two"),
        ("transit_days", None),
        ("documents", "all"),
        ("ship_to.country", None),
    ],
)
def test_what_is_refused_for_its_shape_is_not_valid(path: str, value: Any) -> None:
    document = with_value(path, value)
    with pytest.raises(Invalid):
        contracts.read(copy.deepcopy(document))
    assert not CONTRACT.is_valid(document)


def test_every_key_of_a_contract_is_in_the_schema_and_no_other() -> None:
    keys = set(contract_schema()["$defs"]["Document"]["properties"])
    assert keys == set(contracts.as_document(contracts.read(hats()))) | {"matrix"}


def test_the_examples_are_valid_and_do_what_the_page_says(capsys: pytest.CaptureFixture[str]) -> None:
    contract, conformity = DOCS / "examples" / "contract.json", DOCS / "examples" / "conformity.json"
    CONTRACT.validate(json.loads(contract.read_text()))
    contracts.read(json.loads(contract.read_text()))
    CONFORMITY.validate(json.loads(conformity.read_text()))
    assert main(["conformity", str(conformity), "--json"]) == 0
    verdict = json.loads(capsys.readouterr().out)
    VERDICT.validate(verdict)
    told = {one["term"]: (one["status"], one["worst"]) for one in verdict["terms"]}
    assert told == {
        "T1": ("breached", "GD32F407VGT6"),
        "T2": ("breached", "100.25 mm"),
        "T3": ("undecided", None),
        "T4": ("met", "EMC-2026-118, valid until 2027-06-30"),
        "T5": ("met", "passed"),
        "T6": ("met", "passed"),
    }
    assert verdict["lot"] == "rejected"
    assert verdict["conversions"] == [{"source": "cm", "target": "mm", "factor": "10"}]


@pytest.mark.parametrize(
    "readings",
    [
        {},
        {"units": [{"id": "1"}]},
        {"units": [{"id": "1", "line": 1, "readings": [{"term": "T1", "lab": ["1", "2"]}]}]},
        {"units": [], "lot": {"one": 5}},
        {"units": [], "lots": {}},
    ],
)
def test_readings_of_another_shape_are_not_valid(readings: dict[str, Any]) -> None:
    assert not CONFORMITY.is_valid({"specification": [], "readings": readings})
    assert CONFORMITY.is_valid({"specification": [], "readings": {"units": [], "lot": {"1": 5}}})
