"""The claims as a Django application."""

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    """Room: claims."""

    name = "holdfast.claims"
    label = "claims"

    def ready(self) -> None:
        """Name the room to the one below that must ask it when money of an order is taken back."""
        from holdfast.claims.operations.disputes import ANSWERS
        from holdfast.orders.operations.above import name_claims

        name_claims(ANSWERS)
