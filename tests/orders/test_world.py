"""The world itself: an order's whole way by operations only, so that what other tests stand on holds."""

from __future__ import annotations

from holdfast.kernel.refusals import OutOfState
from holdfast.orders.operations import production
from holdfast.rails import queries
from tests.world import DEPOSIT, World, contract, refuses


def test_an_order_goes_all_the_way(world: World) -> None:
    order_id = world.delivered()
    received = world.receives(order_id)
    assert (received.order_state, received.released_minor, received.fee_minor) == ("completed", 1_000_000, 25_000)
    with refuses(OutOfState):
        world.receives(order_id)
    # Lateness may be claimed until 30 days after the expected delivery, though the goods came early.
    world.days_pass(85)
    assert world.order(order_id).order.state == "closed"


def test_deposit_and_balance_in_two_lots(world: World) -> None:
    order_id = world.funded_order(contract(payment=DEPOSIT))
    production.start_production(act=world.supplier(), order_id=order_id)
    production.declare_ready(act=world.supplier(), order_id=order_id)
    world.pays(order_id, 2, settle=True)
    first = world.ships(order_id, {1: 400})
    second = world.ships(order_id)
    world.days_pass(20)
    world.delivers(first.id)
    world.delivers(second.id)
    assert world.receives(order_id, 1).released_minor == 400_000
    assert world.receives(order_id, 2).released_minor == 600_000


def test_an_order_nobody_pays_is_cancelled_by_the_clock(world: World) -> None:
    order_id = world.signed_order()
    world.days_pass(12)
    assert world.order(order_id).order.state == "cancelled"
    assert queries.payments_of(order_id=order_id) == []
