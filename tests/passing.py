"""Time passes in a test's world: whatever comes due happens at its own moment, as the worker would have done it."""

from __future__ import annotations

from datetime import datetime, timedelta

from holdfast.claims.operations import clockwork as claims
from holdfast.contracts import operations as contracts
from holdfast.fulfilment import carriers
from holdfast.inspection import operations as inspection
from holdfast.orders.operations import clockwork, debts, disputes, payees, paying, providers
from holdfast.parties import operations as parties
from holdfast.parties.operations import guarantee
from holdfast.parties.operations.beneficiaries import TELL, USABLE
from holdfast.rails import operations as rails
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
    """Everything between two moments, in order; carriers, banks and mails are asked twice a day."""
    now = start
    while now < end:
        now = min(now + STEP, end)
        while (due := deadlines.next_due(kinds=list(HANDLERS), until=now)) is not None:
            ran = deadlines.run_due(now=max(due, start), handlers=HANDLERS)
            assert ran.failed == 0
        work(now)


def work(now: datetime) -> None:
    """What the worker does by itself."""
    carriers.poll(now=now)
    providers.carry_on(now=now)
    paying.carry_on(now=now)
    providers.settle_due(now=now)
    disputes.hear(now=now)
    debts.carry_on(now=now)
    while rails.send_refunds(now=now, chain_of=paying.chain_of) + rails.send_payouts(now=now):
        pass
