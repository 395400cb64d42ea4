"""What finance keeps for papers and bookkeepers, over HTTP: who invoices, tax rules, account numbers, the journal,
dated rates and totals. All of it is the operator's.
"""

from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from django.http import HttpResponse, StreamingHttpResponse
from ninja import Field, Query, Router, Schema

from holdfast.api import edge, fields, pagination, presenting
from holdfast.api.description import gives
from holdfast.api.edge import command
from holdfast.api.papers import FINANCE, LegalBody, legal_of
from holdfast.api.shown import papers as shown
from holdfast.kernel.clock import local_day
from holdfast.kernel.refusals import Invalid, NotFound
from holdfast.parties import access
from holdfast.treasury.operations import bookkeeping, rates
from holdfast.treasury.queries import exports, totals
from holdfast.treasury.queries import invoices as queries

router = Router(tags=["books"])
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "beancount": "text/plain; charset=utf-8",
    "hledger": "text/plain; charset=utf-8",
}
UPLOAD: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {"format": "binary"}}}}
}


class SellerBody(LegalBody):
    """Who invoices, and what the numbers of its papers begin with (1 to 12 capital letters and digits)."""

    prefix: fields.Short


class TaxRuleBody(fields.Body):
    """`country` is a code, or `*` for any other; `percent` is text like `21.00`, and 0 unless the treatment is
    `standard`."""

    country: fields.Short
    treatment: fields.Short
    percent: fields.Short
    valid_from: fields.Day


class AccountNumberBody(fields.Body):
    """An account of the chart, and the bookkeeper's number and name for it."""

    code: fields.Short
    number: fields.Short
    name: fields.Name


class RateBody(fields.Body):
    """So much of `currency` is one euro on a day."""

    currency: fields.Currency
    on: fields.Day
    per_base: fields.Short


class JournalQuery(Schema):
    """Over which accounting days (both included), and in which form."""

    from_on: fields.Day = Field(alias="from")
    to_on: fields.Day = Field(alias="to")
    format: Literal["csv", "beancount", "hledger"] = "csv"
    bom: bool = False


class TotalsQuery(Schema):
    """In which currency they are summed; `on` is a closed day, and without it they are as they stand now."""

    report_currency: fields.Currency
    on: fields.Day | None = None


class RatesQuery(Schema):
    """Of one day, or the youngest ones."""

    on: fields.Day | None = None


# --- who invoices and how --------------------------------------------------------------------------------------------


@router.get("/seller", operation_id="get_seller", response=shown.Seller)
def get_seller(request: edge.Request) -> dict[str, Any]:
    """Who invoices."""
    access.require_staff(request.auth, *FINANCE)
    found = queries.seller()
    if found is None:
        raise NotFound
    return shown.seller(found)


@router.post("/seller", operation_id="set_seller", response=shown.Seller)
def set_seller(request: edge.Request, body: SellerBody) -> HttpResponse:
    """Record who invoices from now on. An administrator's."""
    return command(
        request,
        caller=request.auth,
        role=access.require_staff(request.auth, "administrator"),
        operation=lambda act: bookkeeping.set_seller(act=act, legal=legal_of(body), prefix=body.prefix),
        present=shown.seller,
    )


@router.get("/tax-rules", operation_id="list_tax_rules", response=presenting.Page[shown.TaxRule])
@pagination.paged("country", "treatment", "valid_from")
def list_tax_rules(request: edge.Request) -> dict[str, Any]:
    """Every tax rule in the order recorded: of a country's rules the youngest day holds, then the last recorded."""
    access.require_staff(request.auth, *FINANCE)
    return {"items": [shown.tax_rule(rule) for rule in queries.tax_rules()]}


@router.post("/tax-rules", operation_id="set_tax_rule", response={201: shown.TaxRule})
def set_tax_rule(request: edge.Request, body: TaxRuleBody) -> HttpResponse:
    """Record how fees are taxed for a country's customers from a day on. An administrator's."""
    role = access.require_staff(request.auth, "administrator")
    percent = percentage(body.percent)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: bookkeeping.set_tax_rule(
            act=act, country=body.country, treatment=body.treatment, percent=percent, valid_from=body.valid_from
        ),
        present=shown.tax_rule,
        status=201,
    )


