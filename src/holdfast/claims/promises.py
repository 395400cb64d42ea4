"""The form of a preview: what is promised for each reason, until when, and what the contract lacks for more.

Everything is frozen and has one canonical form. What it says is computed in `preview`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from holdfast.terms.documents import as_document as to_document


@dataclass(frozen=True, slots=True)
class Until:
    """Until when a claim may be opened. `ends_at` is what the contract's own days say; `on_schedule_at` what it would
    be if the goods left and came as agreed; without either it is `days` after what the anchors name (`combine`: the
    first known, the later or the earlier of them). No `days`: as long as the order is open."""

    rule: str
    days: int | None
    anchors: tuple[str, ...]
    combine: str
    ends_at: datetime | None
    on_schedule_at: datetime | None
    zone: str


@dataclass(frozen=True, slots=True)
class Supposed:
    """The exact case that the amounts are for; `code` is stable, `sentence` for people. Everything was paid, went in
    one lot and is claimed in time, and nothing has come back before.

    `units` are those the amount is for, `days_late` the fewest days that bring it, `on` the day on which that is: None
    where the contract names no day that is certain before somebody pays.
    """

    code: str
    sentence: str
    remedy: str
    units: int
    days_late: int | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """What must be there besides the case itself and no contract can foresee; without it the assessment gives
    `otherwise_minor`, and what is more waits for a mediator, for a proof or for a day."""

    code: str
    sentence: str
    otherwise_minor: int = 0


@dataclass(frozen=True, slots=True)
class Promise:
    """One reason in one situation. `keys` are the programme's keys behind it, `terms` the contract's that speak of it.

    `held_minor` is what comes back in `case` while the money is held, `released_minor` once it was released: None where
    that cannot be, since nothing was received. Both are of prices and charges, or of the lateness: evidenced costs of
    inspection and return freight come on top, within the limits. `condition` is what else has to be there, None: no
    more. Goods refunded in full go back where `goods_go_back`; `missing` names what the contract would have to say for
    more than this.
    """

    reason: str
    situation: str
    by: str
    covered: bool
    rule: str
    sentence: str
    measure: str
    keys: tuple[str, ...]
    terms: tuple[str, ...]
    held_minor: int
    released_minor: int | None
    until: Until
    evidence: tuple[str, ...]
    goods_go_back: bool
    carrier_package: bool
    without_person: bool
    case: Supposed
    condition: Condition | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lacking:
    """A property that nothing could be claimed about: `term` is there and cannot be measured, for its `obstacle`, or no
    term speaks of it at all. `suggestion` is what would make it enforceable."""

    about: str
    term: str
    subject: str
    obstacle: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A fact that takes cover away once it is established, and the reasons that it touches."""

    name: str
    sentence: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """A contract's cover, reason by reason."""

    programme: str
    programme_version: int
    programme_digest: str
    engine: str
    currency: str
    total_minor: int
    cap_minor: int
    cover_minor: int
    uncovered_minor: int
    promises: tuple[Promise, ...]
    lacking: tuple[Lacking, ...]
    exclusions: tuple[Exclusion, ...]

    def of(self, reason: str, situation: str = "") -> Promise:
        """The promise for a reason in a situation; StopIteration if there is none."""
        return next(one for one in self.promises if (one.reason, one.situation) == (reason, situation))

    def as_document(self) -> dict[str, Any]:
        """The canonical JSON form."""
        document: dict[str, Any] = to_document(self)
        return document
