"""Accounting days: through which day the books are closed, what stood on every account at its end, and the close.

It knows days, accounts and sums, and reads old days from checkpoints. Whether a day may be closed is decided above.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.utils import OperationalError

from holdfast.ledger.chart import ACCOUNTS

WAIT_MS = 300
"""How long the close stands in the queue at a time. Whoever posts waits behind it meanwhile, perhaps with an account
locked that somebody before it needs: shorter than the time after which the database calls that a deadlock."""


class BooksBusy(RuntimeError):
    """Somebody was posting all the while: try again in a moment."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The zone in which days end, and the last closed day, if any."""

    zone: str
    closed_through: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What stood on one account: credits less debits."""

    account_id: UUID
    code: str
    owner: str
    currency: str
    balance_minor: int


@dataclass(frozen=True, slots=True)
class Total:
    """What stood on all accounts of a code in a currency: credits less debits."""

    code: str
    currency: str
    balance_minor: int


def calendar() -> Calendar:
    """How the books stand."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT zone, closed_through FROM ledger_calendar")
        return Calendar(*cursor.fetchone())


def set_zone(*, zone: str) -> None:
    """Set where days end (IANA name); nothing happens once a day is closed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_zone(%s)", [zone])


def first_day() -> date | None:
    """The first day on which anything is booked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(booked_on) FROM ledger_transfer")
        found: date | None = cursor.fetchone()[0]
        return found


def hold_still() -> None:
    """Let nobody post until this transaction ends. `BooksBusy` if others would not stop posting in time."""
    try:
        # A failed wait must not end the transaction, and the setting must not outlive the wait.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{WAIT_MS}ms"])
            cursor.execute("SELECT pg_advisory_xact_lock(4202)")
            cursor.execute("SELECT set_config('lock_timeout', '0', true)")
    except OperationalError as error:
        raise BooksBusy from error


def close(*, day: date) -> int:
    """Close the books through a day, under `hold_still`; answers how many accounts got a checkpoint."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_close(%s)", [day])
        return int(cursor.fetchone()[0])


_CLOSED = """
    SELECT a.id, a.code, a.owner, a.currency, c.balance_minor
    FROM ledger_account a CROSS JOIN LATERAL (
        SELECT k.balance_minor FROM ledger_checkpoint k WHERE k.account_id = a.id AND k.booked_on <= %(day)s
        ORDER BY k.booked_on DESC LIMIT 1) c
    WHERE c.balance_minor <> 0 AND (%(codes)s::text[] IS NULL OR a.code = ANY (%(codes)s))
      AND (%(owners)s::text[] IS NULL OR a.owner = ANY (%(owners)s))
"""
_NOW = """
    WITH kept AS (
        SELECT DISTINCT ON (k.account_id) k.account_id, k.balance_minor AS amount FROM ledger_checkpoint k
        JOIN ledger_account a ON a.id = k.account_id AND NOT a.guarded
        ORDER BY k.account_id, k.booked_on DESC
    ), since AS (
        SELECT e.account_id, e.amount_minor AS amount FROM ledger_transfer t JOIN ledger_entry e ON e.transfer_id = t.id
        WHERE t.booked_on > %(closed)s AND e.version IS NULL
    ), summed AS (
        SELECT account_id, sum(amount)::bigint AS amount FROM (
            SELECT * FROM kept UNION ALL SELECT * FROM since) both_of GROUP BY account_id
    ), stands AS (
        SELECT a.id, a.code, a.owner, a.currency, s.amount FROM summed s JOIN ledger_account a ON a.id = s.account_id
        UNION ALL
        SELECT a.id, a.code, a.owner, a.currency, a.balance_minor FROM ledger_account a WHERE a.guarded
    )
    SELECT id, code, owner, currency, amount FROM stands
    WHERE amount <> 0 AND (%(codes)s::text[] IS NULL OR code = ANY (%(codes)s))
