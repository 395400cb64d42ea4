"""The treasury as a Django application."""

from django.apps import AppConfig


class TreasuryConfig(AppConfig):
    """Room: treasury."""

    name = "holdfast.treasury"
    label = "treasury"
