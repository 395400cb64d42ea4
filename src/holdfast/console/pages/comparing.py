"""Quotations side by side, and the suppliers with enough cover for an amount: two pages that only read.

What is compared, and how, is sourcing's; what is known of suppliers is told by their deeds.
"""

from fractions import Fraction
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from holdfast.console import edge, fields
from holdfast.console.drafting.rows import currency_choices
from holdfast.contracts.programmes import latest, programme_of, published
from holdfast.fulfilment import suppliers
from holdfast.kernel.refusals import NotAllowed, Refusal
from holdfast.parties.access import Caller
from holdfast.sourcing import comparing, queries
from holdfast.terms.documents import number

SIZE = 50


class Reckoning(forms.Form):
    """What the buyer reckons with."""

    quantity = forms.IntegerField(
        label=_("Quantity"), required=False, min_value=1, max_value=10**9, widget=forms.NumberInput({"class": "units"})
    )
    duty = fields.FigureField(label=_("Duty, %"), required=False)
    insurance = fields.FigureField(label=_("Insurance, %"), required=False)

    def __init__(self, data: Any, currency: str) -> None:
        super().__init__(data)
        self.fields["freight"] = fields.MoneyField(
            currency=currency,
            label=_("Your own freight"),
            required=False,
            help_text=_("Counts under EXW, FCA, FAS and FOB, where the main carriage is yours."),
        )

    def clean_duty(self) -> Fraction | None:
        """Per cent, exact."""
        return self._percent("duty")

    def clean_insurance(self) -> Fraction | None:
        """Per cent, exact."""
        return self._percent("insurance")

    def _percent(self, name: str) -> Fraction | None:
        text = self.cleaned_data[name]
        try:
            found = number(text) if text else None
        except ValueError:
            found = Fraction(-1)
        if found is not None and not 0 <= found < 1000:
            raise forms.ValidationError(_("A percentage, like 6.5"))
        return found


class Looking(forms.Form):
    """For how much cover is looked for."""

    currency = forms.ChoiceField(label=_("Currency"), choices=currency_choices, initial="USD")
    programme = forms.ChoiceField(
        label=_("Protection programme"), choices=lambda: [(one, one) for one in published()], initial="standard"
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        currency = (data or {}).get("currency") or "USD"
        known = {code for code, _name in currency_choices()}
        self.fields["amount"] = fields.MoneyField(
            currency=currency if currency in known else "USD", label=_("Amount of the order")
        )
        self.order_fields(["amount", "currency", "programme"])


@require_GET
@edge.page
def compare(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The quotations that were chosen from the list, beside each other."""
    refs = list(dict.fromkeys(request.GET.getlist("q")))
    standings = [queries.quotation_for(caller=caller, ref=ref) for ref in refs]
    if any(one.role == "supplier" for one in standings):
        raise NotAllowed(role="supplier", accepted=["buyer"])
    ids = [one.id for one in standings]
    if not ids:
        return render(request, "holdfast/quotation_compare.html", {"found": None, "refs": [], "tab": "quotations"})
    currency = comparing.currencies_of(quotation_ids=ids)[0]
    form = Reckoning(request.GET, currency)
    shown: dict[str, Any] = {"form": form, "refs": refs, "found": None, "tab": "quotations"}
    status = 200
    if form.is_valid():
        try:
            shown["found"] = _compared(ids, form.cleaned_data)
        except Refusal as refusal:
            fields.say_no(form, refusal, currency=currency)
            status = refusal.status
    else:
        status = 422
    return render(request, "holdfast/quotation_compare.html", shown, status=status)


def _compared(ids: list[UUID], data: dict[str, Any]) -> comparing.Comparison:
    rates = comparing.read_rates(
        quantity=data["quantity"],
        duty_percent=data["duty"],
        insurance_percent=data["insurance"],
        freight_minor=data["freight"],
    )
    known = suppliers.records_for(quotation_ids=ids)
    return comparing.compare(quotation_ids=ids, rates=rates, records=known, programme_of=programme_of)


@require_GET
@edge.page
def with_cover(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Suppliers with enough cover for one order of an amount."""
    form = Looking(request.GET if "amount" in request.GET else None)
    found: list[suppliers.Covering] | None = None
    status, currency = 200, "USD"
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        currency = data["currency"]
        row = latest(name=data["programme"])
        try:
            found = suppliers.with_cover(
                programme=programme_of(name=row.name, version=row.version),
                currency=currency,
                amount_minor=data["amount"],
                limit=SIZE,
            )
        except Refusal as refusal:
            fields.say_no(form, refusal)
            status = refusal.status
    elif form.is_bound:
        status = 422
    shown = {"form": form, "found": found, "currency": currency, "tab": "quotations"}
    return render(request, "holdfast/suppliers.html", shown, status=status)