"""


def standings(*, day: date, codes: Sequence[str] | None = None, owners: Sequence[str] | None = None) -> list[Standing]:
    """What stood on each account at the end of a closed day, accounts with nothing left out."""
    asked = {name: None if some is None else list(some) for name, some in (("codes", codes), ("owners", owners))}
    with connection.cursor() as cursor:
        cursor.execute(_CLOSED, {"day": day, **asked})
        return [Standing(*row) for row in cursor.fetchall()]


def standings_now(*, codes: Sequence[str] | None = None) -> list[Standing]:
    """What stands on each account now: its running balance, or the last checkpoint and what was booked since."""
    closed = calendar().closed_through or date.min
    with connection.cursor() as cursor:
        cursor.execute(_NOW, {"closed": closed, "codes": None if codes is None else list(codes)})
        return [Standing(*row) for row in cursor.fetchall()]


def totals(found: Sequence[Standing]) -> list[Total]:
    """The trial balance of some standings, by currency and in the order of the chart."""
    sums: dict[tuple[str, str], int] = {}
    for one in found:
        key = (one.currency, one.code)
        sums[key] = sums.get(key, 0) + one.balance_minor
    order = {code: place for place, code in enumerate(ACCOUNTS)}
    keys = sorted(sums, key=lambda key: (key[0], order.get(key[1], len(order))))
    return [Total(code, currency, sums[currency, code]) for currency, code in keys]


@dataclass(frozen=True, slots=True)
class Open:
    """What one subject (a payment, a payout, a dispute) has put on an account and not taken off again."""

    code: str
    owner: str
    currency: str
    subject_id: UUID | None
    amount_minor: int
    since: datetime


_OPEN = """
    SELECT a.code, a.owner, a.currency, t.subject_id, sum(e.amount_minor)::bigint, min(t.happened_at)
    FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id JOIN ledger_transfer t ON t.id = e.transfer_id
    WHERE a.code = ANY (%s) AND (%s::date IS NULL OR t.booked_on <= %s::date)
    GROUP BY a.code, a.owner, a.currency, t.subject_id HAVING sum(e.amount_minor) <> 0
