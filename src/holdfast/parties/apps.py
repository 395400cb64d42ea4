"""The parties as a Django application."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    """Room: parties."""

    name = "holdfast.parties"
    label = "parties"
