"""How messages between the parties, what they say otherwise than the contract, and concessions look from outside."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from ninja import Schema

from holdfast.api.presenting import ActOut
from holdfast.api.shown import day, moment, name
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import public
from holdfast.record.concessions import Concession
from holdfast.record.flags import Flag
from holdfast.record.rules import CONCESSIONS
from holdfast.record.threads import Message, Read
from holdfast.sourcing.said import SaidOtherwise
from holdfast.terms.speech import Attempt


class ThreadMessage(Schema):
    """A message as it was sent, on an order or on a quotation; `text` is null once it was erased. `number` counts
    through the thread."""

    id: str
    order_id: str | None
    quotation_id: str | None
    number: int
    organisation_id: str
    role: str
    by_kind: str
    text: str | None
    answers_id: str | None
    file_ids: list[str]
    sent_at: str
    external_id: str | None
    metadata: dict[str, str]


class ThreadRead(Schema):
    """Up to which number an organisation has read, and since when."""

    organisation_id: str
    number: int
    read_at: str


class QuotationThread(Schema):
    """What was said about the quotation that an order or a contract came from."""

    quotation_id: str
    number: str
    items: list[ThreadMessage]


class Thread(Schema):
    """A page of a thread; `unread` is how many messages of others one's own organisation has not read. `quotation` is
    what was said before, where an order came from a quotation."""

    items: list[ThreadMessage]
    next_cursor: str | None
    reads: list[ThreadRead]
    unread: int
    quotation: QuotationThread | None = None


class BeforeContract(Schema):
    """What was said about the quotation that a contract came from, if it came from one."""

    quotation: QuotationThread | None


class AttemptShown(Schema):
    """What in a message looks as if it would take the deal off the platform: its kind, and the words."""

    kind: str
    said: str


class Flagged(Schema):
    """What in a message would be flagged; nothing where it may go as it is."""

    flags: list[AttemptShown]


class FlagShown(Schema):
    """A message that was sent although it was flagged. `kinds` are those of the day it was sent, `flags` what is found
    in its words now; nothing once they are erased."""

    id: str
    state: str
    kinds: list[str]
    flags: list[AttemptShown]
    message: ThreadMessage
    raised_at: str
    reviewed_at: str | None
    acts: list[ActOut]


class DriftShown(Schema):
    """Something said that the contract (of a quotation: its last version) says otherwise or not at all. `source` is
    `message`, `quotation` for a message about the quotation an order came from, or `outside` for what both attested
    to. `change` is what an amendment or the next version takes: `path`, `from`, `to`. A price or a payee is never
    changed by a message: such an entry only warns and has no change."""

    kind: str
    source: str
    message_id: str
    role: str
    said_on: str
    text: str
    said: str
    value: str
    agreed: list[str]
    only_warns: bool
    change: dict[str, Any] | None


class ConcessionSignatureShown(Schema):
    """One side's signature: a person's, or attested by the marketplace."""

    side: str
    kind: str
    digest: str
    at: str


class ConcessionShown(Schema):
    """An explicit act about a breach; in force once `state` is `signed`. `document` is what is signed, its SHA-256 the
    `digest`."""

    id: str
    order_id: str
    kind: str
    breach: str
    terms: list[str]
    lots: list[int]
    original_on: str | None
    new_on: str | None
    compensation_minor: int | None
    currency: str
    proposed_by: str
    needs: list[str]
    state: str
    document: dict[str, Any]
    digest: str
    signatures: list[ConcessionSignatureShown]
    proposed_at: str
    ended_at: str | None
    external_id: str | None
    metadata: dict[str, str]
    acts: list[ActOut]


def message(row: Message) -> dict[str, Any]:
    """A message of a thread."""
    return {
        "id": public("txt", row.id),
        "order_id": public("ord", row.subject.id) if row.subject.kind == "order" else None,
        "quotation_id": public("quo", row.subject.id) if row.subject.kind == "quotation" else None,
        "number": row.number,
        "organisation_id": public("org", row.organisation_id),
        "role": row.role,
        "by_kind": row.by_kind,
        "text": row.text,
        "answers_id": name("txt", row.answers_id),
        "file_ids": [public("fil", file_id) for file_id in row.file_ids],
        "sent_at": rfc3339(row.sent_at),
        # One's own, which the edge puts in.
        "external_id": None,
        "metadata": {},
    }


def read(row: Read) -> dict[str, Any]:
    """Up to where somebody has read."""
    return {
        "organisation_id": public("org", row.organisation_id),
        "number": row.number,
        "read_at": rfc3339(row.read_at),
    }


def thread(
    *,
    messages: Sequence[Message],
    reads: Sequence[Read],
    unread: int,
    quotation: tuple[UUID, str, Sequence[Message]] | None = None,
) -> dict[str, Any]:
    """A thread; `quotation` is the ID, the number and the messages of the one before it."""
    items, before = [message(row) for row in messages], quoted(quotation)
    return {"items": items, "reads": [read(row) for row in reads], "unread": unread, "quotation": before}


def quoted(found: tuple[UUID, str, Sequence[Message]] | None) -> dict[str, Any] | None:
    """The messages about a quotation, read from what it became."""
    if found is None:
        return None
    quotation_id, number, messages = found
    return {"quotation_id": public("quo", quotation_id), "number": number, "items": [message(row) for row in messages]}


def attempt(found: Attempt) -> dict[str, Any]:
    """One thing that was found."""
    return {"kind": found.kind, "said": found.said}


def flag(row: Flag) -> dict[str, Any]:
    """A flagged message, for the operator."""
    return {
        "id": public("flg", row.id),
        "state": row.state,
        "kinds": list(row.kinds),
        "flags": [attempt(one) for one in row.attempts],
        "message": message(row.message),
        "raised_at": rfc3339(row.raised_at),
        "reviewed_at": moment(row.reviewed_at),
        "acts": [{"verb": verb, "due_at": None} for verb in row.open_verbs],
    }


def drift(row: SaidOtherwise) -> dict[str, Any]:
    """One difference."""
    found, prefix = row.drift, {"message": "txt", "quotation": "txt", "outside": "msg"}[row.source]
    change = found.change
    return {
        "kind": found.kind,
        "source": row.source,
        "message_id": public(prefix, row.message_id),
        "role": row.role,
        "said_on": row.said_on.isoformat(),
        "text": row.text,
        "said": found.said,
        "value": found.value,
        "agreed": list(found.agreed),
        "only_warns": found.only_warns,
        "change": None if change is None else change.as_document(),
    }


def concession(row: Concession, role: str) -> dict[str, Any]:
    """An act, for somebody in this role."""
    return {
        "id": public("conc", row.id),
        "order_id": public("ord", row.order_id),
        "kind": row.kind,
        "breach": row.breach,
        "terms": list(row.terms),
        "lots": list(row.lots),
        "original_on": day(row.original_on),
        "new_on": day(row.new_on),
        "compensation_minor": row.compensation_minor,
        "currency": row.document["currency"],
        "proposed_by": row.proposed_by,
        "needs": sorted(CONCESSIONS[row.kind]),
        "state": row.state,
        "document": dict(row.document),
        "digest": row.digest,
        "signatures": [
            {"side": one.side, "kind": one.kind, "digest": one.digest, "at": rfc3339(one.at)} for one in row.signatures
        ],
        "proposed_at": rfc3339(row.proposed_at),
        "ended_at": moment(row.ended_at),
        # One's own, which the edge puts in.
        "external_id": None,
        "metadata": {},
        "acts": [{"verb": verb, "due_at": None} for verb in row.open_verbs(role)],
    }
