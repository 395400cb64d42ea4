"""A final award is carried out: refunds, costs, what thaws, what is released, in one transaction, once.

After this nothing is reversed. Goods that must go back are waited for first.
"""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db import transaction

from holdfast.claims import models, rules
from holdfast.claims.operations import supplying
from holdfast.claims.operations.awards import NOTHING, Award, award_of, latest_determination
from holdfast.claims.operations.case import Case, ClaimStep, begin, others_open, own_frozen, take_over, thaw_all
from holdfast.kernel.clock import days_after, local_day, rfc3339
from holdfast.kernel.refusals import Invalid, OutOfState
from holdfast.orders.calendar import limit
from holdfast.orders.operations.receipt import reserve
from holdfast.orders.operations.recourse import Drawn, recourse
from holdfast.orders.operations.settlement import (
    carry_on,
    refund,
    refund_processing,
    settle_deadlines,
    settle_rest,
    window_end,
)
from holdfast.orders.operations.shipping import notice
from holdfast.orders.operations.withholding import credit
from holdfast.orders.rules import money
from holdfast.orders.rules.lifecycles import LOT
from holdfast.record.act import Act

REPLACEMENT_DAYS = 30
"""Beside the transit of the contract: how long new goods may take to be made and shipped."""


def execute_when_free(case: Case, award: Award) -> None:
    """Carry the award out now; where goods go back, or new ones come, wait for them first."""
    work, claim = case.work, case.claim
    came = any(number and amount for number, amount in award.places.items())
    if award.replacement:
        case.step("await_replacement")
        days = REPLACEMENT_DAYS + (work.order.transit_days or 0)
        work.deadline(
            "claim.replacement",
            subject=("claim", claim.id),
            due_at=days_after(local_day(work.now, work.order.supplier_zone), days, work.order.supplier_zone),
            who="supplier",
            basis={"rule": "remedies.replacement", "days": days},
        )
    elif award.goods_back and came:
        case.step("await_return")
        until = limit(work, "returns.ship_back_days", who="buyer")
        work.deadline(
            "claim.return",
            subject=("claim", claim.id),
            due_at=until.due_at,
            who="buyer",
            basis={"rule": "returns.ship_back_days", **notice(work.programme), **until.basis},
        )
    else:
        execute(case, award)


def execute(case: Case, award: Award) -> None:
    """Move the money of a final award: refunds place by place, costs, the rest thaws and what is due is released.

    An award to the supplier releases instead: what it leaves of the goods goes back to the buyer.
    """
    work, claim = case.work, case.claim
    if claim.claimant == "supplier":
        return supplying.execute(case, award)
    before = work.order.refunded_minor
    drawn = Drawn()
    for number, amount in sorted(_possible(case, award).items()):
        own = own_frozen(case, number) + take_over(case, number, amount)
        drawn += refund(work, place=number, amount_minor=amount, frozen_most=own, claim_id=claim.id)
    refunded = work.order.refunded_minor - before
    costs = _costs(case, award.cost_minor)
    cost = award.cost_minor - costs.uncovered_minor
    drawn += costs
    if refunded and claim.claimant == "buyer" and claim.reason in rules.SUPPLIER_AT_FAULT:
        drawn += refund_processing(work, refunded_minor=refunded, claim_id=claim.id)
    thawed = thaw_all(case)
    _settle_places(case, award)
    _reserve_again(case, thawed)
    work.change(claims_open=max(0, work.order.claims_open - 1))
    charged_back = claim.charged_back_minor
    case.step("execute", ended_at=work.now, executed_minor=refunded + cost, charged_back_minor=charged_back)
    carry_on(work)
    return work.send_back(amount_minor=drawn.refundable_minor, claim_id=claim.id)


