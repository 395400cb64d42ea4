"""A marketplace that was let act for somebody, and wants to go on knowing when it no longer is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from holdfast.parties import operations as parties
from holdfast.parties.models import Consent, Organisation
from holdfast.webhooks import operations as webhooks
from holdfast.webhooks.models import Delivery, Endpoint
from holdfast.webhooks.queries import EndpointView
from tests.parties.cast import Shop
from tests.webhooks.receivers import Receiver, answers, receiver
from tests.webhooks.stage import heard, sent
from tests.world import Party, World, digest_of_everything

HOOK = {"url": "https://pier.example.com/hook", "kinds": ["*"]}


@pytest.fixture(autouse=True)
def _to_this_machine(settings: Any) -> None:
    settings.WEBHOOKS_TO_LOOPBACK = True


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


def market(world: World) -> Organisation:
    made = parties.create_organisation(
        act=world.operator(), name="Pier", kind="marketplace", country="NL", time_zone="Europe/Amsterdam"
    )
    return Organisation.objects.get(id=made.id)


def consents(world: World, there: Organisation, party: Party, *scopes: str) -> Consent:
    return Consent.objects.create(
        marketplace=there,
        organisation_id=party.organisation_id,
        basis="given",
        scopes=sorted(scopes),
        given_at=world.now,
    )


def listens(world: World, there: Organisation, hook: Receiver) -> EndpointView:
    return webhooks.create(act=world.operator(), organisation_id=there.id, url=hook.url, kinds=["order.funded"])


def of(webhook: EndpointView) -> list[tuple[str, str]]:
    return list(Delivery.objects.filter(endpoint_id=webhook.id).values_list("state", "fault").order_by("id"))


def test_what_waited_when_the_consent_ended_is_not_sent(world: World, hook: Receiver) -> None:
    there = market(world)
    webhook, given = listens(world, there, hook), consents(world, there, world.alma, "orders:read")
    world.funded_order()
    heard(world)
    assert of(webhook) == [("waiting", "")]
    parties.revoke_consent(act=world.act(world.alma, "owner"), consent_id=given.id)
    sent(world)
    assert hook.got == []
    assert of(webhook) == [("failed", "not_served")]
    # It was no failure of the endpoint's.
    assert Endpoint.objects.get(id=webhook.id).failures == 0


def test_what_failed_before_the_consent_ended_is_not_sent_again_by_hand(world: World, hook: Receiver) -> None:
    there = market(world)
    webhook, given = listens(world, there, hook), consents(world, there, world.alma, "orders:read")
    hook.answer = answers(410)
    world.funded_order()
    sent(world)
    parties.revoke_consent(act=world.act(world.alma, "owner"), consent_id=given.id)
    webhooks.enable(act=world.operator(), webhook_id=webhook.id)
    hook.answer, hook.got[:] = answers(), []
    row = Delivery.objects.get(endpoint_id=webhook.id)
    webhooks.replay(act=world.operator(), delivery_id=row.id)
    sent(world)
    assert hook.got == []
    assert of(webhook) == [("failed", "not_served")]


def test_of_two_who_consented_the_one_who_stays_is_named_alone(world: World, hook: Receiver) -> None:
    there = market(world)
    webhook, given = listens(world, there, hook), consents(world, there, world.alma, "orders:read")
    consents(world, there, world.boris, "orders:read")
    world.funded_order()
    heard(world)
    parties.revoke_consent(act=world.act(world.alma, "owner"), consent_id=given.id)
    sent(world)
    assert {tuple(got.document["organisation_ids"]) for got in hook.got} == {(world.boris.ref,)}
    assert {state for state, _fault in of(webhook)} == {"delivered"}


def test_no_marketplace_registers_an_endpoint_for_somebody_else(world: World) -> None:
    """It would hear everything, whatever else the consent says, and go on hearing once that has ended."""
    there = market(world)
    consents(world, there, world.alma, "orders:write", "webhooks")
    key = parties.create_key(act=world.operator(), organisation_id=there.id, name="pier", scopes=["webhooks"])
    assert key.secret is not None
    shop, as_alma = Shop(key.secret), {"HTTP_HOLDFAST_ORGANISATION": world.alma.ref}
    shop.get("/v1/me")
    before = digest_of_everything()
    answer = shop.post("/v1/webhooks", HOOK, **as_alma)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert shop.get("/v1/webhooks", **as_alma).status_code == 403
    assert digest_of_everything() == before
    # Its own are its own.
    assert shop.post("/v1/webhooks", HOOK).status_code == 201


def ends(world: World, there: Organisation, standing: str = "ended") -> None:
    parties.set_standing(act=world.operator(), organisation_id=there.id, standing=standing, reason="took money outside")


def test_one_that_has_ended_is_told_that_and_then_nothing_more(world: World, hook: Receiver) -> None:
    """Whatever it listened to, whatever waited, whoever asks for it again."""
    there = market(world)
    webhook = listens(world, there, hook)
    consents(world, there, world.alma, "orders:read")
    world.funded_order()
    heard(world)
    assert of(webhook) == [("waiting", "")]
    ends(world, there)
    sent(world)
    assert [got.document["type"] for got in hook.got] == ["marketplace.ended"]
    assert hook.got[0].document["organisation_ids"] == [f"org_{there.id.hex}"]
    assert of(webhook) == [("failed", "not_served"), ("delivered", "")]
    hook.got[:] = []
    world.funded_order()
    webhooks.replay(act=world.operator(), delivery_id=Delivery.objects.filter(state="failed").get().id)
    webhooks.replay_since(act=world.operator(), webhook_id=webhook.id, since=world.now)
    webhooks.ping(act=world.operator(), webhook_id=webhook.id)
    sent(world)
    assert hook.got == []
    assert Endpoint.objects.get(id=webhook.id).failures == 0


def test_one_taken_up_again_is_told_of_its_end_all_the_same_and_hears_for_those_who_consent_anew(
    world: World, hook: Receiver
) -> None:
    there = market(world)
    listens(world, there, hook)
    consents(world, there, world.alma, "orders:read")
    ends(world, there)
    ends(world, there, "good")
    world.funded_order()
    sent(world)
    assert [got.document["type"] for got in hook.got] == ["marketplace.ended"]
    terms = parties.Terms(["orders:read"])
    parties.give_consent(
        act=world.act(world.alma, "owner"),
        organisation_id=world.alma.organisation_id,
        marketplace_id=there.id,
        terms=terms,
    )
    hook.got[:] = []
    world.funded_order()
    sent(world)
    assert {got.document["type"] for got in hook.got} == {"order.funded"}


def test_a_suspended_one_hears_on(world: World, hook: Receiver) -> None:
    there = market(world)
    listens(world, there, hook)
    consents(world, there, world.alma, "orders:read")
    ends(world, there, "suspended")
    world.funded_order()
    sent(world)
    assert {got.document["type"] for got in hook.got} == {"order.funded"}
