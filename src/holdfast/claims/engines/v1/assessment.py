"""The form of an assessment: findings with their grade, lines with their formula, and what is missing.

Everything is frozen and has one canonical form. A sentence that points to nothing cannot be made.
"""

from dataclasses import dataclass
from typing import Any

from holdfast.claims.remedy import Line
from holdfast.kernel.canonical import canonical
from holdfast.terms.conformity import Verdict
from holdfast.terms.documents import as_document as to_document
from holdfast.terms.units import Conversion

CONCLUSIVE, SUPPORTED, CONTESTED, ABSENT = "conclusive", "supported", "contested", "absent"
GRADES = (CONCLUSIVE, SUPPORTED, CONTESTED, ABSENT)
"""A fact of platform, carrier or inspector; uncontested evidence; contested evidence; nothing to decide it by."""

UPHELD, DENIED, MEDIATOR = "upheld", "denied", "mediator_decides"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `points_to` names clauses, evidence, records or rules: `contract:term:T1`, `rule:late.daily`."""

    complaint: str
    topic: str
    grade: str
    sentence: str
    points_to: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.points_to or self.grade not in GRADES:
            raise ValueError(f"a finding has a grade and points to something: {self.sentence}")


@dataclass(frozen=True, slots=True)
class Missing:
    """Evidence that would decide what is open."""

    complaint: str
    kind: str
    lot: int | None
    sentence: str
    points_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Obligation:
    """What follows besides money: goods that go back, goods to be replaced."""

    kind: str
    by: str
    sentence: str
    points_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What the rules give for one complaint."""

    complaint: str
    reason: str
    outcome: str
    without_person: bool


@dataclass(frozen=True, slots=True)
class LotVerdict:
    """The conformity verdict an assessment rests on."""

    lot: int
    report: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class LimitFigures:
    """Most that can come back, as computed from programme and money."""

    refund_minor: int
    total_minor: int
    cover_left_minor: int


@dataclass(frozen=True, slots=True)
class ProgrammeName:
    """The programme version the assessment was made under."""

    name: str
    version: int
    digest: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the rules compute before a person decides."""

    engine: str
    order: str
    programme: ProgrammeName
    currency: str
    outcome: str
    without_person: bool
    parts: tuple[Part, ...]
    findings: tuple[Finding, ...]
    missing: tuple[Missing, ...]
    lines: tuple[Line, ...]
    refund_minor: int
    cost_minor: int
    total_minor: int
    limits: LimitFigures
    obligations: tuple[Obligation, ...]
    verdicts: tuple[LotVerdict, ...]
    conversions: tuple[Conversion, ...]

    def as_document(self) -> dict[str, Any]:
        """The canonical JSON form."""
        document: dict[str, Any] = to_document(self)
        return document

    def as_bytes(self) -> bytes:
        """What is hashed and compared on replay."""
        return canonical(self.as_document())
