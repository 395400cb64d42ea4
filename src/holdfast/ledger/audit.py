"""The invariants of money as named SQL; each answers with the rows that break it, so silence is the proof.

Reads everything, changes nothing. What orders and claims say about the same money is proved by their own rooms.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from holdfast.ledger.chart import ACCOUNTS, MOVEMENTS


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must never be. `what` names the invariant, `where` the row, `detail` the figures."""

    what: str
    where: str
    detail: str


INVARIANTS: dict[str, str] = {
    "every transfer has exactly its two entries": """
        SELECT t.id::text, count(e.id) || ' entries' FROM ledger_transfer t
        LEFT JOIN ledger_entry e ON e.transfer_id = t.id
             AND ((e.account_id = t.debit_id AND e.amount_minor = -t.amount_minor)
               OR (e.account_id = t.credit_id AND e.amount_minor = t.amount_minor))
        GROUP BY t.id HAVING count(e.id) <> 2""",
    "no entry stands alone": """
        SELECT e.id::text, 'of transfer ' || e.transfer_id FROM ledger_entry e
        LEFT JOIN ledger_transfer t ON t.id = e.transfer_id WHERE t.id IS NULL
        UNION ALL
        SELECT e.transfer_id::text, count(*) || ' entries' FROM ledger_entry e GROUP BY e.transfer_id
        HAVING count(*) <> 2""",
    "a guarded balance is the sum of its entries": """
        SELECT a.code || ':' || a.owner, a.balance_minor || ' kept, ' || coalesce(sum(e.amount_minor), 0) || ' summed'
        FROM ledger_account a LEFT JOIN ledger_entry e ON e.account_id = a.id WHERE a.guarded
        GROUP BY a.id HAVING a.balance_minor <> coalesce(sum(e.amount_minor), 0)""",
    "versions of a guarded account have no gap": """
        SELECT a.code || ':' || a.owner,
               a.version || ' kept, ' || count(e.id) || ' entries, last ' || coalesce(max(e.version), 0)
        FROM ledger_account a LEFT JOIN ledger_entry e ON e.account_id = a.id WHERE a.guarded
        GROUP BY a.id HAVING a.version <> count(e.id) OR a.version <> coalesce(max(e.version), 0)
            OR count(e.version) <> count(e.id)""",
    "each entry carries on from the one before": """
        SELECT x.account_id || ' version ' || x.version,
               x.before || ' and ' || x.amount_minor || ' is not ' || x.balance_after_minor
        FROM (SELECT account_id, version, amount_minor, balance_after_minor,
                     coalesce(lag(balance_after_minor) OVER (PARTITION BY account_id ORDER BY version), 0) AS before
              FROM ledger_entry WHERE version IS NOT NULL) x
        WHERE x.before + x.amount_minor <> x.balance_after_minor""",
    "a transfer's currency is that of both its accounts": """
        SELECT t.id::text, t.currency || ' from ' || coalesce(d.currency, 'nowhere') || ' to ' ||
               coalesce(c.currency, 'nowhere')
        FROM ledger_transfer t LEFT JOIN ledger_account d ON d.id = t.debit_id
        LEFT JOIN ledger_account c ON c.id = t.credit_id
        WHERE (d.currency = t.currency AND c.currency = t.currency) IS NOT TRUE""",
    "all balances of a currency sum to nothing": """
        SELECT t.currency, sum(e.amount_minor)::text FROM ledger_entry e JOIN ledger_transfer t ON t.id = e.transfer_id
        GROUP BY t.currency HAVING sum(e.amount_minor) <> 0""",
}


def findings() -> Iterator[Finding]:
    """Every broken invariant of the ledger, chart and clients' money included."""
    with connection.cursor() as cursor:
        for what, sql in INVARIANTS.items():
            cursor.execute(sql)
            for where, detail in cursor.fetchall():
                yield Finding(what, str(where), str(detail))
    yield from _chart()
    yield from _clients_money()


