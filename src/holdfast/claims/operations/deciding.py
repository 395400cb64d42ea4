"""Decisions: by a mediator with reasons, by the rules where the record alone decides, by what the sides agreed.

Each is a determination with its lines, the assessment it stood beside, and the facts both were made on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from holdfast.claims import engines, facts, models, remedy, rules
from holdfast.claims.engines import Assessment
from holdfast.claims.gather import gather, places
from holdfast.claims.operations.awards import Award, award_of, latest_determination
from holdfast.claims.operations.case import Case, ClaimStep, begin
from holdfast.claims.operations.executing import execute_when_free
from holdfast.claims.remedy import Line
from holdfast.kernel.canonical import digest
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import OutOfState
from holdfast.orders.queries import order_money
from holdfast.parties.models import Membership
from holdfast.programme import rules as programme_rules
from holdfast.record.act import Act


@dataclass(frozen=True, slots=True)
class Assessed:
    """What the rules compute for a claim now, and the facts they computed it from."""

    facts: facts.AssessmentFacts
    assessment: Assessment


def assess(case: Case) -> Assessed:
    """Let the latest engine assess the case as it stands."""
    gathered = gather(act=case.work.act, whole=case.work.whole, claims=[case.claim])
    return Assessed(gathered, engines.engine(engines.LATEST)(programme=case.work.programme, facts=gathered))


def places_of(case: Case) -> list[rules.Place]:
    """Where an award of this claim can fall."""
    return [rules.Place(number, left) for number, left in places(case.work.whole) if left > 0]


@dataclass(frozen=True, slots=True)
class Decision:
    """A mediator's word: the lines of the award, the supplier's share of the responsibility in percent, the reasons
    for the parties, and why it departs from the assessment where it does."""

    outcome: str
    lines: tuple[Line, ...]
    reasons: str
    supplier_percent: int = 100
    departure: str = ""
    goods_back: bool | None = None


def determine(*, act: Act, order_id: UUID, claim_id: UUID, decision: Decision) -> ClaimStep:
    """A mediator decides. It is published to both sides and final when the time to appeal is over.

    Refusals: `conflict`, `out_of_state`, `departure_needs_reason`, `outcome_does_not_fit`, those of `remedy.check`.
    """
    with transaction.atomic():
        case = begin(act=act, order_id=order_id, claim_id=claim_id)
        _no_conflict(case)
        assessed = assess(case)
        lines = decision.lines
        if decision.supplier_percent < 100:
            lines = remedy.shared(lines=lines, supplier_percent=decision.supplier_percent)
        award = remedy.total(lines)
        rules.check_outcome(outcome=decision.outcome, award_minor=award, share_percent=decision.supplier_percent)
        differs = rules.departs(lines=lines, computed=assessed.assessment.lines)
        if differs and not decision.departure.strip():
            raise rules.DepartureNeedsReason(field="departure", accepted="why the award is not what the rules compute")
        if not decision.reasons.strip():
            raise rules.DepartureNeedsReason(field="reasons", accepted="what the parties are to be told")
        goods_back = _goods_back(assessed.assessment) if decision.goods_back is None else decision.goods_back
        made = _determine(
            case,
            assessed,
            lines,
            kind="mediator",
            decided_by=act.actor_id,
            outcome=decision.outcome,
            supplier_percent=decision.supplier_percent,
            reasons=decision.reasons,
            departure=decision.departure if differs else "",
            goods_back=goods_back and award > 0,
        )
        _publish(case, made, "determine")
        case.event(
            "claim.determined",
            data=_said(made),
            private={"reasons": decision.reasons, "departure": decision.departure},
        )
        return case.write(award_minor=made.award_minor)


def _no_conflict(case: Case) -> None:
    """Nobody judges an order of an organisation to which they belong. Refusal: `conflict`."""
    act, order = case.work.act, case.work.order
    if (
        act.actor_kind == "person"
        and Membership.objects.filter(
            person_id=act.actor_id, organisation_id__in=[order.buyer_id, order.supplier_id]
        ).exists()
    ):
        raise rules.Conflict


def decide_by_rules(case: Case) -> models.Determination | None:
    """Where the programme allows it and the record is conclusive, the assessment is the determination (CL8).

    None where a person must decide. The other side has been heard by then: the caller sees to the time.
    """
    assessed = assess(case)
    if not assessed.assessment.without_person:
        return None
    made = _determine(
        case,
        assessed,
        assessed.assessment.lines,
        kind="rules",
        decided_by=None,
        outcome=rules.outcome_of(
            award_minor=assessed.assessment.total_minor,
            assessed_minor=assessed.assessment.total_minor,
            share_percent=100,
        ),
        goods_back=_goods_back(assessed.assessment),
    )
    _publish(case, made, "decide")
    case.event("claim.determined", data=_said(made))
    return made


def settled_award(case: Case, *, offer_minor: int | None) -> Award:
    """What an accepted claim, or an accepted offer, is worth: itemised like any other award."""
    assessed = assess(case)
    assessment = assessed.assessment
    lines: tuple[Line, ...] = assessment.lines
    amount = offer_minor
    if amount is None and assessment.total_minor == 0:
        amount = case.claim.amount_minor
        if amount is None:
            raise rules.NotDecidable(field="amount_minor", accepted="an amount that can be accepted")
    if amount is not None:
        lines = (_agreed_line(amount, "the offer that was accepted" if offer_minor is not None else "as claimed"),)
    made = _determine(
        case,
        assessed,
        lines,
        kind="settlement",
        decided_by=None,
        outcome=rules.outcome_of(
            award_minor=remedy.total(lines), assessed_minor=assessment.total_minor, share_percent=100
        ),
        goods_back=_goods_back(assessment) and offer_minor is None,
    )
    return award_of(made)


def _agreed_line(amount_minor: int, why: str) -> Line:
    return remedy.adjustment(exact_minor=amount_minor, reason=why, label="settlement", basis="departure")


def _goods_back(assessment: Assessment) -> bool:
    return any(row.kind == "return_goods" for row in assessment.obligations)


def _determine(case: Case, assessed: Assessed, lines: Sequence[Line], **given: Any) -> models.Determination:
    """Check the lines against what can come back, spread them over the places, and write the determination."""
    work = case.work
    award = remedy.total(lines)
    remedy.check(
        lines=lines,
        award_minor=award,
        limits=programme_rules.limits(programme=work.programme, money=order_money(work.whole)),
    )
    spread = rules.by_place(lines=lines, places=places_of(case), prices=_unit_prices(work))
    return models.Determination.objects.create(
        id=new_id(),
        claim=case.claim,
        award_minor=award,
        refund_minor=remedy.total(lines, head="refund"),
        cost_minor=remedy.total(lines, head="cost"),
        currency=work.order.currency,
        lines=[line.as_document() for line in lines],
        places={str(number): amount for number, amount in spread.items()},
        engine=assessed.assessment.engine,
        facts=assessed.facts.as_document(),
        assessment=assessed.assessment.as_document(),
        assessment_sha256=digest(assessed.assessment.as_bytes()),
        published_at=work.now,
        **given,
    )


def _unit_prices(work: Any) -> dict[tuple[int, int], int]:
    prices = {line.number: line.unit_price_minor for line in work.order.lines}
    numbers = [0, *(lot.number for lot in work.whole.lots)]
    return {(lot, line): price for lot in numbers for line, price in prices.items()}


def _said(made: models.Determination) -> dict[str, Any]:
    return {
        "determination": made.id.hex,
        "kind": made.kind,
        "outcome": made.outcome,
        "award_minor": made.award_minor,
        "refund_minor": made.refund_minor,
        "cost_minor": made.cost_minor,
        "supplier_percent": made.supplier_percent,
        "engine": made.engine,
        "assessment_sha256": bytes(made.assessment_sha256).hex(),
        "goods_back": made.goods_back,
    }


def _publish(case: Case, made: models.Determination, verb: str) -> None:
    """Both sides hear of it; the time to appeal runs."""
    work, claim = case.work, case.claim
    ends = programme_rules.appeal_ends_at(
        programme=work.programme, published_at=made.published_at, zone=work.order.buyer_zone
    )
    case.step(verb, determined_at=work.now, appeal_ends_at=ends)
    work.recording.settle(subject_id=claim.id)
    work.deadline(
        "claim.final",
        subject=("claim", claim.id),
        due_at=ends,
        who="buyer",
        basis={"rule": "claims.appeal_days", "published_at": rfc3339(made.published_at)},
    )


def waive_appeal(*, act: Act, order_id: UUID, claim_id: UUID) -> ClaimStep:
    """A side takes the determination as it is; when both do, nothing is waited for and it is carried out."""
    with transaction.atomic():
        case = begin(act=act, order_id=order_id, claim_id=claim_id)
        claim = case.claim
        if act.role not in rules.SIDES or claim.state != "determined":
            rules.CLAIM.step(state=claim.state, verb="finalise", role=act.role)
        if act.role in claim.appeal_waived_by:
            raise OutOfState(subject="claim", verb="waive_appeal", state=f"waived by {act.role}")
        waived = sorted({*claim.appeal_waived_by, act.role})
        case.keep(appeal_waived_by=waived)
        made = latest_determination(claim_id)
        if waived == sorted(rules.SIDES):
            finalise(case)
        case.event("appeal.waived", data={"by": act.role, "final": claim.state != "determined"})
        return case.write(award_minor=made.award_minor)


def finalise(case: Case) -> None:
    """Nobody may or does appeal any more: the award is carried out, or waits for the goods to go back."""
    case.step("finalise", final_at=case.work.now)
    case.work.recording.settle(subject_id=case.claim.id)
    execute_when_free(case, award_of(latest_determination(case.claim.id)))
