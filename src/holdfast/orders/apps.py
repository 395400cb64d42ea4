"""The orders as a Django application."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Room: orders."""

    name = "holdfast.orders"
    label = "orders"
