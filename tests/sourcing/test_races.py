"""Two at once on one quotation, on real connections: one wins, the other is told no, and one contract stands."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.db import connections

from holdfast.contracts import operations as contracts
from holdfast.contracts.models import Contract
from holdfast.contracts.operations import talking
from holdfast.contracts.programmes import programme_of
from holdfast.database.connection import Access
from holdfast.kernel.identifiers import public
from holdfast.kernel.refusals import OutOfState
from holdfast.orders.operations import signing
from holdfast.record import events
from holdfast.record.models import Event, Message
from holdfast.sourcing import operations
from holdfast.sourcing.models import Quotation
from holdfast.sourcing.queries import QuotationPage
from holdfast.sourcing.rules import OtherVersion
from tests.sourcing.offers import quotes, revises
from tests.test_races import PATIENCE, Outcome, closing, ended, race, waiting
from tests.world import World

pytestmark = [pytest.mark.database]


@pytest.fixture
def fair(own_database: Access, django_db_blocker: Any) -> Iterator[World]:
    """A world whose acts are committed."""
    with django_db_blocker.unblock():
        yield World()
        connections.close_all()


def at_once(access: Access, page: QuotationPage, *acts: Any) -> Outcome:
    return race(access, ("sourcing_quotation", page.id), *acts)


def accepting(world: World, page: QuotationPage) -> Any:
    return lambda: contracts.accept_quotation(act=world.buyer(), quotation_id=page.id, version=page.version)


def test_a_quotation_is_accepted_once(fair: World, own_database: Access) -> None:
    page = quotes(fair)
    outcome = at_once(own_database, page, accepting(fair, page), accepting(fair, page))
    assert [type(refused) for refused in outcome.refused] == [OutOfState]
    assert [contract.id for contract in outcome.done] == [Contract.objects.get().id]
    assert Quotation.objects.get().contract_id == outcome.done[0].id
    assert events.verify(chain_id=page.id).length == 2


def test_what_is_revised_meanwhile_is_not_accepted_unread(fair: World, own_database: Access) -> None:
    page = quotes(fair)
    outcome = at_once(own_database, page, accepting(fair, page), lambda: revises(fair, page.id, remarks="dearer"))
    # Whoever came first: either the revision is too late, or the acceptance names a version that is none any more.
    assert (len(outcome.done), len(outcome.refused)) == (1, 1)
    assert type(outcome.refused[0]) in (OutOfState, OtherVersion)
    assert Contract.objects.count() == (Quotation.objects.get().state == "accepted")


def test_it_is_accepted_or_withdrawn(fair: World, own_database: Access) -> None:
    page = quotes(fair)
    outcome = at_once(
        own_database,
        page,
        accepting(fair, page),
        lambda: operations.withdraw(act=fair.supplier(), quotation_id=page.id, programme_of=programme_of),
    )
    assert (len(outcome.done), len(outcome.refused)) == (1, 1)
    assert Quotation.objects.get().state in ("accepted", "withdrawn")
    assert Contract.objects.count() == (Quotation.objects.get().state == "accepted")


def one_after_another(access: Access, contract_id: Any, *acts: Callable[[], Any]) -> Outcome:
    """Hold a contract until they stand in line for it in this order, then let them go."""
    with ThreadPoolExecutor(len(acts)) as pool:
        with psycopg.connect(**access.for_psycopg()) as holder:
            holder.execute("SELECT 1 FROM contracts_contract WHERE id = %s FOR UPDATE", [contract_id])
            futures = []
            for place, act in enumerate(acts, start=1):
                futures.append(pool.submit(closing(act)))
                until = time.monotonic() + PATIENCE
                while waiting(access) < place and time.monotonic() < until:
                    time.sleep(0.02)
                assert waiting(access) == place, f"number {place} does not wait"
        return ended(futures)


@pytest.mark.parametrize("first", ["signature", "message"])
def test_what_is_said_while_the_last_side_signs_is_said_before_or_told_where(
    fair: World, own_database: Access, first: str
) -> None:
    page = quotes(fair)
    contract_id = accepting(fair, page)().id
    signing.propose(act=fair.buyer(), contract_id=contract_id)
    fair.signs(contract_id, fair.alma, "buyer")

    def signs() -> Any:
        return fair.signs(contract_id, fair.boris, "supplier").order_id

    def says() -> Any:
        return talking.send(act=fair.buyer(), quotation_id=page.id, text="When do you begin?").id

    acts = (signs, says) if first == "signature" else (says, signs)
    outcome = one_after_another(own_database, contract_id, *acts)
    contract = Contract.objects.get(id=contract_id)
    assert contract.signed_at is not None
    if first == "signature":
        (refused,) = outcome.refused
        assert (type(refused), refused.facts["order_id"]) == (talking.ThreadMoved, public("ord", contract.order_id))
        assert not Message.objects.exists()
        assert not Event.objects.filter(name="message.sent").exists()
    else:
        assert len(outcome.done) == 2
        assert Message.objects.get().subject_id == page.id
        assert events.verify(chain_id=page.id).length == 3
