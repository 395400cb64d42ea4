"""An order ends early: by the supplier, by the buyer for lateness or before production, by agreement, by timeout.

What was shipped goes on; what was not shipped is given back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.db import transaction

from holdfast.kernel.clock import local_day
from holdfast.kernel.refusals import NotAllowed, OutOfState
from holdfast.orders.operations.settlement import carry_on, end_whole, refund_processing, refund_rest
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
from holdfast.record.act import Act

Ground = Literal["withdrawal", "lateness", "before_production", "agreement", "balance_unpaid", "unpaid"]
WHO: Mapping[str, tuple[str, ...]] = {
    "withdrawal": ("supplier",),
    "balance_unpaid": ("supplier",),
    "lateness": ("buyer",),
    "before_production": ("buyer",),
    "agreement": ("buyer", "supplier"),
    "unpaid": ("buyer", "operator"),
}
"""Who may end an order on which ground; nobody pays at all: the clock does (`clockwork`)."""
SUPPLIER_AT_FAULT = frozenset({"withdrawal", "lateness"})


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
    the day after the programme's limit, or before production; `agreement` completes the other side's proposal; where
    the first payment was left unfinished past its time, buyer or operator end the order as `unpaid`.
    Refusals: `not_allowed`, `out_of_state`, `not_late_enough`, `production_started`, `balance_not_overdue`,
    `not_proposed`, `own_proposal`, `claim_open`.
    """
    with transaction.atomic():
        work = lock(act=act, order_id=order_id)
        _check(work, ground)
        outcome = end_rest(work, ground=ground)
        work.event(
            "order.cancelled",
            data={
                "ground": ground,
                "refunded_minor": outcome.refunded_minor,
                "owed_minor": outcome.owed_minor,
                "mark": _mark(work, ground),
            },
        )
        return work.write(outcome)


def _check(work: Work, ground: Ground) -> None:
    order, role = work.order, work.act.role
    if order.state not in {"agreed", "active"} or order.rest_settled:
        raise OutOfState(subject="order", verb="cancel", state=order.state, accepted=["agreed", "active"])
    _something_to_end(work, "cancel")
    if order.rest_frozen_minor:
        raise ClaimOpen(frozen_minor=order.rest_frozen_minor)
    if role not in WHO[ground]:
        raise NotAllowed(subject="order", verb="cancel", role=role, accepted=list(WHO[ground]))
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
            if not (order.overdue and order.state == "agreed"):
                raise BalanceNotOverdue
        case "withdrawal":
            pass


def _something_to_end(work: Work, verb: str) -> None:
    if work.whole.lots and money.rest_price(work.whole) == 0:
        raise OutOfState(subject="order", verb=verb, state="shipped whole", accepted=["something not shipped"])


def _mark(work: Work, ground: str) -> dict[str, Any] | None:
    """The penalty points that the programme gives for this end, on the supplier's local day."""
    kind = "supplier_cancelled" if ground == "withdrawal" else None
    return work.mark(kind) if kind else None


def _check_lateness(work: Work) -> None:
    order = work.order
    if order.ship_on is None or money.rest_price(work.whole) == 0:
        raise NotLateEnough
    first = work.lateness_cancel_on(order.ship_on)
    if local_day(work.now, order.buyer_zone) < first:
        raise NotLateEnough(accepted=first.isoformat(), ship_on=order.ship_on.isoformat())


def _check_agreement(work: Work) -> None:
    proposed, role = work.order.cancel_proposed_by, work.act.role
    if proposed is None:
        raise NotProposed
    if proposed == role:
        raise OwnProposal


def end_rest(work: Work, *, ground: Ground, claim_id: UUID | None = None) -> Cancelled:
    """Settle the rest: refund it (from held money, then the supplier's balance, then its debt), end its tranches.

    Where the supplier is at fault, what the buyer paid for processing comes back with it.
    """
    order = work.order
    drawn = refund_rest(work, claim_id=claim_id)
    refunded = work.order.refunded_minor - order.refunded_minor
    if ground in SUPPLIER_AT_FAULT and refunded:
        drawn += refund_processing(work, refunded_minor=refunded, claim_id=claim_id)
    work.change(cancelled_by=work.act.role, cancel_proposed_by=None)
    if order.state == "agreed":
        end_whole(work)
    else:
        carry_on(work)
    work.send_back(amount_minor=drawn.refundable_minor, claim_id=claim_id)
    return Cancelled(order.id, work.order.state, ground, refunded, drawn.owed_minor, order.currency)


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
        _something_to_end(work, "propose_cancel")
        if work.order.cancel_proposed_by is not None:
            raise OutOfState(
                subject="order", verb="propose_cancel", state=f"proposed by {work.order.cancel_proposed_by}"
            )
        work.change(cancel_proposed_by=act.role)
        work.event("cancellation.proposed", data={"by": act.role})
        return work.write(Proposed(order_id, act.role))
