"""What is asked before a contract: a sampling plan, ways to pay compared, a large order planned, Incoterms laid out.

Nothing is stored and nobody's things are looked at: each page is a form that is read and a rule that is asked.
"""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from holdfast.console import edge, fields, sampling, words
from holdfast.console.drafting.rows import currency_choices
from holdfast.contracts import programmes
from holdfast.kernel.refusals import Invalid, Refusal
from holdfast.parties.access import Caller
from holdfast.programme import TIERS, Programme, rules
from holdfast.programme.rules import INCOTERMS
from holdfast.programme.schemes import schemes
from holdfast.terms.outlook import ClassOutlook, outlook
from holdfast.terms.sampling import (
    INSPECTIONS,
    LARGEST_LOT,
    LEVELS,
    NONE_ACCEPTED,
    PlanNotHeld,
    sampling_plan,
    tables,
)

DEFAULT = "standard"


def _programme_choices() -> list[tuple[str, str]]:
    return [(name, name) for name in programmes.published()]


def _tier_choices() -> list[tuple[str, str]]:
    return [(tier, words.word("tier", tier)) for tier in TIERS]


def aql_choices() -> list[tuple[str, str]]:
    """Every acceptance quality limit of the tables."""
    return [(one, one) for one in (NONE_ACCEPTED, *tables().masters["normal"].aql)]


class PlanForm(forms.Form):
    """A lot and how it is sampled."""

    lot_size = forms.IntegerField(label=_("Pieces in the lot"), min_value=1, max_value=LARGEST_LOT)
    level = forms.ChoiceField(label=_("Inspection level"), choices=[(one, one) for one in LEVELS])
    aql = forms.ChoiceField(label=_("Acceptance quality limit"), choices=aql_choices)
    inspection = forms.ChoiceField(
        label=_("Severity"), choices=lambda: [(one, words.word("sampling", one)) for one in INSPECTIONS]
    )


class Programmed(forms.Form):
    """What every question to a programme names."""

    programme = forms.ChoiceField(label=_("Protection programme"), choices=_programme_choices)
    currency = forms.ChoiceField(label=_("Currency"), choices=currency_choices)
    tier = forms.ChoiceField(label=_("The supplier is"), choices=_tier_choices)

    AMOUNTS: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        """The amounts in minor units, read once the currency is known; one left empty is nothing."""
        data: dict[str, Any] = super().clean() or {}
        for name in self.AMOUNTS:
            if name not in data or "currency" not in data:
                continue
            try:
                data[name] = fields.read_amount(data[name], data["currency"]) if data[name] else None
            except ValueError:
                wanted = _("An amount in %(currency)s, like %(example)s")
                self.add_error(name, wanted % {"currency": data["currency"], "example": "1250.00"})
                continue
            if data[name] is not None and data[name] < 0:
                self.add_error(name, _("0 or more"))
        return data


def _amount(label: Any, *, required: bool = False, help_text: Any = "") -> forms.CharField:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "amount"})
    return forms.CharField(label=label, required=required, max_length=24, widget=widget, help_text=help_text)


class ComparisonForm(Programmed):
    """One order."""

    AMOUNTS = ("amount",)
    amount = _amount(_("Total of the order"), required=True)
    incoterm = forms.ChoiceField(label=_("Incoterm 2020"), choices=[(one, one) for one in INCOTERMS])
    paid_on = fields.DayField(label=_("Paid on"), required=False)
    expected_delivery_on = fields.DayField(label=_("Expected on"), required=False)
    field_order = ("amount", "currency", "programme", "tier", "incoterm", "paid_on", "expected_delivery_on")


class LargeOrderForm(Programmed):
    """A large order and what splitting it would cost."""

    AMOUNTS = ("total", "freight_together", "freight_each", "handling_each", "linked_reserved", "line_left")
    total = _amount(_("Total of the order"), required=True)
    parts = forms.IntegerField(
        label=_("Contracts, if split"),
        required=False,
        min_value=2,
        max_value=100,
        help_text=_("Empty: as few as it takes."),
    )
    days_apart = forms.IntegerField(
        label=_("Days between their signatures"), required=False, min_value=0, max_value=365
    )
    freight_together = _amount(_("Freight of one consignment"))
    freight_each = _amount(_("Freight of each part alone"))
    handling_each = _amount(_("Handling of each further contract"))
    linked_reserved = _amount(_("Cover that linked orders have reserved"))
    line_left = _amount(_("Free of the supplier's line"), help_text=_("Empty: not limited by a line."))
    field_order = ("total", "currency", "programme", "tier", "parts", "days_apart")


class TableForm(forms.Form):
    """Whose rules."""

    programme = forms.ChoiceField(label=_("Protection programme"), choices=_programme_choices)


def _read(form_class: type[forms.Form], request: HttpRequest, defaults: dict[str, Any]) -> forms.Form:
    """The form as asked; as it opens where nothing was asked yet."""
    asked = {name: request.GET[name] for name in form_class.base_fields if name in request.GET}
    return form_class({**defaults, **asked}) if asked else form_class(initial=defaults)


