"""The desk's papers: what is held in all by a report currency, invoices to issue, exports, rates, and what all of it
rests on: who invoices, tax rules, numbers of accounts.

It asks the treasury's questions and calls one operation an act.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from holdfast.console import edge, fields, words
from holdfast.console.drafting.rows import currency_choices
from holdfast.console.pages.desk.navigation import STAFF, desk_page
from holdfast.console.pages.home import said
from holdfast.console.pages.papers import SHOWN, BillingForm, PeriodForm, last_month, statement_file
from holdfast.kernel.clock import local_day
from holdfast.kernel.money import currencies
from holdfast.kernel.refusals import Invalid, NotFound, Refusal
from holdfast.parties import access
from holdfast.parties import queries as parties
from holdfast.parties.access import Caller
from holdfast.record.act import Act
from holdfast.treasury.operations import bookkeeping, invoices, rates
from holdfast.treasury.papers.books import FORMATS
from holdfast.treasury.papers.rules import ANYWHERE, TREATMENTS
from holdfast.treasury.queries import exports, statements, totals
from holdfast.treasury.queries import invoices as queries

Operation = Callable[[Act], Any]
REPORT = "EUR"
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "beancount": "text/plain; charset=utf-8",
    "hledger": "text/plain; charset=utf-8",
}
TREATMENT_WORDS = {
    "standard": _("contains tax"),
    "reverse_charge": _("reverse charge"),
    "export": _("outside the tax territory"),
    "exempt": _("no tax"),
}


TOTAL_WORDS = {
    "held": _("Held"),
    "frozen": _("Frozen: disputed"),
    "refundable": _("To be refunded"),
    "payable": _("Suppliers' balances"),
    "deposits": _("Guarantees"),
    "suspense": _("Not placed"),
    "in_transit": _("On its way"),
    "reserve": _("Reserve"),
}


def _rule_countries() -> list[tuple[str, Any]]:
    return [(ANYWHERE, _("Any other country")), *fields.countries()]


def _numbered() -> list[tuple[str, str]]:
    return [(one.code, words.word("ledger", one.code)) for one in exports.numbered()]


class DeskForm(forms.Form):
    """Something finance records. `roles` of the staff may."""

    title: ClassVar[str | Promise] = ""
    submit: ClassVar[str | Promise] = _("Record it")
    roles: ClassVar[tuple[str, ...]] = STAFF

    def operation(self) -> Operation:
        """The one operation, with what was filled in."""
        raise TypeError(type(self).__name__)


class IssueMonth(DeskForm):
    """Issue the papers of a month."""

    title, submit = _("Issue the invoices of a month"), _("Issue")
    month = forms.CharField(label=_("Month"), max_length=7, help_text=_("Like 2026-03. Its books must be closed."))

    def operation(self) -> Operation:
        """Issues."""
        text = self.cleaned_data["month"]
        try:
            month = date.fromisoformat(f"{text}-01")
        except ValueError as error:
            raise Invalid(field="month", found=text, accepted="2026-03") from error
        return lambda act: invoices.issue_month(act=act, month=month)


class SetSeller(BillingForm, DeskForm):
    """Say who invoices."""

    title, roles = _("Who invoices"), ("administrator",)
    begins_with = forms.CharField(
        label=_("Numbers begin with"), max_length=12, help_text=_("Capital letters and digits, like HM.")
    )

    def operation(self) -> Operation:
        """Records it."""
        return lambda act: bookkeeping.set_seller(act=act, legal=self.legal(), prefix=self.cleaned_data["begins_with"])


class SetTaxRule(DeskForm):
    """Say how fees are taxed."""

    title, roles = _("A tax rule"), ("administrator",)
    country = forms.ChoiceField(label=_("Country"), choices=_rule_countries)
    treatment = forms.ChoiceField(label=_("Treatment"), choices=[(name, TREATMENT_WORDS[name]) for name in TREATMENTS])
    percent = forms.DecimalField(label=_("Per cent"), max_digits=5, decimal_places=2, min_value=0, initial="0")
    valid_from = fields.DayField(label=_("From"))

    def operation(self) -> Operation:
        """Records it."""
        return lambda act: bookkeeping.set_tax_rule(act=act, **self.cleaned_data)


class SetRate(DeskForm):
    """Record one rate."""

    title = _("A rate by hand")
    currency = forms.ChoiceField(label=_("Currency"), choices=currency_choices, initial="USD")
    on = fields.DayField(label=_("Day"))
    per_base = forms.CharField(label=_("For one euro"), max_length=20)

    def operation(self) -> Operation:
        """Records it."""
        return lambda act: rates.set_rate(act=act, **self.cleaned_data)


class ImportRates(DeskForm):
    """Take in a file of rates."""

    title, submit = _("A file of reference rates"), _("Take it in")
    file = forms.FileField(label=_("File"), help_text=_("As the European Central Bank publishes them, XML or CSV."))

    def operation(self) -> Operation:
        """Takes it in."""
        content = self.cleaned_data["file"].read()
        return lambda act: rates.take_in(act=act, content=content)


class SetAccountNumber(DeskForm):
    """Say under which number an account is exported."""

    title = _("The number of an account")
    code = forms.ChoiceField(label=_("Account"), choices=_numbered)
    number = forms.CharField(label=_("Number"), max_length=12)
    name = forms.CharField(label=_("Name"), max_length=80)

    def operation(self) -> Operation:
        """Records it."""
        return lambda act: bookkeeping.set_account_number(act=act, **self.cleaned_data)


FORMS: dict[str, type[DeskForm]] = {
    "issue": IssueMonth,
    "rate": SetRate,
    "rates": ImportRates,
    "account": SetAccountNumber,
    "seller": SetSeller,
    "tax": SetTaxRule,
}


class JournalForm(forms.Form):
    """The journal of some days."""

    from_on = fields.DayField(label=_("From"))
    to_on = fields.DayField(label=_("To"))
    format = forms.ChoiceField(label=_("As"), choices=[(form, form) for form in FORMATS])


class AnyStatement(PeriodForm):
    """A statement of any organisation."""

    organisation = forms.CharField(label=_("Organisation"), max_length=40, help_text=_("Its ID, like org_…"))


@require_GET
@desk_page
def index(request: HttpRequest, caller: Caller) -> HttpResponse:
    """All of it."""
    return _page(request, caller)


@require_POST
@desk_page
def act(request: HttpRequest, caller: Caller, verb: str) -> HttpResponse:
    """Record something, or issue a month."""
    if verb not in FORMS:
        raise NotFound
    role = access.require_staff(caller, *FORMS[verb].roles)
    form = FORMS[verb](request.POST, request.FILES, auto_id=f"{verb}-%s")
    if not form.is_valid():
        return _page(request, caller, {verb: form}, status=422)
    try:
        done = edge.command(
            request,
            caller=caller,
            role=role,
            operation=form.operation(),
            then=lambda _result: reverse("desk_papers"),
        )
    except Refusal as refusal:
        fields.say_no(form, refusal)
        return _page(request, caller, {verb: form}, status=refusal.status)
    said(request)
    return done


@require_GET
@desk_page
def journal(request: HttpRequest, caller: Caller) -> Any:
    """The journal as a file, sent as it is read."""
    form = JournalForm(request.GET)
    if not form.is_valid():
        return _page(request, caller, {"journal": form}, status=422)
    data = form.cleaned_data
    try:
        parts = exports.exported(first=data["from_on"], last=data["to_on"], form=data["format"])
    except Refusal as refusal:
        fields.say_no(form, refusal)
        return _page(request, caller, {"journal": form}, status=refusal.status)
    response = StreamingHttpResponse((part.encode() for part in parts), content_type=KINDS[data["format"]])
    name = exports.file_name(first=data["from_on"], last=data["to_on"], form=data["format"])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_GET
@desk_page
def statement(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Any organisation's statement as a file."""
    form = AnyStatement(request.GET)
    if not form.is_valid():
        return _page(request, caller, {"statement": form}, status=422)
    data = form.cleaned_data
    try:
        whose = access.organisation_for(caller=caller, ref=data["organisation"]).id
        found = statements.of_organisation(
            organisation_id=whose, currency=data["currency"], from_on=data["from_on"], to_on=data["to_on"]
        )
        return statement_file(found, data["format"], parties.organisation(organisation_id=whose).language)
    except Refusal as refusal:
        fields.say_no(form, refusal)
        return _page(request, caller, {"statement": form}, status=refusal.status)


