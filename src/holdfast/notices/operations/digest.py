"""Once a day, at the hour each person has chosen, one mail with what they wanted to read then.

Whoever makes a digest holds its notices meanwhile, and one COMMIT makes it and marks them: however often a worker is
killed, each notice is in one digest. Nothing is sent where nothing waits.
"""

from datetime import UTC, datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.db import transaction

from holdfast.notices import words
from holdfast.notices.kinds import DIGEST
from holdfast.notices.models import Choice, Morning, Notice
from holdfast.notices.operations.keeping import keep
from holdfast.notices.operations.people import Addressee, colleagues
from holdfast.notices.rules import MORNING, last_morning
from holdfast.parties.models import Person

MOST = 200
"""So many notices stand in one digest; what is more comes in the next round, in a mail of its own."""


def send_digests(*, now: datetime) -> int:
    """Make the digests whose hour has come, for whoever can sign in; answers how many. They are sent as other mails
    are."""
    waiting = Notice.objects.filter(state="gathered").order_by("person_id").values_list("person_id", flat=True)
    return sum(_digest(person_id, now) for person_id in waiting.distinct())


def _digest(person_id: UUID, now: datetime) -> bool:
    with transaction.atomic():
        person = Person.objects.filter(id=person_id, is_active=True).first()
        if person is None:
            return False
        to = _addressee(person)
        hour = Morning.objects.filter(person_id=person_id).values_list("hour", flat=True).first()
        morning = last_morning(now=now, zone=to.reader.time_zone, hour=MORNING if hour is None else hour)
        due = Notice.objects.filter(person_id=person_id, state="gathered", created_at__lt=morning.astimezone(UTC))
        # What they want in the console only by now, by a choice or a digest's own link, was gathered before.
        no_more = Choice.objects.filter(person_id=person_id, way="console").values("kind")
        due.filter(kind__in=no_more).update(state="kept")
        # Whoever else makes this digest just now waits here, and then finds nothing.
        rows = list(due.order_by("id").select_for_update()[:MOST])
        if not rows:
            return False
        made = _made(rows, to)
        keep(found=[made], now=now)
        # Nobody reads a digest in the console: what is in it stands there by itself.
        Notice.objects.filter(id=made.id).update(read_at=now)
        Notice.objects.filter(id__in=[row.id for row in rows]).update(state="digested", digest_id=made.id)
        return True


def _addressee(person: Person) -> Addressee:
    """The person as a member, for the zone of their organisation; else as themselves."""
    own = (to for to in colleagues(person_id=person.id) if to.person.id == person.id)
    return next(own, Addressee(person, None, False, "UTC"))


def _made(rows: list[Notice], to: Addressee) -> Notice:
    items = [words.Item(row.subject, row.created_at, f"{settings.PUBLIC_URL}{row.path or '/notices/'}") for row in rows]
    link = f"{settings.PUBLIC_URL}/notices/"
    told = words.gather(items=items, since=rows[0].created_at, reader=to.reader, link=link)
    return Notice(
        kind=DIGEST,
        # Named by what is in it first, which is in no other.
        about_id=uuid5(NAMESPACE_URL, f"digest:{rows[0].id.hex}"),
        person_id=to.person.id,
        address=to.person.email,
        language=to.person.language,
        subject=told.subject,
        text=told.text,
        path="/notices/",
    )
