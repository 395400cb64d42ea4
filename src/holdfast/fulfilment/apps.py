"""The shipments as a Django application."""

from django.apps import AppConfig


class FulfilmentConfig(AppConfig):
    """Room: fulfilment."""

    name = "holdfast.fulfilment"
    label = "fulfilment"
