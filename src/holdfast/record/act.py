"""Who does something, for whom, when and under which key: what every operation is handed by its edge."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Command:
    """An idempotent request: whose key, which key, what it asked, and how its result is answered."""

    owner: UUID
    key: str
    fingerprint: bytes
    status: int
    present: Callable[[Any], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Act:
    """One act. `role` is the part played in the noun's lifecycle: buyer, supplier, mediator, operator, inspector,
    clock, rail or carrier. `organisation_id` is for whom it is done; `through_id` the marketplace whose key does it
    for them by their consent."""

    now: datetime
    actor_kind: str
    actor_id: UUID | None
    organisation_id: UUID | None
    role: str
    command: Command | None = None
    through_id: UUID | None = None

    def as_role(self, role: str) -> "Act":
        """The same act in another part, when one follows from another (a final claim refunds)."""
        return replace(self, role=role, command=None)


def clock(now: datetime) -> Act:
    """Nobody: a deadline came."""
    return Act(now, "clock", None, None, "clock")


def rail(now: datetime, command: Command | None = None) -> Act:
    """A payment provider said so."""
    return Act(now, "rail", None, None, "rail", command)
