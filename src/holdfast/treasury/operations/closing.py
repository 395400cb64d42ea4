"""The close of a day: nothing is booked on it any more, and what stood then is signed.

One transaction: books held still, checkpoints, reconciliation, roots, signature. Breaks stand in the close and do not
prevent it; a ledger that does not prove itself does.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from time import sleep

from django.db import transaction

from holdfast.kernel.canonical import canonical, digest
from holdfast.kernel.clock import end_of_day, local_day
from holdfast.kernel.refusals import Invalid
from holdfast.ledger import audit, days
from holdfast.ledger.days import BooksBusy, Standing
from holdfast.ledger.models import Transfer
from holdfast.parties.models import Installation
from holdfast.record.act import Act
from holdfast.record.act import clock as at_clock
from holdfast.record.chains import operator_chain
from holdfast.record.recording import Recording
from holdfast.record.signing import ensure_key
from holdfast.treasury.models import Close, Routine
from holdfast.treasury.queries.reconciliation import Reconciled, reconciled
from holdfast.treasury.refusals import AccountingDayNotOver, BooksNotProven, DayClosed, MoneyMoving
from holdfast.treasury.rules import document
from holdfast.treasury.rules.document import Books, Liability
from holdfast.treasury.rules.proof import Balance, Tree

ATTEMPTS = 20
PAUSE = timedelta(milliseconds=100)
FINDINGS_TOLD = 5


@dataclass(frozen=True, slots=True)
class Closed:
    """A close that was made."""

    day: date
    first_day: date
    digest: bytes
    breaks: int


def close_day(*, act: Act, day: date) -> Closed:
    """Close the books through a day, with all days before it that are open.

    Refusals: `AccountingDayNotOver`, `DayClosed`, `BooksNotProven`, `MoneyMoving`.
    """
    _check(day, act.now)
    # Reading everything takes its time and needs no lock: rows are written once, and a balance is proved as it is.
    findings = [f"{one.what}: {one.where}: {one.detail}" for one in audit.findings()]
    if findings:
        raise BooksNotProven(findings=findings[:FINDINGS_TOLD], count=len(findings))
    for _attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return _close(act, day)
        except BooksBusy:
            # Everything is let go, so that who holds up whom is sorted out before the next attempt.
            sleep(PAUSE.total_seconds())
    raise MoneyMoving


def close_due(*, now: datetime) -> int:
    """Close yesterday if finance wants that done by itself and its hour has come; answers how many closes it made."""
    hour = Routine.objects.values_list("close_hour", flat=True).first()
    calendar = days.calendar()
    today = local_day(now, calendar.zone)
    yesterday = today - timedelta(days=1)
    if hour is None or (calendar.closed_through is not None and calendar.closed_through >= yesterday):
        return 0
    if now < end_of_day(yesterday, calendar.zone) + timedelta(hours=hour, seconds=1) or days.first_day() is None:
        return 0
    close_day(act=at_clock(now), day=yesterday)
    return 1


def set_routine(*, act: Act, close_hour: int | None) -> int | None:
    """From which hour the clock closes the day before; None leaves it to people."""
    if close_hour is not None and not 0 <= close_hour <= 23:
        raise Invalid(field="close_hour", accepted="0 to 23, or null")
    with transaction.atomic():
        chain = operator_chain()
        Routine.objects.update_or_create(singular=True, defaults={"close_hour": close_hour})
        recording = Recording(act)
        recording.event(chain, "routine.set", about={}, data={"close_hour": close_hour})
        written: int | None = recording.write(close_hour)
        return written


def _check(day: date, now: datetime) -> None:
    calendar = days.calendar()
    today = local_day(now, calendar.zone)
    if day >= today:
        raise AccountingDayNotOver(
            field="day", accepted={"not_after": (today - timedelta(days=1)).isoformat()}, zone=calendar.zone
        )
    if calendar.closed_through is not None and day <= calendar.closed_through:
        raise DayClosed(field="day", closed_through=calendar.closed_through.isoformat())


def _close(act: Act, day: date) -> Closed:
    chain = operator_chain()
    days.hold_still()
    _check(day, act.now)
    calendar = days.calendar()
    first = (
        calendar.closed_through + timedelta(days=1) if calendar.closed_through else min(days.first_day() or day, day)
    )
    days.close(day=day)
    standings = days.standings(day=day)
    found = reconciled(standings=standings, at=end_of_day(day, calendar.zone), day=day, closed=True)
    before = Close.objects.order_by("-day").first()
    row = Close(day=day, first_day=first, previous=document.GENESIS if before is None else bytes(before.digest))
    row.salt_key, row.closed_by, row.closed_at = secrets.token_bytes(32), act.actor_id, act.now
    _sign(row, found, standings, calendar.zone)
    row.save(force_insert=True)
    recording = Recording(act)
    recording.event(
        chain,
        "books.closed",
        about={},
        data={
            "day": day.isoformat(),
            "first_day": first.isoformat(),
            "digest": row.digest.hex(),
            "breaks": len(found.breaks),
        },
    )
    done: Closed = recording.write(Closed(day, first, bytes(row.digest), len(found.breaks)))
    return done


def _sign(row: Close, found: Reconciled, standings: Sequence[Standing], zone: str) -> None:
    transfers = Transfer.objects.filter(booked_on__range=(row.first_day, row.day)).count()
    books = Books(found.trial_balance, found.rails, found.banks, found.breaks, transfers).document()
    statement = document.statement(
        operator=Installation.objects.values_list("operator_name", flat=True).first() or "",
        first_day=row.first_day,
        day=row.day,
        zone=zone,
        closed_at=row.closed_at,
        previous=bytes(row.previous),
        liabilities=liabilities(secret=bytes(row.salt_key), day=row.day, standings=standings),
        clients_money=found.clients_money,
        books=books,
    )
    said = canonical(statement)
    signer = ensure_key(now=row.closed_at)
    row.statement, row.books = statement, books
    row.digest, row.key_id, row.signature = digest(said), signer.key_id, signer.sign(said)


def liabilities(*, secret: bytes, day: date, standings: Sequence[Standing]) -> list[Liability]:
    """The root of each currency."""
    found = []
    for currency, balances in sorted(owed(standings).items()):
        tree = Tree(secret=secret, day=day, balances=balances)
        found.append(Liability(currency, len(balances), tree.sum_minor, tree.root.hex()))
    return found


def owed(standings: Sequence[Standing]) -> dict[str, list[Balance]]:
    """What is owed to clients on accounts that are known by owner, by currency."""
    found: dict[str, list[Balance]] = {}
    for one in standings:
        if one.code in document.LEAF_CODES:
            found.setdefault(one.currency, []).append(Balance(one.account_id, one.currency, one.balance_minor))
    return found
