"""What the treasury stores, a file a noun: closes, manual entries, papers. No verbs."""

from holdfast.treasury.models.closes import Close, Routine
from holdfast.treasury.models.entries import Entry, EntryDocument
from holdfast.treasury.models.papers import (
    AccountNumber,
    Billing,
    FeeOnPaper,
    Paper,
    PaperLine,
    PaperRun,
    Rate,
    Seller,
    TaxRule,
)

__all__ = [
    "AccountNumber",
    "Billing",
    "Close",
    "Entry",
    "EntryDocument",
    "FeeOnPaper",
    "Paper",
    "PaperLine",
    "PaperRun",
    "Rate",
    "Routine",
    "Seller",
    "TaxRule",
]
