"""Sends again what was sent, or was not: one delivery, or everything since a time.

The event keeps its `webhook-id`: a receiver that has it already knows it again.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from holdfast.kernel.clock import rfc3339
from holdfast.kernel.refusals import NotFound
from holdfast.record.act import Act
from holdfast.record.chains import chain_head
from holdfast.record.models import Event
from holdfast.record.recording import Recording
from holdfast.webhooks import rules
from holdfast.webhooks.models import Delivery, Endpoint
from holdfast.webhooks.operations.hearing import News, send_to
from holdfast.webhooks.queries import DeliveryView, chains_heard, delivery_view


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many events are on their way, again or for the first time."""

    webhook_id: UUID
    since: datetime
    events: int


def replay(*, act: Act, delivery_id: UUID) -> DeliveryView:
    """Send one delivery again. Refusals: `EndpointNotEnabled`; `OutOfState` while it is still on its way."""
    with transaction.atomic():
        found = Delivery.objects.filter(id=delivery_id).values_list("endpoint_id", "endpoint__organisation_id").first()
        if found is None:
            raise NotFound
        chain = chain_head(kind="organisation", chain_id=found[1])
        endpoint = _enabled(found[0])
        row = Delivery.objects.select_for_update().get(id=delivery_id)
        row.state = rules.DELIVERY.step(state=row.state, verb="replay", role=act.role)
        row.due_since, row.not_before, row.ended_at, row.attempts = act.now, None, None, 0
        row.save()
        recording = Recording(act)
        recording.event(
            chain,
            "webhook.replayed",
            about={"organisation": endpoint.organisation_id, "webhook": endpoint.id, "event": row.event_id},
            data={"events": 1},
        )
        answer: DeliveryView = recording.write(delivery_view(row))
        return answer


def replay_since(*, act: Act, webhook_id: UUID, since: datetime) -> Replayed:
    """Send every event since a time that this endpoint subscribes to and may know of, whether it was sent before or
    not. Refusals: `Invalid`, `EndpointNotEnabled`, `TooMuchToReplay`."""
    rules.check_since(since=since, now=act.now)
    with transaction.atomic():
        organisation_id = Endpoint.objects.filter(id=webhook_id).values_list("organisation_id", flat=True).first()
        if organisation_id is None:
            raise NotFound
        chain = chain_head(kind="organisation", chain_id=organisation_id)
        endpoint = _enabled(webhook_id)
        news = _since(endpoint, since)
        made = send_to(endpoints=[endpoint], news=news, now=act.now)
        ended = Delivery.objects.filter(
            endpoint=endpoint, event_id__in=[one.event_id for one in made], state__in=("delivered", "failed")
        )
        ended.update(state="waiting", due_since=act.now, not_before=None, ended_at=None, attempts=0)
        recording = Recording(act)
        recording.event(
            chain,
            "webhook.replayed",
            about={"organisation": organisation_id, "webhook": endpoint.id},
            data={"events": len(made), "since": rfc3339(since)},
        )
        answer: Replayed = recording.write(Replayed(endpoint.id, since, len(made)))
        return answer


def _enabled(webhook_id: UUID) -> Endpoint:
    rows = Endpoint.objects.select_for_update(of=("self",)).select_related("organisation")
    endpoint = rows.get(id=webhook_id)
    if endpoint.state != "enabled":
        raise rules.EndpointNotEnabled
    return endpoint


def _since(endpoint: Endpoint, since: datetime) -> list[News]:
    rows = Event.objects.filter(at__gte=since).exclude(name__startswith=rules.OWN)
    if rules.ALL not in endpoint.kinds:
        named = [kind for kind in endpoint.kinds if not kind.endswith(f".{rules.ALL}")]
        nouns = [kind.removesuffix(rules.ALL) for kind in endpoint.kinds if kind.endswith(f".{rules.ALL}")]
        rows = rows.filter(_any_of(named, nouns))
    chains = chains_heard(organisation_id=endpoint.organisation_id, kind=endpoint.organisation.kind)
    if chains is not None:
        rows = rows.filter(chain_id__in=chains)
    fields = ("id", "chain_kind", "chain_id", "seq", "name", "recorded_xid", "payload__about__marketplace")
    found = [News(*row) for row in rows.values_list(*fields).order_by("recorded_xid", "seq")[: rules.MOST_REPLAYED + 1]]
    if len(found) > rules.MOST_REPLAYED:
        raise rules.TooMuchToReplay(field="since", accepted={"at_most_events": rules.MOST_REPLAYED})
    return found


def _any_of(named: list[str], nouns: list[str]) -> Q:
    wanted = Q(name__in=named)
    for noun in nouns:
        wanted |= Q(name__startswith=noun)
    return wanted
