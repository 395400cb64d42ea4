"""What is written of a row: what changed, in a way that the release before, which writes whole rows, shares."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from psycopg.types.json import Jsonb

from holdfast.orders import work, written
from holdfast.orders.rules.facts import Lot, Order, Whole
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.database]
MOMENT = datetime(2026, 3, 1, 12, tzinfo=UTC)
CAN_BE_NOTHING = {
    "order": {"ship_on", "expected_delivery_on", "production_started_at", "ready_at", "cancel_proposed_by"}
    | {"cancelled_by", "first_paid_at", "completed_at", "closed_at"},
    "lot": {"received", "expected_delivery_on", "delivered_on", "delivered_at", "received_at", "receipt"},
}


def write(**document: list[dict[str, Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT orders_write(%s)", [Jsonb(document)])


@pytest.fixture
def whole() -> Whole:
    """An order whose lot has arrived."""
    world = World()
    return work.read(order_id=world.delivered())


def test_only_what_changed_is_given_and_the_rest_stays(whole: Whole) -> None:
    order, lot = whole.order, whole.lots[0]
    changed = replace(order, paid_minor=order.paid_minor + 1, overdue=not order.overdue)
    document = written.order(changed, before=order)
    given = {name for name in CAN_BE_NOTHING["order"] if getattr(order, name) is not None}
    assert set(document) == {"id", "paid_minor", "overdue"} | given
    of_lot = replace(lot, grade="B", reserved_minor=3)
    write(orders=[document], lots=[written.lot(of_lot, before=lot)])
    after = work.read(order_id=order.id)
    assert (after.order, after.lots[0]) == (changed, of_lot)


def test_what_may_be_nothing_is_written_as_nothing_when_it_is_left_out(whole: Whole) -> None:
    order, lot = whole.order, whole.lots[0]
    full = replace(order, cancel_proposed_by="buyer", ready_at=MOMENT, ship_on=date(2026, 4, 1))
    of_lot = replace(lot, receipt="confirmed", received={1: 3}, received_at=MOMENT)
    write(orders=[written.order(full, before=order)], lots=[written.lot(of_lot, before=lot)])
    there = work.read(order_id=order.id)
    assert (there.order, there.lots[0]) == (full, of_lot)
    write(orders=[written.order(order, before=full)], lots=[written.lot(lot, before=of_lot)])
    again = work.read(order_id=order.id)
    assert (again.order, again.lots[0]) == (order, lot)


def test_a_whole_row_is_as_good(whole: Whole) -> None:
    order, lot = whole.order, whole.lots[0]
    changed = replace(order, paid_minor=order.paid_minor + 1, inspection_waived_by=("buyer",))
    of_lot = replace(lot, reserved_minor=3, extended_by=("buyer",))
    other = replace(order, **{field.name: object() for field in fields(Order) if field.name != "id"})
    other_lot = replace(lot, **{field.name: object() for field in fields(Lot) if field.name != "id"})
    write(orders=[written.order(changed, before=other)], lots=[written.lot(of_lot, before=other_lot)])
    after = work.read(order_id=order.id)
    assert (after.order, after.lots[0]) == (changed, of_lot)


@pytest.mark.parametrize(("name", "kind"), [("order", Order), ("lot", Lot)])
def test_what_may_be_nothing_is_what_the_table_lets_be_nothing(name: str, kind: type) -> None:
    table = apps.get_model("orders", name)
    may = {field.attname for field in table._meta.concrete_fields if field.null}
    theirs = {field.name for field in fields(kind)}
    assert theirs - written._NEVER_NOTHING[kind] - {"id"} == may & theirs
    assert may >= CAN_BE_NOTHING[name]