def _newest(name: str) -> Programme:
    return programmes.read_row(programmes.latest(name=name))


@require_GET
@edge.page
def plan(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The sampling plan of a lot, and what it lets pass."""
    rules_of = _newest(DEFAULT).inspection
    defaults: dict[str, Any] = {
        "lot_size": 4000,
        "level": rules_of.level,
        "aql": rules_of.aql_major,
        "inspection": "normal",
    }
    form = _read(PlanForm, request, defaults)
    shown: dict[str, Any] = {"form": form, "tab": "contracts", "here": "sampling_plan"}
    if not form.is_bound or form.is_valid():
        given = form.cleaned_data if form.is_bound else defaults
        try:
            found = sampling_plan(
                lot_size=given["lot_size"], level=given["level"], aql=given["aql"], inspection=given["inspection"]
            )
            seen = outlook(lot_size=found.lot_size, n=found.n, ac=found.ac)
            one = ClassOutlook(None, found.aql, found.letter, seen)
            shown |= {"plan": found, "seen": sampling.shown([one], lot_size=found.lot_size)}
            shown["sources"] = [source for source in tables().sources if source.key in found.sources]
        except PlanNotHeld as refusal:
            fields.say_no(form, refusal)
            if "code_letter" in refusal.facts:
                missing = {"letter": refusal.facts["code_letter"], "aql": refusal.facts["found"]}
                form.add_error("aql", _("Missing: code letter %(letter)s at AQL %(aql)s.") % missing)
    return render(request, "holdfast/planning/plan.html", shown)


@require_GET
@edge.page
def protection(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Ways to pay for one order, side by side."""
    defaults = {"amount": "20000", "currency": "USD", "programme": DEFAULT, "tier": "verified", "incoterm": "FOB"}
    form = _read(ComparisonForm, request, defaults)
    shown: dict[str, Any] = {"form": form, "tab": "contracts", "here": "protection"}
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            order = rules.ComparedOrder(
                amount_minor=_positive(data["amount"], field="amount"),
                currency=data["currency"],
                tier=data["tier"],
                incoterm=data["incoterm"],
                paid_on=data["paid_on"],
                expected_delivery_on=data["expected_delivery_on"],
            )
            ways = rules.compare(programme=_newest(data["programme"]), order=order, schemes=schemes())
            shown |= {"ways": ways, "order": order}
        except Refusal as refusal:
            fields.say_no(form, refusal, currency=data["currency"])
    return render(request, "holdfast/planning/protection.html", shown)


@require_GET
@edge.page
def large_order(request: HttpRequest, caller: Caller) -> HttpResponse:
    """A large order in one contract and in several."""
    defaults = {"total": "120000", "currency": "USD", "programme": DEFAULT, "tier": "verified", "days_apart": 0}
    form = _read(LargeOrderForm, request, defaults)
    shown: dict[str, Any] = {"form": form, "tab": "contracts", "here": "large_order"}
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            found = rules.plan_large_order(programme=_newest(data["programme"]), order=_large(data))
            linked = any(one.linked for one in found.split.contracts)
            advice = found.advice
            is_shared = advice == "splitting_gains_nothing" and linked
            shown |= {"plan": found, "currency": data["currency"], "ways": (("one", found.one), ("split", found.split))}
            shown["advice"] = f"{advice}_linked" if is_shared else advice
        except Refusal as refusal:
            fields.say_no(form, refusal, currency=data["currency"])
    return render(request, "holdfast/planning/large_order.html", shown)


def _large(data: dict[str, Any]) -> rules.LargeOrder:
    return rules.LargeOrder(
        total_minor=_positive(data["total"], field="total"),
        currency=data["currency"],
        tier=data["tier"],
        linked_reserved_minor=data["linked_reserved"] or 0,
        line_left_minor=data["line_left"],
        parts=data["parts"],
        days_apart=data["days_apart"] or 0,
        costs=rules.SplitCosts(
            freight_together_minor=data["freight_together"] or 0,
            freight_each_minor=data["freight_each"] or 0,
            handling_each_minor=data["handling_each"] or 0,
        ),
    )


def _positive(minor: int | None, *, field: str) -> int:
    if not minor:
        raise Invalid(field=field, accepted="more than 0")
    return minor


@require_GET
@edge.page
def incoterms(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Who carries what under each Incoterm, by the chosen programme."""
    form = _read(TableForm, request, {"programme": DEFAULT})
    name = form.cleaned_data["programme"] if form.is_bound and form.is_valid() else DEFAULT
    shown = {
        "form": form,
        "rows": rules.carrying_table(programme=_newest(name)),
        "programme": name,
        "tab": "contracts",
        "here": "incoterms",
    }
    return render(request, "holdfast/planning/incoterms.html", shown)
