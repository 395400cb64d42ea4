"""Decisions: by a mediator with reasons, by the rules where the record alone decides, by what the sides agreed.

Each is a determination with its lines, the assessment it stood beside, and the facts both were made on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from holdfast.claims import engines, facts, models, remedy, rules
from holdfast.claims.engines import Assessment
from holdfast.claims.gather import gather, money_left, places
from holdfast.claims.operations import supplying
from holdfast.claims.operations.awards import Award, award_of, latest_determination
from holdfast.claims.operations.case import Case, ClaimStep, begin, lock_while_it_stands
from holdfast.claims.operations.executing import execute_when_free
from holdfast.claims.remedy import Line
from holdfast.contracts.queries import agreement
from holdfast.kernel.canonical import digest
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import Invalid, NotAllowed, OutOfState
from holdfast.orders.calendar import limit
from holdfast.orders.rules import money
from holdfast.parties.models import Membership
from holdfast.parties.queries import person_behind
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
    return [rules.Place(number, left) for number, left in places(case.work.whole, [case.claim])]


def _places_for(case: Case, lines: Sequence[Line]) -> list[rules.Place]:
    """The claim's own places, and those of the units that the lines name: what is about other goods stays with them."""
    claim = case.claim
    if claim.reason in supplying.ABOUT_RETURNS:
        awards = [award_of(latest_determination(row.id)) for row in supplying.returning_for(claim)]
        most = {number: sum(award.places.get(number, 0) for award in awards) for number in claim.lots}
        return [rules.Place(number, left) for number, left in most.items() if left > 0]
    own = {*claim.lots, *(row.lot for line in lines for row in line.units)}
    if claim.cancel_rest or claim.cancel_late:
        own.add(money.REST)
    return [place for place in places_of(case) if place.number in own]


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
    replacement: bool = False


def determine(*, act: Act, order_id: UUID, claim_id: UUID, decision: Decision) -> ClaimStep:
    """A mediator decides. It is published to both sides and final when the time to appeal is over; the decision on an
    appeal is made by another mediator and final at once.

    Refusals: `conflict`, `another_mediator`, `out_of_state`, `departure_needs_reason`, `outcome_does_not_fit`,
    `above_default_share`, those of `remedy.check`.
    """
    with transaction.atomic():
        case = begin(act=act, order_id=order_id, claim_id=claim_id)
        _no_conflict(case)
        review = case.claim.state == "appealed"
        rules.CLAIM.step(state=case.claim.state, verb="determine", role=act.role)
        assessed = assess(case)
        lines = decision.lines
        if decision.supplier_percent < 100:
            lines = remedy.shared(lines=lines, supplier_percent=decision.supplier_percent)
        award = remedy.total(lines)
        rules.check_outcome(
            outcome=decision.outcome,
            award_minor=award,
            share_percent=decision.supplier_percent,
            replacement=decision.replacement,
        )
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
            decided_by=person_behind(actor_kind=act.actor_kind, actor_id=act.actor_id),
            outcome=decision.outcome,
            supplier_percent=decision.supplier_percent,
            reasons=decision.reasons,
            departure=decision.departure if differs else "",
            goods_back=goods_back and award > 0,
            replacement=decision.replacement,
        )
        if review:
            case.step("determine", determined_at=act.now, appeal_ends_at=None)
            finalise(case)
        else:
            _publish(case, made, "determine")
        case.event(
            "claim.determined",
            data={**_said(made), "review": review},
            private={"reasons": decision.reasons, "departure": decision.departure},
        )
        return case.write(award_minor=made.award_minor)


def _no_conflict(case: Case) -> None:
    """Nobody judges an order of an organisation to which they belong, nor reviews what they decided themselves.

    Refusals: `conflict`, `another_mediator`.
    """
    act, order = case.work.act, case.work.order
    person_id = person_behind(actor_kind=act.actor_kind, actor_id=act.actor_id)
    sides = [order.buyer_id, order.supplier_id]
    if person_id and Membership.objects.filter(person_id=person_id, organisation_id__in=sides).exists():
        raise rules.Conflict
    mine = models.Determination.objects.filter(claim=case.claim, decided_by=person_id)
    if case.claim.state == "appealed" and person_id is not None and mine.exists():
        raise rules.AnotherMediator


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
        goods_back=_goods_back(assessed.assessment) and assessed.assessment.total_minor > 0,
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
    replacement = case.claim.remedy == "replacement" and offer_minor is None
    if amount is None and assessment.total_minor == 0 and not replacement:
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
        outcome="full"
        if replacement
        else rules.outcome_of(
            award_minor=remedy.total(lines), assessed_minor=assessment.total_minor, share_percent=100
        ),
        goods_back=_goods_back(assessment) and offer_minor is None,
        replacement=replacement,
    )
    return award_of(made)


def refund_instead(case: Case) -> models.Determination:
    """New goods were agreed and did not come: the price of the units they were to replace, or all that is frozen."""
    case.claim.remedy = "refund"
    assessed = assess(case)
    lines: tuple[Line, ...] = assessed.assessment.lines
    if not lines:
        frozen = sum(case.claim.frozen.values())
        lines = (_agreed_line(frozen, "new goods were agreed and did not come"),)
    return _determine(case, assessed, lines, kind="rules", decided_by=None, outcome="full", goods_back=False)


def _agreed_line(amount_minor: int, why: str) -> Line:
    return remedy.adjustment(exact_minor=amount_minor, reason=why, label="settlement", basis="departure")


def _goods_back(assessment: Assessment) -> bool:
    return any(row.kind == "return_goods" for row in assessment.obligations)


