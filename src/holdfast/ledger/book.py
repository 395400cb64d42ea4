"""The only writer of the ledger: turns transfers into the rows that `ledger_post` writes, and reads balances.

It refuses movements that the chart does not name. Who may move what, and when, is for the rooms above.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from holdfast.database.calls import FEW, Argument, Call, Function, as_list
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import new_id
from holdfast.ledger.chart import MOVEMENTS, Account


@dataclass(frozen=True, slots=True)
class Transfer:
    """`amount_minor` from the debited to the credited account. `order_id`, `tranche` (number), `lot` (number) and
    `subject_id` (payment, claim, payout) are the dimensions it can later be asked by."""

    kind: str
    debit: Account
    credit: Account
    amount_minor: int
    order_id: UUID | None = None
    tranche: int | None = None
    lot: int | None = None
    subject_id: UUID | None = None


def rows(*, transfers: Iterable[Transfer], cause_id: UUID, happened_at: datetime) -> dict[str, Any]:
    """The argument of `ledger_post`: the accounts by ID, opened if missing, and the transfers, in order.

    A movement that the chart does not name, or an amount that is not positive, is a fault (ValueError).
    """
    accounts: dict[UUID, Account] = {}
    lines = []
    for transfer in transfers:
        if (transfer.debit.code, transfer.credit.code) not in MOVEMENTS[transfer.kind]:
            raise ValueError(f"{transfer.kind} does not move {transfer.debit.code} to {transfer.credit.code}")
        if transfer.amount_minor <= 0:
            raise ValueError(f"{transfer.kind} of {transfer.amount_minor}: a transfer moves a positive amount")
        accounts[transfer.debit.id] = transfer.debit
        accounts[transfer.credit.id] = transfer.credit
        line = _line(transfer, cause_id, happened_at)
        # What is not there need not be read either: each key of a document costs the database more than its value.
        lines.append({key: value for key, value in line.items() if value is not None})
    return {
        "accounts": [_account(accounts[account_id]) for account_id in sorted(accounts)],
        "transfers": lines,
    }


def _few(document: Mapping[str, Any]) -> Call | None:
    """A few transfers of one currency, column by column; they share their cause and their moment."""
    lines, accounts = document["transfers"], document["accounts"]
    if len(lines) > FEW or len({account["currency"] for account in accounts}) > 1:
        return None

    def column(rows: Sequence[Mapping[str, Any]], name: str) -> Argument:
        return as_list([row.get(name) for row in rows])

    moved = [column(lines, name) for name in ("id", "kind", "debit", "credit", "amount_minor")]
    dimensions = [column(lines, name) for name in ("order_id", "tranche", "lot", "subject_id")]
    of_accounts = [column(accounts, name) for name in ("id", "code", "owner", "guarded")]
    first = lines[0]
    arguments = [*moved, first["currency"], *dimensions, first["cause_id"], first["happened_at"], *of_accounts]
    return "ledger_post_few", arguments


POST = Function("ledger_post", few=_few)
"""The door: `recording.call`s it with the rows of its transfers, before anything else."""


def _line(transfer: Transfer, cause_id: UUID, happened_at: datetime) -> dict[str, Any]:
    return {
        "id": str(new_id()),
        "kind": transfer.kind,
        "debit": str(transfer.debit.id),
        "credit": str(transfer.credit.id),
        "amount_minor": transfer.amount_minor,
        "currency": transfer.debit.currency,
        "order_id": transfer.order_id and str(transfer.order_id),
        "tranche": transfer.tranche,
        "lot": transfer.lot,
        "subject_id": transfer.subject_id and str(transfer.subject_id),
        "cause_id": str(cause_id),
        "happened_at": rfc3339(happened_at),
    }


def _account(account: Account) -> dict[str, Any]:
    return {
        "id": str(account.id),
        "code": account.code,
        "owner": account.owner,
        "currency": account.currency,
        "guarded": account.guarded,
    }


def balance(*, account: Account, at: datetime | None = None) -> int:
    """What stands on the account in minor units (credits less debits), now or as it was at a moment."""
    return balances(accounts=[account], at=at)[account]


def balances(*, accounts: Iterable[Account], at: datetime | None = None) -> Mapping[Account, int]:
    """The balances of several accounts in one query; an account never used has 0."""
    asked = list(accounts)
    with connection.cursor() as cursor:
        if at is None:
            cursor.execute(
                """SELECT a.id, coalesce(a.balance_minor, (SELECT sum(e.amount_minor) FROM ledger_entry e
                                                           WHERE e.account_id = a.id), 0)
                   FROM ledger_account a WHERE a.id = ANY(%s)""",
                [[account.id for account in asked]],
            )
        else:
            cursor.execute(
                """SELECT e.account_id, sum(e.amount_minor) FROM ledger_entry e
                   JOIN ledger_transfer t ON t.id = e.transfer_id
                   WHERE e.account_id = ANY(%s) AND t.happened_at <= %s GROUP BY 1""",
                [[account.id for account in asked], at],
            )
        found = {row[0]: int(row[1]) for row in cursor.fetchall()}
    return {account: found.get(account.id, 0) for account in asked}


def lock(*, accounts: Iterable[Account]) -> Mapping[Account, int]:
    """Lock guarded accounts, by ID, and answer their balances: what a decision may then rely on."""
    asked = list(accounts)
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_id, balance_minor FROM ledger_lock(%s)", [[account.id for account in asked]])
        found = dict(cursor.fetchall())
    return {account: found.get(account.id, 0) for account in asked}


def brought(*, account: Account, order_id: UUID, subject_id: UUID) -> int:
    """What one subject (a payment) of an order has put on an account, whatever left it since."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT coalesce(sum(amount_minor), 0) FROM ledger_transfer
               WHERE order_id = %s AND subject_id = %s AND credit_id = %s""",
            [order_id, subject_id, account.id],
        )
        return int(cursor.fetchone()[0])


def moved(*, kind: str, order_id: UUID) -> int:
    """What movements of one kind have moved for an order so far, in minor units."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(amount_minor), 0) FROM ledger_transfer WHERE order_id = %s AND kind = %s",
            [order_id, kind],
        )
        return int(cursor.fetchone()[0])


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement; the amount is a credit when positive. `balance_after_minor` on guarded accounts."""

    transfer_id: UUID
    kind: str
    amount_minor: int
    currency: str
    happened_at: datetime
    order_id: UUID | None
    tranche: int | None
    lot: int | None
    balance_after_minor: int | None


_STATEMENT = """
    SELECT t.id, t.kind, e.amount_minor, t.currency, t.happened_at, t.order_id, t.tranche, t.lot, e.balance_after_minor
    FROM ledger_entry e JOIN ledger_transfer t ON t.id = e.transfer_id
    WHERE e.account_id = %s ORDER BY e.id LIMIT %s
"""


def statement(*, account: Account, limit: int = 1000) -> list[Line]:
    """The account's lines, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, [account.id, limit])
        return [Line(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Movement:
    """A transfer of an order as its parties see it."""

    id: UUID
    kind: str
    debit: str
    credit: str
    amount_minor: int
    currency: str
    tranche: int | None
    lot: int | None
    happened_at: datetime


_OF_ORDER = """
    SELECT t.id, t.kind, d.code, c.code, t.amount_minor, t.currency, t.tranche, t.lot, t.happened_at
    FROM ledger_transfer t JOIN ledger_account d ON d.id = t.debit_id JOIN ledger_account c ON c.id = t.credit_id
    WHERE t.order_id = %s ORDER BY t.id
"""


def of_order(*, order_id: UUID) -> list[Movement]:
    """Every transfer of an order, in the order written."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_ORDER, [order_id])
        return [Movement(*row) for row in cursor.fetchall()]
