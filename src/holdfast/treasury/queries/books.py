"""What stands agreed now, and any account's lines: the desk's own look into the books.

Accounts are named by what they are for and whose they are; nobody below sees the ledger through here.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from holdfast.kernel.clock import local_day
from holdfast.kernel.refusals import Invalid, NotFound
from holdfast.ledger import days
from holdfast.ledger.chart import ACCOUNTS
from holdfast.ledger.days import Standing, Statement
from holdfast.orders.models import Order
from holdfast.parties.queries import names
from holdfast.treasury.queries.reconciliation import Reconciled, reconciled

LONGEST_PAGE = 500


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account: what for, whose (and that owner's name, or the order's number), and what stands on it: credits
    less debits."""

    id: UUID
    code: str
    purpose: str
    owner: str
    owner_name: str
    currency: str
    balance_minor: int


@dataclass(frozen=True, slots=True)
class BooksToday:
    """How the books stand: the zone of their days, the last closed day, today, and what agrees or does not."""

    zone: str
    closed_through: date | None
    today: date
    found: Reconciled


def today(*, now: datetime) -> BooksToday:
    """Books against providers and banks as they are now."""
    calendar = days.calendar()
    day = local_day(now, calendar.zone)
    found = reconciled(standings=days.standings_now(), at=now, day=day, closed=False)
    return BooksToday(calendar.zone, calendar.closed_through, day, found)


@dataclass(frozen=True, slots=True)
class DaysToday:
    """Which day it is in the books, on which they begin, and through which they are closed."""

    zone: str
    first_day: date | None
    closed_through: date | None
    today: date


def standing(*, now: datetime) -> DaysToday:
    """How far the books are closed."""
    calendar = days.calendar()
    return DaysToday(calendar.zone, days.first_day(), calendar.closed_through, local_day(now, calendar.zone))


def codes() -> list[str]:
    """What accounts there are for."""
    return list(ACCOUNTS)


def accounts(
    *,
    code: str | None,
    owner: str | None,
    currency: str | None,
    skip: int = 0,
    after: tuple[str, str, str] | None = None,
    limit: int = 50,
) -> list[AccountLine]:
    """Accounts by what they are for and whose they are; `owner` is an organisation's or an order's hex, a rail, or
    `operator`. Refusal: `Invalid` for a code that is not on the chart."""
    if code is not None and code not in ACCOUNTS:
        raise Invalid(field="code", accepted=codes())
    found = days.accounts(code=code, owner=owner, currency=currency, skip=skip, after=after, limit=limit)
    named = _owners(found)
    return [_line(one, named) for one in found]


def account(*, account_id: UUID | None) -> AccountLine:
    """One account. Refusal: `NotFound`."""
    found = days.account(account_id=account_id) if account_id else None
    if found is None:
        raise NotFound
    return _line(found, _owners([found]))


def lines(
    *,
    account_id: UUID,
    first: date,
    last: date,
    skip: int = 0,
    after: tuple[date, int] | None = None,
    limit: int = 100,
) -> Statement:
    """An account's lines of a period, with the balance after each. Refusal: `Invalid` for a period that is none."""
    if first > last:
        raise Invalid(field="from", accepted={"not_after": last.isoformat()})
    most = min(limit, LONGEST_PAGE)
    return days.statement(account_id=account_id, first=first, last=last, skip=skip, after=after, limit=most)


def _owners(found: list[Standing]) -> dict[str, str]:
    hexed = {one.owner: UUID(one.owner) for one in found if len(one.owner) == 32}
    numbers = Order.objects.filter(id__among=hexed.values()).values_list("id", "number")
    named = {order_id.hex: number for order_id, number in numbers}
    return named | {one.hex: name for one, name in names(organisation_ids=list(hexed.values())).items()}


def _line(one: Standing, named: dict[str, str]) -> AccountLine:
    purpose = ACCOUNTS[one.code].purpose
    return AccountLine(
        one.account_id, one.code, purpose, one.owner, named.get(one.owner, ""), one.currency, one.balance_minor
    )