def _determine(case: Case, assessed: Assessed, lines: Sequence[Line], **given: Any) -> models.Determination:
    """Check the lines against what can come back, spread them over the places, and write the determination."""
    work = case.work
    award = remedy.total(lines)
    if case.claim.claimant == "supplier":
        _check_supplier(case, award, kind=given["kind"])
    else:
        remedy.check(
            lines=lines,
            award_minor=award,
            limits=programme_rules.limits(programme=work.programme, money=money_left(work.whole, [case.claim])),
        )
    spread = rules.by_place(
        lines=[replace(line, head="refund") for line in lines] if case.claim.claimant == "supplier" else lines,
        places=_places_for(case, lines),
        prices=_unit_prices(work),
    )
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


def _check_supplier(case: Case, award_minor: int, *, kind: str) -> None:
    """What a supplier's claim may bring it: of an unpaid balance, evidenced cost up to the contract's share and what is
    held; else the price of the goods it is about. What both agree on needs no evidence."""
    work, claim = case.work, case.claim
    most = sum(place.left_minor for place in _places_for(case, ()))
    if claim.reason == "balance_unpaid":
        brought = models.Evidence.objects.filter(claim=claim, by="supplier").aggregate(sum=Sum("amount_minor"))["sum"]
        most = programme_rules.buyer_default(
            programme=work.programme,
            share_percent=agreement(contract_id=work.order.contract_id).document.buyer_default_percent,
            total_minor=work.order.total_minor,
            held_minor=min(most, work.whole.escrow_minor + work.whole.frozen_minor),
            evidenced_minor=award_minor if kind == "settlement" else int(brought or 0),
        )
    if not 0 <= award_minor <= most:
        raise rules.AboveDefaultShare(accepted={"most_minor": most}, award_minor=award_minor)


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
    # Either side may appeal: the day ends where it ends last.
    sides = [limit(work, "claims.appeal_days", who=side, anchor=made.published_at) for side in rules.SIDES]
    until = max(sides, key=lambda side: side.due_at)
    ends = until.due_at
    case.step(verb, determined_at=work.now, appeal_ends_at=ends)
    lock_while_it_stands(case, made)
    work.recording.settle(subject_id=claim.id)
    work.deadline(
        "claim.final",
        subject=("claim", claim.id),
        due_at=ends,
        who="buyer",
        basis={"rule": "claims.appeal_days", "published_at": rfc3339(made.published_at), **until.basis},
    )


def waive_appeal(*, act: Act, order_id: UUID, claim_id: UUID) -> ClaimStep:
    """A side takes the determination as it is; when both do, nothing is waited for and it is carried out."""
    with transaction.atomic():
        case = begin(act=act, order_id=order_id, claim_id=claim_id)
        claim = case.claim
        if act.role not in rules.SIDES:
            raise NotAllowed(subject="claim", verb="waive_appeal", role=act.role, accepted=list(rules.SIDES))
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


def appeal(*, act: Act, order_id: UUID, claim_id: UUID, ground: str, text: str) -> ClaimStep:
    """A side asks for the one review of a determination, on a ground of the programme; another mediator decides.

    Refusals: `ground_not_accepted`, `invalid`, `appealed_already`, `not_allowed`, `out_of_state`.
    """
    with transaction.atomic():
        case = begin(act=act, order_id=order_id, claim_id=claim_id)
        work, grounds = case.work, case.work.programme.claims.appeal_grounds
        if ground not in grounds:
            raise rules.GroundNotAccepted(field="ground", accepted=list(grounds), found=ground)
        if not text.strip():
            raise Invalid(field="text", accepted="what is new, or what was overlooked")
        if case.claim.appealed_by is not None:
            raise rules.AppealedAlready(by=case.claim.appealed_by)
        _still_open(case)
        case.step("appeal", appealed_by=act.role, appealed_at=act.now, appeal_ground=ground, appeal_text=text)
        work.recording.settle(subject_id=claim_id, state="void")
        await_mediator(case)
        case.event("claim.appealed", data={"by": act.role, "ground": ground}, private={"text": text})
        return case.write()


def _still_open(case: Case) -> None:
    """The last second belongs to the time to appeal; whoever took the decision as it is has none."""
    claim, work = case.claim, case.work
    if claim.state != "determined":
        return
    if work.act.role in claim.appeal_waived_by:
        raise OutOfState(subject="claim", verb="appeal", state=f"waived by {work.act.role}")
    if claim.paused_at is not None:
        return
    if claim.appeal_ends_at is not None and work.now >= claim.appeal_ends_at + timedelta(seconds=1):
        raise rules.AppealOver(ended_at=rfc3339(claim.appeal_ends_at))


def await_mediator(case: Case) -> None:
    """The case stands in the mediators' queue, with its target and its limit."""
    work = case.work
    for kind, rule in (("claim.mediate", "mediation.target_days"), ("claim.limit", "mediation.limit_days")):
        until = limit(work, f"claims.{rule.replace('.', '_')}", who="mediator")
        work.deadline(
            kind,
            subject=("claim", case.claim.id),
            due_at=until.due_at,
            who="mediator",
            basis={"rule": rule, **until.basis},
        )


def finalise(case: Case) -> None:
    """Nobody may or does appeal any more: the award is carried out, or waits for the goods to go back."""
    case.step("finalise", final_at=case.work.now)
    case.work.recording.settle(subject_id=case.claim.id)
    made = latest_determination(case.claim.id)
    lock_while_it_stands(case, made)
    execute_when_free(case, award_of(made))
