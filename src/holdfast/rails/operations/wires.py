"""Money that came by itself: found its payment by a reference, or put into suspense with a reason, an owner and a
deadline, and sent back when nobody could place it.

It knows payments, not orders: whether an order takes the money is asked above, under the order's lock.
"""

from collections.abc import Sequence
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
from holdfast.rails.bank import matching
from holdfast.rails.rows import PaymentRow, StrayRow
from holdfast.record.act import Act
from holdfast.record.chains import Chain, operator_chain
from holdfast.record.recording import Recording

RESOLVE = "stray.resolve"
RESOLVE_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Wire:
    """One credit on a statement of the designated account; `source_ref` is what it is entered by, `reference` all that
    was written with it. `line_id` is the line of the statement, where there is one."""

    source_ref: str
    reference: str
    amount_minor: int
    currency: str
    payer_name: str
    received_at: datetime
    line_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where a wire belongs: to a payment, which its order then takes, or into suspense; `again` if it was entered
    before and nothing is to be done."""

    payment: PaymentRow | None
    stray: StrayRow | None
    again: bool = False


def receive_wire(*, act: Act, wire: Wire, unmatched: str = "unknown_reference") -> Arrival:
    """Find the payment whose reference a wire bears, or put it into suspense; entered once however often it is
    reported.

    `unmatched` is what the caller knows of a reference that no payment bears.
    """
    check(wire)
    before = entered(source_ref=wire.source_ref)
    if before is not None:
        return before
    payment = by_reference([wire.reference]).get(wire.reference)
    if payment is None:
        return _suspend(act, wire, unmatched, None)
    reason = rules.misplaced(state=payment.state, asked_currency=payment.currency, currency=wire.currency)
    return Arrival(payment, None) if reason is None else _suspend(act, wire, reason, payment)


def by_reference(said: Sequence[str]) -> dict[str, PaymentRow]:
    """The wire payment that each of these texts names, in one query: the first of the references in it that is one of
    ours."""
    wanted = {text: matching.references([text]) for text in said}
    known = {reference for references in wanted.values() for reference in references}
    if not known:
        return {}
    rows_found = models.Payment.objects.filter(rail="wire", reference__in=known)
    payments = {row.reference: PaymentRow.of(row) for row in rows_found}
    matched = ((text, (payments[one] for one in references if one in payments)) for text, references in wanted.items())
    found = ((text, next(candidates, None)) for text, candidates in matched)
    return {text: payment for text, payment in found if payment is not None}


def entered(*, source_ref: str) -> Arrival | None:
    """Where this line of a statement went before, whatever reference it bears now: a bank corrects what it reports."""
    stray = models.Stray.objects.filter(source_ref=source_ref).first()
    if stray is not None:
        return Arrival(None, StrayRow.of(stray), again=True)
    taken = models.Payment.objects.filter(rail="wire", provider_ref=source_ref).first()
    return None if taken is None else Arrival(PaymentRow.of(taken), None, again=True)


def check(wire: Wire) -> None:
    """What a statement's line must be to be entered at all. Refusal: `Invalid`."""
    if not 0 < wire.amount_minor <= MAX_MINOR:
        raise Invalid(field="amount_minor", found=wire.amount_minor, accepted=f"1 to {MAX_MINOR}")
    if wire.currency not in currencies():
        raise Invalid(field="currency", found=wire.currency, accepted="an ISO 4217 currency in use")
    for field, most in (("source_ref", 128), ("reference", 140), ("payer_name", 140)):
        if len(getattr(wire, field)) > most or "\x00" in getattr(wire, field):
            raise Invalid(field=field, accepted=f"at most {most} characters")


def return_stray(*, act: Act, stray_id: UUID, reason: str = "") -> StrayRow:
    """Send money back that nobody could place; `reason` is for the record. Refusals: `NotFound`, `NotAllowed`,
    `OutOfState`."""
    with transaction.atomic():
        stray = locked_stray(stray_id=stray_id)
        recording = Recording(act)
        after = returned_into(recording=recording, chain=operator_chain(), stray=stray, reason=reason)
        return recording.write(after)


def returned_into(*, recording: Recording, chain: Chain, stray: StrayRow, reason: str) -> StrayRow:
    """Money in suspense goes back to who sent it; the caller holds the stray's row and writes."""
    act = recording.act
    state = rules.STRAY.step(state=stray.state, verb="return", role=act.role)
    after = replace(stray, state=state, ended_at=act.now)
    recording.call(rows.WRITE, rows.written(changed=[(stray, after)]))
    suspense, clearing = _accounts(stray.currency)
    recording.transfer(Transfer("returned_unmatched", suspense, clearing, stray.amount_minor, subject_id=stray.id))
    recording.settle(subject_id=stray.id, kind=RESOLVE)
    line_became(source_ref=stray.source_ref, state="returned", now=act.now, note=reason)
    recording.event(
        chain,
        "wire.returned",
        about={"stray": stray.id, "order": stray.order_id},
        data={"amount_minor": stray.amount_minor, "currency": stray.currency, "reason": stray.reason},
        private={"why": reason} if reason else None,
    )
    return after


