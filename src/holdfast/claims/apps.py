"""The claims as a Django application."""

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    """Room: claims."""

    name = "holdfast.claims"
    label = "claims"
