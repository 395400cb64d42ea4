"""Material from outside the platform: one party brings it in under its hash, the other attests or denies it.

It knows hashes, states and sides. How far such a message counts is the programme's affair.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import Invalid, NotAllowed, NotFound
from holdfast.record.chains import Chain
from holdfast.record.files import Kept
from holdfast.record.models import OutsideMessage as Row
from holdfast.record.recording import Recording
from holdfast.record.rules import OUTSIDE_MESSAGE, message_hash

CHANNELS = ("whatsapp", "wechat", "email", "phone", "meeting", "other")
LONGEST_TEXT = 20_000
SIDES = ("buyer", "supplier")


@dataclass(frozen=True, slots=True)
class OutsideMessage:
    """What was brought, and how it stands. `term` is a specification term that it is said to have agreed on."""

    id: UUID
    order_id: UUID
    brought_by: UUID
    brought_role: str
    channel: str
    said_on: date
    text: str | None
    term: Mapping[str, Any] | None
    file_id: UUID | None
    sha256: bytes
    state: str
    answered_at: datetime | None


def bring(
    *,
    recording: Recording,
    chain: Chain,
    order_id: UUID,
    channel: str,
    said_on: date,
    text: str | None,
    term: Mapping[str, Any] | None = None,
    file: Kept | None = None,
) -> OutsideMessage:
    """Bring a message to an order whose row the caller has locked, for the acting side.

    Refusals: `NotAllowed` for who is not a side, `Invalid`.
    """
    act = recording.act
    if act.role not in SIDES or act.organisation_id is None:
        raise NotAllowed(subject=OUTSIDE_MESSAGE.name, verb="bring", role=act.role)
    text = _checked(channel, said_on, text, file, act.now)
    row = Row.objects.create(
        id=new_id(),
        order_id=order_id,
        brought_by=act.organisation_id,
        brought_role=act.role,
        channel=channel,
        said_on=said_on,
        text=text,
        term=None if term is None else dict(term),
        file_id=file.id if file else None,
        sha256=message_hash(
            channel=channel, said_on=said_on, text=text, term=term, file_sha256=file.sha256 if file else None
        ),
    )
    message = _message(row)
    recording.event(
        chain,
        "message.brought",
        about={"order": order_id, "message": message.id, "file": message.file_id, "organisation": act.organisation_id},
        data={"channel": channel, "said_on": said_on.isoformat(), "changes_term": term is not None},
        private={"sha256": message.sha256.hex()},
    )
    return message


def answer(*, recording: Recording, chain: Chain, order_id: UUID, message_id: UUID, verb: str) -> OutsideMessage:
    """`attest` or `deny` what the other side brought.

    Refusals: `NotFound`; `NotAllowed` for who brought it and for outsiders; `OutOfState` once answered.
    """
    act = recording.act
    row = Row.objects.select_for_update().filter(id=message_id, order_id=order_id).first()
    if row is None:
        raise NotFound
    if act.role == row.brought_role:
        raise NotAllowed(subject=OUTSIDE_MESSAGE.name, verb=verb, role=act.role, brought_role=row.brought_role)
    row.state = OUTSIDE_MESSAGE.step(state=row.state, verb=verb, role=act.role)
    row.answered_at = act.now
    Row.objects.filter(id=row.id).update(state=row.state, answered_at=row.answered_at)
    recording.event(
        chain,
        f"message.{row.state}",
        about={"order": order_id, "message": message_id, "organisation": act.organisation_id},
        private={"sha256": bytes(row.sha256).hex()},
    )
    return _message(row)


def of_order(*, order_id: UUID) -> list[OutsideMessage]:
    """All that was brought to an order, by the day it was said."""
    return [_message(row) for row in Row.objects.filter(order_id=order_id).order_by("said_on", "id")]


def order_of(*, message_id: UUID) -> UUID:
    """Which order a message was brought to, for its gate. Refusal: `NotFound`."""
    found = Row.objects.filter(id=message_id).values_list("order_id", flat=True).first()
    if found is None:
        raise NotFound
    return found


def attested(*, order_id: UUID) -> list[OutsideMessage]:
    """What both sides stand by."""
    return [message for message in of_order(order_id=order_id) if message.state == "attested"]


def _checked(channel: str, said_on: date, text: str | None, file: Kept | None, now: datetime) -> str | None:
    if channel not in CHANNELS:
        raise Invalid(field="channel", accepted=list(CHANNELS), found=channel)
    # Where the day begins first it is fourteen hours ahead of UTC.
    today = (now.astimezone(UTC) + timedelta(hours=14)).date()
    if said_on > today:
        raise Invalid(field="said_on", accepted={"not_after": today.isoformat()})
    text = (text or "").strip() or None
    if text is None and file is None:
        raise Invalid(field="text", accepted="a text, a file, or both")
    if text is not None and (len(text) > LONGEST_TEXT or "\x00" in text):
        raise Invalid(field="text", accepted={"at_most_characters": LONGEST_TEXT}, found=len(text))
    return text


def _message(row: Row) -> OutsideMessage:
    return OutsideMessage(
        row.id,
        row.order_id,
        row.brought_by,
        row.brought_role,
        row.channel,
        row.said_on,
        row.text,
        row.term,
        row.file_id,
        bytes(row.sha256),
        row.state,
        row.answered_at,
    )
