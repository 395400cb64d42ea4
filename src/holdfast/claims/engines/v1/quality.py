"""Quality, and taste where a term speaks of it: each lot examined, each term compared, the units that count.

It reads verdicts, it does not measure. Without a term that can be measured it says which one was missing.
"""

from holdfast.claims.engines.v1 import entry
from holdfast.claims.engines.v1.admission import examined
from holdfast.claims.engines.v1.assessment import CONCLUSIVE, SUPPORTED, LotVerdict, Obligation
from holdfast.claims.engines.v1.case import Brought, Case, Claimed
from holdfast.claims.engines.v1.costs import price_reduction, rework
from holdfast.claims.facts import Lot
from holdfast.programme import rules
from holdfast.terms.comparison import BREACHED, UNDECIDED
from holdfast.terms.conformity import TermFinding, Verdict
from holdfast.terms.specification import Term

SUGGESTION = {
    "colour": "a Pantone, RAL or Lab value with a CIEDE2000 limit, and the measured Lab of the approved swatch",
    "dimension": "a nominal length with its unit and tolerance",
    "weight": "a nominal weight with its unit and tolerance",
    "fabric_weight": "grams a square metre with a tolerance",
    "composition": "per cent of each material with a tolerance",
    "component": "the exact model, and substitution forbidden or listed",
    "performance": "a figure with its unit, at least or at most",
    "function": "the test the goods must pass",
    "fastness": "a fastness grade and its test method",
    "packaging": "units a carton, label text and position",
    "count": "the number to be counted",
}


def speaking(case: Case, brought: Brought) -> tuple[Term, ...]:
    """The enforceable terms that speak of the complaint: those it names, else of its kind, else all of its lots."""
    complaint = brought.complaint
    lines = {row.line for lot in case.lots_of(complaint) for row in lot.lines}
    terms = [
        term
        for term in case.specification.terms
        if not term.obstacle and (not term.applies_to.lines or lines & set(term.applies_to.lines))
    ]
    if complaint.terms:
        return tuple(term for term in terms if term.id in complaint.terms)
    if complaint.about:
        return tuple(term for term in terms if complaint.about in (term.kind, term.subject))
    return tuple(terms)


def subjective(*, case: Case, brought: Brought) -> None:
    """Taste: not covered, unless a term can measure it; then it is a question of quality."""
    terms = speaking(case, brought) if brought.complaint.about or brought.complaint.terms else ()
    if not terms:
        about = brought.complaint.about or "what is complained of"
        entry.covered(case=case, brought=brought, reason="subjective", missing=about)
        _name_missing(brought, about)
        _unmeasurable(case, brought)
        return
    named = ", ".join(term.id for term in terms)
    said = f"A measurable term speaks of it ({named}): the complaint is assessed as quality."
    brought.find("coverage", CONCLUSIVE, said, *(case.term_source(term.id) for term in terms))
    quality(case=case, brought=brought)


def _name_missing(brought: Brought, about: str) -> None:
    wanted = SUGGESTION.get(about, "a value that can be measured, with its tolerance and method")
    said = f"The term that was missing: a {about} term, that is {wanted}."
    brought.find("missing_term", CONCLUSIVE, said, "contract:specification", "rule:coverage.subjective")


def _unmeasurable(case: Case, brought: Brought) -> None:
    """Terms that were meant, and why none of them can be measured as it stands."""
    complaint = brought.complaint
    for term in case.specification.terms:
        meant = term.id in complaint.terms or complaint.about in (term.kind, term.subject)
        if meant and term.obstacle:
            said = f"{term.id} ({term.subject}) cannot be measured as it stands: {term.obstacle}."
            brought.find("missing_term", CONCLUSIVE, said, case.term_source(term.id))


def quality(*, case: Case, brought: Brought) -> None:
    """Each lot in its window, compared term by term."""
    complaint = brought.complaint
    terms = speaking(case, brought)
    lasting = any(term.kind == "fastness" for term in terms)
    about = complaint.about or "what is complained of"
    if not entry.covered(
        case=case, brought=brought, reason="quality", measurable=bool(terms), missing=about, lasting=lasting
    ):
        if not terms:
            _name_missing(brought, about)
            _unmeasurable(case, brought)
        return
    brought.supplier_at_fault = True
    lots = [lot for lot in case.lots_of(complaint) if lot.delivered_on is not None or lot.reports]
    if not lots:
        said = "No lot the complaint speaks of has been delivered or examined."
        brought.ask("inspection_report", None, said, "record:lots")
    for lot in lots:
        if entry.in_window(case=case, brought=brought, lot=lot):
            _lot(case, brought, lot, terms)
    if complaint.remedy == "rework_cost":
        rework(case=case, brought=brought)
    elif complaint.remedy == "price_reduction":
        price_reduction(case=case, brought=brought)
    elif complaint.remedy == "replacement" and brought.claimed:
        _replacement(brought)


def _lot(case: Case, brought: Brought, lot: Lot, terms: tuple[Term, ...]) -> None:
    found = examined(case=case, brought=brought, lot=lot)
    if found is None:
        _unexamined(case, brought, lot, terms)
        return
    result, grade = found
    verdict, report = result.verdict, f"report:{result.report}"
    brought.find("lot", grade, f"Lot {lot.number}: {verdict.sentence}", report, f"rule:conformity.{verdict.rule}")
    findings = [one for term in terms if (one := verdict.term(term.id)) is not None]
    for one in findings:
        brought.find("term", grade, _said(lot, one), case.term_source(one.term), report)
    breached = [one for one in findings if one.status == BREACHED]
    for one in findings:
        if one.status == UNDECIDED and (brought.complaint.terms or not breached):
            said = f"Lot {lot.number}: {one.term} ({one.subject}) is undecided: {one.why}."
            brought.ask("reading", lot.number, said, case.term_source(one.term), report)
    if verdict.rule == "sample_not_complete":
        said = f"Lot {lot.number}: fewer units were decided than the contract asks for; the rest would decide the lot."
        brought.ask("inspection_report", lot.number, said, report, "contract:criterion")
    if breached:
        ids = {one.term for one in breached}
        _claim_units(case, brought, result, [term for term in terms if term.id in ids], grade)


