"""Quotations: the desk of the supplier who writes them and of the buyer who answers, accepts or declines.

It binds forms and calls one operation each. What a quotation means is said by its room.
"""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from holdfast.console import changing, edge, fields, talking_quoted, words
from holdfast.console.drafting import document as drafts
from holdfast.console.drafting import quoting
from holdfast.console.drafting.amending import suggested
from holdfast.console.drafting.quoting import SHIP_TO, CounterSheet, QuotationSheet
from holdfast.console.pages.home import page_of, said
from holdfast.console.pages.orders import as_uuid
from holdfast.contracts import queries as contracts
from holdfast.contracts.operations import accept_quotation
from holdfast.contracts.programmes import latest, programme_of
from holdfast.contracts.rules import PERSON_ROLES
from holdfast.kernel.identifiers import parse, public
from holdfast.kernel.refusals import Invalid, NotAllowed, NotFound, Refusal
from holdfast.parties import queries as parties
from holdfast.parties.access import Caller, Standing, require
from holdfast.programme import Programme
from holdfast.record.act import Act
from holdfast.sourcing import document as documents
from holdfast.sourcing import operations, queries, rules
from holdfast.sourcing.queries import QuotationPage

SIZE = 50
SIDES = {"received": "buyer", "given": "supplier"}


class Buyer(forms.Form):
    """To whom a quotation goes."""

    buyer = forms.ChoiceField(label=_("Quoted to"), required=False)
    buyer_ref = forms.CharField(
        label=_("or its ID"), required=False, max_length=40, help_text=_("It begins with org_.")
    )

    def __init__(self, caller: Caller, data: Any = None) -> None:
        super().__init__(data)
        known = parties.counterparties(organisation_id=caller.organisation_id) if caller.organisation_id else []
        self.fields["buyer"].choices = [  # type: ignore[attr-defined]
            ("", "–"),
            *((public("org", one.id), f"{one.name}, {one.country}") for one in known),
        ]
        self.fields["buyer"].is_needed = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One of the two ways to name the buyer."""
        data: dict[str, Any] = super().clean() or {}
        if not data.get("buyer") and not data.get("buyer_ref"):
            self.add_error("buyer", _("Choose a company, or give its ID."))
        return data


class Declining(forms.Form):
    """A no with its reason."""

    reason = forms.ChoiceField(
        label=_("Reason"), choices=lambda: [(one, words.word("quotation_reason", one)) for one in rules.REASONS]
    )
    note = forms.CharField(label=_("In your words"), required=False, max_length=2000, widget=fields.area(2))


class Withdrawing(forms.Form):
    """An end, with a reason if one wants to give it."""

    note = forms.CharField(label=_("Reason"), required=False, max_length=2000, widget=fields.area(2))


class Accepting(forms.Form):
    """The version that was read, the quantity of each line, and where the goods go if that is not said yet."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, page: QuotationPage, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, initial={"version": page.version}, **kwargs)
        for line in page.document["lines"]:
            self.fields[f"quantity_{line['number']}"] = forms.IntegerField(
                label=_("Quantity of %(product)s") % {"product": line["product"]},
                min_value=1,
                initial=line["quantity"],
                widget=forms.NumberInput({"class": "units"}),
            )
        if page.document.get("ship_to") is None:
            agreed = quoting.Quoting.base_fields
            for key in SHIP_TO:
                self.fields[f"ship_to_{key}"] = agreed[f"ship_to_{key}"]

    def wanted(self) -> dict[str, Any]:
        """What the acceptance says."""
        data = self.cleaned_data
        quantities = {int(name.rpartition("_")[2]): data[name] for name in data if name.startswith("quantity_")}
        ship_to = {key: data[f"ship_to_{key}"] for key in SHIP_TO} if "ship_to_city" in data else None
        return {"version": data["version"], "quantities": quantities, "ship_to": ship_to}


