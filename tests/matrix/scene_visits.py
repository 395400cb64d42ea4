"""What of a scene an inspector sees: assignments, a report, and visits that are asked for, stand, and are under way."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from holdfast.inspection import operations as inspection
from holdfast.kernel.clock import local_day
from tests.matrix.scene_contracts import Named
from tests.world import World

TO_BE_INSPECTED = {"type": "pre_shipment", "blocks": ["shipment"]}


class Visits(Named):
    """Steps of a scene in the making."""

    world: World
    orders: dict[str, UUID]

    def inspections(self) -> None:
        world, order_id = self.world, self.orders["inspected"]
        for name, kind in {"named": "during_production", "agreed": "pre_shipment"}.items():
            made = inspection.assign_inspector(
                act=world.buyer(), order_id=order_id, inspector_id=world.ingrid.organisation_id, kind=kind
            )
            self.name(f"assignment.{name}", "asg", made.id)
        named = UUID(self.refs["assignment.named"].partition("_")[2])
        inspection.agree_inspector(act=world.supplier(), assignment_id=made.id)
        self.visits_now(named)
        report = inspection.file_report(
            act=world.act(world.ingrid, "inspector"),
            order_id=order_id,
            examination=inspection.Examination(
                kind="during_production", examined_at=world.now, readings={}, counted={1: 40}
            ),
        )
        self.name("report", "rpt", report.id)

    def visits_before(self) -> None:
        """Visits on the day of the scene, booked with their working days of notice."""
        world = self.world
        day = local_day(world.now + timedelta(days=4.5), "Asia/Shanghai")
        for name in ("accepted", "under_way"):
            order_id = self.orders[f"visit_{name}"] = world.funded_order()
            made = inspection.assign_inspector(
                act=world.buyer(),
                order_id=order_id,
                inspector_id=world.ingrid.organisation_id,
                kind="during_production",
            )
            self.visit(name, order_id, made.id, day)
            inspection.accept(act=world.act(world.ingrid, "inspector"), booking_id=self.visit_id(name))

    def visits_now(self, assignment_id: UUID) -> None:
        """One waits for the inspector, one stands, one is under way."""
        world = self.world
        day = local_day(world.now + timedelta(days=7), "Asia/Shanghai")
        self.visit("asked", self.orders["inspected"], assignment_id, day)
        inspection.begin(act=world.act(world.ingrid, "inspector"), booking_id=self.visit_id("under_way"))

    def visit(self, name: str, order_id: UUID, assignment_id: UUID, day: date) -> None:
        wish = inspection.Wish(day, "CN", "Ningbo, 8 Jiangnan Road")
        made = inspection.book(act=self.world.buyer(), assignment_id=assignment_id, order_id=order_id, wish=wish)
        self.name(f"booking.{name}", "bkg", made.id)

    def visit_id(self, name: str) -> UUID:
        return UUID(self.refs[f"booking.{name}"].partition("_")[2])
