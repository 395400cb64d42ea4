"""How money moves when something is settled: steps that several verbs share, each on one order being worked on.

They need a transaction and leave writing to the verb that called them.
"""

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Literal
from uuid import UUID

from django.db.models import Sum

from holdfast.contracts.places import places_for
from holdfast.kernel.clock import local_day
from holdfast.kernel.money import half_up
from holdfast.ledger import book
from holdfast.orders.models import Debt, Order
from holdfast.orders.operations.recourse import Drawn, cover_left, recourse
from holdfast.orders.operations.withholding import frozen_at, withhold
from holdfast.orders.rules import money
from holdfast.orders.rules.facts import Lot
from holdfast.orders.rules.money import REST
from holdfast.orders.work import Work
from holdfast.programme import rules as programme_rules
from holdfast.programme.rules import Limit
from holdfast.record import deadlines
from holdfast.record.deadlines import Deadline

CANCELLED_STAYS_OPEN = timedelta(days=30)
"""How long a cancelled order waits for late money and late words before it closes."""


def pay_supplier(work: Work, amount_minor: int, *, place: int | None = None, tranche: int | None = None) -> int:
    """Release an amount to the supplier's balance, take the fee that is then due and keep back what its guarantee
    lacks; answers the fee."""
    work.move("released", "escrow", "payable", amount_minor, place=place, tranche=tranche)
    work.change(released_minor=work.order.released_minor + amount_minor)
    fee = adjust_fee(work)
    _keep_back(work, amount_minor, fee, place=place, tranche=tranche)
    return fee


def _keep_back(work: Work, amount_minor: int, fee_minor: int, *, place: int | None, tranche: int | None) -> None:
    """A guarantee that a claim has drawn on is filled up again from the next releases, all of them; one that is built
    by credit hold takes the programme's share of each."""
    guarantee = work.guarantee
    if guarantee is None:
        return
    there, left = work.in_guarantee(), amount_minor - max(0, fee_minor)
    if guarantee.state == "short":
        kept = guarantee.required_minor - there
    else:
        kept = programme_rules.credit_hold(
            programme=work.programme,
            release_minor=amount_minor,
            deposit_minor=there,
            required_minor=guarantee.required_minor,
        )
    kept = max(0, min(kept, left))
    work.move("credit_held", "payable", "deposit", kept, place=place, tranche=tranche)


def adjust_fee(work: Work) -> int:
    """Take what is still due of the fee, or give back what was taken for value that was refunded."""
    order = work.order
    step = programme_rules.fee_step(
        programme=work.programme,
        tier=order.tier,
        currency=order.currency,
        released_goods_minor=money.released_goods(order),
        taken_minor=order.fee_minor,
    )
    if step > 0:
        work.move("fee_taken", "payable", "fee_income", step)
    elif step < 0:
        work.move("fee_given_back", "fee_income", "payable", -step)
    work.change(fee_minor=order.fee_minor + step)
    return step


def release_what_is_due(work: Work, *, place: int | None = None) -> int:
    """Release everything that resolved places entitle the supplier to; answers the amount."""
    amount = money.releasable(work.whole)
    if amount:
        pay_supplier(work, amount, place=place)
    return amount


def release_early(work: Work, *, reason: str) -> int:
    """Let go the held tranches whose contract says so (production, inspection, shipment); answers the amount.

    What a rail could still take back waits: it is tried again when it has settled.
    """
    released = 0
    for tranche in work.whole.tranches:
        if tranche.state != "held" or tranche.release != reason:
            continue
        if tranche.amount_minor > money.settled_escrow(work.whole):
            continue
        work.step_tranche(tranche.number, "release")
        work.change(released_early_minor=work.order.released_early_minor + tranche.amount_minor)
        pay_supplier(work, tranche.amount_minor, tranche=tranche.number)
        released += tranche.amount_minor
    return released


