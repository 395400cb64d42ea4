"""Time passes in a test's world: whatever comes due happens at its own moment, as the worker would have done it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from holdfast.claims.operations import clockwork as claims
from holdfast.contracts import operations as contracts
from holdfast.fulfilment import carriers
from holdfast.inspection import operations as inspection
from holdfast.orders.operations import clockwork, debts, disputes, payees, paying, providers
from holdfast.parties import operations as parties
from holdfast.parties.operations import guarantee
from holdfast.parties.operations.beneficiaries import TELL, USABLE
from holdfast.rails import operations as rails
from holdfast.rails.operations.disputes import DISPUTABLE
from holdfast.rails.rules import OPEN_PAYMENTS
from holdfast.rails.simulated import TAKEN_BACK
from holdfast.record import deadlines
from holdfast.sourcing import operations as sourcing

HANDLERS = {
    **clockwork.HANDLERS,
    **claims.HANDLERS,
    **inspection.HANDLERS,
    guarantee.TOP_UP: guarantee.top_up_due,
    TELL: payees.tell_buyers,
    USABLE: lambda act, due: parties.use_beneficiary(act=act, beneficiary_id=due.subject_id),
    contracts.SIGN: lambda act, due: contracts.lapse(act=act, contract_id=due.subject_id),
    sourcing.ANSWER: lambda act, due: sourcing.expire(act=act, quotation_id=due.subject_id),
}
STEP = timedelta(hours=12)


def until(*, start: datetime, end: datetime) -> None:
    """Everything between two moments, in order; carriers, banks and mails are asked twice a day.

    Most of the time nothing happens. One question finds that out, where the worker's own round would ask a dozen.
    """
    now, moved = start, True
    while now < end:
        now = min(now + STEP, end)
        waits = _waits(now)
        if "deadline" in waits and _deadlines(start, now):
            moved, waits = True, _waits(now)
        if not moved and waits <= {"deadline", "shipment"}:
            # A carrier is asked about every parcel on its way, and mostly has nothing to tell.
            moved = "shipment" in waits and carriers.poll(now=now).recorded > 0
            waits = set()
        if moved or waits:
            moved = work(now)


def _deadlines(start: datetime, now: datetime) -> bool:
    ran = False
    while (due := deadlines.next_due(kinds=list(HANDLERS), until=now)) is not None:
        assert deadlines.run_due(now=max(due, start), handlers=HANDLERS).failed == 0
        ran = True
    return ran


def work(now: datetime) -> bool:
    """What the worker does by itself; answers whether anything moved."""
    steps = carriers.poll(now=now).recorded
    steps += providers.carry_on(now=now)
    steps += paying.carry_on(now=now)
    steps += providers.settle_due(now=now)
    steps += disputes.hear(now=now)
    steps += debts.carry_on(now=now)
    while sent := rails.send_refunds(now=now, chain_of=paying.chain_of) + rails.send_payouts(now=now):
        steps += sent
    return steps > 0


# --- whether there is anything to do --------------------------------------------------------------------------------


_WAITS = """
    SELECT 'deadline' WHERE EXISTS (
        SELECT FROM record_deadline WHERE state = 'open' AND paused_at IS NULL AND due_at <= %(now)s)
    UNION ALL SELECT 'shipment' WHERE EXISTS (
        SELECT FROM fulfilment_shipment s JOIN orders_lot l ON l.id = s.lot_id
        WHERE s.tracking_number IS NOT NULL AND l.state IN ('shipped', 'delivered')
            AND s.delivery_grade IS DISTINCT FROM 'A' AND s.delivery_grade IS DISTINCT FROM 'B')
    UNION ALL SELECT 'payment' WHERE EXISTS (
        SELECT FROM rails_payment WHERE state = ANY(%(open)s) AND rail <> 'wire'
            OR state = 'captured' AND settles_at <= %(now)s
            OR state = ANY(%(disputable)s) AND instrument ->> 'simulated' = ANY(%(taken_back)s))
    UNION ALL SELECT 'refund' WHERE EXISTS (SELECT FROM rails_refund WHERE state IN ('requested', 'sent'))
    UNION ALL SELECT 'payout' WHERE EXISTS (SELECT FROM rails_payout WHERE state IN ('approved', 'sent'))
"""


def _waits(now: datetime) -> set[str]:
    """What a round could find to do at this moment, if nothing has moved since one that found nothing.

    Debts, reserves and guarantees are not among it: they look at what is booked and at no clock. A real provider is
    asked at every round.
    """
    asked = {"now": now, "open": list(OPEN_PAYMENTS), "disputable": list(DISPUTABLE), "taken_back": list(TAKEN_BACK)}
    with connection.cursor() as cursor:
        cursor.execute(_WAITS, asked)
        return {name for (name,) in cursor.fetchall()} | ({"provider"} if settings.CARD == "stripe" else set())
