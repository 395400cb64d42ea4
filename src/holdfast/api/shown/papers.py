"""How papers, statements, rates and totals look from outside: shapes, and the functions that fill them."""

from typing import Any

from ninja import Schema

from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import public
from holdfast.treasury.models import Billing as BillingRow
from holdfast.treasury.models import Rate as RateRow
from holdfast.treasury.models import Seller as SellerRow
from holdfast.treasury.models import TaxRule as TaxRuleRow
from holdfast.treasury.operations.invoices import Issued
from holdfast.treasury.operations.rates import Taken
from holdfast.treasury.papers.rules import Tax
from holdfast.treasury.papers.statement import Statement as StatementFound
from holdfast.treasury.queries.exports import NumberedAccount
from holdfast.treasury.queries.invoices import PaperView
from holdfast.treasury.queries.totals import RateView
from holdfast.treasury.queries.totals import Totals as TotalsFound


class Paper(Schema):
    """An invoice or a credit note for fees. `document` is all that is printed; `sha256` that of its canonical JSON."""

    id: str
    kind: str
    number: str
    organisation_id: str
    order_id: str | None
    corrects_id: str | None
    currency: str
    period_from: str
    period_to: str
    issued_on: str
    gross_minor: int
    tax_minor: int
    net_minor: int
    document: dict[str, Any]
    sha256: str


class PapersIssued(Schema):
    """Which papers were issued just now; `month` where it was for a whole one."""

    month: str | None
    invoice_ids: list[str]


class Billing(Schema):
    """Whom invoices are made out to."""

    organisation_id: str
    legal_name: str
    address: str
    country: str
    registration_number: str
    vat_number: str


class Seller(Schema):
    """Who invoices."""

    legal_name: str
    address: str
    country: str
    registration_number: str
    vat_number: str
    prefix: str


class TaxRule(Schema):
    """How fees are taxed for a country's customers from a day on; `*` is any other country."""

    country: str
    treatment: str
    percent: str
    valid_from: str


class AccountNumber(Schema):
    """Under which number and name an account is exported."""

    code: str
    number: str
    name: str
    group: str


class ExchangeRate(Schema):
    """So much of `currency` for one unit of `base` on a day."""

    base: str
    currency: str
    on: str
    per_base: str
    source: str


class RatesTaken(Schema):
    """What a file of rates brought."""

    source: str
    found: int
    added: int
    from_on: str
    to_on: str


class StatementRow(Schema):
    """A movement; a credit is positive."""

    transfer_id: str
    booked_on: str
    happened_at: str
    movement: str
    order_number: str | None
    lot: int | None
    amount_minor: int
    balance_minor: int


class MovementSum(Schema):
    """The sum of one kind of movement."""

    movement: str
    amount_minor: int


class StatementSection(Schema):
    """One account, or several looked at as one: balance, deposit, debt, held, processing or account."""

    key: str
    opening_minor: int
    closing_minor: int
    sums: list[MovementSum]
    lines: list[StatementRow]


class PeriodStatement(Schema):
    """`is_final` once the books of the whole period are closed."""

    holder: str
    issuer: str
    subject: str
    currency: str
    from_on: str
    to_on: str
    is_final: bool
    sections: list[StatementSection]


class Total(Schema):
    """What stands in one currency, and what that is in the report currency by which rate of which day; null where no
    rate is known."""

    group: str
    currency: str
    amount_minor: int
    report_minor: int | None
    rate: str | None
    rate_on: str | None


class GroupSum(Schema):
    """A group in the report currency; not complete where a rate is missing."""

    group: str
    report_minor: int
    is_complete: bool


class Totals(Schema):
    """What is held in all."""

    on: str
    is_closed: bool
    report_currency: str
    rates_source: str | None
    totals: list[Total]
    sums: list[GroupSum]


