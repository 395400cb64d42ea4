"""Entries by hand: two people, an open day, only what the list allows, and never a client's money made short."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import FourEyes, Invalid, NotAllowed, NotFound, OutOfState
from holdfast.ledger import book, chart
from holdfast.ledger.models import Transfer
from holdfast.parties import operations as parties
from holdfast.record.act import Act
from holdfast.record.deadlines import of_subject
from holdfast.treasury import audit
from holdfast.treasury.operations import closing, entries
from holdfast.treasury.operations.entries import Proposal
from holdfast.treasury.queries.entries import EntryView
from holdfast.treasury.refusals import DayClosed
from holdfast.treasury.rules import entries as rules
from holdfast.treasury.rules.entries import ClientsMoneyShort, EntryNotCovered, ReversedAlready
from tests.world import NOW, World, refuses

pytestmark = pytest.mark.database
BEYOND = {
    "escrow",
    "frozen",
    "refundable",
    "deposit",
    "suspense",
    "refunds_in_transit",
    "payouts_in_transit",
    "awarded",
}


def charge(world: World, **changes: Any) -> Proposal:
    """The bank took 12.00 for itself."""
    plain = Proposal("processing_cost", "client_bank", "USD", 1200, world.now.date(), "fee of the bank")
    return replace(plain, **changes)


def proposed(world: World, proposal: Proposal | None = None, act: Act | None = None) -> EntryView:
    act = act or world.operator(world.fin)
    document = entries.bring_document(act=act, name="statement.txt", content=b"the bank's own words")
    return entries.propose(act=act, proposal=proposal or charge(world), document_id=document)


def test_the_list_touches_no_money_that_has_a_claim_and_every_pair_has_its_reverse() -> None:
    assert chart.MOVEMENTS[rules.MOVEMENT] == rules.PAIRS
    assert {code for pair in rules.PAIRS for code in pair} & BEYOND == set()
    assert {(credit, debit) for debit, credit in rules.PAIRS} == rules.PAIRS


def test_one_proposes_and_another_decides(db: None) -> None:
    """In production: a sandbox lets one person be two."""
    now = NOW
    founded = parties.found_installation(
        now=now,
        sandbox=False,
        operator_name="Harbour Market",
        country="NL",
        time_zone="Europe/Amsterdam",
        programme="standard",
        admin_email="ada@example.com",
        admin_name="Ada",
        password="a long enough pass phrase",
    )
    ada = Act(now, "person", founded.administrator_id, None, "operator")
    fin_id = parties.grant_staff(act=ada, email="fin@example.com", name="Fin", role="finance").person_id
    fin = replace(ada, actor_id=fin_id)
    document = entries.bring_document(act=fin, name="statement.txt", content=b"the bank's own words")
    brought = Proposal("client_bank", "own_bank", "USD", 1200, now.date(), "an advance is paid for")
    entry = entries.propose(act=fin, proposal=brought, document_id=document)
    assert [(row.kind, row.who) for row in of_subject(subject_id=entry.id)] == [(rules.DECIDE, "operator")]
    assert Transfer.objects.count() == 0
    key = Act(now, "key", new_id(), founded.operator_organisation_id, "operator")
    for act, no in ((fin, FourEyes), (key, FourEyes), (replace(ada, role="buyer"), NotAllowed)):
        with refuses(no):
            entries.decide(act=act, entry_id=entry.id, verb="approve")
    done = entries.decide(act=ada, entry_id=entry.id, verb="approve")
    assert (done.state, done.decided_by) == ("posted", ada.actor_id)
    row = Transfer.objects.get(kind="manual")
    assert (row.amount_minor, row.subject_id) == (1200, entry.id)
    assert of_subject(subject_id=entry.id) == []
    with refuses(OutOfState):
        entries.decide(act=ada, entry_id=entry.id, verb="approve")
    assert list(audit.findings()) == []


def test_what_is_declined_or_withdrawn_moves_nothing(world: World) -> None:
    for verb, state in (("decline", "declined"), ("withdraw", "withdrawn")):
        entry = proposed(world)
        assert entries.decide(act=world.operator(world.ada), entry_id=entry.id, verb=verb).state == state
    assert Transfer.objects.filter(kind="manual").count() == 0
    with refuses(NotFound):
        entries.decide(act=world.operator(), entry_id=new_id(), verb="approve")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"debit": "escrow", "credit": "payable"}, "credit"),
        ({"debit": "own_bank", "credit": "refundable"}, "credit"),
        ({"amount_minor": 0}, "amount_minor"),
        ({"currency": "XXX"}, "currency"),
        ({"reason": "  "}, "reason"),
        ({"debit": "operator_loss", "credit": "payable"}, "organisation_id"),
        ({"credit": "rail_clearing"}, "rail"),
    ],
)
def test_what_is_not_on_the_list_is_not_proposed(world: World, changes: dict[str, Any], field: str) -> None:
    act = world.operator(world.fin)
    document = entries.bring_document(act=act, name="x.txt", content=b"the bank's own words")
    with refuses(Invalid, field=field):
        entries.propose(act=act, proposal=charge(world, **changes), document_id=document)
    with refuses(Invalid, field="document_id"):
        entries.propose(act=act, proposal=charge(world), document_id=new_id())


def test_a_closed_day_is_corrected_on_an_open_one(world: World) -> None:
    world.funded_order()
    first = world.now.date()
    entry = proposed(world)
    world.days_pass(2)
    closing.close_day(act=world.operator(), day=world.now.date() - timedelta(days=1))
    with refuses(DayClosed, field="value_on"):
        entries.propose(
            act=world.operator(world.fin), proposal=charge(world, value_on=first), document_id=entry.document_id
        )
    with refuses(Invalid, field="value_on"):
        ahead = charge(world, value_on=world.now.date() + timedelta(days=1))
        entries.propose(act=world.operator(world.fin), proposal=ahead, document_id=entry.document_id)
    entries.decide(act=world.operator(), entry_id=entry.id, verb="approve")
    assert Transfer.objects.get(kind="manual").booked_on == world.now.date()


def test_an_entry_is_reversed_once_by_another_one(world: World) -> None:
    world.funded_order()
    entry = proposed(world)
    with refuses(NotFound):
        entries.reverse(act=world.operator(world.fin), entry_id=entry.id, reason="not posted yet")
    entries.decide(act=world.operator(), entry_id=entry.id, verb="approve")
    back = entries.reverse(act=world.operator(world.fin), entry_id=entry.id, reason="it was ours")
    assert (back.debit, back.credit, back.reverses_id) == (entry.credit, entry.debit, entry.id)
    with refuses(ReversedAlready):
        entries.reverse(act=world.operator(world.fin), entry_id=entry.id, reason="once more")
    entries.decide(act=world.operator(), entry_id=back.id, verb="approve")
    assert book.balance(account=chart.of_operator("processing_cost", "USD")) == 0


def test_clients_money_stays_whole_and_no_balance_goes_below_zero(world: World) -> None:
    world.funded_order()
    supplier = world.boris.organisation_id
    taken = charge(world, debit="own_bank", credit="client_bank", amount_minor=10**6)
    goodwill = charge(world, debit="operator_loss", credit="payable", owner_id=supplier, amount_minor=500)
    back = charge(world, debit="payable", credit="operator_loss", owner_id=supplier, amount_minor=501)
    entry = proposed(world, taken)
    with refuses(ClientsMoneyShort):
        entries.decide(act=world.operator(), entry_id=entry.id, verb="approve")
    entries.decide(act=world.operator(), entry_id=proposed(world, goodwill).id, verb="approve")
    assert book.balance(account=chart.of_supplier("payable", supplier, "USD")) == 500
    entry = proposed(world, back)
    with refuses(EntryNotCovered, field="amount_minor"):
        entries.decide(act=world.operator(), entry_id=entry.id, verb="approve")
