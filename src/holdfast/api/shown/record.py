"""How files, messages from outside, events and notices look from outside."""

from typing import Any

from ninja import Schema

from holdfast.api import documents
from holdfast.api.presenting import ActOut
from holdfast.api.shown import moment, name
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import public
from holdfast.notices.queries import NoticeView
from holdfast.record.files import Kept
from holdfast.record.messages import OutsideMessage


class File(Schema):
    """A file of an order."""

    id: str
    order_id: str
    organisation_id: str
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    received_at: str
    is_erased: bool


class Message(Schema):
    """Something said elsewhere: it counts as the programme says, most of all when the other side attests to it."""

    id: str
    order_id: str
    brought_by: str
    brought_role: str
    channel: str
    said_on: str
    text: str | None
    term: documents.TermDocument | None
    file_id: str | None
    sha256: str
    state: str
    answered_at: str | None
    acts: list[ActOut]


class Event(Schema):
    """Something that happened: opaque IDs and figures, nothing personal. `cursor` is where a later page begins."""

    id: str
    name: str
    at: str
    chain: str
    seq: int
    about: dict[str, str]
    data: dict[str, Any]
    cursor: str


class Events(Schema):
    """A page of what happened, in the order in which it was committed; `cursor` is given even when nothing is left."""

    items: list[Event]
    cursor: str | None
    has_more: bool


class Notice(Schema):
    """What a person was told; `delivery` is the state of the mail."""

    id: str
    kind: str
    order_id: str | None
    subject: str
    text: str
    created_at: str
    read_at: str | None
    delivery: str
    accepted_at: str | None


def file(kept: Kept) -> dict[str, Any]:
    """A file."""
    return {
        "id": public("fil", kept.id),
        "order_id": public("ord", kept.order_id),
        "organisation_id": public("org", kept.organisation_id),
        "name": kept.name,
        "media_type": kept.media_type,
        "size_bytes": kept.size_bytes,
        "sha256": kept.sha256.hex(),
        "received_at": rfc3339(kept.received_at),
        "is_erased": kept.is_erased,
    }


def message(row: OutsideMessage, *, role: str) -> dict[str, Any]:
    """A message, for somebody in this role."""
    answerable = row.state == "brought" and role in {"buyer", "supplier"} and role != row.brought_role
    return {
        "id": public("msg", row.id),
        "order_id": public("ord", row.order_id),
        "brought_by": public("org", row.brought_by),
        "brought_role": row.brought_role,
        "channel": row.channel,
        "said_on": row.said_on.isoformat(),
        "text": row.text,
        "term": None if row.term is None else dict(row.term),
        "file_id": name("fil", row.file_id),
        "sha256": row.sha256.hex(),
        "state": row.state,
        "answered_at": moment(row.answered_at),
        "acts": [{"verb": verb, "due_at": None} for verb in ("attest", "deny")] if answerable else [],
    }


def notice(row: NoticeView) -> dict[str, Any]:
    """A notice."""
    return {
        "id": public("ntc", row.id),
        "kind": row.kind,
        "order_id": name("ord", row.order_id),
        "subject": row.subject,
        "text": row.text,
        "created_at": rfc3339(row.created_at),
        "read_at": moment(row.read_at),
        "delivery": row.delivery,
        "accepted_at": moment(row.accepted_at),
    }
