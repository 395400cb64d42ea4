"""How files, messages from outside, events and notices look from outside."""

from typing import Any

from ninja import Schema

from holdfast.api import documents
from holdfast.api.presenting import ActOut
from holdfast.api.shown import moment, name
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import public
from holdfast.notices.catalogue import Kind
from holdfast.notices.operations.bouncing import Taken
from holdfast.notices.queries import NoticeView
from holdfast.notices.words import ungreeted
from holdfast.record.files import Kept
from holdfast.record.messages import OutsideMessage


class File(Schema):
    """A file of an order, or of a quotation."""

    id: str
    order_id: str | None
    quotation_id: str | None
    organisation_id: str
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    received_at: str
    is_erased: bool
    external_id: str | None
    metadata: dict[str, str]


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
    external_id: str | None
    metadata: dict[str, str]
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
    """What a person was told; `delivery` is the state of the mail, `answer` what a mail server said of it last. A
    marketplace sees neither who it was nor what their mail server said."""

    id: str
    kind: str
    order_id: str | None
    organisation_id: str | None
    person_id: str | None
    has_deadline: bool
    subject: str
    text: str
    created_at: str
    read_at: str | None
    delivery: str
    accepted_at: str | None
    answer: str


class NoticeKind(Schema):
    """A kind of notice: who is told of it, whether it is legal, so that nobody can switch it off, with the kinds of
    deadline that hang on it, and what it says."""

    kind: str
    group: str
    told: str
    is_legal: bool
    deadlines: list[str]
    example: str


class Bounce(Schema):
    """What a delivery report was about and came to. `effect`: `dead`, nothing more is sent to that address; `refused`,
    this mail was not taken; `later`, it is sent again; `nothing`, where it is known already, says of no failure, or
    speaks of no notice of ours."""

    notice_id: str | None
    delivery: str | None
    effect: str
    status: str
    said: str


def file(kept: Kept, *, prefix: str = "ord") -> dict[str, Any]:
    """A file of an order; with the prefix `quo` of a quotation."""
    return {
        "id": public("fil", kept.id),
        "order_id": public("ord", kept.order_id) if prefix == "ord" else None,
        "quotation_id": public("quo", kept.order_id) if prefix == "quo" else None,
        "organisation_id": public("org", kept.organisation_id),
        "name": kept.name,
        "media_type": kept.media_type,
        "size_bytes": kept.size_bytes,
        "sha256": kept.sha256.hex(),
        "received_at": rfc3339(kept.received_at),
        "is_erased": kept.is_erased,
        # One's own, which the edge puts in.
        "external_id": None,
        "metadata": {},
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
        "external_id": None,
        "metadata": {},
        "acts": [{"verb": verb, "due_at": None} for verb in ("attest", "deny")] if answerable else [],
    }


def notice(row: NoticeView) -> dict[str, Any]:
    """A notice."""
    is_of_quotation = row.kind.startswith("quotation.") or row.path.startswith("/quotations/")
    return {
        "id": public("ntc", row.id),
        "kind": row.kind,
        "order_id": None if is_of_quotation else name("ord", row.order_id),
        "organisation_id": name("org", row.organisation_id),
        "person_id": public("per", row.person_id),
        "has_deadline": row.has_deadline,
        "subject": row.subject,
        "text": row.text,
        "created_at": rfc3339(row.created_at),
        "read_at": moment(row.read_at),
        "delivery": row.delivery,
        "accepted_at": moment(row.accepted_at),
        "answer": row.answer,
    }


def notice_to_marketplace(row: NoticeView) -> dict[str, Any]:
    """A notice, for a marketplace that acts for the organisation: who its people are is not its affair."""
    return {**notice(row), "person_id": None, "answer": "", "text": ungreeted(row.text)}


def notice_kind(row: Kind) -> dict[str, Any]:
    """A kind of notice."""
    return {
        "kind": row.kind,
        "group": row.group,
        "told": row.told,
        "is_legal": row.is_legal,
        "deadlines": list(row.deadlines),
        "example": row.example,
    }


def bounce(taken: Taken) -> dict[str, Any]:
    """What a delivery report came to."""
    return {
        "notice_id": name("ntc", taken.notice_id),
        "delivery": taken.delivery,
        "effect": taken.effect,
        "status": taken.status,
        "said": taken.said,
    }
