"""Every cell of state, verb and role of every lifecycle, against a list of the legal ones written by hand; and the
same moves against the database, under the role the application has.
"""

from __future__ import annotations

import itertools
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import connections
from psycopg import sql

import holdfast
from holdfast.claims.operations import answering, talking
from holdfast.contracts import operations as contracts
from holdfast.contracts import programmes
from holdfast.database.connection import Access
from holdfast.inspection import operations as inspection
from holdfast.kernel.calendars import working_days_after
from holdfast.kernel.lifecycle import Lifecycle
from holdfast.kernel.refusals import NotAllowed, OutOfState
from holdfast.notices import operations as notices
from holdfast.orders.operations import cancelling, correspondence, reserve
from holdfast.parties.operations import guarantee
from holdfast.treasury.operations import entries
from holdfast.webhooks import operations as webhooks
from tests.claims.stage import concedes, examines, opens
from tests.furnished_rails import furnish_rails
from tests.orders.amended import change, proposes
from tests.sourcing.offers import STEPS, quotes
from tests.tampering import as_owner
from tests.world import World, contract

REFUSED = "HF002"
"""The state of SQL with which the trigger refuses a step."""
ROLES = ("buyer", "supplier", "mediator", "operator", "inspector", "clock", "rail", "carrier", "owner", "mail")
EVERYBODY = (*ROLES, "finance", "stranger")

