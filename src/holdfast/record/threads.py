"""Messages between the two sides of something, in one thread for each: an order, a quotation, others by the same door.

It knows who said what when, what it answers, which files go with it and who has read it. The words themselves are
private values of the record: hashed under salt, kept as they were sent, erased without breaking a chain.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from holdfast.kernel.identifiers import new_id, public
from holdfast.kernel.refusals import Invalid, NotAllowed, NotFound, Refusal
from holdfast.record.chains import Chain
from holdfast.record.files import Kept
from holdfast.record.models import Flag, Private, ThreadRead
from holdfast.record.models import Message as Row
from holdfast.record.recording import Recording
from holdfast.terms.speech import attempts

LONGEST_TEXT = 20_000
MOST_FILES = 10
SIDES = ("buyer", "supplier")
FLAGGED = "flagged"
_TAGS = (
    "a|abbr|article|b|base|body|br|button|code|div|em|embed|font|form|frame|h[1-6]|head|hr|html|i|iframe|img|input|"
    "li|link|meta|object|ol|p|pre|script|select|span|strong|style|svg|table|tbody|td|textarea|th|tr|u|ul|video"
)
_MARKUP = re.compile(rf"<\s*/?\s*(?:{_TAGS})(?:\s[^<>]*)?/?\s*>|<!--|<!doctype", re.IGNORECASE)


class MarkupNotAccepted(Refusal):
    """A message is plain text: tags of HTML are not taken."""

    status = 422


class LeavesPlatform(Refusal):
    """This looks as if it would take the deal off the platform, where nothing is held and nothing is covered. Leave it
    out, or send it flagged: then the operator looks at it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a thread is about: the kind and ID of the thing, and the names under which its events know it."""

    kind: str
    id: UUID


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `text` is None once it was erased."""

    id: UUID
    subject: Subject
    number: int
    organisation_id: UUID
    role: str
    by_kind: str
    by_id: UUID | None
    text: str | None
    answers_id: UUID | None
    file_ids: tuple[UUID, ...]
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Read:
    """Up to which message an organisation has read."""

    organisation_id: UUID
    number: int
    read_at: datetime


