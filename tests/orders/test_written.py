"""What is written of a row: what changed, in a way that the release before, which writes whole rows, shares."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection

from holdfast.database.calls import Call, statement
from holdfast.orders import work, written
from holdfast.orders.rules.facts import Lot, Order, Whole
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.database]
MOMENT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def row_by_row(**document: list[dict[str, Any]]) -> None:
    send(*written.WRITE.calls(document))


def as_a_document(**document: list[dict[str, Any]]) -> None:
    send(written.WRITE.whole(document))


def send(*made: Call) -> None:
    sql, given = statement(made)
    with connection.cursor() as cursor:
        cursor.execute(sql, given)


@pytest.fixture(params=[row_by_row, as_a_document])
def write(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Either way to write rows."""
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def whole() -> Whole:
    """An order whose lot has arrived."""
    world = World()
    return work.read(order_id=world.delivered())


def test_only_what_changed_is_given_and_the_rest_stays(whole: Whole, write: Callable[..., None]) -> None:
    order, lot = whole.order, whole.lots[0]
    changed = replace(order, paid_minor=order.paid_minor + 1, overdue=not order.overdue)
    document = written.order(changed, before=order)
    assert set(document) == {"id", "paid_minor", "overdue"}
    of_lot = replace(lot, grade="B", reserved_minor=3)
    write(orders=[document], lots=[written.lot(of_lot, before=lot)])
    after = work.read(order_id=order.id)
    assert (after.order, after.lots[0]) == (changed, of_lot)


def test_what_turns_to_nothing_is_written_as_nothing(whole: Whole, write: Callable[..., None]) -> None:
    order, lot = whole.order, whole.lots[0]
    full = replace(order, cancel_proposed_by="buyer", ready_at=MOMENT, ship_on=date(2026, 4, 1))
    of_lot = replace(lot, receipt="confirmed", received={1: 3}, received_at=MOMENT)
    write(orders=[written.order(full, before=order)], lots=[written.lot(of_lot, before=lot)])
    there = work.read(order_id=order.id)
    assert (there.order, there.lots[0]) == (full, of_lot)
    write(orders=[written.order(order, before=full)], lots=[written.lot(lot, before=of_lot)])
    again = work.read(order_id=order.id)
    assert (again.order, again.lots[0]) == (order, lot)


def test_a_whole_row_is_as_good(whole: Whole, write: Callable[..., None]) -> None:
    order, lot = whole.order, whole.lots[0]
    changed = replace(order, paid_minor=order.paid_minor + 1, inspection_waived_by=("buyer",))
    of_lot = replace(lot, reserved_minor=3, extended_by=("buyer",))
    other = replace(order, **{field.name: object() for field in fields(Order) if field.name != "id"})
    other_lot = replace(lot, **{field.name: object() for field in fields(Lot) if field.name != "id"})
    write(orders=[written.order(changed, before=other)], lots=[written.lot(of_lot, before=other_lot)])
    after = work.read(order_id=order.id)
    assert (after.order, after.lots[0]) == (changed, of_lot)


MOVED = {
    "order": {"state": "active", "paid_minor": 2_000_000, "unsettled_minor": 7, "released_minor": 5, "fee_minor": 3}
    | {"ship_on": date(2026, 4, 1), "expected_delivery_on": date(2026, 5, 1)}
    | {"first_paid_at": MOMENT, "completed_at": MOMENT},
    "lot": {"state": "received", "grade": "B", "received": {1: 3}, "receipt": "confirmed"}
    | {"expected_delivery_on": date(2026, 5, 1), "delivered_on": date(2026, 3, 1)}
    | {"delivered_at": MOMENT, "received_at": MOMENT},
}


@pytest.mark.parametrize("name", MOVED)
def test_what_most_acts_change_is_written_by_one_row_s_function(whole: Whole, name: str) -> None:
    before = whole.order if name == "order" else whole.lots[0]
    changes = {column: value for column, value in MOVED[name].items() if getattr(before, column) != value}
    after = replace(before, **changes)  # type: ignore[type-var]
    part = f"{name}s"
    row = getattr(written, name)(after, before=before)
    assert set(written.WRITE.rows[part].columns) == set(MOVED[name]) | {"id"}
    assert [call[0] for call in written.WRITE.calls({part: [row]})] == [f"orders_{name}_move"]
    row_by_row(**{part: [row]})
    there = work.read(order_id=whole.order.id)
    assert (there.order if name == "order" else there.lots[0]) == after


def test_what_cannot_be_said_row_by_row_is_written_as_a_document(whole: Whole) -> None:
    order = whole.order
    closed = written.order(replace(order, closed_at=MOMENT), before=order)
    nothing = written.order(replace(order, first_paid_at=None), before=order)
    paid = written.order(replace(order, paid_minor=order.paid_minor + 1), before=order)
    rows = [written.tranche(row) for row in whole.tranches]
    asked = [{"orders": [closed]}, {"orders": [nothing], "tranches": rows}, {"tranches": rows * 9}, {"orders": [paid]}]
    functions = [[function for function, _ in written.WRITE.calls(document)] for document in asked]
    assert functions == [["orders_write"], ["orders_write"], ["orders_write"], ["orders_order_move"]]
