"""Endpoints of the cast, and the two steps by which an event gets to them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from holdfast.kernel.identifiers import public
from holdfast.webhooks import operations as webhooks
from holdfast.webhooks.models import Delivery
from holdfast.webhooks.posting import Patience
from holdfast.webhooks.queries import EndpointView
from tests.world import Party, World

QUICK = Patience(connect=1.0, call=1.0)


def listens(world: World, party: Party, url: str, *kinds: str, **more: Any) -> EndpointView:
    """An endpoint of a party's, for all kinds unless some are named."""
    return webhooks.create(
        act=world.act(party, "owner"),
        organisation_id=party.organisation_id,
        url=url,
        kinds=kinds or ("*",),
        **more,
    )


def heard(world: World) -> int:
    """Hear all that was recorded."""
    return webhooks.catch_up(now=world.now)


def delivered(world: World, **more: Any) -> int:
    """Deliver all that is due now."""
    now = more.pop("now", None) or (lambda: world.now)
    return webhooks.deliver(now=now, wall=lambda: datetime.now(UTC), patience=more.pop("patience", QUICK), **more)


def sent(world: World, **more: Any) -> int:
    """Both."""
    heard(world)
    return delivered(world, **more)


def states(webhook: EndpointView) -> list[str]:
    """The state of each delivery, oldest first."""
    rows = Delivery.objects.filter(endpoint_id=webhook.id)
    return list(rows.order_by("created_at", "seq", "id").values_list("state", flat=True))


def name(event_id: Any) -> str:
    """An event as its receivers know it."""
    return public("evt", event_id)
