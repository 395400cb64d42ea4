"""A marketplace that acts for somebody reads their events, and would learn there what it is shown nowhere else: their
keys, their members, and what they have agreed with its rivals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import BigIntegerField
from django.db.models.expressions import RawSQL

from holdfast import jobs
from holdfast.kernel.identifiers import public
from holdfast.notices.models import Notice
from holdfast.parties import operations as parties
from holdfast.parties.models import Organisation
from holdfast.record import events
from holdfast.record.models import Event
from holdfast.webhooks import operations as webhooks
from holdfast.webhooks.models import Delivery
from tests.parties.cast import Shop
from tests.webhooks.receivers import Receiver, receiver
from tests.webhooks.stage import heard
from tests.world import World

TERMS = parties.Terms(("orders:read", "contracts:sign"), 777_777, "USD")
OWN = {"key.created", "member.added", "consent.given", "consent.revoked"}


@pytest.fixture
def hook(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOKS_TO_LOOPBACK = True
    with receiver() as found:
        yield found


def market(world: World, name: str) -> Organisation:
    made = parties.create_organisation(
        act=world.operator(), name=name, kind="marketplace", country="NL", time_zone="Europe/Amsterdam"
    )
    return Organisation.objects.get(id=made.id)


def lives(world: World, pier: Organisation) -> None:
    """Alma lets Pier and a rival of its act, ends the rival's consent, and changes who is who in her house."""
    alma: dict[str, Any] = {"act": world.act(world.alma, "owner"), "organisation_id": world.alma.organisation_id}
    quay = market(world, "Quay")
    parties.give_consent(**alma, marketplace_id=pier.id, terms=TERMS)
    rival = parties.give_consent(**alma, marketplace_id=quay.id, terms=TERMS)
    parties.create_key(**alma, name="books", scopes=["orders:read"])
    parties.add_member(
        act=world.operator(),
        organisation_id=world.alma.organisation_id,
        email="new@example.com",
        name="New",
        role="trader",
    )
    parties.revoke_consent(act=world.act(world.alma, "owner"), consent_id=rival.id)


def named(found: list[Any]) -> set[tuple[str, str | None]]:
    """Those of the house's own affairs, and of which marketplace they speak."""
    return {(one["name"], one["about"].get("marketplace")) for one in found if one["name"] in OWN}


def test_the_list_of_events_tells_a_marketplace_nothing_of_an_organisations_own_affairs(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    pier = market(world, "Pier")
    lives(world, pier)
    world.funded_order()
    # What this very transaction has written counts as settled.
    monkeypatch.setattr(events, "_SETTLED", RawSQL("%s::bigint", [2**62], BigIntegerField()))
    keys = [
        parties.create_key(act=world.operator(), organisation_id=owner, name="reads", scopes=["orders:read"])
        for owner in (pier.id, world.alma.organisation_id)
    ]
    through, own = (Shop(str(key.secret)) for key in keys)
    told = through.get("/v1/events?limit=500", HTTP_HOLDFAST_ORGANISATION=world.alma.ref).json()["items"]
    assert named(told) == {("consent.given", public("org", pier.id))}
    assert "order.funded" in {one["name"] for one in told}
    # She herself is told everything.
    assert {name for name, _of in named(own.get("/v1/events?limit=500").json()["items"])} == OWN


def test_the_notices_of_an_order_tell_a_marketplace_what_was_said_and_not_to_whom(world: World) -> None:
    pier = market(world, "Pier")
    lives(world, pier)
    order_id = world.funded_order()
    jobs.run_all(now=world.now)
    assert Notice.objects.filter(order_id=order_id).update(answer="550 alma@example.com: no such mailbox")
    keys = [
        parties.create_key(act=world.operator(), organisation_id=owner, name="reads", scopes=["orders:read"])
        for owner in (pier.id, world.alma.organisation_id)
    ]
    through, own = (Shop(str(key.secret)) for key in keys)
    path = f"/v1/orders/{public('ord', order_id)}/notices"
    hers = own.get(path).json()["items"]
    told = through.get(path, HTTP_HOLDFAST_ORGANISATION=world.alma.ref).json()["items"]
    assert [one["id"] for one in told] == [one["id"] for one in hers] != []
    assert all(one["person_id"] and one["answer"] and one["text"].startswith("Hello ") for one in hers), hers
    assert {(one["person_id"], one["answer"]) for one in told} == {(None, "")}
    assert all(one["text"] and not one["text"].startswith("Hello ") for one in told)


def test_no_endpoint_of_a_marketplace_hears_of_them_live_or_by_a_replay(world: World, hook: Receiver) -> None:
    pier = market(world, "Pier")
    begun = world.now - timedelta(seconds=1)
    webhook = webhooks.create(act=world.operator(), organisation_id=pier.id, url=hook.url, kinds=["*"])
    hers = webhooks.create(
        act=world.act(world.alma, "owner"), organisation_id=world.alma.organisation_id, url=hook.url, kinds=["*"]
    )
    lives(world, pier)
    world.funded_order()

    def got(webhook_id: Any) -> set[tuple[str, str | None]]:
        of = Delivery.objects.filter(endpoint_id=webhook_id, chain_id=world.alma.organisation_id).values("event_id")
        rows = Event.objects.filter(id__in=of).values("name", "payload")
        return named([{"name": row["name"], "about": row["payload"]["about"]} for row in rows])

    heard(world)
    assert got(webhook.id) == {("consent.given", pier.id.hex)}
    assert {name for name, _of in got(hers.id)} == OWN
    webhooks.replay_since(act=world.operator(), webhook_id=webhook.id, since=begun)
    assert got(webhook.id) == {("consent.given", pier.id.hex)}
    assert Delivery.objects.filter(endpoint_id=webhook.id, kind="order.funded").exists()
