"""Money back to the instruments that paid: split, instructed, sent, confirmed or bounced.

A refund is instructed inside the act that made money refundable; a job sends it. What no instrument can take stays
refundable, with a deadline for the operator.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID

from django.db import transaction

from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import NotFound
from holdfast.ledger.book import Transfer
from holdfast.ledger.chart import Account, of_operator, of_order, of_rail
from holdfast.programme import Programme
from holdfast.programme import rules as programme_rules
from holdfast.programme.rules import Places
from holdfast.rails import models, rows, rules
from holdfast.rails.choice import rail_named, wires_by_file
from holdfast.rails.operations.inquiries import may_ask
from holdfast.rails.operations.payments import ChainOf
from holdfast.rails.operations.turns import PAGE, alone, in_turn
from holdfast.rails.port import Bounced, Confirmed, Delayed, Sent
from holdfast.rails.rows import PaymentRow, PayoutRow, RefundRow
from holdfast.rails.rules import Instrument
from holdfast.record import deadlines
from holdfast.record.act import Act, clock
from holdfast.record.chains import Chain
from holdfast.record.recording import Recording

START, CONFIRM, RESOLVE, PLACE = "refund.start", "refund.confirm", "refund.resolve", "refund.place"
CONFIRM_WITHIN = timedelta(days=10)
"""How long a provider may be silent about money in transit before the operator asks."""
RESOLVE_WITHIN = timedelta(days=7)


def refund_into(
    *,
    recording: Recording,
    programme: Programme,
    order_id: UUID,
    currency: str,
    amount_minor: int,
    zone: str,
    places: Places | None = None,
    claim_id: UUID | None = None,
    captured: PaymentRow | None = None,
) -> tuple[RefundRow, ...]:
    """Instruct refunds of an amount that became refundable, pro rata to what each instrument paid and has not got
    back; the caller holds the order's lock, moved the money, and writes. `captured` is a payment that the same
    recording changes, as it will be. What a payer's bank disputes is
    not sent there; what is above all instruments stays refundable for the operator to place.
    """
    act = recording.act
    payments = [one for one in _can_take(order_id, currency, captured) if _in_time(one, programme, act.now)]
    left = sum(payment.left_minor for payment in payments)
    _leave(recording, order_id, amount_minor - left, zone)
    wanted = min(amount_minor, left)
    if wanted <= 0:
        return ()
    parts = rules.split_refund(
        amount_minor=wanted,
        instruments=[
            Instrument(one.id, one.captured_minor, one.returned_minor + one.disputed_minor) for one in payments
        ],
    )
    due_at = programme_rules.refund_start_due(programme=programme, final_at=act.now, zone=zone, places=places)
    by_id = {payment.id: payment for payment in payments}
    refunds = tuple(_instructed(by_id[part.payment_id], part, act.now, due_at, claim_id) for part in parts)
    changed = [
        (by_id[part.payment_id], rows.given_back(by_id[part.payment_id], amount_minor=part.amount_minor))
        for part in parts
    ]
    recording.call(rows.WRITE, rows.written(new=refunds, changed=changed))
    for refund in refunds:
        recording.deadline(
            kind=START,
            subject=("refund", refund.id),
            order_id=order_id,
            due_at=due_at,
            zone=zone,
            who="operator",
            basis={"rule": "returns.refund_start_days", "amount_minor": refund.amount_minor},
        )
    return refunds


def _instructed(
    payment: PaymentRow, part: rules.Part, now: datetime, due_at: datetime, claim_id: UUID | None
) -> RefundRow:
    return RefundRow(
        id=new_id(),
        order_id=payment.order_id,
        claim_id=claim_id,
        payment_id=payment.id,
        state=rules.REFUND.initial,
        amount_minor=part.amount_minor,
        currency=payment.currency,
        provider_ref=None,
        reason=None,
        requested_at=now,
        start_due_at=due_at,
        sent_at=None,
        ended_at=None,
    )


def send_refunds(*, now: datetime, chain_of: ChainOf, page: int = PAGE) -> int:
    """Send what was instructed and ask what became of what was sent; answers how many refunds moved. Those by wire
    wait for a payment file where the bank is told by one."""
    moved = 0
    for state in ("requested", "sent"):
        for row in in_turn(models.Refund.objects.filter(state=state).select_related("payment"), page=page):
            refund = RefundRow.of(row)
            if is_the_banks(refund, None if row.payment is None else row.payment.rail):
                continue
            if refund.destination is not None:
                with alone("refund", refund.id):
                    moved += _write_outcome(refund, _to_account(refund, now), now, chain_of)
                continue
            payment = PaymentRow.of(row.payment)
            with alone("refund", refund.id):
                rail, since = rail_named(payment.rail), refund.sent_at or refund.requested_at
                if may_ask(rail=rail, kind="refund", subject_id=refund.id, since=since, now=now):
                    moved += _write_outcome(refund, rail.refund(refund=refund, payment=payment), now, chain_of)
    return moved


def ask_refund(*, now: datetime, refund_id: UUID, chain_of: ChainOf) -> bool:
    """Its provider has news of a refund: ask what became of it. One that had arrived and came back is refundable
    again. Answers whether it moved."""
    row = models.Refund.objects.select_related("payment").get(id=refund_id)
    if row.destination is not None or row.state not in ("requested", "sent", "confirmed"):
        # It goes to a bank account by now: what a provider still says of its first way changes nothing.
        return False
    refund, payment = RefundRow.of(row), PaymentRow.of(row.payment)
    outcome = rail_named(payment.rail).refund(refund=refund, payment=payment)
    if refund.state != "confirmed":
        return _write_outcome(refund, outcome, now, chain_of)
    return isinstance(outcome, Bounced) and returned(
        now=now, refund_id=refund.id, reason=outcome.reason, chain_of=chain_of
    )


def returned(*, now: datetime, refund_id: UUID, reason: str, chain_of: ChainOf) -> bool:
    """A refund that had arrived came back: the money is refundable again and waits for the operator. False if it was
    written before."""
    order_id = models.Refund.objects.values_list("order_id", flat=True).get(id=refund_id)
    with transaction.atomic():
        recording, chain = Recording(clock(now)), chain_of(order_id)
        refund = _locked(refund_id)
        if refund.state != "confirmed":
            return False
        payment = _owing(refund)
        after = _ended(refund, "return", now, reason)
        changed: list[tuple[rows.AnyRow, rows.AnyRow]] = [(refund, after)]
        account = of_operator("client_bank", refund.currency)
        if payment is not None and payment.state == "captured" and payment.netted_minor >= refund.amount_minor:
            # It had been taken from what the provider still owes us, and is there again.
            account = of_rail("rail_clearing", payment.rail, refund.currency)
            changed.append((payment, rows.netted(payment, amount_minor=-refund.amount_minor)))
        recording.call(rows.WRITE, rows.written(changed=changed))
        refundable = of_order("refundable", refund.order_id, refund.currency)
        recording.transfer(_transfer("refund_returned", refund, account, refundable))
        _deadline(recording, refund, RESOLVE, now + RESOLVE_WITHIN)
        _event(recording, chain, "refund.bounced", after)
        recording.write(after)
        return True


def is_the_banks(refund: RefundRow, rail: str | None) -> bool:
    """Whether a payment file carries it, or shall: then nobody is told of it before that."""
    by_wire = refund.destination is not None or rail in (None, "wire")
    return refund.batch_id is not None or (wires_by_file() and by_wire)


def _to_account(refund: RefundRow, now: datetime) -> Sent | Confirmed | Bounced:
    """A refund to a bank account goes the way of a payout."""
    way = PayoutRow(
        id=refund.id,
        organisation_id=refund.order_id,
        beneficiary_id=refund.beneficiary_id or refund.order_id,
        destination=refund.destination or {},
        state=refund.state,
        amount_minor=refund.amount_minor,
        currency=refund.currency,
        provider_ref=refund.provider_ref,
        reason=None,
        external_id=None,
        metadata={},
        requested_at=refund.requested_at,
        sent_at=refund.sent_at,
        ended_at=None,
    )
    return rail_named("wire").pay_out(payout=way, now=now)


def carry_refund(*, refund: RefundRow, outcome: Sent | Confirmed | Bounced, now: datetime, chain_of: ChainOf) -> bool:
    """Write what a bank said of a refund, unless somebody else has meanwhile; False if nothing moved."""
    return _write_outcome(refund, outcome, now, chain_of)


def resend_refund(*, act: Act, refund_id: UUID, chain_of: ChainOf) -> RefundRow:
    """The operator has a bounced refund sent again. Refusals: `NotFound`, `NotAllowed`, `OutOfState`."""
    order_id = models.Refund.objects.filter(id=refund_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotFound
    with transaction.atomic():
        recording, chain = Recording(act), chain_of(order_id)
        refund = _locked(refund_id)
        state = rules.REFUND.step(state=refund.state, verb="resend", role=act.role)
        after = replace(refund, state=state, reason=None, sent_at=None, ended_at=None)
        recording.settle(subject_id=refund.id, kind=RESOLVE)
        recording.call(rows.WRITE, rows.written(changed=[(refund, after)]))
        _event(recording, chain, "refund.resent", after)
        return recording.write(after)


def _in_time(payment: PaymentRow, programme: Programme, now: datetime) -> bool:
    """Whether the rail still takes a refund of this payment: its refund period counts from the capture. A wire goes
    back to the account that paid, as long as there is one."""
    rail = programme.rails.get(payment.rail)
    if rail is None or payment.captured_at is None or payment.rail == "wire":
        return True
    return now <= payment.captured_at + timedelta(days=rail.refund_days)


def _can_take(order_id: UUID, currency: str, captured: PaymentRow | None) -> list[PaymentRow]:
    stored = models.Payment.objects.select_for_update().filter(order_id=order_id, currency=currency).order_by("id")
    found = [PaymentRow.of(row) for row in stored]
    if captured is not None:
        found = [captured if payment.id == captured.id else payment for payment in found]
    return [payment for payment in found if payment.state in rules.CAPTURED_PAYMENTS]


def _leave(recording: Recording, order_id: UUID, amount_minor: int, zone: str) -> None:
    """Money that no instrument can take back waits for the operator, and does not wait unnamed."""
    if amount_minor <= 0:
        return
    # What waits already is not forgotten: one deadline for all of it, and the earliest day stands.
    before = next((one for one in deadlines.of_subject(subject_id=order_id) if one.kind == PLACE), None)
    recording.settle(subject_id=order_id, kind=PLACE)
    recording.deadline(
        kind=PLACE,
        subject=("order", order_id),
        order_id=order_id,
        due_at=before.due_at if before else recording.act.now + RESOLVE_WITHIN,
        zone=zone,
        who="operator",
        basis={
            "rule": "refund.no_instrument",
            "amount_minor": amount_minor + (int(before.basis["amount_minor"]) if before else 0),
        },
    )


def _write_outcome(
    refund: RefundRow, outcome: Sent | Confirmed | Bounced | Delayed, now: datetime, chain_of: ChainOf
) -> bool:
    """Write what the provider said, unless somebody else has meanwhile; False if nothing moved."""
    if isinstance(outcome, Delayed) or (isinstance(outcome, Sent) and refund.state == "sent"):
        return False
    with transaction.atomic():
        recording, chain = Recording(clock(now)), chain_of(refund.order_id)
        current = _locked(refund.id)
        if current.state != refund.state:
            return False
        match outcome:
            case Sent(provider_ref):
                after = _sent(recording, chain, current, provider_ref)
            case Confirmed():
                after = _confirmed(recording, chain, current)
            case Bounced(reason):
                after = _bounced(recording, chain, current, reason)
            case _:
                assert_never(outcome)
        recording.write(after)
        return True


def _sent(recording: Recording, chain: Chain, refund: RefundRow, provider_ref: str) -> RefundRow:
    now = recording.act.now
    role = "rail" if refund.state == "instructed" else "clock"
    state = rules.REFUND.step(state=refund.state, verb="send", role=role)
    after = replace(refund, state=state, provider_ref=provider_ref, sent_at=now)
    recording.call(rows.WRITE, rows.written(changed=[(refund, after)]))
    if refund.state == "requested":
        refundable = of_order("refundable", refund.order_id, refund.currency)
        recording.transfer(_transfer("refund_sent", refund, refundable, _in_transit(refund)))
        recording.settle(subject_id=refund.id, kind=START)
        _deadline(recording, refund, CONFIRM, now + CONFIRM_WITHIN)
    _event(recording, chain, "refund.sent", after)
    return after


def _confirmed(recording: Recording, chain: Chain, refund: RefundRow) -> RefundRow:
    """Before its payment is settled a refund is taken from what the provider still owes us; later, from the bank."""
    after = replace(_ended(refund, "confirm", recording.act.now, None), sent_at=refund.sent_at or recording.act.now)
    changed: list[tuple[rows.AnyRow, rows.AnyRow]] = [(refund, after)]
    account = of_operator("client_bank", refund.currency)
    payment = _owing(refund)
    if payment is not None and payment.state == "captured":
        account = of_rail("rail_clearing", payment.rail, refund.currency)
        changed.append((payment, rows.netted(payment, amount_minor=refund.amount_minor)))
    recording.call(rows.WRITE, rows.written(changed=changed))
    recording.transfer(_transfer("refund_confirmed", refund, _in_transit(refund), account))
    recording.settle(subject_id=refund.id)
    _event(recording, chain, "refund.confirmed", after)
    return after


def _bounced(recording: Recording, chain: Chain, refund: RefundRow, reason: str) -> RefundRow:
    after = _ended(refund, "bounce", recording.act.now, reason)
    recording.call(rows.WRITE, rows.written(changed=[(refund, after)]))
    if refund.state in ("sent", "instructed"):
        refundable = of_order("refundable", refund.order_id, refund.currency)
        recording.transfer(_transfer("refund_bounced", refund, _in_transit(refund), refundable))
    recording.settle(subject_id=refund.id)
    _deadline(recording, refund, RESOLVE, recording.act.now + RESOLVE_WITHIN)
    _event(recording, chain, "refund.bounced", after)
    return after


def _owing(refund: RefundRow) -> PaymentRow | None:
    """The payment, locked, from whose provider a refund is taken; None where it leaves our bank account anyway."""
    if refund.payment_id is None or refund.destination is not None:
        return None
    return PaymentRow.of(models.Payment.objects.select_for_update().get(id=refund.payment_id))


def _ended(refund: RefundRow, verb: str, now: datetime, reason: str | None) -> RefundRow:
    state = rules.REFUND.step(state=refund.state, verb=verb, role="rail")
    return replace(refund, state=state, reason=reason, ended_at=now)


def _locked(refund_id: UUID) -> RefundRow:
    return RefundRow.of(models.Refund.objects.select_for_update().get(id=refund_id))


def _in_transit(refund: RefundRow) -> Account:
    return of_operator("refunds_in_transit", refund.currency)


def _transfer(kind: str, refund: RefundRow, debit: Account, credit: Account) -> Transfer:
    return Transfer(kind, debit, credit, refund.amount_minor, order_id=refund.order_id, subject_id=refund.id)


def _deadline(recording: Recording, refund: RefundRow, kind: str, due_at: datetime) -> None:
    recording.deadline(
        kind=kind,
        subject=("refund", refund.id),
        order_id=refund.order_id,
        due_at=due_at,
        zone="UTC",
        who="operator",
        basis={"rule": kind, "amount_minor": refund.amount_minor},
    )


def _event(recording: Recording, chain: Chain, name: str, refund: RefundRow) -> None:
    recording.event(
        chain,
        name,
        about={
            "order": refund.order_id,
            "refund": refund.id,
            "payment": refund.payment_id,
            "claim": refund.claim_id,
        },
        data={
            "amount_minor": refund.amount_minor,
            "currency": refund.currency,
            "state": refund.state,
            "reason": refund.reason,
        },
    )