def _possible(case: Case, award: Award) -> dict[int, int]:
    """The award, place by place, as far as it has not come back another way: by a chargeback that was lost, or since it
    was made (a cancelled rest)."""
    whole = case.work.whole
    wanted, deducted = {}, case.claim.return_deduction_minor
    for number, amount in award.places.items():
        kept = min(deducted, amount) if number else 0
        deducted -= kept
        wanted[number] = amount - kept
    came_back = credit(case.work, award_minor=sum(wanted.values()))
    case.claim.charged_back_minor += came_back
    found = {}
    for number, amount in wanted.items():
        less = min(came_back, amount)
        came_back -= less
        left = money.place_price(whole, number) - money.place_refunded(whole, number)
        found[number] = max(0, min(amount - less, left, whole.order.paid_minor - whole.order.refunded_minor))
    return found


def _costs(case: Case, amount_minor: int) -> Drawn:
    """Costs on top of refunds: from what is still held for the goods of the claim, then from the supplier's balance
    and deposit, then its recorded debt; never advanced."""
    work, claim = case.work, case.claim
    left, drawn = amount_minor, Drawn()
    for number in claim.lots:
        own = own_frozen(case, number)
        others = money.place_frozen(work.whole, number) - own
        room = money.place_price(work.whole, number) - money.place_refunded(work.whole, number) - others
        free = work.order.paid_minor - work.order.refunded_minor - work.order.disputed_minor
        part = min(left, room, own + work.whole.escrow_minor, free)
        if part > 0:
            drawn += refund(work, place=number, amount_minor=part, frozen_most=own, claim_id=claim.id, waits=False)
            left -= part
    return drawn + recourse(work, amount_minor=left, claim_id=claim.id, head="cost")


def _settle_places(case: Case, award: Award) -> None:
    """A decision about the goods settles the lots it gave something for, and those that were rejected; a lot that was
    denied everything is received like any other. A cancelled rest is settled too."""
    work, claim = case.work, case.claim
    if claim.claimant == "buyer":
        goods = set(claim.lots) if claim.reason in rules.DECIDES_GOODS else set()
        for number in sorted({number for number in goods | set(award.places) if number}):
            awarded = award.places.get(number, 0) > 0 or award.replacement
            in_full = awarded and money.place_refunded(work.whole, number) >= money.place_price(work.whole, number)
            if number in goods or in_full:
                _settle_lot(case, number, awarded=awarded)
    rest_ends = claim.reason in rules.OF_THE_REST or claim.cancel_rest or claim.cancel_late
    if rest_ends and award.places.get(money.REST) and not work.order.rest_settled:
        settle_rest(work)


def _settle_lot(case: Case, number: int, *, awarded: bool) -> None:
    work = case.work
    lot = work.lot(number)
    if lot.reserved_minor and (case.claim.reason == "quantity" or lot.refunded_minor >= lot.price_minor):
        work.change_lot(number, reserved_minor=0)
        work.recording.settle(subject_id=lot.id, kind="lot.reserved", state="void")
    ends = awarded or lot.state == "rejected"
    if ends and lot.state != "received" and LOT.find(state=lot.state, verb="settle"):
        work.step_lot(number, "settle")
        settle_deadlines(work, lot, state="void")


def end_without_award(case: Case, *, settle_goods: bool) -> None:
    """The claim ends and moves nothing to the claimant. Taken back (`settle_goods` False), it decides nothing about
    the goods."""
    work = case.work
    thawed = thaw_all(case)
    if settle_goods:
        _settle_places(case, NOTHING)
    _reserve_again(case, thawed)
    work.change(claims_open=max(0, work.order.claims_open - 1))
    carry_on(work)


def _reserve_again(case: Case, thawed: Mapping[int, int]) -> None:
    """What had been held for a shortage when this claim froze it is held for it again, while its window is open and
    no claim has decided about it."""
    work = case.work
    for number, freed in thawed.items():
        lot = work.whole.lot(number)
        if lot is None or lot.received is None or lot.state != "received" or _shortage_decided(case, number):
            continue
        ends = window_end(work, lot, "quantity")
        if ends is not None and ends <= work.now:
            continue
        held = lot.reserved_minor + sum(claim.frozen.get(str(number), 0) for claim in _about_shortage(case))
        short = money.shortage(work.whole, lot=lot, received=lot.received).reserved_minor - held
        room = lot.price_minor - lot.refunded_minor - lot.frozen_minor - lot.reserved_minor
        amount = min(short, freed, room)
        if amount > 0:
            work.change_lot(number, reserved_minor=lot.reserved_minor + amount)
            work.recording.settle(subject_id=lot.id, kind="lot.reserved", state="void")
            reserve(work, number)


