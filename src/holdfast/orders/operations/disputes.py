"""A payer has its bank take money back: the dispute is opened, won or lost, as the provider or finance says.

Only the disputed amount stands still; the rest of the order goes on. What it means for claims is asked of the room
above (`above`). Every verb may be repeated: a dispute is known by the provider's name for it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import Invalid, NotFound
from holdfast.orders.operations import losing, taking
from holdfast.orders.operations.above import claims
from holdfast.orders.operations.settlement import carry_on, refund, thaw
from holdfast.orders.operations.withholding import keep_figures
from holdfast.orders.rules import disputes as rules
from holdfast.orders.work import Work, lock
from holdfast.rails import rules as rail_rules
from holdfast.rails.models import Dispute, DisputeNote, Payment
from holdfast.rails.operations import disputes as rails
from holdfast.rails.operations.turns import alone
from holdfast.rails.port import DisputeNews
from holdfast.rails.rows import PaymentRow
from holdfast.record.act import Act
from holdfast.record.act import rail as rail_act

RESPOND, OUTCOME = "dispute.respond", "dispute.outcome"
RESPOND_WITHIN = timedelta(days=7)
"""Where the provider names no day."""
OUTCOME_WITHIN = timedelta(days=90)
"""How long a network may take before the operator asks what became of it."""


@dataclass(frozen=True, slots=True)
class DisputeStep:
    """What an act did to a dispute, and to its order."""

    dispute_id: UUID
    order_id: UUID
    payment_id: UUID
    state: str
    kind: str
    amount_minor: int
    frozen_minor: int
    bearer: str | None
    currency: str
    order_state: str


@dataclass(frozen=True, slots=True)
class Proof:
    """On which paper a dispute ended, where no provider tells: the reason in words, and the document's name."""

    text: str
    document: str = ""


def heard(*, act: Act, payment_id: UUID, news: DisputeNews) -> DisputeStep:
    """Take in what a provider says of a dispute, whatever was heard of it before: the end may come first."""
    with transaction.atomic():
        step = opened(
            act=act,
            payment_id=payment_id,
            provider_ref=news.provider_ref,
            kind=news.kind,
            amount_minor=news.amount_minor,
            reason=news.reason,
            respond_by=news.respond_by,
            fee_minor=news.fee_minor,
            from_bank=news.from_bank,
        )
        match news.state:
            case "won" if step.state != "won":
                return won(act=act, provider_ref=news.provider_ref)
            case "lost" if step.state != "lost":
                return lost(act=act, provider_ref=news.provider_ref)
            case _:
                return step


def hear(*, now: datetime) -> int:
    """Take in what rails that do not tell by themselves say; answers how many disputes came a step further."""
    moved = 0
    for payment, news in rails.news(now=now):
        known = Dispute.objects.filter(provider_ref=news.provider_ref).values_list("state", flat=True).first()
        if known is not None and (news.state in {"open", known} or known != "open"):
            continue
        with alone("payment", payment.id):
            heard(act=rail_act(now), payment_id=payment.id, news=news)
            moved += 1
    return moved


