"""Endpoints are kept by their owners: secrets without a gap, an end to what fails long, and sending again by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from holdfast.kernel.refusals import Invalid, OutOfState
from holdfast.notices import operations as notices
from holdfast.notices.models import Notice
from holdfast.parties import operations as parties
from holdfast.parties.models import Consent, Organisation
from holdfast.record.models import Event
from holdfast.webhooks import operations as webhooks
from holdfast.webhooks import queries, rules
from holdfast.webhooks.models import Attempt, Delivery, Endpoint, Secret
from holdfast.webhooks.queries import EndpointView
from tests.webhooks.receivers import Got, Receiver, answers
from tests.webhooks.stage import delivered, heard, listens, sent, states
from tests.world import World, digest_of_everything, refuses

pytestmark = pytest.mark.database


def verifies(webhook: EndpointView, got: Got) -> bool:
    try:
        Webhook(str(webhook.secret)).verify(got.body, got.headers)
    except WebhookVerificationError:
        return False
    return True


def test_a_secret_is_rotated_without_a_gap(world: World, hook: Receiver) -> None:
    old = listens(world, world.alma, hook.url, "order.funded")
    owner = world.act(world.alma, "owner")
    new = webhooks.rotate(act=owner, webhook_id=old.id)
    assert new.secret not in {None, old.secret}
    world.funded_order()
    sent(world)
    assert [verifies(one, hook.got[-1]) for one in (old, new)] == [True, True]
    world.now += rules.OVERLAP
    world.funded_order()
    sent(world)
    assert [verifies(one, hook.got[-1]) for one in (old, new)] == [False, True]
    leaked = webhooks.rotate(act=world.act(world.alma, "owner"), webhook_id=old.id, keep_old_hours=0)
    world.funded_order()
    sent(world)
    assert [verifies(one, hook.got[-1]) for one in (old, new, leaked)] == [False, False, True]
    webhooks.forget(now=world.now)
    assert Secret.objects.count() == 1


def test_few_secrets_sign_at_once(world: World, hook: Receiver) -> None:
    webhook = listens(world, world.alma, hook.url)
    owner = world.act(world.alma, "owner")
    for _ in range(rules.MOST_SECRETS - 1):
        webhooks.rotate(act=owner, webhook_id=webhook.id)
    before = digest_of_everything()
    with refuses(rules.TooManySecrets):
        webhooks.rotate(act=owner, webhook_id=webhook.id)
    for hours in (-1, 169):
        with refuses(Invalid, field="keep_old_hours"):
            webhooks.rotate(act=owner, webhook_id=webhook.id, keep_old_hours=hours)
    assert digest_of_everything() == before
    webhooks.rotate(act=owner, webhook_id=webhook.id, keep_old_hours=0)
    assert Secret.objects.filter(ends_at=None).count() == 1


def test_attempts_go_on_for_three_days_then_the_owner_is_told_and_after_five_it_is_disabled(
    world: World, hook: Receiver
) -> None:
    webhook = listens(world, world.alma, hook.url, "order.funded")
    began = world.now
    world.funded_order()
    hook.answer = answers(500)
    heard(world)
    tried = []
    while Delivery.objects.get().state == "waiting":
        if delivered(world) or Attempt.objects.count() > len(tried):
            tried.append(world.now - began)
        row = Delivery.objects.get()
        world.now = max(world.now, row.not_before or world.now)
        world.now = max(world.now, Endpoint.objects.get().paused_until or world.now)
    assert (len(tried), tried[0], tried[-1]) == (11, timedelta(), timedelta(days=3))
    assert len({got.headers["webhook-id"] for got in hook.got}) == 1
    row = Delivery.objects.get()
    assert (row.state, row.attempts, row.status) == ("failed", 11, 500)
    assert Event.objects.filter(name="webhook.failed", chain_id=world.alma.organisation_id).count() == 1
    while notices.relay(now=world.now):
        pass
    told = Notice.objects.filter(kind="webhook.failed")
    assert [notice.person_id for notice in told] == [world.alma.person_id]
    assert "webhook" in told[0].text.lower()
    world.now = began + rules.DISABLED_AFTER
    world.funded_order()
    sent(world)
    view = queries.endpoint(webhook_id=webhook.id, now=world.now)
    assert (view.state, view.disabled_why) == ("disabled", "failing")
    while notices.relay(now=world.now):
        pass
    assert Notice.objects.filter(kind="webhook.disabled", person_id=world.alma.person_id).count() == 1
    world.funded_order()
    heard(world)
    assert Delivery.objects.exclude(state="failed").count() == 0


def test_what_an_endpoint_asks_for_is_waited_for(world: World, hook: Receiver) -> None:
    listens(world, world.alma, hook.url, "order.funded")
    world.funded_order()
    hook.answer = answers(429, b"", "Retry-After: 3600")
    sent(world)
    assert Delivery.objects.get().not_before == world.now + timedelta(hours=1)


def test_events_about_endpoints_are_not_sent_to_them(world: World, hook: Receiver) -> None:
    webhook = listens(world, world.alma, hook.url)
    webhooks.rotate(act=world.act(world.alma, "owner"), webhook_id=webhook.id)
    sent(world)
    assert [kind for kind in hook.kinds() if kind.startswith("webhook.")] == []
    webhooks.ping(act=world.act(world.alma, "owner"), webhook_id=webhook.id)
    assert sent(world) == 1
    assert hook.kinds()[-1] == "webhook.pinged"


def test_one_delivery_is_sent_again_under_its_name(world: World, hook: Receiver) -> None:
    listens(world, world.alma, hook.url, "order.funded")
    world.funded_order()
    heard(world)
    row = Delivery.objects.get()
    owner = world.act(world.alma, "owner")
    before = digest_of_everything()
    with refuses(OutOfState):
        webhooks.replay(act=owner, delivery_id=row.id)
    assert digest_of_everything() == before
    delivered(world)
    webhooks.replay(act=owner, delivery_id=row.id)
    assert delivered(world) == 1
    assert len(set(hook.ids())) == 1
    assert len(hook.got) == 2


def test_everything_since_a_time_is_sent_again_and_what_was_missed_for_the_first_time(
    world: World, hook: Receiver
) -> None:
    webhook = listens(world, world.alma, hook.url, "order.*")
    owner = world.act(world.alma, "owner")
    world.funded_order()
    sent(world)
    webhooks.disable(act=owner, webhook_id=webhook.id)
    world.now += timedelta(hours=1)
    owner, since = world.act(world.alma, "owner"), world.now
    missed = world.funded_order()
    heard(world)
    assert not Delivery.objects.filter(chain_id=missed).exists()
    before = digest_of_everything()
    with refuses(rules.EndpointNotEnabled):
        webhooks.replay_since(act=owner, webhook_id=webhook.id, since=since)
    assert digest_of_everything() == before
    webhooks.enable(act=owner, webhook_id=webhook.id)
    told = len(hook.got)
    replayed = webhooks.replay_since(act=world.act(world.alma, "owner"), webhook_id=webhook.id, since=since)
    assert replayed.events == 1
    assert delivered(world) == 1
    assert hook.got[-1].document["data"]["chain"].endswith(missed.hex)
    everything = webhooks.replay_since(
        act=world.act(world.alma, "owner"), webhook_id=webhook.id, since=since - timedelta(days=1)
    )
    delivered(world)
    assert everything.events == 2
    assert len(hook.got) == told + 3
    for wrong in (world.now + timedelta(seconds=1), world.now - rules.KEPT - timedelta(seconds=1)):
        with refuses(Invalid, field="since"):
            webhooks.replay_since(act=world.act(world.alma, "owner"), webhook_id=webhook.id, since=wrong)


def test_a_replay_sends_nobody_what_they_may_not_read(world: World, hook: Receiver) -> None:
    world.funded_order()
    stranger = listens(world, world.chen, hook.url)
    webhooks.replay_since(
        act=world.act(world.chen, "owner"), webhook_id=stranger.id, since=world.now - timedelta(days=1)
    )
    own = Delivery.objects.filter(endpoint_id=stranger.id)
    assert set(own.values_list("chain_id", flat=True)) == {world.chen.organisation_id}


def test_a_removed_endpoint_is_gone_with_its_secrets(world: World, hook: Receiver) -> None:
    webhook = listens(world, world.alma, hook.url)
    world.funded_order()
    heard(world)
    webhooks.remove(act=world.act(world.alma, "owner"), webhook_id=webhook.id)
    assert Secret.objects.count() == 0
    assert set(states(webhook)) == {"failed"}
    assert delivered(world) == 0
    assert queries.endpoints(organisation_id=world.alma.organisation_id, now=world.now) == []


def test_an_organisation_has_so_many_endpoints_at_most(world: World, hook: Receiver) -> None:
    for _ in range(rules.MOST_ENDPOINTS):
        listens(world, world.alma, hook.url)
    before = digest_of_everything()
    with refuses(rules.TooManyEndpoints):
        listens(world, world.alma, hook.url)
    with refuses(Invalid, field="kinds.1"):
        listens(world, world.boris, hook.url, "order.*", "order.eaten")
    assert digest_of_everything() == before


def test_what_ended_long_ago_is_forgotten(world: World, hook: Receiver) -> None:
    listens(world, world.alma, hook.url, "order.funded")
    world.funded_order()
    sent(world)
    assert webhooks.forget(now=world.now + rules.KEPT) == 0
    assert webhooks.forget(now=world.now + rules.KEPT + timedelta(seconds=1)) == 1
    assert not Attempt.objects.exists()


def test_what_a_dead_worker_had_taken_is_taken_again(world: World, hook: Receiver) -> None:
    webhook = listens(world, world.alma, hook.url, "order.funded")
    world.funded_order()
    heard(world)
    Delivery.objects.update(state="sending", taken_at=world.now)
    assert delivered(world) == 0
    world.now += rules.STALE_AFTER + timedelta(seconds=1)
    assert delivered(world) == 1
    assert states(webhook) == ["delivered"]


def test_a_marketplace_hears_of_those_who_let_it_read_for_as_long_as_they_do(world: World, hook: Receiver) -> None:
    made = parties.create_organisation(
        act=world.operator(), name="Bazaar", kind="marketplace", country="NL", time_zone="Europe/Amsterdam"
    )
    market = webhooks.create(act=world.operator(), organisation_id=made.id, url=hook.url, kinds=["order.funded"])
    world.funded_order()
    sent(world)
    assert hook.got == []
    given = Consent.objects.create(
        marketplace=Organisation.objects.get(id=made.id),
        organisation_id=world.alma.organisation_id,
        basis="given",
        scopes=["orders:read"],
        given_at=world.now,
    )
    order_id = world.funded_order()
    sent(world)
    assert [
        got.document["organisation_ids"] for got in hook.got if got.document["data"]["chain"].endswith(order_id.hex)
    ] == [[world.alma.ref]]
    count = Delivery.objects.filter(endpoint_id=market.id).count()
    given.scopes = ["payments:write"]
    given.save()
    world.funded_order()
    heard(world)
    given.scopes, given.revoked_at = ["orders:read"], world.now
    given.save()
    world.funded_order()
    heard(world)
    # In a test what was recorded before is heard again with every round: what counts is that nothing new came.
    chains = set(Delivery.objects.filter(endpoint_id=market.id).values_list("chain_id", flat=True))
    assert order_id in chains
    assert Delivery.objects.filter(endpoint_id=market.id).count() == count
