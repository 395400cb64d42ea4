"""The record as a Django application."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """Room: record."""

    name = "holdfast.record"
    label = "record"
