"""How money moves when something is settled: steps that several verbs share, each on one order being worked on.

They need a transaction and leave writing to the verb that called them.
"""

from dataclasses import dataclass
from uuid import UUID

from holdfast.orders.rules import money
from holdfast.orders.rules.money import REST
from holdfast.orders.work import Work
from holdfast.programme import rules as programme_rules
from holdfast.rails.operations.refunds import refund_into
from holdfast.rails.rows import PaymentRow


def pay_supplier(work: Work, amount_minor: int, *, place: int | None = None, tranche: int | None = None) -> int:
    """Release an amount to the supplier's balance and take the fee that is then due; answers the fee."""
    work.move("released", "escrow", "payable", amount_minor, place=place, tranche=tranche)
    work.change(released_minor=work.order.released_minor + amount_minor)
    return adjust_fee(work)


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
    return amount


def thaw(work: Work, *, place: int, amount_minor: int, claim_id: UUID) -> None:
    """Put frozen money back into escrow."""
    work.move("thawed", "frozen", "escrow", amount_minor, place=place, subject_id=claim_id)
    if amount_minor:
        work.frozen_at(place, -amount_minor)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Where a refund came from: money held for the order, the supplier's balance, and what it owes from now on."""

    held_minor: int = 0
    balance_minor: int = 0
    owed_minor: int = 0

    @property
    def refundable_minor(self) -> int:
        """What can be sent to the buyer at once."""
        return self.held_minor + self.balance_minor

    def __add__(self, other: "Drawn") -> "Drawn":
        return Drawn(
            self.held_minor + other.held_minor,
            self.balance_minor + other.balance_minor,
            self.owed_minor + other.owed_minor,
        )


def refund(
    work: Work,
    *,
    place: int,
    amount_minor: int,
    payable_minor: int = 0,
    frozen_most: int | None = None,
    claim_id: UUID | None = None,
) -> Drawn:
    """Owe the buyer a refund of a place: from what is frozen for it (at most `frozen_most`), from what is held, from
    the supplier's balance (`payable_minor` of it, locked by the caller), and the rest as the supplier's recorded debt.

    The fee on money that came back from the supplier is given back.
    """
    drawn = money.draw(work.whole, place=place, amount_minor=amount_minor, frozen_most=frozen_most)
    work.move("refunded", "frozen", "refundable", drawn.frozen_minor, place=place, subject_id=claim_id)
    if drawn.frozen_minor:
        work.frozen_at(place, -drawn.frozen_minor)
    work.move("refunded", "escrow", "refundable", drawn.escrow_minor, place=place, subject_id=claim_id)
    further = beyond(work, amount_minor=drawn.beyond_minor, payable_minor=payable_minor, claim_id=claim_id)
    work.refunded_at(place, amount_minor)
    work.change(
        recourse_minor=work.order.recourse_minor + drawn.beyond_minor,
        unsettled_minor=min(work.order.unsettled_minor, work.whole.escrow_minor),
    )
    adjust_fee(work)
    return Drawn(held_minor=drawn.frozen_minor + drawn.escrow_minor) + further


def beyond(work: Work, *, amount_minor: int, payable_minor: int, claim_id: UUID | None) -> Drawn:
    """Take an amount from the supplier's balance, and record the rest as its debt."""
    from_balance = min(amount_minor, payable_minor)
    work.move("recourse", "payable", "refundable", from_balance, subject_id=claim_id)
    owed = amount_minor - from_balance
    if owed:
        work.owe(amount_minor=owed, claim_id=claim_id)
    return Drawn(balance_minor=from_balance, owed_minor=owed)


def send_back(
    work: Work, *, amount_minor: int, claim_id: UUID | None = None, captured: PaymentRow | None = None
) -> None:
    """Instruct refunds of what became refundable, to the instruments that paid; `captured` is a payment that this
    very act changes."""
    if amount_minor:
        refund_into(
            recording=work.recording,
            programme=work.programme,
            order_id=work.order.id,
            currency=work.order.currency,
            amount_minor=amount_minor,
            claim_id=claim_id,
            zone=work.order.buyer_zone,
            captured=captured,
        )


def settle_rest(work: Work) -> None:
    """Nothing more will be shipped: the rest's money is decided by what was refunded of it."""
    work.change(rest_settled=True)


def refund_rest(work: Work, *, payable_minor: int = 0, claim_id: UUID | None = None) -> Drawn:
    """Give back everything paid for what was not shipped."""
    order = work.order
    open_price = money.rest_price(work.whole) - order.rest_refunded_minor - order.rest_frozen_minor
    unpaid = sum(tranche.missing_minor for tranche in work.whole.tranches)
    amount = max(0, min(open_price - unpaid, order.paid_minor - order.refunded_minor))
    settle_rest(work)
    if amount == 0:
        return Drawn()
    return refund(work, place=REST, amount_minor=amount, payable_minor=payable_minor, claim_id=claim_id)


def finish_if_done(work: Work) -> bool:
    """When every place is resolved: the order is completed, tranches are used up, deadlines of the order closed."""
    waiting = work.whole.frozen_minor or any(lot.reserved_minor for lot in work.whole.lots)
    if work.order.state != "active" or waiting or not money.all_resolved(work.whole):
        return False
    release_what_is_due(work)
    if money.entitled(work.whole) > 0:
        return False
    _use_up_tranches(work)
    work.step("complete", completed_at=work.now)
    work.recording.settle(subject_id=work.order.id, state="void")
    return True


def _use_up_tranches(work: Work) -> None:
    for tranche in work.whole.tranches:
        match tranche.state:
            case "held":
                work.step_tranche(tranche.number, "release")
            case "planned" | "due":
                work.step_tranche(tranche.number, "drop")
                work.recording.settle(subject_id=tranche.id, state="void")
