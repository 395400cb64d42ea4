"""The notices as a Django application."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Room: notices."""

    name = "holdfast.notices"
    label = "notices"
