"""What is held in all, by currency, and what that is in a report currency by dated rates. Reads only.

A total whose rate is missing says so and stays out of the sum, which then says that it is not complete.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from holdfast.kernel.money import currencies
from holdfast.kernel.refusals import Invalid
from holdfast.ledger import days
from holdfast.treasury.models import Rate
from holdfast.treasury.papers import rates as rules
from holdfast.treasury.papers.rates import EURO, OLDEST, Quote

GROUPS: dict[str, tuple[str, ...]] = {
    "held": ("escrow",),
    "frozen": ("frozen",),
    "refundable": ("refundable",),
    "payable": ("payable",),
    "deposits": ("deposit",),
    "suspense": ("suspense",),
    "in_transit": ("refunds_in_transit", "payouts_in_transit"),
    "reserve": ("reserve",),
}
"""What is totalled, and of which accounts."""


@dataclass(frozen=True, slots=True)
class Total:
    """What stands on a group of accounts in one currency, and in the report currency by which rate of which day."""

    group: str
    currency: str
    minor: int
    report_minor: int | None
    rate: Decimal | None
    rate_on: date | None


@dataclass(frozen=True, slots=True)
class Sum:
    """A group over all currencies; `is_complete` is false where a rate was missing."""

    group: str
    report_minor: int
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Totals:
    """As it stood at the end of a closed day, or stands now."""

    on: date
    is_closed: bool
    report_currency: str
    totals: tuple[Total, ...]
    sums: tuple[Sum, ...]
    source: str | None
    """Where the rates of the base currency come from; the youngest of the last days."""


def totals(*, today: date, report_currency: str, on: date | None = None) -> Totals:
    """Everything held. `on` is a closed day; without it, as it stands now. Refusal: `Invalid`."""
    if report_currency not in currencies():
        raise Invalid(field="report_currency", found=report_currency, accepted="an ISO 4217 currency in use")
    closed = days.calendar().closed_through
    if on is not None and on != today and (closed is None or on > closed):
        raise Invalid(
            field="on", found=on.isoformat(), accepted=f"a closed day, to {closed}" if closed else "no day yet"
        )
    is_closed = on is not None and closed is not None and on <= closed
    day = on or today
    stands = days.standings(day=day) if is_closed else days.standings_now()
    sums = {(total.code, total.currency): total.balance_minor for total in days.totals(stands)}
    quotes, source = _quotes(day)
    found = []
    for group, codes in GROUPS.items():
        for currency in sorted({currency for code, currency in sums if code in codes}):
            minor = sum(sums.get((code, currency), 0) for code in codes)
            shown = rules.convert(minor=minor, currency=currency, to=report_currency, base=EURO, quotes=quotes, on=day)
            found.append(Total(group, currency, minor, shown.minor, shown.rate, shown.on))
    return Totals(day, is_closed, report_currency, tuple(found), _sums(found), source)


def _sums(found: Sequence[Total]) -> tuple[Sum, ...]:
    return tuple(
        Sum(
            group,
            sum(total.report_minor or 0 for total in found if total.group == group),
            all(total.report_minor is not None for total in found if total.group == group),
        )
        for group in GROUPS
        if any(total.group == group for total in found)
    )


def _quotes(day: date) -> tuple[list[Quote], str | None]:
    rows = list(Rate.objects.filter(base=EURO, on__lte=day, on__gte=day - OLDEST).order_by("on", "recorded_at", "id"))
    return [Quote(row.currency, row.on, row.per_base) for row in rows], rows[-1].source if rows else None


@dataclass(frozen=True, slots=True)
class RateView:
    """A rate as recorded."""

    base: str
    currency: str
    on: date
    per_base: Decimal
    source: str


def rates(*, on: date | None = None, limit: int = 200) -> list[RateView]:
    """The rates of a day, or the youngest ones; of several for the same day the last recorded."""
    rows = Rate.objects.order_by("-on", "base", "currency", "-recorded_at", "-id")
    if on is not None:
        rows = rows.filter(on=on)
    found: dict[tuple[str, str, date], RateView] = {}
    for row in rows[: limit * 2]:
        found.setdefault(
            (row.base, row.currency, row.on), RateView(row.base, row.currency, row.on, row.per_base, row.source)
        )
    return list(found.values())[:limit]
