"""A marketplace ends while something of it is under way, on real connections: nothing of it outlasts the end, and what
was let in before is done whole."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connections

from holdfast.database.connection import Access
from holdfast.kernel.identifiers import public
from holdfast.parties import operations as parties
from holdfast.parties.models import ApiKey, Consent, Organisation
from holdfast.record.models import Event
from tests.api.test_edge_keys import code
from tests.api.test_marketplaces import FIRM, TRADES
from tests.orders.flows import sound
from tests.parties.cast import Shop
from tests.test_races import PATIENCE, closing, on, race, waiting
from tests.world import World

pytestmark = [pytest.mark.database]
LIMIT = {"sign_limit_minor": 5_000_000, "sign_limit_currency": "USD"}


class Quay:
    """A committed world with a marketplace that Alma lets act for her."""

    def __init__(self) -> None:
        self.world = world = World()
        made = parties.create_organisation(
            act=world.operator(), name="Pier", kind="marketplace", country="NL", time_zone="Europe/Amsterdam"
        )
        self.id: UUID = made.id
        self.ref = public("org", made.id)
        self.operator = self.shop(world.operator_id, "operator")
        self.market = self.shop(made.id, *TRADES, "organisation:write", **LIMIT)
        self.alma = self.shop(world.alma.organisation_id, *TRADES, "organisation:write", **LIMIT)
        self.as_alma = {"HTTP_HOLDFAST_ORGANISATION": world.alma.ref}

    def shop(self, organisation_id: UUID, *scopes: str, **limit: Any) -> Shop:
        key = parties.create_key(
            act=self.world.operator(), organisation_id=organisation_id, name="shop", scopes=scopes, **limit
        )
        assert key.secret is not None
        shop = Shop(key.secret)
        shop.get("/v1/me")
        return shop

    def ends(self) -> Any:
        said = {"standing": "ended", "reason": "it takes money outside"}
        return self.operator.post(f"/v1/organisations/{self.ref}/standing", said)

    def consents(self) -> Any:
        terms = {"marketplace_id": self.ref, "scopes": TRADES, **LIMIT}
        return self.alma.post(f"/v1/organisations/{self.world.alma.ref}/consents", terms)

    def founds(self) -> Any:
        return self.market.post("/v1/organisations", {**FIRM, "consent": {"scopes": TRADES, **LIMIT}})

    def nothing_outlasts(self) -> None:
        assert Organisation.objects.get(id=self.id).programme_standing == "ended"
        assert not Consent.objects.filter(revoked_at=None).exists()
        assert not ApiKey.objects.filter(organisation_id=self.id, revoked_at=None).exists()
        assert Event.objects.filter(name="marketplace.ended").count() == 1
        assert code(self.market.get("/v1/orders", **self.as_alma)) == (403, "marketplace_ended")


@pytest.fixture
def quay(own_database: Access, django_db_blocker: Any) -> Iterator[Quay]:
    with django_db_blocker.unblock():
        yield Quay()
        sound()
        connections.close_all()


def statuses(answers: list[Any]) -> list[int]:
    return sorted(answer.status_code for answer in answers)


def test_a_consent_that_is_being_given_ends_with_it_or_is_refused(quay: Quay, own_database: Access) -> None:
    done = race(own_database, ("parties_organisation", quay.id), quay.consents, quay.ends).done
    assert statuses(done) in ([200, 201], [200, 404])
    given, ended = (Event.objects.filter(name=name).count() for name in ("consent.given", "consent.ended"))
    assert given == ended
    quay.nothing_outlasts()


def test_what_it_is_founding_is_left_by_it_or_is_not_founded(quay: Quay, own_database: Access) -> None:
    before = Organisation.objects.count()
    done = race(own_database, ("parties_organisation", quay.id), quay.founds, quay.ends).done
    assert statuses(done) in ([200, 201], [200, 403])
    assert Organisation.objects.count() - before == Event.objects.filter(name="consent.ended").count()
    assert (Organisation.objects.count() - before == 1) is (201 in statuses(done))
    quay.nothing_outlasts()


def test_a_key_that_is_being_made_meets_the_end_in_its_own_chain(quay: Quay, own_database: Access) -> None:
    def makes() -> Any:
        return quay.market.post(f"/v1/organisations/{quay.ref}/keys", {"name": "spare", "scopes": ["orders:read"]})

    done = race(own_database, ("parties_organisation", quay.id), quay.ends, makes).done
    assert statuses(done) in ([200, 201], [200, 403])
    quay.nothing_outlasts()


def test_a_command_that_was_let_in_before_is_done_whole_and_the_next_is_not(quay: Quay, own_database: Access) -> None:
    """It waits for its order while the marketplace ends: what stood when it came in counts, as it does for a key."""
    order_id = quay.world.delivered()
    order = quay.world.order(order_id)
    quay.consents()
    lot = order.lots[0]
    path = f"/v1/orders/{public('ord', order_id)}/lots/{lot.number}/receive"

    def receives() -> Any:
        return quay.market.post(path, {}, **quay.as_alma)

    with ThreadPoolExecutor(1) as pool:
        with psycopg.connect(**own_database.for_psycopg()) as holder:
            holder.execute(f"SELECT 1 FROM {on(order_id)[0]} WHERE id = %s FOR UPDATE", [order_id])
            under_way = pool.submit(closing(receives))
            while waiting(own_database) < 1:
                assert not under_way.done(), under_way.result().content
            assert quay.ends().status_code == 200
            assert quay.world.order(order_id).order.released_minor == order.order.released_minor
        done = under_way.result(timeout=PATIENCE)
    assert done.status_code == 200, done.content
    by = Event.objects.get(name="lot.received").payload["by"]
    assert (by["for"], by["through"]) == (quay.world.alma.organisation_id.hex, quay.id.hex)
    assert quay.world.order(order_id).order.released_minor == 1_000_000
    again = quay.market.post(path, {}, **quay.as_alma)
    assert code(again) == (403, "marketplace_ended")
    quay.nothing_outlasts()