def check_stray(*, stray_id: UUID) -> None:
    """Refusal: `NotFound`."""
    if not models.Stray.objects.filter(id=stray_id).exists():
        raise NotFound


def locked_stray(*, stray_id: UUID) -> StrayRow:
    """Money in suspense, its row locked; an order's lock comes first. Refusal: `NotFound`."""
    found = models.Stray.objects.select_for_update().filter(id=stray_id).first()
    if found is None:
        raise NotFound
    return StrayRow.of(found)


def waiting_for(*, payment_id: UUID) -> list[StrayRow]:
    """What lies in suspense for a payment until the rest comes, locked, the oldest first."""
    found = models.Stray.objects.select_for_update().filter(payment_id=payment_id, state="open", reason="short")
    return [StrayRow.of(row) for row in found.order_by("id")]


def attach(*, stray: StrayRow, payment: PaymentRow) -> StrayRow:
    """A stray is for this payment and waits until the rest comes; the caller holds both and writes."""
    after = replace(stray, reason="short", payment_id=payment.id, order_id=payment.order_id)
    models.Stray.objects.filter(id=stray.id).update(
        reason=after.reason, payment_id=after.payment_id, order_id=after.order_id
    )
    return after


def order_of_payment(*, payment_id: UUID) -> UUID | None:
    """For which order a wire payment is."""
    return models.Payment.objects.filter(id=payment_id, rail="wire").values_list("order_id", flat=True).first()


def open_wire(*, order_id: UUID, tranche: int) -> PaymentRow | None:
    """The wire that is awaited for a tranche, the newest of several."""
    found = models.Payment.objects.filter(
        order_id=order_id, tranche=tranche, rail="wire", state__in=rules.OPEN_PAYMENTS
    )
    row = found.order_by("-id").first()
    return None if row is None else PaymentRow.of(row)


def suspended_into(
    *, recording: Recording, wire: Wire, reason: str, payment: PaymentRow | None
) -> tuple[StrayRow, dict[str, UUID | None]]:
    """A wire goes into suspense: its row, transfer and deadline, and what an event about it concerns. The caller
    writes."""
    act = recording.act
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
    return stray, {"stray": stray.id, "order": stray.order_id, "payment": stray.payment_id}


def suspend(*, recording: Recording, chain: Chain, wire: Wire, reason: str, payment: PaymentRow | None) -> StrayRow:
    """One wire into suspense, with an event of its own on the operator's chain; the caller writes."""
    stray, about = suspended_into(recording=recording, wire=wire, reason=reason, payment=payment)
    recording.call(rows.WRITE, rows.written(new=[stray]))
    if wire.line_id is not None:
        line_became(line_id=wire.line_id, state="suspense", now=recording.act.now, subject=("stray", stray.id))
    recording.event(
        chain,
        "wire.unmatched",
        about=about,
        data={"amount_minor": stray.amount_minor, "currency": stray.currency, "reason": reason},
        private={"payer": wire.payer_name, "reference": wire.reference},
    )
    return stray


def line_became(
    *,
    state: str,
    now: datetime,
    line_id: UUID | None = None,
    source_ref: str | None = None,
    kind: str | None = None,
    subject: tuple[str, UUID] | None = None,
    order_id: UUID | None = None,
    note: str | None = None,
) -> None:
    """What a line of a statement became; found by its ID, or by what it was entered by. Nothing without such a line."""
    changes: dict[str, object] = {"state": state}
    if state != "suspense":
        changes["ended_at"] = now
    if kind is not None:
        changes["kind"] = kind
    if subject is not None:
        changes["subject_kind"], changes["subject_id"] = subject
    if order_id is not None:
        changes["order_id"] = order_id
    if note:
        changes["note"] = note[:500]
    rows_meant = models.StatementLine.objects.filter(**({"id": line_id} if line_id else {"key": source_ref}))
    rows_meant.update(**changes)


def _suspend(act: Act, wire: Wire, reason: str, payment: PaymentRow | None) -> Arrival:
    with transaction.atomic():
        # The operator's chain is locked before the look, so that one statement line read twice is entered once.
        chain = operator_chain()
        before = entered(source_ref=wire.source_ref)
        if before is not None:
            return before
        recording = Recording(act)
        stray = suspend(recording=recording, chain=chain, wire=wire, reason=reason, payment=payment)
        return recording.write(Arrival(None, stray))


def _accounts(currency: str) -> tuple[Account, Account]:
    return of_operator("suspense", currency), of_rail("rail_clearing", "wire", currency)
