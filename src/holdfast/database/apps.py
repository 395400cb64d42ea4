"""The Django application that installs the guards' functions."""

from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    """Has no tables; its migration runs before every room that is guarded."""

    name = "holdfast.database"
    label = "database"
