"""The verbs of webhooks: register and keep endpoints, hear the record, deliver, send again."""

from holdfast.webhooks.operations.delivering import deliver
from holdfast.webhooks.operations.endpoints import change, create, disable, enable, ping, remove, rotate
from holdfast.webhooks.operations.forgetting import forget
from holdfast.webhooks.operations.hearing import catch_up, hear
from holdfast.webhooks.operations.replaying import replay, replay_since

__all__ = [
    "catch_up",
    "change",
    "create",
    "deliver",
    "disable",
    "enable",
    "forget",
    "hear",
    "ping",
    "remove",
    "replay",
    "replay_since",
    "rotate",
]
