"""Refunds that no instrument takes: placed on a bank account, put into a batch for the bank, held back from one.

It knows refunds and accounts that somebody verified. Which account is the buyer's is handed in by the rooms above.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import NotFound
from holdfast.ledger import book
from holdfast.ledger.book import Transfer
from holdfast.ledger.chart import of_operator, of_order
from holdfast.rails import models, rows, rules
from holdfast.rails.operations import refunds
from holdfast.rails.operations.payments import ChainOf
from holdfast.rails.operations.payouts import Destination
from holdfast.rails.operations.refunds import PLACE, RESOLVE, RESOLVE_WITHIN, START
from holdfast.rails.rows import RefundRow
from holdfast.record import deadlines
from holdfast.record.act import Act
from holdfast.record.chains import Chain
from holdfast.record.recording import Recording


@dataclass(frozen=True, slots=True)
class Back:
    """A refund, its row and its order locked, and the head of the order's chain."""

    refund: RefundRow
    chain: Chain


# --- where it goes -----------------------------------------------------------------------------------------------


def place_refund(
    *,
    act: Act,
    order_id: UUID,
    currency: str,
    destination: Destination,
    due_at: datetime,
    chain_of: ChainOf,
    amount_minor: int | None = None,
) -> RefundRow:
    """Send money that no instrument takes to the buyer's bank account: all that waits for a place, or a part of it.

    Refusals: `NotFound`, `NotAllowed`, `NotPlaceable` if less waits than this.
    """
    with transaction.atomic():
        recording, chain = Recording(act), chain_of(order_id)
        rules.check_places(role=act.role)
        waiting = next((one for one in deadlines.of_subject(subject_id=order_id) if one.kind == PLACE), None)
        refundable = of_order("refundable", order_id, currency)
        there = book.lock(accounts=[refundable])[refundable] - _promised(order_id)
        most = min(int(waiting.basis["amount_minor"]), there) if waiting is not None else 0
        wanted = most if amount_minor is None else amount_minor
        if waiting is None or not 0 < wanted <= most:
            raise rules.NotPlaceable(field="amount_minor", accepted=f"1 to {most}")
        refund = RefundRow(
            id=new_id(),
            order_id=order_id,
            claim_id=None,
            payment_id=None,
            state=rules.REFUND.initial,
            amount_minor=wanted,
            currency=currency,
            provider_ref=None,
            reason=None,
            requested_at=act.now,
            start_due_at=due_at,
            sent_at=None,
            ended_at=None,
            beneficiary_id=destination.beneficiary_id,
            destination=destination.kept(),
        )
        recording.call(rows.WRITE, rows.written(new=[refund]))
        recording.settle(subject_id=order_id, kind=PLACE)
        left = int(waiting.basis["amount_minor"]) - wanted
        if left > 0:
            _deadline(recording, refund, PLACE, due_at=waiting.due_at, zone=waiting.zone, left_minor=left)
        _deadline(recording, refund, START, due_at=due_at, zone=waiting.zone)
        _event(recording, chain, "refund.placed", refund)
        return recording.write(refund)


def _promised(order_id: UUID) -> int:
    """What of the refundable money refunds will take that are not sent yet, or came back and wait to be sent again."""
    open_ones = models.Refund.objects.filter(order_id=order_id, state__in=("requested", "bounced"))
    return sum(open_ones.values_list("amount_minor", flat=True))


