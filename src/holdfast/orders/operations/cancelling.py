"""An order ends early: by the supplier, by the buyer for lateness or before production, by agreement, by timeout.

What was shipped goes on; what was not shipped is given back.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

from django.db import transaction

from holdfast.kernel.clock import local_day
from holdfast.kernel.refusals import NotAllowed, OutOfState
from holdfast.ledger import book
from holdfast.ledger.chart import of_supplier
from holdfast.orders.operations.receipt import watch_windows
from holdfast.orders.operations.settlement import finish_if_done, refund_rest, send_back
from holdfast.orders.refusals import (
    BalanceNotOverdue,
    ClaimOpen,
    NotLateEnough,
    NotProposed,
    OwnProposal,
    ProductionStarted,
)
from holdfast.orders.rules import money
from holdfast.orders.work import Work, lock
from holdfast.programme import rules as programme_rules
from holdfast.record.act import Act

Ground = Literal["withdrawal", "lateness", "before_production", "agreement", "balance_unpaid", "unpaid"]


@dataclass(frozen=True, slots=True)
class Cancelled:
    """What a cancellation gave back. `owed_minor` is the part the supplier had already and now owes."""

    order_id: UUID
    order_state: str
    ground: str
    refunded_minor: int
    owed_minor: int
    currency: str


def cancel(*, act: Act, order_id: UUID, ground: Ground) -> Cancelled:
    """End what has not been shipped and give back everything paid for it.

    The supplier may withdraw at any time, or cancel for an unpaid balance; the buyer may cancel for lateness from
    the day after the programme's limit, or before production; `agreement` completes the other side's proposal.
    Refusals: `not_allowed`, `out_of_state`, `not_late_enough`, `production_started`, `balance_not_overdue`,
    `not_proposed`, `own_proposal`, `claim_open`.
    """
    with transaction.atomic():
        work = lock(act=act, order_id=order_id)
        _check(work, ground)
        outcome = end_rest(work, ground=ground)
        work.event(
            "order.cancelled",
            data={"ground": ground, "refunded_minor": outcome.refunded_minor, "owed_minor": outcome.owed_minor},
        )
        return work.write(outcome)


def _check(work: Work, ground: Ground) -> None:
    order, role = work.order, work.act.role
    if order.state not in {"agreed", "active"} or order.rest_settled:
        raise OutOfState(subject="order", verb="cancel", state=order.state, accepted=["agreed", "active"])
    if order.rest_frozen_minor:
        raise ClaimOpen(frozen_minor=order.rest_frozen_minor)
    who = {"withdrawal": "supplier", "balance_unpaid": "supplier", "lateness": "buyer", "before_production": "buyer"}
    if ground in who and role != who[ground]:
        raise NotAllowed(subject="order", verb="cancel", role=role, accepted=[who[ground]])
    match ground:
        case "lateness":
            _check_lateness(work)
        case "before_production":
            if order.production_started_at or work.whole.lots:
                raise ProductionStarted
        case "balance_unpaid":
            if not order.overdue:
                raise BalanceNotOverdue
        case "agreement":
            _check_agreement(work)
        case "unpaid":
            if role != "clock":
                raise NotAllowed(subject="order", verb="cancel", role=role)
        case "withdrawal":
            pass


def _check_lateness(work: Work) -> None:
    order = work.order
    if order.ship_on is None or money.rest_price(work.whole) == 0:
        raise NotLateEnough
    first = programme_rules.lateness_cancel_on(programme=work.programme, expected_on=order.ship_on)
    if local_day(work.now, order.buyer_zone) < first:
        raise NotLateEnough(accepted=first.isoformat(), ship_on=order.ship_on.isoformat())


def _check_agreement(work: Work) -> None:
    proposed, role = work.order.cancel_proposed_by, work.act.role
    if role not in {"buyer", "supplier"}:
        raise NotAllowed(subject="order", verb="cancel", role=role)
    if proposed is None:
        raise NotProposed
    if proposed == role:
        raise OwnProposal


def end_rest(work: Work, *, ground: str, claim_id: UUID | None = None) -> Cancelled:
    """Settle the rest: refund it (from held money, then the supplier's balance, then its debt), end its tranches."""
    order = work.order
    wanted_beyond = order.released_early_minor > 0
    payable = _lock_payable(work) if wanted_beyond else 0
    before = order.refunded_minor
    drawn = refund_rest(work, payable_minor=payable, claim_id=claim_id)
    work.change(cancelled_by=work.act.role, cancel_proposed_by=None)
    if work.whole.lots:
        finish_if_done(work)
        watch_windows(work)
    else:
        _end_whole(work)
    send_back(work, amount_minor=drawn.refundable_minor, claim_id=claim_id)
    return Cancelled(
        order.id,
        work.order.state,
        ground,
        work.order.refunded_minor - before,
        drawn.owed_minor,
        order.currency,
    )


def _lock_payable(work: Work) -> int:
    account = of_supplier("payable", work.order.supplier_id, work.order.currency)
    return book.lock(accounts=[account])[account]


def _end_whole(work: Work) -> None:
    """Nothing was ever shipped: the order as a whole is cancelled."""
    for tranche in work.whole.tranches:
        match tranche.state:
            case "planned" | "due":
                work.step_tranche(tranche.number, "drop")
            case "held":
                work.step_tranche(tranche.number, "give_back")
        work.recording.settle(subject_id=tranche.id, state="void")
    work.step("cancel")
    work.recording.settle(subject_id=work.order.id, state="void")
    work.deadline(
        "order.close",
        subject=("order", work.order.id),
        due_at=work.now + timedelta(days=30),
        who="operator",
        basis={"rule": "order.cancelled"},
    )


@dataclass(frozen=True, slots=True)
class Proposed:
    """Who proposes to end the order."""

    order_id: UUID
    cancel_proposed_by: str | None


def propose_cancel(*, act: Act, order_id: UUID) -> Proposed:
    """One side proposes to cancel by agreement; the other completes it with `cancel` on the ground `agreement`."""
    with transaction.atomic():
        work = lock(act=act, order_id=order_id)
        if act.role not in {"buyer", "supplier"}:
            raise NotAllowed(subject="order", verb="propose_cancel", role=act.role)
        if work.order.state not in {"agreed", "active"} or work.order.rest_settled:
            raise OutOfState(
                subject="order", verb="propose_cancel", state=work.order.state, accepted=["agreed", "active"]
            )
        if work.order.cancel_proposed_by is not None:
            raise OutOfState(
                subject="order", verb="propose_cancel", state=f"proposed by {work.order.cancel_proposed_by}"
            )
        work.change(cancel_proposed_by=act.role)
        work.event("cancellation.proposed", data={"by": act.role})
        return work.write(Proposed(order_id, act.role))