@require_GET
@edge.page
def index(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The quotations one gave and received, newest first."""
    state, box = request.GET.get("state", ""), request.GET.get("box", "")
    found: list[queries.QuotationLine] = []
    if caller.organisation_id is not None:
        found = queries.of_organisation(
            organisation_id=caller.organisation_id,
            state=state if state in rules.QUOTATION.states else None,
            side=SIDES.get(box),
            before=as_uuid(request.GET.get("before")),
            limit=SIZE + 1,
        )
    rows, following = page_of(request, found, size=SIZE)
    shown = {
        "rows": rows,
        "following": following,
        "state": state,
        "box": box,
        "boxes": SIDES,
        "states": rules.QUOTATION.states,
        "may_offer": caller.organisation_kind in rules.SELLERS and caller.member_role in PERSON_ROLES,
        "comparable": sum(row.side == "buyer" for row in rows) > 1,
        "tab": "quotations",
    }
    return render(request, "holdfast/quotations.html", shown)


@require_http_methods(["GET", "POST"])
@edge.page
def new(request: HttpRequest, caller: Caller) -> HttpResponse:
    """A new quotation."""
    require(caller, roles=PERSON_ROLES)
    if caller.organisation_id is None or caller.organisation_kind not in rules.SELLERS:
        raise NotAllowed(role=caller.organisation_kind, accepted=list(rules.SELLERS))
    if request.method == "GET":
        own = drafts.default_sampling(_newest("standard"))
        return _form(request, QuotationSheet.blank(programme="standard", currency="USD", **own), Buyer(caller))
    to = Buyer(caller, request.POST)
    if _changes_rows(request):
        return _form(request, QuotationSheet.changed(request.POST), to)
    sheet = QuotationSheet.posted(request.POST)
    if not all([sheet.is_valid(), to.is_valid()]):
        return _form(request, sheet, to, status=422)
    try:
        operation = _offer(sheet, to.cleaned_data)
        return edge.command(request, caller=caller, role="supplier", operation=operation, then=_to_page)
    except Refusal as refusal:
        if refusal.field and refusal.field.startswith("buyer"):
            fields.say_no(to, refusal)
        else:
            sheet.say_no(refusal)
        return _form(request, sheet, to, status=refusal.status)


def _offer(sheet: QuotationSheet, to: dict[str, Any]) -> Any:
    buyer = parse("org", to["buyer_ref"] or to["buyer"])
    if buyer is None:
        raise Invalid(field="buyer_ref", accepted="org_ and 32 digits")
    written, data = quoting.write(sheet), sheet.agreement.cleaned_data

    def offer(act: Act) -> QuotationPage:
        return operations.offer(
            act=act,
            buyer_id=buyer,
            programme=_newest(data["programme"]),
            programme_of=programme_of,
            document=written,
            external_id=data["external_id"] or None,
        )

    return offer


def _newest(name: str) -> Programme:
    row = latest(name=name)
    return programme_of(name=row.name, version=row.version)


@require_http_methods(["GET", "POST"])
@edge.page
def edit(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """The next version: the supplier revises, the buyer answers with a counter-offer."""
    standing = queries.quotation_for(caller=caller, ref=ref)
    page = _read(standing, caller)
    verb = "revise" if standing.role == "supplier" else "counter"
    if verb not in {one.verb for one in page.acts}:
        raise NotFound
    require(caller, roles=PERSON_ROLES)
    kind = QuotationSheet if verb == "revise" else CounterSheet
    if request.method == "GET":
        filled = suggested(page.document, request.GET, check=documents.stored)
        sheet = quoting.read(filled, kind=kind, programme=page.programme, external_id=page.external_id)
        return _form(request, sheet, page=page)
    if _changes_rows(request):
        return _form(request, kind.changed(request.POST), page=page)
    sheet = kind.posted(request.POST)
    if not sheet.is_valid():
        return _form(request, sheet, page=page, status=422)
    act_on = operations.revise if verb == "revise" else operations.counter
    try:
        written = quoting.write(sheet)
        return edge.command(
            request,
            caller=caller,
            role=standing.role,
            operation=lambda act: act_on(
                act=act, quotation_id=standing.id, programme_of=programme_of, document=written
            ),
            then=_to_page,
        )
    except Refusal as refusal:
        sheet.say_no(refusal)
        return _form(request, sheet, page=page, status=refusal.status)


def _changes_rows(request: HttpRequest) -> bool:
    return "row_in" in request.POST or "row_out" in request.POST


def _to_page(page: QuotationPage) -> str:
    return reverse("quotation", args=[public("quo", page.id)])


def _form(
    request: HttpRequest,
    sheet: QuotationSheet,
    to: Buyer | None = None,
    page: QuotationPage | None = None,
    status: int = 200,
) -> HttpResponse:
    shown = {"sheet": sheet, "to": to, "page": page, "tab": "quotations", "refused": status != 200}
    return render(request, "holdfast/quotation_form.html", shown, status=status)


@require_GET
@edge.page
def show(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """One quotation: what is offered, what its price buys, every version, and what one may do."""
    return shown_page(request, caller, queries.quotation_for(caller=caller, ref=ref))


@require_POST
@edge.page
def act(request: HttpRequest, caller: Caller, ref: str, verb: str) -> HttpResponse:
    """Accept, decline or withdraw."""
    standing = queries.quotation_for(caller=caller, ref=ref)
    page = _read(standing, caller)
    if verb not in ("accept", "decline", "withdraw"):
        raise NotFound
    require(caller, roles=PERSON_ROLES)
    form = _bound(verb, page, request.POST)
    if not form.is_valid():
        return shown_page(request, caller, standing, (verb, form), status=422)
    try:
        done = edge.command(
            request,
            caller=caller,
            role=standing.role,
            operation=_operation(verb, standing, form),
            then=_after,
        )
    except Refusal as refusal:
        fields.say_no(form, refusal)
        return shown_page(request, caller, standing, (verb, form), status=refusal.status)
    said(request)
    return done


def _operation(verb: str, standing: Standing, form: forms.Form) -> Any:
    data = form.cleaned_data
    own: dict[str, Any] = {"quotation_id": standing.id}
    match verb:
        case "accept":
            wanted = form.wanted()  # type: ignore[attr-defined]
            return lambda act: accept_quotation(act=act, **own, **wanted)
        case "decline":
            return lambda act: operations.decline(act=act, programme_of=programme_of, **own, **data)
        case _:
            return lambda act: operations.withdraw(act=act, programme_of=programme_of, **own, **data)


def _after(result: Any) -> str:
    """To the draft that an acceptance made, else back to the quotation."""
    if isinstance(result, contracts.ContractPage):
        return reverse("contract", args=[public("con", result.id)])
    return _to_page(result)


def _bound(verb: str, page: QuotationPage, data: Any = None) -> forms.Form:
    auto = f"{verb}-%s"
    match verb:
        case "accept":
            return Accepting(page, data, auto_id=auto)
        case "decline":
            return Declining(data, auto_id=auto)
        case _:
            return Withdrawing(data, auto_id=auto)


def _read(standing: Standing, caller: Caller) -> QuotationPage:
    return queries.page(quotation_id=standing.id, role=standing.role, programme_of=programme_of, now=caller.now)


def shown_page(
    request: HttpRequest,
    caller: Caller,
    standing: Standing,
    bound: tuple[str, forms.Form] | None = None,
    *,
    status: int = 200,
    talk: talking_quoted.Bound | None = None,
) -> HttpResponse:
    """The page of a quotation, with a form that came back with a no."""
    page = _read(standing, caller)
    is_writing = caller.member_role in PERSON_ROLES
    open_now = {one.verb: one for one in page.acts} if is_writing else {}
    asked = [
        (open_now[verb], bound[1] if bound is not None and bound[0] == verb else _bound(verb, page))
        for verb in ("accept", "decline", "withdraw")
        if verb in open_now
    ]
    if bound is not None and bound[0] not in open_now:
        asked.insert(0, (queries.PossibleStep(bound[0], None), bound[1]))
    found = queries.versions(quotation_id=standing.id, role=standing.role, programme_of=programme_of)
    shown = {
        "page": page,
        "offered": page.document,
        "asked": asked,
        "next": next((verb for verb in ("revise", "counter") if verb in open_now), None),
        "versions": [(one, list(changing.told(one.changes, currency=page.currency))) for one in reversed(found)],
        "contract": _contract(caller, page),
        "talk": talking_quoted.of_quotation(caller=caller, page=page, bound=talk),
        "gaps": {one.line: one for one in page.buys.lines},
        "tab": "quotations",
    }
    return render(request, "holdfast/quotation.html", shown, status=status)


def _contract(caller: Caller, page: QuotationPage) -> str | None:
    """The contract that it became, once it is there for this reader: a draft is its own side's alone."""
    if page.contract_id is None:
        return None
    try:
        return public("con", contracts.contract_for(caller=caller, ref=public("con", page.contract_id)).id)
    except NotFound:
        return None
