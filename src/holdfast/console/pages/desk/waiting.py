"""How much waits on each page of the desk: a function a page, for the landing page to ask.

It counts what the questions below answer, and knows no page.
"""

from datetime import datetime, timedelta

from holdfast.kernel.clock import local_day
from holdfast.orders import disputes, dockets
from holdfast.orders.operations import reserve
from holdfast.parties import guarantees
from holdfast.rails import incoming as rail_questions
from holdfast.rails import queries as rail_queries
from holdfast.record import flags
from holdfast.treasury.queries import books, entries, exports, holds, invoices


def behind_awards(now: datetime) -> int:
    """Money to bring, awards to pay, second people waited for, guarantees that lack something."""
    found = reserve.reserves()
    changes = sum(row.state == "proposed" for row in reserve.changes())
    asked = sum(row.write_off_asked_at is not None for row in dockets.open_debts())
    short = sum(row.state in {"due", "short"} for row in guarantees.guarantees())
    return sum((row.to_fund_minor > 0) + (row.owed_minor > 0) for row in found) + changes + asked + short


def flagged(now: datetime) -> int:
    """Messages that were sent although they look as if they would take a deal off the platform."""
    return flags.waiting()


def chargebacks(now: datetime) -> int:
    """What buyers' banks took back and have not decided."""
    return disputes.open_disputes()


def papers_to_issue(now: datetime) -> int:
    """Suppliers with fees of months that are over and stand on no paper."""
    return invoices.overdue(today=local_day(now, exports.zone()))


def to_place(now: datetime) -> int:
    """Money in suspense, and debits that nobody knows."""
    return len(rail_queries.open_strays()) + rail_questions.statement_lines(state="unexplained").count()


def late_holds(now: datetime) -> int:
    """Amounts that should have moved by now."""
    return sum(one.late(now) for one in holds.register(now=now))


def breaks(now: datetime) -> int:
    """What does not agree with a provider or a bank."""
    return len(books.today(now=now).found.breaks)


def days_to_close(now: datetime) -> int:
    """Days that are over and open; none before anything was booked."""
    standing = books.standing(now=now)
    first = standing.closed_through + timedelta(days=1) if standing.closed_through else standing.first_day
    return max(0, (standing.today - first).days) if first else 0


def entries_to_decide(now: datetime) -> int:
    """Entries by hand that wait for a second person."""
    return entries.waiting()


def settlements(now: datetime) -> int:
    """What a provider of cards sent for a day that is over, and no statement has shown."""
    return rail_queries.overdue_settlements(today=local_day(now, exports.zone()))
