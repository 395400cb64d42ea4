"""Money into escrow: a captured payment joins its order in the transaction that changes the order's state."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from holdfast.kernel.clock import end_of_day, local_day, rfc3339
from holdfast.kernel.refusals import NotFound
from holdfast.ledger import book
from holdfast.orders.calendar import limit
from holdfast.orders.operations import batches
from holdfast.orders.operations.settlement import carry_on, happened, release_early
from holdfast.orders.rules import money
from holdfast.orders.rules.facts import Tranche
from holdfast.orders.work import Work, lock
from holdfast.programme import rules as programme_rules
from holdfast.rails import rows as rail_rows
from holdfast.rails import rules as rail_rules
from holdfast.rails.models import Dispute
from holdfast.rails.operations.disputes import unsettled_by_disputes
from holdfast.rails.rows import PaymentRow, StrayRow
from holdfast.record import deadlines
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
    borne_minor: int = 0
    """Of what went into escrow: what banks took on the way, borne by the operator."""


def fund(*, act: Act, order_id: UUID, payment_id: UUID, received_minor: int, provider_ref: str | None = None) -> Funded:
    """Take money that a rail has captured for a tranche into escrow.

    A surplus, and everything that comes for an order that takes no money any more, is refundable at once. Refusals:
    `not_found`, `out_of_state` (a payment is taken once).
    """
    with transaction.atomic():
        work = lock(act=replace(act, role="rail"), order_id=order_id, payment_id=payment_id)
        if work.payment is None:
            raise NotFound(payment=str(payment_id))
        sources = (Source("rail_clearing", received_minor, work.payment.id),)
        return work.write(take(work, payment=work.payment, sources=sources, provider_ref=provider_ref))


@dataclass(frozen=True, slots=True)
class Source:
    """Money for a payment: fresh from its rail, or out of suspense where it has waited (`stray_id`)."""

    account: str
    amount_minor: int
    subject_id: UUID
    stray: StrayRow | None = None


def take(
    work: Work, *, payment: PaymentRow, sources: Sequence[Source], borne_minor: int = 0, provider_ref: str | None = None
) -> Funded:
    """What came for a payment, from all its sources together: into escrow, to processing, and what is too much back to
    the buyer. `borne_minor` is missing and borne by the operator. The caller writes. Refusal: `out_of_state`."""
    received = sum(source.amount_minor for source in sources)
    captured = rail_rows.captured(payment, now=work.now, captured_minor=received, provider_ref=provider_ref)
    tranche = work.tranche(payment.tranche)
    match = rail_rules.match(
        due_minor=takes(work, payment) - borne_minor,
        processing_minor=payment.processing_minor,
        received_minor=received,
    )
    _spread(work, payment, tranche, match, sources)
    work.move("difference_borne", "operator_loss", "escrow", borne_minor, tranche=tranche.number, subject_id=payment.id)
    _funded(work, payment, tranche, match.due_minor + borne_minor)
    placed: list[tuple[rail_rows.AnyRow, rail_rows.AnyRow]] = [(payment, captured)]
    for source in sources:
        if source.stray is not None:
            placed.append((source.stray, rail_rows.matched(source.stray, payment=payment, now=work.now)))
            work.recording.settle(subject_id=source.stray.id)
    work.recording.call(rail_rows.WRITE, rail_rows.written(changed=placed))
    held = match.due_minor + borne_minor
    said = {"tranche": tranche.number, "held_minor": held, "surplus_minor": match.surplus_minor}
    said |= {"borne_minor": borne_minor} if borne_minor else {}
    data = {**said, "currency": work.order.currency, "rail": payment.rail}
    work.event("order.funded" if held else "order.overpaid", data=data, payment=payment.id)
    if match.surplus_minor:
        work.send_back(amount_minor=match.surplus_minor, captured=captured)
    return Funded(
        order_id=work.order.id,
        order_state=work.order.state,
        payment_id=payment.id,
        payment_state="captured",
        tranche=tranche.number,
        tranche_state=work.tranche(tranche.number).state,
        held_minor=held,
        refundable_minor=match.surplus_minor,
        currency=work.order.currency,
        borne_minor=borne_minor,
    )


def _spread(
    work: Work, payment: PaymentRow, tranche: Tranche, match: rail_rules.Matching, sources: Sequence[Source]
) -> None:
    """Each source pays what is due first, then processing, then what is too much."""
    wanted = {
        "escrow": match.due_minor,
        "processing_recovered": match.processing_minor,
        "refundable": match.surplus_minor,
    }
    for source in sources:
        left = source.amount_minor
        kind = "captured" if source.stray is None else "matched"
        for account, missing in wanted.items():
            part = min(left, missing)
            work.move(
                "processing_paid" if account == "processing_recovered" else kind,
                source.account,
                account,
                part,
                tranche=tranche.number if account == "escrow" else None,
                rail=payment.rail,
                subject_id=payment.id,
            )
            left, wanted[account] = left - part, missing - part


def takes(work: Work, payment: PaymentRow) -> int:
    """How much of a payment's due part its tranche still takes."""
    if work.order.state not in {"agreed", "active"}:
        return 0
    tranche = work.tranche(payment.tranche)
    return min(money.payable(work.whole, tranche=tranche), payment.due_minor)


