"""Inspectors are named, examine and report; their verdict opens or blocks what the contract tied to it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from holdfast.inspection import operations, queries, rules
from holdfast.inspection.models import Report
from holdfast.inspection.operations import Examination
from holdfast.inspection.queries import ReportView
from holdfast.inspection.refusals import (
    AlreadyAssigned,
    ExaminedNotPossible,
    FileUnknown,
    InspectorNotEligible,
    LotNeeded,
    NotAssigned,
    NothingRead,
    UnitsNotThere,
)
from holdfast.kernel.canonical import canonical, digest
from holdfast.kernel.identifiers import public
from holdfast.kernel.refusals import Invalid, NotAllowed, NotFound, OutOfState
from holdfast.orders.refusals import InspectionMissing
from holdfast.parties import operations as parties
from holdfast.record.act import Act
from holdfast.record.models import Event as Recorded
from holdfast.terms import conformity
from tests.contracts.documents import microcontrollers
from tests.world import World, contract, refuses

GOOD, WRONG = "STM32F407VGT6", "GD32F407VGT6"


def order(world: World, **changes: Any) -> UUID:
    """5,000 boards, a plan of 200 with Ac 0, shipment blocked until an inspection has passed."""
    document = microcontrollers(payment={"kind": "full"}, charges=[], **changes)
    return world.funded_order({**document, "ship_to": contract()["ship_to"]})


def inspector(world: World) -> Act:
    return world.act(world.ingrid, "inspector")


def readings(found: str = GOOD, count: int = 200) -> dict[str, Any]:
    unit = {"id": "u1", "line": 1, "count": count, "readings": [{"term": "T1", "value": found}]}
    return {"units": [unit]}


def assigns(world: World, order_id: UUID, act: Act | None = None, kind: str = "pre_shipment") -> queries.AssignmentView:
    return operations.assign_inspector(
        act=act or world.buyer(),
        order_id=order_id,
        inspector_id=world.ingrid.organisation_id,
        kind=kind,
        fee_minor=30000,
    )


def files(world: World, order_id: UUID, act: Act | None = None, **changes: Any) -> ReportView:
    given = {"kind": "pre_shipment", "examined_at": world.now, "readings": readings(), **changes}
    return operations.file_report(act=act or inspector(world), order_id=order_id, examination=Examination(**given))


def test_an_accepting_report_opens_the_shipment_and_anybody_can_compute_it_again(world: World) -> None:
    order_id = order(world)
    with refuses(InspectionMissing):
        world.ships(order_id)
    assigned = assigns(world, order_id)
    assert (assigned.commissioned_by, assigned.is_binding, assigned.fee_minor) == ("buyer", True, 30000)
    report = files(world, order_id, counted={1: 5000})
    assert (report.verdict["lot"], report.effect, report.effect_rule) == ("accepted", "opens", "inspection.accepted")
    assert (report.source, report.commissioned_by, report.fee_minor) == ("inspector", "buyer", 30000)
    assert report.document["covers"] == {"1": 5000}
    assert report.digest == digest(canonical(report.document)).hex()
    brief = queries.brief(order_id=order_id)
    assert (brief.inspection, brief.contract_digest) == ("passed", report.contract_digest)
    (kept,) = queries.reports(order_id=order_id)
    assert kept == report
    agreed = queries.agreement(contract_id=world.order(order_id).order.contract_id).document
    again = conformity(
        specification=agreed.specification,
        criterion=agreed.criterion,
        lot_quantity_by_line={1: 5000},
        readings=kept.readings,
    )
    assert again.as_document() == kept.verdict
    world.ships(order_id)


def test_a_rejecting_report_blocks_and_a_reinspection_opens(world: World) -> None:
    order_id = order(world)
    assigns(world, order_id)
    report = files(world, order_id, readings=readings(WRONG))
    assert (report.verdict["lot"], report.effect) == ("rejected", "blocks")
    assert world.order(order_id).order.inspection == "failed"
    with refuses(InspectionMissing):
        world.ships(order_id)
    told = Recorded.objects.filter(chain_id=order_id).order_by("-seq")[0]
    assert (told.name, told.payload["data"]["breached"]) == ("inspection.reported", ["T1"])
    world.days_pass(3)
    assert files(world, order_id).effect == "opens"
    assert [one.effect for one in queries.reports(order_id=order_id)] == ["blocks", "opens"]


def test_an_accepting_report_releases_what_waits_for_it_once(world: World) -> None:
    halves = [
        {"number": 1, "percent": "40", "payable": "signature", "release": "inspection"},
        {"number": 2, "percent": "60", "payable": "signature", "release": "receipt"},
    ]
    payment = {"kind": "milestones", "tranches": halves}
    clause = {"type": "pre_shipment", "blocks": ["shipment"]}
    order_id = world.funded_order(contract(payment=payment, inspection=clause))
    assigns(world, order_id)
    units = [{"id": "u", "line": 1, "count": 80, "readings": [{"term": "T1", "value": "wool felt"}]}]
    report = files(world, order_id, readings={"units": units})
    assert (report.effect, report.released_minor) == ("opens", 400_000)
    assert world.order(order_id).order.released_early_minor == 400_000
    assert files(world, order_id, readings={"units": units}).released_minor == 0


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"covers": {1: 2000}}, "inspection.part_only"),
        ({"readings": readings(count=150)}, "inspection.undecided"),
        ({"readings": {}, "counted": {1: 5000}}, "inspection.undecided"),
        ({"kind": "during_production"}, "inspection.other_kind"),
    ],
)
def test_reports_that_move_nothing(world: World, changes: dict[str, Any], rule: str) -> None:
    order_id = order(world)
    for kind in ("pre_shipment", "during_production"):
        assigns(world, order_id, kind=kind)
    report = files(world, order_id, **changes)
    assert (report.effect, report.effect_rule) == ("none", rule)
    assert world.order(order_id).order.inspection == "required"


def test_what_covers_all_that_is_left_but_the_tolerance_opens(world: World) -> None:
    order_id = order(world)
    assigns(world, order_id)
    assert files(world, order_id, covers={1: 4949}).effect == "none"
    assert files(world, order_id, covers={1: 4950}).effect == "opens"


def test_an_inspector_of_the_suppliers_own_binds_once_the_buyer_agrees(world: World) -> None:
    order_id = order(world)
    assigned = assigns(world, order_id, world.supplier())
    assert not assigned.is_binding
    assert files(world, order_id).effect_rule == "inspection.not_agreed"
    with refuses(NotAllowed):
        operations.agree_inspector(act=world.supplier(), assignment_id=assigned.id)
    assert operations.agree_inspector(act=world.buyer(), assignment_id=assigned.id).is_binding
    with refuses(OutOfState):
        operations.agree_inspector(act=world.buyer(), assignment_id=assigned.id)
    assert files(world, order_id).effect == "opens"


def test_a_sides_own_readings_are_evidence_and_move_nothing(world: World) -> None:
    order_id = order(world)
    for act in (world.buyer(), world.supplier()):
        report = files(world, order_id, act, readings=readings(WRONG))
        assert (report.source, report.role, report.verdict["lot"]) == ("party", act.role, "rejected")
        assert (report.effect, report.effect_rule) == ("none", "inspection.party_evidence")
    assert world.order(order_id).order.inspection == "required"


def test_after_delivery_a_lot_is_examined_against_what_it_holds(world: World) -> None:
    order_id = order(world)
    world.waives_inspection(order_id)
    world.ships(order_id, {1: 2000})
    assigns(world, order_id, kind="after_delivery")
    report = files(world, order_id, kind="after_delivery", lot=1, readings=readings(WRONG), counted={1: 1990})
    assert (report.lot, report.verdict["lot_size"], report.verdict["lot"]) == (1, 2000, "rejected")
    assert report.verdict["claimable"] == [{"line": 1, "units": 2000}]
    assert queries.reports(order_id=order_id, lot=1) == (report,)
    assert queries.reports(order_id=order_id, lot=2) == ()


def test_reports_that_cannot_be_change_nothing(world: World) -> None:
    order_id = order(world)
    with refuses(NotAssigned, accepted=[]):
        files(world, order_id)
    assigned = assigns(world, order_id)
    with refuses(NotAssigned, accepted=["pre_shipment"]):
        files(world, order_id, kind="loading")
    with refuses(NotAllowed):
        files(world, order_id, world.mediator())
    with refuses(Invalid, field="kind"):
        files(world, order_id, kind="at_night")
    with refuses(LotNeeded, field="lot"):
        files(world, order_id, lot=1)
    with refuses(LotNeeded, field="lot"):
        files(world, order_id, world.buyer(), kind="after_delivery", lot=1)
    with refuses(UnitsNotThere, field="covers.1", accepted={"from": 1, "to": 5050}):
        files(world, order_id, covers={1: 5051})
    with refuses(UnitsNotThere, field="covers.2"):
        files(world, order_id, covers={2: 1})
    with refuses(UnitsNotThere, field="counted.1"):
        files(world, order_id, counted={1: -1})
    with refuses(ExaminedNotPossible):
        files(world, order_id, examined_at=world.now.replace(year=2027))
    with refuses(NothingRead):
        files(world, order_id, readings={})
    with refuses(Invalid, field="readings.units.0.readings.0.term"):
        files(world, order_id, readings={"units": [{"id": "u", "line": 1, "readings": [{"term": "T9", "value": "x"}]}]})
    with refuses(Invalid, field="readings.units.0.line"):
        files(world, order_id, covers={1: 100})
    with refuses(FileUnknown, field="files.0"):
        files(world, order_id, file_ids=(order_id,))
    operations.withdraw_inspector(act=world.buyer(), assignment_id=assigned.id)
    with refuses(NotAssigned):
        files(world, order_id)
    unpaid = world.signed_order()
    with refuses(OutOfState):
        files(world, unpaid, world.supplier())


def test_who_may_be_assigned_and_by_whom(world: World) -> None:
    order_id = order(world)

    def assign(act: Act, inspector_id: UUID, **more: Any) -> Any:
        given = {"kind": "pre_shipment", "fee_minor": 0, **more}
        return operations.assign_inspector(act=act, order_id=order_id, inspector_id=inspector_id, **given)

    for nobody in (world.chen.organisation_id, world.alma.organisation_id, order_id):
        with refuses(InspectorNotEligible, field="inspector"):
            assign(world.buyer(), nobody)
    with refuses(NotAllowed):
        assign(inspector(world), world.ingrid.organisation_id)
    with refuses(Invalid, field="kind"):
        assign(world.buyer(), world.ingrid.organisation_id, kind="never")
    with refuses(Invalid, field="fee_minor"):
        assign(world.buyer(), world.ingrid.organisation_id, fee_minor=-1)
    platform = assign(world.operator(), world.ingrid.organisation_id)
    assert (platform.commissioned_by, platform.is_binding) == ("platform", True)
    with refuses(AlreadyAssigned):
        assign(world.buyer(), world.ingrid.organisation_id)
    with refuses(NotAllowed):
        operations.withdraw_inspector(act=world.buyer(), assignment_id=platform.id)
    operations.withdraw_inspector(act=world.operator(), assignment_id=platform.id)
    again = assign(world.buyer(), world.ingrid.organisation_id)
    assert [one.state for one in queries.assignments(order_id=order_id)] == ["withdrawn", "assigned"]
    assert queries.assigned_to(organisation_id=world.ingrid.organisation_id) == (again,)
    parties.set_standing(
        act=world.operator(), organisation_id=world.ingrid.organisation_id, standing="suspended", reason="bribes"
    )
    with refuses(InspectorNotEligible):
        assign(world.buyer(), world.ingrid.organisation_id, kind="loading")


def test_an_inspector_sees_the_orders_it_is_assigned_to_and_no_others(world: World) -> None:
    order_id, other = order(world), order(world)
    ref, caller = public("ord", order_id), world.caller(world.ingrid)
    with pytest.raises(NotFound):
        queries.report_order_for(caller=caller, ref=ref)
    assigned = assigns(world, order_id)
    assert queries.report_order_for(caller=caller, ref=ref) == queries.ReportStanding(order_id, "inspector")
    own, buyers = files(world, order_id), files(world, order_id, world.buyer())
    assert queries.report_for(caller=caller, ref=public("rpt", own.id)) == own
    for who, what in ((world.ingrid, buyers.id), (world.chen, own.id)):
        with pytest.raises(NotFound):
            queries.report_for(caller=world.caller(who), ref=public("rpt", what))
    for gate in (public("ord", other), "ord_x", None):
        with pytest.raises(NotFound):
            queries.report_order_for(caller=caller, ref=gate)
    assert queries.assignment_for(caller=world.caller(world.boris), ref=public("asg", assigned.id))[1] == "supplier"
    with pytest.raises(NotFound):
        queries.assignment_for(caller=world.caller(world.chen), ref=public("asg", assigned.id))
    operations.withdraw_inspector(act=world.buyer(), assignment_id=assigned.id)
    with pytest.raises(NotFound):
        queries.report_order_for(caller=caller, ref=ref)


def test_the_database_keeps_a_report_as_it_was_filed(world: World) -> None:
    order_id = order(world)
    assigns(world, order_id)
    files(world, order_id)
    for change in (
        lambda: Report.objects.update(verdict_lot="rejected"),
        lambda: Report.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_verbs_open_to_each_side() -> None:
    table = {
        ("assigned", "supplier", "buyer"): ("agree",),
        ("assigned", "supplier", "supplier"): ("withdraw",),
        ("assigned", "buyer", "supplier"): ("agree",),
        ("assigned", "platform", "buyer"): (),
        ("agreed", "buyer", "operator"): ("withdraw",),
        ("withdrawn", "buyer", "buyer"): (),
    }
    for (state, by, role), expected in table.items():
        assert rules.open_verbs(state=state, commissioned_by=by, role=role) == expected
