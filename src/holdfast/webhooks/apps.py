"""The webhooks as a Django application."""

from importlib import import_module

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """Room: webhooks."""

    name = "holdfast.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        """Whoever encrypts all secrets anew must know of those of this room."""
        import_module("holdfast.webhooks.operations.endpoints")
