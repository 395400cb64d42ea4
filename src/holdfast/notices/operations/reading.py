"""What a reader does with notices: read them."""

from collections.abc import Sequence
from uuid import UUID

from holdfast.notices.models import Notice
from holdfast.record.act import Act


def mark_read(*, act: Act, notice_ids: Sequence[UUID] | None = None, order_id: UUID | None = None) -> int:
    """Mark the acting person's notices as read: these, those of an order (or quotation), or without either all of
    them; answers how many were new. Those of others are left alone, whatever is asked."""
    if act.actor_id is None:
        return 0
    rows = Notice.objects.filter(person_id=act.actor_id, read_at=None)
    if notice_ids is not None:
        rows = rows.filter(id__in=notice_ids)
    if order_id is not None:
        rows = rows.filter(order_id=order_id)
    return rows.update(read_at=act.now)
