"""What the clock does to an order: each deadline asks the rule again under the order's lock, then acts or lets be.

The register hands over what came due, and only after it was told in time to whom it concerns.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from holdfast.contracts.operations import SIGN_AMENDMENT
from holdfast.kernel.clock import rfc3339, start_of_day
from holdfast.orders.calendar import limit
from holdfast.orders.operations import amending, batches, debts, recourse
from holdfast.orders.operations.cancelling import end_rest
from holdfast.orders.operations.receipt import settle_receipt
from holdfast.orders.operations.settlement import carry_on, release_what_is_due
from holdfast.orders.operations.shipping import notice
from holdfast.orders.rules import money
from holdfast.orders.work import Work, lock
from holdfast.parties import cover
from holdfast.programme import rules as programme_rules
from holdfast.record.act import Act
from holdfast.record.deadlines import BatchHandler, Deadline, is_open, open_among

OPERATOR_DAYS = 7
"""How often the operator is reminded of something only a person can decide."""


def _open(act: Act, due: Deadline) -> Work | None:
    """The order, locked, if the deadline still stands."""
    work = lock(act=act, order_id=_order_of(due))
    return work if is_open(deadline_id=due.id) else None


def _do(act: Act, due: Deadline, verb: batches.Verb[Deadline]) -> None:
    """What a deadline asks of one order, by itself."""
    with transaction.atomic():
        work = _open(act, due)
        if work is not None and verb(work, due):
            work.write(None)


def _do_together(verb: batches.Verb[Deadline]) -> BatchHandler:
    """The same for the deadlines of many orders at once."""
    many = batches.Together(verb=verb, order_of=_order_of, still=_standing)
    return lambda act, dues: many.do(act=act, items=dues)[1]


def _order_of(due: Deadline) -> UUID:
    if due.order_id is None:
        raise ValueError(f"{due.kind} is not of an order")
    return due.order_id


def _standing(dues: Sequence[Deadline]) -> Sequence[bool]:
    standing = open_among(deadline_ids=[due.id for due in dues])
    return [due.id in standing for due in dues]


def payment_overdue(act: Act, due: Deadline) -> None:
    """The time to pay a tranche is over. Nothing came: the order is cancelled. A part came: it stays held until buyer
    or operator return it, or the rest comes. A later tranche: after the grace the supplier may cancel."""
    with transaction.atomic():
        work = _open(act, due)
        if work is None:
            return
        tranche = next(row for row in work.whole.tranches if row.id == due.subject_id)
        work.recording.settle(subject_id=tranche.id, kind=due.kind)
        if tranche.state != "due":
            work.event("deadline.moot", data={"kind": due.kind})
        elif work.order.paid_minor == 0 and not work.whole.lots:
            end_rest(work, ground="unpaid")
            work.event("order.cancelled", data={"ground": "unpaid", "refunded_minor": 0})
        elif work.order.state == "agreed":
            work.change(overdue=True)
            _ask_operator(work, subject=("tranche", tranche.id), why="partly_funded")
            work.event("payment.overdue", data={"tranche": tranche.number, "held_minor": work.whole.escrow_minor})
        else:
            until = limit(
                work, "signing.balance_grace_days", who="buyer", anchor=due.due_at, zone=work.order.supplier_zone
            )
            work.deadline(
                "tranche.grace",
                subject=("tranche", tranche.id),
                due_at=until.due_at,
                who="buyer",
                basis={
                    "rule": "signing.balance_grace_days",
                    "tranche": tranche.number,
                    **until.basis,
                    **notice(work.programme),
                },
            )
            work.event("payment.overdue", data={"tranche": tranche.number})
        work.write(None)


def grace_over(act: Act, due: Deadline) -> None:
    """The grace for an unpaid balance is over: the supplier may cancel; if it does not, the operator asks both."""
    with transaction.atomic():
        work = _open(act, due)
        if work is None:
            return
        tranche = next(row for row in work.whole.tranches if row.id == due.subject_id)
        work.recording.settle(subject_id=tranche.id, kind=due.kind)
        if tranche.state == "due":
            work.change(overdue=True)
            _ask_operator(work, subject=("tranche", tranche.id), why="balance_unpaid")
        work.event("grace.over", data={"tranche": tranche.number, "overdue": tranche.state == "due"})
        work.write(None)


def ship_date_passed(act: Act, due: Deadline) -> None:
    """The ship date is over and something has not left: from a day on the buyer may cancel for lateness."""
    with transaction.atomic():
        work = _open(act, due)
        if work is None:
            return
        order = work.order
        work.recording.settle(subject_id=order.id, kind=due.kind)
        if order.state == "active" and order.ship_on and money.rest_price(work.whole) > 0:
            first = work.lateness_cancel_on(order.ship_on)
            work.deadline(
                "order.late",
                subject=("order", order.id),
                due_at=start_of_day(first, work.order.buyer_zone),
                who="supplier",
                basis={"rule": "late.cancel_after_days", "ship_on": order.ship_on.isoformat()},
            )
        late = order.state == "active" and not order.rest_settled and money.rest_price(work.whole) > 0
        work.event(
            "ship_date.passed",
            data={
                "ship_on": order.ship_on.isoformat() if order.ship_on else None,
                "mark": work.mark("late_shipment") if late and not money.small_rest(work.whole) else None,
            },
        )
        work.write(None)


def lateness_limit(act: Act, due: Deadline) -> None:
    """The buyer may cancel from now; if neither ships nor cancels, the operator asks both."""
    with transaction.atomic():
        work = _open(act, due)
        if work is None:
            return
        work.recording.settle(subject_id=work.order.id, kind=due.kind)
        waits = work.order.state == "active" and money.rest_price(work.whole) > 0 and not work.order.rest_settled
        if waits:
            _ask_operator(work, subject=("order", work.order.id), why="not_shipped")
        work.event("order.cancellable", data={"waits": waits})
        work.write(None)


def receipt_lapsed(act: Act, due: Deadline) -> None:
    """The time for receipt is over: silence may count as receipt."""
    _do(act, due, _lapse_receipt)


def _lapse_receipt(work: Work, due: Deadline) -> bool:
    """Silence counts as receipt where the proof of delivery is good (the register has seen to it that the buyer was
    told in time, or that the deadline moved once); else the operator asks."""
    lot = next(row for row in work.whole.lots if row.id == due.subject_id)
    work.recording.settle(subject_id=lot.id, kind=due.kind)
    if lot.state != "delivered":
        work.event("deadline.moot", data={"kind": due.kind}, lot=lot.id)
    elif not programme_rules.receipt_by_silence(programme=work.programme, grade=lot.grade):
        _ask_operator(work, subject=("lot", lot.id), why="proof_too_weak")
        work.event("receipt.unproven", data={"lot": lot.number, "grade": lot.grade}, lot=lot.id)
    else:
        _silent(work, lot.number, due)
    return True


def _silent(work: Work, number: int, due: Deadline) -> None:
    lot = work.lot(number)
    outcome = settle_receipt(work, number=number, received=lot.quantities, kind="silence")
    work.event(
        "lot.received",
        data={
            "lot": number,
            "receipt": "silence",
            "released_minor": outcome.released_minor,
            "notified_at": rfc3339(due.notified_at) if due.notified_at else None,
        },
        lot=lot.id,
    )


def arrival_lapsed(act: Act, due: Deadline) -> None:
    """Shipped, never delivered, nobody claimed: the operator asks both; there is never a silent release."""
    with transaction.atomic():
        work = _open(act, due)
        if work is None:
            return
        lot = next(row for row in work.whole.lots if row.id == due.subject_id)
        work.recording.settle(subject_id=lot.id, kind=due.kind)
        if lot.state == "shipped":
            _ask_operator(work, subject=("lot", lot.id), why="never_delivered")
        work.event("arrival.overdue", data={"lot": lot.number, "state": lot.state}, lot=lot.id)
        work.write(None)


def window_over(act: Act, due: Deadline) -> None:
    """The window for a claim on a rejected lot, or on what was held back for a shortage, is over without one."""
    with transaction.atomic():
        work = _open(act, due)
        if work is None:
            return
        lot = next(row for row in work.whole.lots if row.id == due.subject_id)
        work.recording.settle(subject_id=lot.id, kind=due.kind)
        before = work.order.released_minor
        if lot.frozen_minor:
            _again(work, due, lot.id)
        elif lot.state == "rejected":
            settle_receipt(work, number=lot.number, received=lot.quantities, kind="unclaimed")
        elif lot.reserved_minor:
            free_reserve(work, lot.number)
        work.event(
            "window.over", data={"lot": lot.number, "released_minor": work.order.released_minor - before}, lot=lot.id
        )
        work.write(None)


def free_reserve(work: Work, number: int) -> None:
    """What was held back for a shortage goes with the rest of the lot."""
    work.change_lot(number, reserved_minor=0)
    release_what_is_due(work, place=number)
    carry_on(work)


def _again(work: Work, due: Deadline, subject_id: UUID) -> None:
    """A claim is open: ask again later; the claim itself will settle the lot."""
    work.deadline(
        due.kind,
        subject=("lot", subject_id),
        due_at=work.now + timedelta(days=OPERATOR_DAYS),
        who="buyer",
        basis=dict(due.basis) | {"waits_for": "claim"},
    )


def close(act: Act, due: Deadline) -> None:
    """The last window is over."""
    _do(act, due, _close)


def _close(work: Work, due: Deadline) -> bool:
    """The order closes and its cover is free, unless something is still in dispute."""
    work.recording.settle(subject_id=work.order.id, kind=due.kind)
    if work.order.claims_open or work.whole.frozen_minor or work.order.disputed_minor:
        work.deadline(
            due.kind,
            subject=("order", work.order.id),
            due_at=work.now + timedelta(days=OPERATOR_DAYS),
            who="operator",
            basis=dict(due.basis) | {"waits_for": "claim"},
        )
        work.event("closing.postponed")
    else:
        order = work.order
        if order.cover_minor:
            freed = cover.freed(organisation_id=order.supplier_id, currency=order.currency, minor=order.cover_minor)
            work.recording.call(cover.WRITE, freed)
        work.step("close", closed_at=work.now)
        work.event("order.closed", data={"cover_freed_minor": order.cover_minor})
    return True


def operator_reminded(act: Act, due: Deadline) -> None:
    """Only a person can decide this; it stays in the operator's queue and is said again."""
    with transaction.atomic():
        work = _open(act, due)
        if work is None:
            return
        work.recording.settle(subject_id=due.subject_id, kind=due.kind)
        if work.order.state in {"agreed", "active"}:
            _ask_operator(work, subject=(due.basis.get("subject", "order"), due.subject_id), why=due.basis["why"])
        work.event("operator.reminded", data={"why": due.basis["why"]})
        work.write(None)