def happened(work: Work) -> tuple[str, ...]:
    """Which of the conditions for an early release have come true so far."""
    order = work.order
    reasons = []
    if order.production_started_at:
        reasons.append("production")
    if order.inspection == "passed":
        reasons.append("inspection")
    if work.whole.lots:
        reasons.append("shipment")
    return tuple(reasons)


def freeze(work: Work, *, place: int, wanted_minor: int, claim_id: UUID) -> int:
    """Take disputed money out of escrow, as far as it is held; answers how much stands frozen for it now."""
    amount = money.freezable(work.whole, place=place, wanted_minor=wanted_minor)
    work.move("frozen", "escrow", "frozen", amount, place=place, subject_id=claim_id)
    if amount:
        work.frozen_at(place, amount)
        _out_of_reserve(work, place, amount)
    return amount


def _out_of_reserve(work: Work, place: int, amount_minor: int) -> None:
    """What was held back for a shortage is now held for the claim about it, not twice."""
    lot = work.whole.lot(place)
    if lot is not None and lot.reserved_minor:
        left = max(0, lot.reserved_minor - amount_minor)
        work.change_lot(place, reserved_minor=left)
        if left == 0:
            work.recording.settle(subject_id=lot.id, kind="lot.reserved", state="void")


def thaw(work: Work, *, place: int, amount_minor: int, claim_id: UUID) -> None:
    """Put frozen money back into escrow."""
    work.move("thawed", "frozen", "escrow", amount_minor, place=place, subject_id=claim_id)
    if amount_minor:
        work.frozen_at(place, -amount_minor)


def refund(
    work: Work,
    *,
    place: int,
    amount_minor: int,
    frozen_most: int = 0,
    claim_id: UUID | None = None,
    waits: bool = True,
) -> Drawn:
    """Owe the buyer a refund of a place: from what is frozen for it (at most `frozen_most`: what others dispute is
    not this refund's), from what is held, then by recourse, to the cover and not a cent further.

    The fee on value that comes back from the supplier is given back before anything is drawn from it. What an open
    dispute may have paid the buyer already waits for its end (costs, which no dispute pays, do not: `waits`).
    """
    if work.order.disputed_minor and waits:
        own = min(frozen_most, money.place_frozen(work.whole, place) - frozen_at(work, place))
        amount_minor -= withhold(work, place=place, amount_minor=amount_minor, own_frozen_minor=own, claim_id=claim_id)
    if work.order.disputed_minor:
        frozen_most = min(frozen_most, money.place_frozen(work.whole, place) - frozen_at(work, place))
    drawn = money.draw(work.whole, place=place, amount_minor=amount_minor, frozen_most=frozen_most)
    covered = min(drawn.beyond_minor, cover_left(work))
    work.move("refunded", "frozen", "refundable", drawn.frozen_minor, place=place, subject_id=claim_id)
    if drawn.frozen_minor:
        work.frozen_at(place, -drawn.frozen_minor)
    work.move("refunded", "escrow", "refundable", drawn.escrow_minor, place=place, subject_id=claim_id)
    work.refunded_at(place, drawn.frozen_minor + drawn.escrow_minor + covered)
    work.change(
        recourse_minor=work.order.recourse_minor + covered,
        unsettled_minor=min(work.order.unsettled_minor, work.whole.escrow_minor + work.whole.frozen_minor),
    )
    adjust_fee(work)
    further = recourse(work, amount_minor=drawn.beyond_minor, place=place, claim_id=claim_id, head="refund")
    return Drawn(held_minor=drawn.frozen_minor + drawn.escrow_minor) + further


def processing_so_far(order_id: UUID) -> tuple[int, int]:
    """What the buyer paid for processing, and what of it was given back or is owed by the supplier."""
    paid = back = 0
    for row in book.of_order(order_id=order_id):
        if row.kind == "processing_paid":
            paid += row.amount_minor
        elif row.kind == "processing_refunded":
            back += row.amount_minor
    owed = Debt.objects.filter(order_id=order_id, kind="processing").aggregate(sum=Sum("amount_minor"))["sum"] or 0
    return paid, back + int(owed)


