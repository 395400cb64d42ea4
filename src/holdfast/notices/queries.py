"""Questions about notices: a person's own list, what an organisation's people were told, whether a party was told in
time; and what a person has chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from holdfast.notices.kinds import CHOOSABLE, DEAD, DIGEST
from holdfast.notices.models import Choice, DeadAddress, Morning, Notice
from holdfast.notices.rules import MORNING
from holdfast.parties.rules import OWN_AFFAIRS


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice as its reader sees it. `delivery` is the state of the mail, `answer` what a mail server said last, and
    `path` leads to what it is about."""

    id: UUID
    kind: str
    order_id: UUID | None
    organisation_id: UUID | None
    person_id: UUID
    subject: str
    text: str
    path: str
    created_at: datetime
    read_at: datetime | None
    delivery: str
    accepted_at: datetime | None
    answer: str
    has_deadline: bool


@dataclass(frozen=True, slots=True)
class NoticePage:
    """Some of a person's notices, newest first, and how many they have not read: of these, and of all."""

    notices: tuple[NoticeView, ...]
    unread: int
    unread_of_all: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """How a person wants each kind that can be chosen, and the hour of their digest."""

    ways: Mapping[str, str]
    hour: int


@dataclass(frozen=True, slots=True)
class Dead:
    """An address that mails come back from, since when, and what its server said."""

    address: str
    since: datetime
    said: str


def page(
    *,
    person_id: UUID,
    before: UUID | None = None,
    limit: int = 50,
    order_id: UUID | None = None,
    only_unread: bool = False,
) -> NoticePage:
    """A person's own notices, newest first, from just older than `before`; of one order (or quotation), or unread."""
    rows = _news().filter(person_id=person_id)
    if order_id is not None:
        rows = rows.filter(order_id=order_id)
    waiting = rows.filter(read_at=None)
    rows = waiting if only_unread else rows
    if before is not None:
        # IDs are ordered by the time of their making.
        rows = rows.filter(id__lt=before)
    found = list(rows.order_by("-id")[: limit + 1])
    of_all = unread(person_id=person_id)
    return NoticePage(
        tuple(_view(row) for row in found[:limit]),
        of_all if order_id is None else waiting.count(),
        of_all,
        len(found) > limit,
    )


def unread(*, person_id: UUID) -> int:
    """How many notices a person has not read."""
    return _news().filter(person_id=person_id, read_at=None).count()


def of_order(*, order_id: UUID, organisation_id: UUID | None = None) -> list[NoticeView]:
    """Every notice about an order (to one side, if given), oldest first: what was told, and whether it arrived."""
    rows = Notice.objects.filter(order_id=order_id)
    if organisation_id is not None:
        rows = rows.filter(organisation_id=organisation_id)
    return [_view(row) for row in rows.order_by("id")]


def told(
    *,
    organisation_id: UUID | None,
    order_id: UUID | None = None,
    kind: str | None = None,
    before: UUID | None = None,
    limit: int = 50,
    own_affairs: bool = True,
) -> list[NoticeView]:
    """What the people of an organisation (of all, without one) were told, newest first; one more than `limit`. Without
    its `own_affairs`, nothing of its people, keys, endpoints, consents, nor of anybody's mail address."""
    rows = _news()
    if not own_affairs:
        own = Q(kind=DEAD)
        for beginning in OWN_AFFAIRS:
            own |= Q(kind__startswith=beginning)
        rows = rows.exclude(own)
    for name, value in {"organisation_id": organisation_id, "order_id": order_id, "kind": kind}.items():
        if value is not None:
            rows = rows.filter(**{name: value})
    if before is not None:
        rows = rows.filter(id__lt=before)
    return [_view(row) for row in rows.order_by("-id")[: limit + 1]]


def chosen(*, person_id: UUID) -> Chosen:
    """What a person has chosen, with what holds where they have chosen nothing."""
    own = dict(Choice.objects.filter(person_id=person_id).values_list("kind", "way"))
    hour = Morning.objects.filter(person_id=person_id).values_list("hour", flat=True).first()
    return Chosen({kind: own.get(kind, "mail") for kind in CHOOSABLE}, MORNING if hour is None else hour)


def dead(*, address: str) -> Dead | None:
    """Whether mails to an address come back, so that nothing is sent there."""
    row = DeadAddress.objects.filter(address=address, ended_at=None).first()
    return Dead(row.address, row.since, row.said) if row is not None else None


def _news() -> QuerySet[Notice]:
    """All but digests, which only gather what stands there by itself."""
    return Notice.objects.exclude(kind=DIGEST)


def _view(row: Notice) -> NoticeView:
    return NoticeView(
        row.id,
        row.kind,
        row.order_id,
        row.organisation_id,
        row.person_id,
        row.subject,
        row.text,
        row.path,
        row.created_at,
        row.read_at,
        row.state,
        row.accepted_at,
        row.answer,
        bool(row.deadlines),
    )
