"""The questions asked of claims: the gate first, then the case as a page, the lists, and the mediators' queue."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from holdfast.claims import engines, models, rules, verbs
from holdfast.claims.engines import Assessment
from holdfast.claims.gather import gather
from holdfast.claims.waiting import after_answer
from holdfast.contracts.programmes import programme_of
from holdfast.kernel.identifiers import parse, public
from holdfast.kernel.refusals import NotFound
from holdfast.orders.disputes import waiting_for
from holdfast.orders.work import read
from holdfast.parties.access import Caller, stand
from holdfast.parties.queries import names
from holdfast.programme import rules as programme_rules
from holdfast.record import deadlines
from holdfast.record.act import Act
from holdfast.record.deadlines import Deadline


@dataclass(frozen=True, slots=True)
class ClaimStanding:
    """A claim that passed its gate, and the caller's part in it."""

    claim_id: UUID
    order_id: UUID
    role: str


def claim_for(*, caller: Caller, ref: object) -> ClaimStanding:
    """The gate: a claim is there for the two sides of its order, for mediators and the operator.

    Refusal: `not_found`, whether it is foreign, malformed or unknown.
    """
    claim_id = parse("clm", ref)
    row = (
        models.Claim.objects.filter(id=claim_id)
        .values_list("order_id", "order__buyer_id", "order__supplier_id")
        .first()
        if claim_id is not None
        else None
    )
    if row is None or claim_id is None:
        raise NotFound
    return ClaimStanding(claim_id, row[0], stand(caller=caller, buyer_id=row[1], supplier_id=row[2]))


def evidence_for(*, caller: Caller, ref: object) -> ClaimStanding:
    """The gate of evidence: it is there for whom its claim is. Refusal: `not_found`."""
    evidence_id = parse("evd", ref)
    if evidence_id is None:
        raise NotFound
    claim_id = models.Evidence.objects.filter(id=evidence_id).values_list("claim_id", flat=True).first()
    return claim_for(caller=caller, ref=None if claim_id is None else public("clm", claim_id))


@dataclass(frozen=True, slots=True)
class OpenAct:
    """Something the caller may do with the claim now, and the deadline that waits for it."""

    verb: str
    from_: datetime | None
    until: datetime | None
    zone: str | None


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """One exhibit."""

    id: UUID
    kind: str
    by: str
    reference: UUID | None
    sha256: bytes | None
    said_on: date | None
    lot: int | None
    amount_minor: int | None
    note: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class DeterminationView:
    """A decision as both sides read it. `lines` are as in the remedy calculator's documents."""

    id: UUID
    kind: str
    outcome: str
    supplier_percent: int
    award_minor: int
    refund_minor: int
    cost_minor: int
    currency: str
    lines: list[dict[str, Any]]
    goods_back: bool
    reasons: str
    departure: str
    engine: str
    assessment: dict[str, Any]
    assessment_sha256: bytes
    published_at: datetime


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """Everything the page of a claim shows, for one role at one moment. Of its award `waiting_minor` waits for the end
    of a chargeback, and `charged_back_minor` came back by one."""

    id: UUID
    order_id: UUID
    order_number: str
    number: int
    role: str
    claimant: str
    respondent: str
    reason: str
    state: str
    lots: tuple[int, ...]
    units: tuple[dict[str, int], ...]
    terms: tuple[str, ...]
    about: str
    remedy: str
    amount_minor: int | None
    currency: str
    frozen_minor: int
    statement: str
    cancel_rest: bool
    opened_at: datetime
    window_ends_at: datetime | None
    buyer_zone: str
    supplier_zone: str
    buyer_name: str
    supplier_name: str
    answer: str | None
    answer_text: str
    answered_at: datetime | None
    offer_minor: int | None
    escalated_at: datetime | None
    appeal_ends_at: datetime | None
    appeal_waived_by: tuple[str, ...]
    final_at: datetime | None
    return_number: str | None
    ended_at: datetime | None
    paused_at: datetime | None
    waiting_minor: int
    charged_back_minor: int
    evidence: tuple[EvidenceView, ...]
    checklist: tuple[str, ...]
    determination: DeterminationView | None
    deadlines: tuple[Deadline, ...]
    acts: tuple[OpenAct, ...]
    external_id: str | None
    metadata: dict[str, Any]


def page(*, claim_id: UUID, role: str, now: datetime) -> ClaimPage:
    """The claim as this role sees it now."""
    claim = models.Claim.objects.select_related("order").get(id=claim_id)
    order = claim.order
    named = names(organisation_ids=[order.buyer_id, order.supplier_id])
    evidence = tuple(_evidence(row) for row in claim.evidence.order_by("id"))
    waiting = tuple(deadlines.of_subject(subject_id=claim_id))
    there = {row.kind for row in evidence}
    return ClaimPage(
        id=claim.id,
        order_id=order.id,
        order_number=order.number,
        number=claim.number,
        role=role,
        claimant=claim.claimant,
        respondent=rules.respondent(claim.claimant),
        reason=claim.reason,
        state=claim.state,
        lots=tuple(claim.lots),
        units=tuple(claim.units),
        terms=tuple(claim.terms),
        about=claim.about,
        remedy=claim.remedy,
        amount_minor=claim.amount_minor,
        currency=order.currency,
        frozen_minor=sum(claim.frozen.values()) if claim.state in rules.OPEN else 0,
        statement=claim.statement,
        cancel_rest=claim.cancel_rest,
        opened_at=claim.opened_at,
        window_ends_at=claim.window_ends_at,
        buyer_zone=order.buyer_zone,
        supplier_zone=order.supplier_zone,
        buyer_name=named[order.buyer_id],
        supplier_name=named[order.supplier_id],
        answer=claim.answer,
        answer_text=claim.answer_text,
        answered_at=claim.answered_at,
        offer_minor=claim.offer_minor,
        escalated_at=claim.escalated_at,
        appeal_ends_at=claim.appeal_ends_at,
        appeal_waived_by=tuple(claim.appeal_waived_by),
        final_at=claim.final_at,
        return_number=claim.return_number,
        ended_at=claim.ended_at,
        paused_at=claim.paused_at,
        waiting_minor=waiting_for(order_id=order.id, claim_id=claim.id),
        charged_back_minor=claim.charged_back_minor,
        evidence=evidence,
        checklist=tuple(kind for kind in rules.CHECKLIST.get(claim.reason, ()) if kind not in there),
        determination=_determination(claim),
        deadlines=waiting,
        acts=_acts(claim, role, waiting, now),
        external_id=claim.external_id,
        metadata=claim.metadata,
    )


