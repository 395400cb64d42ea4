"""What the clock calls: deadlines, notices, rails, carriers, the daily seal, the audit.

It knows the order of these and how often they run. Every rule is in a room below. The worker runs each by itself;
`run_all` and `advance_to` run the same things in a row, for a sandbox whose clock is moved and for tests.
"""

import logging
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from holdfast.claims import audit as claim_audit
from holdfast.claims.operations import clockwork as claims
from holdfast.contracts import operations as contracts
from holdfast.database import shared
from holdfast.fulfilment import carriers
from holdfast.inspection import operations as inspection
from holdfast.kernel import clock
from holdfast.ledger import audit as ledger_audit
from holdfast.ledger.audit import Finding
from holdfast.notices import operations as notices
from holdfast.orders import audit as order_audit
from holdfast.orders.operations import clockwork as orders
from holdfast.orders.operations import debts, disputes, incoming, payees, paying, placing, providers
from holdfast.parties import operations as parties
from holdfast.parties.installation import clock_offset_seconds
from holdfast.parties.operations import guarantee
from holdfast.parties.operations.beneficiaries import TELL, USABLE
from holdfast.parties.payees import usable
from holdfast.rails import operations as rails
from holdfast.record import answers, deadlines, seals
from holdfast.record import audit as record_audit
from holdfast.record.act import clock as at_clock
from holdfast.record.deadlines import Handler, Ran
from holdfast.sourcing import operations as sourcing
from holdfast.treasury import audit as treasury_audit
from holdfast.treasury import papers_audit
from holdfast.treasury.operations import closing, invoices
from holdfast.treasury.refusals import BooksNotProven, MoneyMoving
from holdfast.webhooks import operations as webhooks

log = logging.getLogger(__name__)

HANDLERS: Mapping[str, Handler] = {
    **orders.HANDLERS,
    **claims.HANDLERS,
    **inspection.HANDLERS,
    guarantee.TOP_UP: guarantee.top_up_due,
    TELL: payees.tell_buyers,
    USABLE: lambda by, due: parties.use_beneficiary(act=by, beneficiary_id=due.subject_id),
    contracts.SIGN: lambda by, due: contracts.lapse(act=by, contract_id=due.subject_id),
    sourcing.ANSWER: lambda by, due: sourcing.expire(act=by, quotation_id=due.subject_id),
}
"""Who acts when a deadline of a kind comes. A kind that is not here waits for a person, in the operator's queue."""

FOR_PEOPLE = frozenset(
    {
        "advance.fund",
        "award.pay",
        "entry.decide",
        "line.explain",
        "claim.paused",
        "dispute.outcome",
        "dispute.respond",
        "payout.approve",
        "payout.confirm",
        "payout.send",
        "refund.confirm",
        "refund.place",
        "refund.resolve",
        "refund.start",
        "reserve.confirm",
        "settlement.arrive",
        "stray.resolve",
    }
)
"""Deadlines on which nothing happens by itself."""

AT_ONCE = 250
"""So many due deadlines are taken in one round; those of a kind that many orders share act in one transaction."""
ROUND = timedelta(hours=6)
"""How often carriers, banks and mail servers are asked while a sandbox's clock is moved."""
SENDERS = threading.BoundedSemaphore(2)
"""So many of a worker's jobs may wait for other people's servers; the rest are for what must not wait."""
BATCHES = 1000
"""More rounds than any backlog needs: what still reports work after so many is turning in a circle."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What was done."""

    deadlines: Ran = field(default_factory=Ran)
    told: int = 0
    mailed: int = 0
    moved: int = 0
    """Payments, settlements, refunds and payouts that came a step further."""
    tracked: int = 0
    sealed: int = 0
    issued: int = 0
    """Invoices and credit notes for fees."""

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.deadlines + other.deadlines,
            self.told + other.told,
            self.mailed + other.mailed,
            self.moved + other.moved,
            self.tracked + other.tracked,
            self.sealed + other.sealed,
            self.issued + other.issued,
        )


@dataclass(frozen=True, slots=True)
class Audited:
    """What the audit went over, what it found, and how long it took."""

    transfers: int
    events: int
    findings: tuple[Finding, ...]
    seconds: float


