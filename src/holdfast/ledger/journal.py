"""The journal by accounting day: what moved on some accounts in a period, and every transfer of it in the order booked.

It knows days, accounts and transfers, and streams what may be long. What a movement means to whom is said above.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Pot:
    """Several accounts of one currency looked at as one: what moves between them does not show."""

    codes: tuple[str, ...]
    owners: tuple[str, ...]
    currency: str


@dataclass(frozen=True, slots=True)
class Moved:
    """What one transfer did to a pot; a credit is positive."""

    transfer_id: UUID
    kind: str
    amount_minor: int
    booked_on: date
    happened_at: datetime
    order_id: UUID | None
    lot: int | None
    tranche: int | None
    subject_id: UUID | None


@dataclass(frozen=True, slots=True)
class Posting:
    """A transfer as the books have it: from the debited to the credited account."""

    transfer_id: UUID
    kind: str
    debit_code: str
    debit_owner: str
    credit_code: str
    credit_owner: str
    amount_minor: int
    currency: str
    booked_on: date
    happened_at: datetime
    order_id: UUID | None
    subject_id: UUID | None


_POT = """
    FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id JOIN ledger_transfer t ON t.id = e.transfer_id
    WHERE a.code = ANY (%(codes)s) AND a.owner = ANY (%(owners)s) AND a.currency = %(currency)s
"""
_OPENING = f"SELECT coalesce(sum(e.amount_minor), 0)::bigint {_POT} AND t.booked_on < %(first)s"
_LINES = f"""
    SELECT t.id, t.kind, sum(e.amount_minor)::bigint, t.booked_on, t.happened_at, t.order_id, t.lot, t.tranche,
           t.subject_id
    {_POT} AND t.booked_on BETWEEN %(first)s AND %(last)s
    GROUP BY t.id HAVING sum(e.amount_minor) <> 0 ORDER BY t.booked_on, min(e.id) LIMIT %(limit)s
"""


def opening(*, pot: Pot, before: date) -> int:
    """What stood in a pot when a day began."""
    with connection.cursor() as cursor:
        cursor.execute(_OPENING, {**_named(pot), "first": before})
        return int(cursor.fetchone()[0])


def moved(*, pot: Pot, first: date, last: date, limit: int) -> list[Moved]:
    """What moved into and out of a pot from the first to the last day, oldest first, at most so many."""
    with connection.cursor() as cursor:
        cursor.execute(_LINES, {**_named(pot), "first": first, "last": last, "limit": limit})
        return [Moved(*row) for row in cursor.fetchall()]


def _named(pot: Pot) -> dict[str, Any]:
    return {"codes": list(pot.codes), "owners": list(pot.owners), "currency": pot.currency}


def of_orders(*, order_ids: Sequence[UUID], kind: str, currency: str, first: date, last: date) -> list[Moved]:
    """The transfers of one kind of some orders in a period, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT t.id, t.kind, t.amount_minor, t.booked_on, t.happened_at, t.order_id, t.lot, t.tranche,
                      t.subject_id
               FROM ledger_transfer t WHERE t.order_id = ANY (%s) AND t.kind = %s AND t.currency = %s
                AND t.booked_on BETWEEN %s AND %s ORDER BY t.booked_on, t.id""",
            [list(order_ids), kind, currency, first, last],
        )
        return [Moved(*row) for row in cursor.fetchall()]


_JOURNAL = """
    SELECT t.id, t.kind, d.code, d.owner, c.code, c.owner, t.amount_minor, t.currency, t.booked_on, t.happened_at,
           t.order_id, t.subject_id
    FROM ledger_transfer t JOIN ledger_account d ON d.id = t.debit_id JOIN ledger_account c ON c.id = t.credit_id
    WHERE t.booked_on BETWEEN %s AND %s ORDER BY t.booked_on, t.id
"""


def postings(*, first: date, last: date) -> Iterator[Posting]:
    """Every transfer booked from the first to the last day, in that order, read in chunks as it is asked for."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_JOURNAL, [first, last])
        while rows := cursor.fetchmany(CHUNK):
            for row in rows:
                yield Posting(*row)


def accounts_used(*, first: date, last: date) -> list[tuple[str, str]]:
    """The (code, currency) pairs that the journal of a period names."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT a.code, a.currency FROM ledger_transfer t
               JOIN ledger_account a ON a.id IN (t.debit_id, t.credit_id)
               WHERE t.booked_on BETWEEN %s AND %s ORDER BY 1, 2""",
            [first, last],
        )
        return [(code, currency) for code, currency in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class FeeMoved:
    """A fee taken (positive) or given back (negative)."""

    transfer_id: UUID
    order_id: UUID | None
    booked_on: date
    amount_minor: int


_FEES = """
    SELECT t.id, t.order_id, t.booked_on, CASE t.kind WHEN 'fee_taken' THEN t.amount_minor ELSE -t.amount_minor END
    FROM ledger_entry e JOIN ledger_transfer t ON t.id = e.transfer_id
    WHERE e.account_id = ANY (%s) AND t.kind IN ('fee_taken', 'fee_given_back') AND t.booked_on <= %s
    ORDER BY t.booked_on, t.id
"""


def fees(*, account_ids: Sequence[UUID], through: date) -> list[FeeMoved]:
    """The fees that some of a supplier's accounts paid and got back through a day, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_FEES, [list(account_ids), through])
        return [FeeMoved(*row) for row in cursor.fetchall()]


def released(*, order_ids: Sequence[UUID], through: date) -> dict[UUID, int]:
    """What was released of each order through a day."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT order_id, sum(amount_minor)::bigint FROM ledger_transfer
               WHERE order_id = ANY (%s) AND kind = 'released' AND booked_on <= %s GROUP BY order_id""",
            [list(order_ids), through],
        )
        return {order_id: int(amount) for order_id, amount in cursor.fetchall()}
