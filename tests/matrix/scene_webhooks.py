"""What of a scene listens to events: two endpoints of Boris's, one of them disabled, and what was given up."""

from __future__ import annotations

from uuid import UUID

from holdfast.kernel.identifiers import public
from holdfast.webhooks import operations as webhooks
from tests.world import World


class Webhooks:
    """Steps of a scene in the making."""

    world: World
    refs: dict[str, str]

    def webhooks_now(self) -> None:
        """Disabling gives up what waits; enabling does not take it up again."""
        world, act = self.world, self.world.act(self.world.boris, "owner")
        for name in ("webhook.enabled", "webhook.disabled"):
            made = webhooks.create(
                act=act,
                organisation_id=world.boris.organisation_id,
                url="https://hooks.example.com/holdfast",
                kinds=["order.*", "lot.delivered"],
                ordered=True,
            )
            self.refs[name] = public("whk", made.id)
            webhook_id: UUID = made.id
            sent = webhooks.ping(act=act, webhook_id=webhook_id)
            webhooks.disable(act=act, webhook_id=webhook_id)
            if name == "webhook.enabled":
                webhooks.enable(act=act, webhook_id=webhook_id)
                self.refs["delivery"] = public("dlv", sent.id)
