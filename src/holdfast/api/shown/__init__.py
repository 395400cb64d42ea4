"""How each noun looks from outside: the shapes of the API's description, and the functions that fill them."""

from datetime import date, datetime
from typing import Any

from ninja import Schema

from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import public
from holdfast.notices.counted import counted
from holdfast.notices.due import said_in_every_language
from holdfast.record.deadlines import Deadline


class Waits(Schema):
    """A deadline that stands open: who must act on what, by when, in the zone it was computed for. Since `paused_at` it
    stands still; `basis.calendar` has the places, the holiday data and the days skipped, `counted` says it in words.
    `said` is its text for people, by language, as the console and mails have it."""

    kind: str
    who: str
    due_at: str
    zone: str
    basis: dict[str, Any]
    said: dict[str, str]
    paused_at: str | None
    counted: list[str]


def moment(at: datetime | None) -> str | None:
    """A time as the API spells it."""
    return None if at is None else rfc3339(at)


def day(on: date | None) -> str | None:
    """A date as the API spells it."""
    return None if on is None else on.isoformat()


def name(prefix: str, identifier: Any) -> str | None:
    """A public ID, where there is one."""
    return None if identifier is None else public(prefix, identifier)


def waits(row: Deadline) -> dict[str, Any]:
    """An open deadline."""
    return {
        "kind": row.kind,
        "who": row.who,
        "due_at": rfc3339(row.due_at),
        "zone": row.zone,
        "basis": row.basis,
        "said": said_in_every_language(kind=row.kind, due_at=row.due_at, zone=row.zone),
        "paused_at": moment(row.paused_at),
        "counted": list(counted(basis=row.basis, zone=row.zone, paused_at=row.paused_at)),
    }
