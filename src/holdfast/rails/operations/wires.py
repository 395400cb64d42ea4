"""Money that came by itself: matched to the payment whose reference it bears, or put into suspense with a reason, an
owner and a deadline, and sent back when nobody could place it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from holdfast.kernel.identifiers import new_id
from holdfast.kernel.money import MAX_MINOR, currencies
from holdfast.kernel.refusals import Invalid, NotFound
from holdfast.ledger.book import Transfer
from holdfast.ledger.chart import Account, of_operator, of_rail
from holdfast.rails import models, rows, rules
from holdfast.rails.rows import PaymentRow, StrayRow
from holdfast.record.act import Act
from holdfast.record.chains import operator_chain
from holdfast.record.recording import Recording

RESOLVE = "stray.resolve"
RESOLVE_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Wire:
    """One credit on a statement of the designated account; `source_ref` is the bank's own name for it."""

    source_ref: str
    reference: str
    amount_minor: int
    currency: str
    payer_name: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where a wire belongs: to a payment, which its order then takes, or into suspense; `again` if it was entered
    before and nothing is to be done."""

    payment: PaymentRow | None
    stray: StrayRow | None
    again: bool = False


def receive_wire(*, act: Act, wire: Wire, unmatched: str = "unknown_reference") -> Arrival:
    """Match a wire by its reference, or put it into suspense; entered once however often it is reported.

    `unmatched` is what the caller knows of a reference that no payment bears.
    """
    _check(wire)
    before = _entered(wire)
    if before is not None:
        return before
    found = models.Payment.objects.filter(rail="wire", reference=rules.compact(wire.reference)).first()
    payment = PaymentRow.of(found) if found is not None else None
    reason = rules.misplaced(
        state=payment.state if payment else None,
        asked_currency=payment.currency if payment else None,
        currency=wire.currency,
    )
    if reason is None:
        return Arrival(payment, None)
    if payment is None:
        reason = unmatched
    return _suspend(act, wire, reason, payment)


def _entered(wire: Wire) -> Arrival | None:
    """Where this line of a statement went before, whatever reference it bears now: a bank corrects what it reports."""
    stray = models.Stray.objects.filter(source_ref=wire.source_ref).first()
    if stray is not None:
        return Arrival(None, StrayRow.of(stray), again=True)
    taken = models.Payment.objects.filter(rail="wire", provider_ref=wire.source_ref).first()
    return None if taken is None else Arrival(PaymentRow.of(taken), None, again=True)


def _check(wire: Wire) -> None:
    """What a statement's line must be to be entered at all."""
    if not 0 < wire.amount_minor <= MAX_MINOR:
        raise Invalid(field="amount_minor", found=wire.amount_minor, accepted=f"1 to {MAX_MINOR}")
    if wire.currency not in currencies():
        raise Invalid(field="currency", found=wire.currency, accepted="an ISO 4217 currency in use")
    for field, most in (("source_ref", 128), ("reference", 140), ("payer_name", 140)):
        if len(getattr(wire, field)) > most or "\x00" in getattr(wire, field):
            raise Invalid(field=field, accepted=f"at most {most} characters")


def return_stray(*, act: Act, stray_id: UUID) -> StrayRow:
    """Send money back that nobody could place. Refusals: `NotFound`, `NotAllowed`, `OutOfState`."""
    with transaction.atomic():
        chain = operator_chain()
        found = models.Stray.objects.select_for_update().filter(id=stray_id).first()
        if found is None:
            raise NotFound
        stray = StrayRow.of(found)
        state = rules.STRAY.step(state=stray.state, verb="return", role=act.role)
        after = replace(stray, state=state, ended_at=act.now)
        recording = Recording(act)
        recording.call("rails_write", rows.written(changed=[(stray, after)]))
        suspense, clearing = _accounts(stray.currency)
        recording.transfer(Transfer("returned_unmatched", suspense, clearing, stray.amount_minor, subject_id=stray.id))
        recording.settle(subject_id=stray.id, kind=RESOLVE)
        recording.event(
            chain,
            "wire.returned",
            about={"stray": stray.id, "order": stray.order_id},
            data={"amount_minor": stray.amount_minor, "currency": stray.currency, "reason": stray.reason},
        )
        return recording.write(after)


def _suspend(act: Act, wire: Wire, reason: str, payment: PaymentRow | None) -> Arrival:
    with transaction.atomic():
        # The operator's chain is locked before the look, so that one statement line read twice is entered once.
        chain = operator_chain()
        entered = models.Stray.objects.filter(source_ref=wire.source_ref).first()
        if entered is not None:
            return Arrival(payment, StrayRow.of(entered), again=True)
        stray = StrayRow(
            id=new_id(),
            rail="wire",
            source_ref=wire.source_ref,
            state=rules.STRAY.initial,
            reason=reason,
            amount_minor=wire.amount_minor,
            currency=wire.currency,
            reference=wire.reference,
            payer_name=wire.payer_name,
            order_id=payment.order_id if payment else None,
            payment_id=payment.id if payment else None,
            owner="operator",
            received_at=wire.received_at,
            due_at=act.now + RESOLVE_WITHIN,
            ended_at=None,
        )
        recording = Recording(act)
        recording.call("rails_write", rows.written(new=[stray]))
        suspense, clearing = _accounts(stray.currency)
        recording.transfer(Transfer("unmatched", clearing, suspense, stray.amount_minor, subject_id=stray.id))
        recording.deadline(
            kind=RESOLVE,
            subject=("stray", stray.id),
            order_id=stray.order_id,
            due_at=stray.due_at,
            zone="UTC",
            who="operator",
            basis={"rule": RESOLVE, "reason": reason, "amount_minor": stray.amount_minor},
        )
        recording.event(
            chain,
            "wire.unmatched",
            about={"stray": stray.id, "order": stray.order_id, "payment": stray.payment_id},
            data={"amount_minor": stray.amount_minor, "currency": stray.currency, "reason": reason},
            private={"payer": wire.payer_name, "reference": wire.reference},
        )
        return recording.write(Arrival(None, stray))


def _accounts(currency: str) -> tuple[Account, Account]:
    return of_operator("suspense", currency), of_rail("rail_clearing", "wire", currency)
