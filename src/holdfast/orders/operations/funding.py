"""Money into escrow: a captured payment joins its order in the transaction that changes the order's state."""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from holdfast.kernel.clock import end_of_day, local_day, rfc3339
from holdfast.kernel.refusals import NotFound
from holdfast.ledger import book
from holdfast.orders.operations.settlement import carry_on, happened, release_early
from holdfast.orders.rules import money
from holdfast.orders.rules.facts import Tranche
from holdfast.orders.work import Work, lock
from holdfast.programme import rules as programme_rules
from holdfast.rails import rows as rail_rows
from holdfast.rails import rules as rail_rules
from holdfast.rails.rows import PaymentRow
from holdfast.record.act import Act


@dataclass(frozen=True, slots=True)
class Funded:
    """What a payment did. `held_minor` went into escrow, `refundable_minor` goes back to the buyer."""

    order_id: UUID
    order_state: str
    payment_id: UUID
    payment_state: str
    tranche: int
    tranche_state: str
    held_minor: int
    refundable_minor: int
    currency: str


def fund(*, act: Act, order_id: UUID, payment_id: UUID, received_minor: int, provider_ref: str | None = None) -> Funded:
    """Take money that a rail has captured for a tranche into escrow.

    Short money stays in escrow and the tranche stays due; a surplus, and everything that comes for an order that
    takes no money any more, is refundable at once. Refusals: `not_found`, `out_of_state` (a payment is taken once).
    """
    with transaction.atomic():
        work = lock(act=replace(act, role="rail"), order_id=order_id, payment_id=payment_id)
        payment = work.payment
        if payment is None:
            raise NotFound(payment=str(payment_id))
        captured = rail_rows.captured(payment, now=act.now, captured_minor=received_minor, provider_ref=provider_ref)
        tranche = work.tranche(payment.tranche)
        match = rail_rules.match(
            due_minor=_takes(work, tranche, payment),
            processing_minor=payment.processing_minor,
            received_minor=received_minor,
        )
        _into_escrow(work, payment, tranche, match)
        work.recording.call("rails_write", rail_rows.written(changed=[(payment, captured)]))
        if match.surplus_minor:
            work.move(
                "captured",
                "rail_clearing",
                "refundable",
                match.surplus_minor,
                rail=payment.rail,
                subject_id=payment_id,
            )
        event = "order.funded" if match.due_minor else "order.overpaid"
        work.event(
            event,
            data={
                "tranche": tranche.number,
                "held_minor": match.due_minor,
                "surplus_minor": match.surplus_minor,
                "currency": work.order.currency,
                "rail": payment.rail,
            },
            payment=payment_id,
        )
        if match.surplus_minor:
            work.send_back(amount_minor=match.surplus_minor, captured=captured)
        return work.write(
            Funded(
                order_id,
                work.order.state,
                payment_id,
                "captured",
                tranche.number,
                work.tranche(tranche.number).state,
                match.due_minor,
                match.surplus_minor,
                work.order.currency,
            )
        )


def _takes(work: Work, tranche: Tranche, payment: PaymentRow) -> int:
    """How much of the payment's due part the tranche still takes."""
    if work.order.state not in {"agreed", "active"}:
        return 0
    return min(money.payable(work.whole, tranche=tranche), payment.due_minor)


def _into_escrow(work: Work, payment: PaymentRow, tranche: Tranche, match: rail_rules.Matching) -> None:
    rail, subject = payment.rail, payment.id
    work.move(
        "captured", "rail_clearing", "escrow", match.due_minor, tranche=tranche.number, rail=rail, subject_id=subject
    )
    work.move(
        "processing_paid",
        "rail_clearing",
        "processing_recovered",
        match.processing_minor,
        rail=rail,
        subject_id=subject,
    )
    if match.due_minor == 0:
        return
    waits = programme_rules.rail(programme=work.programme, name=rail).releasable_after == "settled"
    work.change(
        paid_minor=work.order.paid_minor + match.due_minor,
        unsettled_minor=work.order.unsettled_minor + (match.due_minor if waits else 0),
    )
    work.change_tranche(tranche.number, funded_minor=tranche.funded_minor + match.due_minor)
    if work.tranche(tranche.number).missing_minor == 0:
        _hold(work, tranche.number)
    carry_on(work)