def _funded(work: Work, payment: PaymentRow, tranche: Tranche, held_minor: int) -> None:
    """The order's own words for money that has reached its escrow."""
    if held_minor == 0:
        return
    waits = programme_rules.rail(programme=work.programme, name=payment.rail).releasable_after == "settled"
    work.change(
        paid_minor=work.order.paid_minor + held_minor,
        unsettled_minor=work.order.unsettled_minor + (held_minor if waits else 0),
    )
    work.change_tranche(tranche.number, funded_minor=tranche.funded_minor + held_minor)
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
    elif not work.whole.lots:
        _set_dates_again(work)
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


def _set_dates_again(work: Work) -> None:
    """What the payer's bank had taken back is paid anew: the days between were not the supplier's."""
    lost = Dispute.objects.filter(order_id=work.order.id, state="lost", due_again_minor__gt=0)
    last = lost.order_by("-ended_at").values_list("ended_at", flat=True).first()
    order = work.order
    waiting = any(row.kind == "order.ship" for row in deadlines.of_subject(subject_id=order.id))
    if last is None or order.ship_on is None or waiting:
        return
    days = local_day(work.now, order.supplier_zone) - local_day(last, order.supplier_zone)
    expected = order.expected_delivery_on and order.expected_delivery_on + days
    work.change(ship_on=order.ship_on + days, expected_delivery_on=expected)
    set_dates(work)


def fall_due(work: Work, *, payable: str) -> None:
    """Make the tranches payable that wait for this (signature, production, ready, shipment)."""
    for tranche in work.whole.tranches:
        if tranche.state == "planned" and tranche.payable == payable:
            work.step_tranche(tranche.number, "fall_due")
            ask_for_payment(work, tranche)


def ask_for_payment(work: Work, tranche: Tranche) -> None:
    """The buyer's deadline to pay a tranche."""
    until = limit(work, "signing.pay_days", who="buyer")
    work.deadline(
        "tranche.pay",
        subject=("tranche", tranche.id),
        due_at=until.due_at,
        who="buyer",
        basis={
            "rule": "signing.pay_days",
            "tranche": tranche.number,
            "due_since": rfc3339(work.now),
            **until.basis,
        },
    )


def _waited(work: Work, payment: PaymentRow) -> int:
    """What this payment brought into escrow that had to wait for its rail, and not what any other one brought."""
    if programme_rules.rail(programme=work.programme, name=payment.rail).releasable_after != "settled":
        return 0
    brought = book.brought(account=work.account("escrow"), order_id=work.order.id, subject_id=payment.id)
    return brought - (unsettled_by_disputes(payment_id=payment.id) if payment.disputed_minor else 0)


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
        before = work.order.released_minor
        if not _settle(work, cost_minor):
            return None
        return work.write(Settled(order_id, payment_id, work.order.released_minor - before))


def settle_payments(
    *, act: Act, payments: Sequence[tuple[PaymentRow, int]]
) -> tuple[int, Sequence[tuple[PaymentRow, int]]]:
    """The same for many payments at once, each with what its rail keeps of it; answers how many were settled, and which
    are left to be settled one by one."""
    done, left = _TOGETHER.do(act=act, items=payments)
    return len(done), left


def _settle(work: Work, cost_minor: int) -> bool:
    payment = work.payment
    if payment is None or payment.state != "captured":
        return False
    parts = rail_rules.settlement(
        captured_minor=payment.captured_minor, netted_minor=payment.netted_minor, cost_minor=cost_minor
    )
    rail = payment.rail
    work.move("settled", "client_bank", "rail_clearing", parts.bank_minor, rail=rail, subject_id=payment.id)
    work.move("settled", "processing_cost", "rail_clearing", parts.cost_minor, rail=rail, subject_id=payment.id)
    after = rail_rows.settled(payment, now=work.now)
    work.recording.call(rail_rows.WRITE, rail_rows.written(changed=[(payment, after)]))
    work.change(unsettled_minor=max(0, work.order.unsettled_minor - _waited(work, payment)))
    before = work.order.released_minor
    for reason in happened(work):
        release_early(work, reason=reason)
    carry_on(work)
    released = work.order.released_minor - before
    work.event(
        "payment.settled",
        data={"bank_minor": parts.bank_minor, "cost_minor": parts.cost_minor, "released_minor": released},
        payment=payment.id,
    )
    return True


_TOGETHER: batches.Together[tuple[PaymentRow, int]] = batches.Together(
    verb=lambda work, item: _settle(work, item[1]),
    order_of=lambda item: item[0].order_id,
    payment_of=lambda item: item[0].id,
)
