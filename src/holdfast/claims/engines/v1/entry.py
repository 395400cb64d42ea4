"""Whether a complaint comes in at all: in its window, and covered by the programme for the facts at hand.

Both answers are the programme's own functions; here they get the facts of the case and become findings.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Literal, cast
from zoneinfo import ZoneInfo

from holdfast.claims.engines.v1.assessment import CONCLUSIVE, SUPPORTED
from holdfast.claims.engines.v1.case import Brought, Case
from holdfast.claims.facts import Lot
from holdfast.kernel.clock import rfc3339
from holdfast.programme import rules

Grade = Literal["A", "B", "C", "D"]


def ship_on(case: Case, lot: Lot | None) -> rules.LateStart | None:
    """The ship date lateness counts from, amended and moved by force majeure; None where none was agreed."""
    contract = case.facts.contract
    agreed = lot.ship_on if lot is not None and lot.ship_on is not None else contract.ship_on
    if agreed is None:
        return None
    act = cast("Literal['new_date', 'rights_reserved', 'with_compensation'] | None", contract.date_act)
    start = rules.late_start(expected_on=agreed, new_on=contract.new_ship_on, act=act)
    moved = start.counts_from + timedelta(days=case.facts.excused_days)
    return rules.LateStart(moved, start.grace, start.rule)


def deliver_by(case: Case, lot: Lot | None) -> date | None:
    """The latest delivery date, moved by force majeure."""
    agreed = lot.deliver_by if lot is not None and lot.deliver_by is not None else case.facts.contract.deliver_by
    return agreed + timedelta(days=case.facts.excused_days) if agreed is not None else None


def _window_facts(case: Case, lot: Lot | None, zone: str, event_on: date | None) -> rules.WindowFacts:
    start = ship_on(case, lot)
    return rules.WindowFacts(
        zone=zone,
        delivered_on=lot.delivered_on if lot else None,
        receipt_confirmed_on=lot.receipt_confirmed_on if lot else None,
        expected_delivery_on=(lot.expected_delivery_on if lot else None) or deliver_by(case, lot),
        expected_ship_on=start.counts_from if start else None,
        shipped_on=lot.shipped_on if lot else None,
        event_on=event_on,
        receipt_deadline_at=lot.receipt_deadline_at if lot else None,
    )


def in_window(*, case: Case, brought: Brought, lot: Lot | None) -> bool:
    """Whether the complaint was opened in time for this lot (None: for what is in no lot); says so either way."""
    complaint = brought.complaint
    zone = case.facts.buyer_zone if complaint.by == "buyer" else case.facts.supplier_zone
    facts = _window_facts(case, lot, zone, complaint.event_on)
    window = rules.claim_window(programme=case.programme, reason=complaint.reason, facts=facts)
    nothing = "the units in no lot" if complaint.by == "buyer" else "the event complained of"
    what = f"lot {lot.number}" if lot else nothing
    points = (f"rule:{window.rule}", f"record:lot:{lot.number}" if lot else "contract:lines")
    inside = window.open_at(complaint.opened_at)
    if window.ends_at is None:
        brought.find("window", CONCLUSIVE, f"For {what} the window is still open.", *points)
        return True
    local = window.ends_at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")
    until = f"{local} {zone} ({rfc3339(window.ends_at)[:19]}Z), counted from {window.anchor.replace('_', ' ')}"
    said = f"For {what} the window {'ends' if inside else 'ended'} {until}; opened {_moment(complaint.opened_at)}."
    brought.find("window", CONCLUSIVE, said, *points)
    return inside


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"


def covered(
    *,
    case: Case,
    brought: Brought,
    reason: str,
    measurable: bool = False,
    missing: str = "",
    lasting: bool = False,
    beyond_tolerance: bool = True,
) -> bool:
    """Whether the programme covers the reason for these facts; the finding carries its sentence."""
    facts = rules.CoverageFacts(
        incoterm=case.facts.contract.incoterm,
        has_measurable_term=measurable,
        missing_term=missing,
        lasting_term=lasting,
        promises_arrival=case.facts.contract.promises_arrival,
        beyond_tolerance=beyond_tolerance,
        counterfeit=brought.complaint.counterfeit,
        established=frozenset(case.facts.established),
    )
    answer = rules.coverage(programme=case.programme, reason=reason, facts=facts)
    brought.find("coverage", CONCLUSIVE, answer.sentence, f"rule:{answer.rule}")
    brought.denied = brought.denied or not answer.covered
    return answer.covered


def answered(*, case: Case, brought: Brought) -> None:
    """What the answer does to the grades."""
    answer = case.facts.answer
    if answer is None:
        return
    point = "record:answer"
    if case.accepted:
        if answer.kind == "accept":
            brought.find("answer", SUPPORTED, "The respondent accepts the claim.", point)
        else:
            said = "The respondent was silent, and this programme refunds on silence."
            brought.find("answer", SUPPORTED, said, point, "rule:claims.on_silence")
    elif answer.kind == "misuse" and not answer.evidence:
        said = "Misuse is alleged without a document: it changes nothing."
        brought.find("answer", CONCLUSIVE, said, point, "rule:claims.misuse_needs_documents")
    elif case.contested:
        points = (point, *(f"evidence:{one}" for one in answer.evidence))
        brought.find("answer", SUPPORTED, "The respondent contests; what a third party recorded stands.", *points)


def undisputed(case: Case, grade: str) -> bool:
    """Whether the facts a remedy rests on are open to nobody's word."""
    return case.accepted or grade == CONCLUSIVE
