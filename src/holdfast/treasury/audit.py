"""What the treasury has signed, proved again: closes follow each other, their figures are what the books still say.

Reads everything and changes nothing.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from holdfast.kernel.canonical import canonical, digest
from holdfast.ledger import days
from holdfast.ledger.audit import Finding
from holdfast.record.models import SigningKey
from holdfast.treasury import models
from holdfast.treasury.queries import holds
from holdfast.treasury.queries.closes import tree_of
from holdfast.treasury.rules import document

CHAIN = "closes are signed and follow each other"
FIGURES = "a close says what the books say"
ROOTS = "roots are those of the balances"
KEPT = "checkpoints are what was booked"


def findings() -> Iterator[Finding]:
    """Every close that does not hold any more, and every checkpoint that is not the sum of its entries."""
    with connection.cursor() as cursor:
        cursor.execute(days.BROKEN)
        for where, detail in cursor.fetchall():
            yield Finding(KEPT, str(where), str(detail))
    yield from _chain()
    yield from _entries()
    yield from _waiting()


def _chain() -> Iterator[Finding]:
    keys = {row.id: bytes(row.public_key) for row in SigningKey.objects.all()}
    previous, next_day = document.GENESIS, None
    last: models.Close | None = None
    for row in models.Close.objects.order_by("day"):
        where = row.day.isoformat()
        file = document.file(
            statement=row.statement,
            books=row.books,
            key_id=row.key_id,
            public_key=keys.get(row.key_id, b""),
            signature=bytes(row.signature),
        )
        # That money was short on a day is what the close says; it says so truly.
        wrong = [one for one in document.problems(file=file) if " there, " not in one]
        if digest(canonical(row.statement)) != bytes(row.digest) or row.statement["day"] != where:
            wrong.append("the digest is another")
        if bytes(row.previous) != previous or row.statement["previous"] != previous.hex():
            wrong.append("it does not follow the one before")
        if next_day is not None and row.first_day != next_day:
            wrong.append(f"it begins on {row.first_day}, not on {next_day}")
        yield from (Finding(CHAIN, where, one) for one in wrong)
        yield from _figures(row)
        previous, next_day, last = bytes(row.digest), row.day + timedelta(days=1), row
    yield from _through(last)
    if last is not None:
        yield from _roots(last)


def _figures(row: models.Close) -> Iterator[Finding]:
    booked: dict[tuple[str, str], int] = {}
    for one in days.totals(days.standings(day=row.day)):
        booked[one.code, one.currency] = one.balance_minor
    said = {(line["code"], line["currency"]): line["balance_minor"] for line in row.books["trial_balance"]}
    for key in sorted({*booked, *said}):
        if booked.get(key, 0) != said.get(key, 0):
            detail = f"{key[0]} {key[1]}: {said.get(key, 0)} signed, {booked.get(key, 0)} booked"
            yield Finding(FIGURES, row.day.isoformat(), detail)


def _roots(row: models.Close) -> Iterator[Finding]:
    """Of the last close: older balances stand in the chain of roots, and computing all of them takes too long."""
    for one in row.statement["liabilities"]:
        tree = tree_of(day=row.day, currency=one["currency"], secret=bytes(row.salt_key))
        if (tree.root.hex(), tree.sum_minor) != (one["root"], one["sum_minor"]):
            yield Finding(ROOTS, row.day.isoformat(), f"{one['currency']}: {tree.sum_minor} on the accounts")


def _through(last: models.Close | None) -> Iterator[Finding]:
    closed: date | None = days.calendar().closed_through
    if closed != (last.day if last else None):
        yield Finding(CHAIN, str(closed), f"closed through {closed}, signed through {last.day if last else None}")


_BY_ENTRY = """
    SELECT e.id, e.state, count(t.id), coalesce(sum(t.amount_minor), 0), e.amount_minor
    FROM treasury_entry e LEFT JOIN ledger_transfer t ON t.kind = 'manual' AND t.subject_id = e.id
    GROUP BY e.id HAVING (e.state = 'posted') <> (count(t.id) = 1)
        OR (e.state = 'posted' AND sum(t.amount_minor) <> e.amount_minor)
"""
_ALONE = """
    SELECT t.id FROM ledger_transfer t LEFT JOIN treasury_entry e ON e.id = t.subject_id
    WHERE t.kind = 'manual' AND e.id IS NULL
"""
_BY_ONE = """
    SELECT id FROM treasury_entry e WHERE e.state = 'posted' AND e.decided_by = e.proposed_by
      AND NOT (SELECT sandbox FROM parties_installation)
"""


def _entries() -> Iterator[Finding]:
    checks: tuple[tuple[str, str, Callable[[Any], str]], ...] = (
        ("an entry by hand is posted once, by its decision", _BY_ENTRY, lambda row: f"{row[1]}: {row[2]} transfers"),
        ("no money moves by hand without an entry", _ALONE, lambda _row: "no entry"),
        ("an entry by hand has two people", _BY_ONE, lambda _row: "one person"),
    )
    with connection.cursor() as cursor:
        for what, sql, detail in checks:
            cursor.execute(sql)
            for row in cursor.fetchall():
                found: UUID = row[0]
                yield Finding(what, str(found), detail(row))


def _waiting() -> Iterator[Finding]:
    """The register explains every account; when it is asked does not matter to what it says of amounts and owners."""
    for one in holds.register(now=datetime.min.replace(tzinfo=UTC)):
        where = f"{one.account}:{one.owner}"
        if one.why == holds.UNEXPLAINED:
            yield Finding("every amount that waits is explained", where, f"{one.amount_minor} {one.currency}")
        elif one.until is None:
            yield Finding("every amount that waits has somebody to act, by a day", where, f"{one.why}: {one.who}")
