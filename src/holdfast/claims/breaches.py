"""What is broken on an order, or is going to be, and what of it was conceded: for the guard and for the assessment.

It reads dates, inspections and signed acts. It decides neither a claim nor what a message means.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from holdfast.claims import facts
from holdfast.contracts.queries import agreement as agreement_of
from holdfast.inspection import queries as inspection
from holdfast.kernel.clock import local_day
from holdfast.orders import said
from holdfast.orders.rules import money
from holdfast.orders.rules.facts import Order, Whole
from holdfast.orders.work import Work
from holdfast.record import concessions
from holdfast.record.concessions import Concession
from holdfast.terms import Specification
from holdfast.terms.speech import LATE, TERM, Spoken, drift

LATENESS = frozenset({"late_shipment", "late_delivery"})
GOODS = frozenset({"quality", "wrong_goods", "packaging_labelling"})
_OF_GOODS = frozenset({"quantity", "colour", "material", "size", "measure"})


@dataclass(frozen=True, slots=True)
class Breach:
    """`kind` is `late` or `term`; `foreseen` where nothing is broken yet and somebody said that it will be."""

    kind: str
    foreseen: bool
    owed_on: date | None = None
    lots: tuple[int, ...] = ()
    terms: tuple[str, ...] = ()


def breaches(*, work: Work, answers: str) -> tuple[Breach, ...]:
    """What the supplier has broken or, by its last words, will break, and the buyer has not waived."""
    known = concessions.in_force(order_id=work.order.id)
    found = [_late(work, answers), _terms(work, answers)]
    return tuple(one for one in found if one is not None and not _is_waived(one, known))


def late_lots(work: Work) -> tuple[int, ...]:
    """The lots that left after the ship date."""
    promised = {lot.number: money.promised_on(work.order, lot)[0] for lot in work.whole.lots}
    days = ((lot, promised[lot.number]) for lot in work.whole.lots)
    return tuple(lot.number for lot, ship_on in days if ship_on is not None and lot.shipped_on > ship_on)


def _late(work: Work, answers: str) -> Breach | None:
    order, late = work.order, late_lots(work)
    if order.ship_on is None:
        return None
    waits = order.state in {"agreed", "active"} and not order.rest_settled and money.rest_price(work.whole) > 0
    if late or (waits and local_day(work.now, order.supplier_zone) > order.ship_on):
        return Breach(LATE, foreseen=False, owed_on=order.ship_on, lots=late)
    if waits and "ship_date" in _differences(work, answers):
        return Breach(LATE, foreseen=True, owed_on=order.ship_on)
    return None


def _terms(work: Work, answers: str) -> Breach | None:
    reports = inspection.reports(order_id=work.order.id)
    terms = dict.fromkeys(
        finding["term"] for row in reports for finding in row.verdict["terms"] if finding["status"] == "breached"
    )
    lots = dict.fromkeys(row.lot for row in reports if row.lot is not None and row.verdict["lot"] == "rejected")
    rejected = [lot.number for lot in work.whole.lots if lot.state == "rejected"]
    if terms or lots or rejected or work.order.inspection == "failed":
        return Breach(TERM, foreseen=False, lots=tuple(sorted({*lots, *rejected})), terms=tuple(terms))
    if _differences(work, answers) & _OF_GOODS:
        return Breach(TERM, foreseen=True)
    return None


def _differences(work: Work, answers: str) -> frozenset[str]:
    """The kinds of thing that the other side's last words say otherwise than the contract."""
    agreement = agreement_of(contract_id=work.order.contract_id)
    spoken = Spoken(answers, local_day(work.now, work.order.supplier_zone))
    found = drift(spoken=spoken, agreed=said.agreed_of(order=work.order, agreement=agreement))
    return frozenset(one.kind for one in found)


def _is_waived(breach: Breach, known: Iterable[Concession]) -> bool:
    if breach.kind == LATE:
        return waives_lateness(known)
    waived = {
        term for one in known if one.kind == "waive" and one.breach == TERM and not one.lots for term in one.terms
    }
    return bool(breach.terms) and set(breach.terms) <= waived


def waives_lateness(known: Iterable[Concession]) -> bool:
    """Whether lateness was waived altogether: without a new day from which it would count again."""
    return any(one.kind == "waive" and one.breach == LATE and one.new_on is None for one in known)


