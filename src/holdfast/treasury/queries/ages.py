"""What waits, by reason and age; and how long money takes from the day it was earned until it leaves for the bank.

It counts what the register and the ledger say; nothing is decided here.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from holdfast.orders.models import Lot
from holdfast.treasury.queries.holds import Held

AGES = ((2, "0-2"), (7, "3-7"), (30, "8-30"), (90, "31-90"))
"""Up to how many days, and how that is called; older is `91+`."""
OLDEST = "91+"
PERIOD_DAYS = 90


@dataclass(frozen=True, slots=True)
class Heap:
    """All amounts of one account and reason in a currency: how many, how much, how much of it is late, and by age in
    days."""

    account: str
    why: str
    currency: str
    count: int
    amount_minor: int
    late_minor: int
    by_age: tuple[tuple[str, int], ...]


def heaps(found: Iterable[Held], *, now: datetime) -> list[Heap]:
    """The register in figures, in the order of accounts and reasons."""
    grouped: dict[tuple[str, str, str], list[Held]] = defaultdict(list)
    for one in found:
        grouped[one.account, one.why, one.currency].append(one)
    return [_heap(key, held, now) for key, held in sorted(grouped.items())]


def _heap(key: tuple[str, str, str], held: Sequence[Held], now: datetime) -> Heap:
    ages = dict.fromkeys([*(name for _days, name in AGES), OLDEST], 0)
    for one in held:
        ages[age_of(one.since, now)] += one.amount_minor
    late = sum(one.amount_minor for one in held if one.late(now))
    amount = sum(one.amount_minor for one in held)
    return Heap(*key, len(held), amount, late, tuple(ages.items()))


def age_of(since: datetime | None, now: datetime) -> str:
    """How long something has stood: the name of its age."""
    days = 0 if since is None else max(0, (now - since).days)
    return next((name for most, name in AGES if days <= most), OLDEST)


# --- from condition met to payout ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Taken:
    """How many parts of payouts were looked at, and how many seconds half of them, and nineteen of twenty, took from
    the condition to the release and from the condition to the payout."""

    parts: int
    release_p50_seconds: int | None
    release_p95_seconds: int | None
    payout_p50_seconds: int | None
    payout_p95_seconds: int | None


_MOVES = """
    SELECT e.account_id, t.kind, e.amount_minor, t.happened_at, t.order_id, t.lot
    FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id JOIN ledger_transfer t ON t.id = e.transfer_id
    WHERE a.code = 'payable' AND EXISTS (
        SELECT 1 FROM ledger_entry o JOIN ledger_transfer p ON p.id = o.transfer_id
        WHERE o.account_id = a.id AND p.kind = 'payout_sent' AND p.happened_at >= %s)
    ORDER BY e.account_id, e.version
"""


def taken(*, now: datetime) -> Taken:
    """Of the payouts of the last days. What comes in first goes out first; a lot's condition is its receipt."""
    since = now - timedelta(days=PERIOD_DAYS)
    with connection.cursor() as cursor:
        cursor.execute(_MOVES, [since])
        moves = cursor.fetchall()
    orders = {row[4] for row in moves if row[4] is not None and row[5] is not None}
    receipts = {
        (order_id, number): at
        for order_id, number, at in Lot.objects.filter(order_id__among=orders, received_at__isnull=False).values_list(
            "order_id", "number", "received_at"
        )
        if at is not None
    }
    to_release, to_payout = _samples(moves, receipts, since)
    return Taken(
        len(to_payout), _share(to_release, 50), _share(to_release, 95), _share(to_payout, 50), _share(to_payout, 95)
    )


def _samples(
    moves: Iterable[tuple[UUID, str, int, datetime, UUID | None, int | None]],
    receipts: dict[tuple[UUID, int], datetime],
    since: datetime,
) -> tuple[list[timedelta], list[timedelta]]:
    to_release: list[timedelta] = []
    to_payout: list[timedelta] = []
    queues: dict[UUID, deque[tuple[int, datetime]]] = defaultdict(deque)
    for account, kind, amount, at, order_id, lot in moves:
        queue = queues[account]
        if amount > 0:
            met = at
            if kind == "released" and order_id is not None and lot is not None:
                met = min(at, receipts.get((order_id, lot), at))
                if at >= since:
                    to_release.append(at - met)
            queue.append((amount, met))
            continue
        conditions = _consumed(queue, -amount)
        if kind == "payout_sent" and at >= since:
            to_payout += [at - met for met in conditions]
    return to_release, to_payout


def _consumed(queue: "deque[tuple[int, datetime]]", amount: int) -> list[datetime]:
    found, left = [], amount
    while left > 0 and queue:
        first, met = queue.popleft()
        found.append(met)
        if first > left:
            queue.appendleft((first - left, met))
        left -= first
    return found


def _share(samples: list[timedelta], percent: int) -> int | None:
    """The smallest sample that so many of a hundred do not exceed, in whole seconds."""
    if not samples:
        return None
    ordered = sorted(samples)
    place = max(0, -(-len(ordered) * percent // 100) - 1)
    return int(ordered[place].total_seconds())
