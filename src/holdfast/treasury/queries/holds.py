"""The hold register: every amount owed to somebody that has not reached its end, why, who must act, until when (MO8).

Orders explain their money by their own rule (`orders.holds`), thousands at a time; what stands elsewhere is explained
by the thing that put it there. Of each account the amounts together are the ledger's: what nobody explains is a line
of its own.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from holdfast.ledger import days
from holdfast.ledger.days import Open
from holdfast.orders.holds import Hold, Settling, holds
from holdfast.orders.rules.facts import Lot, Order, Whole
from holdfast.parties.models import Beneficiary
from holdfast.parties.queries import names
from holdfast.rails.models import Stray
from holdfast.record.deadlines import Deadline
from holdfast.record.models import Deadline as DeadlineRow

OF_ORDERS = ("escrow", "frozen", "refundable")
IN_TRANSIT = ("refunds_in_transit", "payouts_in_transit", "chargebacks_receivable")
OF_SUPPLIERS = ("payable", "deposit")
CODES = (*OF_ORDERS, *OF_SUPPLIERS, "suspense", *IN_TRANSIT)
"""The accounts that the register explains to the cent."""
UNEXPLAINED = "unexplained"
CHUNK = 2000
BALANCE_DAYS = 90
"""A balance that its owner leaves for so long is asked about."""
DEPOSIT_DAYS = 365
"""A guarantee is looked at anew each year."""
NO_ACCOUNT_DAYS = 14
_WHY = {
    "refunds_in_transit": "sent, not confirmed",
    "payouts_in_transit": "payout on its way",
    "chargebacks_receivable": "taken back by the network",
}


@dataclass(frozen=True, slots=True)
class Held:
    """One amount, in minor units: on which account, whose, why, who must act, since when and until when."""

    account: str
    owner: str
    currency: str
    amount_minor: int
    where: str
    why: str
    who: str
    since: datetime | None
    until: datetime | None
    order_id: UUID | None = None
    order_number: str = ""
    organisation_id: UUID | None = None
    organisation_name: str = ""

    def late(self, now: datetime) -> bool:
        """Whether it should have moved by now."""
        return self.until is None or self.until < now


def register(*, now: datetime) -> list[Held]:
    """Everything, the most urgent first; without a deadline first of all."""
    found = [*_of_orders(), *_of_suppliers(now), *_suspended(), *_in_transit()]
    found += _unexplained(found, now)
    never = datetime.max.replace(tzinfo=now.tzinfo)
    return sorted(found, key=lambda one: (one.until is not None, one.until or never, one.account, one.owner))


def _unexplained(found: Iterable[Held], now: datetime) -> Iterator[Held]:
    """What stands on an account and has no line, or less than its lines: finance must find out, today."""
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    for one in found:
        sums[one.account, one.owner, one.currency] += one.amount_minor
    booked = {
        (one.code, one.owner, one.currency): abs(one.balance_minor) if one.code in IN_TRANSIT else one.balance_minor
        for one in days.standings_now(codes=CODES)
    }
    for key in sorted({*sums, *booked}):
        difference = booked.get(key, 0) - sums.get(key, 0)
        if difference:
            account, owner, currency = key
            yield Held(account, owner, currency, difference, UNEXPLAINED, UNEXPLAINED, "operator", None, now)


# --- orders --------------------------------------------------------------------------------------------------------

_STANDING = """
    SELECT a.owner, max(a.currency) AS currency, min(o.id::text)::uuid AS order_id,
           coalesce(sum(a.balance_minor) FILTER (WHERE a.code = 'escrow'), 0)::bigint AS escrow,
           coalesce(sum(a.balance_minor) FILTER (WHERE a.code = 'frozen'), 0)::bigint AS frozen,
           coalesce(sum(a.balance_minor) FILTER (WHERE a.code = 'refundable'), 0)::bigint AS refundable,
           json_object_agg(a.code, (SELECT t.happened_at FROM ledger_entry e JOIN ledger_transfer t
               ON t.id = e.transfer_id WHERE e.account_id = a.id ORDER BY e.version DESC LIMIT 1))::text AS since
    FROM ledger_account a JOIN orders_order o ON o.id = a.owner::uuid AND o.currency = a.currency
    WHERE a.code IN ('escrow', 'frozen', 'refundable') AND a.balance_minor > 0
    GROUP BY a.owner
"""
_ROWS = """
    SELECT o.id, row_to_json(o)::text,
           (SELECT coalesce(json_agg(l ORDER BY l.number), '[]') FROM orders_lot l WHERE l.order_id = o.id)::text,
           (SELECT coalesce(json_agg(json_build_array(p.captured_minor - p.returned_minor, p.settles_at)), '[]')
            FROM rails_payment p WHERE p.order_id = o.id AND p.state = 'captured' AND o.unsettled_minor > 0)::text
    FROM orders_order o WHERE o.id = ANY (%s)
