"""Papers over HTTP: invoices and credit notes for fees, whom they are made out to, statements of money.

A statement is JSON, or a file for printing or a spreadsheet, as `format` asks.
"""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.http import HttpResponse
from ninja import Field, Query, Router, Schema

from holdfast.api import edge, fields, pagination, presenting, scopes
from holdfast.api.description import gives
from holdfast.api.edge import command
from holdfast.api.shown import papers as shown
from holdfast.kernel.identifiers import parse
from holdfast.kernel.refusals import Invalid, NotAllowed, NotFound
from holdfast.orders.queries import order_for
from holdfast.parties import access
from holdfast.parties.queries import organisation
from holdfast.treasury.operations import bookkeeping, invoices
from holdfast.treasury.operations.bookkeeping import Legal
from holdfast.treasury.papers import printing
from holdfast.treasury.papers.statement import Statement, as_csv, table
from holdfast.treasury.queries import invoices as queries
from holdfast.treasury.queries import statements

router = Router(tags=["papers"])
FINANCE = ("finance", "administrator")


class Month(fields.Body):
    """A month as `2026-03`."""

    month: fields.Short


class LegalBody(fields.Body):
    """An organisation as the law knows it. The address is lines of text; the tax number is checked by its country's
    form."""

    legal_name: fields.Title
    address: fields.Reason
    country: fields.Country
    registration_number: fields.Line = ""
    vat_number: fields.Line = ""


class StatementQuery(Schema):
    """Over which days (both included), in which currency, of whom. Without more: of one's own organisation."""

    from_on: fields.Day = Field(alias="from")
    to_on: fields.Day = Field(alias="to")
    currency: fields.Currency | None = None
    format: Literal["json", "csv", "pdf"] = "json"
    bom: bool = False
    order_id: fields.Filter | None = None
    organisation_id: fields.Filter | None = None
    account: fields.Filter | None = None
    owner: fields.Filter | None = None


def legal_of(body: Any) -> Legal:
    """What was sent, for the operation."""
    return Legal(body.legal_name, body.address, body.country, body.registration_number, body.vat_number)


# --- invoices ------------------------------------------------------------------------------------------------------


@router.get("/invoices", operation_id="list_invoices", response=presenting.Page[shown.Paper])
def list_invoices(request: edge.Request, page: Query[pagination.PageQuery]) -> dict[str, Any]:
    """One's own invoices and credit notes, newest first; for finance all of them."""
    scopes.reads(request.auth)
    rows = queries.visible(caller=request.auth)
    return pagination.newest_first(rows, page=page, present=lambda row: shown.paper(queries.view(row)))


@router.get("/invoices/{invoice_id}", operation_id="get_invoice", response=shown.Paper)
def get_invoice(request: edge.Request, invoice_id: str) -> dict[str, Any]:
    """An invoice or a credit note, with its document."""
    found = queries.paper_for(caller=request.auth, ref=invoice_id)
    scopes.reads(request.auth)
    return shown.paper(found)


@router.get("/invoices/{invoice_id}/pdf", operation_id="print_invoice", openapi_extra=gives("application/pdf"))
def print_invoice(request: edge.Request, invoice_id: str) -> HttpResponse:
    """The same as PDF, in the language of whom it is made out to; the same bytes each time."""
    found = queries.paper_for(caller=request.auth, ref=invoice_id)
    scopes.reads(request.auth)
    language = organisation(organisation_id=found.organisation_id).language
    return attachment(
        printing.invoice(found.document, digest=found.digest, language=language),
        "application/pdf",
        f"{found.number}.pdf",
    )


@router.post("/invoices", operation_id="issue_invoices", response={201: shown.PapersIssued})
def issue_invoices(request: edge.Request, body: Month) -> HttpResponse:
    """Issue the invoices and credit notes of a month whose books are closed. The operator's; else it happens by itself
    within the hour."""
    role = access.require_staff(request.auth, *FINANCE)
    try:
        month = date.fromisoformat(f"{body.month}-01")
    except ValueError as error:
        raise Invalid(field="month", found=body.month, accepted="a month, like 2026-03") from error
    return command(
        request,
        caller=request.auth,
        role=role,
        operation=lambda act: invoices.issue_month(act=act, month=month),
        present=shown.issued,
        status=201,
    )


