"""What counts as evidence: messages from outside, the terms they state, and which examination of a lot decides.

It reads attestations and roles, never contents: whether a document is genuine is for people.
"""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from holdfast.claims.engines.v1.assessment import CONCLUSIVE, CONTESTED, SUPPORTED, Finding, LotVerdict
from holdfast.claims.engines.v1.case import Brought, Case
from holdfast.claims.facts import AssessmentFacts, Evidence, Lot, Report
from holdfast.kernel.refusals import Invalid
from holdfast.programme import Programme, rules
from holdfast.terms.conformity import Verdict, conformity
from holdfast.terms.readings import Readings
from holdfast.terms.specification import Specification, Term, checked

_RANK = {"inspector": 3, "both": 2, "buyer": 1, "supplier": 1}
_CONCLUSIVE_ROLES = ("inspector", "both")


def _stated(evidence: Evidence) -> Term | None:
    """The term a message states, if it can be measured."""
    if evidence.term is None:
        return None
    try:
        term = checked(evidence.term, "term")
    except Invalid:
        return None
    return None if term.obstacle else term


def admitted(*, programme: Programme, facts: AssessmentFacts) -> tuple[Case, tuple[Finding, ...]]:
    """The case with the terms that count, and a finding on each message from outside."""
    terms = list(facts.contract.specification.terms)
    from_messages: list[tuple[str, str]] = []
    findings: list[Finding] = []
    complaint = facts.complaints[0].id
    for evidence in facts.evidence:
        if evidence.origin != "outside":
            continue
        term = _stated(evidence)
        attested = {"both": True, "denied": False}.get(evidence.attested)
        counts = rules.outside_message(programme=programme, attested=attested, states_value=term is not None)
        taken = any(other.id == term.id for other in terms) if term else False
        if counts == "term" and term is not None and not taken:
            terms.append(term)
            from_messages.append((term.id, evidence.id))
        grade, sentence = _said(counts, term, taken=taken)
        points = (f"evidence:{evidence.id}", "rule:claims.outside_evidence")
        findings.append(Finding(complaint, "outside_message", grade, sentence, points))
    case = Case(programme, facts, Specification(tuple(terms)), tuple(from_messages))
    return case, tuple(findings)


def _said(counts: str, term: Term | None, *, taken: bool) -> tuple[str, str]:
    if counts == "term" and term is not None and taken:
        return CONCLUSIVE, f"The contract has a term {term.id} of its own, and it prevails over the message."
    if counts == "term" and term is not None:
        return CONCLUSIVE, f"Both sides attest the message, and it states a measurable value: it counts as {term.id}."
    if counts == "message":
        return SUPPORTED, "Both sides attest the message; it states nothing measurable and counts as a message."
    if counts == "weighed":
        return CONTESTED, "The programme leaves a message from outside to the mediator's judgement."
    return CONCLUSIVE, "A message from outside that this programme does not admit changes nothing."


def deciding_report(lot: Lot) -> Report | None:
    """An inspector's before one of both sides before one side's; the later; examined after delivery before before."""
    return max(
        lot.reports,
        key=lambda one: (_RANK.get(one.role, 0), one.stage == "after_delivery", one.reported_on, one.id),
        default=None,
    )


def _factors(case: Case) -> Mapping[tuple[str, str], Fraction]:
    return {(one.source, one.target): one.factor for one in case.facts.conversions}


def _comparable(case: Case, report: Report) -> Readings:
    """The readings of terms that count here; what was read for a term that does not is left aside."""
    known = {term.id for term in case.specification.terms}
    units = tuple(
        replace(
            unit,
            readings=tuple(one for one in unit.readings if one.term in known),
            defects=tuple(one for one in unit.defects if one.term is None or one.term in known),
        )
        for unit in report.readings.units
    )
    return replace(report.readings, units=units)


def verdict_on(*, case: Case, lot: Lot, report: Report) -> Verdict:
    """The conformity of the lot as this report reads it: of what came, or of what was to be shipped."""
    readings = _comparable(case, report)
    quantity: dict[int, int] = {}
    for row in lot.lines:
        came = row.received if report.stage == "after_delivery" else None
        drawn = sum(unit.count for unit in readings.units if unit.line == row.line)
        quantity[row.line] = max(row.ordered if came is None else came, drawn)
    return conformity(
        specification=case.specification,
        criterion=case.facts.contract.criterion,
        lot_quantity_by_line=quantity,
        readings=readings,
        factors=_factors(case),
    )


def examined(*, case: Case, brought: Brought, lot: Lot) -> tuple[LotVerdict, str] | None:
    """The verdict of the report that decides, and its grade; None where nobody has examined the lot."""
    report = deciding_report(lot)
    if report is None:
        return None
    verdict = verdict_on(case=case, lot=lot, report=report)
    grade = case.grade(conclusive=report.role in _CONCLUSIVE_ROLES)
    for other in lot.reports:
        equal = _RANK.get(other.role, 0) == _RANK.get(report.role, 0) and other.stage == report.stage
        if other.id == report.id or not equal:
            continue
        against = verdict_on(case=case, lot=lot, report=other)
        if (against.lot, against.measure) != (verdict.lot, verdict.measure):
            said = f"Reports {report.id} and {other.id} of equal weight disagree on lot {lot.number}."
            brought.find("evidence", CONTESTED, said, f"report:{report.id}", f"report:{other.id}")
            grade = CONTESTED
    found = LotVerdict(lot.number, report.id, verdict)
    brought.verdicts.append(found)
    return found, grade
