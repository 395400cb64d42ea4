"""One's own papers: invoices and credit notes for fees, whom they are made out to, statements to keep.

It asks the treasury's questions and calls one operation. Finance prints any paper from here, too.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from holdfast.console import edge, fields
from holdfast.console.drafting.rows import currency_choices
from holdfast.console.pages.home import said
from holdfast.kernel.clock import local_day
from holdfast.kernel.refusals import NotFound, Refusal
from holdfast.orders.queries import visible
from holdfast.parties.access import Caller, require
from holdfast.parties.queries import organisation
from holdfast.treasury.operations import bookkeeping, invoices
from holdfast.treasury.operations.bookkeeping import Legal
from holdfast.treasury.papers import printing
from holdfast.treasury.papers.statement import Statement, as_csv, table
from holdfast.treasury.queries import invoices as queries
from holdfast.treasury.queries import statements

ROLES = ("owner", "finance")
SHOWN = 50
FORMATS = (("pdf", "PDF"), ("csv", "CSV"))


class PeriodForm(forms.Form):
    """From a day to a day, in a currency, as a file."""

    from_on = fields.DayField(label=_("From"))
    to_on = fields.DayField(label=_("To"))
    currency = forms.ChoiceField(label=_("Currency"), choices=currency_choices)
    format = forms.ChoiceField(label=_("As"), choices=FORMATS)


class OwnPeriodForm(PeriodForm):
    """Of everything, or of one order."""

    order = forms.CharField(
        label=_("Order"), max_length=40, required=False, help_text=_("Its number, for the statement of one order.")
    )


class OrderForm(forms.Form):
    """An order by its number."""

    order = forms.CharField(label=_("Order"), max_length=40, help_text=_("Its number."))


class BillingForm(forms.Form):
    """An organisation as the law knows it."""

    legal_name = forms.CharField(label=_("Name as registered"), max_length=200)
    address = forms.CharField(label=_("Address"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    country = forms.ChoiceField(label=_("Country"), choices=fields.countries)
    registration_number = forms.CharField(label=_("Registration number"), max_length=60, required=False)
    vat_number = forms.CharField(label=_("Tax number"), max_length=40, required=False)

    def legal(self) -> Legal:
        """What was filled in."""
        data = self.cleaned_data
        return Legal(
            data["legal_name"], data["address"], data["country"], data["registration_number"], data["vat_number"]
        )


@require_GET
@edge.page
def index(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The papers of the organisation one acts for."""
    return _page(request, caller)


@require_POST
@edge.page
def billing(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Say whom one's invoices are made out to."""
    own = _own(caller)
    require(caller, roles=ROLES)
    form = BillingForm(request.POST)
    if not form.is_valid():
        return _page(request, caller, bound=form, status=422)
    try:
        done = edge.command(
            request,
            caller=caller,
            role=caller.member_role or "owner",
            operation=lambda act: bookkeeping.set_billing(act=act, organisation_id=own, legal=form.legal()),
            then=lambda _row: reverse("papers"),
        )
    except Refusal as refusal:
        fields.say_no(form, refusal)
        return _page(request, caller, bound=form, status=refusal.status)
    said(request)
    return done


@require_POST
@edge.page
def invoice(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Have the fee of one order put on a paper now."""
    own = _own(caller)
    require(caller, roles=ROLES)
    form = OrderForm(request.POST, auto_id="invoice-%s")
    if not form.is_valid():
        return _page(request, caller, invoice=form, status=422)
    try:
        order_id = _order(caller, form.cleaned_data["order"])
        if queries.supplier_of_order(order_id=order_id) != own:
            raise NotFound(field="order")
        done = edge.command(
            request,
            caller=caller,
            role="supplier",
            operation=lambda act: invoices.issue_order(act=act, order_id=order_id),
            then=lambda _issued: reverse("papers"),
        )
    except Refusal as refusal:
        fields.say_no(form, refusal)
        return _page(request, caller, invoice=form, status=refusal.status)
    said(request)
    return done


def _order(caller: Caller, number: str) -> UUID:
    """One's own order by its number. Refusal: `NotFound`."""
    found = visible(caller=caller).filter(number=number.strip().upper()).values_list("id", flat=True).first()
    if found is None:
        raise NotFound(field="order")
    return found


@require_GET
@edge.page
def show(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """One paper as PDF, in the language of whom it is made out to."""
    found = queries.paper_for(caller=caller, ref=ref)
    language = organisation(organisation_id=found.organisation_id).language
    content = printing.invoice(found.document, digest=found.digest, language=language)
    return as_file(content, "application/pdf", f"{found.number}.pdf")


@require_GET
@edge.page
def statement(request: HttpRequest, caller: Caller) -> HttpResponse:
    """A statement as a file."""
    own, form = _own(caller), OwnPeriodForm(request.GET)
    if not form.is_valid():
        return _page(request, caller, period=form, status=422)
    data = form.cleaned_data
    try:
        days = {"from_on": data["from_on"], "to_on": data["to_on"]}
        if data["order"]:
            found = statements.of_order(order_id=_order(caller, data["order"]), **days)
        else:
            found = statements.of_organisation(organisation_id=own, currency=data["currency"], **days)
        return statement_file(found, data["format"], organisation(organisation_id=own).language)
    except Refusal as refusal:
        fields.say_no(form, refusal)
        return _page(request, caller, period=form, status=refusal.status)


def statement_file(found: Statement, form: str, language: str) -> HttpResponse:
    """A statement in the form asked for."""
    name = f"statement-{found.from_on.isoformat()}-{found.to_on.isoformat()}"
    if form == "pdf":
        return as_file(printing.statement(found, language=language), "application/pdf", f"{name}.pdf")
    return as_file("".join(as_csv(table(found), bom=True)).encode(), "text/csv; charset=utf-8", f"{name}.csv")


def as_file(content: bytes, kind: str, name: str) -> HttpResponse:
    """A file to keep."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def last_month(today: date) -> dict[str, date]:
    """What a form of a period begins with."""
    end = today.replace(day=1) - timedelta(days=1)
    return {"from_on": end.replace(day=1), "to_on": end}


def _own(caller: Caller) -> Any:
    if caller.organisation_id is None:
        raise NotFound
    return caller.organisation_id


def _page(
    request: HttpRequest,
    caller: Caller,
    *,
    bound: BillingForm | None = None,
    period: PeriodForm | None = None,
    invoice: OrderForm | None = None,
    status: int = 200,
) -> HttpResponse:
    own = _own(caller)
    known = organisation(organisation_id=own)
    rows = list(queries.visible(caller=caller).order_by("-id")[:SHOWN])
    currencies = statements.currencies_of(organisation_id=own)
    told = queries.billing_of(organisation_id=own)
    begins: dict[str, Any] = {
        **last_month(local_day(caller.now, known.time_zone)),
        "currency": next(iter(currencies), ""),
    }
    filled = {name: getattr(told, name) for name in BillingForm.base_fields} if told else {"legal_name": known.name}
    shown = {
        "papers": [queries.view(row) for row in rows],
        "period": period or OwnPeriodForm(initial=begins),
        "invoice": invoice or OrderForm(auto_id="invoice-%s"),
        "sells": known.kind == "supplier" or bool(rows),
        "billing": told,
        "form": bound or BillingForm(initial={"country": known.country, **filled}),
        "keeps_money": caller.member_role in ROLES,
        "tab": "papers",
    }
    return render(request, "holdfast/papers.html", shown, status=status)