def _said(lot: Lot, one: TermFinding) -> str:
    what = f"Lot {lot.number}: {one.term} ({one.subject}), permitted {one.permitted}"
    if one.status == UNDECIDED:
        return f"{what}: undecided, {one.why}."
    worst = f", the worst {one.worst} (unit {one.worst_unit})" if one.worst is not None else ""
    return f"{what}: {one.status}; {one.breached} of {one.examined} units examined in breach{worst}."


def _measure(available: dict[int, int], verdict: Verdict, triggering: list[str]) -> dict[int, int]:
    """The units a remedy starts from: the lot, the projected fraction, or those found in breach of a trigger."""
    if verdict.measure == "lot":
        return {line: count for line, count in available.items() if count}
    if verdict.measure == "fraction":
        units = {row.line: row.units for row in verdict.claimable}
    else:
        units = verdict.units_of(triggering)
    return {line: min(count, available.get(line, 0)) for line, count in units.items() if available.get(line, 0)}


def _claim_units(case: Case, brought: Brought, result: LotVerdict, breached: list[Term], grade: str) -> None:
    """What the verdict lets the buyer ask back of this lot."""
    verdict, number = result.verdict, result.lot
    units = _measure(case.ordered(number), verdict, [term.id for term in breached if term.refund_trigger])
    points = (f"report:{result.report}", *(case.term_source(term.id) for term in breached))
    if not units:
        brought.find("remedy", grade, f"Lot {number}: the breach triggers no refund by its term.", *points)
        return
    whole = verdict.measure == "lot"
    lot = case.facts.lot(number)
    brought.claimed.append(
        Claimed(
            complaint=brought.complaint.id,
            lot=number,
            units=tuple(sorted(units.items())),
            label="lot_price" if whole else "units_price",
            grade=grade,
            points_to=(*points, f"rule:conformity.{verdict.rule}"),
            whole_lot=whole,
            goods_came=lot is not None and lot.delivered_on is not None,
        )
    )
    if whole:
        _rest(case, brought, number, grade)


def _rest(case: Case, brought: Brought, rejected: int, grade: str) -> None:
    """Breach of an instalment: the buyer may cancel what was not delivered."""
    if not rules.may_cancel_rest(programme=case.programme, lot_rejected_whole=True):
        return
    rest = [
        (one.number, case.ordered(one.number))
        for one in case.facts.lots
        if one.delivered_on is None and one.number != rejected
    ]
    rest = [(number, units) for number, units in (*rest, (0, case.unassigned())) if any(units.values())]
    count = sum(sum(units.values()) for _number, units in rest)
    if not count:
        return
    rule = "rule:remedies.cancel_rest"
    if not brought.complaint.cancel_rest:
        said = f"Lot {rejected} is rejected whole: the buyer may cancel the {count} units not delivered."
        brought.find("rest", CONCLUSIVE, said, rule, f"record:lot:{rejected}")
        return
    said = f"Lot {rejected} is rejected whole, and the buyer cancels the {count} units not delivered."
    brought.find("rest", grade, said, rule, f"record:lot:{rejected}", "record:claim")
    taken = {one.lot for one in brought.claimed}
    for number, units in rest:
        if number not in taken:
            points = (rule, f"record:lot:{number}" if number else "contract:lines")
            claimed = Claimed(
                brought.complaint.id, number, tuple(sorted(units.items())), "undelivered_price", grade, points, True
            )
            brought.claimed.append(claimed)


def _unexamined(case: Case, brought: Brought, lot: Lot, terms: tuple[Term, ...]) -> None:
    """Nobody has read the lot: accepted, the claim's own quantities stand; else readings are missing."""
    stated = {row.line: row.units for row in brought.complaint.quantities if row.lot == lot.number and row.units > 0}
    if case.accepted and stated:
        available = case.ordered(lot.number)
        units = tuple(sorted((line, min(count, available.get(line, 0))) for line, count in stated.items()))
        said = f"Lot {lot.number} was not examined; the respondent accepts the quantities the claim states."
        brought.find("lot", SUPPORTED, said, "record:answer", "record:claim")
        whole = dict(units) == {line: count for line, count in available.items() if count}
        points = ("record:answer", "record:claim")
        label = "lot_price" if whole else "units_price"
        brought.claimed.append(
            Claimed(brought.complaint.id, lot.number, units, label, SUPPORTED, points, whole, goods_came=True)
        )
        return
    wanted = ", ".join(f"{term.id} ({term.subject})" for term in terms)
    said = f"Lot {lot.number}: nobody has read {wanted}; an inspection or test report would decide it."
    brought.ask("inspection_report", lot.number, said, *(case.term_source(term.id) for term in terms))


def _replacement(brought: Brought) -> None:
    """Goods instead of money: the units are owed again, and nothing is refunded unless they do not come."""
    for one in brought.claimed:
        count = sum(units for _line, units in one.units)
        said = f"The supplier replaces {count} units of lot {one.lot}; the money stays frozen until they are received."
        brought.obligations.append(Obligation("replacement", "supplier", said, (*one.points_to, "rule:remedies")))
        if one.grade not in (CONCLUSIVE, SUPPORTED):
            brought.person_needed = True
    brought.claimed.clear()