def opened(
    *,
    act: Act,
    payment_id: UUID,
    provider_ref: str,
    kind: str,
    amount_minor: int,
    reason: str,
    respond_by: datetime | None = None,
    fee_minor: int = 0,
    from_bank: bool = False,
) -> DisputeStep:
    """Money of a payment was taken back: it is receivable from the network, refunds that had not left for the
    instrument are stopped, and as much as is held is frozen. A returned e-check is lost in the same act.

    Refusals: `not_found` (the payment), `nothing_to_dispute` (never captured), `invalid` (kind, amount).
    """
    if kind not in rail_rules.DISPUTE_KINDS:
        raise Invalid(field="kind", accepted=list(rail_rules.DISPUTE_KINDS), found=kind)
    if amount_minor <= 0:
        raise Invalid(field="amount_minor", accepted="at least 1", found=amount_minor)
    order_id = Payment.objects.filter(id=payment_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotFound(payment=str(payment_id))
    with transaction.atomic():
        work = lock(act=act.as_role("rail"), order_id=order_id, payment_id=payment_id)
        before = Dispute.objects.filter(provider_ref=provider_ref).first()
        if before is not None:
            return said(work, before)
        payment = work.payment
        if payment is None or payment.state not in rails.DISPUTABLE:
            raise rail_rules.NothingToDispute(state=payment.state if payment else None)
        dispute = taking.taken_apart(work, payment, amount_minor)
        dispute.provider_ref, dispute.kind, dispute.reason = provider_ref, kind, reason[:60]
        dispute.respond_by, dispute.fee_minor, dispute.from_bank = respond_by, fee_minor, from_bank
        after = taking.take(work, payment, dispute)
        if kind == "return":
            losing.lose(work, dispute, after)
        else:
            _await(work, dispute)
            claims().opened(work)
            work.event("dispute.opened", data=_facts(dispute), dispute=dispute.id, payment=payment.id)
        return work.write(said(work, dispute))


def _await(work: Work, dispute: Dispute) -> None:
    work.deadline(
        RESPOND,
        subject=("dispute", dispute.id),
        due_at=dispute.respond_by or work.now + RESPOND_WITHIN,
        who="operator",
        basis={"rule": "dispute.respond_by", "amount_minor": dispute.amount_minor, "reason": dispute.reason},
    )


def _facts(dispute: Dispute) -> dict[str, object]:
    return {
        "kind": dispute.kind,
        "reason": dispute.reason,
        "rail": dispute.rail,
        "currency": dispute.currency,
        "amount_minor": dispute.amount_minor,
        "order_minor": dispute.order_minor,
        "stopped_minor": dispute.stopped_minor,
        "frozen_minor": rules.frozen_total(dispute.frozen),
    }


# --- the end -----------------------------------------------------------------------------------------------------


def won(*, act: Act, provider_ref: str, proof: Proof | None = None) -> DisputeStep:
    """The money came back: what was frozen thaws, refunds that waited are paid, claims go on with the days left.

    Refusals: `not_found`, `already_ended` (it was lost), `out_of_state` (said by a person twice).
    """
    return _end(act, provider_ref, "win", proof, _win)


def lost(*, act: Act, provider_ref: str, proof: Proof | None = None) -> DisputeStep:
    """The money is gone: it counts as refunded, taken from what stands frozen and then from whoever bears it.

    Refusals: `not_found`, `already_ended` (it was won), `out_of_state` (said by a person twice).
    """
    return _end(act, provider_ref, "lose", proof, losing.lose)


def _end(
    act: Act,
    provider_ref: str,
    verb: str,
    proof: Proof | None,
    settle: Callable[[Work, Dispute, PaymentRow], None],
) -> DisputeStep:
    found = Dispute.objects.filter(provider_ref=provider_ref).values_list("order_id", "payment_id").first()
    if found is None:
        raise NotFound(dispute=provider_ref)
    with transaction.atomic():
        work = lock(act=act, order_id=found[0], payment_id=found[1])
        dispute = Dispute.objects.get(provider_ref=provider_ref)
        target = {"win": "won", "lose": "lost"}[verb]
        if dispute.state == target and act.role == "rail":
            return said(work, dispute)
        if dispute.state != "open" and act.role == "rail":
            raise rail_rules.AlreadyEnded(state=dispute.state)
        rail_rules.DISPUTE.step(state=dispute.state, verb=verb, role=act.role)
        if work.payment is None:
            raise NotFound(payment=str(found[1]))
        if proof is not None:
            _note(work, dispute, target, proof)
        settle(work, dispute, work.payment)
        return work.write(said(work, dispute))


def _win(work: Work, dispute: Dispute, payment: PaymentRow) -> None:
    rail, amount = payment.rail, dispute.amount_minor
    work.move("chargeback_won", "rail_clearing", "chargebacks_receivable", amount, rail=rail, subject_id=dispute.id)
    keep_figures(work, disputed_minor=work.order.disputed_minor - dispute.order_minor)
    thawed = {int(place): part for place, part in sorted(dispute.frozen.items())}
    for place, part in thawed.items():
        thaw(work, place=place, amount_minor=part, claim_id=dispute.id)
    after = _given_back(work, dispute, payment)
    dispute.state, dispute.ended_at = "won", work.now
    dispute.frozen = {}
    dispute.save()
    work.recording.settle(subject_id=dispute.id)
    back = dispute.stopped_minor + _pay_promised(work, dispute)
    work.send_back(amount_minor=back, captured=after)
    claims().ended(work, thawed)
    work.event(
        "dispute.won", data={**_facts(dispute), "sent_minor": back}, dispute=dispute.id, payment=dispute.payment_id
    )
    carry_on(work)


def _given_back(work: Work, dispute: Dispute, payment: PaymentRow) -> PaymentRow:
    """The payment has its money again: with the provider until it settles, else sent on to our bank."""
    counted = dispute.amount_minor - dispute.excess_minor
    after = replace(payment, disputed_minor=payment.disputed_minor - counted)
    if payment.state == "captured":
        after = replace(after, netted_minor=payment.netted_minor - dispute.netted_minor)
        work.change(unsettled_minor=work.order.unsettled_minor + dispute.unsettled_minor)
        dispute.unsettled_minor = dispute.netted_minor = 0
    elif dispute.from_bank:
        sent = dispute.amount_minor - losing.shortfall(payment, dispute)
        work.move("settled", "client_bank", "rail_clearing", sent, rail=payment.rail, subject_id=dispute.id)
    return rails.keep(after)


def _pay_promised(work: Work, dispute: Dispute) -> int:
    """Refunds that waited for the dispute are paid, as far as they have not come back another way since."""
    back = 0
    for row in dispute.promised:
        place, claim_id = row["place"], UUID(row["claim_id"]) if row["claim_id"] else None
        order = work.order
        amount = min(row["amount_minor"], rules.room(work.whole, place), order.paid_minor - order.refunded_minor)
        if amount <= 0:
            continue
        drawn = refund(work, place=place, amount_minor=amount, claim_id=claim_id)
        back += drawn.refundable_minor
        if claim_id is not None:
            back += claims().paid(work, claim_id, work.order.refunded_minor - order.refunded_minor)
    return back


# --- what people say -----------------------------------------------------------------------------------------------


def answer(*, act: Act, dispute_id: UUID, proof: Proof) -> DisputeStep:
    """Finance notes what was sent to the provider; from then on its decision is awaited.

    Refusals: `not_found`, `out_of_state`, `invalid` (nothing said).
    """
    found = Dispute.objects.filter(id=dispute_id).first()
    if found is None:
        raise NotFound(dispute=str(dispute_id))
    if not proof.text.strip():
        raise Invalid(field="text", accepted="what was sent, in words")
    with transaction.atomic():
        work = lock(act=act, order_id=found.order_id)
        dispute = Dispute.objects.get(id=dispute_id)
        rail_rules.DISPUTE.step(state=dispute.state, verb="win", role=act.role)
        _note(work, dispute, "evidence", proof)
        dispute.answered_at = work.now
        dispute.save(update_fields=["answered_at"])
        work.recording.settle(subject_id=dispute.id)
        work.deadline(
            OUTCOME,
            subject=("dispute", dispute.id),
            due_at=work.now + OUTCOME_WITHIN,
            who="operator",
            basis={"rule": OUTCOME, "amount_minor": dispute.amount_minor},
        )
        work.event(
            "dispute.answered",
            data={"document": bool(proof.document)},
            private={"text": proof.text},
            dispute=dispute.id,
            payment=dispute.payment_id,
        )
        return work.write(said(work, dispute))


def _note(work: Work, dispute: Dispute, kind: str, proof: Proof) -> None:
    DisputeNote.objects.create(
        id=new_id(),
        dispute=dispute,
        kind=kind,
        text=proof.text,
        document=proof.document,
        by_id=work.act.actor_id,
        added_at=work.now,
    )


def said(work: Work, dispute: Dispute) -> DisputeStep:
    """The dispute as it stands."""
    return DisputeStep(
        dispute.id,
        dispute.order_id,
        dispute.payment_id,
        dispute.state,
        dispute.kind,
        dispute.amount_minor,
        rules.frozen_total(dispute.frozen),
        dispute.bearer,
        dispute.currency,
        work.order.state,
    )