def send(
    *,
    recording: Recording,
    chain: Chain,
    subject: Subject,
    text: str,
    files: Sequence[Kept] = (),
    answers_id: UUID | None = None,
    is_flagged: bool = False,
) -> Message:
    """Add a message to a thread whose chain the caller has locked, for the acting side; what one answers one has read.
    `is_flagged`: the sender knows that it may take the deal off the platform, and that the operator looks at such.

    Refusals: `NotAllowed` for who is no side, `NotFound` (what it answers), `Invalid` (also a file of somebody else),
    `MarkupNotAccepted`, `LeavesPlatform`.
    """
    act = recording.act
    if act.role not in SIDES or act.organisation_id is None:
        raise NotAllowed(subject="thread", verb="send", role=act.role, accepted=list(SIDES))
    text = checked(text=text)
    kinds = _flags(text, is_flagged=is_flagged)
    if len(files) > MOST_FILES:
        raise Invalid(field="file_ids", accepted={"at_most": MOST_FILES}, found=len(files))
    if any(file.organisation_id != act.organisation_id or file.is_erased for file in files):
        raise Invalid(field="file_ids", accepted="files that your own side brought")
    rows = Row.objects.filter(subject_kind=subject.kind, subject_id=subject.id)
    if answers_id is not None and not rows.filter(id=answers_id).exists():
        raise NotFound(field="answers_id")
    number = (rows.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    message_id, own = new_id(), tuple(dict.fromkeys(file.id for file in files))
    event_id = recording.event(
        chain,
        "message.sent",
        about={subject.kind: subject.id, "thread_message": message_id, "organisation": act.organisation_id},
        data={
            "number": number,
            "answers": public("txt", answers_id) if answers_id else None,
            "files": [public("fil", file_id) for file_id in own],
            **({"flags": kinds} if kinds else {}),
        },
        private={"text": text},
    )
    row = Row.objects.create(
        id=message_id,
        subject_kind=subject.kind,
        subject_id=subject.id,
        number=number,
        event_id=event_id,
        organisation_id=act.organisation_id,
        role=act.role,
        by_kind=act.actor_kind,
        by_id=act.actor_id,
        answers_id=answers_id,
        files=[str(file_id) for file_id in own],
        sent_at=act.now,
    )
    if kinds:
        Flag.objects.create(id=new_id(), message=row, kinds=kinds, raised_at=act.now)
    _note_read(subject, act.organisation_id, number, act.now)
    return _message(row, text)


def _flags(text: str, *, is_flagged: bool) -> list[str]:
    """As what a message is flagged. Refusal: `LeavesPlatform` while its sender does not know it."""
    found = attempts(text)
    if found and not is_flagged:
        told = [{"kind": one.kind, "said": one.said} for one in found]
        raise LeavesPlatform(field="text", accepted=FLAGGED, flags=told)
    return list(dict.fromkeys(one.kind for one in found))


def checked(*, text: str) -> str:
    """The text as it will be kept: exactly as it was sent, or not at all. Refusals: `Invalid`, `MarkupNotAccepted`."""
    if not text.strip():
        raise Invalid(field="text", accepted="a text")
    if len(text) > LONGEST_TEXT:
        raise Invalid(field="text", accepted={"at_most_characters": LONGEST_TEXT}, found=len(text))
    if any(unicodedata.category(sign) in {"Cc", "Cs"} and sign not in "\t\r\n" for sign in text):
        raise Invalid(field="text", accepted="a text without control characters")
    if _MARKUP.search(text):
        raise MarkupNotAccepted(field="text", accepted="plain text")
    return text


def read_up_to(*, recording: Recording, chain: Chain, subject: Subject, message_id: UUID) -> Read:
    """The acting organisation has read the thread up to this message; what was read stays read.

    Refusals: `NotAllowed` for who is no side, `NotFound`.
    """
    act = recording.act
    if act.role not in SIDES or act.organisation_id is None:
        raise NotAllowed(subject="thread", verb="read", role=act.role, accepted=list(SIDES))
    row = Row.objects.filter(subject_kind=subject.kind, subject_id=subject.id, id=message_id).first()
    if row is None:
        raise NotFound(field="up_to")
    before = _reads(subject).filter(organisation_id=act.organisation_id).first()
    if before is not None and before.number >= row.number:
        return Read(before.organisation_id, before.number, before.read_at)
    recording.event(
        chain,
        "thread.read",
        about={subject.kind: subject.id, "thread_message": row.id, "organisation": act.organisation_id},
        data={"number": row.number},
    )
    return _note_read(subject, act.organisation_id, row.number, act.now)


def _note_read(subject: Subject, organisation_id: UUID, number: int, now: datetime) -> Read:
    ThreadRead.objects.update_or_create(
        subject_kind=subject.kind,
        subject_id=subject.id,
        organisation_id=organisation_id,
        defaults={"number": number, "read_at": now},
    )
    return Read(organisation_id, number, now)


def _reads(subject: Subject) -> QuerySet[ThreadRead]:
    return ThreadRead.objects.filter(subject_kind=subject.kind, subject_id=subject.id)


def messages(*, subject: Subject) -> tuple[Message, ...]:
    """A thread, the first message first."""
    return with_words(Row.objects.filter(subject_kind=subject.kind, subject_id=subject.id).order_by("number"))


def subject_of(*, message_id: UUID) -> Subject:
    """What the thread of a message is about, for its gate. Refusal: `NotFound`."""
    found = Row.objects.filter(id=message_id).values_list("subject_kind", "subject_id").first()
    if found is None:
        raise NotFound
    return Subject(*found)


def reads(*, subject: Subject) -> tuple[Read, ...]:
    """Who has read up to where."""
    return tuple(Read(row.organisation_id, row.number, row.read_at) for row in _reads(subject).order_by("id"))


def unread(*, thread: Sequence[Message], known: Sequence[Read], organisation_id: UUID | None) -> int:
    """How many messages of others an organisation has not read yet."""
    seen = max((one.number for one in known if one.organisation_id == organisation_id), default=0)
    return sum(1 for one in thread if one.number > seen and one.organisation_id != organisation_id)


def answered(*, thread: Sequence[Message], message: Message) -> str:
    """The words that a message answers: those it names, else what the other side has said since one's own last word."""
    if message.answers_id is not None:
        return next((one.text or "" for one in thread if one.id == message.answers_id), "")
    return last_of_others(thread=thread, role=message.role, before=message.number)


def last_of_others(*, thread: Sequence[Message], role: str, before: int | None = None) -> str:
    """What the other side has said since one's own last word; if nothing, its last word."""
    earlier = [one for one in thread if before is None or one.number < before]
    own = max((one.number for one in earlier if one.role == role), default=0)
    others = [one for one in earlier if one.role != role]
    since = [one for one in others if one.number > own] or others[-1:]
    return "\n".join(one.text or "" for one in since)


def with_words(rows: Iterable[Row]) -> tuple[Message, ...]:
    """Rows with their words, which stand beside the events."""
    found = list(rows)
    private = Private.objects.filter(event_id__in=[row.event_id for row in found], field="text")
    texts = {row.event_id: None if row.salt is None else str(row.value) for row in private}
    return tuple(_message(row, texts.get(row.event_id)) for row in found)


def _message(row: Row, text: str | None) -> Message:
    return Message(
        row.id,
        Subject(row.subject_kind, row.subject_id),
        row.number,
        row.organisation_id,
        row.role,
        row.by_kind,
        row.by_id,
        text,
        row.answers_id,
        tuple(UUID(file_id) for file_id in row.files),
        row.sent_at,
    )