def _hold(work: Work, number: int) -> None:
    """A tranche is paid in full: the order starts with its first one, and dates that hang on payment are set."""
    tranche = work.tranche(number)
    work.step_tranche(number, "hold")
    work.recording.settle(subject_id=tranche.id)
    work.change(overdue=False)
    if work.order.state == "agreed":
        work.step("start", first_paid_at=work.now)
        set_dates(work)
    for reason in happened(work):
        release_early(work, reason=reason)


def set_dates(work: Work) -> None:
    """Ship date and expected delivery, once the first payment has come, with the supplier's deadline to ship."""
    order = work.order
    paid_on = local_day(work.now, order.supplier_zone)
    ship_on = order.ship_on or paid_on + timedelta(days=order.ship_days or 0)
    expected = order.expected_delivery_on or ship_on + timedelta(days=order.transit_days or 0)
    work.change(ship_on=ship_on, expected_delivery_on=expected)
    work.deadline(
        "order.ship",
        subject=("order", order.id),
        due_at=end_of_day(ship_on, order.supplier_zone),
        who="supplier",
        basis={"rule": "contract.ship_date", "ship_on": ship_on.isoformat()},
    )


def fall_due(work: Work, *, payable: str) -> None:
    """Make the tranches payable that wait for this (signature, production, ready, shipment)."""
    for tranche in work.whole.tranches:
        if tranche.state == "planned" and tranche.payable == payable:
            work.step_tranche(tranche.number, "fall_due")
            ask_for_payment(work, tranche)


def ask_for_payment(work: Work, tranche: Tranche) -> None:
    """The buyer's deadline to pay a tranche."""
    work.deadline(
        "tranche.pay",
        subject=("tranche", tranche.id),
        due_at=programme_rules.pay_due_at(programme=work.programme, due_at=work.now, zone=work.order.buyer_zone),
        who="buyer",
        basis={"rule": "signing.pay_days", "tranche": tranche.number, "due_since": rfc3339(work.now)},
    )


def _waited(work: Work, payment: PaymentRow) -> int:
    """What this payment brought into escrow that had to wait for its rail, and not what any other one brought."""
    if programme_rules.rail(programme=work.programme, name=payment.rail).releasable_after != "settled":
        return 0
    return book.brought(account=work.account("escrow"), order_id=work.order.id, subject_id=payment.id)


@dataclass(frozen=True, slots=True)
class Settled:
    """What a settlement let go."""

    order_id: UUID
    payment_id: UUID
    released_minor: int


def settle_payment(*, act: Act, order_id: UUID, payment_id: UUID, cost_minor: int) -> Settled | None:
    """The bank says a captured payment is final: it moves to the clients' account, and releases that waited for it
    happen now. None if it was settled before."""
    with transaction.atomic():
        work = lock(act=act, order_id=order_id, payment_id=payment_id)
        payment = work.payment
        if payment is None or payment.state != "captured":
            return None
        parts = rail_rules.settlement(
            captured_minor=payment.captured_minor, netted_minor=payment.netted_minor, cost_minor=cost_minor
        )
        rail = payment.rail
        work.move("settled", "client_bank", "rail_clearing", parts.bank_minor, rail=rail, subject_id=payment_id)
        work.move("settled", "processing_cost", "rail_clearing", parts.cost_minor, rail=rail, subject_id=payment_id)
        after = rail_rows.settled(payment, now=work.now)
        work.recording.call("rails_write", rail_rows.written(changed=[(payment, after)]))
        work.change(unsettled_minor=max(0, work.order.unsettled_minor - _waited(work, payment)))
        before = work.order.released_minor
        for reason in happened(work):
            release_early(work, reason=reason)
        carry_on(work)
        released = work.order.released_minor - before
        work.event(
            "payment.settled",
            data={"bank_minor": parts.bank_minor, "cost_minor": parts.cost_minor, "released_minor": released},
            payment=payment_id,
        )
        return work.write(Settled(order_id, payment_id, released))