@router.post("/orders/{order_id}/invoices", operation_id="issue_order_invoice", response={201: shown.PapersIssued})
def issue_order_invoice(request: edge.Request, order_id: str, body: fields.Nothing) -> HttpResponse:
    """Have the fee of one order put on a paper now, for its supplier."""
    standing = order_for(caller=request.auth, ref=order_id)
    if standing.role not in {"supplier", "operator"}:
        raise NotAllowed(subject="order", verb="issue_invoice", accepted=["supplier", "operator"])
    scopes.acts(request.auth, role=standing.role, scope="payments:write")
    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=lambda act: invoices.issue_order(act=act, order_id=standing.order_id),
        present=shown.issued,
        status=201,
    )


@router.get("/billing", operation_id="get_billing", response=shown.Billing)
def get_billing(request: edge.Request) -> dict[str, Any]:
    """Whom one's own invoices are made out to. Not found: to the organisation's name alone."""
    scopes.reads(request.auth)
    found = queries.billing_of(organisation_id=edge.owner(request.auth))
    if found is None:
        raise NotFound
    return shown.billing(found)


@router.post("/billing", operation_id="set_billing", response=shown.Billing)
def set_billing(request: edge.Request, body: LegalBody) -> HttpResponse:
    """Say whom one's own invoices are made out to from now on."""
    scopes.own_organisation(request.auth)
    access.require(request.auth, scope="payments:write", roles=("owner", "finance"))
    return command(
        request,
        caller=request.auth,
        role=request.auth.member_role or "owner",
        operation=lambda act: bookkeeping.set_billing(
            act=act, organisation_id=edge.owner(request.auth), legal=legal_of(body)
        ),
        present=shown.billing,
    )


# --- statements ----------------------------------------------------------------------------------------------------


@router.get(
    "/statements",
    operation_id="get_statement",
    response=shown.PeriodStatement,
    openapi_extra=gives("application/pdf", "text/csv"),
)
def get_statement(request: edge.Request, asked: Query[StatementQuery]) -> Any:
    """What stood, what moved and what stands: of one's own organisation, or of an order of one's own (`order_id`).

    Finance may ask for any organisation (`organisation_id`) or account (`account` and its `owner`: the bare hex of an
    order or organisation, a rail, or `operator`).
    """
    scopes.reads(request.auth)
    found = _statement(request, asked)
    name = f"statement-{found.from_on.isoformat()}-{found.to_on.isoformat()}"
    match asked.format:
        case "pdf":
            language = organisation(organisation_id=edge.owner(request.auth)).language
            return attachment(printing.statement(found, language=language), "application/pdf", f"{name}.pdf")
        case "csv":
            text = "".join(as_csv(table(found), bom=asked.bom))
            return attachment(text.encode(), "text/csv; charset=utf-8", f"{name}.csv")
        case _:
            return shown.statement(found)


def _statement(request: edge.Request, asked: StatementQuery) -> Statement:
    days = {"from_on": asked.from_on, "to_on": asked.to_on}
    if asked.order_id is not None:
        standing = order_for(caller=request.auth, ref=asked.order_id)
        return statements.of_order(order_id=standing.order_id, **days)
    if asked.account is not None:
        access.require_staff(request.auth, *FINANCE)
    elif asked.organisation_id is not None:
        _check_whose(request, asked.organisation_id)
    if asked.currency is None:
        raise Invalid(field="currency", accepted="an ISO 4217 currency in use")
    if asked.account is not None:
        return statements.of_account(
            code=asked.account, owner=asked.owner or "operator", currency=asked.currency, **days
        )
    whose = edge.owner(request.auth) if asked.organisation_id is None else _organisation(asked.organisation_id)
    return statements.of_organisation(organisation_id=whose, currency=asked.currency, **days)


def _check_whose(request: edge.Request, ref: str) -> None:
    """One's own, or any for finance; others' do not exist."""
    if not request.auth.staff & set(FINANCE) and _organisation(ref) != edge.owner(request.auth):
        raise NotFound
    access.organisation_for(caller=request.auth, ref=ref)


def _organisation(ref: str) -> UUID:
    found = parse("org", ref)
    if found is None:
        raise NotFound
    return found


def attachment(content: bytes, kind: str, name: str) -> HttpResponse:
    """A file to keep."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
