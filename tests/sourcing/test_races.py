"""Two at once on one quotation, on real connections: one wins, the other is told no, and one contract stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections

from holdfast.contracts import operations as contracts
from holdfast.contracts.models import Contract
from holdfast.contracts.programmes import programme_of
from holdfast.database.connection import Access
from holdfast.kernel.refusals import OutOfState
from holdfast.record import events
from holdfast.sourcing import operations
from holdfast.sourcing.models import Quotation
from holdfast.sourcing.queries import QuotationPage
from holdfast.sourcing.rules import OtherVersion
from tests.sourcing.offers import quotes, revises
from tests.test_races import Outcome, race
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
