"""A changed bank account: two people, 72 hours, everybody told, stopped by whom it concerns; and payouts meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from holdfast import jobs
from holdfast.kernel.refusals import NotAllowed, OutOfState
from holdfast.notices.models import Notice
from holdfast.parties import operations, payees, queries, rules
from holdfast.parties.operations.beneficiaries import Account
from holdfast.record.models import Deadline, Event
from tests.world import World, contract, refuses

OLD, NEW = Account(iban="DE89370400440532013000"), Account(iban="DE75512108001245126199")


@pytest.fixture
def world(db: None) -> World:
    return World()


def named(world: World, account: Account, **more: Any) -> Any:
    asked = {"name": world.boris.name, "currency": "USD", **more}
    return operations.add_beneficiary(
        act=world.act(world.boris, "owner"),
        organisation_id=world.boris.organisation_id,
        account=account,
        **asked,
    )


def verified(world: World, account_id: UUID, reason: str = "") -> Any:
    return operations.verify_beneficiary(act=world.operator(world.fin), beneficiary_id=account_id, reason=reason)


def paid_to(world: World) -> UUID | None:
    found = queries.payout_beneficiary(organisation_id=world.boris.organisation_id, currency="USD")
    return found.id if found else None


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("address", flat=True))


def test_a_changed_account_waits_and_everybody_hears_of_it(world: World) -> None:
    first = named(world, OLD)
    assert (first.name_match, first.name_match_why) == ("match", "same")
    assert verified(world, first.id).state == "verified"
    order_id = world.signed_order()
    closed = world.signed_order(contract())
    second = named(world, NEW)
    done = verified(world, second.id)
    assert (done.state, done.usable_at) == ("cooling", world.now + timedelta(hours=72))
    refuses_verbs(world, second.id)
    jobs.run_all(now=world.now + timedelta(seconds=2))
    assert told("payee.changing") == {"alma@example.com"}
    assert told("beneficiary.cooling") == {"boris@example.com"}
    changing = Event.objects.filter(name="payee.changing")
    assert set(changing.values_list("chain_id", flat=True)) == {order_id, closed}
    assert paid_to(world) == first.id
    world.days_pass(2.9)
    assert (paid_to(world), payees.usable([first.id, second.id])) == (first.id, {first.id})
    world.days_pass(0.2)
    assert paid_to(world) == second.id
    assert payees.usable([first.id, second.id]) == {first.id, second.id}
    assert not Deadline.objects.filter(subject_id=second.id, state="open").exists()


def refuses_verbs(world: World, account_id: UUID) -> None:
    """While it cools off nobody can hurry it."""
    with refuses(OutOfState):
        verified(world, account_id)
    with refuses(NotAllowed):
        operations.use_beneficiary(act=world.operator(), beneficiary_id=account_id)


@pytest.mark.parametrize("who", ["owner", "operator"])
def test_a_change_is_stopped_by_an_owner_or_the_operator(world: World, who: str) -> None:
    first = named(world, OLD)
    verified(world, first.id)
    second = named(world, NEW)
    verified(world, second.id)
    by = world.operator() if who == "operator" else world.act(world.boris, "owner")
    assert operations.withdraw_beneficiary(act=by, beneficiary_id=second.id).state == "withdrawn"
    world.days_pass(4)
    assert paid_to(world) == first.id
    with refuses(NotAllowed):
        operations.withdraw_beneficiary(act=world.act(world.boris, "trader"), beneficiary_id=first.id)


def test_withdrawing_the_old_account_does_not_spare_the_new_one_its_wait(world: World) -> None:
    first = named(world, OLD)
    verified(world, first.id)
    operations.withdraw_beneficiary(act=world.act(world.boris, "owner"), beneficiary_id=first.id)
    second = named(world, NEW)
    assert verified(world, second.id).state == "cooling"
    assert paid_to(world) is None
    # Another currency is not a change of this account.
    third = named(world, NEW, currency="EUR")
    assert verified(world, third.id).state == "verified"


def test_a_holder_of_another_name_needs_a_reason(world: World) -> None:
    account = named(world, OLD, name="Petrov Family Holding")
    waiting = payees.waiting_beneficiaries(person_id=world.fin)
    assert [(one.view.id, one.view.name_match, one.replaces) for one in waiting] == [(account.id, "no_match", 0)]
    with refuses(rules.NameNotMatched):
        verified(world, account.id)
    assert verified(world, account.id, "its parent company; certificate seen").state == "verified"
    assert payees.beneficiary_in_same_name(organisation_id=world.boris.organisation_id, currency="USD") is None
    assert "parent company" not in str(list(Event.objects.values_list("payload", flat=True)))