def _page(
    request: HttpRequest, caller: Caller, bound: dict[str, forms.Form] | None = None, status: int = 200
) -> HttpResponse:
    today, given = local_day(caller.now, exports.zone()), bound or {}
    wanted = request.GET.get("report_currency", REPORT)
    report = wanted if wanted in currencies() else REPORT
    period = last_month(today)
    mine = [verb for verb, form in FORMS.items() if caller.staff & set(form.roles)]
    rows = list(queries.visible(caller=caller).order_by("-id")[:SHOWN])
    stands = totals.totals(today=today, report_currency=report)
    places = dict(_rule_countries())
    shown = {
        "totals": stands,
        "groups": [(TOTAL_WORDS[one.group], one) for one in stands.totals],
        "sums": [(TOTAL_WORDS[one.group], one) for one in stands.sums],
        "report_choices": [code for code, _name in currency_choices()],
        "papers": [queries.view(row) for row in rows],
        "for_finance": True,
        "seller": queries.seller(),
        "tax_rules": [
            (rule, places.get(rule.country, rule.country), TREATMENT_WORDS[rule.treatment])
            for rule in queries.tax_rules()
        ],
        "rates": totals.rates(limit=40),
        "accounts": exports.numbered(),
        "forms": [(verb, given.get(verb) or FORMS[verb](auto_id=f"{verb}-%s")) for verb in mine],
        "journal": given.get("journal") or JournalForm(initial=period, auto_id="journal-%s"),
        "statement": given.get("statement") or AnyStatement(initial=period, auto_id="statement-%s"),
    }
    return render(request, "holdfast/desk/papers.html", shown, status=status)
