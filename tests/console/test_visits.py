"""Visits of an inspector in the console: a side books, the inspector answers, and a page says what stands still."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from holdfast.inspection import bookings
from holdfast.inspection import operations as inspection
from holdfast.kernel.calendars import working_days_after
from holdfast.kernel.clock import local_day
from holdfast.kernel.identifiers import new_id, public
from holdfast.record import deadlines, pauses
from tests.console.furnished import Furnished, document
from tests.console.test_cover import page, words
from tests.console.test_pages import client


def sends(who: str, address: str, fields: dict[str, str] | None = None) -> Any:
    """Somebody sends a form."""
    return client(who).post(address, {"form_token": new_id().hex, **(fields or {})})


@pytest.fixture
def inspected(made: Furnished) -> tuple[UUID, UUID]:
    """An order whose goods Ingrid is to examine before shipment, and her assignment."""
    world = made.world
    order_id = world.funded_order(document(world.now, inspection={"type": "pre_shipment", "blocks": ["shipment"]}))
    assigned = inspection.assign_inspector(
        act=world.buyer(), order_id=order_id, inspector_id=world.ingrid.organisation_id, kind="pre_shipment"
    )
    return order_id, assigned.id


def test_a_side_books_and_the_inspector_accepts(made: Furnished, inspected: tuple[UUID, UUID]) -> None:
    order_id, assignment_id = inspected
    ref = public("ord", order_id)
    today = local_day(made.world.now, "Asia/Shanghai")
    on = working_days_after(today, 6, ("CN",)).day
    form = {
        "assignment": public("asg", assignment_id),
        "on": on.isoformat(),
        "place": "CN",
        "city": "Ningbo, 8 Jiangnan Road",
        "payer": "buyer",
    }
    address = reverse("booking_new", args=[ref])
    near = sends("alma", address, {**form, "on": today.isoformat()})
    assert near.status_code == 422
    assert "An inspection is booked so many working days of its place ahead." in words(near.content.decode())
    assert sends("boris", address, form).status_code in {403, 422}
    assert sends("alma", address, form).status_code == 303
    (booked,) = bookings.bookings(order_id=order_id, role="buyer")
    assert (booked.state, booked.on, booked.payer) == ("proposed", on, "buyer")
    assert "Waits for the inspector" in page("alma", reverse("inspection", args=[ref]))
    shown = page("ingrid", reverse("inspection", args=[ref]))
    assert "Accept the visit" in shown
    assert "Book a visit" not in shown
    act = reverse("booking_act", args=[public("bkg", booked.id), "accept"])
    assert sends("alma", act).status_code == 403
    assert sends("ingrid", act).status_code == 303
    assert "Begin the inspection" in page("ingrid", reverse("inspection", args=[ref]))
    assert "Begin the inspection" in page("alma", reverse("order", args=[ref]))
    assert sends("ingrid", reverse("booking_act", args=[public("bkg", booked.id), "dance"])).status_code == 404
    cancel = reverse("booking_act", args=[public("bkg", booked.id), "cancel"])
    assert sends("alma", cancel, {"why": ""}).status_code == 422
    assert sends("alma", cancel, {"why": "put off"}).status_code == 303
    assert bookings.booking(booking_id=booked.id, role="buyer").state == "cancelled"


def test_the_supplier_says_how_far_the_goods_are(made: Furnished, inspected: tuple[UUID, UUID]) -> None:
    address = reverse("readiness", args=[public("ord", inspected[0])])
    assert sends("boris", address, {"finished_percent": "100", "packed_percent": "101"}).status_code == 422
    assert sends("alma", address, {"finished_percent": "100", "packed_percent": "80"}).status_code == 403
    assert sends("boris", address, {"finished_percent": "100", "packed_percent": "80"}).status_code == 303
    text = page("alma", reverse("inspection", args=[public("ord", inspected[0])]))
    assert "The supplier declared 100 % finished and 80 % packed." in text


def test_the_order_page_says_what_stands_still_and_which_holidays_were_skipped(
    made: Furnished, inspected: tuple[UUID, UUID]
) -> None:
    order_id, now = inspected[0], made.world.now
    (due,) = [row for row in deadlines.open_for(order_id=order_id) if row.kind == "order.ship"]
    calendar = {
        "counts": "working_days",
        "days": 3,
        "places": ["US", "CN"],
        "source": "holidays 0.109",
        "skipped": [{"on": "2026-10-01", "where": {"CN": "National Day"}}],
        "weekends": [],
    }
    deadlines.DeadlineRow.objects.filter(id=due.id).update(basis={**due.basis, "calendar": calendar})
    rows = [row for row in deadlines.open_for(order_id=order_id) if row.id == due.id]
    pauses.pause(rows=rows, at=now - timedelta(hours=1), because="inspection", subject="bkg_1")
    text = page("alma", reverse("order", args=[public("ord", order_id)]))
    assert "stands still" in text
    assert "Counted in days that are worked in United States, China." in text
    assert "Skipped: Oct 1, 2026 (China: National Day)." in text
    assert "because an inspection is under way" in text
