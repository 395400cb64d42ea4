"""The link that stops one kind of mail to one person: signed, it needs no signing in and stops nothing else."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer

from holdfast.notices.kinds import CHOOSABLE, DIGEST, TOLD
from holdfast.notices.rules import LinkNotValid

_SALT = "holdfast.notices.unsubscribe"


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


def can_be_stopped(kind: str) -> bool:
    """Whether mails of this kind may bear such a link."""
    return kind in CHOOSABLE or kind == DIGEST
