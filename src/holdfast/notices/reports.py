"""Reads what mail servers send back: delivery status notifications (RFC 3464). Pure: bytes in, findings out.

It knows the shape of a report and finds in it which of our mails it speaks of. What follows is for `bouncing`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from typing import Any
from uuid import UUID

from holdfast.kernel.refusals import Refusal
from holdfast.notices.rules import NoDeliveryReport, ReportTooLarge

LARGEST = 1024 * 1024
"""A report may bring the whole mail back with it; ours are small."""
OURS = re.compile(r"\bntc_([0-9a-f]{32})(?:-([0-9a-f]{10}))?\b", re.IGNORECASE)
"""A notice's public name, as it stands in its Message-ID, and with a proof behind it in the sender of its envelope."""
ACCEPTED = "a message of type multipart/report with a part message/delivery-status (RFC 3464)"


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says: of which notice (None if of none of ours), and whether it has failed or is only late.
    `proof` is what stood behind the notice's name in the address it came to."""

    notice_id: UUID | None
    action: str
    status: str
    said: str
    proof: str = ""


def read(content: bytes) -> Report:
    """What a message says that came back. Refusals: `NoDeliveryReport`, `ReportTooLarge`."""
    if len(content) > LARGEST:
        raise ReportTooLarge(accepted={"at_most_bytes": LARGEST})
    try:
        return _read(content)
    except Refusal:
        raise
    except Exception as fault:
        # The library raises whatever it happens to meet in bytes that are no mail, or that were made to break it; the
        # next report shall be read all the same.
        raise NoDeliveryReport(accepted=ACCEPTED, found=type(fault).__name__) from fault


def _read(content: bytes) -> Report:
    message = message_from_bytes(content, policy=default)
    blocks = list(_status_blocks(message))
    if not blocks:
        raise NoDeliveryReport(accepted=ACCEPTED, found=_kind(message))
    recipients = [block for block in blocks if _field(block, "Action")]
    if not recipients:
        raise NoDeliveryReport(field="Action", accepted="a recipient with an Action", found="none")
    # A notice has one recipient. Where a server reports several, the one that failed is what matters.
    told = next((one for one in recipients if _field(one, "Action").lower() == "failed"), recipients[0])
    notice_id, proof = _notice(message)
    return Report(
        notice_id=notice_id,
        action=_field(told, "Action").lower(),
        status=_field(told, "Status").partition(" ")[0],
        said=_field(told, "Diagnostic-Code") or _field(told, "Status"),
        proof=proof,
    )


def _status_blocks(message: Message[Any, Any]) -> Iterator[Message[Any, Any]]:
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            yield from part.get_payload()  # type: ignore[misc]


def _field(block: Message[Any, Any], name: str) -> str:
    return " ".join(str(block.get(name, "")).split())


def _kind(message: EmailMessage | Message[Any, Any]) -> str:
    return message.get_content_type() if message.keys() else "no mail"


def _notice(message: Message[Any, Any]) -> tuple[UUID | None, str]:
    """By the address it came to, else by the Message-ID of the mail that comes back with it."""
    for name in ("To", "Delivered-To", "X-Original-To"):
        found = OURS.search(_field(message, name))
        if found:
            return UUID(found[1]), (found[2] or "").lower()
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822" and part.is_multipart():
            found = OURS.search(_field(part.get_payload(0), "Message-ID"))  # type: ignore[arg-type]
        elif kind == "text/rfc822-headers":
            found = OURS.search(part.get_payload())  # type: ignore[arg-type]
        elif kind == "message/delivery-status":
            found = next(filter(None, (OURS.search(str(block)) for block in part.get_payload())), None)
        else:
            continue
        if found:
            return UUID(found[1]), ""
    return None, ""
