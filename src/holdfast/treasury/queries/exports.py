"""The journal of a period in a bookkeeper's form, as parts of text that are read as they are sent. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from holdfast.kernel.refusals import Invalid
from holdfast.ledger import days, journal
from holdfast.treasury.models import AccountNumber
from holdfast.treasury.papers import books
from holdfast.treasury.papers.books import FORMATS, Booked
from holdfast.treasury.papers.statement import as_csv

SUFFIX = {"csv": "csv", "beancount": "beancount", "hledger": "journal"}


@dataclass(frozen=True, slots=True)
class NumberedAccount:
    """One of our accounts as the bookkeeper keeps it."""

    code: str
    number: str
    name: str
    group: str


def accounts() -> dict[str, Booked]:
    """Numbers and names by account, the last recorded ones in place of the default."""
    rows = AccountNumber.objects.order_by("recorded_at", "id")
    return books.chart({row.code: (row.number, row.name) for row in rows})


def numbered() -> list[NumberedAccount]:
    """The same as a list, by number."""
    found = [NumberedAccount(code, one.number, one.name, one.group) for code, one in accounts().items()]
    return sorted(found, key=lambda one: one.number)


def numbered_as(*, code: str, number: str, name: str) -> NumberedAccount:
    """An account under a number and name just recorded."""
    return NumberedAccount(code, number, name, accounts()[code].group)


def exported(*, first: date, last: date, form: str, bom: bool = False) -> Iterator[str]:
    """The journal from the first to the last day. Refusal: `Invalid`, before anything is read."""
    if form not in FORMATS:
        raise Invalid(field="format", found=form, accepted=list(FORMATS))
    if first > last:
        raise Invalid(field="to", found=last.isoformat(), accepted=f"{first.isoformat()} or later")
    kept, closed = accounts(), days.calendar().closed_through
    postings = journal.postings(first=first, last=last)
    if form == "csv":
        return as_csv(books.table(postings, accounts=kept, closed_through=closed), bom=bom)
    used = journal.accounts_used(first=first, last=last)
    return books.text(postings, accounts=kept, used=used, first=first, closed_through=closed, form=form)


def file_name(*, first: date, last: date, form: str) -> str:
    """`holdfast-journal-2026-03-01-2026-03-31.csv`."""
    return f"holdfast-journal-{first.isoformat()}-{last.isoformat()}.{SUFFIX[form]}"


def zone() -> str:
    """Where accounting days end."""
    return days.calendar().zone
