"""The journal for a bookkeeper: a table of double entries, or the plain text that ledger programs read.

Pure. Accounts have numbers and names as data; each transfer is two lines that balance. Days whose books are not closed
are marked, because entries may still be added to them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import public
from holdfast.ledger.chart import ACCOUNTS
from holdfast.ledger.journal import Posting
from holdfast.treasury.papers.statement import amount

FORMATS = ("csv", "beancount", "hledger")
_HEADER = (
    *("booked_on", "final", "transfer", "movement", "account_number", "account_name", "account", "owner"),
    *("debit", "credit", "currency", "order", "subject", "happened_at"),
)


@dataclass(frozen=True, slots=True)
class Booked:
    """How a bookkeeper keeps one of our accounts."""

    number: str
    name: str
    group: str
    """Assets, Liabilities, Income or Expenses."""


_GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "Assets": (
        "1",
        ("client_bank", "own_bank", "rail_clearing", "chargebacks_receivable", "supplier_debt", "reserve_committed"),
    ),
    "Liabilities": (
        "2",
        (
            *("escrow", "frozen", "refundable", "refunds_in_transit", "payable", "payouts_in_transit", "deposit"),
            *("suspense", "awarded", "reserve", "tax_payable"),
        ),
    ),
    "Income": ("4", ("fee_income", "processing_recovered")),
    "Expenses": ("5", ("processing_cost", "operator_loss", "bad_debt")),
}


def default_chart() -> dict[str, Booked]:
    """Numbers by group in the order of the chart, until somebody records their own."""
    found: dict[str, Booked] = {}
    for group, (first, codes) in _GROUPS.items():
        for place, code in enumerate(codes, start=1):
            found[code] = Booked(f"{first}{place * 10:03d}", _camel(code), group)
    # An account that is new and in no group yet must still balance.
    for place, code in enumerate((code for code in ACCOUNTS if code not in found), start=1):
        side = "Assets" if ACCOUNTS[code].side == "debit" else "Liabilities"
        found[code] = Booked(f"9{place * 10:03d}", _camel(code), side)
    return found


def chart(recorded: Mapping[str, tuple[str, str]]) -> dict[str, Booked]:
    """The default numbers and names with what somebody recorded of (number, name) in their place."""
    return {
        code: Booked(*recorded[code], booked.group) if code in recorded else booked
        for code, booked in default_chart().items()
    }


def _camel(code: str) -> str:
    return "".join(part.capitalize() for part in code.split("_"))


def table(
    postings: Iterable[Posting], *, accounts: Mapping[str, Booked], closed_through: date | None
) -> Iterator[Sequence[str]]:
    """A debit and a credit line for each transfer."""
    yield _HEADER
    for row in postings:
        final = "yes" if closed_through is not None and row.booked_on <= closed_through else "no"
        figure = amount(row.amount_minor, row.currency)
        for code, owner, debit, credit in (
            (row.debit_code, row.debit_owner, figure, ""),
            (row.credit_code, row.credit_owner, "", figure),
        ):
            yield (
                row.booked_on.isoformat(),
                final,
                public("trf", row.transfer_id),
                row.kind,
                accounts[code].number,
                accounts[code].name,
                code,
                owner,
                debit,
                credit,
                row.currency,
                "" if row.order_id is None else public("ord", row.order_id),
                "" if row.subject_id is None else row.subject_id.hex,
                rfc3339(row.happened_at),
            )


def text(
    postings: Iterable[Posting],
    *,
    accounts: Mapping[str, Booked],
    used: Sequence[tuple[str, str]],
    first: date,
    closed_through: date | None,
    form: str,
) -> Iterator[str]:
    """The journal as beancount or hledger reads it. `*` marks what is closed, `!` what may still get company."""
    yield from _opening(accounts, used, first, form)
    for row in postings:
        flag = "*" if closed_through is not None and row.booked_on <= closed_through else "!"
        yield _entry(row, flag, accounts, form)


def _opening(accounts: Mapping[str, Booked], used: Sequence[tuple[str, str]], first: date, form: str) -> Iterator[str]:
    by_code: dict[str, list[str]] = {}
    for code, currency in used:
        by_code.setdefault(code, []).append(currency)
    for code, currencies in by_code.items():
        if form == "beancount":
            yield f"{first.isoformat()} open {_account(accounts[code])} {','.join(currencies)}\n"
        else:
            yield f"account {_account(accounts[code])}\n"
    yield "\n"


def _entry(row: Posting, flag: str, accounts: Mapping[str, Booked], form: str) -> str:
    figure, transfer = amount(row.amount_minor, row.currency), public("trf", row.transfer_id)
    debit, credit = _account(accounts[row.debit_code]), _account(accounts[row.credit_code])
    notes = {"transfer": transfer, "debit-owner": row.debit_owner, "credit-owner": row.credit_owner}
    if row.order_id is not None:
        notes["order"] = public("ord", row.order_id)
    if form == "beancount":
        head = f'{row.booked_on.isoformat()} {flag} "{row.kind}"\n'
        head += "".join(f'  {name}: "{value}"\n' for name, value in notes.items())
    else:
        head = f"{row.booked_on.isoformat()} {flag} {row.kind}\n"
        head += "".join(f"    ; {name}: {value}\n" for name, value in notes.items())
    return f"{head}    {debit}  {figure} {row.currency}\n    {credit}  -{figure} {row.currency}\n\n"


def _account(booked: Booked) -> str:
    """`Liabilities:2010-Escrow`: letters, digits and hyphens, as both programs take them."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", booked.name).strip("-") or "Account"
    return f"{booked.group}:{booked.number.upper()}-{name}"
