"""Two at once on one contract, on real connections: one wins, or both fit; no version is half in force."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections

from holdfast.contracts.amending import AmendmentOpen, LineShipped, UnderClaim
from holdfast.database.connection import Access
from holdfast.kernel.refusals import OutOfState
from holdfast.orders.operations import amending
from holdfast.orders.refusals import TotalTooLow
from tests.claims.stage import opens
from tests.orders.amended import change, proposes, signs
from tests.orders.flows import sound
from tests.test_races import on, one_of_two, race
from tests.world import World, contract

pytestmark = [pytest.mark.database]


@pytest.fixture
def town(own_database: Access, django_db_blocker: Any) -> Iterator[World]:
    """A world whose acts are committed."""
    with django_db_blocker.unblock():
        yield World()
        sound()
        connections.close_all()


def units(after: int) -> dict[str, Any]:
    return change("lines.0.quantity", 1000, after)


def test_of_two_proposals_one_waits_for_signatures(town: World, own_database: Access) -> None:
    order_id = town.funded_order()
    outcome = race(
        own_database,
        on(order_id),
        lambda: proposes(town, order_id, units(900), by="buyer"),
        lambda: proposes(town, order_id, units(1100), by="supplier"),
    )
    one_of_two(outcome)
    assert [type(one) for one in outcome.refused] == [AmendmentOpen]


def test_a_side_signs_once(town: World, own_database: Access) -> None:
    order_id = town.funded_order()
    page = proposes(town, order_id, units(800))
    signs(town, page, "supplier")
    one_of_two(race(own_database, on(order_id), *[lambda: signs(town, page, "buyer")] * 2))
    assert town.order(order_id).order.version == 2


def test_the_last_signature_or_the_withdrawal(town: World, own_database: Access) -> None:
    order_id = town.funded_order()
    page = proposes(town, order_id, units(800))
    signs(town, page, "supplier")
    outcome = race(
        own_database,
        on(order_id),
        lambda: signs(town, page, "buyer"),
        lambda: amending.withdraw(act=town.supplier(), amendment_id=page.id),
    )
    one_of_two(outcome)
    assert [type(one) for one in outcome.refused] == [OutOfState]
    order = town.order(order_id).order
    assert (order.version, order.total_minor) in {(1, 1_000_000), (2, 800_000)}


def test_goods_leave_under_one_version_or_the_other(town: World, own_database: Access) -> None:
    order_id = town.funded_order()
    page = proposes(town, order_id, change("lines.0.unit_price_minor", 1000, 900))
    signs(town, page, "supplier")
    outcome = race(
        own_database,
        on(order_id),
        lambda: signs(town, page, "buyer"),
        lambda: town.ships(order_id, {1: 400}),
    )
    (lot,) = town.order(order_id).lots
    if outcome.refused:
        assert [type(one) for one in outcome.refused] == [LineShipped]
        assert (lot.version, lot.price_minor) == (1, 400_000)
    else:
        assert (lot.version, lot.price_minor) == (2, 360_000)


def test_a_claim_about_the_rest_or_its_new_date(town: World, own_database: Access) -> None:
    order_id = town.funded_order()
    town.days_pass(45)
    page = proposes(town, order_id, change("ship.on", "2026-04-10", "2026-05-20"))
    signs(town, page, "supplier")
    outcome = race(
        own_database,
        on(order_id),
        lambda: signs(town, page, "buyer"),
        lambda: opens(town, order_id, reason="late_shipment"),
    )
    assert {type(one) for one in outcome.refused} <= {UnderClaim}
    order = town.order(order_id).order
    assert (order.version, order.claims_open) == ((1, 1) if outcome.refused else (2, 1))


def test_money_is_released_early_or_goes_back(town: World, own_database: Access) -> None:
    payment = {
        "kind": "milestones",
        "tranches": [
            {"number": 1, "payable": "signature", "release": "shipment", "percent": "60"},
            {"number": 2, "payable": "signature", "release": "receipt", "percent": "40"},
        ],
    }
    order_id = town.funded_order(contract(payment=payment))
    town.pays(order_id, 2, settle=True)
    page = proposes(town, order_id, units(500))
    signs(town, page, "supplier")
    outcome = race(
        own_database,
        on(order_id),
        lambda: signs(town, page, "buyer"),
        lambda: town.ships(order_id, {1: 100}),
    )
    whole = town.order(order_id)
    if outcome.refused:
        assert [type(one) for one in outcome.refused] == [TotalTooLow]
        assert (whole.order.total_minor, whole.order.released_minor) == (1_000_000, 600_000)
    else:
        assert (whole.order.total_minor, whole.order.released_minor) == (500_000, 500_000)
