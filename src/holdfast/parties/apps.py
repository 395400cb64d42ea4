"""The parties as a Django application."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    """Room: parties."""

    name = "holdfast.parties"
    label = "parties"

    def ready(self) -> None:
        """Say where this room keeps secrets, before any command asks for all of them."""
        from holdfast.parties.operations import outer_key  # noqa: F401
