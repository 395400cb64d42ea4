"""Sourcing as a Django application."""

from django.apps import AppConfig


class SourcingConfig(AppConfig):
    """Room: sourcing."""

    name = "holdfast.sourcing"
    label = "sourcing"
