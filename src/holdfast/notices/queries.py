"""Questions about notices: a person's own list, and whether a party was told in time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count

from holdfast.notices.models import Notice


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice as its reader sees it. `delivery` is the state of the mail."""

    id: UUID
    kind: str
    order_id: UUID | None
    subject: str
    text: str
    created_at: datetime
    read_at: datetime | None
    delivery: str
    accepted_at: datetime | None


@dataclass(frozen=True, slots=True)
class NoticePage:
    """Some of a person's notices, newest first, and how many they have not read."""

    notices: tuple[NoticeView, ...]
    unread: int
    has_more: bool


def page(*, person_id: UUID, before: UUID | None = None, limit: int = 50) -> NoticePage:
    """A person's own notices, newest first, from just older than `before`."""
    rows = Notice.objects.filter(person_id=person_id)
    if before is not None:
        # IDs are ordered by the time of their making.
        rows = rows.filter(id__lt=before)
    found = list(rows.order_by("-id")[: limit + 1])
    return NoticePage(tuple(_view(row) for row in found[:limit]), unread(person_id=person_id), len(found) > limit)


def unread(*, person_id: UUID) -> int:
    """How many notices a person has not read."""
    return Notice.objects.filter(person_id=person_id, read_at=None).count()


def of_order(*, order_id: UUID, organisation_id: UUID | None = None) -> list[NoticeView]:
    """Every notice about an order (to one side, if given), oldest first: what was told, and whether it arrived."""
    rows = Notice.objects.filter(order_id=order_id)
    if organisation_id is not None:
        rows = rows.filter(organisation_id=organisation_id)
    return [_view(row) for row in rows.order_by("id")]


def delivered_before(*, order_id: UUID, kind: str, at: datetime, organisation_id: UUID | None = None) -> bool:
    """Whether a notice of this kind about this order had been delivered by a moment (to one side, if given):
    the row was there to see, and a mail server had answered 2xx and nothing came back."""
    rows = Notice.objects.filter(order_id=order_id, kind=kind, state="accepted", accepted_at__lte=at)
    if organisation_id is not None:
        rows = rows.filter(organisation_id=organisation_id)
    return rows.exists()


def by_delivery() -> dict[str, int]:
    """How many mails are in each state: waiting, sending, accepted, bounced, given up, filed."""
    return dict(Notice.objects.values_list("state").annotate(count=Count("id")).order_by("state"))


def _view(row: Notice) -> NoticeView:
    return NoticeView(
        row.id,
        row.kind,
        row.order_id,
        row.subject,
        row.text,
        row.created_at,
        row.read_at,
        row.state,
        row.accepted_at,
    )
