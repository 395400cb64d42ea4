"""Every cell of state, verb and role of every lifecycle, against a list of the legal ones written by hand; and the
same moves against the database, under the role the application has.
"""

from __future__ import annotations

import itertools
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import connections
from psycopg import sql

from holdfast.claims.operations import answering, talking
from holdfast.contracts import operations as contracts
from holdfast.contracts import programmes
from holdfast.database.connection import Access
from holdfast.inspection import operations as inspection
from holdfast.kernel.calendars import working_days_after
from holdfast.kernel.refusals import NotAllowed, OutOfState
from holdfast.notices import operations as notices
from holdfast.orders.operations import cancelling, correspondence, reserve
from holdfast.parties.operations import guarantee
from holdfast.treasury.operations import entries
from holdfast.webhooks import operations as webhooks
from tests.claims.stage import concedes, examines, opens
from tests.furnished_rails import furnish_rails
from tests.legal_steps import ENDLESS, EVERYBODY, LEGAL, legal, lifecycles
from tests.orders.amended import change, proposes
from tests.sourcing.offers import quotes
from tests.tampering import as_owner
from tests.world import World, contract

REFUSED = "HF002"
"""The state of SQL with which the trigger refuses a step."""


def test_no_lifecycle_is_forgotten() -> None:
    assert sorted(lifecycles()) == sorted(LEGAL)


@pytest.mark.parametrize("noun", sorted(LEGAL))
def test_every_cell_is_legal_or_refused(noun: str) -> None:
    table, cells = lifecycles()[noun], legal(noun)
    assert table.roles <= set(EVERYBODY)
    for state, verb, role in itertools.product(table.states, table.verbs, EVERYBODY):
        target = cells.get((state, verb, role))
        assert table.allows(state=state, verb=verb, role=role) is (target is not None), (state, verb, role)
        assert (verb in table.open_verbs(state=state, role=role)) is (target is not None)
        if target is not None:
            assert table.step(state=state, verb=verb, role=role) == target, (state, verb, role)
        else:
            with pytest.raises((NotAllowed, OutOfState)):
                table.step(state=state, verb=verb, role=role)


@pytest.mark.parametrize("noun", sorted(LEGAL))
def test_every_state_is_reached_and_every_end_is_meant(noun: str) -> None:
    table = lifecycles()[noun]
    reached = {table.initial} | {row.target for row in table.steps}
    assert set(table.states) == reached
    assert any(table.final(state) for state in table.states) or noun in ENDLESS


# --- the database ----------------------------------------------------------------------------------------------------

GUARDED = {
    "orders_order": "order",
    "orders_tranche": "tranche",
    "orders_lot": "lot",
    "orders_debt": "debt",
    "orders_reserve_change": "reserve change",
    "claims_claim": "claim",
    "contracts_contract": "contract",
    "contracts_amendment": "amendment",
    "rails_payment": "payment",
    "rails_refund": "refund",
    "rails_payout": "payout",
    "rails_payout_batch": "payout batch",
    "rails_stray": "stray",
    "rails_statement_file": "statement file",
    "rails_statement_line": "statement line",
    "rails_dispute": "dispute",
    "rails_settlement": "settlement",
    "rails_provider_event": "provider_event",
    "fulfilment_shipment": "shipment",
    "inspection_assignment": "assignment",
    "inspection_booking": "booking",
    "record_outside_message": "outside message",
    "record_concession": "concession",
    "record_flag": "flag",
    "parties_beneficiary": "beneficiary",
    "parties_guarantee": "guarantee",
    "notices_notice": "mail",
    "treasury_entry": "entry",
    "sourcing_quotation": "quotation",
    "webhooks_endpoint": "webhook",
    "webhooks_delivery": "webhook delivery",
}


def test_every_lifecycle_has_its_guarded_table() -> None:
    moving = {
        model._meta.db_table
        for model in apps.get_models()
        if any(trigger.name == "moves" for trigger in getattr(model._meta, "triggers", []))
    }
    assert moving == set(GUARDED)
    assert sorted(GUARDED.values()) == sorted(LEGAL)