def _ask_operator(work: Work, *, subject: tuple[str, UUID], why: str) -> None:
    work.recording.settle(subject_id=subject[1], kind="operator.decide")
    work.deadline(
        "operator.decide",
        subject=subject,
        due_at=work.now + timedelta(days=OPERATOR_DAYS),
        who="operator",
        basis={"why": why, "subject": subject[0]},
    )


def amendment_lapsed(act: Act, due: Deadline) -> None:
    """The time to sign an amendment is over: the contract stays as it was."""
    amending.lapse(act=act, amendment_id=due.subject_id)


HANDLERS = {
    "tranche.pay": payment_overdue,
    "tranche.grace": grace_over,
    "order.ship": ship_date_passed,
    "order.late": lateness_limit,
    "lot.receipt": receipt_lapsed,
    "lot.arrive": arrival_lapsed,
    "lot.rejected": window_over,
    "lot.reserved": window_over,
    "order.close": close,
    SIGN_AMENDMENT: amendment_lapsed,
    "operator.decide": operator_reminded,
    recourse.REMIND: debts.remind,
}
"""Who acts when a deadline of an order comes."""

BATCHES = {"lot.receipt": _do_together(_lapse_receipt), "order.close": _do_together(_close)}
"""Those that come for many orders on one day, and act on all of them at once."""
