"""The answers kept for whoever sends a command again: read by the edge, written with the act, forgotten in time."""

from datetime import datetime, timedelta

from holdfast.record.models import Answer

KEPT = timedelta(days=30)


def forget(*, now: datetime) -> int:
    """Drop the answers that are older than they are kept; answers how many."""
    dropped, _by_model = Answer.objects.filter(at__lt=now - KEPT).delete()
    return dropped
