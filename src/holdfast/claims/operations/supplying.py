"""A supplier's claim is carried out: what it was given is released to it, the rest of the goods' money goes back.

It knows the supplier's four reasons. Who decides them, and how much, is for the verbs before.
"""

from holdfast.claims import models
from holdfast.claims.operations.awards import Award, latest_determination
from holdfast.claims.operations.case import Case, thaw_all
from holdfast.orders.operations.recourse import Drawn
from holdfast.orders.operations.settlement import (
    carry_on,
    refund,
    refund_rest,
    settle_deadlines,
)
from holdfast.orders.rules import money

ABOUT_RETURNS = ("goods_not_returned", "used_goods_returned")


def execute(case: Case, award: Award) -> None:
    """Move the money of a supplier's final award; nothing was given: everything stays as it was."""
    work, claim = case.work, case.claim
    thaw_all(case)
    drawn = Drawn()
    if award.award_minor and claim.reason == "balance_unpaid":
        drawn = refund_rest(work, keep_minor=award.award_minor, claim_id=claim.id)
        work.change(cancelled_by="supplier")
    elif award.award_minor and claim.reason == "wrongful_rejection":
        drawn = _settle_lots(case, award)
    elif award.award_minor:
        _take_from_return(case, award)
    work.change(claims_open=max(0, work.order.claims_open - 1))
    case.step("execute", ended_at=work.now)
    carry_on(work)
    work.send_back(amount_minor=drawn.refundable_minor, claim_id=claim.id)


def _settle_lots(case: Case, award: Award) -> Drawn:
    """The goods were rejected without cause: their price is released, but for what the award leaves to the buyer."""
    work, drawn = case.work, Drawn()
    for number in case.claim.lots:
        lot = work.whole.lot(number)
        if lot is None or money.resolved(lot):
            continue
        back = lot.price_minor - lot.refunded_minor - lot.frozen_minor - award.places.get(number, 0)
        if back > 0:
            drawn += refund(work, place=number, amount_minor=back, claim_id=case.claim.id)
        work.step_lot(number, "settle")
        settle_deadlines(work, lot, state="void")
    return drawn


def _take_from_return(case: Case, award: Award) -> None:
    """Goods did not come back, or came back used: the buyer's award for them is less by what the supplier is given."""
    for other in returning_for(case.claim):
        made = latest_determination(other.id)
        taken = sum(award.places.get(number, 0) for number in other.lots)
        other.return_deduction_minor = min(made.award_minor, taken)
        other.save(update_fields=["return_deduction_minor"])


def returning_for(claim: models.Claim) -> list[models.Claim]:
    """The buyer's claims on the same lots whose award waits for goods to come back."""
    rows = models.Claim.objects.filter(order_id=claim.order_id, claimant="buyer", state="returning")
    return [row for row in rows.order_by("number") if set(row.lots) & set(claim.lots)]


def contested(claim: models.Claim) -> bool:
    """Whether the supplier says that the goods of a returning claim did not come back, or came back used."""
    rows = models.Claim.objects.filter(order_id=claim.order_id, reason__in=ABOUT_RETURNS)
    open_rows = rows.exclude(state__in=["executed", "withdrawn", "forfeited"])
    return any(set(row.lots) & set(claim.lots) for row in open_rows)