# --- everything in a row -------------------------------------------------------------------------------------------


def run_all(*, now: datetime) -> Counts:
    """Do everything that is due at this moment; what people must be told of is told before any deadline acts."""
    counts = _remind(now)
    _end_consents(now)
    counts += _tell(now)
    counts += Counts(deadlines=_run_deadlines(now))
    counts += Counts(tracked=carriers.poll(now=now).recorded)
    counts += Counts(moved=_move_money(now))
    counts += _tell(now)
    _close_books(now)
    counts += Counts(issued=invoices.issue_due(act=at_clock(now)))
    return counts + Counts(sealed=seals.seal_due(act=at_clock(now)))


def advance_to(*, start: datetime, until: datetime) -> Counts:
    """Let time pass from one moment to another: each deadline acts at its own moment, and all else every few hours."""
    counts, now = run_all(now=start), start
    while now < until:
        now = min(now + ROUND, until)
        while (over_at := deadlines.next_due(kinds=list(HANDLERS), until=now)) is not None:
            counts += run_all(now=max(over_at, start))
        counts += run_all(now=now)
    return counts


def _tell(now: datetime) -> Counts:
    told = sum(_batches(notices.relay, now)) + notices.tell_of_extensions(now=now)
    told += sum(_batches(notices.send_digests, now))
    return Counts(told=told, mailed=sum(_batches(notices.send_waiting, now)))


def _remind(now: datetime) -> Counts:
    return Counts(told=notices.remind(now=now))


def _end_consents(now: datetime) -> None:
    for _done in _batches(parties.end_left, now):
        pass


def _run_deadlines(now: datetime) -> Ran:
    total = Ran()
    inspection.hold_up(now=now)
    for _batch in range(BATCHES):
        ran = deadlines.run_due(now=now, handlers=HANDLERS, batches=orders.BATCHES, limit=AT_ONCE)
        total += ran
        if ran == Ran():
            return total
    raise RuntimeError(f"deadlines are still due after {BATCHES} batches")


def _close_books(now: datetime) -> None:
    try:
        closing.close_due(now=now)
    except (BooksNotProven, MoneyMoving) as refusal:
        # Tried again at the next tick; a ledger that does not prove itself is an alarm until then.
        log.critical("the day is not closed: %s", refusal.facts)


def _move_money(now: datetime) -> int:
    moved = providers.carry_on(now=now) + paying.carry_on(now=now) + providers.settle_due(now=now)
    moved += incoming.carry_on(now=now) + disputes.hear(now=now) + debts.carry_on(now=now)
    for _batch in range(BATCHES):
        step = placing.place_due(now=now) + rails.send_refunds(now=now, chain_of=paying.chain_of)
        step += rails.send_payouts(now=now, usable=usable)
        step += rails.carry_batches(now=now, chain_of=paying.chain_of)
        moved += step
        if step == 0:
            return moved + rails.expire(now=now, chain_of=paying.chain_of)
    raise RuntimeError(f"refunds or payouts still move after {BATCHES} batches")


class Step(Protocol):
    """A verb that does a batch of what is due and answers how much it did."""

    def __call__(self, *, now: datetime) -> int:
        """Do some; 0 when nothing is left."""
        ...


def _batches(step: Step, now: datetime) -> Iterator[int]:
    for _batch in range(BATCHES):
        done = step(now=now)
        if done == 0:
            return
        yield done
    raise RuntimeError(f"{step} still has work after {BATCHES} batches")


# --- the audit -----------------------------------------------------------------------------------------------------


def audit(*, with_files: bool = False) -> Audited:
    """Prove the ledger and the record from their first row to their last; on request every file in storage too."""
    began = time.monotonic()
    rooms = (ledger_audit, record_audit, order_audit, claim_audit, treasury_audit, papers_audit)
    proofs = (*(room.findings for room in rooms), *([record_audit.damaged_files] if with_files else []))
    findings = tuple(finding for proof in proofs for finding in proof())
    counted = ledger_audit.count_transfers(), record_audit.count_events()
    return Audited(*counted, findings, time.monotonic() - began)


