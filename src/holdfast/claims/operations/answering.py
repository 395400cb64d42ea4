"""Between opening and decision: evidence, the answer, an offer and its acceptance, escalation, withdrawal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from holdfast.claims import models, rules
from holdfast.claims.operations.case import Case, ClaimStep, begin
from holdfast.claims.operations.deciding import await_mediator, places_of, settled_award
from holdfast.claims.operations.executing import end_without_award, execute_when_free
from holdfast.claims.operations.opening import wait_for_rules
from holdfast.claims.waiting import after_answer
from holdfast.inspection.models import Report
from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import Invalid, NotAllowed, OutOfState
from holdfast.programme import rules as programme_rules
from holdfast.record import deadlines
from holdfast.record.act import Act
from holdfast.record.models import File, OutsideMessage

EVIDENCE_KINDS = (
    "contract_version",
    "listing",
    "message",
    "photo",
    "unboxing_video",
    "inspection_report",
    "tracking",
    "test_report",
    "document",
    "spec_comparison",
    "bill_of_lading",
    "air_waybill",
    "carrier_acceptance_scan",
    "inspection_invoice",
    "rework_invoice",
    "return_freight_invoice",
    "customs_brokerage",
    "duty",
    "tax",
    "bank_fee",
)

REFERENCES: Mapping[str, type[OutsideMessage] | type[Report]] = {"message": OutsideMessage, "inspection_report": Report}
"""What an exhibit may point to besides a file."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """Something to bring in: what it is, what it points to (a file, message or report), what it costs if an invoice."""

    kind: str
    reference: UUID | None = None
    sha256: bytes | None = None
    said_on: date | None = None
    lot: int | None = None
    amount_minor: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    """Evidence as it was taken in."""

    evidence_id: UUID
    claim_id: UUID
    order_id: UUID
    kind: str
    by: str


def add_evidence(*, act: Act, order_id: UUID, claim_id: UUID, exhibit: Exhibit) -> Added:
    """Bring evidence into an open, undecided case. Refusals: `invalid`, `out_of_state`, `not_allowed`."""
    if exhibit.kind not in EVIDENCE_KINDS:
        raise Invalid(field="kind", accepted=list(EVIDENCE_KINDS), found=exhibit.kind)
    with transaction.atomic():
        case = begin(act=act, order_id=order_id, claim_id=claim_id)
        if act.role not in {*rules.SIDES, "mediator"}:
            raise NotAllowed(subject="claim", verb="add_evidence", role=act.role)
        if case.claim.state not in rules.UNDECIDED:
            raise OutOfState(
                subject="claim", verb="add_evidence", state=case.claim.state, accepted=list(rules.UNDECIDED)
            )
        if exhibit.lot is not None:
            case.work.lot(exhibit.lot)
        _check_reference(case, exhibit)
        row = models.Evidence.objects.create(
            id=new_id(),
            claim=case.claim,
            kind=exhibit.kind,
            by=act.role,
            reference=exhibit.reference,
            sha256=exhibit.sha256,
            said_on=exhibit.said_on,
            lot=exhibit.lot,
            amount_minor=exhibit.amount_minor,
            note=exhibit.note,
            added_at=act.now,
        )
        case.event(
            "evidence.added",
            data={
                "evidence": row.id.hex,
                "kind": exhibit.kind,
                "by": act.role,
                "amount_minor": exhibit.amount_minor,
            },
            private=_private(exhibit),
        )
        return case.work.write(Added(row.id, claim_id, order_id, exhibit.kind, act.role))


def _private(exhibit: Exhibit) -> dict[str, str]:
    """What was written and the hash of what was brought enter the record under salt: both can be erased."""
    said = {"note": exhibit.note, "sha256": exhibit.sha256.hex() if exhibit.sha256 else ""}
    return {field: value for field, value in said.items() if value}


def _check_reference(case: Case, exhibit: Exhibit) -> None:
    """What is pointed to must be this order's own: another's, or none at all, is told the same. Refusal: `invalid`."""
    if exhibit.reference is None:
        return
    own = {"id": exhibit.reference, "order_id": case.work.order.id}
    other = REFERENCES.get(exhibit.kind)
    if not (File.objects.filter(**own).exists() or (other is not None and other.objects.filter(**own).exists())):
        raise Invalid(field="reference", accepted="something that was brought to this order")


def answer(
    *, act: Act, order_id: UUID, claim_id: UUID, kind: str, text: str = "", offer_minor: int | None = None
) -> ClaimStep:
    """The respondent contests, offers an amount, or alleges misuse or force majeure with documents.

    Refusals: `invalid`, `documents_needed`, `not_allowed`, `out_of_state`.
    """
    if kind not in rules.ANSWERS:
        raise Invalid(field="kind", accepted=list(rules.ANSWERS), found=kind)
    if (kind == "offer") is not (offer_minor is not None):
        raise Invalid(field="offer_minor", accepted="an amount with an offer, and only with one", found=offer_minor)
    with transaction.atomic():
        case = begin(act=act, order_id=order_id, claim_id=claim_id)
        rules.check_side(role=act.role, expected=rules.respondent(case.claim.claimant), verb="answer")
        if kind == "force_majeure" and not _has_documents(case):
            raise rules.DocumentsNeeded(field="kind", accepted="evidence from your side first")
        if offer_minor is not None:
            _check_offer(case, offer_minor)
        case.step("answer", answer=kind, answer_text=text, answered_at=act.now, offer_minor=offer_minor)
        case.work.recording.settle(subject_id=claim_id, kind="claim.answer")
        case.work.recording.settle(subject_id=claim_id, kind="claim.rules", state="void")
        waiting = deadlines.of_subject(subject_id=claim_id)
        wait_for_rules(case, before=next((row for row in waiting if row.kind == "claim.rules"), None))
        case.event(
            "claim.answered",
            data={"answer": kind, "offer_minor": offer_minor},
            private={"text": text} if text else None,
        )
        return case.write()


def _has_documents(case: Case) -> bool:
    return models.Evidence.objects.filter(claim=case.claim, by=case.work.act.role).exists()


def _check_offer(case: Case, offer_minor: int) -> None:
    own = {*case.claim.lots, 0} if case.claim.cancel_rest or case.claim.cancel_late else set(case.claim.lots)
    most = sum(place.left_minor for place in places_of(case) if place.number in own)
    if not 0 < offer_minor <= most:
        raise Invalid(field="offer_minor", accepted={"from": 1, "to": most}, found=offer_minor)


def accept(*, act: Act, order_id: UUID, claim_id: UUID) -> ClaimStep:
    """The respondent accepts the claim, or the claimant accepts the respondent's offer: it is final at once.

    An accepted claim is worth what the rules compute for it with this acceptance, or the amount asked for where
    they compute nothing. Refusals: `not_allowed`, `out_of_state`, `not_decidable`.
    """
    with transaction.atomic():
        case = begin(act=act, order_id=order_id, claim_id=claim_id)
        by_claimant = act.role == case.claim.claimant
        if by_claimant and case.claim.offer_minor is None:
            raise NotAllowed(subject="claim", verb="accept", role=act.role, accepted=[rules.respondent(act.role)])
        offer = case.claim.offer_minor if by_claimant else None
        if not by_claimant:
            case.claim.answer, case.claim.answered_at = "accept", act.now
        award = settled_award(case, offer_minor=offer)
        case.step("accept", answer=case.claim.answer, answered_at=case.claim.answered_at, final_at=act.now)
        case.work.recording.settle(subject_id=claim_id)
        execute_when_free(case, award)
        case.event(
            "claim.settled",
            data={"by": act.role, "award_minor": award.award_minor, "goods_back": award.goods_back},
        )
        return case.write(award_minor=award.award_minor)


def escalate(*, act: Act, order_id: UUID, claim_id: UUID) -> ClaimStep:
    """Either side asks for a mediator, from the programme's day on.

    Refusals: `too_early_to_escalate`, `out_of_state`.
    """
    with transaction.atomic():
        case = begin(act=act, order_id=order_id, claim_id=claim_id)
        zone = case.work.order.buyer_zone if act.role == "buyer" else case.work.order.supplier_zone
        opens = programme_rules.escalate_from(programme=case.work.programme, opened_at=case.claim.opened_at, zone=zone)
        opens = after_answer(opens, waiting=deadlines.of_subject(subject_id=claim_id), now=act.now)
        if act.role in rules.SIDES and act.now < opens:
            raise rules.TooEarlyToEscalate(accepted=opens.isoformat())
        to_mediation(case)
        case.event("claim.escalated", data={"by": act.role})
        return case.write()


def to_mediation(case: Case) -> None:
    """The case goes to the mediators' queue, with its target and its limit."""
    case.step("escalate", escalated_at=case.work.now)
    case.work.recording.settle(subject_id=case.claim.id)
    await_mediator(case)


def withdraw(*, act: Act, order_id: UUID, claim_id: UUID) -> ClaimStep:
    """The claimant takes the claim back; what was frozen goes where it belongs. The claim may be opened again while
    its window is open. Refusals: `not_allowed`, `out_of_state`."""
    with transaction.atomic():
        case = begin(act=act, order_id=order_id, claim_id=claim_id)
        rules.check_side(role=act.role, expected=case.claim.claimant, verb="withdraw")
        case.step("withdraw", ended_at=act.now)
        case.work.recording.settle(subject_id=claim_id, state="void")
        end_without_award(case, settle_goods=False)
        case.event("claim.withdrawn")
        return case.write()
