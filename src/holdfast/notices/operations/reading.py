"""What a reader does with notices: read them."""

from collections.abc import Sequence
from uuid import UUID

from holdfast.notices.models import Notice
from holdfast.record.act import Act


def mark_read(*, act: Act, notice_ids: Sequence[UUID] | None = None) -> int:
    """Mark the acting person's notices as read, all of them without IDs; answers how many were new. Those of others
    are left alone, whatever is asked."""
    if act.actor_id is None:
        return 0
    rows = Notice.objects.filter(person_id=act.actor_id, read_at=None)
    if notice_ids is not None:
        rows = rows.filter(id__in=notice_ids)
    return rows.update(read_at=act.now)