# --- the worker's ticks --------------------------------------------------------------------------------------------
# Several workers may run the same tick: each room takes rows that nobody else holds. `queueing_lock` only keeps ticks
# from piling up while all workers are down.


def _now() -> datetime:
    return clock.read(offset_seconds=clock_offset_seconds())


@app.periodic(cron="* * * * * */5")
@app.task(name="notices", queueing_lock="notices")
def tell(timestamp: int) -> None:  # noqa: ARG001
    """Relay the outbox, gather digests, then send mails."""
    _tell(_now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="reminders", queueing_lock="reminders")
def remind(timestamp: int) -> None:  # noqa: ARG001
    """Remind of what must be done soon; the next tick of notices sends the mails."""
    _remind(_now())


@app.periodic(cron="* * * * * */5")
@app.task(name="webhooks", queueing_lock="webhooks")
def send_webhooks(timestamp: int) -> None:  # noqa: ARG001
    """Hear what was recorded, then deliver what waits. Not among what `run_all` does: a web request that moves a
    sandbox's clock waits for nobody's server, and the worker does it right after."""
    webhooks.catch_up(now=_now())
    if SENDERS.acquire(blocking=False):
        try:
            webhooks.deliver(now=_now, wall=clock.read)
        finally:
            SENDERS.release()


@app.periodic(cron="* * * * *")
@app.task(name="deadlines", queueing_lock="deadlines")
def run_deadlines(timestamp: int) -> None:  # noqa: ARG001
    """Act on what is due."""
    _run_deadlines(_now())


@app.periodic(cron="* * * * *")
@app.task(name="consents", queueing_lock="consents")
def end_consents(timestamp: int) -> None:  # noqa: ARG001
    """End what is left of the consents of marketplaces that have ended."""
    _end_consents(_now())


@app.periodic(cron="* * * * *")
@app.task(name="money", queueing_lock="money")
def move_money(timestamp: int) -> None:  # noqa: ARG001
    """Carry on with payments, settlements, refunds and payouts."""
    _move_money(_now())


@app.task(name="providers", queueing_lock="providers")
def act_on_news() -> None:
    """Act on what providers told, right after it came; the next tick of money would, too."""
    providers.carry_on(now=_now())


def news_came() -> None:
    """A provider told something: have it acted on by the worker, once however much came."""
    # Somebody else may have asked for the same: then nothing is lost, and whoever runs it finds all of it.
    with suppress(AlreadyEnqueued), transaction.atomic():
        act_on_news.defer()


@app.periodic(cron="*/5 * * * *")
@app.task(name="carriers", queueing_lock="carriers")
def ask_carriers(timestamp: int) -> None:  # noqa: ARG001
    """Ask where shipments are."""
    carriers.poll(now=_now())


@app.periodic(cron="10 * * * *")
@app.task(name="seals", queueing_lock="seals")
def seal_days(timestamp: int) -> None:  # noqa: ARG001
    """Seal the day that ended at midnight (UTC), and any before it that has no seal yet."""
    seals.seal_due(act=at_clock(_now()))


@app.periodic(cron="25 * * * *")
@app.task(name="papers", queueing_lock="papers")
def issue_papers(timestamp: int) -> None:  # noqa: ARG001
    """Issue the invoices and credit notes of months whose books are closed."""
    invoices.issue_due(act=at_clock(_now()))


@app.periodic(cron="*/15 * * * *")
@app.task(name="close", queueing_lock="close")
def close_day(timestamp: int) -> None:  # noqa: ARG001
    """Close yesterday, from the hour on that finance has set for it."""
    _close_books(_now())


@app.periodic(cron="40 2 * * *")
@app.task(name="audit", queueing_lock="audit")
def audit_daily(timestamp: int) -> None:  # noqa: ARG001
    """Prove everything once a day; a finding is an alarm. Forget answers and deliveries of long ago."""
    answers.forget(now=_now())
    # Attempts are counted by the real clock, also where a sandbox's has been moved.
    shared.forget(now=clock.read())
    webhooks.forget(now=_now())
    for finding in audit().findings:
        log.critical("audit: %s: %s: %s", finding.what, finding.where, finding.detail)
