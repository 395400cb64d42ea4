"""A tranche is paid: the payment is asked for, put to its provider, and what came joins the order.

It knows the order's side of a payment. A provider is only ever called outside a transaction, under an ID of ours, so
every step may be repeated after a fall.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from holdfast.kernel.refusals import Invalid, NotAllowed, NotFound, OutOfState
from holdfast.orders.calendar import limit
from holdfast.orders.models import Order
from holdfast.orders.operations.funding import Funded, fund
from holdfast.orders.operations.wiring import wire_arrived
from holdfast.orders.refusals import NotPayable, TooMuch
from holdfast.orders.rules import money
from holdfast.orders.work import Work, lock, read
from holdfast.programme import rules as programme_rules
from holdfast.rails import operations as rails
from holdfast.rails import rules as rail_rules
from holdfast.rails.operations import Wire
from holdfast.rails.operations.turns import alone
from holdfast.rails.port import Captured, Declined, Delayed
from holdfast.rails.rows import PaymentRow
from holdfast.record.act import Act
from holdfast.record.act import rail as rail_act
from holdfast.record.chains import Chain, held_chain

__all__ = ["NotFunded", "PaymentRow", "Wire", "capture", "carry_on", "chain_of", "request_payment", "wire_arrived"]


@dataclass(frozen=True, slots=True)
class NotFunded:
    """A payment that brought no money: `declined` for a reason, or `pending` while the provider decides."""

    order_id: UUID
    payment_id: UUID
    payment_state: str
    tranche: int
    reason: str | None
    currency: str


def request_payment(
    *,
    act: Act,
    order_id: UUID,
    tranche: int,
    rail: str,
    instrument: Mapping[str, Any] | None = None,
    amount_minor: int | None = None,
    external_id: str | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> PaymentRow:
    """The buyer will pay what a tranche still misses, or a part of it, on a rail; processing comes on top.

    A wire is then awaited under the payment's reference until the time to pay is over; the others are captured.
    Refusals: `not_allowed`, `not_found` (a tranche), `not_payable`, `too_much`, those of the programme's rail
    (`rail_not_offered`, `over_rail_limit`) and of the instrument (`invalid`).
    """
    with transaction.atomic():
        work = lock(act=act, order_id=order_id)
        if act.role != "buyer":
            raise NotAllowed(subject="order", verb="pay", role=act.role, accepted=["buyer"])
        due_minor = _due(work, tranche, amount_minor)
        currency, programme = work.order.currency, work.programme
        cost = programme_rules.processing(programme=programme, rail=rail, amount_minor=due_minor, currency=currency)
        programme_rules.check_rail(programme=programme, rail=rail, amount_minor=due_minor + cost, currency=currency)
        payment = rails.request_into(
            recording=work.recording,
            chain=work.chain,
            order_id=order_id,
            tranche=tranche,
            payer_id=work.order.buyer_id,
            rail=rail,
            currency=currency,
            due_minor=due_minor,
            processing_minor=cost,
            settle_days=programme_rules.rail(programme=programme, name=rail).settle_days,
            instrument=instrument or {},
            expires_at=_expires_at(work),
            external_id=external_id,
            metadata=metadata,
        )
        return work.write(payment)


def _due(work: Work, number: int, wanted: int | None) -> int:
    """What is asked for: the whole of what is missing, or the part that the buyer names."""
    tranche = work.tranche(number)
    if work.order.state not in {"agreed", "active"} or tranche.state != "due":
        payable = [row.number for row in work.whole.tranches if row.state == "due"]
        raise NotPayable(field="tranche", accepted=payable, order_state=work.order.state, tranche_state=tranche.state)
    most = money.payable(work.whole, tranche=tranche)
    if wanted is not None and not 0 < wanted <= most:
        raise TooMuch(field="amount_minor", accepted={"from": 1, "to": most})
    return wanted or most


def _expires_at(work: Work) -> datetime:
    return limit(work, "signing.pay_days", who="buyer").due_at


def capture(*, act: Act, payment: PaymentRow) -> Funded | NotFunded:
    """Have a requested payment authorised and captured by its provider, and take the money into escrow.

    `payment` is the row as the gate read it: whatever changed since, `fund` asks again under the order's lock.
    Refusals: `out_of_state` (it is decided already), `invalid` (a wire comes by itself), `simulated_rail`.
    """
    if payment.rail == "wire":
        raise Invalid(field="payment", accepted=["card", "paypal", "e_check"], rail=payment.rail)
    if payment.state not in rail_rules.OPEN_PAYMENTS:
        raise OutOfState(
            subject="payment", verb="capture", state=payment.state, accepted=list(rail_rules.OPEN_PAYMENTS)
        )
    match rails.charge(payment=payment, now=act.now) if _is_wanted(payment) else rails.let_go(payment=payment):
        case Captured(provider_ref, amount_minor):
            return fund(
                act=act,
                order_id=payment.order_id,
                payment_id=payment.id,
                received_minor=amount_minor,
                provider_ref=provider_ref,
            )
        case outcome:
            return _not_taken(act, payment, outcome)


def _is_wanted(payment: PaymentRow) -> bool:
    """Whether the order still takes what an undecided payment would bring. Asked without a lock: what is captured all
    the same goes back to the buyer."""
    if payment.state == "requested":
        return True
    whole = read(order_id=payment.order_id)
    tranche = whole.tranche(payment.tranche)
    return whole.order.state in {"agreed", "active"} and tranche is not None and tranche.state == "due"


def _not_taken(act: Act, payment: PaymentRow, outcome: Declined | Delayed) -> NotFunded:
    """Write down what the provider said, unless it has only said the same again."""
    with transaction.atomic():
        work = lock(act=act, order_id=payment.order_id, payment_id=payment.id)
        current = work.payment or payment
        if isinstance(outcome, Delayed) and current.state == "pending":
            if outcome.provider_ref in ("", current.provider_ref):
                return _said(current)
            after = rails.renamed_into(
                recording=work.recording, chain=work.chain, payment=current, provider_ref=outcome.provider_ref
            )
            return work.write(_said(after))
        after = rails.declined_into(recording=work.recording, chain=work.chain, payment=current, outcome=outcome)
        return work.write(_said(after))


def _said(payment: PaymentRow) -> NotFunded:
    return NotFunded(payment.order_id, payment.id, payment.state, payment.tranche, payment.reason, payment.currency)


def carry_on(*, now: datetime) -> int:
    """Charge again what a provider had not decided, or whose outcome was never written; answers how many came to an
    end."""
    ended = 0
    for payment in rails.unfinished(now=now):
        # Somebody else may write the outcome meanwhile: then it is out of its state, which is no fault.
        with alone("payment", payment.id), suppress(OutOfState):
            ended += capture(act=rail_act(now), payment=payment).payment_state != "pending"
    return ended


def chain_of(order_id: UUID, /) -> Chain:
    """Lock an order and give the head of its chain to a verb of the rails that writes on it; inside a transaction."""
    if not Order.objects.select_for_update().filter(id=order_id).exists():
        raise NotFound(order=str(order_id))
    return held_chain(kind="order", chain_id=order_id)