def percentage(text: str) -> Decimal:
    """A plain decimal. Refusal: `Invalid`."""
    try:
        found = Decimal(text)
    except InvalidOperation as error:
        raise Invalid(field="percent", found=text, accepted="a percentage, like 21.00") from error
    if not found.is_finite() or len(text) > 6:
        raise Invalid(field="percent", found=text, accepted="a percentage, like 21.00")
    return found


# --- the bookkeeper's ------------------------------------------------------------------------------------------------


@router.get("/account-numbers", operation_id="list_account_numbers", response=presenting.Page[shown.AccountNumber])
@pagination.paged("code")
def list_account_numbers(request: edge.Request) -> dict[str, Any]:
    """Under which number and name each account is exported."""
    access.require_staff(request.auth, *FINANCE)
    return {"items": [shown.account_number(one) for one in exports.numbered()]}


@router.post("/account-numbers", operation_id="set_account_number", response=shown.AccountNumber)
def set_account_number(request: edge.Request, body: AccountNumberBody) -> HttpResponse:
    """Record an account's number and name."""
    role = access.require_staff(request.auth, *FINANCE)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: bookkeeping.set_account_number(
            act=act, code=body.code, number=body.number, name=body.name
        ),
        present=lambda row: shown.account_number(exports.numbered_as(code=row.code, number=row.number, name=row.name)),
    )


@router.get("/journal", operation_id="export_journal", openapi_extra=gives("text/csv", "text/plain"))
def export_journal(request: edge.Request, asked: Query[JournalQuery]) -> StreamingHttpResponse:
    """The double entries of a period: a table, or the text that beancount or hledger reads. Days whose books are not
    closed are marked."""
    access.require_staff(request.auth, *FINANCE)
    parts = exports.exported(first=asked.from_on, last=asked.to_on, form=asked.format, bom=asked.bom)
    response = StreamingHttpResponse((part.encode() for part in parts), content_type=TYPES[asked.format])
    name = exports.file_name(first=asked.from_on, last=asked.to_on, form=asked.format)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# --- rates and totals ------------------------------------------------------------------------------------------------


@router.get("/rates", operation_id="list_rates", response=presenting.Page[shown.ExchangeRate])
@pagination.paged("base", "currency", "on")
def list_rates(request: edge.Request, asked: Query[RatesQuery]) -> dict[str, Any]:
    """The rates of a day, or the youngest 200."""
    access.require_staff(request.auth, *FINANCE)
    return {"items": [shown.rate(row) for row in totals.rates(on=asked.on)]}


@router.post("/rates", operation_id="set_rate", response={201: shown.ExchangeRate})
def set_rate(request: edge.Request, body: RateBody) -> HttpResponse:
    """Record one rate by hand."""
    role = access.require_staff(request.auth, *FINANCE)
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: rates.set_rate(act=act, currency=body.currency, on=body.on, per_base=body.per_base),
        present=shown.rate,
        status=201,
    )


@router.post("/rates/file", operation_id="import_rates", response=shown.RatesTaken, openapi_extra=UPLOAD)
def import_rates(request: edge.Request) -> HttpResponse:
    """Take in a file of reference rates as the European Central Bank publishes them, XML or CSV, at most 2 MiB."""
    role = access.require_staff(request.auth, *FINANCE)
    if len(request.body) > edge.LARGEST_JSON:
        raise edge.BodyTooLarge(accepted={"at_most_bytes": edge.LARGEST_JSON})
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: rates.take_in(act=act, content=request.body),
        present=shown.rates_taken,
    )


@router.get("/totals", operation_id="get_totals", response=shown.Totals)
def get_totals(request: edge.Request, asked: Query[TotalsQuery]) -> dict[str, Any]:
    """What is held, payable, deposited, in suspense, in transit and in reserve, by currency and in the report currency.
    Beside each amount stand the rate and its day; a missing rate is said."""
    access.require_staff(request.auth, *FINANCE)
    today = local_day(request.auth.now, exports.zone())
    found = totals.totals(today=today, report_currency=asked.report_currency, on=asked.on)
    return shown.totals(found)
