"""Webhooks over HTTP: the endpoints of one's organisation, what was delivered to them, and the catalogue of events."""

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field, StringConstraints

from holdfast.api import edge, fields, pagination, presenting
from holdfast.api.edge import command
from holdfast.api.shown import webhooks as shown
from holdfast.parties import access
from holdfast.webhooks import operations, queries
from holdfast.webhooks.catalogue import kinds
from holdfast.webhooks.rules import LONGEST_URL, MOST_KINDS

# A marketplace has endpoints of its own, without acting for anybody.
router = Router(tags=["webhooks"], auth=edge.ALONE)
Url = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_URL)]
Kinds = Annotated[list[fields.Short], Field(min_length=1, max_length=MOST_KINDS)]
State = Literal["waiting", "sending", "delivered", "failed"]


class NewWebhook(fields.Body):
    """An endpoint to be registered: where to, for which kinds (`*` for all, `order.*` for those of a noun), and whether
    events of one order must come in their order."""

    url: Url
    kinds: Kinds
    ordered: bool = False
    description: fields.Line = ""
    external_id: fields.ExternalId | None = None
    metadata: fields.Metadata = {}


class WebhookChanges(fields.Body):
    """What is to be another; what is left out stays."""

    url: Url | None = None
    kinds: Kinds | None = None
    ordered: bool | None = None
    description: fields.Line | None = None


class NewSecret(fields.Body):
    """For how many hours the old secrets sign beside the new one; 0 ends them now."""

    keep_old_hours: int = 24


class Since(fields.Body):
    """From when on."""

    since: fields.Moment


class DeliveryQuery(pagination.PageQuery):
    """Of one state or kind."""

    state: State | None = None
    kind: fields.Filter | None = None


@router.get("/event-kinds", operation_id="list_event_kinds", response=presenting.Page[shown.EventKind])
@pagination.paged("kind")
def list_event_kinds(request: edge.Request) -> dict[str, Any]:
    """Every kind of event that an endpoint can subscribe to, with an example."""
    return {"items": [shown.kind(one) for one in kinds() if one.is_sent]}


@router.get("/webhooks", operation_id="list_webhooks", response=presenting.Page[shown.Webhook])
@pagination.paged()
def list_webhooks(request: edge.Request) -> dict[str, Any]:
    """The endpoints of one's own organisation, newest first; never a secret."""
    role = queries.manages(request.auth)
    found = queries.endpoints(organisation_id=edge.owner(request.auth), now=request.auth.now)
    return {"items": [shown.webhook(view, role) for view in found]}


@router.post("/webhooks", operation_id="create_webhook", response={201: shown.Webhook})
def create_webhook(request: edge.Request, body: NewWebhook) -> HttpResponse:
    """Register an endpoint. The secret is in this answer once, and in no repetition of it."""
    role = queries.manages(request.auth)
    own = edge.owner(request.auth)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: operations.create(act=act, organisation_id=own, **body.dict()),
        present=lambda view: shown.webhook(view, role),
        stored=lambda view: shown.webhook(view, role, hide=True),
        status=201,
    )


@router.get("/webhooks/{webhook_id}", operation_id="get_webhook", response=shown.Webhook)
def get_webhook(request: edge.Request, webhook_id: str) -> dict[str, Any]:
    """One endpoint."""
    standing = queries.webhook_for(caller=request.auth, ref=webhook_id)
    return shown.webhook(queries.endpoint(webhook_id=standing.id, now=request.auth.now), standing.role)


@router.post("/webhooks/{webhook_id}/change", operation_id="change_webhook", response=shown.Webhook)
def change_webhook(request: edge.Request, webhook_id: str, body: WebhookChanges) -> HttpResponse:
    """Send to another address, or other kinds; what was sent before stays in the log."""
    standing = queries.webhook_for(caller=request.auth, ref=webhook_id)
    return _acted(request, standing, lambda act: operations.change(act=act, webhook_id=standing.id, **body.dict()))


@router.post("/webhooks/{webhook_id}/rotate", operation_id="rotate_webhook_secret", response={201: shown.Webhook})
def rotate_webhook_secret(request: edge.Request, webhook_id: str, body: NewSecret) -> HttpResponse:
    """Make another secret, which is in this answer once. Old and new sign together for a while, without a gap."""
    standing = queries.webhook_for(caller=request.auth, ref=webhook_id)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: operations.rotate(act=act, webhook_id=standing.id, keep_old_hours=body.keep_old_hours),
        present=lambda view: shown.webhook(view, standing.role),
        stored=lambda view: shown.webhook(view, standing.role, hide=True),
        status=201,
    )


