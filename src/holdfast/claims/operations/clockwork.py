"""What the clock does to a claim: silence, automatic escalation, decisions without a person, finality, returns."""

from datetime import timedelta

from django.db import transaction

from holdfast.claims import rules
from holdfast.claims.operations import supplying
from holdfast.claims.operations.answering import to_mediation
from holdfast.claims.operations.awards import award_of, latest_determination, not_returned
from holdfast.claims.operations.case import Case, begin
from holdfast.claims.operations.deciding import assess, decide_by_rules, finalise, refund_instead, settled_award
from holdfast.claims.operations.executing import end_without_award, execute, execute_when_free
from holdfast.kernel.clock import rfc3339
from holdfast.record.act import Act
from holdfast.record.deadlines import Deadline, is_open

AGAIN = timedelta(days=7)
"""How often the operator and the mediators are reminded of what only a person can do."""


def _open(act: Act, due: Deadline) -> Case | None:
    """The case, its order locked, if the deadline still stands."""
    if due.order_id is None:
        raise ValueError(f"{due.kind} is not of an order")
    case = begin(act=act, order_id=due.order_id, claim_id=due.subject_id)
    return case if is_open(deadline_id=due.id) else None


def answer_lapsed(act: Act, due: Deadline) -> None:
    """The respondent was silent: the programme says whether that escalates or refunds. A case that the record alone
    can decide waits for its own moment instead."""
    with transaction.atomic():
        case = _open(act, due)
        if case is None:
            return
        case.work.recording.settle(subject_id=due.subject_id, kind=due.kind)
        if case.claim.state != "opened":
            case.event("deadline.moot", data={"kind": due.kind})
        elif case.work.programme.claims.on_silence == "refund":
            _refund_on_silence(case)
        elif assess(case).assessment.without_person:
            case.event("claim.unanswered", data={"next": "decided from the record"})
        else:
            to_mediation(case)
            case.event("claim.escalated", data={"by": "silence"})
        case.write()


def _refund_on_silence(case: Case) -> None:
    case.claim.answer, case.claim.answered_at = "silence", case.work.now
    award = settled_award(case, offer_minor=None)
    case.step("accept", answer="silence", answered_at=case.work.now, final_at=case.work.now)
    case.work.recording.settle(subject_id=case.claim.id)
    execute_when_free(case, award)
    case.event("claim.settled", data={"by": "silence", "award_minor": award.award_minor})


def rules_decide(act: Act, due: Deadline) -> None:
    """The other side has been heard or had its time: the record decides, or a person must."""
    with transaction.atomic():
        case = _open(act, due)
        if case is None:
            return
        case.work.recording.settle(subject_id=due.subject_id, kind=due.kind)
        if case.claim.state not in rules.UNDECIDED:
            case.event("deadline.moot", data={"kind": due.kind})
            case.write()
            return
        made = decide_by_rules(case)
        if made is None:
            case.event("claim.needs_a_person")
        case.write(award_minor=made.award_minor if made else None)


def escalated(act: Act, due: Deadline) -> None:
    """The most time to negotiate is over: the record decides where it can, else a mediator."""
    with transaction.atomic():
        case = _open(act, due)
        if case is None:
            return
        case.work.recording.settle(subject_id=due.subject_id, kind=due.kind)
        if case.claim.state not in {"opened", "answered"}:
            case.event("deadline.moot", data={"kind": due.kind})
        elif (made := decide_by_rules(case)) is None:
            to_mediation(case)
            case.event("claim.escalated", data={"by": "clock"})
        else:
            case.write(award_minor=made.award_minor)
            return
        case.write()


def mediation_late(act: Act, due: Deadline) -> None:
    """The target or the limit of mediation is passed: it is said, and said again, until somebody decides."""
    with transaction.atomic():
        case = _open(act, due)
        if case is None:
            return
        case.work.recording.settle(subject_id=due.subject_id, kind=due.kind)
        if case.claim.state == "mediating":
            case.work.deadline(
                due.kind,
                subject=("claim", case.claim.id),
                due_at=case.work.now + AGAIN,
                who="mediator" if due.kind == "claim.mediate" else "operator",
                basis={**due.basis, "overdue_since": rfc3339(due.due_at)},
            )
        case.event("mediation.overdue", data={"kind": due.kind})
        case.write()


def appeal_lapsed(act: Act, due: Deadline) -> None:
    """Nobody appealed: the award is final and carried out."""
    with transaction.atomic():
        case = _open(act, due)
        if case is None:
            return
        case.work.recording.settle(subject_id=due.subject_id, kind=due.kind)
        award = award_of(latest_determination(case.claim.id))
        finalise(case)
        case.event("claim.final", data={"award_minor": award.award_minor})
        case.write(award_minor=award.award_minor)


def return_lapsed(act: Act, due: Deadline) -> None:
    """The buyer did not send the goods back in time: what was awarded for them is forfeited; what never came is not."""
    with transaction.atomic():
        case = _open(act, due)
        if case is None:
            return
        case.work.recording.settle(subject_id=due.subject_id, kind=due.kind)
        award = not_returned(award_of(latest_determination(case.claim.id)))
        if award.award_minor:
            execute(case, award)
        else:
            case.step("forfeit", ended_at=act.now)
            end_without_award(case, settle_goods=True)
        case.event("claim.forfeited", data={"award_minor": award.award_minor})
        case.write(award_minor=award.award_minor)


def examination_lapsed(act: Act, due: Deadline) -> None:
    """The supplier's time to examine what came back is over: the award is carried out."""
    with transaction.atomic():
        case = _open(act, due)
        if case is None:
            return
        case.work.recording.settle(subject_id=due.subject_id, kind=due.kind)
        if supplying.contested(case.claim):
            case.work.deadline(
                due.kind,
                subject=("claim", case.claim.id),
                due_at=case.work.now + AGAIN,
                who="mediator",
                basis={**due.basis, "waits_for": "claim"},
            )
            case.event("return.contested")
            case.write()
            return
        award = award_of(latest_determination(case.claim.id))
        execute(case, award)
        case.event("goods.taken_as_returned", data={"award_minor": award.award_minor})
        case.write(award_minor=award.award_minor)


def replacement_lapsed(act: Act, due: Deadline) -> None:
    """The new goods did not come in time: the money goes back instead."""
    with transaction.atomic():
        case = _open(act, due)
        if case is None:
            return
        case.work.recording.settle(subject_id=due.subject_id, kind=due.kind)
        made = refund_instead(case)
        execute(case, award_of(made))
        case.event("replacement.overdue", data={"award_minor": made.award_minor})
        case.write(award_minor=made.award_minor)


HANDLERS = {
    "claim.answer": answer_lapsed,
    "claim.rules": rules_decide,
    "claim.escalate": escalated,
    "claim.mediate": mediation_late,
    "claim.limit": mediation_late,
    "claim.final": appeal_lapsed,
    "claim.return": return_lapsed,
    "claim.returned": examination_lapsed,
    "claim.replacement": replacement_lapsed,
}
"""Who acts when a deadline of a claim comes."""
