"""The contracts as a Django application."""

from django.apps import AppConfig


class ContractsConfig(AppConfig):
    """Room: contracts."""

    name = "holdfast.contracts"
    label = "contracts"
