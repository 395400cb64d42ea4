"""Two shipments that name one number at the same moment: the second waits, and sees the first."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connections, transaction

from holdfast.database.connection import Access
from holdfast.fulfilment import operations
from holdfast.fulfilment.queries import ShipmentView
from tests.world import World

NUMBER = "RR473124829GB"


@pytest.fixture
def town(own_database: Access, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock():
        yield World()
        connections.close_all()


def ships(world: World, order_id: UUID) -> ShipmentView:
    return operations.ship(
        act=world.supplier(),
        order_id=order_id,
        quantities={1: 1},
        carrier="Post",
        mode="courier",
        shipped_on=world.today(),
        tracking_number=NUMBER,
    )


@pytest.mark.database
def test_one_number_named_twice_at_once_is_seen_by_the_second(town: World) -> None:
    first, second = town.funded_order(), town.funded_order()
    views: list[ShipmentView] = []

    def rival() -> None:
        views.append(ships(town, second))
        connections.close_all()

    with transaction.atomic():
        # Shipped and arrived, and nobody else can see it yet.
        town.delivers(ships(town, first).id)
        thread = threading.Thread(target=rival)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()
    thread.join(10)
    assert [view.oddities for view in views] == [("number_reused",)]
