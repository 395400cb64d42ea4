"""What is expected of the routes of an inspector's visits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from holdfast.kernel.clock import local_day
from tests.matrix.rows import EXAMINED, LABELS, ORDER_READERS, Row, of_order
from tests.matrix.scene import Scene


def _later(scene: Scene, days: int) -> str:
    """A Friday or Monday of the scene's, so many days ahead."""
    return local_day(scene.world.now + timedelta(days=days), "Asia/Shanghai").isoformat()


def _of(booking: str, may: tuple[str, ...], body: Any, **more: Any) -> Row:
    return Row(may=may, at={"booking_id": f"booking.{booking}"}, there=EXAMINED, body=body, **more)


SIDES_AND_OPERATOR = ("alma", "operator")
VISITS: dict[str, Row] = {
    "book_inspection": of_order(
        ("alma", "boris", "operator"),
        "inspected",
        lambda scene: {
            "assignment_id": scene["assignment.agreed"],
            "on": _later(scene, 7),
            "place": "CN",
            "city": "Ningbo, 8 Jiangnan Road",
            **LABELS,
        },
    ),
    "list_bookings": of_order((*ORDER_READERS, "ingrid"), "inspected", there=EXAMINED),
    "get_booking": Row(may=(*ORDER_READERS, "ingrid"), at={"booking_id": "booking.asked"}, there=EXAMINED),
    "declare_readiness": of_order(("boris",), "inspected", {"finished_percent": 100, "packed_percent": 80}),
    "accept_booking": _of("asked", ("ingrid",), {}),
    "decline_booking": _of("asked", ("ingrid",), {"why": "fully booked"}),
    "move_booking": _of("accepted", SIDES_AND_OPERATOR, lambda scene: {"on": _later(scene, 7)}),
    "cancel_booking": _of("accepted", SIDES_AND_OPERATOR, {"why": "no need"}),
    "begin_booking": _of("accepted", ("ingrid",), {}),
    "miss_booking": _of("accepted", ("ingrid",), {"why": "no_access"}),
    "stop_booking": _of("under_way", ("ingrid",), {"why": "no light"}),
}
