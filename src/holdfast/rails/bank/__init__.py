"""Bank statements read: files in, frozen values out. Pure: no database, no payment, no clock."""

from holdfast.rails.bank.reading import MOST_BYTES, read
from holdfast.rails.bank.statement import (
    Balance,
    Charge,
    Event,
    Line,
    StatementEnd,
    StatementHead,
    StatementKindNotAccepted,
    StatementTooLarge,
    StatementUnreadable,
)

__all__ = [
    "MOST_BYTES",
    "Balance",
    "Charge",
    "Event",
    "Line",
    "StatementEnd",
    "StatementHead",
    "StatementKindNotAccepted",
    "StatementTooLarge",
    "StatementUnreadable",
    "read",
]
