"""Money asked for: a payment is requested, put to its provider, declined or let expire. That it was captured is
written by the order it belongs to, together with the order's own change.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, assert_never
from uuid import UUID

from django.db import transaction

from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import NotFound
from holdfast.rails import models, rows, rules
from holdfast.rails.choice import rail_named
from holdfast.rails.operations.inquiries import may_ask
from holdfast.rails.operations.turns import alone, in_turn
from holdfast.rails.port import Authorised, Available, Captured, Confirmation, Declined, Delayed
from holdfast.rails.rows import PaymentRow
from holdfast.record.act import clock
from holdfast.record.chains import Chain
from holdfast.record.recording import Recording

ChainOf = Callable[[UUID], Chain]
"""Locks an order to the end of the transaction and answers the head of its chain: the room of orders gives it."""
RETRY_AFTER = timedelta(minutes=1)


def request_into(
    *,
    recording: Recording,
    chain: Chain,
    order_id: UUID,
    tranche: int,
    payer_id: UUID,
    rail: str,
    currency: str,
    due_minor: int,
    processing_minor: int,
    settle_days: int,
    instrument: Mapping[str, Any],
    expires_at: datetime | None = None,
    external_id: str | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> PaymentRow:
    """Ask for the money of a tranche: the row and the event `payment.requested`; the caller holds the order's lock
    and writes. Refusals: `Invalid` for the rail or the instrument, `SimulatedRail`, those of the rail's `check`.

    `expires_at` counts on rails where the payer does a part by itself.
    """
    payment_id, provider = new_id(), rail_named(rail)
    provider.check(amount_minor=due_minor + processing_minor, currency=currency)
    payment = PaymentRow(
        id=payment_id,
        order_id=order_id,
        tranche=tranche,
        payer_id=payer_id,
        rail=rail,
        state=rules.PAYMENT.initial,
        currency=currency,
        due_minor=due_minor,
        processing_minor=processing_minor,
        amount_minor=due_minor + processing_minor,
        captured_minor=0,
        returned_minor=0,
        netted_minor=0,
        settle_days=settle_days,
        reference=rows.reference(payment_id),
        instrument=provider.instrument(given=dict(instrument)),
        provider_ref=None,
        reason=None,
        external_id=external_id,
        metadata=dict(metadata or {}),
        requested_at=recording.act.now,
        expires_at=expires_at if provider.waits_for_payer else None,
        captured_at=None,
        settles_at=None,
        settled_at=None,
    )
    recording.call(rows.WRITE, rows.written(new=[payment]))
    said = {"rail": rail, "reference": payment.reference, "processing_minor": processing_minor}
    _event(recording, chain, "payment.requested", payment, **said)
    return payment


def charge(*, payment: PaymentRow, now: datetime) -> Captured | Delayed | Declined:
    """Put a payment to its provider, outside any transaction; safe to repeat. A wire is never charged: it comes.

    Refusal: `SimulatedRail` outside a sandbox.
    """
    rail = rail_named(payment.rail)
    match rail.authorise(payment=payment, now=now):
        case Authorised(provider_ref):
            return rail.capture(payment=replace(payment, provider_ref=provider_ref), now=now)
        case outcome:
            return outcome


def let_go(*, payment: PaymentRow) -> Captured | Delayed | Declined:
    """Give up a payment that nobody waits for any more, outside any transaction; safe to repeat."""
    return rail_named(payment.rail).let_go(payment=payment)


def available(*, payment: PaymentRow, now: datetime) -> Available | None:
    """Whether its provider has captured money ready for our bank, and what it cost; outside any transaction."""
    provider, since = rail_named(payment.rail), payment.settles_at or now
    if not may_ask(rail=provider, kind="settlement", subject_id=payment.id, since=since, now=now):
        return None
    return provider.available(payment=payment, now=now)


def confirmation(*, payment: PaymentRow) -> Confirmation:
    """What the payer still does at the provider, outside any transaction. Refusals: `NothingToConfirm`,
    `ProviderSilent`."""
    found = None
    if payment.state == "pending" and payment.provider_ref:
        found = rail_named(payment.rail).confirmation(payment=payment)
    if found is None:
        raise rules.NothingToConfirm(state=payment.state)
    return found


def declined_into(
    *, recording: Recording, chain: Chain, payment: PaymentRow, outcome: Delayed | Declined
) -> PaymentRow:
    """Write down that no money came, or not yet; the caller holds the order's lock and writes."""
    match outcome:
        case Declined(reason):
            after = rows.declined(payment, reason=reason)
            _event(recording, chain, "payment.declined", after, rail=payment.rail, reason=reason)
        case Delayed(provider_ref):
            after = rows.delayed(payment, provider_ref=provider_ref)
            _event(recording, chain, "payment.delayed", after, rail=payment.rail)
        case _:
            assert_never(outcome)
    recording.call(rows.WRITE, rows.written(changed=[(payment, after)]))
    return after


def renamed_into(*, recording: Recording, chain: Chain, payment: PaymentRow, provider_ref: str) -> PaymentRow:
    """The provider's name for a payment that is undecided, known only now; the caller holds the order's lock and
    writes."""
    after = replace(payment, provider_ref=provider_ref)
    _event(recording, chain, "payment.delayed", after, rail=payment.rail)
    recording.call(rows.WRITE, rows.written(changed=[(payment, after)]))
    return after


def locked_payment(*, payment_id: UUID) -> PaymentRow:
    """The payment, its row locked; the order's lock comes first. Refusal: `NotFound`."""
    found = models.Payment.objects.select_for_update().filter(id=payment_id).first()
    if found is None:
        raise NotFound(payment=str(payment_id))
    return PaymentRow.of(found)


def unfinished(*, now: datetime) -> Iterator[PaymentRow]:
    """Payments that a provider has not decided, or whose outcome was never written: to be charged again."""
    asked = models.Payment.objects.filter(state__in=rules.OPEN_PAYMENTS, requested_at__lte=now - RETRY_AFTER)
    for row in in_turn(asked.exclude(rail="wire")):
        payment = PaymentRow.of(row)
        since, provider = payment.requested_at, rail_named(payment.rail)
        if may_ask(rail=provider, kind="payment", subject_id=payment.id, since=since, now=now):
            yield payment


def expire(*, now: datetime, chain_of: ChainOf) -> int:
    """Let go the wires that nobody sent in time; answers how many."""
    over = models.Payment.objects.filter(state="requested", rail="wire", expires_at__lt=now)
    count = 0
    for row in in_turn(over):
        with alone("payment", row.id), transaction.atomic():
            recording, chain = Recording(clock(now)), chain_of(row.order_id)
            payment = locked_payment(payment_id=row.id)
            if payment.state != "requested":
                continue
            after = rows.expired(payment)
            _event(recording, chain, "payment.expired", after, rail=payment.rail)
            recording.call(rows.WRITE, rows.written(changed=[(payment, after)]))
            recording.write(after)
            count += 1
    return count


def _event(recording: Recording, chain: Chain, name: str, payment: PaymentRow, **data: Any) -> None:
    recording.event(
        chain,
        name,
        about={"order": payment.order_id, "payment": payment.id, "payer": payment.payer_id},
        data={
            "tranche": payment.tranche,
            "amount_minor": payment.amount_minor,
            "currency": payment.currency,
            "state": payment.state,
            **data,
        },
    )
