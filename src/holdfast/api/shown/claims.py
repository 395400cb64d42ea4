"""How claims, their evidence and decisions look from outside."""

from typing import Any

from ninja import Schema

from holdfast.api import documents
from holdfast.api.shown import Waits, day, moment, name, waits
from holdfast.claims.engines import Assessment
from holdfast.claims.operations.answering import Added
from holdfast.claims.operations.case import ClaimStep
from holdfast.claims.queries import ClaimLine, ClaimPage, DeterminationView, EvidenceView
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import public


class ClaimAct(Schema):
    """Something the caller may do now, or from `from` on; `due_at` is by when."""

    verb: str
    opens_at: str | None
    due_at: str | None
    zone: str | None


class Exhibit(Schema):
    """Evidence: what it is, who brought it, what it points to."""

    id: str
    kind: str
    by: str
    reference: str | None
    sha256: str | None
    said_on: str | None
    lot: int | None
    amount_minor: int | None
    note: str
    added_at: str
    external_id: str | None
    metadata: dict[str, str]


class Determination(Schema):
    """A decision, with the lines that sum to the award and the assessment it stood beside."""

    id: str
    kind: str
    outcome: str
    supplier_percent: int
    award_minor: int
    refund_minor: int
    cost_minor: int
    currency: str
    lines: list[documents.AwardLine]
    goods_back: bool
    reasons: str
    departure: str
    engine: str
    assessment: documents.AssessmentDocument
    assessment_sha256: str
    published_at: str


class Claim(Schema):
    """A case, as the caller's side sees it now."""

    id: str
    order_id: str
    order_number: str
    number: int
    role: str
    claimant: str
    respondent: str
    reason: str
    state: str
    lots: list[int]
    units: list[dict[str, int]]
    terms: list[str]
    about: str
    remedy: str
    amount_minor: int | None
    currency: str
    frozen_minor: int
    statement: str
    cancel_rest: bool
    opened_at: str
    window_ends_at: str | None
    buyer_zone: str
    supplier_zone: str
    answer: str | None
    answer_text: str
    answered_at: str | None
    offer_minor: int | None
    escalated_at: str | None
    appeal_ends_at: str | None
    appeal_waived_by: list[str]
    final_at: str | None
    return_number: str | None
    ended_at: str | None
    paused_at: str | None
    waiting_minor: int
    charged_back_minor: int
    evidence: list[Exhibit]
    missing: list[str]
    determination: Determination | None
    deadlines: list[Waits]
    acts: list[ClaimAct]
    external_id: str | None
    metadata: dict[str, str]


class ClaimInList(Schema):
    """A claim in a list; `who` must act by `due_at`."""

    id: str
    order_id: str
    order_number: str
    number: int
    reason: str
    state: str
    claimant: str
    buyer_name: str
    supplier_name: str
    amount_minor: int | None
    frozen_minor: int
    currency: str
    opened_at: str
    due_at: str | None
    who: str | None


class Step(Schema):
    """What an act did to a claim and to the money of its order."""

    claim_id: str
    order_id: str
    number: int
    state: str
    reason: str
    claimant: str
    frozen_minor: int
    award_minor: int | None
    refunded_minor: int
    released_minor: int
    owed_minor: int
    currency: str
    answer_due_at: str | None
    appeal_ends_at: str | None


class ExhibitAdded(Schema):
    """Evidence as it was taken in."""

    id: str
    claim_id: str
    order_id: str
    kind: str
    by: str
    external_id: str | None
    metadata: dict[str, str]


class AssessmentShown(Schema):
    """What the rules compute now, before a person decides: every sentence points to what it rests on."""

    engine: str
    outcome: str
    without_person: bool
    refund_minor: int
    cost_minor: int
    total_minor: int
    currency: str
    assessment: documents.AssessmentDocument


def _evidence(row: EvidenceView) -> dict[str, Any]:
    prefix = {"message": "msg", "inspection_report": "rpt"}.get(row.kind, "fil")
    return {
        "id": public("evd", row.id),
        "kind": row.kind,
        "by": row.by,
        "reference": name(prefix, row.reference),
        "sha256": row.sha256.hex() if row.sha256 else None,
        "said_on": day(row.said_on),
        "lot": row.lot,
        "amount_minor": row.amount_minor,
        "note": row.note,
        "added_at": rfc3339(row.added_at),
        "external_id": None,
        "metadata": {},
    }


