"""The hold register: whatever happened to the orders, each amount has a reason, an owner and a deadline, and together
they are what stands on the accounts, to the cent.
"""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from psycopg import sql

from holdfast.database.connection import Access
from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import Refusal
from holdfast.ledger import chart, days
from holdfast.orders import queries as orders
from holdfast.orders.models import Order
from holdfast.orders.operations import cancelling, paying
from holdfast.rails import operations as rails
from holdfast.rails.operations.payouts import Destination
from holdfast.record.act import rail
from holdfast.treasury.queries import holds
from holdfast.treasury.queries.holds import Held
from tests.claims.stage import opens
from tests.scenarios.test_money_walk import VERBS, Market
from tests.tampering import as_owner
from tests.world import DEPOSIT, World, contract

pytestmark = pytest.mark.database


def registered(world: World) -> list[Held]:
    """The register, which explains every account to the cent."""
    found = holds.register(now=world.now)
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    for one in found:
        assert one.amount_minor > 0, one
        assert all((one.why, one.who, one.where)), one
        assert one.until is not None, one
        assert one.why != holds.UNEXPLAINED, one
        sums[one.account, one.owner, one.currency] += one.amount_minor
    booked = {
        (one.code, one.owner, one.currency): abs(one.balance_minor) for one in days.standings_now(codes=holds.CODES)
    }
    assert dict(sums) == booked
    return found


def why(found: list[Held]) -> set[tuple[str, str, str]]:
    return {(one.account, one.why, one.who) for one in found}


def test_each_amount_says_why_who_and_until(world: World) -> None:
    claimed = world.delivered()
    opens(world, claimed, "quality")
    later = contract(ship={"on": "2026-09-10"})
    received = world.delivered(later)
    world.receives(received)
    world.pays(world.signed_order(contract(ship={"on": "2026-09-10"}, payment=DEPOSIT)))
    cancelled = world.funded_order(later)
    cancelling.cancel(act=world.supplier(), order_id=cancelled, ground="withdrawal")
    unheard = paying.Wire("statement-9", "unheard of", 70_000, "USD", "Somebody", world.now)
    paying.wire_arrived(act=rail(world.now), wire=unheard)
    destination = Destination(new_id(), "Boris Trading", "NL91ABNA0417164300", "ABNANL2A")
    rails.request_payout(
        act=world.supplier(),
        organisation_id=world.boris.organisation_id,
        currency="USD",
        destination=destination,
        amount_minor=100,
    )
    found = registered(world)
    accounts = {one.account for one in found}
    assert accounts >= {"escrow", "frozen", "refundable", "payable", "payouts_in_transit", "suspense"}
    assert ("payable", "no bank account", "supplier") in why(found)
    assert any(one.why == "not settled" and one.who == "payment provider" for one in found)
    for order_id in Order.objects.values_list("id", flat=True):
        page = orders.page(order_id=order_id, role="operator", now=world.now)
        own = [one for one in found if one.order_id == order_id and one.account in holds.OF_ORDERS]
        shown = [one for one in page.holds if one.account in holds.OF_ORDERS]
        assert sorted((one.why, one.amount_minor, one.until) for one in own) == sorted(
            (one.why, one.amount_minor, one.until) for one in shown
        )


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_every_amount_is_explained(world: World, seed: int) -> None:
    dice = random.Random(seed)
    market = Market(world, contract(payment=DEPOSIT) if seed % 2 else contract(), "standard")
    for _ in range(30):
        market.do(dice.choice(VERBS), dice.randrange(12), dice.randrange(60), dice.randrange(12))
        registered(world)


# --- ten thousand --------------------------------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.own_database
def test_ten_thousand_orders_in_random_states_in_seconds(own_database: Access, django_db_blocker: Any) -> None:
    """Orders come into some dozens of states by real acts; the others are copies of them under other names."""
    with django_db_blocker.unblock():
        world = World()
        dice = random.Random(7)
        for number in range(12):
            ship = {"on": (world.today() + timedelta(days=40)).isoformat()}
            paid = {"payment": DEPOSIT} if number % 2 else {}
            try:
                market = Market(world, contract(ship=ship, **paid), "standard")
            except Refusal:
                # What went before may have cost the supplier its place in the programme.
                break
            for _ in range(dice.randrange(4, 25)):
                market.do(dice.choice(VERBS), dice.randrange(12), dice.randrange(60), dice.randrange(12))
            world.now += timedelta(hours=1)
        before = registered(world)
        made = list(Order.objects.values_list("id", "currency"))
        times = 10_000 // len(made)
        with as_owner(own_database) as owner:
            for table in TRIGGERED:
                owner.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(table)))
            for _ in range(times):
                for order_id, currency in made:
                    _copy(owner, order_id, currency)
            owner.execute("ANALYZE")
        found = registered(world)
        of_orders = [one for one in before if one.account in holds.OF_ORDERS]
        assert len([one for one in found if one.account in holds.OF_ORDERS]) == (times + 1) * len(of_orders)
        connections.close_all()


TRIGGERED = ("orders_order", "orders_lot", "rails_payment", "ledger_account")


def _copy(owner: Any, order_id: UUID, currency: str) -> None:
    """One more order like this one, with its lots, payments, deadlines and accounts."""
    new = new_id()
    lots = {row[0]: new_id() for row in owner.execute("SELECT id FROM orders_lot WHERE order_id = %s", [order_id])}
    name = new.hex[-20:]
    _row(owner, "orders_order", "id", order_id, {"id": new, "number": f"B-{name}", "contract_id": new_id()})
    for lot_id, copied in lots.items():
        _row(owner, "orders_lot", "id", lot_id, {"id": copied, "order_id": new})
    payments = owner.execute("SELECT id FROM rails_payment WHERE order_id = %s", [order_id]).fetchall()
    for (payment_id,) in payments:
        copied = new_id()
        fresh = {"id": copied, "order_id": new, "reference": copied.hex[:25], "provider_ref": None}
        _row(owner, "rails_payment", "id", payment_id, fresh)
    waiting = owner.execute(
        "SELECT id, subject_id FROM record_deadline WHERE order_id = %s AND state = 'open'", [order_id]
    ).fetchall()
    for deadline_id, subject_id in waiting:
        subject = new if subject_id == order_id else lots.get(subject_id, new_id())
        _row(owner, "record_deadline", "id", deadline_id, {"id": new_id(), "order_id": new, "subject_id": subject})
    for code in holds.OF_ORDERS:
        old = chart.of_order(code, order_id, currency).id
        _row(owner, "ledger_account", "id", old, {"id": chart.of_order(code, new, currency).id, "owner": new.hex})


def _row(owner: Any, table: str, key: str, value: UUID, changes: dict[str, Any]) -> None:
    pairs = sql.SQL(", ").join(
        sql.SQL("{}, {}::text").format(sql.Literal(column), sql.Literal(None if new is None else str(new)))
        for column, new in changes.items()
    )
    owner.execute(
        sql.SQL(
            "INSERT INTO {table} SELECT made.* FROM {table} t, LATERAL jsonb_populate_record(NULL::{table}, "
            "to_jsonb(t) || jsonb_build_object({pairs})) made WHERE t.{key} = %s"
        ).format(table=sql.Identifier(table), pairs=pairs, key=sql.Identifier(key)),
        [value],
    )
