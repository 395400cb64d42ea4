"""The verdict on a lot: each term met, breached or undecided with its figures, and the lot accepted or rejected.

A pure function of the specification, the criterion and the readings: anyone can compute it again and get the same
bytes. It decides nothing about money, and nothing is extrapolated beyond what the criterion says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from holdfast.kernel.refusals import Invalid
from holdfast.terms.comparison import (
    BREACHED,
    MET,
    UNDECIDED,
    Factors,
    Outcome,
    compare,
    permitted,
)
from holdfast.terms.criterion import Criterion, LotSampling, check_criterion, lot_sampling
from holdfast.terms.deciding import Decision, Graded, decide
from holdfast.terms.documents import ADDED_LATER
from holdfast.terms.documents import as_document as to_document
from holdfast.terms.readings import Readings, Unit, check_readings
from holdfast.terms.specification import CLASSES, Specification, Term
from holdfast.terms.units import Conversion

__all__ = ["ClassFinding", "LineUnits", "TermFinding", "UnitFigure", "Verdict", "conformity"]


@dataclass(frozen=True, slots=True)
class UnitFigure:
    """What one unit (or `count` alike) showed for a term."""

    unit: str
    line: int
    count: int
    figure: str
    state: str


@dataclass(frozen=True, slots=True)
class TermFinding:
    """A term over all the units read for it. `worst` is the figure furthest to the forbidden side."""

    term: str
    subject: str = field(metadata={"key": "property"})
    severity: str = field(metadata={"key": "class"})
    permitted: str
    status: str
    examined: int
    breached: int
    undecided: int
    worst: str | None
    worst_unit: str | None
    why: str
    units: tuple[UnitFigure, ...]


@dataclass(frozen=True, slots=True)
class ClassFinding:
    """A class of defect against its row of the plan."""

    severity: str = field(metadata={"key": "class"})
    examined: int
    defective: int
    ac: int | None
    re: int | None


@dataclass(frozen=True, slots=True)
class LineUnits:
    """So many units of a contract line."""

    line: int
    units: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """`lot` is accepted, rejected or undecided by `rule`; `claimable` is the measure a remedy starts from."""

    lot: str
    rule: str
    sentence: str
    measure: str
    examined: int
    lot_size: int
    terms: tuple[TermFinding, ...]
    classes: tuple[ClassFinding, ...]
    defective: tuple[LineUnits, ...]
    claimable: tuple[LineUnits, ...]
    observed_fraction: Fraction | None
    conversions: tuple[Conversion, ...]
    sampling: LotSampling | None = field(default=None, metadata=ADDED_LATER)
    """What the tables gave for this lot, where the criterion is a level and AQLs."""

    def as_document(self) -> dict[str, Any]:
        """The canonical JSON form."""
        document: dict[str, Any] = to_document(self)
        return document

    def term(self, term_id: str) -> TermFinding | None:
        """The finding on a term."""
        return next((finding for finding in self.terms if finding.term == term_id), None)

    @property
    def breached(self) -> tuple[TermFinding, ...]:
        """The terms at least one unit breaches."""
        return tuple(finding for finding in self.terms if finding.status == BREACHED)

    def units_of(self, term_ids: Iterable[str]) -> dict[int, int]:
        """Units found in breach of any of these terms, by line, each once."""
        wanted = set(term_ids)
        found: dict[str, tuple[int, int]] = {}
        for finding in self.terms:
            if finding.term in wanted:
                found |= {row.unit: (row.line, row.count) for row in finding.units if row.state == BREACHED}
        by_line: dict[int, int] = {}
        for line, count in found.values():
            by_line[line] = by_line.get(line, 0) + count
        return dict(sorted(by_line.items()))


def _outcomes(unit: Unit, specification: Specification, factors: Factors) -> dict[str, Outcome]:
    outcomes: dict[str, Outcome] = {}
    for reading in unit.readings:
        term = specification.find(reading.term)
        if term is not None:
            outcomes[term.id] = compare(term=term, reading=reading, size=unit.size, factors=factors)
    for defect in unit.defects:
        if defect.term is not None:
            outcomes[defect.term] = Outcome(BREACHED, defect.note or "defect", Fraction(1))
    return outcomes


def _finding(term: Term, rows: list[tuple[Unit, dict[str, Outcome]]]) -> TermFinding:
    read = [(unit, outcomes[term.id]) for unit, outcomes in rows if term.id in outcomes]
    counts = {state: sum(u.count for u, one in read if one.state == state) for state in (MET, BREACHED, UNDECIDED)}
    decided = [(unit, one) for unit, one in read if one.state != UNDECIDED]
    # The first of equals, so that the same readings always name the same unit.
    worst = max(decided, key=lambda pair: pair[1].excess, default=None)
    if counts[BREACHED]:
        status, why = BREACHED, ""
    elif counts[UNDECIDED] or not read:
        status = UNDECIDED
        why = next((one.why for _unit, one in read if one.why), term.obstacle or "no unit was read for it")
    else:
        status, why = MET, ""
    return TermFinding(
        term=term.id,
        subject=term.subject,
        severity=term.severity,
        permitted=permitted(term) if not term.by_size else f"{term.limit}, by size",
        status=status,
        examined=sum(unit.count for unit, _one in read),
        breached=counts[BREACHED],
        undecided=counts[UNDECIDED],
        worst=worst[1].figure if worst else None,
        worst_unit=worst[0].id if worst else None,
        why=why,
        units=tuple(UnitFigure(u.id, u.line, u.count, one.figure, one.state) for u, one in read),
    )


def _graded(unit: Unit, outcomes: dict[str, Outcome], specification: Specification) -> Graded:
    """The unit under its worst class: critical before major before minor (as MIL-STD-105 counts defectives)."""
    breached = [term for term in specification.terms if term.id in outcomes and outcomes[term.id].state == BREACHED]
    open_terms = [term for term in specification.terms if term.id in outcomes and outcomes[term.id].state == UNDECIDED]
    classes = {term.severity for term in breached} | {defect.severity for defect in unit.defects}
    return Graded(
        line=unit.line,
        count=unit.count,
        severity=next((one for one in CLASSES if one in classes), None),
        may_become=frozenset(term.severity for term in open_terms),
        refundable=any(term.refund_trigger for term in breached),
        breaches=frozenset(term.id for term in breached),
        read=frozenset(outcomes),
    )


def _line_units(units: Mapping[int, int]) -> tuple[LineUnits, ...]:
    return tuple(LineUnits(line, count) for line, count in sorted(units.items()) if count)


def _check_lot(lot: Mapping[int, int], readings: Readings) -> None:
    drawn: dict[int, int] = {}
    for place, unit in enumerate(readings.units):
        drawn[unit.line] = drawn.get(unit.line, 0) + unit.count
        if drawn[unit.line] > lot.get(unit.line, 0):
            accepted = f"at most {lot.get(unit.line, 0)} units of line {unit.line}, as the lot has"
            raise Invalid(field=f"readings.units.{place}.line", found=drawn[unit.line], accepted=accepted)


def conformity(
    *,
    specification: Specification,
    criterion: Criterion,
    lot_quantity_by_line: Mapping[int, int],
    readings: Readings,
    factors: Factors | None = None,
) -> Verdict:
    """The verdict. `factors` are conversions recorded earlier, for replay.

    Refusals: `Invalid` for readings no term asked for, units the lot does not have, an incomplete criterion.
    """
    check_criterion(criterion)
    criterion = criterion.under(readings.severity)
    check_readings(readings, specification=specification)
    _check_lot(lot_quantity_by_line, readings)
    rows = [(unit, _outcomes(unit, specification, factors or {})) for unit in readings.units]
    graded = [_graded(unit, outcomes, specification) for unit, outcomes in rows]
    lot = dict(sorted(lot_quantity_by_line.items()))
    sampling = lot_sampling(criterion, lot_size=sum(lot.values()))
    decision: Decision = decide(
        terms=specification.terms, criterion=criterion, lot=lot, units=graded, sampling=sampling
    )
    used = {one.conversion for _unit, outcomes in rows for one in outcomes.values() if one.conversion}
    return Verdict(
        lot=decision.lot,
        rule=decision.rule,
        sentence=decision.sentence,
        measure=decision.measure,
        examined=sum(unit.count for unit in readings.units),
        lot_size=sum(lot.values()),
        terms=tuple(_finding(term, rows) for term in specification.terms),
        classes=tuple(ClassFinding(*row) for row in decision.classes),
        defective=_line_units(decision.found),
        claimable=_line_units(decision.claimable),
        observed_fraction=decision.fraction,
        conversions=tuple(sorted(used, key=lambda one: (one.source, one.target))),
        sampling=sampling,
    )