def refund_processing(work: Work, *, refunded_minor: int, claim_id: UUID | None = None) -> Drawn:
    """The supplier is at fault: what the buyer paid for processing comes back with the refund, in proportion to it;
    from the supplier's balance, and what that does not hold as its recorded debt."""
    paid, before = processing_so_far(work.order.id)
    if not paid or not work.order.paid_minor:
        return Drawn()
    wanted = min(paid - before, half_up(Fraction(paid * refunded_minor, work.order.paid_minor)))
    return recourse(work, amount_minor=wanted, claim_id=claim_id, head="processing")


def settle_rest(work: Work) -> None:
    """Nothing more will be shipped: the rest's money is decided by what was refunded of it."""
    work.change(rest_settled=True)
    for kind in ("order.ship", "order.late", "operator.decide"):
        work.recording.settle(subject_id=work.order.id, kind=kind, state="void")


def lock_rest(work: Work, *, locked: bool) -> None:
    """What was not shipped is promised back to the buyer, or is not any more: while it is, nothing of it may leave."""
    if locked is not work.order.rest_locked:
        Order.objects.filter(id=work.order.id).update(rest_locked=locked)
        work.change(rest_locked=locked)


def refund_rest(work: Work, *, keep_minor: int = 0, claim_id: UUID | None = None) -> Drawn:
    """Give back everything paid for what was not shipped, but for what the supplier may keep of it."""
    order = work.order
    open_price = money.rest_price(work.whole) - order.rest_refunded_minor - order.rest_frozen_minor
    unpaid = order.total_minor - order.paid_minor
    amount = max(0, min(open_price - unpaid, order.paid_minor - order.refunded_minor) - keep_minor)
    settle_rest(work)
    if amount == 0:
        return Drawn()
    return refund(work, place=REST, amount_minor=amount, claim_id=claim_id)


def carry_on(work: Work) -> bool:
    """What is undisputed goes on: releases that are due, and the end of the order when nothing waits any more."""
    if work.order.state != "active":
        return False
    release_what_is_due(work)
    _end_small_rest(work)
    _drop_what_is_not_needed(work)
    return _finish(work)


def _end_small_rest(work: Work) -> None:
    """A rest inside the tolerance does not keep the order open: its price goes back when all else is received."""
    order, whole = work.order, work.whole
    received = bool(whole.lots) and all(money.resolved(lot) for lot in whole.lots)
    if not received or order.rest_settled or order.rest_frozen_minor or money.rest_price(whole) == 0:
        return
    if money.small_rest(whole):
        drawn = refund_rest(work)
        work.send_back(amount_minor=drawn.refundable_minor)
        release_what_is_due(work)


def _drop_what_is_not_needed(work: Work) -> None:
    """Once nothing is outstanding, no tranche stays to be paid."""
    if money.outstanding(work.whole) > 0 or not work.order.rest_settled:
        return
    for tranche in work.whole.tranches:
        if tranche.state in {"planned", "due"}:
            work.step_tranche(tranche.number, "drop")
            work.recording.settle(subject_id=tranche.id, state="void")


def _finish(work: Work) -> bool:
    """When every place is resolved and paid: the order is completed and its tranches used up; it closes after the last
    window of its lots."""
    waiting = work.whole.frozen_minor or any(lot.reserved_minor for lot in work.whole.lots)
    unpaid = money.outstanding(work.whole) > 0
    if waiting or unpaid or not money.all_resolved(work.whole) or money.entitled(work.whole) > 0:
        return False
    if not work.whole.lots:
        end_whole(work)
        return True
    end_tranches(work, verb="release")
    work.step("complete", completed_at=work.now)
    for kind in ("order.ship", "order.late", "operator.decide"):
        work.recording.settle(subject_id=work.order.id, kind=kind, state="void")
    watch_windows(work)
    return True


def end_tranches(work: Work, *, verb: Literal["release", "give_back"]) -> None:
    """What is held of the tranches is used up or went back; what was not paid need not be."""
    for tranche in work.whole.tranches:
        if tranche.state == "held":
            work.step_tranche(tranche.number, verb)
        elif tranche.state in {"planned", "due"}:
            work.step_tranche(tranche.number, "drop")
        work.recording.settle(subject_id=tranche.id, state="void")


