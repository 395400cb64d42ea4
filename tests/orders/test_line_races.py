"""One supplier's line and two hundred signatures at once, on real connections: never over-reserved, without a deadlock,
and whoever is refused is told how much is left."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connections
from django.db.models import Sum

from holdfast import programme
from holdfast.database.connection import Access
from holdfast.orders.models import Order
from holdfast.orders.operations import clockwork
from holdfast.orders.operations.cancelling import cancel
from holdfast.parties.models import CoverLine
from holdfast.parties.operations import guarantee
from holdfast.parties.rules import LineExhausted
from holdfast.record import deadlines
from holdfast.record.act import clock
from tests.orders.flows import sound
from tests.test_races import at_once, closing, ended, waiting
from tests.world import Party, World, contract

pytestmark = [pytest.mark.database]
SIGNATURES, CONNECTIONS, BUYERS = 200, 180, 20
"""The embedded server takes two hundred connections; some are the test's own."""
EACH, FIT, OVER = 100_000, 73, 40_000
"""An order's cover, how many of them the line takes, and what is then left of it."""
PATIENCE = 90.0


@pytest.fixture
def town(own_database: Access, django_db_blocker: Any) -> Iterator[World]:
    """A world whose acts are committed."""
    with django_db_blocker.unblock():
        yield World()
        sound()
        connections.close_all()


def half_signed(town: World, buyer: Party, units: int = 100) -> UUID:
    """A contract of a buyer's that only Boris has not signed; under `apparel` each order has a cap of its own."""
    line = {"number": 1, "product": "Hat", "quantity": units, "unit": "piece", "unit_price_minor": 1000}
    alma, town.alma = town.alma, buyer
    try:
        contract_id = town.proposed(contract(lines=[line]), programme="apparel")
        town.signs(contract_id, buyer, "buyer")
    finally:
        town.alma = alma
    return contract_id


def signing(town: World, contract_id: UUID) -> Callable[[], Any]:
    """Boris signs, when called."""
    return partial(town.signs, contract_id, town.boris, "supplier")


def sets_line(town: World, line_minor: int) -> None:
    guarantee.set_line(
        act=town.operator(),
        organisation_id=town.boris.organisation_id,
        currency="USD",
        line_minor=line_minor,
        programme=programme.shipped("apparel"),
        reason="as many orders as that",
    )


def reserved() -> tuple[int, int]:
    """What stands on the line, and what open orders say of it."""
    orders = Order.objects.exclude(state="closed").aggregate(minor=Sum("cover_minor"))["minor"]
    return CoverLine.objects.get().reserved_minor, orders or 0


def held_until_all_wait(access: Access, acts: list[Callable[[], Any]]) -> Any:
    """Hold the line until as many wait as there are connections, then let everybody go."""
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        with psycopg.connect(**access.for_psycopg()) as holder:
            holder.execute("SELECT 1 FROM parties_coverline FOR UPDATE")
            futures = [pool.submit(closing(act)) for act in acts]
            until = time.monotonic() + PATIENCE
            while waiting(access) < CONNECTIONS and time.monotonic() < until:
                time.sleep(0.1)
            met = waiting(access)
        assert met == CONNECTIONS, f"only {met} rivals met"
        return ended(futures)


def test_two_hundred_signatures_at_once_never_reserve_more_than_the_line(town: World, own_database: Access) -> None:
    buyers = [town._party(f"Buyer{number} Imports", "buyer", "US", "America/New_York") for number in range(BUYERS)]
    waiting_for_boris = [half_signed(town, buyers[number % BUYERS]) for number in range(SIGNATURES)]
    sets_line(town, FIT * EACH + OVER)
    outcome = held_until_all_wait(own_database, [signing(town, one) for one in waiting_for_boris])
    assert (len(outcome.done), len(outcome.refused)) == (FIT, SIGNATURES - FIT)
    assert {type(refused) for refused in outcome.refused} == {LineExhausted}
    told = {(refused.facts["left_minor"], refused.facts["currency"]) for refused in outcome.refused}
    assert told == {(OVER, "USD")}
    assert reserved() == (FIT * EACH, FIT * EACH)
    assert Order.objects.count() == FIT


def test_signing_freeing_and_lowering_at_once_keep_the_line_whole(town: World, own_database: Access) -> None:
    """Orders close in a batch, a verifier lowers and lifts the line, and signatures go on: no deadlock, no drift."""
    open_orders = {signing(town, half_signed(town, town.alma))().order_id for _ in range(12)}
    for order_id in open_orders:
        cancel(act=town.buyer(), order_id=order_id, ground="before_production")
    dues = [row for row in deadlines.of_kind(kind="order.close") if row.order_id in open_orders]
    assert len(dues) == 12
    signed = [half_signed(town, town.alma) for _ in range(24)]
    at = max(row.due_at for row in dues)
    acts = [signing(town, one) for one in signed]
    acts += [partial(sets_line, town, line) for line in (900_000, 2_000_000, 1_500_000, 1_800_000)]
    acts += [partial(clockwork.BATCHES["order.close"], clock(at), half) for half in (dues[:6], dues[6:])]
    outcome = at_once(acts)
    assert {type(refused) for refused in outcome.refused} <= {LineExhausted}
    assert Order.objects.filter(state="closed").count() == 12
    counted, open_cover = reserved()
    assert counted == open_cover == EACH * Order.objects.exclude(state="closed").count()


def test_the_first_two_signatures_of_a_supplier_make_one_line(town: World, own_database: Access) -> None:
    contracts = [half_signed(town, town.alma) for _ in range(8)]
    outcome = at_once([signing(town, one) for one in contracts])
    assert (len(outcome.done), outcome.refused) == (8, [])
    assert reserved() == (8 * EACH, 8 * EACH)