@router.post("/webhooks/{webhook_id}/disable", operation_id="disable_webhook", response=shown.Webhook)
def disable_webhook(request: edge.Request, webhook_id: str, body: fields.Nothing) -> HttpResponse:
    """Send nothing more to it for now. What waits is given up; a replay sends it later."""
    standing = queries.webhook_for(caller=request.auth, ref=webhook_id)
    return _acted(request, standing, lambda act: operations.disable(act=act, webhook_id=standing.id))


@router.post("/webhooks/{webhook_id}/enable", operation_id="enable_webhook", response=shown.Webhook)
def enable_webhook(request: edge.Request, webhook_id: str, body: fields.Nothing) -> HttpResponse:
    """Send to it again, from now on; what it missed is sent by a replay."""
    standing = queries.webhook_for(caller=request.auth, ref=webhook_id)
    return _acted(request, standing, lambda act: operations.enable(act=act, webhook_id=standing.id))


@router.post("/webhooks/{webhook_id}/remove", operation_id="remove_webhook", response=shown.Webhook)
def remove_webhook(request: edge.Request, webhook_id: str, body: fields.Nothing) -> HttpResponse:
    """Take it away for good, with its secrets."""
    standing = queries.webhook_for(caller=request.auth, ref=webhook_id)
    return _acted(request, standing, lambda act: operations.remove(act=act, webhook_id=standing.id))


def _acted(request: edge.Request, standing: access.Standing, operation: Any) -> HttpResponse:
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=operation,
        present=lambda view: shown.webhook(view, standing.role),
    )


@router.post("/webhooks/{webhook_id}/ping", operation_id="ping_webhook", response={201: shown.WebhookDelivery})
def ping_webhook(request: edge.Request, webhook_id: str, body: fields.Nothing) -> HttpResponse:
    """Have a `webhook.pinged` sent to it, to see whether it answers."""
    standing = queries.webhook_for(caller=request.auth, ref=webhook_id)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: operations.ping(act=act, webhook_id=standing.id),
        present=lambda view: shown.delivery(view, standing.role),
        status=201,
    )


@router.post("/webhooks/{webhook_id}/replay", operation_id="replay_webhook", response=shown.WebhookReplay)
def replay_webhook(request: edge.Request, webhook_id: str, body: Since) -> HttpResponse:
    """Send everything again that it subscribes to since a time, at most thirty days back; also what was never sent."""
    standing = queries.webhook_for(caller=request.auth, ref=webhook_id)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: operations.replay_since(act=act, webhook_id=standing.id, since=body.since),
        present=shown.replayed,
    )


@router.get(
    "/webhooks/{webhook_id}/deliveries",
    operation_id="list_webhook_deliveries",
    response=presenting.Page[shown.WebhookDelivery],
)
def list_webhook_deliveries(request: edge.Request, webhook_id: str, page: Query[DeliveryQuery]) -> dict[str, Any]:
    """What was sent to an endpoint and what waits, newest first; kept for thirty days."""
    standing = queries.webhook_for(caller=request.auth, ref=webhook_id)
    rows = queries.deliveries(webhook_id=standing.id, state=page.state, kind=page.kind)
    return pagination.newest_first(
        rows, page=page, present=lambda row: shown.delivery(queries.delivery_view(row), standing.role)
    )


@router.get("/deliveries/{delivery_id}", operation_id="get_webhook_delivery", response=shown.WebhookDeliveryLog)
def get_webhook_delivery(request: edge.Request, delivery_id: str) -> dict[str, Any]:
    """One delivery with each attempt: status, duration, the first bytes of the answer."""
    standing = queries.delivery_for(caller=request.auth, ref=delivery_id)
    view, log = queries.delivery(delivery_id=standing.id)
    return shown.delivery_log(view, log, standing.role)


@router.post("/deliveries/{delivery_id}/replay", operation_id="replay_webhook_delivery", response=shown.WebhookDelivery)
def replay_webhook_delivery(request: edge.Request, delivery_id: str, body: fields.Nothing) -> HttpResponse:
    """Send one event again, under the same `webhook-id`."""
    standing = queries.delivery_for(caller=request.auth, ref=delivery_id)
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: operations.replay(act=act, delivery_id=standing.id),
        present=lambda view: shown.delivery(view, standing.role),
    )
