"""Forgets what all processes remembered together once it has run out; Django's cache drops only what is asked for."""

from datetime import datetime

from holdfast.database.models import Remembered


def forget(*, now: datetime) -> int:
    """Drop what has run out; answers how much."""
    dropped, _by_model = Remembered.objects.filter(expires__lt=now).delete()
    return dropped