# noun: a line for each legal step, as `from verb to: who may`. What stands in no line is refused.
LEGAL: dict[str, str] = {
    "assignment": """
        assigned agree agreed: buyer supplier
        assigned withdraw withdrawn: buyer operator supplier
        agreed withdraw withdrawn: buyer operator supplier
        """,
    "booking": """
        proposed accept accepted: inspector
        proposed decline declined: inspector
        proposed lapse lapsed: clock
        proposed move proposed: buyer operator supplier
        accepted move proposed: buyer operator supplier
        proposed cancel cancelled: buyer operator supplier
        accepted cancel cancelled: buyer operator supplier
        accepted begin under_way: inspector
        accepted miss missed: clock inspector
        accepted report reported: inspector
        under_way report reported: inspector
        under_way stop stopped: buyer inspector operator supplier
        under_way overrun overdue: clock
        """,
    "beneficiary": """
        pending verify verified: operator
        pending cool cooling: operator
        cooling use verified: clock
        pending withdraw withdrawn: finance operator owner
        cooling withdraw withdrawn: finance operator owner
        verified withdraw withdrawn: finance operator owner
        """,
    "claim": """
        opened answer answered: buyer supplier
        opened accept final: buyer clock supplier
        answered accept final: buyer supplier
        mediating accept final: buyer supplier
        opened escalate mediating: buyer clock supplier
        answered escalate mediating: buyer clock supplier
        opened decide determined: clock
        answered decide determined: clock
        mediating decide determined: clock
        mediating determine determined: mediator
        determined appeal appealed: buyer supplier
        appealed determine determined: mediator
        determined finalise final: buyer clock mediator supplier
        final await_return returning: buyer clock mediator supplier
        final await_replacement replacing: buyer clock mediator supplier
        final execute executed: buyer clock mediator supplier
        replacing execute executed: buyer clock mediator
        returning execute executed: clock mediator supplier
        returning forfeit forfeited: clock
        opened withdraw withdrawn: buyer supplier
        answered withdraw withdrawn: buyer supplier
        mediating withdraw withdrawn: buyer supplier
        """,
    "concession": "proposed sign signed: buyer supplier\nproposed decline declined: buyer supplier\n"
    "proposed withdraw withdrawn: buyer supplier",
    "amendment": """
        proposed sign signed_once: buyer supplier
        signed_once sign signed: buyer supplier
        proposed decline declined: buyer supplier
        signed_once decline declined: buyer supplier
        proposed withdraw withdrawn: buyer supplier
        signed_once withdraw withdrawn: buyer supplier
        proposed lapse lapsed: clock
        signed_once lapse lapsed: clock
        """,
    "contract": """
        draft revise draft: buyer supplier
        draft propose proposed: buyer supplier
        proposed sign signed_once: buyer supplier
        signed_once sign signed: buyer supplier
        proposed decline declined: buyer supplier
        signed_once decline declined: buyer supplier
        draft withdraw withdrawn: buyer supplier
        proposed withdraw withdrawn: buyer supplier
        signed_once withdraw withdrawn: buyer supplier
        proposed lapse lapsed: clock
        signed_once lapse lapsed: clock
        """,
    "entry": """
        proposed approve posted: operator
        proposed decline declined: operator
        proposed withdraw withdrawn: operator
        """,
    "debt": """
        open collect collected: clock operator rail
        open write_off written_off: operator
        """,
    "guarantee": """
        building ask due: operator
        met ask due: operator
        due build building: operator
        met build building: operator
        building meet met: clock
        due meet met: clock
        short meet met: clock
        met fall_short short: clock
        """,
    "lot": """
        shipped deliver delivered: buyer carrier operator supplier
        shipped receive received: buyer
        delivered receive received: buyer clock operator
        shipped reject rejected: buyer
        delivered reject rejected: buyer
        rejected receive received: buyer clock operator
        shipped settle settled: buyer clock mediator operator supplier
        delivered settle settled: buyer clock mediator operator supplier
        rejected settle settled: buyer clock mediator operator supplier
        received settle settled: buyer clock mediator operator supplier
        """,
    "mail": """
        waiting send sending: clock
        sending accept accepted: mail
        sending put_off waiting: clock mail
        sending bounce bounced: mail
        accepted bounce bounced: mail
        sending give_up given_up: clock
        sending file filed: clock
        accepted retry waiting: mail
        accepted give_up given_up: mail
        waiting keep kept: clock
        waiting gather gathered: clock
        gathered digest digested: clock
        waiting stop stopped: clock
        """,
    "order": """
        agreed start active: rail
        agreed cancel cancelled: buyer clock operator supplier
        active cancel cancelled: buyer clock mediator operator rail supplier
        active complete completed: buyer clock mediator operator rail supplier
        completed close closed: clock operator
        cancelled close closed: clock operator
        """,
    "outside message": """
        brought attest attested: buyer supplier
        brought deny denied: buyer supplier
        """,
    "payment": """
        requested delay pending: rail
        requested authorise authorised: rail
        pending authorise authorised: rail
        requested decline declined: rail
        pending decline declined: rail
        requested cancel cancelled: buyer operator
        requested expire expired: clock
        requested capture captured: rail
        pending capture captured: rail
        authorised capture captured: rail
        authorised fail failed: clock rail
        captured settle settled: clock
        captured return returned: rail
        settled return returned: rail
        """,
    "payout": """
        requested approve approved: clock operator
        requested cancel cancelled: clock operator supplier
        approved cancel cancelled: clock operator supplier
        approved instruct instructed: operator
        instructed hold_back approved: operator
        approved send sent: clock
        instructed send sent: rail
        instructed confirm confirmed: rail
        sent confirm confirmed: rail
        instructed bounce bounced: rail
        sent bounce bounced: rail
        confirmed return returned: rail
        """,
    "payout batch": """
        made release released: operator
        made drop dropped: operator
        released accept accepted: rail
        released reject rejected: rail
        accepted reject rejected: rail
        released book booked: rail
        accepted book booked: rail
        """,
    "refund": """
        requested send sent: clock
        sent confirm confirmed: rail
        requested bounce bounced: rail
        sent bounce bounced: rail
        confirmed return bounced: rail
        bounced resend requested: clock operator
        requested instruct instructed: operator
        instructed hold_back requested: operator rail
        instructed send sent: rail
        instructed confirm confirmed: rail
        instructed bounce bounced: rail
        requested stop stopped: operator rail
        bounced stop stopped: operator rail
        """,
    "flag": """
        open dismiss harmless: operator
        open uphold upheld: operator
    """,
    "dispute": """
        open win won: operator rail
        open lose lost: operator rail
        """,
    "settlement": """
        sent arrive arrived: operator rail
        sent fail failed: rail
        arrived return failed: rail
        """,
    "quotation": STEPS,
    "provider_event": """
        received handle handled: rail
        received pass passed: rail
        """,
    "reserve change": """
        proposed confirm confirmed: operator
        proposed withdraw withdrawn: operator
        """,
    "shipment": """
        booked move in_transit: buyer carrier operator supplier
        booked deliver delivered: buyer carrier operator supplier
        in_transit deliver delivered: buyer carrier operator supplier
        """,
    "statement file": "entering finish entered: clock operator",
    "statement line": """
        entered match matched: rail
        entered suspend suspense: rail
        entered explain explained: rail
        entered leave unexplained: rail
        suspense match matched: operator rail
        suspense return returned: clock operator rail
        unexplained explain explained: operator rail
        """,
    "stray": """
        open match matched: operator rail
        open return returned: clock operator
        """,
    "tranche": """
        planned fall_due due: buyer clock operator rail supplier
        due hold held: rail
        held release released: buyer clock inspector mediator operator rail supplier
        planned drop dropped: buyer clock mediator operator rail supplier
        due drop dropped: buyer clock mediator operator rail supplier
        held lose due: operator rail
        held give_back returned: buyer clock mediator operator rail supplier
        """,
    "webhook": """
        enabled disable disabled: clock operator owner
        disabled enable enabled: operator owner
        enabled remove removed: operator owner
        disabled remove removed: operator owner
        """,
    "webhook delivery": """
        waiting send sending: clock
        sending accept delivered: clock
        sending put_off waiting: clock
        sending give_up failed: clock
        waiting give_up failed: clock operator owner
        delivered replay waiting: operator owner
        failed replay waiting: operator owner
        """,
}

ENDLESS = {"guarantee", "webhook delivery"}
"""What has no end of its own: a guarantee stands as long as its supplier's line, and a delivery can always be
sent again."""


def lifecycles() -> dict[str, Lifecycle]:
    """Every lifecycle in every module there is, so that none is forgotten."""
    found: dict[str, Lifecycle] = {}
    for module in walk_packages(holdfast.__path__, "holdfast."):
        if module.name.rpartition(".")[2] in {"rules", "lifecycles"} or ".rules." in module.name:
            for value in vars(import_module(module.name)).values():
                if isinstance(value, Lifecycle):
                    found[value.name] = value
    return found


def legal(noun: str) -> dict[tuple[str, str, str], str]:
    """(state, verb, role): the state it leads to."""
    cells = {}
    for line in LEGAL[noun].strip().splitlines():
        step, _colon, roles = line.partition(":")
        source, verb, target = step.split()
        cells.update({(source, verb, role): target for role in roles.split()})
    return cells


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
