"""Messages that look as if they would take a deal off the platform: their sender is told before they go, the operator
looks at what went all the same.

It knows kinds and states. The words are read again from the message, so that nothing of them is kept twice.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from holdfast.kernel.refusals import NotFound
from holdfast.record import threads
from holdfast.record.act import Act
from holdfast.record.chains import operator_chain
from holdfast.record.models import Flag as Row
from holdfast.record.recording import Recording
from holdfast.record.rules import FLAG
from holdfast.record.threads import Message
from holdfast.terms.speech import Attempt, attempts

EVENTS = {"dismiss": "flag.dismissed", "uphold": "flag.upheld"}


@dataclass(frozen=True, slots=True)
class Flag:
    """A flagged message, and what is found in its words now: nothing once they are erased."""

    id: UUID
    message: Message
    kinds: tuple[str, ...]
    attempts: tuple[Attempt, ...]
    state: str
    raised_at: datetime
    reviewed_at: datetime | None

    @property
    def open_verbs(self) -> tuple[str, ...]:
        """What the operator may do."""
        return FLAG.open_verbs(state=self.state, role="operator")


def rows(*, state: str | None = None) -> QuerySet[Row]:
    """All of them, or those in one state, for a list that pages by itself."""
    found = Row.objects.select_related("message")
    return found if state is None else found.filter(state=state)


def views(found: list[Row]) -> list[Flag]:
    """Rows with the words of their messages."""
    texts = {one.id: one for one in threads.with_words(row.message for row in found)}
    return [_flag(row, texts[row.message_id]) for row in found]


def newest(*, state: str | None, before: UUID | None, limit: int) -> list[Flag]:
    """So many, the newest first, from one on: their words are read for all of them at once."""
    found = rows(state=state) if before is None else rows(state=state).filter(id__lt=before)
    return views(list(found.order_by("-id")[:limit]))


def find(*, flag_id: UUID) -> Flag:
    """One. Refusal: `NotFound`."""
    found = list(rows().filter(id=flag_id))
    if not found:
        raise NotFound
    return views(found)[0]


def waiting() -> int:
    """How many nobody has looked at."""
    return rows(state="open").count()


def review(*, act: Act, flag_id: UUID, verb: str, note: str) -> Flag:
    """`dismiss` what is harmless, `uphold` what was an attempt, and say why: an event of the operator's own chain.

    Refusals: `NotFound`, `NotAllowed`, `OutOfState`.
    """
    with transaction.atomic():
        chain = operator_chain()
        row = Row.objects.select_for_update(of=("self",)).select_related("message").filter(id=flag_id).first()
        if row is None:
            raise NotFound
        row.state = FLAG.step(state=row.state, verb=verb, role=act.role)
        row.reviewed_at = act.now
        row.save(update_fields=["state", "reviewed_at"])
        recording = Recording(act)
        recording.event(
            chain,
            EVENTS[verb],
            about={
                "flag": row.id,
                row.message.subject_kind: row.message.subject_id,
                "thread_message": row.message_id,
                "organisation": row.message.organisation_id,
            },
            data={"kinds": row.kinds, "state": row.state},
            private={"note": note},
        )
        return recording.write(views([row])[0])


def _flag(row: Row, message: Message) -> Flag:
    found = attempts(message.text) if message.text is not None else ()
    return Flag(row.id, message, tuple(row.kinds), found, row.state, row.raised_at, row.reviewed_at)
