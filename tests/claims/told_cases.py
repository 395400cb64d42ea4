"""The case that a line of a preview tells, built again from what the line says and from nothing else of the product's
imagination: the contract as it is signed, days and units as told, readings with values that fail."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from holdfast.claims.agreed import contract_facts
from holdfast.claims.facts import (
    Answer,
    AssessmentFacts,
    ClaimedUnits,
    Complaint,
    Evidence,
    Lot,
    LotLine,
    Report,
)
from holdfast.claims.imagined import Signing
from holdfast.claims.promises import Promise
from holdfast.terms import read_readings
from holdfast.terms.readings import Readings
from holdfast.terms.specification import Shape, Term

FAILS: dict[Shape, dict[str, Any]] = {
    Shape.GRADE: {"value": "1"},
    Shape.LISTED: {"value": "nothing that was agreed"},
    Shape.PASSED: {"passed": False},
    Shape.COLOUR: {"lab": ["90", "60", "60"], "swatch_lab": ["20", "-40", "-40"]},
}


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


def end_of(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(23, 59, 59), tzinfo=ZoneInfo(zone))


def told(signing: Signing, promise: Promise, *, held: bool = True, met: bool = True) -> AssessmentFacts:
    """The case of a promise; without `met` the same case where its condition is not there."""
    made: AssessmentFacts = _BUILD[promise.case.code](signing, promise, met)
    return replace(made, money=signing.money(held=held))


def _case(signing: Signing, complaint: Complaint, lots: tuple[Lot, ...] = (), **more: Any) -> AssessmentFacts:
    facts = AssessmentFacts(
        order="ord_told",
        assessed_at=complaint.opened_at,
        buyer_zone=signing.buyer_zone,
        supplier_zone=signing.supplier_zone,
        contract=contract_facts(
            document=signing.document, number="C-7", digest="", ship_on=signing.ship_on, inspection="none"
        ),
        lots=lots,
        money=signing.money(held=True),
        complaints=(complaint,),
    )
    return replace(facts, **more)


def _lot(signing: Signing, **more: Any) -> Lot:
    """Everything, as agreed."""
    rows = tuple(LotLine(line.number, line.quantity, line.quantity, line.quantity) for line in signing.document.lines)
    lot = Lot(
        number=1,
        lines=rows,
        price_minor=signing.document.total_minor,
        ship_on=signing.ship_on,
        deliver_by=signing.document.latest_delivery_on,
        shipped_on=signing.ship_on,
        ship_grade="A",
        uploaded_on=signing.ship_on,
        expected_delivery_on=signing.arrives_on,
        delivered_on=signing.arrives_on,
        delivery_grade="A",
    )
    return replace(lot, **more)


def _contested(facts: AssessmentFacts) -> AssessmentFacts:
    return replace(facts, answer=Answer("contest", facts.assessed_at, has_text=True))


def _day(signing: Signing, promise: Promise, *, by_arrival: bool = False) -> date:
    """The day the line names; where it names none, so many days after the day owed."""
    if promise.case.on is not None:
        return promise.case.on
    owed = signing.document.latest_delivery_on if by_arrival else signing.ship_on
    assert owed is not None
    assert promise.case.days_late is not None
    return owed + timedelta(days=promise.case.days_late)


def _shipped_late(signing: Signing, promise: Promise, met: bool) -> AssessmentFacts:
    left = _day(signing, promise)
    came = left + timedelta(days=signing.document.transit_days)
    grade = "A" if met else "D"
    lot = _lot(signing, shipped_on=left, uploaded_on=left, delivered_on=came, ship_grade=grade)
    facts = _case(signing, Complaint("clm_told", promise.reason, noon(came)), (lot,))
    return facts if met else _contested(facts)


def _arrived_late(signing: Signing, promise: Promise, met: bool) -> AssessmentFacts:
    came = _day(signing, promise, by_arrival=True)
    left = min(signing.ship_on, came)
    lot = _lot(signing, shipped_on=left, uploaded_on=left, delivered_on=came, delivery_grade="A" if met else "D")
    facts = _case(signing, Complaint("clm_told", promise.reason, noon(came)), (lot,))
    return facts if met else _contested(facts)


def _no_day_owed(signing: Signing, promise: Promise, met: bool) -> AssessmentFacts:
    very_late = signing.arrives_on + timedelta(days=400)
    lot = _lot(signing, delivered_on=very_late)
    lots = () if promise.situation == "cancelled" else (lot,)
    asked = Complaint("clm_told", promise.reason, noon(very_late), cancel_late=promise.situation == "cancelled")
    return _case(signing, asked, lots)


def _cancelled(signing: Signing, promise: Promise, met: bool) -> AssessmentFacts:
    on = _day(signing, promise)
    return _case(signing, Complaint("clm_told", promise.reason, end_of(on, signing.buyer_zone), cancel_late=met))


def _nothing_shipped(signing: Signing, promise: Promise, met: bool) -> AssessmentFacts:
    """It is claimed in time, on the day after the ship date or on the latest day of delivery if that is before it, and
    judged on the day the line names or on the day before."""
    on = _day(signing, promise) - timedelta(days=0 if met else 1)
    after = signing.ship_on + timedelta(days=1)
    opened = noon(min(after, signing.document.latest_delivery_on or after))
    return _case(signing, Complaint("clm_told", promise.reason, opened), assessed_at=end_of(on, signing.buyer_zone))


def _supplier_cancels(signing: Signing, promise: Promise, met: bool) -> AssessmentFacts:
    on = signing.ship_on if met else None
    return _case(signing, Complaint("clm_told", promise.reason, noon(signing.ship_on)), supplier_cancelled_on=on)


def failing(term: Term) -> dict[str, Any]:
    """A reading that no such term permits."""
    if term.shape is Shape.MEASURE:
        value = {"at_least": "-999999"}.get(term.limit or "", "999999")
        return {"term": term.id, "value": value, **({"unit": term.unit} if term.unit else {})}
    return {"term": term.id, **FAILS[term.shape]}


def _readings(signing: Signing) -> Readings:
    specification = signing.document.specification
    units = [
        {
            "id": f"U{line.number}",
            "line": line.number,
            "count": line.quantity,
            "readings": [
                failing(term)
                for term in specification.terms
                if not term.obstacle and term.covers(line=line.number, size=None)
            ],
        }
        for line in signing.document.lines
    ]
    return read_readings({"units": units}, specification=specification)


def _fails(signing: Signing, promise: Promise, met: bool) -> AssessmentFacts:
    """An inspector's report with a value for every term and unit; without it the buyer's own, contested."""
    report = Report("rep_told", "inspector" if met else "buyer", signing.arrives_on, _readings(signing))
    facts = _case(
        signing,
        Complaint("clm_told", promise.reason, noon(signing.arrives_on), lots=(1,)),
        (_lot(signing, reports=(report,)),),
    )
    if promise.case.code == "every_unit_fails_after_use":
        facts = replace(facts, established=("changed_by_washing_or_use",))
    return facts if met else _contested(facts)


def _accepted(signing: Signing, promise: Promise, met: bool) -> AssessmentFacts:
    units = tuple(ClaimedUnits(1, line.number, line.quantity) for line in signing.document.lines)
    asked = Complaint("clm_told", promise.reason, noon(signing.arrives_on), lots=(1,), quantities=units)
    facts = _case(signing, asked, (_lot(signing),))
    return replace(facts, answer=Answer("accept", facts.assessed_at)) if met else _contested(facts)


def _no_unit(signing: Signing, promise: Promise, met: bool) -> AssessmentFacts:
    rows = tuple(LotLine(line.number, line.quantity, line.quantity, 0) for line in signing.document.lines)
    lot = _lot(signing, lines=rows, counted_by="inspector" if met else "buyer")
    facts = _case(signing, Complaint("clm_told", promise.reason, noon(signing.arrives_on)), (lot,))
    return facts if met else _contested(facts)


def _inside_tolerance(signing: Signing, promise: Promise, met: bool) -> AssessmentFacts:
    rows = []
    for line, row in zip(signing.document.lines, _lot(signing).lines, strict=True):
        percent = line.tolerance.percent if line.tolerance else 0
        rows.append(replace(row, received=line.quantity - int(line.quantity * (percent or 0) / 100)))
    lot = _lot(signing, lines=tuple(rows), counted_by="inspector")
    return _case(signing, Complaint("clm_told", promise.reason, noon(signing.arrives_on)), (lot,))


def _by_mediator(signing: Signing, promise: Promise, met: bool) -> AssessmentFacts:
    """Whatever the circumstances: the assessment leaves it to a person, or says that it is not covered."""
    at = noon(signing.arrives_on)
    asked = Complaint("clm_told", promise.reason, at, promise.by, event_on=signing.arrives_on)
    if promise.case.code == "all_counterfeit":
        asked = replace(asked, counterfeit=True)
    if promise.case.code == "matter_of_taste":
        asked = replace(asked, about="scent")
    proof = Evidence("ev_told", "document", promise.by, amount_minor=signing.document.total_minor)
    lots = () if promise.reason == "balance_unpaid" else (_lot(signing),)
    return _case(signing, asked, lots, evidence=(proof,), answer=Answer("accept", at))


class _Build(dict[str, Any]):
    def __missing__(self, code: str) -> Any:
        return _by_mediator


_BUILD = _Build(
    shipped_late=_shipped_late,
    arrived_late=_arrived_late,
    no_day_owed=_no_day_owed,
    cancelled_for_lateness=_cancelled,
    nothing_shipped=_nothing_shipped,
    supplier_cancels=_supplier_cancels,
    every_unit_fails=_fails,
    every_unit_fails_after_use=_fails,
    every_unit_accepted=_accepted,
    no_unit_in_the_boxes=_no_unit,
    short_inside_tolerance=_inside_tolerance,
)
