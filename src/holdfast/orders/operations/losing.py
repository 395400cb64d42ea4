"""A dispute is lost: what was taken counts as refunded, out of what stands frozen, then out of whose pocket the
programme says; or, where nothing has left yet, the tranche is owed again.
"""

from dataclasses import replace
from typing import Any, Final

from holdfast.kernel.clock import local_day
from holdfast.orders.operations.above import claims
from holdfast.orders.operations.funding import ask_for_payment
from holdfast.orders.operations.recourse import recourse
from holdfast.orders.operations.settlement import adjust_fee, carry_on
from holdfast.orders.operations.withholding import frozen_at, keep_figures, promised
from holdfast.orders.rules import disputes as rules
from holdfast.orders.rules import money
from holdfast.orders.work import Work
from holdfast.programme import rules as programme_rules
from holdfast.rails.models import Dispute
from holdfast.rails.operations import disputes as rails
from holdfast.rails.rows import PaymentRow
from holdfast.rails.rules import PAYMENT, kept

RECEIVABLE: Final = "chargebacks_receivable"


def lose(work: Work, dispute: Dispute, payment: PaymentRow) -> None:
    """Settle a lost dispute on an order that is locked; the caller writes."""
    order = work.order
    keep_figures(work, disputed_minor=order.disputed_minor - dispute.order_minor)
    frozen = rules.frozen_total(dispute.frozen)
    again = rules.due_again(
        work.whole, tranche=payment.tranche, frozen_minor=frozen, disputed_minor=dispute.order_minor
    )
    finding = rules.fault(_record(work, dispute))
    dispute.fault = finding
    dispute.bearer = programme_rules.chargeback_bearer(
        programme=work.programme, supplier_at_fault=finding in rules.AT_FAULT
    )
    if again is not None:
        _owe_again(work, dispute, payment, again)
    else:
        _count_as_refunded(work, dispute)
    _bear_the_rest(work, dispute)
    dispute.credited_minor = min(dispute.order_minor - dispute.due_again_minor, promised(dispute))
    dispute.state, dispute.ended_at, dispute.frozen = "lost", work.now, {}
    dispute.save()
    _end_payment(work, dispute, payment)
    work.change(unsettled_minor=min(work.order.unsettled_minor, work.whole.escrow_minor + work.whole.frozen_minor))
    work.recording.settle(subject_id=dispute.id)
    claims().ended(work, {})
    name = "payment.returned" if dispute.kind == "return" else "dispute.lost"
    work.event(name, data=_facts(dispute), dispute=dispute.id, payment=payment.id)
    carry_on(work)


def _record(work: Work, dispute: Dispute) -> rules.Record:
    whole, ship_on = work.whole, work.order.ship_on
    late = ship_on is not None and local_day(work.now, work.order.supplier_zone) > ship_on
    return rules.Record(
        kind=dispute.kind,
        reason=dispute.reason,
        decided_against_supplier=claims().decided_against_supplier(work),
        shipped=bool(whole.lots),
        late=late,
        delivered_with_proof=all(lot.delivered_on is not None and lot.grade in {"A", "B"} for lot in whole.lots),
        contested=bool(dispute.answered_at) or claims().contested(work),
    )


# --- the order had not begun to move -------------------------------------------------------------------------------


def _owe_again(work: Work, dispute: Dispute, payment: PaymentRow, number: int) -> None:
    """Nothing was shipped and the money was all there: the buyer owes the tranche again, with a new day; the supplier
    need not ship meanwhile."""
    for place, part in sorted(dispute.frozen.items()):
        work.move(
            "funding_lost",
            "frozen",
            RECEIVABLE,
            part,
            place=int(place),
            tranche=number,
            rail=payment.rail,
            subject_id=dispute.id,
        )
        work.frozen_at(int(place), -part)
    amount = dispute.order_minor
    tranche = work.tranche(number)
    work.change(paid_minor=work.order.paid_minor - amount, overdue=False)
    if tranche.state == "held":
        work.step_tranche(tranche.number, "lose", funded_minor=tranche.funded_minor - amount)
    else:
        work.change_tranche(tranche.number, funded_minor=tranche.funded_minor - amount)
    dispute.due_again_minor = amount
    work.recording.settle(subject_id=tranche.id, state="void")
    for kind in ("order.ship", "order.late", "operator.decide"):
        work.recording.settle(subject_id=work.order.id, kind=kind, state="void")
    ask_for_payment(work, work.tranche(tranche.number))


# --- what was taken counts as refunded -----------------------------------------------------------------------------


