"""What happened reaches those whom it concerns: signed, at least once, in order where that was asked for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from standardwebhooks import Webhook

from holdfast.contracts.queries import chains_of
from holdfast.record import events, naming
from holdfast.record.models import Event
from holdfast.webhooks import operations as webhooks
from holdfast.webhooks.models import Attempt, Delivery, Endpoint
from tests.webhooks.receivers import Got, Receiver, answers, receiver
from tests.webhooks.stage import delivered, heard, listens, name, sent, states
from tests.world import World

pytestmark = pytest.mark.database


def test_an_event_is_sent_as_the_list_of_events_has_it_and_its_signature_verifies(world: World, hook: Receiver) -> None:
    webhook = listens(world, world.alma, hook.url, "order.funded")
    order_id = world.funded_order()
    assert sent(world) == 1
    got = hook.got[0]
    event = Event.objects.get(chain_id=order_id, name="order.funded")
    listed = naming.document(events.listed(event))
    assert got.document == {
        "type": "order.funded",
        "timestamp": listed["at"],
        "data": listed,
        "organisation_ids": [world.alma.ref],
    }
    assert got.headers["webhook-id"] == name(event.id)
    assert got.headers["content-type"] == "application/json"
    assert Webhook(str(webhook.secret)).verify(got.body, got.headers) == got.document
    assert states(webhook) == ["delivered"]
    attempt = Attempt.objects.get()
    assert (attempt.number, attempt.status, attempt.answer, attempt.fault) == (1, 200, "ok", "")
    assert delivered(world) == 0
    assert len(hook.got) == 1


def test_each_organisation_hears_of_exactly_the_chains_it_may_read(world: World, hook: Receiver) -> None:
    parties = (world.alma, world.boris, world.chen, world.ingrid)
    hooks = {party.organisation_id: listens(world, party, hook.url) for party in parties}
    world.drafted()
    world.funded_order()
    world.shipped()
    heard(world)
    for own, webhook in hooks.items():
        told = set(Delivery.objects.filter(endpoint_id=webhook.id).values_list("event_id", flat=True))
        first = min(Event.objects.filter(name="webhook.added").values_list("at", flat=True))
        may = Event.objects.filter(chain_id__in=list(chains_of(organisation_id=own)), at__gte=first)
        assert told == set(may.exclude(name__startswith="webhook.").values_list("id", flat=True))
    stranger = Delivery.objects.filter(endpoint_id=hooks[world.chen.organisation_id].id)
    assert not stranger.exclude(chain_id=world.chen.organisation_id).exists()


def test_a_draft_is_told_to_its_own_side_alone(world: World, hook: Receiver) -> None:
    alma, boris = (listens(world, party, hook.url, "contract.*") for party in (world.alma, world.boris))
    world.drafted()
    heard(world)
    assert len(states(alma)) == 1
    assert states(boris) == []


def test_the_operator_hears_everything(world: World, hook: Receiver) -> None:
    webhook = webhooks.create(
        act=world.operator(), organisation_id=world.operator_id, url=hook.url, kinds=["contract.*", "order.*"]
    )
    order_id = world.funded_order()
    heard(world)
    wanted = Event.objects.filter(chain_id=order_id, name__regex=r"^(contract|order)\.")
    assert Delivery.objects.filter(endpoint_id=webhook.id).count() == wanted.count() > 2


def test_only_what_was_subscribed_to_is_sent(world: World, hook: Receiver) -> None:
    listens(world, world.alma, hook.url, "order.*", "contract.signed")
    world.funded_order()
    sent(world)
    assert set(hook.kinds()) == {"order.funded", "contract.signed"}


def test_what_was_recorded_before_is_not_sent(world: World, hook: Receiver) -> None:
    world.funded_order()
    webhook = listens(world, world.alma, hook.url)
    heard(world)
    # In a test all of it is one transaction; the deliveries are of what can be seen since.
    assert set(Delivery.objects.filter(endpoint_id=webhook.id).values_list("attempts", flat=True)) <= {0}


def test_a_failed_delivery_is_tried_again_under_the_same_name(world: World, hook: Receiver) -> None:
    webhook = listens(world, world.alma, hook.url, "order.funded")
    world.funded_order()
    hook.answer = answers(500, b"a fault of ours")
    assert sent(world) == 0
    row = Delivery.objects.get()
    assert (row.state, row.attempts, row.status, row.answer) == ("waiting", 1, 500, "a fault of ours")
    assert row.not_before == world.now + timedelta(seconds=5)
    assert delivered(world) == 0
    hook.answer = answers()
    world.now += timedelta(seconds=5)
    assert delivered(world) == 1
    assert hook.ids() == [name(row.event_id)] * 2
    assert states(webhook) == ["delivered"]
    assert [one.status for one in Attempt.objects.order_by("id")] == [500, 200]
    assert Endpoint.objects.get().failing_since is None


def test_what_must_come_in_order_waits_for_what_comes_before(world: World, hook: Receiver) -> None:
    webhook = listens(world, world.alma, hook.url, ordered=True)
    hook.answer = lambda connection, got: answers(
        503 if got.document["type"] == "contract.signed" and len(hook.got) < 6 else 200
    )(connection, got)
    first, second = world.funded_order(), world.funded_order()
    heard(world)
    for _ in range(12):
        delivered(world)
        world.now += timedelta(minutes=6)
    assert set(states(webhook)) == {"delivered"}
    for order_id in (first, second):
        wanted = Event.objects.filter(chain_id=order_id).order_by("seq").values_list("id", flat=True)
        taken: list[Got] = [one for one in hook.got if one.document["data"]["chain"].endswith(order_id.hex)]
        in_order = list(dict.fromkeys(one.headers["webhook-id"] for one in taken))
        assert in_order == [name(one) for one in wanted]


def test_messages_to_one_endpoint_share_connections(world: World, hook: Receiver) -> None:
    listens(world, world.alma, hook.url)
    world.funded_order()
    assert sent(world) == len(hook.got) > 4
    assert hook.connections <= 4


def test_an_endpoint_that_fails_holds_up_no_other(world: World, hook: Receiver) -> None:
    with receiver(answers(500)) as bad:
        listens(world, world.alma, bad.url)
        good = listens(world, world.alma, hook.url)
        world.funded_order()
        sent(world)
    assert set(states(good)) == {"delivered"}
    # Once it has failed it is asked no more than once, however much waits for it.
    assert len(bad.got) <= 4
