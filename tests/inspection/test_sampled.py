"""A contract by level and AQL from the draft to the verdict: the lot gives its figures, and they are recorded."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from holdfast.contracts import queries as contracts
from holdfast.inspection import operations, queries
from holdfast.inspection.operations import Examination
from holdfast.kernel.canonical import canonical, digest
from holdfast.orders.models import Order
from holdfast.terms import read_criterion, read_readings, read_specification
from holdfast.terms.conformity import conformity
from tests.contracts.documents import microcontrollers
from tests.world import World, contract

BY_AQL: dict[str, Any] = {
    "kind": "aql",
    "level": "II",
    "aql": [{"class": "critical", "aql": "0"}, {"class": "major", "aql": "2.5"}, {"class": "minor", "aql": "4.0"}],
}
CASE = {
    "id": "T2",
    "property": "case",
    "kind": "function",
    "class": "major",
    "nominal": "closes",
    "method": "by hand",
}


def order(world: World) -> UUID:
    """4,000 boards whose case must close; shipment waits for an inspection."""
    document = microcontrollers(payment={"kind": "full"}, charges=[], criterion=BY_AQL)
    document["lines"][0]["quantity"] = 4000
    document["specification"] = [*document["specification"], CASE]
    return world.funded_order({**document, "ship_to": contract()["ship_to"]})


def readings(bad: int) -> dict[str, Any]:
    chip = {"term": "T1", "value": "STM32F407VGT6"}
    groups = ((bad, False), (200 - bad, True))
    return {
        "units": [
            {"id": f"u{closes}", "line": 1, "count": count, "readings": [chip, {"term": "T2", "passed": closes}]}
            for count, closes in groups
            if count
        ]
    }


@pytest.mark.parametrize(("bad", "fate", "effect"), [(10, "accepted", "opens"), (11, "rejected", "blocks")])
def test_the_lot_gives_the_plan_its_figures(world: World, bad: int, fate: str, effect: str) -> None:
    order_id = order(world)
    operations.assign_inspector(
        act=world.buyer(), order_id=order_id, inspector_id=world.ingrid.organisation_id, kind="pre_shipment"
    )
    brief = queries.brief(order_id=order_id)
    asked = [(one.lot, one.sampling.lot_size, one.sampling.code_letter) for one in brief.samples]
    assert asked == [(None, 4000, "L")]
    assert [(row.n, row.ac) for row in brief.samples[0].sampling.classes] == [(200, 0), (200, 10), (200, 14)]
    report = operations.file_report(
        act=world.act(world.ingrid, "inspector"),
        order_id=order_id,
        examination=Examination(kind="pre_shipment", examined_at=world.now, readings=readings(bad)),
    )
    assert (report.verdict["lot"], report.effect) == (fate, effect)
    recorded = report.verdict["sampling"]
    assert (recorded["lot_size"], recorded["level"], recorded["inspection"]) == (4000, "II", "normal")
    assert [(row["class"], row["n"], row["ac"]) for row in recorded["classes"]] == [
        ("critical", 200, 0),
        ("major", 200, 10),
        ("minor", 200, 14),
    ]
    # Anybody recomputes it from what was signed and read.
    specification = read_specification(brief.specification)
    again = conformity(
        specification=specification,
        criterion=read_criterion(brief.criterion),
        lot_quantity_by_line={1: 4000},
        readings=read_readings(report.document["readings"], specification=specification),
    )
    assert canonical(again.as_document()) == canonical(report.verdict)


def test_the_signed_text_names_the_plan_and_not_its_figures(world: World) -> None:
    order_id = order(world)
    row = Order.objects.get(id=order_id)
    agreed = contracts.agreement(contract_id=row.contract_id)
    text = contracts.canonical_text(contract_id=row.contract_id)
    assert digest(text).hex() == agreed.digest
    assert agreed.document.criterion.level == "II"
    assert b'"level":"II"' in text
    assert b'"plans":[]' in text
