"""Dated rates: how a file of reference rates is read, and what an amount is in another currency by one day's rates.

Pure. A total shown in another currency is information; no money is ever converted. A rate that is missing is said to
be, and never guessed.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from holdfast.kernel.money import currencies, exponent, half_up
from holdfast.kernel.refusals import Invalid, Refusal

EURO = "EUR"
OLDEST = timedelta(days=10)
"""A rate older than this says nothing of the day asked for: longer than any run of bank holidays."""
MOST = 50_000
"""Rates of one file: five years of the European Central Bank's list."""
_RATE = re.compile(r"[0-9]{1,10}(\.[0-9]{1,8})?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WORDED = re.compile(r"([0-9]{1,2}) ([A-Za-z]{3})[a-z]* ([0-9]{4})")


class RatesUnreadable(Refusal):
    """This is no file of reference rates as the European Central Bank publishes them (XML or CSV)."""

    status = 422


@dataclass(frozen=True, slots=True)
class Quote:
    """So much of `currency` for one unit of the base on a day."""

    currency: str
    on: date
    per_base: Decimal


@dataclass(frozen=True, slots=True)
class Converted:
    """An amount in the report currency, with the rate it was computed by: `rate` units of the report currency for one
    of its own, on the day `on`; everything None where no rate of the last days is known."""

    minor: int | None
    rate: Decimal | None
    on: date | None


def check_rate(text: str, *, field: str = "per_base") -> Decimal:
    """A positive decimal of at most 8 places. Refusal: `Invalid`."""
    try:
        found = Decimal(text) if _RATE.fullmatch(text) else Decimal(0)
    except InvalidOperation:
        found = Decimal(0)
    if found <= 0:
        raise Invalid(field=field, found=text, accepted="a positive decimal with at most 8 places, like 1.0823")
    return found


def read(content: bytes) -> list[Quote]:
    """The rates of a file, XML or CSV, base EUR. Currencies that are no longer in use are left out.

    Refusal: `RatesUnreadable`.
    """
    known = currencies() - {EURO}
    found = []
    for quote in _xml(content) if content.lstrip().startswith(b"<") else _csv(content):
        if quote.currency in known:
            found.append(quote)
        if len(found) > MOST:
            raise RatesUnreadable(accepted={"at_most_rates": MOST})
    if not found:
        raise RatesUnreadable(found="no rates")
    return found


def _xml(content: bytes) -> Iterator[Quote]:
    """`<Cube time="2026-03-02"><Cube currency="USD" rate="1.0823"/>…`, in whatever namespace."""
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise RatesUnreadable(found=type(error).__name__) from error
    for day in root.iter():
        if _local(day) == "Cube" and "time" in day.attrib:
            on = _day(day.attrib["time"])
            for cube in day:
                if _local(cube) == "Cube":
                    yield _quote(cube.get("currency", ""), on, cube.get("rate", ""))


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _csv(content: bytes) -> Iterator[Quote]:
    """`Date, USD, JPY, …` above lines of a day and its rates; `N/A` where there is none."""
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise RatesUnreadable(found=type(error).__name__) from error
    if not rows or not rows[0] or rows[0][0].strip() != "Date":
        raise RatesUnreadable(found=rows[0][0][:40] if rows and rows[0] else "", accepted="Date, USD, …")
    heads = [head.strip() for head in rows[0]]
    for row in rows[1:]:
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        on = _day(cells[0])
        for head, cell in zip(heads[1:], cells[1:], strict=False):
            if head and cell and cell != "N/A":
                yield _quote(head, on, cell)


def _quote(currency: str, on: date, text: str) -> Quote:
    if not re.fullmatch(r"[A-Z]{3}", currency) or not _RATE.fullmatch(text) or Decimal(text) <= 0:
        raise RatesUnreadable(found=f"{currency[:10]} {text[:30]}")
    return Quote(currency, on, Decimal(text))


def _day(text: str) -> date:
    """`2026-03-02` or `2 March 2026`."""
    try:
        worded = _WORDED.fullmatch(text)
        if worded:
            month = _MONTHS.index(worded[2].lower()) + 1
            return date(int(worded[3]), month, int(worded[1]))
        return date.fromisoformat(text)
    except ValueError as error:
        raise RatesUnreadable(found=text[:40], accepted="2026-03-02") from error


def convert(*, minor: int, currency: str, to: str, base: str, quotes: Sequence[Quote], on: date) -> Converted:
    """What an amount is in another currency on a day, by the youngest day on which both have a rate to the base.

    Exact until it is rounded once, half up; the rate is told with 8 digits.
    """
    if currency == to:
        return Converted(minor, Decimal(1), on)
    days = _by_day(quotes, base)
    for day in sorted(days, reverse=True):
        rates = days[day]
        if day <= on and on - day <= OLDEST and currency in rates and to in rates:
            cross = Fraction(rates[to]) / Fraction(rates[currency])
            scale = Fraction(10) ** (exponent(to) - exponent(currency))
            shown = Decimal(half_up(cross * 10**8)).scaleb(-8)
            return Converted(half_up(minor * cross * scale), shown, day)
    return Converted(None, None, None)


def _by_day(quotes: Sequence[Quote], base: str) -> dict[date, dict[str, Decimal]]:
    days: dict[date, dict[str, Decimal]] = {}
    for quote in quotes:
        days.setdefault(quote.on, {base: Decimal(1)})[quote.currency] = quote.per_base
    return days
