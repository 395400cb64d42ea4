"""A contract whose severity follows the supplier's record: two lots fall, the next is inspected tightened; what counted
is kept with the inspection that was ordered, and the verdict can be computed again whatever happens afterwards."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from holdfast.claims.operations import opening
from holdfast.claims.queries import assessment
from holdfast.inspection import models, operations, queries
from holdfast.inspection.operations import Examination
from holdfast.inspection.switching import switched
from holdfast.kernel import clock
from holdfast.kernel.canonical import canonical
from holdfast.kernel.identifiers import public
from holdfast.kernel.refusals import Invalid
from holdfast.parties import operations as parties
from holdfast.terms import read_criterion, read_readings, read_specification
from holdfast.terms.conformity import conformity
from tests.parties.cast import Shop
from tests.world import World, contract, refuses

CRITERION: dict[str, Any] = {
    "kind": "aql",
    "level": "II",
    "aql": [{"class": "major", "aql": "2.5"}],
    "switching": True,
}
TO_BE_INSPECTED = {"type": "pre_shipment", "payer": "party_at_fault", "blocks": ["shipment"]}


def order(world: World, **changes: Any) -> UUID:
    """1,000 hats by level II at 2.5: letter J, 80 are drawn, up to 5 may be bad; tightened: up to 3."""
    return world.funded_order(contract(criterion=CRITERION, inspection=TO_BE_INSPECTED, **changes))


def assigned(world: World, order_id: UUID) -> None:
    operations.assign_inspector(
        act=world.buyer(), order_id=order_id, inspector_id=world.ingrid.organisation_id, kind="pre_shipment"
    )


def readings(bad: int, **more: Any) -> dict[str, Any]:
    groups = ((bad, "polyester"), (80 - bad, "wool felt"))
    units = [
        {"id": f"u{place}", "line": 1, "count": count, "readings": [{"term": "T1", "value": value}]}
        for place, (count, value) in enumerate(groups)
        if count
    ]
    return {"units": units, **more}


def examines(world: World, order_id: UUID, bad: int, **more: Any) -> queries.ReportView:
    return operations.file_report(
        act=world.act(world.ingrid, "inspector"),
        order_id=order_id,
        examination=Examination(kind="pre_shipment", examined_at=world.now, readings=readings(bad, **more)),
    )


def inspected(world: World, bad: int, **changes: Any) -> queries.ReportView:
    """An order from signature to its report."""
    order_id = order(world, **changes)
    assigned(world, order_id)
    return examines(world, order_id, bad)


def now(world: World, category: str = "accessories") -> str:
    return switched(supplier_id=world.boris.organisation_id, category=category).severity.inspection


def test_two_rejected_lots_tighten_the_next_and_five_accepted_let_it_go(world: World) -> None:
    assert [inspected(world, bad).verdict["lot"] for bad in (5, 6, 6)] == ["accepted", "rejected", "rejected"]
    assert now(world) == "tightened"
    order_id = order(world)
    assigned(world, order_id)
    brief = queries.brief(order_id=order_id)
    assert brief.switching is not None
    assert (brief.switching["inspection"], brief.switching["reason"]) == ("tightened", "rejections")
    assert [lot["accepted"] for lot in brief.switching["decided_by"]] == [False, False]
    assert (brief.samples[0].sampling.inspection, brief.samples[0].sampling.classes[0].ac) == ("tightened", 3)
    # Under normal inspection four bad hats would have passed.
    assert examines(world, order_id, 4).verdict["lot"] == "rejected"
    for _lot in range(5):
        assert inspected(world, 3).verdict["sampling"]["inspection"] == "tightened"
    assert now(world) == "normal"


def test_what_was_ordered_under_one_severity_stays_under_it(world: World) -> None:
    """Pinned with the inspection; the record moves on, the verdict does not, and anybody computes it again."""
    order_id = order(world)
    assigned(world, order_id)
    for _lot in range(2):
        inspected(world, 6)
    assert now(world) == "tightened"
    brief = queries.brief(order_id=order_id)
    assert brief.switching is not None
    assert brief.switching["inspection"] == "normal"
    with refuses(Invalid, field="readings.severity", accepted="normal"):
        examines(world, order_id, 4, severity="tightened")
    report = examines(world, order_id, 4)
    assert (report.verdict["lot"], report.document["readings"]["severity"]) == ("accepted", "normal")
    specification = read_specification(brief.specification)
    again = conformity(
        specification=specification,
        criterion=read_criterion(brief.criterion),
        lot_quantity_by_line={1: 1000},
        readings=read_readings(report.document["readings"], specification=specification),
    )
    assert canonical(again.as_document()) == canonical(report.verdict)


def test_only_lots_of_such_goods_on_their_first_inspection_count(world: World) -> None:
    first = inspected(world, 6)
    # Shown again after mending: the same lot, however it comes out.
    assert examines(world, first.order_id, 6).verdict["lot"] == "rejected"
    assert examines(world, first.order_id, 0).verdict["lot"] == "accepted"
    inspected(world, 6, category="furniture")
    # A side's own readings are evidence, and no inspection of record.
    operations.file_report(
        act=world.buyer(),
        order_id=order(world),
        examination=Examination(kind="pre_shipment", examined_at=world.now, readings=readings(6)),
    )
    found = switched(supplier_id=world.boris.organisation_id, category="Accessories ")
    assert ([lot.accepted for lot in found.lots], found.severity.inspection) == ([False], "normal")
    assert now(world, "furniture") == "normal"
    inspected(world, 6)
    assert (now(world), now(world, "furniture")) == ("tightened", "normal")


def test_other_buyers_lots_count_and_are_not_named(world: World) -> None:
    for _lot in range(2):
        inspected(world, 6)
    order_id = order(world)
    brief = queries.brief(order_id=order_id)
    supplier = queries.switching_for(caller=world.caller(world.boris), role="supplier", view=brief)
    inspector = queries.switching_for(caller=world.caller(world.ingrid), role="inspector", view=brief)
    staff = queries.switching_for(caller=world.caller(world.ada), role="operator", view=brief)
    assert supplier is not None
    assert inspector is not None
    assert all(lot["order"] and lot["report"] for lot in supplier["decided_by"])
    assert [(lot["order"], lot["report"], lot["accepted"]) for lot in inspector["decided_by"]] == [
        (None, None, False)
    ] * 2
    assert staff == supplier


def test_a_long_good_run_reduces_where_the_tables_hold_the_plan(world: World) -> None:
    """Ten good lots of 250 at 0.65 (letter G, reduced: 8 drawn); of 1,000 hats no reduced plan is held."""
    tight = {**CRITERION, "aql": [{"class": "major", "aql": "0.65"}]}
    few = [{"number": 1, "product": "Hat", "quantity": 250, "unit": "piece", "unit_price_minor": 1000}]
    for _lot in range(15):
        order_id = world.funded_order(contract(criterion=tight, inspection=TO_BE_INSPECTED, lines=few))
        assigned(world, order_id)
        assert examines(world, order_id, 0).verdict["lot"] == "accepted"
    found = switched(supplier_id=world.boris.organisation_id, category="accessories")
    assert (found.severity.inspection, found.severity.reason, len(found.decided_by)) == ("reduced", "steady", 15)
    small = world.funded_order(contract(criterion=tight, inspection=TO_BE_INSPECTED, lines=few))
    sample = queries.brief(order_id=small).samples[0]
    assert (sample.sampling.inspection, sample.sampling.classes[0].n, sample.missing) == ("reduced", 8, None)
    large = queries.brief(order_id=order(world)).samples[0]
    assert (large.sampling.inspection, large.sampling.classes[0].n, large.missing) == ("normal", 80, ("2.5", "J"))


def test_a_contract_that_does_not_follow_the_record_keeps_nothing(world: World) -> None:
    for _lot in range(2):
        inspected(world, 6)
    fixed = {key: value for key, value in CRITERION.items() if key != "switching"}
    order_id = world.funded_order(contract(criterion=fixed, inspection=TO_BE_INSPECTED))
    assigned(world, order_id)
    assert models.Assignment.objects.get(order_id=order_id).switching is None
    report = examines(world, order_id, 4)
    assert (report.verdict["lot"], "severity" in report.document["readings"]) == ("accepted", False)
    other = world.funded_order(contract(criterion=fixed, inspection=TO_BE_INSPECTED))
    assigned(world, other)
    with pytest.raises(Invalid):
        examines(world, other, 4, severity="normal")


def test_a_claim_judges_a_lot_by_the_severity_it_was_inspected_under(world: World) -> None:
    """Four bad hats of eighty pass normal inspection; tightened, the lot falls, and so it is assessed."""
    for _lot in range(2):
        inspected(world, 6)
    clause = {"type": "after_delivery", "payer": "party_at_fault", "blocks": []}
    order_id = world.delivered(contract(criterion=CRITERION, inspection=clause))
    operations.assign_inspector(
        act=world.buyer(), order_id=order_id, inspector_id=world.ingrid.organisation_id, kind="after_delivery"
    )
    examination = Examination(kind="after_delivery", lot=1, examined_at=world.now, readings=readings(4))
    report = operations.file_report(
        act=world.act(world.ingrid, "inspector"), order_id=order_id, examination=examination
    )
    assert (report.verdict["lot"], report.verdict["sampling"]["inspection"]) == ("rejected", "tightened")
    complaint = opening.Complaint(reason="quality", lots=(1,), terms=("T1",))
    claim_id = opening.open_claim(act=world.buyer(), order_id=order_id, complaint=complaint).claim_id
    found = assessment(act=world.mediator(), claim_id=claim_id)
    assert [one.verdict.lot for one in found.verdicts] == ["rejected"]
    assert found.total_minor == 1_000_000


def test_the_brief_tells_it_over_the_api(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "read", lambda **_: world.now)
    for _lot in range(2):
        inspected(world, 6)
    order_id = order(world)
    assigned(world, order_id)
    path = f"/v1/orders/{public('ord', order_id)}/inspection"
    made = parties.create_key(
        act=world.operator(), organisation_id=world.ingrid.organisation_id, name="k", scopes=["reports:write"]
    )
    assert made.secret is not None
    found = Shop(made.secret).get(path).json()
    assert [row["inspection"] for row in found["samples"]] == ["tightened"]
    switching = found["switching"]
    assert (switching["goods"], switching["reason"], switching["discontinued"]) == ("accessories", "rejections", False)
    assert [(lot["accepted"], lot["order"]) for lot in switching["decided_by"]] == [(False, None)] * 2
