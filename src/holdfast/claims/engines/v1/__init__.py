"""Engine 1: the assessment of a case under its programme. It is never changed in what it answers.

A change that would alter a recorded assessment is a new engine beside this one; this one stays runnable.
"""

from holdfast.claims.engines.v1 import costs, entry
from holdfast.claims.engines.v1.admission import admitted
from holdfast.claims.engines.v1.assembling import already, lines_of
from holdfast.claims.engines.v1.assessment import (
    CONCLUSIVE,
    DENIED,
    MEDIATOR,
    SUPPORTED,
    UPHELD,
    Assessment,
    Finding,
    LimitFigures,
    Part,
    ProgrammeName,
)
from holdfast.claims.engines.v1.case import Brought, Case
from holdfast.claims.engines.v1.lateness import late, not_shipped, supplier_cancelled
from holdfast.claims.engines.v1.quality import quality, subjective
from holdfast.claims.engines.v1.quantity import quantity
from holdfast.claims.facts import AssessmentFacts
from holdfast.claims.remedy import Line, check, shown, total, within
from holdfast.programme import Programme, rules
from holdfast.terms.units import Conversion

VERSION = "1"

_REASONS = {
    "quality": quality,
    "quantity": quantity,
    "late_shipment": late,
    "late_delivery": late,
    "not_shipped": not_shipped,
    "supplier_cancelled": supplier_cancelled,
    "subjective": subjective,
}


def assess(*, programme: Programme, facts: AssessmentFacts) -> Assessment:
    """What the rules give for the case, before a person decides.

    Refusals: `Invalid` where readings do not fit the terms; `ReasonUnknown`, `IncotermUnknown`.
    """
    case, admissions = admitted(programme=programme, facts=facts)
    brought = [_one(case, Brought(complaint)) for complaint in facts.complaints]
    costs_of_case = _costs(case, brought)
    lines = (*lines_of(case=case, brought=brought), *costs_of_case)
    limits = rules.limits(programme=programme, money=facts.money)
    currency = facts.contract.currency
    fitted = within(lines=lines, limits=limits, currency=currency)
    check(lines=fitted, award_minor=total(fitted), limits=limits, already=already(case=case))
    parts = tuple(_part(case, one) for one in brought)
    findings = (*admissions, *(found for one in brought for found in one.findings), *_sums(case, fitted, limits))
    return Assessment(
        engine=VERSION,
        order=facts.order,
        programme=ProgrammeName(programme.name, programme.version, programme.digest),
        currency=currency,
        outcome=_outcome(parts),
        without_person=all(part.without_person for part in parts),
        parts=parts,
        findings=findings,
        missing=tuple(missing for one in brought for missing in one.missing),
        lines=fitted,
        refund_minor=total(fitted, head="refund"),
        cost_minor=total(fitted, head="cost"),
        total_minor=total(fitted),
        limits=LimitFigures(limits.refund_minor, limits.total_minor, limits.cover_left_minor),
        obligations=tuple(owed for one in brought for owed in one.obligations),
        verdicts=tuple(verdict for one in brought for verdict in one.verdicts),
        conversions=_conversions(facts, brought),
    )


def _one(case: Case, brought: Brought) -> Brought:
    """One complaint, by its reason."""
    entry.answered(case=case, brought=brought)
    reason = brought.complaint.reason
    if reason in _REASONS:
        _REASONS[reason](case=case, brought=brought)
    else:
        _by_mediator(case, brought)
    return brought


def _by_mediator(case: Case, brought: Brought) -> None:
    """A reason this engine computes no remedy for: what can be said, then a person decides."""
    reason = brought.complaint.reason
    complaint = brought.complaint
    if complaint.by == "buyer":
        named = bool(complaint.terms or case.specification.terms)
        entry.covered(case=case, brought=brought, reason=reason, measurable=named, missing=complaint.about)
    lots = case.lots_of(complaint) if complaint.by == "buyer" else ()
    for lot in lots or (None,):
        entry.in_window(case=case, brought=brought, lot=lot)
    said = f"No remedy is computed for {reason.replace('_', ' ')}: a mediator decides."
    brought.find("decision", SUPPORTED, said, f"rule:coverage.{reason}")
    brought.person_needed = True


def _costs(case: Case, brought: list[Brought]) -> tuple[Line, ...]:
    """Costs come once a case, behind the first complaint that stands against the supplier."""
    for one in brought:
        if not one.denied and one.supplier_at_fault and (one.claimed or one.lines or one.obligations):
            lines = [*costs.goods_back(case=case, brought=one)]
            if one.verdicts:
                lines += costs.inspection(case=case, brought=one)
            costs.never_back(case=case, brought=one)
            return tuple(lines)
    return ()


def _part(case: Case, one: Brought) -> Part:
    outcome = one.outcome
    decided = outcome in (UPHELD, DENIED) and not one.missing
    # A denial without a person needs facts as firm as an award's.
    sure = all(entry.undisputed(case, grade) for grade in one.grades)
    undisputed = case.accepted or (sure and not case.contested)
    alone = rules.may_decide_without_person(
        programme=case.programme, reason=one.complaint.reason, undisputed=undisputed
    )
    return Part(one.complaint.id, one.complaint.reason, outcome, without_person=decided and sure and alone)


def _outcome(parts: tuple[Part, ...]) -> str:
    outcomes = {part.outcome for part in parts}
    for outcome in (MEDIATOR, UPHELD):
        if outcome in outcomes:
            return outcome
    return DENIED


def _sums(case: Case, lines: tuple[Line, ...], limits: rules.Limits) -> tuple[Finding, ...]:
    """What it comes to, beside what was asked for and what can come back."""
    currency, complaint = case.facts.contract.currency, case.facts.complaints[0]
    refund, cost = total(lines, head="refund"), total(lines, head="cost")
    said = (
        f"Refund {shown(refund, currency)} and cost {shown(cost, currency)} {currency}; at most"
        f" {shown(limits.refund_minor, currency)} and together {shown(limits.total_minor, currency)} can come back."
    )
    findings = [Finding(complaint.id, "limits", CONCLUSIVE, said, ("rule:limits", "record:money"))]
    wanted = [one.amount_minor for one in case.facts.complaints if one.amount_minor is not None]
    if wanted and sum(wanted) != refund + cost:
        asked, given = shown(sum(wanted), currency), shown(refund + cost, currency)
        said = f"The claim asks for {asked} {currency}; the rules give {given} {currency}."
        findings.append(Finding(complaint.id, "amount", CONCLUSIVE, said, ("record:claim", "rule:limits")))
    return tuple(findings)


def _conversions(facts: AssessmentFacts, brought: list[Brought]) -> tuple[Conversion, ...]:
    used = {one for part in brought for lot in part.verdicts for one in lot.verdict.conversions}
    return tuple(sorted({*facts.conversions, *used}, key=lambda one: (one.source, one.target)))
