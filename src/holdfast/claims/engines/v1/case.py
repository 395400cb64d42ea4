"""A case while it is being assessed: the facts, the terms that count, and what each complaint has brought so far.

It gathers; it concludes nothing. Complaints add findings, units and lines here, and `assembling` makes the award.
"""

from dataclasses import dataclass, field
from fractions import Fraction

from holdfast.claims.engines.v1.assessment import (
    ABSENT,
    CONCLUSIVE,
    CONTESTED,
    DENIED,
    MEDIATOR,
    SUPPORTED,
    UPHELD,
    Finding,
    LotVerdict,
    Missing,
    Obligation,
)
from holdfast.claims.facts import UNASSIGNED, AssessmentFacts, Complaint, ContractLine, Lot
from holdfast.claims.remedy import Line
from holdfast.programme import Programme
from holdfast.terms.specification import Specification


@dataclass(frozen=True, slots=True)
class Claimed:
    """Units whose price is to come back, by lot; `whole_lot` where the lot was rejected or refunded as one."""

    complaint: str
    lot: int
    units: tuple[tuple[int, int], ...]
    label: str
    grade: str
    points_to: tuple[str, ...]
    whole_lot: bool = False
    goods_came: bool = False


@dataclass(frozen=True, slots=True)
class Late:
    """A lot that came late: the rate of compensation for its kept units."""

    complaint: str
    lot: int
    days: int
    counted: int
    rate: Fraction
    grade: str
    points_to: tuple[str, ...]


@dataclass
class Brought:
    """What one complaint has brought: filled by its reason's function, read by the assembling."""

    complaint: Complaint
    findings: list[Finding] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    claimed: list[Claimed] = field(default_factory=list)
    late: list[Late] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    obligations: list[Obligation] = field(default_factory=list)
    verdicts: list[LotVerdict] = field(default_factory=list)
    denied: bool = False
    person_needed: bool = False
    supplier_at_fault: bool = False

    def find(self, topic: str, grade: str, sentence: str, *points_to: str) -> None:
        """Add a finding."""
        self.findings.append(Finding(self.complaint.id, topic, grade, sentence, points_to))

    def ask(self, kind: str, lot: int | None, sentence: str, *points_to: str) -> None:
        """Say which evidence is missing; until it comes a person has to decide."""
        self.missing.append(Missing(self.complaint.id, kind, lot, sentence, points_to))
        self.person_needed = True

    @property
    def grades(self) -> tuple[str, ...]:
        """The grades of what the remedy rests on."""
        return (*(one.grade for one in self.claimed), *(one.grade for one in self.late))

    @property
    def outcome(self) -> str:
        """Upheld if anything decided came of it, a mediator's where something is open, else denied."""
        if self.denied:
            return DENIED
        open_grade = any(grade in (CONTESTED, ABSENT) for grade in self.grades)
        if self.person_needed or open_grade:
            return MEDIATOR
        return UPHELD if self.claimed or self.late or self.lines or self.obligations else DENIED


@dataclass(frozen=True)
class Case:
    """Programme and facts, with the specification as it counts in this case (attested messages included)."""

    programme: Programme
    facts: AssessmentFacts
    specification: Specification
    from_messages: tuple[tuple[str, str], ...]
    """(term, evidence) for each term that a message attested by both states."""

    def line(self, number: int) -> ContractLine:
        """The contract line of that number."""
        return next(line for line in self.facts.contract.lines if line.number == number)

    def term_source(self, term_id: str) -> str:
        """Where a term stands: in the contract, or in a message."""
        evidence = dict(self.from_messages).get(term_id)
        return f"evidence:{evidence}" if evidence else f"contract:term:{term_id}"

    def lots_of(self, complaint: Complaint) -> tuple[Lot, ...]:
        """The lots a complaint speaks of: those it names, else all."""
        named = {*complaint.lots, *(row.lot for row in complaint.quantities)}
        return tuple(lot for lot in self.facts.lots if not named or lot.number in named)

    def unassigned(self) -> dict[int, int]:
        """Units no lot has taken up yet, by line."""
        left = {line.number: line.quantity for line in self.facts.contract.lines}
        for lot in self.facts.lots:
            for row in lot.lines:
                left[row.line] -= row.ordered
        return {line: units for line, units in left.items() if units}

    def ordered(self, lot: int) -> dict[int, int]:
        """The units of a lot not refunded in full before, by line; lot 0: those in no lot yet."""
        if lot == UNASSIGNED:
            return self.unassigned()
        found = self.facts.lot(lot)
        return {row.line: row.ordered - row.refunded for row in found.lines} if found else {}

    @property
    def accepted(self) -> bool:
        """Whether the respondent accepts, or is silent where silence means refund."""
        answer = self.facts.answer
        if answer is None:
            return False
        return answer.kind == "accept" or (answer.kind == "silence" and self.programme.claims.on_silence == "refund")

    @property
    def contested(self) -> bool:
        """Whether the answer disputes the facts. Misuse alleged without a document changes nothing."""
        answer = self.facts.answer
        if answer is None or answer.kind in ("accept", "offer", "silence"):
            return False
        return answer.kind == "contest" or bool(answer.evidence)

    def grade(self, *, conclusive: bool) -> str:
        """The grade of a fact: a third party's is conclusive, a side's is supported unless contested."""
        if conclusive:
            return CONCLUSIVE
        return CONTESTED if self.contested else SUPPORTED
