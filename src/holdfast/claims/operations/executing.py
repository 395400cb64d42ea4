"""A final award is carried out: refunds, costs, what thaws, what is released, in one transaction, once.

After this nothing is reversed. Goods that must go back are waited for first.
"""

from datetime import date
from uuid import UUID

from django.db import transaction

from holdfast.claims import models, rules
from holdfast.claims.operations.awards import NOTHING, Award, award_of, latest_determination
from holdfast.claims.operations.case import Case, ClaimStep, begin
from holdfast.kernel.clock import local_day, rfc3339
from holdfast.kernel.refusals import Invalid
from holdfast.ledger import book
from holdfast.ledger.chart import of_supplier
from holdfast.orders.operations.receipt import watch_windows
from holdfast.orders.operations.settlement import (
    Drawn,
    beyond,
    finish_if_done,
    refund,
    release_what_is_due,
    send_back,
    settle_rest,
    thaw,
)
from holdfast.orders.rules import money
from holdfast.orders.rules.lifecycles import LOT
from holdfast.programme import rules as programme_rules
from holdfast.record.act import Act


def execute_when_free(case: Case, award: Award) -> None:
    """Carry the award out now, or, where goods go back, start the time to send them."""
    came = any(number and amount for number, amount in award.places.items())
    if award.goods_back and came:
        case.step("await_return")
        work = case.work
        work.deadline(
            "claim.return",
            subject=("claim", case.claim.id),
            due_at=programme_rules.return_ship_by(
                programme=work.programme, agreed_at=work.now, zone=work.order.buyer_zone
            ),
            who="buyer",
            basis={"rule": "returns.ship_back_days", "notice_hours": 72},
        )
        return
    execute(case, award)


def execute(case: Case, award: Award) -> None:
    """Move the money of a final award: refunds place by place, costs, the rest thaws and what is due is released."""
    work, claim = case.work, case.claim
    payable, drawn = _payable(case), Drawn()
    for number in sorted(award.places):
        drawn += refund(
            work,
            place=number,
            amount_minor=award.places[number],
            payable_minor=payable - drawn.balance_minor,
            frozen_most=claim.frozen.get(str(number), 0),
            claim_id=claim.id,
        )
    drawn += _costs(case, award.cost_minor, payable_minor=payable - drawn.balance_minor)
    _thaw_all(case)
    _settle_places(case, award)
    covered = work.order.cover_drawn_minor + drawn.balance_minor + drawn.owed_minor
    work.change(cover_drawn_minor=min(work.order.cover_minor, covered), claims_open=max(0, work.order.claims_open - 1))
    case.step("execute", ended_at=work.now)
    _carry_on(case)
    send_back(work, amount_minor=drawn.refundable_minor, claim_id=claim.id)


def _payable(case: Case) -> int:
    """The supplier's balance, locked: what a refund beyond the held money is taken from first."""
    order = case.work.order
    account = of_supplier("payable", order.supplier_id, order.currency)
    return book.lock(accounts=[account])[account]


def _costs(case: Case, amount_minor: int, *, payable_minor: int) -> Drawn:
    """Costs on top of refunds: from what is still held for the goods of the claim, then from the supplier's balance,
    then its recorded debt; never advanced."""
    work, claim = case.work, case.claim
    left, drawn = amount_minor, Drawn()
    for number in claim.lots:
        room = money.place_price(work.whole, number) - money.place_refunded(work.whole, number)
        own = min(claim.frozen.get(str(number), 0), money.place_frozen(work.whole, number))
        part = min(left, room, own + work.whole.escrow_minor)
        if part > 0:
            drawn += refund(work, place=number, amount_minor=part, frozen_most=own, claim_id=claim.id)
            left -= part
    if left:
        drawn += beyond(work, amount_minor=left, payable_minor=payable_minor, claim_id=claim.id)
    return drawn


def _thaw_all(case: Case) -> None:
    """What this claim froze and the award did not take goes back into escrow; what others froze stays."""
    for place in case.claim.frozen:
        others = sum(
            claim.frozen.get(place, 0)
            for claim in models.Claim.objects.filter(order_id=case.work.order.id, state__in=rules.OPEN)
            if claim.id != case.claim.id
        )
        left = max(0, money.place_frozen(case.work.whole, int(place)) - others)
        thaw(case.work, place=int(place), amount_minor=left, claim_id=case.claim.id)


def _settle_places(case: Case, award: Award) -> None:
    """A decision about the goods settles the lots it was about; a cancelled rest is settled too."""
    work, claim = case.work, case.claim
    if claim.claimant == "buyer" and claim.reason in rules.DECIDES_GOODS:
        for number in claim.lots:
            lot = work.whole.lot(number)
            if lot is None:
                continue
            work.change_lot(number, reserved_minor=0)
            if lot.state != "received" and LOT.find(state=lot.state, verb="settle"):
                work.step_lot(number, "settle")
                work.recording.settle(subject_id=lot.id, state="void")
    rest_ends = claim.reason in rules.OF_THE_REST or claim.cancel_rest or claim.cancel_late
    if rest_ends and award.places.get(money.REST) and not work.order.rest_settled:
        settle_rest(work)
        work.recording.settle(subject_id=work.order.id, kind="order.ship", state="void")
        work.recording.settle(subject_id=work.order.id, kind="order.late", state="void")


def _carry_on(case: Case) -> None:
    """What is undisputed now goes on: release, and the end of the order if nothing waits any more."""
    work = case.work
    if work.order.state == "active":
        release_what_is_due(work)
        if finish_if_done(work):
            watch_windows(work)


def end_without_award(case: Case, *, settle_goods: bool) -> None:
    """The claim ends and moves nothing to the claimant."""
    work = case.work
    _thaw_all(case)
    if settle_goods:
        _settle_places(case, NOTHING)
    work.change(claims_open=max(0, work.order.claims_open - 1))
    _carry_on(case)


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
        due = programme_rules.return_inspect_by(
            programme=work.programme,
            returned_on=local_day(work.now, work.order.supplier_zone),
            zone=work.order.supplier_zone,
        )
        work.deadline(
            "claim.returned",
            subject=("claim", claim_id),
            due_at=due,
            who="supplier",
            basis={"rule": "returns.inspect_days", "sent_on": sent_on.isoformat()},
        )
        case.event(
            "goods.sent_back",
            data={"sent_on": sent_on.isoformat(), "inspect_by": rfc3339(due)},
            private={"number": number},
        )
        return case.write()


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
