"""Forgets old entries of the delivery log, so that it does not grow for ever. The record itself forgets nothing."""

from datetime import datetime

from holdfast.webhooks.models import Delivery, Secret
from holdfast.webhooks.rules import KEPT

BATCH = 5000


def forget(*, now: datetime) -> int:
    """Forget deliveries that ended thirty days ago, with their attempts, and secrets that sign no more; answers how
    many deliveries went."""
    Secret.objects.filter(ends_at__lte=now).delete()
    total = 0
    while True:
        old = list(Delivery.objects.filter(ended_at__lt=now - KEPT).values_list("id", flat=True)[:BATCH])
        if not old:
            return total
        total += len(old)
        Delivery.objects.filter(id__in=old).delete()
