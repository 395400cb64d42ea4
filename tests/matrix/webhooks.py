"""What the routes of webhooks answer to whom."""

from __future__ import annotations

from tests.matrix.rows import BORIS_S, EVERYBODY, LABELS, Row

OWNERS = ("boris", "operator")
MANAGERS = ("alma", "boris", "bella", "chen", "iris", "ingrid", "operator")
"""Keys with the scope, and the operator's."""
THERE = (*BORIS_S, "operator")
HOOK = {"webhook_id": "webhook.enabled"}
WEBHOOKS: dict[str, Row] = {
    "list_event_kinds": Row(may=EVERYBODY),
    "list_webhooks": Row(may=MANAGERS),
    "create_webhook": Row(
        may=MANAGERS,
        body={
            "url": "https://shop.example.com/events?from=holdfast",
            "kinds": ["order.*", "claim.opened"],
            "ordered": True,
            "description": "the shop",
            **LABELS,
        },
    ),
    "get_webhook": Row(may=OWNERS, at=HOOK, there=THERE),
    "change_webhook": Row(
        may=OWNERS,
        at=HOOK,
        there=THERE,
        body={"url": "https://shop.example.com/", "kinds": ["*"], "ordered": False, "description": "all"},
    ),
    "rotate_webhook_secret": Row(may=OWNERS, at=HOOK, there=THERE, body={"keep_old_hours": 48}),
    "disable_webhook": Row(may=OWNERS, at=HOOK, there=THERE, body={}),
    "enable_webhook": Row(may=OWNERS, at={"webhook_id": "webhook.disabled"}, there=THERE, body={}),
    "remove_webhook": Row(may=OWNERS, at=HOOK, there=THERE, body={}),
    "ping_webhook": Row(may=OWNERS, at=HOOK, there=THERE, body={}),
    "replay_webhook": Row(may=OWNERS, at=HOOK, there=THERE, body=lambda scene: {"since": scene.world.now.isoformat()}),
    "list_webhook_deliveries": Row(may=OWNERS, at=HOOK, there=THERE),
    "get_webhook_delivery": Row(may=OWNERS, at={"delivery_id": "delivery"}, there=THERE),
    "replay_webhook_delivery": Row(may=OWNERS, at={"delivery_id": "delivery"}, there=THERE, body={}),
}
