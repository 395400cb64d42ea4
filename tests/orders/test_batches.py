"""What is done to many orders at once leaves the same rows as what is done to each by itself."""

import json
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection, transaction
from psycopg.types.json import Jsonb

from holdfast.database.connection import Access
from holdfast.ledger.chart import of_order
from holdfast.orders.operations import batches, clockwork, funding, production, providers, receipt
from holdfast.rails import operations as rails
from holdfast.rails import queries as rail_queries
from holdfast.record import deadlines
from holdfast.record.act import clock
from tests.tampering import as_owner
from tests.world import DEPOSIT, World, contract

pytestmark = pytest.mark.database
ORDERS = 400
SUPPLIERS = 16
KINDS = {kind: clockwork.HANDLERS[kind] for kind in clockwork.BATCHES}
SAME = "md5(t.id::text || c.order_id::text)::uuid"
"""The ID that a row has in a copy."""
COPIES = {
    "orders_order": (
        "t.id = c.source",
        """'id', c.order_id, 'number', 'C-' || c.n, 'contract_id', gen_random_uuid(), 'supplier_id', c.supplier_id,
         'claims_open', CASE WHEN t.state = 'completed' THEN c.claims_open ELSE 0 END""",
    ),
    "orders_tranche": ("t.order_id = c.source", f"'id', {SAME}, 'order_id', c.order_id"),
    "orders_lot": ("t.order_id = c.source", f"'id', {SAME}, 'order_id', c.order_id, 'grade', c.grade"),
    "rails_payment": (
        "t.order_id = c.source",
        f"""'id', {SAME}, 'order_id', c.order_id, 'reference', 'C' || c.n || '-' || t.tranche,
         'provider_ref', c.order_id""",
    ),
    "ledger_account": (
        "t.owner = replace(c.source::text, '-', '') AND t.code IN ('escrow', 'frozen')",
        """'id', CASE t.code WHEN 'escrow' THEN c.escrow_id ELSE c.frozen_id END,
         'owner', replace(c.order_id::text, '-', '')""",
    ),
    "ledger_transfer": (
        "t.order_id = c.source AND t.kind = 'captured'",
        f"""'id', {SAME}, 'order_id', c.order_id, 'credit_id', c.escrow_id,
         'subject_id', md5(t.subject_id::text || c.order_id::text)::uuid""",
    ),
    "record_event": (
        "t.chain_id = c.source AND t.seq = (SELECT max(seq) FROM record_event e WHERE e.chain_id = c.source)",
        f"'id', {SAME}, 'chain_id', c.order_id",
    ),
    "record_deadline": (
        "t.order_id = c.source AND t.state = 'open'",
        f"""'id', {SAME}, 'order_id', c.order_id, 'subject_id', CASE t.subject_kind WHEN 'order' THEN c.order_id
         ELSE md5(t.subject_id::text || c.order_id::text)::uuid END""",
    ),
}
"""Which rows of an order are copied, and what is another in the copy."""
COMPARED = {
    "orders_order": "to_jsonb(t)",
    "orders_tranche": "to_jsonb(t)",
    "orders_lot": "to_jsonb(t)",
    "rails_payment": "to_jsonb(t)",
    "rails_refund": "to_jsonb(t) - 'id'",
    "ledger_account": "to_jsonb(t)",
    "ledger_transfer": "to_jsonb(t) - 'id' - 'cause_id' - 'recorded_at'",
    "ledger_entry": "to_jsonb(t) - 'id' - 'transfer_id' - 'version' - 'balance_after_minor'",
    "record_event": "to_jsonb(t) - 'id' - 'recorded_xid'",
    "record_private": "to_jsonb(t) - 'id' - 'event_id' - 'salt'",
    "record_outbox": "to_jsonb(t) - 'event_id'",
    "record_deadline": "to_jsonb(t) - 'id'",
}
"""Every table that these acts write, without what is made anew each time. An order that was left out of a batch is done
after the others, so that the balances of its supplier come in another order and to the same sum."""


def templates(world: World) -> list[UUID]:
    """Orders brought by real operations to where the clock has something to do with them."""
    shipped = [
        world.shipped(),
        world.shipped(),
        world.shipped(contract(currency="EUR"), programme="import"),
        world.shipped(programme="apparel"),
        world.shipped(programme="basic"),
    ]
    for document in (contract(), contract(payment=DEPOSIT)):
        order_id = world.funded_order(document)
        if len(world.order(order_id).tranches) > 1:
            production.declare_ready(act=world.supplier(), order_id=order_id)
            world.pays(order_id, 2, settle=True)
        shipped += [(order_id, world.ships(order_id, {1: units})) for units in (400, 350)]
    world.days_pass(10)
    waiting = []
    for units in (1000, 600):
        order_id = world.signed_order()
        world.pays(order_id)
        waiting.append((order_id, world.ships(order_id, {1: units})))
    for _order_id, shipment in (*shipped, *waiting):
        world.delivers(shipment.id)
    for order_id in (shipped[0][0], *[order_id for order_id, _shipment in waiting]):
        receipt.receive(act=world.buyer(), order_id=order_id, lot=1)
    # Everybody is told; card payments of ten days ago were settled on the way, these two wait for their rail.
    world.days_pass(0.1)
    return list({order_id: None for order_id, _shipment in (*shipped, *waiting)})


