"""The ledger as a Django application."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Room: ledger."""

    name = "holdfast.ledger"
    label = "ledger"
