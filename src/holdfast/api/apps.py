"""The API as a Django application."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """A way in for programs."""

    name = "holdfast.api"
    label = "api"