def paper(found: PaperView) -> dict[str, Any]:
    """A paper."""
    return {
        "id": public("ivc", found.id),
        "kind": found.kind,
        "number": found.number,
        "organisation_id": public("org", found.organisation_id),
        "order_id": None if found.order_id is None else public("ord", found.order_id),
        "corrects_id": None if found.corrects_id is None else public("ivc", found.corrects_id),
        "currency": found.currency,
        "period_from": found.period_from.isoformat(),
        "period_to": found.period_to.isoformat(),
        "issued_on": found.issued_on.isoformat(),
        "gross_minor": found.gross_minor,
        "tax_minor": found.tax_minor,
        "net_minor": found.gross_minor - found.tax_minor,
        "document": found.document,
        "sha256": found.digest,
    }


def issued(found: Issued) -> dict[str, Any]:
    """What was issued."""
    return {
        "month": None if found.month is None else found.month.isoformat()[:7],
        "invoice_ids": [public("ivc", one) for one in found.papers],
    }


def billing(row: BillingRow) -> dict[str, Any]:
    """Whom invoices are made out to."""
    return {
        "organisation_id": public("org", row.organisation_id),
        "legal_name": row.legal_name,
        "address": row.address,
        "country": row.country,
        "registration_number": row.registration_number,
        "vat_number": row.vat_number,
    }


def seller(row: SellerRow) -> dict[str, Any]:
    """Who invoices."""
    return {
        "legal_name": row.legal_name,
        "address": row.address,
        "country": row.country,
        "registration_number": row.registration_number,
        "vat_number": row.vat_number,
        "prefix": row.prefix,
    }


def tax_rule(row: TaxRuleRow | Tax) -> dict[str, Any]:
    """A tax rule."""
    return {
        "country": row.country,
        "treatment": row.treatment,
        "percent": f"{row.percent:.2f}",
        "valid_from": row.valid_from.isoformat(),
    }


def account_number(found: NumberedAccount) -> dict[str, Any]:
    """An account's number."""
    return {"code": found.code, "number": found.number, "name": found.name, "group": found.group}


def rate(row: RateRow | RateView) -> dict[str, Any]:
    """A rate."""
    return {
        "base": row.base,
        "currency": row.currency,
        "on": row.on.isoformat(),
        "per_base": f"{row.per_base.normalize():f}",
        "source": row.source,
    }


def rates_taken(found: Taken) -> dict[str, Any]:
    """What a file brought."""
    return {
        "source": found.source,
        "found": found.found,
        "added": found.added,
        "from_on": found.from_on.isoformat(),
        "to_on": found.to_on.isoformat(),
    }


def statement(found: StatementFound) -> dict[str, Any]:
    """A statement."""
    return {
        "holder": found.holder,
        "issuer": found.issuer,
        "subject": found.subject,
        "currency": found.currency,
        "from_on": found.from_on.isoformat(),
        "to_on": found.to_on.isoformat(),
        "is_final": found.is_final,
        "sections": [
            {
                "key": section.key,
                "opening_minor": section.opening_minor,
                "closing_minor": section.closing_minor,
                "sums": [{"movement": kind, "amount_minor": minor} for kind, minor in section.sums.items()],
                "lines": [
                    {
                        "transfer_id": public("trf", row.transfer_id),
                        "booked_on": row.booked_on.isoformat(),
                        "happened_at": rfc3339(row.happened_at),
                        "movement": row.kind,
                        "order_number": row.order_number,
                        "lot": row.lot,
                        "amount_minor": row.amount_minor,
                        "balance_minor": row.balance_minor,
                    }
                    for row in section.rows
                ],
            }
            for section in found.sections
        ],
    }


def totals(found: TotalsFound) -> dict[str, Any]:
    """What is held."""
    return {
        "on": found.on.isoformat(),
        "is_closed": found.is_closed,
        "report_currency": found.report_currency,
        "rates_source": found.source,
        "totals": [
            {
                "group": one.group,
                "currency": one.currency,
                "amount_minor": one.minor,
                "report_minor": one.report_minor,
                "rate": None if one.rate is None else f"{one.rate:f}",
                "rate_on": None if one.rate_on is None else one.rate_on.isoformat(),
            }
            for one in found.totals
        ],
        "sums": [
            {"group": one.group, "report_minor": one.report_minor, "is_complete": one.is_complete} for one in found.sums
        ],
    }