def _count_as_refunded(work: Work, dispute: Dispute) -> None:
    left = dispute.order_minor
    for place, part in sorted(dispute.frozen.items()):
        _from_frozen(work, dispute, int(place), part)
        left -= part
    dispute.frozen = {}
    for place in rules.order_of_places(work.whole):
        # What claims froze stood for this too: their awards are less by it.
        part = min(left, money.place_frozen(work.whole, place) - frozen_at(work, place))
        if part > 0:
            _from_frozen(work, dispute, place, part)
            claims().took_frozen(work, place, part)
            left -= part
    dispute.held_minor = dispute.order_minor - left
    _beyond(work, dispute, left)


def _from_frozen(work: Work, dispute: Dispute, place: int, amount_minor: int) -> None:
    work.move(
        "chargeback_lost", "frozen", RECEIVABLE, amount_minor, place=place, rail=dispute.rail, subject_id=dispute.id
    )
    work.frozen_at(place, -amount_minor)
    work.refunded_at(place, amount_minor)


def _beyond(work: Work, dispute: Dispute, amount_minor: int) -> None:
    """What was released already: from the supplier where it is at fault, after the fee on that value was given back;
    else the operator's loss, and the supplier keeps what it was paid."""
    if not amount_minor:
        return
    supplier = dispute.bearer == "supplier"
    if supplier:
        work.change(recourse_minor=work.order.recourse_minor + amount_minor)
    else:
        keep_figures(work, borne_minor=work.order.borne_minor + amount_minor)
    places = rules.spread(work.whole, amount_minor=amount_minor)
    for place, part in places.items():
        work.refunded_at(place, part)
    if supplier:
        adjust_fee(work)
    for place, part in places.items():
        _bear(work, dispute, part, place=place)


def _bear(work: Work, dispute: Dispute, amount_minor: int, *, place: int | None = None, operator: bool = False) -> None:
    if amount_minor <= 0:
        return
    if dispute.bearer == "supplier" and not operator:
        recourse(
            work,
            amount_minor=amount_minor,
            claim_id=None,
            place=place,
            head="chargeback",
            into=RECEIVABLE,
            rail=dispute.rail,
            dispute_id=dispute.id,
        )
        dispute.recourse_minor += amount_minor
    else:
        work.move(
            "borne_by_operator",
            "operator_loss",
            RECEIVABLE,
            amount_minor,
            place=place,
            rail=dispute.rail,
            subject_id=dispute.id,
        )
        dispute.borne_minor += amount_minor


def _bear_the_rest(work: Work, dispute: Dispute) -> None:
    """Refunds that were stopped pay their part; processing is borne like the order's; what was above all that was left
    is money the buyer has twice, and the operator's loss until it gets it back."""
    work.move(
        "chargeback_lost",
        "refundable",
        RECEIVABLE,
        dispute.stopped_minor,
        rail=dispute.rail,
        subject_id=dispute.id,
    )
    _bear(work, dispute, dispute.processing_minor)
    _bear(work, dispute, dispute.excess_minor, operator=True)


def _end_payment(work: Work, dispute: Dispute, payment: PaymentRow) -> None:
    """A payment of which nothing is left has come back whole; what the provider could not keep for its cost, it takes
    from our bank."""
    if payment.state == "settled" and dispute.from_bank:
        short = shortfall(payment, dispute)
        rail = payment.rail
        work.move("provider_debited", "rail_clearing", "client_bank", short, rail=rail, subject_id=dispute.id)
    others = Dispute.objects.filter(payment_id=payment.id, state="open").exists()
    if payment.state != "returned" and payment.left_minor == 0 and not payment.returned_minor and not others:
        state = PAYMENT.step(state=payment.state, verb="return", role="rail")
        rails.keep(replace(payment, state=state))


def shortfall(payment: PaymentRow, dispute: Dispute) -> int:
    """What a provider lacked for its cost when a payment settled while so much of it was in dispute."""
    if not dispute.netted_minor:
        return 0
    return max(0, kept(payment) - (payment.captured_minor - payment.netted_minor))


def _facts(dispute: Dispute) -> dict[str, Any]:
    return {
        "kind": dispute.kind,
        "reason": dispute.reason,
        "rail": dispute.rail,
        "currency": dispute.currency,
        "amount_minor": dispute.amount_minor,
        "bearer": dispute.bearer,
        "fault": dispute.fault,
        "held_minor": dispute.held_minor,
        "recourse_minor": dispute.recourse_minor,
        "borne_minor": dispute.borne_minor,
        "due_again_minor": dispute.due_again_minor,
        "stopped_minor": dispute.stopped_minor,
    }