def end_whole(work: Work) -> None:
    """Nothing was ever shipped: the order as a whole is cancelled."""
    kept = work.order.released_minor > work.order.recourse_minor
    end_tranches(work, verb="release" if kept else "give_back")
    work.step("cancel")
    for kind in ("order.ship", "order.late", "operator.decide"):
        work.recording.settle(subject_id=work.order.id, kind=kind, state="void")
    work.deadline(
        "order.close",
        subject=("order", work.order.id),
        due_at=work.now + CANCELLED_STAYS_OPEN,
        who="operator",
        basis={"rule": "order.cancelled"},
    )


def settle_deadlines(work: Work, lot: Lot, *, state: str = "done") -> None:
    """Somebody has spoken about a lot: what waited for that is over."""
    for kind in ("lot.receipt", "lot.arrive", "lot.rejected", "operator.decide"):
        work.recording.settle(subject_id=lot.id, kind=kind, state=state)


# --- windows ------------------------------------------------------------------------------------------------------


def window_end(work: Work, lot: Lot, reason: str) -> datetime | None:
    """The last moment for a claim of this reason on a lot; None while it stays open."""
    return programme_rules.claim_window(programme=work.programme, reason=reason, facts=window_facts(work, lot)).ends_at


def window_facts(work: Work, lot: Lot | None) -> programme_rules.WindowFacts:
    """The anchors of a lot, or of what has not come, for the buyer's windows."""
    order = work.order
    zone = order.buyer_zone
    waits = lot is not None and lot.state == "delivered" and lot.delivered_on is not None
    return programme_rules.WindowFacts(
        zone=zone,
        delivered_on=lot.delivered_on if lot else None,
        receipt_confirmed_on=local_day(lot.received_at, zone) if lot and lot.received_at else None,
        expected_delivery_on=money.expected_on(order, lot),
        expected_ship_on=money.promised_on(order, lot)[0],
        shipped_on=lot.shipped_on if lot else None,
        order_closed_on=local_day(order.closed_at, zone) if order.closed_at else None,
        receipt_deadline_at=receipt_due(work, lot) if lot is not None and waits else None,
    )


def receipt_due(work: Work, lot: Lot) -> datetime:
    """Until when the buyer may speak about a delivered lot: what the register says, where it waits there. While an
    inspection holds it up it moves with every day."""
    waiting = receipt_deadline(lot)
    if waiting is None:
        return receipt_limit(work, lot).due_at
    return waiting.due_at + (work.now - waiting.paused_at if waiting.paused_at else timedelta(0))


def receipt_deadline(lot: Lot) -> Deadline | None:
    """The open deadline of receipt of a lot."""
    return next((row for row in deadlines.of_subject(subject_id=lot.id) if row.kind == "lot.receipt"), None)


def receipt_limit(work: Work, lot: Lot, *, paused_days: int = 0) -> Limit:
    """Until when the buyer may speak about a delivered lot, with the extensions given so far."""
    order, programme = work.order, work.programme
    return programme_rules.receipt_limit(
        programme=programme,
        delivered_on=lot.delivered_on or lot.shipped_on,
        zone=order.buyer_zone,
        places=places_for(programme=programme, contract_id=order.contract_id, key="receipt.silence_days"),
        extensions=len(lot.extended_by),
        paused_days=paused_days,
    )


def watch_windows(work: Work) -> None:
    """The order is completed: it closes after the last window of its lots, and its cover is then free."""
    ends = [
        end
        for lot in work.whole.lots
        for reason in ("quality", "quantity", "late_shipment")
        if (end := window_end(work, lot, reason)) is not None
    ]
    work.deadline(
        "order.close",
        subject=("order", work.order.id),
        due_at=max([work.now, *ends]),
        who="operator",
        basis={"rule": "window.last"},
    )
