"""Tells Django that the console has templates, static files and tags; it has no tables."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """The console as an application."""

    name = "holdfast.console"
    label = "console"