"""


def _of_orders() -> Iterator[Held]:
    with connection.cursor() as cursor:
        cursor.execute(_STANDING)
        standing = cursor.fetchall()
    for start in range(0, len(standing), CHUNK):
        yield from _chunk(standing[start : start + CHUNK])


def _chunk(standing: Sequence[tuple[Any, ...]]) -> Iterator[Held]:
    ids = [row[2] for row in standing]
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [ids])
        rows = {row[0]: row[1:] for row in cursor.fetchall()}
    waiting: dict[UUID, list[Deadline]] = defaultdict(list)
    for row in DeadlineRow.objects.filter(order_id__among=ids, state="open").order_by("due_at", "id"):
        if row.order_id is not None:
            waiting[row.order_id].append(_deadline(row))
    for owner, currency, order_id, escrow, frozen, refundable, since in standing:
        order, lots, settling = (json.loads(text) for text in rows[order_id])
        whole = Whole(Order.from_row(order), (), tuple(Lot.from_row(row) for row in lots), escrow, frozen)
        found = holds(
            whole=whole,
            waiting=waiting[order_id],
            refundable_minor=refundable,
            settling=[Settling(amount, datetime.fromisoformat(at)) for amount, at in settling if at],
        )
        moments = {code: datetime.fromisoformat(at) for code, at in json.loads(since).items() if at}
        for one in found:
            if one.account in OF_ORDERS:
                yield _held(one, owner, currency, moments.get(one.account), whole.order)


def _held(one: Hold, owner: str, currency: str, since: datetime | None, order: Order) -> Held:
    return Held(
        one.account,
        owner,
        currency,
        one.amount_minor,
        one.where,
        one.why,
        one.who,
        since,
        one.until,
        order.id,
        order.number,
    )


def _deadline(row: DeadlineRow) -> Deadline:
    return Deadline(
        row.id,
        row.kind,
        row.subject_kind,
        row.subject_id,
        row.order_id,
        row.who,
        row.due_at,
        row.zone,
        row.basis,
        row.notified_at,
        row.attempts,
    )


# --- suppliers -----------------------------------------------------------------------------------------------------

_BALANCES = """
    SELECT a.code, a.owner, a.currency, a.balance_minor, (
        SELECT t.happened_at FROM ledger_entry e JOIN ledger_transfer t ON t.id = e.transfer_id
        WHERE e.account_id = a.id ORDER BY e.version DESC LIMIT 1)
    FROM ledger_account a WHERE a.code IN ('payable', 'deposit') AND a.balance_minor > 0
"""


def _of_suppliers(now: datetime) -> Iterator[Held]:
    """A balance waits for its owner to have it paid out, or first for a bank account that it may be paid to."""
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES)
        rows = cursor.fetchall()
    owners = {UUID(row[1]) for row in rows}
    named = names(organisation_ids=list(owners))
    accounts: dict[tuple[UUID, str], set[str]] = defaultdict(set)
    for organisation_id, currency, state in Beneficiary.objects.filter(organisation_id__among=owners).values_list(
        "organisation_id", "currency", "state"
    ):
        accounts[organisation_id, currency].add(state)
    for code, owner, currency, balance, since in rows:
        organisation_id = UUID(owner)
        moved = since or now
        if code == "deposit":
            why, who, until = "guarantee", "supplier", moved + timedelta(days=DEPOSIT_DAYS)
        else:
            why, who, until = _of_balance(accounts[organisation_id, currency], moved)
        held = Held(code, owner, currency, balance, "balance", why, who, since, until)
        yield replace(held, organisation_id=organisation_id, organisation_name=named.get(organisation_id, ""))


def _of_balance(states: set[str], since: datetime) -> tuple[str, str, datetime]:
    if "verified" in states:
        return "not asked for", "supplier", since + timedelta(days=BALANCE_DAYS)
    if states & {"pending", "cooling"}:
        return "bank account not verified", "operator", since + timedelta(days=NO_ACCOUNT_DAYS)
    return "no bank account", "supplier", since + timedelta(days=NO_ACCOUNT_DAYS)


# --- the operator's own hands --------------------------------------------------------------------------------------


def _suspended() -> Iterator[Held]:
    for row in Stray.objects.filter(state="open"):
        yield Held(
            "suspense",
            "operator",
            row.currency,
            row.amount_minor,
            "suspense",
            row.reason,
            row.owner,
            row.received_at,
            row.due_at,
            row.order_id,
        )


def _in_transit() -> Iterator[Held]:
    items = days.open_items(codes=IN_TRANSIT)
    subjects = [one.subject_id for one in items if one.subject_id is not None]
    waiting: dict[UUID, DeadlineRow] = {}
    for row in DeadlineRow.objects.filter(subject_id__among=subjects, state="open").order_by("-due_at"):
        waiting[row.subject_id] = row
    for one in items:
        yield _on_its_way(one, waiting.get(one.subject_id) if one.subject_id else None)


def _on_its_way(one: Open, row: DeadlineRow | None) -> Held:
    amount = -one.amount_minor if one.code == "chargebacks_receivable" else one.amount_minor
    held = Held(one.code, one.owner, one.currency, amount, "bank", _WHY[one.code], "operator", one.since, None)
    if row is None:
        return held
    return replace(held, who=row.who, until=row.due_at, order_id=row.order_id)