def route_refund(*, act: Act, refund_id: UUID, destination: Destination, chain_of: ChainOf) -> RefundRow:
    """Have a refund go to a bank account instead of the instrument: one that came back, or one that waits for a
    payment file. Of any other that is not sent yet, its provider may just have been told. Refusals: `NotFound`,
    `NotAllowed`, `OutOfState`."""
    order_id = models.Refund.objects.filter(id=refund_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotFound
    with transaction.atomic():
        recording, chain = Recording(act), chain_of(order_id)
        rules.check_places(role=act.role)
        row = models.Refund.objects.select_for_update(of=("self",)).select_related("payment").get(id=refund_id)
        refund = RefundRow.of(row)
        state = refund.state
        if state != "requested" or not refunds.is_the_banks(refund, None if row.payment is None else row.payment.rail):
            state = rules.REFUND.step(state=state, verb="resend", role=act.role)
            recording.settle(subject_id=refund.id, kind=RESOLVE)
            due_at = max(refund.start_due_at, act.now + RESOLVE_WITHIN)
            _deadline(recording, refund, START, due_at=due_at, zone="UTC")
        after = replace(
            refund,
            state=state,
            reason=None,
            sent_at=None,
            ended_at=None,
            batch_id=None,
            provider_ref=None,
            beneficiary_id=destination.beneficiary_id,
            destination=destination.kept(),
        )
        recording.call(rows.WRITE, rows.written(changed=[(refund, after)]))
        _event(recording, chain, "refund.placed", after)
        return recording.write(after)


# --- in a batch --------------------------------------------------------------------------------------------------


def instructable(*, currency: str, refund_ids: Collection[UUID] | None, chain_of: ChainOf) -> list[Back]:
    """Refunds that go to bank accounts and wait for a batch, their orders locked by ID. Refusals: `NotFound`,
    `OutOfState` for one that is named and does not wait."""
    found = models.Refund.objects.filter(currency=currency, destination__isnull=False)
    found = found.filter(state="requested") if refund_ids is None else found.filter(id__among=refund_ids)
    backs = _locked([(row.order_id, row.id) for row in found.only("order_id")], chain_of)
    if refund_ids is None:
        return [one for one in backs if one.refund.state == "requested"]
    if len(backs) != len(set(refund_ids)):
        raise NotFound
    for one in backs:
        rules.REFUND.step(state=one.refund.state, verb="instruct", role="operator")
    return backs


def of_batch(*, batch_id: UUID, chain_of: ChainOf) -> list[Back]:
    """The refunds in a batch of which no bank was told anything final, their orders locked by ID."""
    found = models.Refund.objects.filter(batch_id=batch_id).only("order_id")
    backs = _locked([(row.order_id, row.id) for row in found], chain_of)
    return [one for one in backs if one.refund.batch_id == batch_id and one.refund.state == "instructed"]


def _locked(wanted: Sequence[tuple[UUID, UUID]], chain_of: ChainOf) -> list[Back]:
    chains = {order_id: chain_of(order_id) for order_id in sorted({order_id for order_id, _refund in wanted})}
    stored = models.Refund.objects.select_for_update().filter(id__among=[refund for _order, refund in wanted])
    return [Back(RefundRow.of(row), chains[row.order_id]) for row in stored.order_by("id")]


def instruct_into(*, recording: Recording, backs: Sequence[Back], batch_id: UUID) -> None:
    """The refunds leave what is refundable and are in transit; the caller writes."""
    for one in backs:
        state = rules.REFUND.step(state=one.refund.state, verb="instruct", role=recording.act.role)
        after = replace(one.refund, state=state, batch_id=batch_id)
        recording.call(rows.WRITE, rows.written(changed=[(one.refund, after)]))
        recording.transfer(_transfer("refund_sent", after))
        _event(recording, one.chain, "refund.instructed", after)


def hold_back_into(*, recording: Recording, backs: Sequence[Back]) -> None:
    """The refunds of a batch that was dropped are refundable again, and wait for another; the caller writes."""
    for one in backs:
        state = rules.REFUND.step(state=one.refund.state, verb="hold_back", role=recording.act.role)
        after = replace(one.refund, state=state, batch_id=None)
        recording.call(rows.WRITE, rows.written(changed=[(one.refund, after)]))
        recording.transfer(_transfer("refund_bounced", after))
        _event(recording, one.chain, "refund.held_back", after)


def take_out(*, recording: Recording, refund: RefundRow) -> RefundRow | None:
    """Take one refund, whose order is locked, out of a batch that is not let out yet: it is refundable again. The rest
    of the batch stays. None if its file was let out meanwhile; else as it is then, and the caller writes."""
    waiting = models.PayoutBatch.objects.select_for_update().filter(state="made")
    batch = waiting.filter(id=refund.batch_id).first() if refund.batch_id else None
    if batch is None:
        return None
    batch.count, batch.total_minor = batch.count - 1, batch.total_minor - refund.amount_minor
    batch.save(update_fields=["count", "total_minor"])
    state = rules.REFUND.step(state=refund.state, verb="hold_back", role="rail")
    after = replace(refund, state=state, batch_id=None)
    recording.call(rows.WRITE, rows.written(changed=[(refund, after)]))
    recording.transfer(_transfer("refund_bounced", refund))
    return after


def _transfer(kind: str, refund: RefundRow) -> Transfer:
    refundable = of_order("refundable", refund.order_id, refund.currency)
    in_transit = of_operator("refunds_in_transit", refund.currency)
    debit, credit = (refundable, in_transit) if kind == "refund_sent" else (in_transit, refundable)
    return Transfer(kind, debit, credit, refund.amount_minor, order_id=refund.order_id, subject_id=refund.id)


def _deadline(
    recording: Recording, refund: RefundRow, kind: str, *, due_at: datetime, zone: str, left_minor: int | None = None
) -> None:
    """Of the refund itself, or with `left_minor` of what its order still has to place."""
    recording.deadline(
        kind=kind,
        subject=("refund", refund.id) if left_minor is None else ("order", refund.order_id),
        order_id=refund.order_id,
        due_at=due_at,
        zone=zone,
        who="operator",
        basis={"rule": "refund.no_instrument", "amount_minor": left_minor or refund.amount_minor},
    )


def _event(recording: Recording, chain: Chain, name: str, refund: RefundRow) -> None:
    recording.event(
        chain,
        name,
        about={
            "order": refund.order_id,
            "refund": refund.id,
            "payment": refund.payment_id,
            "beneficiary": refund.beneficiary_id,
            "batch": refund.batch_id,
        },
        data={
            "amount_minor": refund.amount_minor,
            "currency": refund.currency,
            "state": refund.state,
            "reason": refund.reason,
        },
    )
