"""The webhooks as a Django application."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """Room: webhooks."""

    name = "holdfast.webhooks"
    label = "webhooks"