def furnish(world: World) -> None:
    """A row in every guarded table, by real operations."""
    order_id, shipment = world.shipped()
    world.delivers(shipment.id)
    claim = opens(world, order_id, "quality")
    examines(
        world, order_id, 1, {"units": [{"id": "u1", "line": 1, "readings": [{"term": "T1", "value": "wool felt"}]}]}
    )
    said = correspondence.bring_message(
        act=world.buyer(), order_id=order_id, channel="wechat", said_on=world.today(), text="This shade."
    )
    correspondence.answer_message(act=world.supplier(), order_id=order_id, message_id=said.id, verb="attest")
    answering.answer(act=world.supplier(), order_id=order_id, claim_id=claim.claim_id, kind="contest")
    document = entries.bring_document(act=world.operator(), name="fee.txt", content=b"a fee of the bank")
    fee = entries.Proposal("processing_cost", "client_bank", "USD", 1, world.now.date(), "a fee of the bank")
    entries.propose(act=world.operator(), proposal=fee, document_id=document)
    concedes(world, world.funded_order(contract(ship={"on": "2026-05-10"})), "waive", by="supplier")
    ended = world.funded_order(contract(ship={"on": "2026-05-10"}))
    proposes(world, ended, change("remarks", "", "In cartons of 50"))
    cancelling.cancel(act=world.buyer(), order_id=ended, ground="before_production")
    given_up = world.funded_order(contract(ship={"on": "2026-05-10"}))
    cancelling.cancel(act=world.supplier(), order_id=given_up, ground="withdrawal")
    reserve.propose_change(act=world.operator(), currency="USD", kind="set_aside", amount_minor=5_000, reason="budget")
    guarantee.set_line(
        act=world.operator(),
        organisation_id=world.boris.organisation_id,
        currency="USD",
        line_minor=10_000_000,
        programme=programmes.programme_of(name="standard", version=programmes.latest(name="standard").version),
        reason="looked at",
    )
    furnish_rails(world)
    while notices.relay(now=world.now):
        pass
    contracts.withdraw(act=world.buyer(), contract_id=world.proposed())
    quotes(world)
    visited(world)
    talking.send(act=world.supplier(), order_id=world.funded_order(), text="Write to me@else.example", is_flagged=True)
    made = webhooks.create(
        act=world.act(world.boris, "owner"),
        organisation_id=world.boris.organisation_id,
        url="https://hooks.example.com/",
        kinds=["*"],
    )
    webhooks.ping(act=world.act(world.boris, "owner"), webhook_id=made.id)


def visited(world: World) -> None:
    """A visit that waits for its inspector."""
    order_id = world.funded_order()
    made = inspection.assign_inspector(
        act=world.buyer(), order_id=order_id, inspector_id=world.ingrid.organisation_id, kind="pre_shipment"
    )
    on = working_days_after(world.today(), 5, ("CN",)).day
    inspection.book(
        act=world.buyer(), assignment_id=made.id, order_id=order_id, wish=inspection.Wish(on, "CN", "Ningbo")
    )


@pytest.fixture
def furnished(own_database: Access, django_db_blocker: Any) -> Access:
    """A copy of the database with a row in every guarded table, where nothing but the triggers is left to refuse."""
    with django_db_blocker.unblock():
        furnish(World())
        connections.close_all()
    with as_owner(own_database) as owner:
        for table in GUARDED:
            checks = owner.execute(
                "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass", [table]
            ).fetchall()
            for (name,) in checks:
                statement = sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}")
                owner.execute(statement.format(sql.Identifier(table), sql.Identifier(name)))
    return own_database


def put(owner: psycopg.Connection[Any], table: str, row_id: Any, state: str) -> None:
    """Bend a row into a state, past its trigger: only who owns the table can."""
    name = sql.Identifier(table)
    trigger = owner.execute(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE '%%moves%%'", [table]
    ).fetchone()
    assert trigger is not None
    switch = sql.SQL("ALTER TABLE {} {} TRIGGER {}")
    owner.execute(switch.format(name, sql.SQL("DISABLE"), sql.Identifier(trigger[0])))
    owner.execute(sql.SQL("UPDATE {} SET state = %s WHERE id = %s").format(name), [state, row_id])
    owner.execute(switch.format(name, sql.SQL("ENABLE"), sql.Identifier(trigger[0])))
    owner.commit()


def refused(application: psycopg.Connection[Any], statement: sql.Composed, parameters: list[Any]) -> bool:
    """Whether the trigger says no; whatever else a made-up row meets is not asked here."""
    try:
        application.execute(statement, parameters)
    except psycopg.Error as error:
        return error.sqlstate == REFUSED
    finally:
        application.rollback()
    return False


def columns(application: psycopg.Connection[Any], table: str) -> tuple[sql.Composed, sql.Composed]:
    """Those that are written, not computed by the database: as they are, and of the row that was made up."""
    found = application.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'", [table]
    ).fetchall()
    named = [sql.Identifier(column) for (column,) in found]
    made = [sql.SQL("made.") + column for column in named]
    return sql.SQL(", ").join(named), sql.SQL(", ").join(made)


def test_the_database_lets_no_step_be_left_out(furnished: Access) -> None:
    wrong = []
    with as_owner(furnished) as owner, psycopg.connect(**furnished.for_psycopg()) as application:
        for table, noun in GUARDED.items():
            lifecycle, name = lifecycles()[noun], sql.Identifier(table)
            found = application.execute(sql.SQL("SELECT id FROM {} LIMIT 1").format(name)).fetchone()
            application.rollback()
            assert found is not None, f"{table} is empty"
            moves = {(row.source, row.target) for row in lifecycle.steps}
            update = sql.SQL("UPDATE {} SET state = %s WHERE id = %s").format(name)
            for source in lifecycle.states:
                put(owner, table, found[0], source)
                for target in lifecycle.states:
                    may = source == target or (source, target) in moves
                    if refused(application, update, [target, found[0]]) is may:
                        wrong.append(f"{table}: {source} to {target}")
            insert = sql.SQL(
                "INSERT INTO {0} ({1}) SELECT {2} FROM {0} r,"
                " jsonb_populate_record(NULL::{0}, to_jsonb(r) || %s) made WHERE r.id = %s"
            ).format(name, *columns(application, table))
            for state in lifecycle.states:
                changes = psycopg.types.json.Jsonb({"state": state})
                if refused(application, insert, [changes, found[0]]) is (state == lifecycle.initial):
                    wrong.append(f"{table} begins as {state}")
    assert not wrong, "\n".join(wrong)
