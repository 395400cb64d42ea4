"""A bank's statement as frozen values, whatever file it was in: heads, lines, ends; and the ways to say no to a file.

Pure. Amounts are whole minor units, a direction says which way; nothing here knows payments or orders.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from holdfast.kernel.money import MAX_MINOR, currencies, exponent
from holdfast.kernel.refusals import Refusal

Kind = Literal["camt.052", "camt.053", "camt.054", "mt940"]
Direction = Literal["credit", "debit"]
Status = Literal["booked", "pending", "information"]
TEXT_MOST = 2000
"""Characters kept of what a bank writes about one line."""


class StatementUnreadable(Refusal):
    """The file is no bank statement that can be read."""

    status = 422


class StatementTooLarge(Refusal):
    """The file is larger than a bank statement may be here."""

    status = 413


class StatementKindNotAccepted(Refusal):
    """Bank statements are taken as camt.052, camt.053, camt.054 or MT940, as plain files."""

    status = 415


@dataclass(frozen=True, slots=True)
class Balance:
    """What stood on the account; below zero when overdrawn."""

    amount_minor: int
    currency: str
    on: date


@dataclass(frozen=True, slots=True)
class StatementHead:
    """Whose statement it is and what it spans. `account` is the IBAN or another number, without spaces; `opening` and
    `closing` are the booked balances, where the file gives them."""

    kind: Kind
    account: str
    currency: str | None
    id: str
    number: str
    from_on: date | None
    to_on: date | None
    opening: Balance | None
    closing: Balance | None


@dataclass(frozen=True, slots=True)
class Charge:
    """What a bank took. `included` when it was taken out of the line's amount."""

    amount_minor: int
    currency: str
    included: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One movement on the account. `bank_ref` is the bank's own name for it, `entry_ref` for the entry it is part of;
    `references` are structured ones and `text` is everything else that was written. `direction` is the way the money
    went, also of a reversal. `entry` and `detail` count from 1 in the statement; `detail` 0 is an entry without."""

    entry: int
    detail: int
    bank_ref: str
    entry_ref: str
    end_to_end: str
    references: tuple[str, ...]
    text: str
    amount_minor: int
    currency: str
    direction: Direction
    booked_on: date
    value_on: date | None
    counterparty_name: str
    counterparty_account: str
    charges: tuple[Charge, ...]
    reversal: bool
    status: Status
    code: str


@dataclass(frozen=True, slots=True)
class StatementEnd:
    """All of a statement was read. `head` has the closing balance now; the sums are of booked lines."""

    head: StatementHead
    lines: int
    credits_minor: int
    debits_minor: int

    @property
    def off_minor(self) -> int | None:
        """By how much the lines miss the closing balance; None where the balances are not both given."""
        head = self.head
        if head.opening is None or head.closing is None or head.opening.currency != head.closing.currency:
            return None
        moved = self.credits_minor - self.debits_minor
        return head.closing.amount_minor - head.opening.amount_minor - moved


Event = StatementHead | Line | StatementEnd

_AMOUNT = re.compile(r"\+?([0-9]{1,18})(?:\.([0-9]*))?")


def minor(text: str, currency: str, *, place: str) -> int:
    """Minor units of an amount as banks write it: `100`, `100.5`, `100.50000`. Refusal: `StatementUnreadable` if it is
    none, or has digits that the currency does not."""
    if currency not in currencies():
        raise StatementUnreadable(field=place, found=currency[:20], accepted="an ISO 4217 currency in use")
    found, digits = _AMOUNT.fullmatch(text.strip()), exponent(currency)
    if found is None:
        raise StatementUnreadable(field=place, found=text[:40], accepted="an amount like 1250.00")
    fraction = (found[2] or "").rstrip("0")
    if len(fraction) > digits:
        accepted = f"at most {digits} digits after the point for {currency}"
        raise StatementUnreadable(field=place, found=text[:40], accepted=accepted)
    amount = int(found[1]) * int(10**digits) + int(fraction.ljust(digits, "0") or "0")
    if amount > MAX_MINOR:
        raise StatementUnreadable(field=place, found=text[:40], accepted=f"at most {MAX_MINOR} minor units")
    return amount


def day(text: str, *, place: str) -> date:
    """The day of a date or moment as the bank wrote it: its own calendar day, whatever its zone."""
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError as error:
        raise StatementUnreadable(field=place, found=text[:40], accepted="a date like 2026-03-02") from error


def plain(text: str | None, most: int = 140) -> str:
    """What a bank wrote, on one line, without what no database keeps, at most so long."""
    return " ".join((text or "").replace("\x00", " ").split())[:most]


def number(text: str | None) -> str:
    """An account's number as it is compared: without spaces, in capitals, without what no database keeps."""
    return "".join((text or "").replace("\x00", "").split()).upper()[:64]
