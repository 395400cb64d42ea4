"""What providers say of money that was taken back, and what that does to a payment and to refunds on their way to it.

It knows payments and refunds. What belongs to an order, and who bears a loss, is decided by the room above, which holds
the order's lock and writes.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q, Sum

from holdfast.kernel.identifiers import new_id
from holdfast.rails import models, rows, rules
from holdfast.rails.choice import rail_named
from holdfast.rails.operations.refunds import START
from holdfast.rails.operations.routing import take_out
from holdfast.rails.operations.turns import alone, in_turn
from holdfast.rails.port import DisputeNews
from holdfast.rails.rows import PaymentRow, RefundRow
from holdfast.rails.simulated import TAKEN_BACK
from holdfast.record.recording import Recording

TAKEN_BACK_WITHIN = timedelta(days=180)
"""How long after a capture the payer's side is asked about; networks close their time for it earlier."""
DISPUTABLE = (*rules.CAPTURED_PAYMENTS, "returned")
"""States of a payment that can be disputed; one that came back already can only be disputed in excess."""


def news(*, now: datetime) -> Iterator[tuple[PaymentRow, DisputeNews]]:
    """What simulated rails say of payments whose number stands for a dispute. Real providers tell by themselves."""
    if not settings.SANDBOX:
        return
    asked = models.Payment.objects.filter(
        state__in=DISPUTABLE, instrument__simulated__in=TAKEN_BACK, captured_at__gte=now - TAKEN_BACK_WITHIN
    )
    for row in in_turn(asked):
        payment = PaymentRow.of(row)
        with alone("payment", payment.id):
            for told in rail_named(payment.rail).taken_back(payment=payment, now=now):
                yield payment, told


def stop_refunds(*, recording: Recording, payment: PaymentRow, most_minor: int) -> int:
    """Stop what is instructed to go to an instrument and has not left, up to an amount; of a refund that is larger the
    rest stays instructed. One in a batch whose file is not let out is taken out of it. Answers how much was stopped.
    """
    not_left = Q(state__in=["requested", "bounced"]) | Q(state="instructed", batch__state="made")
    waiting = models.Refund.objects.select_for_update(of=("self",)).filter(not_left, payment_id=payment.id)
    stopped = 0
    for row in waiting.order_by("id"):
        if stopped >= most_minor:
            break
        refund = RefundRow.of(row)
        if refund.state == "instructed":
            taken_out = take_out(recording=recording, refund=refund)
            if taken_out is None:
                continue
            refund = taken_out
        state = rules.REFUND.step(state=refund.state, verb="stop", role="rail")
        after = replace(refund, state=state, reason="disputed", ended_at=recording.act.now)
        recording.call(rows.WRITE, rows.written(changed=[(refund, after)]))
        recording.settle(subject_id=refund.id, state="void")
        part = min(refund.amount_minor, most_minor - stopped)
        if part < refund.amount_minor:
            _instruct_rest(recording, refund, refund.amount_minor - part)
        stopped += part
    return stopped


def _instruct_rest(recording: Recording, refund: RefundRow, amount_minor: int) -> None:
    now = recording.act.now
    rest = replace(
        refund,
        id=new_id(),
        state=rules.REFUND.initial,
        amount_minor=amount_minor,
        reason=None,
        sent_at=None,
        ended_at=None,
    )
    recording.call(rows.WRITE, rows.written(new=[rest]))
    recording.deadline(
        kind=START,
        subject=("refund", rest.id),
        order_id=rest.order_id,
        due_at=max(rest.start_due_at, now),
        zone="UTC",
        who="operator",
        basis={"rule": "returns.refund_start_days", "amount_minor": amount_minor, "rest_of": refund.id.hex},
    )


def keep(payment: PaymentRow) -> PaymentRow:
    """Write what a dispute changed on a payment: both figures at once, since together they never exceed what came."""
    models.Payment.objects.filter(id=payment.id).update(
        state=payment.state,
        returned_minor=payment.returned_minor,
        disputed_minor=payment.disputed_minor,
        netted_minor=payment.netted_minor,
    )
    return payment


def unsettled_by_disputes(*, payment_id: UUID) -> int:
    """What disputes have taken out of what waits for the settlement of a payment."""
    found = models.Dispute.objects.filter(payment_id=payment_id).aggregate(sum=Sum("unsettled_minor"))["sum"]
    return int(found or 0)
