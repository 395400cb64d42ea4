"""The Django application that installs the guards' functions."""

from django.apps import AppConfig

from holdfast.database import lookups


class DatabaseConfig(AppConfig):
    """Its migrations run before every room that is guarded; its one table is no noun's."""

    name = "holdfast.database"
    label = "database"

    def ready(self) -> None:
        """What fields can be asked, before any room asks."""
        lookups.register()