def _evidence(row: models.Evidence) -> EvidenceView:
    return EvidenceView(
        row.id,
        row.kind,
        row.by,
        row.reference,
        bytes(row.sha256) if row.sha256 else None,
        row.said_on,
        row.lot,
        row.amount_minor,
        row.note,
        row.added_at,
    )


def _determination(claim: models.Claim) -> DeterminationView | None:
    row = claim.determinations.order_by("-id").first()
    if row is None:
        return None
    return DeterminationView(
        row.id,
        row.kind,
        row.outcome,
        row.supplier_percent,
        row.award_minor,
        row.refund_minor,
        row.cost_minor,
        row.currency,
        row.lines,
        row.goods_back,
        row.reasons,
        row.departure,
        row.engine,
        row.assessment,
        bytes(row.assessment_sha256),
        row.published_at,
    )


def _acts(claim: models.Claim, role: str, waiting: tuple[Deadline, ...], now: datetime) -> tuple[OpenAct, ...]:
    """What this role may do now: the table's verbs, less those that belong to the other side."""
    until = {row.kind: row for row in waiting}
    return tuple(
        OpenAct(
            verb,
            _escalate_from(claim, role, waiting, now) if verb == "escalate" else None,
            until[awaited].due_at if (awaited := verbs.AWAITED.get(verb)) in until else None,
            until[awaited].zone if awaited in until else None,
        )
        for verb in _verbs(claim, role)
    )


def _verbs(claim: models.Claim, role: str) -> list[str]:
    return verbs.open_verbs(
        role=role,
        claimant=claim.claimant,
        state=claim.state,
        has_offer=claim.offer_minor is not None,
        waived_by=claim.appeal_waived_by,
        is_appealed=claim.appealed_by is not None,
        is_sent_back=bool(claim.return_number),
    )


def _escalate_from(claim: models.Claim, role: str, waiting: tuple[Deadline, ...], now: datetime) -> datetime:
    """As `escalate` itself counts it: each day that the time to answer stands still is a day later."""
    order = claim.order
    opens = programme_rules.escalate_from(
        programme=programme_of(name=order.programme_name, version=order.programme_version),
        opened_at=claim.opened_at,
        zone=order.buyer_zone if role == "buyer" else order.supplier_zone,
    )
    return after_answer(opens, waiting=waiting, now=now)


def assessment(*, act: Act, claim_id: UUID) -> Assessment:
    """What the rules compute for the claim as it stands now."""
    claim = models.Claim.objects.select_related("order").get(id=claim_id)
    whole = read(order_id=claim.order_id)
    programme = programme_of(name=whole.order.programme_name, version=whole.order.programme_version)
    return engines.engine(engines.LATEST)(programme=programme, facts=gather(act=act, whole=whole, claims=[claim]))


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A claim in a list; `due_at` is the nearest deadline and `who` must act by then."""

    id: UUID
    order_id: UUID
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
    opened_at: datetime
    due_at: datetime | None
    who: str | None


def visible(*, caller: Caller) -> Any:
    """The claims this caller may see, for lists."""
    found = models.Claim.objects.select_related("order")
    if caller.staff:
        return found
    if caller.organisation_id is None:
        return found.none()
    return found.filter(Q(order__buyer_id=caller.organisation_id) | Q(order__supplier_id=caller.organisation_id))


def of_order(*, order_id: UUID) -> list[ClaimLine]:
    """The claims of one order, oldest first."""
    return lines(models.Claim.objects.select_related("order").filter(order_id=order_id).order_by("number"))


def lines(found: Any) -> list[ClaimLine]:
    """Lines of a list: names and nearest deadlines included, in three queries."""
    claims = list(found)
    named = names(
        organisation_ids=[party for claim in claims for party in (claim.order.buyer_id, claim.order.supplier_id)]
    )
    waiting: dict[UUID, Deadline] = {}
    for row in deadlines.open_of(order_ids=list({claim.order_id for claim in claims})):
        waiting.setdefault(row.subject_id, row)
    return [_line(claim, named, waiting.get(claim.id)) for claim in claims]


def _line(claim: models.Claim, named: dict[UUID, str], row: Deadline | None) -> ClaimLine:
    order = claim.order
    return ClaimLine(
        claim.id,
        order.id,
        order.number,
        claim.number,
        claim.reason,
        claim.state,
        claim.claimant,
        named[order.buyer_id],
        named[order.supplier_id],
        claim.amount_minor,
        sum(claim.frozen.values()) if claim.state in rules.OPEN else 0,
        order.currency,
        claim.opened_at,
        row.due_at if row else None,
        row.who if row else None,
    )


def queue(*, limit: int = 200) -> list[ClaimLine]:
    """The mediators' queue, the nearest deadline first."""
    found = lines(
        models.Claim.objects.select_related("order").filter(state="mediating").order_by("escalated_at")[:limit]
    )
    return sorted(found, key=lambda line: (line.due_at is None, line.due_at))
