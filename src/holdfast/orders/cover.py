"""How much of a pair's cover other orders have taken: the question that proposing, signing and the preview ask.

It locks nothing; who decides on the answer has locked the pair (`operations.signing`).
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import BigIntegerField, Case, F, Q, Sum, When

from holdfast.orders.models import Order
from holdfast.programme import Programme


def linked_taken(
    *,
    buyer_id: UUID,
    supplier_id: UUID,
    currency: str,
    programme: Programme,
    now: datetime,
    besides: UUID | None = None,
) -> int | None:
    """What orders of the same two parties signed within the programme's days have taken of their one cap; None if there
    are none. One that has closed gives back what it had reserved, but not what was drawn of it.

    For an order that is there already (`besides`), `now` is when it was opened: those signed in the days after count.
    """
    near = timedelta(days=programme.cover.linked_days)
    linked = (
        Order.objects.filter(buyer_id=buyer_id, supplier_id=supplier_id, currency=currency)
        .filter(opened_at__gt=now - near, opened_at__lt=now + near)
        .filter(~Q(state="closed") | Q(cover_drawn_minor__gt=0))
        .exclude(id__in=[besides] if besides else [])
    )
    taken = Case(When(state="closed", then=F("cover_drawn_minor")), default=F("cover_minor"))
    found: int | None = linked.aggregate(taken=Sum(taken, output_field=BigIntegerField()))["taken"]
    return found
