"""What providers tell, and what they are asked by the clock: each piece of news leads to asking how one thing stands
now, and that is written by the same verbs that a request or a deadline would have called.

So a message that comes twice, late or before its forerunner does no harm, and one that never comes is replaced by the
next round of asking. It knows which verb belongs to which thing; the verbs are in the modules beside it and in rails.
"""

import logging
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.conf import settings

from holdfast.kernel.identifiers import parse
from holdfast.kernel.refusals import OutOfState
from holdfast.orders.operations import disputes, funding, paying
from holdfast.rails import models
from holdfast.rails import operations as rails
from holdfast.rails import queries as rail_queries
from holdfast.rails.models import ProviderEvent
from holdfast.rails.operations import events, inquiries, refunds, settlements
from holdfast.rails.operations.turns import alone
from holdfast.rails.port import DisputeNews
from holdfast.rails.rows import PaymentRow
from holdfast.rails.rules import OPEN_PAYMENTS
from holdfast.rails.stripe import disputes as stripe_disputes
from holdfast.rails.stripe import news as stripe_news
from holdfast.rails.stripe import transfers as stripe_transfers
from holdfast.rails.stripe.client import Undecided
from holdfast.record.act import clock, rail

log = logging.getLogger(__name__)
DISPUTES, TRANSFERS = UUID(int=1), UUID(int=2)
"""Under these the asking for all disputes, and for all settlements, is remembered."""
AT_ONCE = 250
"""So many payments are settled in one transaction."""
ASK_EVERY = timedelta(hours=1)
DISPUTED_WITHIN = timedelta(days=130)
"""A dispute may come 120 days after the payment (https://docs.stripe.com/disputes), and those still open are older."""
TRANSFERRED_WITHIN = timedelta(days=30)


def settle_due(*, now: datetime) -> int:
    """Settle captured payments whose provider has the money ready, many at once; answers how many."""
    settled = 0
    waiting = iter(rail_queries.settling(now=now))
    while some := list(islice(waiting, AT_ONCE)):
        ready = []
        for payment in some:
            with alone("payment", payment.id):
                found = rails.available(payment=payment, now=now)
                if found is not None:
                    ready.append((payment, found.cost_minor))
        done, left = funding.settle_payments(act=clock(now), payments=ready)
        settled += done + sum(_settle_one(payment, cost_minor, now) for payment, cost_minor in left)
    return settled


def _settle_one(payment: PaymentRow, cost_minor: int, now: datetime) -> bool:
    done = None
    with alone("payment", payment.id):
        done = funding.settle_payment(
            act=clock(now), order_id=payment.order_id, payment_id=payment.id, cost_minor=cost_minor
        )
    return done is not None


def carry_on(*, now: datetime) -> int:
    """Act on what providers told, and ask for what they may have failed to tell; answers how much came to an end."""
    if settings.CARD != "stripe":
        return 0
    return events.act_on_news(provider=stripe_news.PROVIDER, now=now, handle=_handler(now)) + _ask(now)


def _handler(now: datetime) -> events.Handle:
    verbs = {"payment": _payment, "refund": _refund, "dispute": _dispute, "settlement": _settlement}

    def handle(event: ProviderEvent) -> bool:
        about = stripe_news.subject(event.kind)
        return about is not None and verbs[about](event.object_id, now)

    return handle


def _payment(object_id: str, now: datetime) -> bool:
    """An intent, or a page that makes one, is another than it was: ask for the payment it belongs to."""
    row = models.Payment.objects.filter(rail="card", provider_ref=object_id).first()
    if row is None:
        # It may have been made and its name not written down: then it bears ours.
        name = parse("pay", stripe_news.named(object_id=object_id))
        row = models.Payment.objects.filter(rail="card", id=name).first() if name else None
    if row is None:
        return False
    payment = PaymentRow.of(row)
    if payment.state in OPEN_PAYMENTS:
        try:
            paying.capture(act=rail(now), payment=payment)
        except OutOfState:
            # Decided by somebody else meanwhile.
            return True
    return True


def _refund(object_id: str, now: datetime) -> bool:
    found = models.Refund.objects.filter(payment__rail="card", provider_ref=object_id).values_list("id", flat=True)
    for refund_id in found:
        refunds.ask_refund(now=now, refund_id=refund_id, chain_of=paying.chain_of)
    return bool(found)


def _dispute(object_id: str, now: datetime) -> bool:
    found = stripe_disputes.one(dispute_id=object_id)
    return found is not None and _tell_dispute(*found, now=now)


def _tell_dispute(intent_id: str, news: DisputeNews, *, now: datetime) -> bool:
    payment_id = models.Payment.objects.filter(rail="card", provider_ref=intent_id).values_list("id", flat=True).first()
    if payment_id is None:
        return False
    disputes.heard(act=rail(now), payment_id=payment_id, news=news)
    return True


def _settlement(object_id: str, now: datetime) -> bool:
    whole = stripe_transfers.one(transfer_id=object_id)
    return whole is not None and _tell_settlement(whole, now)


def _tell_settlement(whole: settlements.Sum, now: datetime) -> bool:
    if not settlements.is_known(rail="card", whole=whole):
        settlements.told(now=now, rail_name="card", whole=whole, lines=stripe_transfers.lines(whole=whole))
    return True


def _ask(now: datetime) -> int:
    """Every hour all disputes and settlements of late, whether Stripe told of them or not."""
    rounds = ((DISPUTES, "disputes", _ask_disputes), (TRANSFERS, "settlements", _ask_settlements))
    moved = 0
    for subject, kind, ask in rounds:
        asked_at = models.Inquiry.objects.filter(subject_id=subject).values_list("asked_at", flat=True).first()
        if asked_at is None or now - asked_at >= ASK_EVERY:
            inquiries.note(kind=kind, subject_id=subject, now=now)
            moved += ask(now)
    return moved


def _ask_disputes(now: datetime) -> int:
    moved = 0
    try:
        for intent_id, news in stripe_disputes.since(moment=now - DISPUTED_WITHIN):
            known = models.Dispute.objects.filter(provider_ref=news.provider_ref).first()
            if known is not None and known.state in (news.state, "won", "lost"):
                continue
            with alone("dispute", DISPUTES):
                moved += _tell_dispute(intent_id, news, now=now)
    except Undecided as undecided:
        log.warning("disputes could not be asked for: %s", undecided)
    return moved


def _ask_settlements(now: datetime) -> int:
    moved = 0
    try:
        for whole in stripe_transfers.since(moment=now - TRANSFERRED_WITHIN):
            if not settlements.is_known(rail="card", whole=whole):
                with alone("settlement", TRANSFERS):
                    moved += _tell_settlement(whole, now)
    except Undecided as undecided:
        log.warning("settlements could not be asked for: %s", undecided)
    return moved
