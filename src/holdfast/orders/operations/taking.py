"""A payer's bank takes money back: what the amount consists of, how it leaves the provider, what then stands frozen.

Steps on one order being worked on. When a dispute is opened, and what follows for claims, is the verb's.
"""

from dataclasses import replace

from holdfast.kernel.identifiers import new_id
from holdfast.ledger import book
from holdfast.orders.operations.settlement import freeze
from holdfast.orders.operations.withholding import frozen_for, keep_figures
from holdfast.orders.rules import disputes as rules
from holdfast.orders.work import Work
from holdfast.programme import rules as programme_rules
from holdfast.rails.models import Dispute
from holdfast.rails.operations import disputes as rails
from holdfast.rails.rows import PaymentRow


def taken_apart(work: Work, payment: PaymentRow, amount_minor: int) -> Dispute:
    """The row, with the amount taken apart."""
    stopped = rails.stop_refunds(recording=work.recording, payment=payment, most_minor=amount_minor)
    order = work.order
    earlier = [row.order_minor for row in Dispute.objects.filter(payment_id=payment.id).exclude(state="won")]
    brought = book.brought(account=work.account("escrow"), order_id=order.id, subject_id=payment.id)
    parts = rules.parts(
        amount_minor=amount_minor,
        left_minor=payment.left_minor,
        stopped_minor=stopped,
        brought_minor=brought - sum(earlier),
        order_left_minor=order.paid_minor - order.refunded_minor - order.disputed_minor,
    )
    return Dispute(
        id=new_id(),
        order_id=order.id,
        payment_id=payment.id,
        rail=payment.rail,
        currency=order.currency,
        amount_minor=amount_minor,
        order_minor=parts.order_minor,
        processing_minor=parts.processing_minor,
        stopped_minor=parts.stopped_minor,
        excess_minor=parts.excess_minor,
        opened_at=work.now,
    )


def take(work: Work, payment: PaymentRow, dispute: Dispute) -> PaymentRow:
    """The money leaves the provider; as much as is held stands frozen. Answers the payment as it is then."""
    rail, amount = payment.rail, dispute.amount_minor
    work.move("chargeback_opened", "chargebacks_receivable", "rail_clearing", amount, rail=rail, subject_id=dispute.id)
    work.move(
        "dispute_charged", "processing_cost", "rail_clearing", dispute.fee_minor, rail=rail, subject_id=dispute.id
    )
    if dispute.from_bank and payment.state != "captured":
        taken = amount + dispute.fee_minor
        work.move("provider_debited", "rail_clearing", "client_bank", taken, rail=rail, subject_id=dispute.id)
    counted = amount - dispute.excess_minor
    dispute.netted_minor = counted if payment.state == "captured" else 0
    dispute.unsettled_minor = _waiting(work, payment, dispute.order_minor)
    dispute.save(force_insert=True)
    keep_figures(work, disputed_minor=work.order.disputed_minor + dispute.order_minor)
    work.change(unsettled_minor=work.order.unsettled_minor - dispute.unsettled_minor)
    left = min(dispute.order_minor, rules.to_freeze(work.whole, disputed_minor=work.order.disputed_minor))
    frozen = {}
    for place in rules.order_of_places(work.whole):
        part = freeze(work, place=place, wanted_minor=left, claim_id=dispute.id)
        if part:
            frozen[place] = part
            left -= part
    frozen_for(dispute=dispute, places=frozen)
    return rails.keep(
        replace(
            payment,
            returned_minor=payment.returned_minor - dispute.stopped_minor,
            disputed_minor=payment.disputed_minor + counted,
            netted_minor=payment.netted_minor + dispute.netted_minor,
        )
    )


def _waiting(work: Work, payment: PaymentRow, order_minor: int) -> int:
    """What of the disputed money was waiting for its rail to settle: frozen, it waits for the network instead."""
    rail = programme_rules.rail(programme=work.programme, name=payment.rail)
    if payment.state != "captured" or rail.releasable_after != "settled":
        return 0
    brought = book.brought(account=work.account("escrow"), order_id=work.order.id, subject_id=payment.id)
    return max(
        0, min(order_minor, work.order.unsettled_minor, brought - rails.unsettled_by_disputes(payment_id=payment.id))
    )