def _chart() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, owner, guarded FROM ledger_account")
        for code, owner, guarded in cursor.fetchall():
            if code not in ACCOUNTS or ACCOUNTS[code].guarded != guarded:
                yield Finding(
                    "every account is on the chart",
                    f"{code}:{owner}",
                    f"guarded {guarded}",
                )
        cursor.execute(
            """SELECT t.kind, d.code, c.code, min(t.id::text) FROM ledger_transfer t
               JOIN ledger_account d ON d.id = t.debit_id JOIN ledger_account c ON c.id = t.credit_id
               GROUP BY 1, 2, 3"""
        )
        for kind, debit, credit, example in cursor.fetchall():
            if (debit, credit) not in MOVEMENTS.get(kind, frozenset()):
                yield Finding(
                    "every movement is on the chart",
                    example,
                    f"{kind}: {debit} to {credit}",
                )


@dataclass(frozen=True, slots=True)
class Cover:
    """Money apart from the operator's own, and what is owed to clients, in minor units of one currency."""

    currency: str
    there_minor: int
    owed_minor: int


_BY_CODE = """
    SELECT t.currency, a.code, sum(e.amount_minor) FROM ledger_entry e
    JOIN ledger_transfer t ON t.id = e.transfer_id JOIN ledger_account a ON a.id = e.account_id
    GROUP BY 1, 2
"""

_BROUGHT = """
    SELECT currency, sum(CASE kind WHEN 'advance_funded' THEN amount_minor ELSE -amount_minor END)
    FROM ledger_transfer WHERE kind IN ('advance_funded', 'advance_returned')
      AND (%s::date IS NULL OR booked_on <= %s::date) GROUP BY 1
"""


def clients_money() -> list[Cover]:
    """Client bank + rail clearing + open chargebacks + advances not yet funded, beside what is owed to clients.

    What the operator earned (fees, processing) stays in the same pot until it is taken out, so it is no shortfall;
    an advance not yet funded is what the ledger shows as owed without money behind it and is asked for by finance.
    """
    sums: dict[str, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_BY_CODE)
        rows: list[tuple[str, str, Any]] = cursor.fetchall()
    for currency, code, amount in rows:
        sums.setdefault(currency, {})[code] = int(amount)
    return covers(sums=sums, brought=brought())


def brought(*, day: date | None = None) -> Mapping[str, int]:
    """What finance has brought for advances, by currency: until now, or as booked through a day."""
    with connection.cursor() as cursor:
        cursor.execute(_BROUGHT, [day, day])
        return {currency: int(amount) for currency, amount in cursor.fetchall()}


def covers(*, sums: Mapping[str, Mapping[str, int]], brought: Mapping[str, int]) -> list[Cover]:
    """The same of any trial balance: by currency, what stands on all accounts of each code."""
    covers = []
    for currency, by_code in sorted(sums.items()):
        there = -sum(by_code.get(code, 0) for code in ("client_bank", "rail_clearing", "chargebacks_receivable"))
        there += max(0, ahead(by_code) - brought.get(currency, 0))
        owed = sum(by_code.get(code, 0) for code, kind in ACCOUNTS.items() if kind.clients_money)
        covers.append(Cover(currency, there, owed))
    return covers


AHEAD = (
    *("supplier_debt", "awarded", "operator_loss", "bad_debt"),
    *("processing_cost", "processing_recovered", "fee_income"),
)
"""The accounts that say what the operator has paid ahead or bears."""


def ahead(by_code: Mapping[str, int]) -> int:
    """What finance must have brought: debts of suppliers that are paid ahead, what the operator bears, and costs (of
    rails, of disputes, of transfers that came short) above what it has earned and left in the pot.

    What finance takes out or pays for itself (its fees, tax) is not counted here: that is what the audit is to find.
    """
    debt = -by_code.get("supplier_debt", 0) - by_code.get("awarded", 0)
    borne = -by_code.get("operator_loss", 0) - by_code.get("bad_debt", 0)
    earned = by_code.get("processing_recovered", 0) + by_code.get("fee_income", 0)
    return debt + borne + max(0, -by_code.get("processing_cost", 0) - earned)


def _clients_money() -> Iterator[Finding]:
    for cover in clients_money():
        if cover.there_minor < cover.owed_minor:
            yield Finding(
                "clients' money is all there",
                cover.currency,
                f"{cover.there_minor} there, {cover.owed_minor} owed",
            )


def count_transfers() -> int:
    """How many transfers the audit went over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_transfer")
        return int(cursor.fetchone()[0])