def multiply(owner: psycopg.Connection[Any], sources: list[UUID], *, seed: int) -> list[UUID]:
    """Many orders that differ in supplier, proof of delivery and open claims."""
    chance = random.Random(seed)
    suppliers = [uuid4() for _one in range(SUPPLIERS)]
    made = []
    for number in range(ORDERS):
        order_id = uuid4()
        made.append(
            {
                "n": number,
                "source": str(chance.choice(sources)),
                "order_id": str(order_id),
                "supplier_id": str(chance.choice(suppliers)),
                "grade": chance.choice("AABCD"),
                "claims_open": chance.choice([0, 0, 0, 1]),
                "currency": None,
            }
        )
    currencies = dict(owner.execute("SELECT id::text, currency FROM orders_order").fetchall())
    for row in made:
        for code in ("escrow", "frozen"):
            row[f"{code}_id"] = str(of_order(code, UUID(str(row["order_id"])), currencies[row["source"]]).id)
    owner.execute(
        "CREATE TEMP TABLE copy AS SELECT * FROM jsonb_to_recordset(%s) c (n int, source uuid, order_id uuid,"
        " supplier_id uuid, grade text, claims_open int, escrow_id uuid, frozen_id uuid)",
        [Jsonb(made)],
    )
    owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table, (where, changes) in COPIES.items():
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        owner.execute(
            f"INSERT INTO {table} SELECT made.* FROM {table} t JOIN copy c ON {where} CROSS JOIN LATERAL"
            f" jsonb_populate_record(NULL::{table}, to_jsonb(t) || jsonb_build_object({changes})) made"
        )
        owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    return [UUID(str(row["order_id"])) for row in made]


def everything() -> dict[str, list[str]]:
    with connection.cursor() as cursor:
        found = {}
        for table, columns in COMPARED.items():
            cursor.execute(f"SELECT ({columns})::text FROM {table} t ORDER BY 1")
            found[table] = [row[0] for row in cursor.fetchall()]
    return found


def rows_after(acting: Callable[[], object]) -> dict[str, list[str]]:
    """Every row after the act, which is taken back."""
    with transaction.atomic():
        acting()
        found = everything()
        transaction.set_rollback(True)
    return found


def due(now: datetime, *, together: bool) -> None:
    while (
        deadlines.run_due(now=now, handlers=KINDS, batches=clockwork.BATCHES if together else None, limit=300)
        != deadlines.Ran()
    ):
        pass


def settle_one_by_one(now: datetime) -> None:
    for payment in rail_queries.settling(now=now):
        ready = rails.available(payment=payment, now=now)
        assert ready is not None
        funding.settle_payment(
            act=clock(now), order_id=payment.order_id, payment_id=payment.id, cost_minor=ready.cost_minor
        )


@pytest.mark.own_database
def test_a_batch_leaves_the_rows_of_the_single_path(own_database: Access, caplog: pytest.LogCaptureFixture) -> None:
    world = World()
    sources = templates(world)
    with as_owner(own_database) as owner:
        made = multiply(owner, sources, seed=2)
        # One of them must not be closed: its rule says no, whoever asks.
        owner.execute(
            "UPDATE record_deadline SET kind = 'order.close' WHERE id = (SELECT d.id FROM record_deadline d"
            " JOIN orders_order o ON o.id = d.order_id WHERE o.id = ANY (%s) AND o.state = 'active'"
            " AND d.subject_kind = 'order' ORDER BY d.id LIMIT 1)",
            [made],
        )
    before = many = everything()
    for days in (30, 400):
        now = world.now + timedelta(days=days)
        one = rows_after(partial(due, now, together=False))
        many = rows_after(partial(due, now, together=True))
        assert one["orders_order"] != before["orders_order"]
        for table, rows in one.items():
            assert many[table] == rows, table
    states = {json.loads(row)["state"] for row in many["orders_order"]}
    assert states >= {"active", "completed", "closed"}
    assert sum(json.loads(row)["attempts"] for row in many["record_deadline"]) >= 1

    now = world.now + timedelta(days=5)
    one = rows_after(lambda: settle_one_by_one(now))
    many = rows_after(lambda: providers.settle_due(now=now))
    assert one["rails_payment"] != before["rails_payment"]
    for table, rows in one.items():
        assert many[table] == rows, table
    assert "one by one" not in caplog.text


@pytest.mark.django_db
def test_an_order_that_fails_is_left_out_and_nothing_else(world: World, caplog: pytest.LogCaptureFixture) -> None:
    good, bad, other = (world.funded_order() for _one in range(3))

    def note(work: Any, _order_id: UUID) -> bool:
        work.event("order.noted")
        if work.order.id == bad:
            raise ValueError("a fault")
        return work.order.id != other

    many = batches.Together(verb=note, order_of=lambda order_id: order_id)
    done, left = many.do(act=clock(world.now), items=[good, bad, good, other])
    assert (done, left) == ([good, other], [bad, good])
    with connection.cursor() as cursor:
        cursor.execute("SELECT chain_id FROM record_event WHERE name = 'order.noted'")
        assert cursor.fetchall() == [(good,)]


@pytest.mark.django_db
def test_who_asks_for_a_shared_balance_is_done_alone(world: World) -> None:
    orders = [world.funded_order() for _one in range(2)]
    many = batches.Together(verb=lambda work, _one: bool(work.in_purse("payable")), order_of=lambda one: one)
    assert many.do(act=clock(world.now), items=orders) == ([], orders)
