"""A record made better than it is, or a severity that says one thing in the brief and another in the verdict."""

from __future__ import annotations

from holdfast.inspection import operations, queries
from holdfast.inspection.operations import Examination
from holdfast.inspection.switching import switched
from holdfast.parties import operations as parties
from tests.inspection.test_switching import assigned, examines, inspected, order, readings
from tests.world import World


def counted(world: World) -> list[bool]:
    found = switched(supplier_id=world.boris.organisation_id, category="accessories")
    return [lot.accepted for lot in found.lots]


def test_the_same_goods_examined_again_make_no_run_of_good_lots(world: World) -> None:
    """Five reports on what has not left yet would end tightened inspection, ten more would reduce it."""
    order_id = order(world)
    assigned(world, order_id)
    for _again in range(3):
        assert examines(world, order_id, 0).verdict["lot"] == "accepted"
    assert counted(world) == [True]
    world.ships(order_id, {1: 400})
    examines(world, order_id, 0)
    examines(world, order_id, 0)
    assert counted(world) == [True, True]


def test_a_part_that_passes_is_no_lot_of_record(world: World) -> None:
    """Units have no names before they travel: two parts may be the same part twice."""
    order_id = order(world)
    assigned(world, order_id)
    part = Examination(kind="pre_shipment", examined_at=world.now, readings=readings(0), covers={1: 500})
    for _again in range(3):
        report = operations.file_report(act=world.act(world.ingrid, "inspector"), order_id=order_id, examination=part)
        assert report.effect_rule == "inspection.part_only"
    assert counted(world) == []


def test_the_brief_shows_the_severity_by_which_the_verdict_is_made(world: World) -> None:
    """Not that of an inspection which somebody ordered afterwards, and least of all the supplier alone."""
    order_id = order(world)
    assigned(world, order_id)
    for _lot in range(2):
        inspected(world, 6)
    another = parties.create_organisation(
        act=world.operator(), name="Ivo Inspections", kind="inspector", country="CN", time_zone="Asia/Shanghai"
    )
    operations.assign_inspector(act=world.supplier(), order_id=order_id, inspector_id=another.id, kind="pre_shipment")
    operations.assign_inspector(act=world.buyer(), order_id=order_id, inspector_id=another.id, kind="during_production")
    brief = queries.brief(order_id=order_id)
    assert brief.switching is not None
    assert (brief.switching["inspection"], brief.samples[0].sampling.inspection) == ("normal", "normal")
    assert examines(world, order_id, 4).verdict["lot"] == "accepted"
