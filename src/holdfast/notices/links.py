"""The link that stops one kind of mail to one person: signed, it needs no signing in and stops nothing else. And what
proves a report of a mail that came back."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.utils.crypto import constant_time_compare, salted_hmac

from holdfast.notices.kinds import CHOOSABLE, DIGEST, TOLD
from holdfast.notices.rules import LinkNotValid

_SALT = "holdfast.notices.unsubscribe"
_RETURN_SALT = "holdfast.notices.bounces"
_PROOF = 10
"""So many hex digits: what stands before the @ of an address has room for 64 characters."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Whose mails of which kind a link stops."""

    person_id: UUID
    kind: str


def link(*, person_id: UUID, kind: str) -> str:
    """The address that a mail names."""
    token = Signer(salt=_SALT).sign(f"{person_id.hex}.{kind}").replace(":", "~")
    return f"{settings.PUBLIC_URL}/notices/stop/{token}/"


def opened(token: str) -> Stop:
    """What a link stops. Refusal: `LinkNotValid`."""
    try:
        person, _dot, kind = Signer(salt=_SALT).unsign(token.replace("~", ":")).partition(".")
        stop = Stop(UUID(person), kind)
    except (BadSignature, ValueError) as error:
        raise LinkNotValid from error
    if kind not in TOLD and kind != DIGEST:
        raise LinkNotValid
    return stop


def proof(*, notice_id: UUID) -> str:
    """What stands behind a notice's name in its envelope's sender; whoever has seen the name alone cannot know it."""
    return salted_hmac(_RETURN_SALT, notice_id.hex, algorithm="sha256").hexdigest()[:_PROOF]


def is_proven(*, notice_id: UUID, told: str) -> bool:
    """Whether a report came to the sender of that envelope."""
    return constant_time_compare(told, proof(notice_id=notice_id))


def can_be_stopped(kind: str) -> bool:
    """Whether mails of this kind may bear such a link."""
    return kind in CHOOSABLE or kind == DIGEST
