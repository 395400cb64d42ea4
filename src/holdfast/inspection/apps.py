"""The inspections as a Django application."""

from django.apps import AppConfig


class InspectionConfig(AppConfig):
    """Room: inspection."""

    name = "holdfast.inspection"
    label = "inspection"
