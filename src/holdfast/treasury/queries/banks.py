"""Clients' money at the bank by the ledger, beside what the bank's own statements say.

It knows closing balances and lines, and explains the difference by what is on one side only.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.ledger.days import Total
from holdfast.treasury.rules.document import Bank


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that only one side has: a line nobody can explain, a transfer that no statement shows."""

    kind: str
    subject: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class BankStanding:
    """A currency's account at the bank, and what does not agree."""

    bank: Bank
    differences: tuple[Difference, ...] = ()


def banks(*, totals: Sequence[Total]) -> list[BankStanding]:
    """Each currency that clients' money is kept in."""
    ledger = {one.currency: -one.balance_minor for one in totals if one.code == "client_bank"}
    return [BankStanding(Bank(currency, held, None, None, 0)) for currency, held in sorted(ledger.items())]