def _about_shortage(case: Case) -> list[models.Claim]:
    return [claim for claim in others_open(case) if claim.reason == "quantity"]


def _shortage_decided(case: Case, number: int) -> bool:
    """Whether a claim about the shortage of a lot has come to its end, this one included."""
    ended = models.Claim.objects.filter(
        order_id=case.work.order.id, reason="quantity", state__in=["executed", "forfeited"]
    )
    this = case.claim.reason == "quantity" and case.claim.state != "withdrawn" and number in case.claim.lots
    return this or any(number in claim.lots for claim in ended)


# --- goods that go back -------------------------------------------------------------------------------------------


def send_goods_back(*, act: Act, order_id: UUID, claim_id: UUID, carrier: str, number: str, sent_on: date) -> ClaimStep:
    """The buyer proves that the goods are on their way back; the supplier has its time to examine them.

    Refusals: `not_allowed`, `nothing_to_send`, `invalid`.
    """
    with transaction.atomic():
        case = begin(act=act, order_id=order_id, claim_id=claim_id)
        rules.check_side(role=act.role, expected="buyer", verb="send_goods_back")
        if act.role != "buyer" or case.claim.state != "returning" or case.claim.return_number:
            raise rules.NothingToSend(state=case.claim.state)
        if not number.strip() or sent_on > local_day(act.now, case.work.order.buyer_zone):
            raise Invalid(field="number" if not number.strip() else "sent_on", accepted="a tracking number, a past day")
        case.keep(return_number=f"{carrier} {number}".strip(), returned_on=sent_on)
        work = case.work
        work.recording.settle(subject_id=claim_id, kind="claim.return")
        until = limit(work, "returns.inspect_days", who="supplier")
        work.deadline(
            "claim.returned",
            subject=("claim", claim_id),
            due_at=until.due_at,
            who="supplier",
            basis={"rule": "returns.inspect_days", "sent_on": sent_on.isoformat(), **until.basis},
        )
        case.event(
            "goods.sent_back",
            data={"sent_on": sent_on.isoformat(), "inspect_by": rfc3339(until.due_at)},
            private={"number": number},
        )
        return case.write()


def confirm_replacement(*, act: Act, order_id: UUID, claim_id: UUID) -> ClaimStep:
    """The buyer has the new goods: what was frozen for them goes on. Refusals: `not_allowed`, `out_of_state`."""
    with transaction.atomic():
        case = begin(act=act, order_id=order_id, claim_id=claim_id)
        if case.claim.state != "replacing":
            raise OutOfState(
                subject="claim", verb="confirm_replacement", state=case.claim.state, accepted=["replacing"]
            )
        rules.CLAIM.step(state=case.claim.state, verb="execute", role=act.role)
        case.work.recording.settle(subject_id=claim_id)
        execute(case, award_of(latest_determination(claim_id)))
        case.event("goods.replaced")
        return case.write(award_minor=0)


def confirm_return(*, act: Act, order_id: UUID, claim_id: UUID) -> ClaimStep:
    """The supplier has the goods back: the award is carried out. Refusals: `not_allowed`, `out_of_state`."""
    with transaction.atomic():
        case = begin(act=act, order_id=order_id, claim_id=claim_id)
        rules.CLAIM.step(state=case.claim.state, verb="execute", role=act.role)
        if case.claim.state != "returning":
            raise rules.NothingToSend(state=case.claim.state)
        award = award_of(latest_determination(claim_id))
        case.work.recording.settle(subject_id=claim_id)
        execute(case, award)
        case.event("goods.returned", data={"award_minor": award.award_minor})
        return case.write(award_minor=award.award_minor)