"""


def open_items(*, codes: Sequence[str], day: date | None = None) -> list[Open]:
    """What is open on some accounts by subject, now or as booked through a day."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [list(codes), day, day])
        return [Open(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of an account's statement: a credit when positive. `other` is the account on the other side, and
    `place` the line's own number, after which the next page begins."""

    place: int
    transfer_id: UUID
    kind: str
    other_code: str
    other_owner: str
    amount_minor: int
    currency: str
    happened_at: datetime
    booked_on: date
    order_id: UUID | None
    subject_id: UUID | None
    running_minor: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A page of an account's statement over a period of days."""

    opening_minor: int
    closing_minor: int
    lines: tuple[StatementLine, ...]
    following: int | None
    """After which line the next page begins, if there is one."""


_BEFORE = """
    SELECT coalesce(sum(e.amount_minor), 0)::bigint FROM ledger_entry e JOIN ledger_transfer t ON t.id = e.transfer_id
    WHERE e.account_id = %s AND t.booked_on < %s
"""
_PERIOD = """
    SELECT * FROM (
        SELECT e.id, t.id AS transfer_id, t.kind, o.code, o.owner, e.amount_minor, t.currency, t.happened_at,
               t.booked_on, t.order_id, t.subject_id, sum(e.amount_minor) OVER (ORDER BY t.booked_on, e.id)::bigint
        FROM ledger_entry e JOIN ledger_transfer t ON t.id = e.transfer_id
        JOIN ledger_account o ON o.id = CASE e.account_id WHEN t.debit_id THEN t.credit_id ELSE t.debit_id END
        WHERE e.account_id = %(account)s AND t.booked_on BETWEEN %(first)s AND %(last)s
        ORDER BY t.booked_on, e.id) line
    WHERE %(after_day)s::date IS NULL OR (line.booked_on, line.id) > (%(after_day)s::date, %(after_id)s::bigint)
    OFFSET %(skip)s LIMIT %(limit)s
"""


def statement(
    *,
    account_id: UUID,
    first: date,
    last: date,
    skip: int = 0,
    after: tuple[date, int] | None = None,
    limit: int = 100,
) -> Statement:
    """An account's lines booked from `first` to `last` with the balance after each, and what stood before and after.

    `skip` leaves out so many lines, `after` all up to the day and entry of the last line seen.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE, [account_id, first])
        opening = int(cursor.fetchone()[0])
        cursor.execute(_BEFORE.replace("booked_on < %s", "booked_on <= %s"), [account_id, last])
        closing = int(cursor.fetchone()[0])
        period: dict[str, Any] = {"account": account_id, "first": first, "last": last, "skip": skip, "limit": limit + 1}
        period["after_day"], period["after_id"] = after or (None, None)
        cursor.execute(_PERIOD, period)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    lines = tuple(StatementLine(*(*row[:-1], opening + int(row[-1]))) for row in rows[:limit])
    return Statement(opening, closing, lines, skip + limit if len(rows) > limit else None)


def accounts(
    *,
    code: str | None = None,
    owner: str | None = None,
    currency: str | None = None,
    skip: int = 0,
    after: tuple[str, str, str] | None = None,
    limit: int = 50,
) -> list[Standing]:
    """Accounts by what they are for and whose they are, with what stands on them now; `after` is code, currency and
    owner of the last one seen."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT a.id, a.code, a.owner, a.currency, coalesce(a.balance_minor, (
                   SELECT sum(e.amount_minor) FROM ledger_entry e WHERE e.account_id = a.id), 0)::bigint
               FROM ledger_account a WHERE (%(code)s::text IS NULL OR a.code = %(code)s)
                 AND (%(owner)s::text IS NULL OR a.owner = %(owner)s)
                 AND (%(currency)s::text IS NULL OR a.currency = %(currency)s)
                 AND (%(after_code)s::text IS NULL OR (a.code COLLATE "C", a.currency COLLATE "C", a.owner COLLATE "C")
                      > (%(after_code)s::text, %(after_currency)s::text, %(after_owner)s::text))
               ORDER BY a.code COLLATE "C", a.currency COLLATE "C", a.owner COLLATE "C"
               OFFSET %(skip)s LIMIT %(limit)s""",
            {
                "code": code,
                "owner": owner,
                "currency": currency,
                "skip": skip,
                **dict(zip(("after_code", "after_currency", "after_owner"), after or [None] * 3, strict=True)),
                "limit": limit,
            },
        )
        return [Standing(*row) for row in cursor.fetchall()]


def account(*, account_id: UUID) -> Standing | None:
    """One account by its ID, with what stands on it now."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT a.id, a.code, a.owner, a.currency, coalesce(a.balance_minor, (
                   SELECT sum(e.amount_minor) FROM ledger_entry e WHERE e.account_id = a.id), 0)::bigint
               FROM ledger_account a WHERE a.id = %s""",
            [account_id],
        )
        row = cursor.fetchone()
    return None if row is None else Standing(*row)


BROKEN = """
    SELECT a.code || ':' || a.owner, c.balance_minor || ' kept through ' || c.booked_on || ', ' || s.amount || ' booked'
    FROM ledger_account a CROSS JOIN LATERAL (
        SELECT k.balance_minor, k.booked_on FROM ledger_checkpoint k WHERE k.account_id = a.id
        ORDER BY k.booked_on DESC LIMIT 1) c
    JOIN (SELECT e.account_id, sum(e.amount_minor) AS amount FROM ledger_entry e
          JOIN ledger_transfer t ON t.id = e.transfer_id JOIN ledger_calendar d ON t.booked_on <= d.closed_through
          GROUP BY e.account_id) s ON s.account_id = a.id
    WHERE s.amount <> c.balance_minor
    UNION ALL
    SELECT a.code || ':' || a.owner, 'booked through ' || d.closed_through || ', no checkpoint'
    FROM ledger_account a CROSS JOIN ledger_calendar d
    WHERE EXISTS (SELECT 1 FROM ledger_entry e JOIN ledger_transfer t ON t.id = e.transfer_id
                  WHERE e.account_id = a.id AND t.booked_on <= d.closed_through)
      AND NOT EXISTS (SELECT 1 FROM ledger_checkpoint k WHERE k.account_id = a.id)
"""
"""Accounts whose last checkpoint is not what was booked through the closed days."""
