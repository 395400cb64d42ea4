"""Operations on webhooks. Made from the API's description by `python3 run.py client`; a test refuses it when it
is stale."""

from __future__ import annotations

from typing import Literal, cast

from holdfast_client.core import Core, given
from holdfast_client.listing import Listing
from holdfast_client.paths import in_path as _in_path
from holdfast_client.types import EventKind, Webhook, WebhookDelivery, WebhookDeliveryLog, WebhookReplay


class WebhooksOperations(Core):
    """What may be asked and done about webhooks."""

    def list_event_kinds(self, *, limit: int | None = None, cursor: str | None = None) -> Listing[EventKind]:
        """Every kind of event that an endpoint can subscribe to, with an example."""
        return Listing(
            lambda query: self._json("GET", "/v1/event-kinds", query=query), {"limit": limit, "cursor": cursor}
        )

    def list_webhooks(self, *, limit: int | None = None, cursor: str | None = None) -> Listing[Webhook]:
        """The endpoints of one's own organisation, newest first; never a secret."""
        return Listing(lambda query: self._json("GET", "/v1/webhooks", query=query), {"limit": limit, "cursor": cursor})

    def create_webhook(
        self,
        *,
        url: str,
        kinds: list[str],
        ordered: bool | None = None,
        description: str | None = None,
        external_id: str | None = None,
        metadata: dict[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> Webhook:
        """Register an endpoint. The secret is in this answer once, and in no repetition of it."""
        return cast(
            "Webhook",
            self._json(
                "POST",
                "/v1/webhooks",
                body=given(
                    url=url,
                    kinds=kinds,
                    ordered=ordered,
                    description=description,
                    external_id=external_id,
                    metadata=metadata,
                ),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def get_webhook(self, webhook_id: str) -> Webhook:
        """One endpoint."""
        return cast("Webhook", self._json("GET", f"/v1/webhooks/{_in_path(webhook_id)}"))

    def change_webhook(
        self,
        webhook_id: str,
        *,
        url: str | None = None,
        kinds: list[str] | None = None,
        ordered: bool | None = None,
        description: str | None = None,
        idempotency_key: str | None = None,
    ) -> Webhook:
        """Send to another address, or other kinds; what was sent before stays in the log."""
        return cast(
            "Webhook",
            self._json(
                "POST",
                f"/v1/webhooks/{_in_path(webhook_id)}/change",
                body=given(url=url, kinds=kinds, ordered=ordered, description=description),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def rotate_webhook_secret(
        self, webhook_id: str, *, keep_old_hours: int | None = None, idempotency_key: str | None = None
    ) -> Webhook:
        """Make another secret, which is in this answer once. Old and new sign together for a while, without a
        gap."""
        return cast(
            "Webhook",
            self._json(
                "POST",
                f"/v1/webhooks/{_in_path(webhook_id)}/rotate",
                body=given(keep_old_hours=keep_old_hours),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def disable_webhook(self, webhook_id: str, *, idempotency_key: str | None = None) -> Webhook:
        """Send nothing more to it for now. What waits is given up; a replay sends it later."""
        return cast(
            "Webhook",
            self._json(
                "POST",
                f"/v1/webhooks/{_in_path(webhook_id)}/disable",
                body={},
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def enable_webhook(self, webhook_id: str, *, idempotency_key: str | None = None) -> Webhook:
        """Send to it again, from now on; what it missed is sent by a replay."""
        return cast(
            "Webhook",
            self._json(
                "POST",
                f"/v1/webhooks/{_in_path(webhook_id)}/enable",
                body={},
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def remove_webhook(self, webhook_id: str, *, idempotency_key: str | None = None) -> Webhook:
        """Take it away for good, with its secrets."""
        return cast(
            "Webhook",
            self._json(
                "POST",
                f"/v1/webhooks/{_in_path(webhook_id)}/remove",
                body={},
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def ping_webhook(self, webhook_id: str, *, idempotency_key: str | None = None) -> WebhookDelivery:
        """Have a `webhook.pinged` sent to it, to see whether it answers."""
        return cast(
            "WebhookDelivery",
            self._json(
                "POST", f"/v1/webhooks/{_in_path(webhook_id)}/ping", body={}, acts=True, idempotency_key=idempotency_key
            ),
        )

    def replay_webhook(self, webhook_id: str, *, since: str, idempotency_key: str | None = None) -> WebhookReplay:
        """Send everything again that it subscribes to since a time, at most thirty days back; also what was never
        sent."""
        return cast(
            "WebhookReplay",
            self._json(
                "POST",
                f"/v1/webhooks/{_in_path(webhook_id)}/replay",
                body=given(since=since),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def list_webhook_deliveries(
        self,
        webhook_id: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        state: Literal["waiting", "sending", "delivered", "failed"] | None = None,
        kind: str | None = None,
    ) -> Listing[WebhookDelivery]:
        """What was sent to an endpoint and what waits, newest first; kept for thirty days."""
        return Listing(
            lambda query: self._json("GET", f"/v1/webhooks/{_in_path(webhook_id)}/deliveries", query=query),
            {"limit": limit, "cursor": cursor, "state": state, "kind": kind},
        )

    def get_webhook_delivery(self, delivery_id: str) -> WebhookDeliveryLog:
        """One delivery with each attempt: status, duration, the first bytes of the answer."""
        return cast("WebhookDeliveryLog", self._json("GET", f"/v1/deliveries/{_in_path(delivery_id)}"))

    def replay_webhook_delivery(self, delivery_id: str, *, idempotency_key: str | None = None) -> WebhookDelivery:
        """Send one event again, under the same `webhook-id`."""
        return cast(
            "WebhookDelivery",
            self._json(
                "POST",
                f"/v1/deliveries/{_in_path(delivery_id)}/replay",
                body={},
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )
