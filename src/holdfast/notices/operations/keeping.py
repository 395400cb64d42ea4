"""Keeps a notice for each person it is for, and decides how it leaves: at once, in the digest, or not at all.

A notice on which a deadline or a loss hangs leaves at once, whatever its reader has chosen.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings

from holdfast.kernel.identifiers import new_id
from holdfast.notices import words
from holdfast.notices.kinds import LEGAL
from holdfast.notices.models import Choice, DeadAddress, Notice
from holdfast.notices.operations.people import Addressee
from holdfast.record.deadlines import Deadline


@dataclass(frozen=True, slots=True)
class News:
    """What is told: of which event or moved deadline, in which order's name, whose doing it was, and where it is
    shown. `amounts` are minor units by their names in the event."""

    kind: str
    about_id: UUID
    order_id: UUID | None
    number: str | None
    actor: str
    path: str
    amounts: Mapping[str, int] = field(default_factory=dict)
    currency: str | None = None


def notice(*, news: News, to: Addressee, tasks: Sequence[Deadline] = ()) -> Notice:
    """The notice of this to this person, with what they must do; not yet kept."""
    person = to.person
    told = words.tell(
        kind=news.kind,
        number=news.number,
        actor=news.actor,
        reader=to.reader,
        deadlines=tasks,
        link=f"{settings.PUBLIC_URL}{news.path}",
        amounts=news.amounts,
        currency=news.currency,
    )
    return Notice(
        kind=news.kind,
        about_id=news.about_id,
        order_id=news.order_id,
        organisation_id=to.organisation_id,
        person_id=person.id,
        address=person.email,
        language=person.language,
        subject=told.subject,
        text=told.text,
        path=news.path,
        deadlines=[deadline.id for deadline in tasks] if to.acts else [],
    )


def keep(*, found: Iterable[Notice], now: datetime) -> None:
    """Keep them, each once, and send each its way. Call it inside a transaction."""
    rows = list(found)
    if not rows:
        return
    for row in rows:
        row.id, row.created_at = new_id(), now
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    for state, gone in _ways(rows).items():
        # One that was there before has another ID, and is left as it is.
        Notice.objects.filter(id__in=gone, state="waiting").update(state=state)


def _ways(rows: Sequence[Notice]) -> dict[str, list[UUID]]:
    """Which of them are not mailed at once, by the state they have instead."""
    free = [row for row in rows if row.kind not in LEGAL and not row.deadlines]
    chosen = Choice.objects.filter(person_id__in={row.person_id for row in free}, kind__in={row.kind for row in free})
    ways = {(one.person_id, one.kind): one.way for one in chosen} if free else {}
    dead = DeadAddress.objects.filter(address__in={row.address for row in rows}, ended_at=None)
    gone = set(dead.values_list("address", flat=True))
    found: dict[str, list[UUID]] = {}
    choosable = {row.id for row in free}
    for row in rows:
        way = ways.get((row.person_id, row.kind), "mail") if row.id in choosable else "mail"
        state = {"digest": "gathered", "console": "kept"}.get(way, "stopped" if row.address in gone else None)
        if state is not None:
            found.setdefault(state, []).append(row.id)
    return found
