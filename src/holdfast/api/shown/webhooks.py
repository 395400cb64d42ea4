"""How webhook endpoints, deliveries and the catalogue of events look from outside."""

from collections.abc import Sequence
from typing import Any

from ninja import Schema

from holdfast.api.presenting import ActOut
from holdfast.api.shown import moment
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import public
from holdfast.webhooks import rules
from holdfast.webhooks.catalogue import Kind
from holdfast.webhooks.operations.replaying import Replayed
from holdfast.webhooks.queries import AttemptView, DeliveryView, EndpointView


class WebhookSecret(Schema):
    """Since when a secret signs, and until when if another has followed it."""

    created_at: str
    ends_at: str | None


class Webhook(Schema):
    """An endpoint; `secret` is null but in the answer to its making. `disabled_why`: by_hand, failing (for five days)
    or gone (it answered 410)."""

    id: str
    organisation_id: str
    url: str
    description: str
    kinds: list[str]
    ordered: bool
    state: str
    created_at: str
    disabled_at: str | None
    disabled_why: str | None
    failing_since: str | None
    paused_until: str | None
    secrets: list[WebhookSecret]
    secret: str | None
    external_id: str | None
    metadata: dict[str, str]
    acts: list[ActOut]


class WebhookAttempt(Schema):
    """One call: its status and the first bytes of the answer, or the fault that left none."""

    number: int
    at: str
    status: int | None
    fault: str | None
    duration_ms: int
    answer: str


class WebhookDelivery(Schema):
    """An event on its way to an endpoint. Status, fault, duration and answer are those of the last attempt."""

    id: str
    webhook_id: str
    event_id: str
    kind: str
    state: str
    attempts: int
    created_at: str
    not_before: str | None
    ended_at: str | None
    status: int | None
    fault: str | None
    duration_ms: int | None
    answer: str
    acts: list[ActOut]


class WebhookDeliveryLog(WebhookDelivery):
    """A delivery with each of its attempts, the first one first."""

    log: list[WebhookAttempt]


class WebhookReplay(Schema):
    """How many events are on their way, again or for the first time."""

    webhook_id: str
    since: str
    events: int


class EventKind(Schema):
    """A kind of event: a sentence, whose chain it stands on, and an example as it is sent."""

    kind: str
    says: str
    chain: str
    example: dict[str, Any]


def webhook(view: EndpointView, role: str, *, hide: bool = False) -> dict[str, Any]:
    """An endpoint, for somebody in this role; `hide` leaves the secret out even of the answer to its making."""
    return {
        "id": public("whk", view.id),
        "organisation_id": public("org", view.organisation_id),
        "url": view.url,
        "description": view.description,
        "kinds": list(view.kinds),
        "ordered": view.ordered,
        "state": view.state,
        "created_at": rfc3339(view.created_at),
        "disabled_at": moment(view.disabled_at),
        "disabled_why": view.disabled_why or None,
        "failing_since": moment(view.failing_since),
        "paused_until": moment(view.paused_until),
        "secrets": [{"created_at": rfc3339(one.created_at), "ends_at": moment(one.ends_at)} for one in view.secrets],
        "secret": None if hide else view.secret,
        "external_id": view.external_id,
        "metadata": dict(view.metadata),
        "acts": _acts(rules.endpoint_acts(state=view.state, role=role)),
    }


def delivery(view: DeliveryView, role: str) -> dict[str, Any]:
    """A delivery, for somebody in this role."""
    return {
        "id": public("dlv", view.id),
        "webhook_id": public("whk", view.webhook_id),
        "event_id": public("evt", view.event_id),
        "kind": view.kind,
        "state": view.state,
        "attempts": view.attempts,
        "created_at": rfc3339(view.created_at),
        "not_before": moment(view.not_before),
        "ended_at": moment(view.ended_at),
        "status": view.status,
        "fault": view.fault or None,
        "duration_ms": view.duration_ms,
        "answer": view.answer,
        "acts": _acts(rules.delivery_acts(state=view.state, role=role, endpoint_state=view.endpoint_state)),
    }


def delivery_log(view: DeliveryView, log: Sequence[AttemptView], role: str) -> dict[str, Any]:
    """A delivery with its attempts."""
    shown = [
        {
            "number": one.number,
            "at": rfc3339(one.at),
            "status": one.status,
            "fault": one.fault or None,
            "duration_ms": one.duration_ms,
            "answer": one.answer,
        }
        for one in log
    ]
    return {**delivery(view, role), "log": shown}


def replayed(row: Replayed) -> dict[str, Any]:
    """What a replay has put on its way."""
    return {"webhook_id": public("whk", row.webhook_id), "since": rfc3339(row.since), "events": row.events}


def kind(row: Kind) -> dict[str, Any]:
    """A kind of event."""
    return {"kind": row.name, "says": row.says, "chain": row.chain, "example": row.example()}


def _acts(verbs: Sequence[str]) -> list[dict[str, Any]]:
    return [{"verb": verb, "due_at": None} for verb in verbs]
