"""A statement: what stood on some accounts, what moved, what stands; and the same as a table for spreadsheets.

Pure. The table is RFC 4180 in UTF-8; a text that a spreadsheet would take for a formula is marked as text.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import public
from holdfast.kernel.money import Money
from holdfast.kernel.refusals import Refusal

BOM = "\ufeff"
"""What makes some spreadsheets read UTF-8."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class Row:
    """One movement; a credit is positive. `balance_minor` is what stood after it."""

    transfer_id: UUID
    booked_on: date
    happened_at: datetime
    kind: str
    order_number: str | None
    lot: int | None
    amount_minor: int
    balance_minor: int


@dataclass(frozen=True, slots=True)
class Section:
    """One account, or several looked at as one."""

    key: str
    opening_minor: int
    rows: tuple[Row, ...]

    @property
    def closing_minor(self) -> int:
        """What stands at the end."""
        return self.rows[-1].balance_minor if self.rows else self.opening_minor

    @property
    def sums(self) -> dict[str, int]:
        """The sum of each kind of movement, in the order in which they first came."""
        found: dict[str, int] = {}
        for row in self.rows:
            found[row.kind] = found.get(row.kind, 0) + row.amount_minor
        return found


@dataclass(frozen=True, slots=True)
class Statement:
    """Of whom, over which days (both included), in which currency. `is_final` when the books of all are closed."""

    holder: str
    issuer: str
    subject: str
    currency: str
    from_on: date
    to_on: date
    is_final: bool
    sections: tuple[Section, ...]


class StatementTooLong(Refusal):
    """This period has more lines than a statement holds; ask for a shorter one."""


HEADER = (
    *("section", "booked_on", "happened_at", "movement", "order", "lot", "amount", "balance", "currency", "transfer"),
)


def amount(minor: int, currency: str) -> str:
    """A plain decimal: `-1250.00`."""
    return str(Money(minor, currency).decimal)


def table(found: Statement) -> Iterator[Sequence[str]]:
    """The statement's lines, the opening and closing balance of each section among them."""
    yield HEADER
    currency = found.currency
    for section in found.sections:
        opening = amount(section.opening_minor, currency)
        yield section.key, found.from_on.isoformat(), "", "opening", "", "", "", opening, currency, ""
        for row in section.rows:
            yield (
                section.key,
                row.booked_on.isoformat(),
                rfc3339(row.happened_at),
                row.kind,
                row.order_number or "",
                "" if row.lot is None else str(row.lot),
                amount(row.amount_minor, currency),
                amount(row.balance_minor, currency),
                currency,
                public("trf", row.transfer_id),
            )
        closing = amount(section.closing_minor, currency)
        yield section.key, found.to_on.isoformat(), "", "closing", "", "", "", closing, currency, ""


def safe(cell: str) -> str:
    """A text that a spreadsheet does not compute: what begins like a formula and is no number gets an apostrophe."""
    if not cell.startswith(_FORMULA):
        return cell
    digits = cell[1:].replace(".", "", 1)
    is_number = cell[0] in "+-" and digits.isascii() and digits.isdigit()
    return cell if is_number else f"'{cell}"


def as_csv(lines: Iterable[Sequence[str]], *, bom: bool = False) -> Iterator[str]:
    """RFC 4180: commas, doubled quotes, CRLF; in parts, so that a long table need not stand in memory."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    if bom:
        buffer.write(BOM)
    for place, line in enumerate(lines, start=1):
        writer.writerow([safe(cell) for cell in line])
        if place % 500 == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    if buffer.tell():
        yield buffer.getvalue()
