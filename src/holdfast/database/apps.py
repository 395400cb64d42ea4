"""The Django application that installs the guards' functions."""

from django.apps import AppConfig

from holdfast.database import lookups


class DatabaseConfig(AppConfig):
    """Has no tables; its migration runs before every room that is guarded."""

    name = "holdfast.database"
    label = "database"

    def ready(self) -> None:
        """What fields can be asked, before any room asks."""
        lookups.register()
