"""A test's world sleeps while nothing happens in it. What it wakes up for is what a worker that never sleeps does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from holdfast.fulfilment.carriers import simulated_number
from holdfast.orders.operations import cancelling, paying
from holdfast.orders.operations.funding import Funded
from holdfast.rails import simulated
from tests import passing
from tests.claims.stage import opens
from tests.orders.disputed import NUMBERS
from tests.world import World

TOLD = """
    SELECT 'event', chain_kind || ' ' || name, at::text FROM record_event
    UNION ALL SELECT 'deadline', kind || ' ' || state, concat(due_at, ' ', closed_at) FROM record_deadline
    UNION ALL SELECT 'transfer', kind, concat(booked_on, ' ', amount_minor) FROM ledger_transfer
    UNION ALL SELECT 'payment', state, concat(captured_minor, ' ', settles_at) FROM rails_payment
    UNION ALL SELECT 'refund', state, amount_minor::text FROM rails_refund
    UNION ALL SELECT 'parcel', state, concat(accepted_at, ' ', delivered_on) FROM fulfilment_shipment
    ORDER BY 1, 2, 3
"""
EVERYTHING = {"deadline", "shipment", "payment", "refund", "payout"}
PAID = [
    *(
        ("card", number)
        for number, fate in simulated.CARDS.items()
        if not fate.endswith(("declined", "funds", "fails"))
    ),
    *(("e_check", number) for number in simulated.E_CHECKS),
]


def shipped(world: World, way: str, number: str) -> None:
    """Everything but the payment goes well, and the carrier says so."""
    order_id = world.signed_order()
    payment = paying.request_payment(
        act=world.buyer(), order_id=order_id, tranche=1, rail=way, instrument={NUMBERS[way]: number}
    )
    if isinstance(paying.capture(act=world.buyer(), payment=payment), Funded):
        world.ships(order_id, tracking_number=simulated_number(accept_days=2, transit_days=9))


def sent_back(world: World) -> None:
    """Both give up an order that is paid."""
    order_id = world.funded_order()
    cancelling.cancel(act=world.buyer(), order_id=order_id, ground="before_production")


def claimed(world: World) -> None:
    """A claim that its supplier leaves unanswered."""
    opens(world, world.delivered(), "quality", lots=(1,))


def comes_out_the_same(world: World, monkeypatch: pytest.MonkeyPatch, *, days: int) -> None:
    """The same days from the same state, once asleep and once awake."""
    before, found = told(), []
    for awake in (False, True):
        with monkeypatch.context() as patched, transaction.atomic():
            if awake:
                patched.setattr(passing, "_waits", lambda _now: EVERYTHING)
            passing.until(start=world.now, end=world.now + timedelta(days=days))
            found.append(told())
            transaction.set_rollback(True)
    assert found[0] == found[1]
    assert found[0] != before


def told() -> list[tuple[Any, ...]]:
    """What has happened so far."""
    with connection.cursor() as cursor:
        cursor.execute(TOLD)
        return cursor.fetchall()


@pytest.mark.long
@pytest.mark.parametrize(("way", "number"), PAID)
def test_whatever_the_payers_bank_does(way: str, number: str, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped(world, way, number)
    comes_out_the_same(world, monkeypatch, days=100)


@pytest.mark.parametrize(
    ("life", "days"), [(World.signed_order, 12), (World.delivered, 40), (sent_back, 10), (claimed, 20)]
)
def test_whatever_the_two_sides_leave_undone(
    life: Callable[[World], object], days: int, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    life(world)
    comes_out_the_same(world, monkeypatch, days=days)
