"""What becomes of a lot that left and never arrived, when nobody has claimed: the operator decides, never silence.

The operator has asked both sides by then. Whose loss it is, the programme says from the handover and the Incoterm.
"""

from dataclasses import dataclass
from typing import Literal, cast
from uuid import UUID

from django.db import transaction

from holdfast.kernel.clock import rfc3339
from holdfast.kernel.refusals import NotAllowed, OutOfState
from holdfast.orders.operations.recourse import Drawn
from holdfast.orders.operations.settlement import (
    carry_on,
    refund,
    refund_processing,
    settle_deadlines,
    window_end,
)
from holdfast.orders.refusals import ClaimOpen, NotDueYet
from holdfast.orders.work import Work, lock
from holdfast.programme import rules as programme_rules
from holdfast.programme.rules import Stage
from holdfast.record.act import Act


@dataclass(frozen=True, slots=True)
class Undelivered:
    """What was decided of a lost lot: by which rule, what went back and what was released."""

    order_id: UUID
    order_state: str
    lot: int
    lot_state: str
    rule: str
    refunded_minor: int
    released_minor: int
    currency: str


def settle_undelivered(*, act: Act, order_id: UUID, lot: int, stage: Stage = "on_board", note: str = "") -> Undelivered:
    """The operator settles a lot that never arrived: a full refund, unless risk had passed with a good proof of
    handover; then it is the supplier's to be paid for. `stage` is how far the goods are proved to have come.

    Refusals: `not_allowed`, `out_of_state`, `not_due_yet`, `claim_open`.
    """
    with transaction.atomic():
        work = lock(act=act, order_id=order_id)
        _check(work, lot)
        found, before = work.lot(lot), work.order
        coverage = programme_rules.coverage(
            programme=work.programme,
            reason="not_delivered",
            facts=programme_rules.CoverageFacts(
                incoterm=before.incoterm,
                risk_passed=programme_rules.risk_passed(incoterm=before.incoterm, stage=stage),
                handover_grade=cast("Literal['A', 'B', 'C', 'D']", found.grade),
            ),
        )
        drawn = _give_back(work, lot) if coverage.covered else Drawn()
        work.change_lot(lot, receipt="undelivered")
        work.step_lot(lot, "settle")
        settle_deadlines(work, found)
        carry_on(work)
        work.send_back(amount_minor=drawn.refundable_minor)
        outcome = Undelivered(
            order_id,
            work.order.state,
            lot,
            work.lot(lot).state,
            coverage.rule,
            work.order.refunded_minor - before.refunded_minor,
            work.order.released_minor - before.released_minor,
            before.currency,
        )
        work.event(
            "lot.undelivered",
            data={
                "lot": lot,
                "rule": coverage.rule,
                "stage": stage,
                "grade": found.grade,
                "refunded_minor": outcome.refunded_minor,
                "released_minor": outcome.released_minor,
                "mark": work.mark("undelivered") if coverage.covered else None,
            },
            private={"note": note} if note else None,
            lot=found.id,
        )
        return work.write(outcome)


def _check(work: Work, number: int) -> None:
    lot = work.lot(number)
    if work.act.role != "operator":
        raise NotAllowed(subject="lot", verb="settle_undelivered", role=work.act.role, accepted=["operator"])
    if lot.state != "shipped":
        raise OutOfState(subject="lot", verb="settle_undelivered", state=lot.state, accepted=["shipped"])
    if lot.frozen_minor:
        raise ClaimOpen(frozen_minor=lot.frozen_minor)
    ends = window_end(work, lot, "not_delivered")
    if ends is not None and work.now <= ends:
        raise NotDueYet(accepted=rfc3339(ends))


def _give_back(work: Work, number: int) -> Drawn:
    lot, before = work.lot(number), work.order.refunded_minor
    drawn = refund(work, place=number, amount_minor=lot.price_minor - lot.refunded_minor)
    return drawn + refund_processing(work, refunded_minor=work.order.refunded_minor - before)
