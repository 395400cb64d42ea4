"""The closes as files, and each owner's own leaves under them.

A leaf of an order is for its buyer and its supplier; one of a supplier's balance or deposit for that supplier. The
secret behind the salts stays here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from holdfast.kernel.refusals import NotFound
from holdfast.ledger import days
from holdfast.ledger.days import Standing
from holdfast.orders.models import Order
from holdfast.record.models import SigningKey
from holdfast.treasury import models
from holdfast.treasury.rules import document, proof
from holdfast.treasury.rules.proof import Balance, Tree

OF_ORDERS = ("escrow", "frozen", "refundable")


@dataclass(frozen=True, slots=True)
class CloseLine:
    """A close in a list. `id` is its day."""

    day: date
    first_day: date
    closed_at: datetime
    digest: bytes
    statement: Mapping[str, Any]
    books: Mapping[str, Any]

    @property
    def digest_hex(self) -> str:
        """The digest as people compare it."""
        return self.digest.hex()

    @property
    def breaks(self) -> int:
        """How many things did not agree."""
        return len(self.books["breaks"])


def closes(*, before: date | None = None, limit: int = 50) -> list[CloseLine]:
    """The closes, the newest first, from `before` on."""
    rows = models.Close.objects.order_by("-day")
    if before is not None:
        rows = rows.filter(day__lt=before)
    return [_line(row) for row in rows[:limit]]


def close_of(*, day: date) -> CloseLine:
    """One close by its last day. Refusal: `NotFound`."""
    return _line(_row(day))


def close_hour() -> int | None:
    """From which hour on the day before is closed by itself; None if it is not."""
    return models.Routine.objects.values_list("close_hour", flat=True).first()


def file_of(*, day: date, with_books: bool) -> dict[str, Any]:
    """A close's file; the books are the operator's. Refusal: `NotFound`."""
    row = _row(day)
    public = bytes(SigningKey.objects.values_list("public_key", flat=True).get(id=row.key_id))
    return document.file(
        statement=row.statement,
        books=row.books if with_books else None,
        key_id=row.key_id,
        public_key=public,
        signature=bytes(row.signature),
    )


def leaves_of(*, organisation_id: UUID, day: date) -> list[dict[str, Any]]:
    """The leaves of everything that was owed to an organisation, or on its orders, at a close. Refusal: `NotFound`."""
    row = _row(day)
    return list(_leaves(row, organisation_id))


def _leaves(row: models.Close, organisation_id: UUID) -> Iterator[dict[str, Any]]:
    trees: dict[str, Tree] = {}
    for one in _owned(organisation_id, row.day):
        if one.currency not in trees:
            trees[one.currency] = _tree(row.day, one.currency, bytes(row.salt_key))
        balance = Balance(one.account_id, one.currency, one.balance_minor)
        yield proof.leaf_document(
            day=row.day,
            code=one.code,
            owner=one.owner,
            balance=balance,
            salt=proof.salt(secret=bytes(row.salt_key), day=row.day, account_id=one.account_id),
            path=trees[one.currency].path(one.account_id),
        )


def _owned(organisation_id: UUID, day: date) -> list[Standing]:
    orders = Order.objects.filter(buyer_id=organisation_id) | Order.objects.filter(supplier_id=organisation_id)
    owners = [order_id.hex for order_id in orders.values_list("id", flat=True)]
    found = days.standings(day=day, codes=document.LEAF_CODES, owners=[*owners, organisation_id.hex])
    return sorted(found, key=lambda one: (one.currency, one.code, one.owner))


@lru_cache(maxsize=4)
def _tree(day: date, currency: str, secret: bytes) -> Tree:
    """The tree of a currency, kept: a close is written once, and has a secret of its own."""
    return tree_of(day=day, currency=currency, secret=secret)


def tree_of(*, day: date, currency: str, secret: bytes) -> Tree:
    """The tree as the checkpoints give it."""
    found = days.standings(day=day, codes=document.LEAF_CODES)
    balances = [Balance(one.account_id, currency, one.balance_minor) for one in found if one.currency == currency]
    return Tree(secret=secret, day=day, balances=balances)


def _row(day: date) -> models.Close:
    row = models.Close.objects.filter(day=day).first()
    if row is None:
        raise NotFound
    return row


def _line(row: models.Close) -> CloseLine:
    return CloseLine(row.day, row.first_day, row.closed_at, bytes(row.digest), row.statement, row.books)