# --- what the assessment is told --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dates:
    """The day that was owed first, the new one, and the act by which it came (as the engine calls them)."""

    ship_on: date | None
    new_ship_on: date | None = None
    date_act: str | None = None


_ACTS: Mapping[str, str] = {
    "waive": "new_date",
    "with_compensation": "with_compensation",
    "rights_reserved": "rights_reserved",
}


def dates(*, order: Order, known: Iterable[Concession]) -> Dates:
    """From which day lateness counts. The last act that moved the date decides, as long as no amendment has moved it
    since; a date with rights reserved moves nothing."""
    late = [one for one in known if one.breach == LATE and one.new_on is not None]
    moving = [one for one in late if one.moves_date]
    if moving:
        last = moving[-1]
        return Dates(last.original_on, last.new_on, _ACTS[last.kind]) if last.new_on == order.ship_on else _own(order)
    reserved = [one for one in late if one.original_on == order.ship_on]
    if reserved:
        return Dates(order.ship_on, reserved[-1].new_on, _ACTS["rights_reserved"])
    return _own(order)


def _own(order: Order) -> Dates:
    return Dates(order.ship_on)


def concede(*, gathered: facts.AssessmentFacts, whole: Whole, known: tuple[Concession, ...]) -> facts.AssessmentFacts:
    """The facts of a case with what was conceded: the dates, breaches waived whole, and terms that no longer count.

    Lots that left under an earlier version keep the day that was promised for them.
    """
    if not known:
        return gathered
    when, order = dates(order=whole.order, known=known), whole.order
    current = {lot.number for lot in whole.lots if lot.version == order.version}
    lots = tuple(replace(lot, ship_on=when.ship_on) if lot.number in current else lot for lot in gathered.lots)
    contract = gathered.contract
    if contract.version == order.version:
        contract = replace(contract, ship_on=when.ship_on, new_ship_on=when.new_ship_on, date_act=when.date_act)
    moved = replace(gathered, contract=contract, lots=lots)
    waived = tuple(_waived_terms(known))
    if not waived and not waives_lateness(known):
        return moved
    return _without(moved, known, waived)


def _waived_terms(known: Iterable[Concession]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Each term that was waived, with its lots (none: all)."""
    for one in known:
        if one.kind == "waive" and one.breach == TERM:
            yield from ((term, one.lots) for term in one.terms)


def _without(
    case: facts.AssessmentFacts, known: Iterable[Concession], waived: tuple[tuple[str, tuple[int, ...]], ...]
) -> facts.AssessmentFacts:
    """A complaint of nothing but what was waived is excluded; otherwise readings of waived terms are left out."""
    concerned = _concerned(case)
    whole = {
        term
        for term, _lots in waived
        if any(not lots for name, lots in waived if name == term)
        or (concerned and all(any(name == term and lot in lots for name, lots in waived) for lot in concerned))
    }
    reasons = {complaint.reason for complaint in case.complaints}
    named = {term for complaint in case.complaints for term in complaint.terms}
    only_late = reasons <= LATENESS and waives_lateness(known)
    only_terms = reasons <= GOODS and bool(named) and named <= whole
    if only_late or only_terms:
        return replace(case, established=(*case.established, "waived"))
    terms = tuple(term for term in case.contract.specification.terms if term.id not in whole)
    complaints = tuple(
        replace(one, terms=tuple(term for term in one.terms if term not in whole)) for one in case.complaints
    )
    contract = replace(case.contract, specification=Specification(terms))
    lots = tuple(_unread(lot, whole | {term for term, of in waived if lot.number in of}) for lot in case.lots)
    return replace(case, contract=contract, complaints=complaints, lots=lots)


def _concerned(case: facts.AssessmentFacts) -> frozenset[int]:
    named = {lot for complaint in case.complaints for lot in complaint.lots}
    return frozenset(named or {lot.number for lot in case.lots})


def _unread(lot: facts.Lot, waived: set[str]) -> facts.Lot:
    """A lot without the readings of these terms."""
    reports = []
    for report in lot.reports:
        units = tuple(
            replace(
                unit,
                readings=tuple(row for row in unit.readings if row.term not in waived),
                defects=tuple(row for row in unit.defects if row.term not in waived),
            )
            for unit in report.readings.units
        )
        reports.append(replace(report, readings=replace(report.readings, units=units)))
    return replace(lot, reports=tuple(reports))
