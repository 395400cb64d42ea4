"""Clients' money at the bank by the ledger, beside what the bank's own statements say.

What the ledger has is the clients' bank account and what wires have brought and no settlement has moved there yet. The
difference to the last closing balance is explained line by line, and by what a provider of cards has ready for us;
what is on one side only is named.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Case, F, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from holdfast.ledger.days import Standing
from holdfast.rails.models import BankAccount, Statement, StatementLine
from holdfast.rails.queries import at_provider
from holdfast.treasury.rules.document import Bank

PLACED = ("matched", "suspense", "explained", "returned")
"""States of lines whose money is in the ledger."""
NEWS_DAYS = 4
"""How old the last statement may be: a long weekend."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that only one side has: a line nobody can explain, transfers that no statement shows, a gap."""

    kind: str
    subject: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class BankStanding:
    """A currency's account at the bank, and what does not agree."""

    bank: Bank
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class _Said:
    """What the statements of a currency say: closing and first opening balance, and the oldest of the last days."""

    closing_minor: int
    opening_minor: int
    on: date


def banks(*, standings: Sequence[Standing], at: datetime, day: date, closed: bool) -> list[BankStanding]:
    """Each currency that clients' money is kept in. `closed`: as booked through the day, whose end `at` is."""
    ledger: dict[str, int] = defaultdict(int)
    for one in standings:
        if one.code == "client_bank" or (one.code, one.owner) == ("rail_clearing", "wire"):
            ledger[one.currency] -= one.balance_minor
    accounts: dict[str, list[BankAccount]] = defaultdict(list)
    for account in BankAccount.objects.filter(holds="clients", closed_at=None):
        accounts[account.currency].append(account)
    found = []
    for currency in sorted({*ledger, *accounts}):
        if currency in accounts:
            found.append(_standing(currency, ledger[currency], accounts[currency], at, day, closed=closed))
        else:
            found.append(BankStanding(Bank(currency, ledger[currency], None, None, 0)))
    return found


def _standing(
    currency: str, ledger_minor: int, accounts: Sequence[BankAccount], at: datetime, day: date, *, closed: bool
) -> BankStanding:
    said = _said(accounts, day)
    if said is None:
        lacking = Difference("no_statement", currency, ledger_minor)
        return BankStanding(Bank(currency, ledger_minor, None, None, 0), (lacking,) if ledger_minor else ())
    lines = StatementLine.objects.filter(account__in=accounts, booked_on__lte=day)
    placed = lines.filter(state__in=PLACED).annotate(placed_at=Coalesce("ended_at", "entered_at"))
    booked = _sum(placed.filter(placed_at__lte=at) if closed else placed)
    later = _sum(placed) - booked
    open_lines = list(lines.exclude(state__in=PLACED))
    unplaced = sum(_signed(line) for line in open_lines)
    sent_later = at_provider(currency=currency, through=day, at=at)
    unshown = ledger_minor - said.opening_minor - booked - sent_later
    gap = said.closing_minor - said.opening_minor - booked - later - unplaced
    differences = [Difference("line_unexplained", line.id.hex, _signed(line)) for line in open_lines]
    if unshown:
        differences.append(Difference("not_on_statement", currency, unshown))
    if gap:
        differences.append(Difference("bank_difference", currency, gap))
    if said.on < day - timedelta(days=NEWS_DAYS):
        differences.append(Difference("no_statement", said.on.isoformat(), ledger_minor))
    explained = later + unplaced - unshown - sent_later
    bank = Bank(currency, ledger_minor, said.closing_minor, said.on.isoformat(), explained)
    return BankStanding(bank, tuple(differences))


def _said(accounts: Sequence[BankAccount], day: date) -> _Said | None:
    """The last closing balance of each account through a day, and what stood on it before the first statement."""
    closing, opening, on = 0, 0, None
    for account in accounts:
        rows = Statement.objects.filter(account=account, closing_minor__isnull=False, closing_on__lte=day)
        last = rows.order_by("-closing_on", "-id").first()
        if last is None:
            continue
        first = rows.filter(opening_minor__isnull=False).order_by("closing_on", "id").first()
        closing += last.closing_minor or 0
        opening += (first.opening_minor or 0) if first else 0
        on = last.closing_on if on is None or (last.closing_on and last.closing_on < on) else on
    return None if on is None else _Said(closing, opening, on)


def _sum(lines: QuerySet[StatementLine]) -> int:
    signed = Case(When(direction="credit", then=F("amount_minor")), default=-F("amount_minor"))
    return int(lines.aggregate(total=Sum(signed))["total"] or 0)


def _signed(line: StatementLine) -> int:
    return line.amount_minor if line.direction == "credit" else -line.amount_minor
