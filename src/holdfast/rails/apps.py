"""The rails as a Django application."""

from django.apps import AppConfig


class RailsConfig(AppConfig):
    """Room: rails."""

    name = "holdfast.rails"
    label = "rails"