def _determination(row: DeterminationView) -> dict[str, Any]:
    return {
        "id": public("det", row.id),
        "kind": row.kind,
        "outcome": row.outcome,
        "supplier_percent": row.supplier_percent,
        "award_minor": row.award_minor,
        "refund_minor": row.refund_minor,
        "cost_minor": row.cost_minor,
        "currency": row.currency,
        "lines": row.lines,
        "goods_back": row.goods_back,
        "reasons": row.reasons,
        "departure": row.departure,
        "engine": row.engine,
        "assessment": row.assessment,
        "assessment_sha256": row.assessment_sha256.hex(),
        "published_at": rfc3339(row.published_at),
    }


def claim(page: ClaimPage) -> dict[str, Any]:
    """A claim, for one role."""
    return {
        "id": public("clm", page.id),
        "order_id": public("ord", page.order_id),
        "order_number": page.order_number,
        "number": page.number,
        "role": page.role,
        "claimant": page.claimant,
        "respondent": page.respondent,
        "reason": page.reason,
        "state": page.state,
        "lots": list(page.lots),
        "units": [dict(row) for row in page.units],
        "terms": list(page.terms),
        "about": page.about,
        "remedy": page.remedy,
        "amount_minor": page.amount_minor,
        "currency": page.currency,
        "frozen_minor": page.frozen_minor,
        "statement": page.statement,
        "cancel_rest": page.cancel_rest,
        "opened_at": rfc3339(page.opened_at),
        "window_ends_at": moment(page.window_ends_at),
        "buyer_zone": page.buyer_zone,
        "supplier_zone": page.supplier_zone,
        "answer": page.answer,
        "answer_text": page.answer_text,
        "answered_at": moment(page.answered_at),
        "offer_minor": page.offer_minor,
        "escalated_at": moment(page.escalated_at),
        "appeal_ends_at": moment(page.appeal_ends_at),
        "appeal_waived_by": list(page.appeal_waived_by),
        "final_at": moment(page.final_at),
        "return_number": page.return_number,
        "ended_at": moment(page.ended_at),
        "paused_at": moment(page.paused_at),
        "waiting_minor": page.waiting_minor,
        "charged_back_minor": page.charged_back_minor,
        "evidence": [_evidence(row) for row in page.evidence],
        "missing": list(page.checklist),
        "determination": None if page.determination is None else _determination(page.determination),
        "deadlines": [waits(row) for row in page.deadlines],
        "acts": [
            {"verb": act.verb, "opens_at": moment(act.from_), "due_at": moment(act.until), "zone": act.zone}
            for act in page.acts
        ],
        "external_id": page.external_id,
        "metadata": page.metadata,
    }


def claim_line(row: ClaimLine) -> dict[str, Any]:
    """A claim in a list."""
    return {
        "id": public("clm", row.id),
        "order_id": public("ord", row.order_id),
        "order_number": row.order_number,
        "number": row.number,
        "reason": row.reason,
        "state": row.state,
        "claimant": row.claimant,
        "buyer_name": row.buyer_name,
        "supplier_name": row.supplier_name,
        "amount_minor": row.amount_minor,
        "frozen_minor": row.frozen_minor,
        "currency": row.currency,
        "opened_at": rfc3339(row.opened_at),
        "due_at": moment(row.due_at),
        "who": row.who,
    }


def step(result: ClaimStep) -> dict[str, Any]:
    """What an act did."""
    return {
        "claim_id": public("clm", result.claim_id),
        "order_id": public("ord", result.order_id),
        "number": result.number,
        "state": result.state,
        "reason": result.reason,
        "claimant": result.claimant,
        "frozen_minor": result.frozen_minor,
        "award_minor": result.award_minor,
        "refunded_minor": result.refunded_minor,
        "released_minor": result.released_minor,
        "owed_minor": result.owed_minor,
        "currency": result.currency,
        "answer_due_at": moment(result.answer_due_at),
        "appeal_ends_at": moment(result.appeal_ends_at),
    }


def added(result: Added) -> dict[str, Any]:
    """Evidence taken in."""
    return {
        "id": public("evd", result.evidence_id),
        "claim_id": public("clm", result.claim_id),
        "order_id": public("ord", result.order_id),
        "kind": result.kind,
        "by": result.by,
        # One's own, which the edge puts in.
        "external_id": None,
        "metadata": {},
    }


def assessment(found: Assessment) -> dict[str, Any]:
    """What the rules compute."""
    return {
        "engine": found.engine,
        "outcome": found.outcome,
        "without_person": found.without_person,
        "refund_minor": found.refund_minor,
        "cost_minor": found.cost_minor,
        "total_minor": found.total_minor,
        "currency": found.currency,
        "assessment": found.as_document(),
    }
