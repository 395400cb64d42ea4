"""Contracts: the list, the draft form, the text both sides sign, and what each side may do with it.

It binds forms and calls one operation each. A signature is only passed on from somebody who has just proven again who
they are.
"""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from holdfast.console import edge, fields, proving, sampling
from holdfast.console.drafting import advising
from holdfast.console.drafting import document as documents
from holdfast.console.drafting.sheet import Sheet
from holdfast.console.pages import previewing, terms
from holdfast.console.pages.home import page_of, said
from holdfast.console.pages.orders import as_uuid
from holdfast.console.talking import before_of
from holdfast.contracts import operations, programmes, queries
from holdfast.contracts.rules import PERSON_ROLES, TRADERS, Signer
from holdfast.contracts.versions import amendments_of
from holdfast.kernel.identifiers import parse, public
from holdfast.kernel.refusals import Invalid, NotAllowed, NotFound, Refusal
from holdfast.orders.operations import signing
from holdfast.parties import queries as parties
from holdfast.parties.access import Caller, Standing, require
from holdfast.record.act import Act
from holdfast.record.events import ERASED, story
from holdfast.sourcing.queries import of_contract as quotation_of
from holdfast.terms.lint import lint
from holdfast.terms.lint.findings import tenth
from holdfast.terms.outlook import outlooks
from holdfast.terms.templates import templates

SIZE = 50
UNSIGNED = ("draft", "proposed", "signed_once")
STATES = ("draft", "proposed", "signed_once", "signed", "declined", "withdrawn", "lapsed")


class Parties(forms.Form):
    """Who writes the draft, as what, and with whom."""

    side = forms.ChoiceField(
        label=_("You"), choices=[("buyer", _("buy")), ("supplier", _("supply"))], widget=forms.RadioSelect
    )
    counterparty = forms.ChoiceField(label=_("The other side"), required=False)
    counterparty_ref = forms.CharField(
        label=_("or its ID"), required=False, max_length=40, help_text=_("It begins with org_.")
    )

    def __init__(self, caller: Caller, data: Any = None, typed: Mapping[str, Any] | None = None) -> None:
        kind = caller.organisation_kind or "buyer"
        super().__init__(data, initial={"side": "supplier" if kind == "supplier" else "buyer", **(typed or {})})
        known = parties.counterparties(organisation_id=caller.organisation_id) if caller.organisation_id else []
        self.fields["counterparty"].choices = [  # type: ignore[attr-defined]
            ("", "–"),
            *((public("org", one.id), f"{one.name}, {one.country}") for one in known),
        ]

        self.fields["counterparty"].is_needed = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One of the two ways to name the other side."""
        data: dict[str, Any] = super().clean() or {}
        if not data.get("counterparty") and not data.get("counterparty_ref"):
            self.add_error("counterparty", _("Choose a company, or give its ID."))
        return data


@require_GET
@edge.page
def index(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The contracts of one's side, newest first; the operator's staff reads them all through orders."""
    state = request.GET.get("state", "")
    found: list[queries.ContractLine] = []
    if caller.organisation_id is not None:
        found = queries.of_organisation(
            organisation_id=caller.organisation_id,
            state=state if state in STATES else None,
            before=as_uuid(request.GET.get("before")),
            limit=SIZE + 1,
        )
    rows, following = page_of(request, found, size=SIZE)
    shown = {"rows": rows, "following": following, "state": state, "states": STATES, "tab": "contracts"}
    return render(request, "holdfast/contracts.html", shown)


@require_http_methods(["GET", "POST"])
@edge.page
def new(request: HttpRequest, caller: Caller) -> HttpResponse:
    """A new draft."""
    require(caller, roles=PERSON_ROLES)
    if caller.organisation_id is None or caller.organisation_kind not in TRADERS:
        raise NotAllowed(accepted=list(PERSON_ROLES))
    if request.method == "GET":
        own = documents.default_sampling(programmes.read_row(programmes.latest(name="standard")))
        blank = Sheet.blank(programme="standard", currency="USD", **own)
        sheet = advising.from_template(blank, request.GET.get("template", ""))
        return _form(request, sheet, Parties(caller))
    if _changes_rows(request):
        # What was typed stays, and nothing is complained of before it is sent.
        return _form(request, _changed(request), Parties(caller, typed=request.POST.dict()))
    between = Parties(caller, request.POST)
    sheet = Sheet.posted(request.POST)
    if "preview" in request.POST:
        return previewing.of_sheet(request, caller, sheet, between, answer=_form)
    if not all([sheet.is_valid(), between.is_valid()]):
        return _form(request, sheet, between, status=422)
    try:
        return edge.command(
            request,
            caller=caller,
            role=between.cleaned_data["side"],
            operation=_draft(sheet, between.cleaned_data),
            then=_to_page,
        )
    except Refusal as refusal:
        if refusal.field and refusal.field.startswith("counterparty"):
            fields.say_no(between, refusal)
        else:
            sheet.say_no(refusal)
        return _form(request, sheet, between, status=refusal.status)


def _draft(sheet: Sheet, between: dict[str, Any]) -> Any:
    counterparty = parse("org", between["counterparty_ref"] or between["counterparty"])
    if counterparty is None:
        raise Invalid(field="counterparty_ref", accepted="org_ and 32 digits")
    written, data = documents.write(sheet), sheet.agreement.cleaned_data

    def draft(act: Act) -> queries.ContractPage:
        return operations.draft(
            act=act,
            counterparty_id=counterparty,
            programme=data["programme"],
            document=written,
            external_id=data["external_id"] or None,
        )

    return draft


@require_http_methods(["GET", "POST"])
@edge.page
def edit(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """The draft again."""
    standing = queries.contract_for(caller=caller, ref=ref)
    page = queries.page(contract_id=standing.id, role=standing.role)
    if "revise" not in {one.verb for one in page.acts}:
        raise NotFound
    require(caller, roles=PERSON_ROLES)
    Sheet.check_holds(page.text["agreed"])
    if request.method == "GET":
        sheet = documents.read(page.text["agreed"], programme=page.programme, external_id=page.external_id)
        return _form(request, sheet, page=page)
    if _changes_rows(request):
        return _form(request, _changed(request), page=page)
    sheet = Sheet.posted(request.POST)
    if "preview" in request.POST:
        return previewing.of_sheet(request, caller, sheet, page=page, answer=_form)
    if not sheet.is_valid():
        return _form(request, sheet, page=page, status=422)
    try:
        written, data = documents.write(sheet), sheet.agreement.cleaned_data
        return edge.command(
            request,
            caller=caller,
            role=standing.role,
            operation=lambda act: operations.revise(
                act=act,
                contract_id=standing.id,
                document=written,
                programme=data["programme"],
                external_id=data["external_id"] or None,
            ),
            then=_to_page,
        )
    except Refusal as refusal:
        sheet.say_no(refusal)
        return _form(request, sheet, page=page, status=refusal.status)


def _changes_rows(request: HttpRequest) -> bool:
    return not {"row_in", "row_out", "lint", "suggest", "ask"}.isdisjoint(request.POST)


def _changed(request: HttpRequest) -> Sheet:
    if "suggest" in request.POST:
        return advising.put_in(request.POST)
    return advising.ask(request.POST) if "ask" in request.POST else Sheet.changed(request.POST)


def _to_page(page: queries.ContractPage) -> str:
    return reverse("contract", args=[public("con", page.id)])


def _form(
    request: HttpRequest,
    sheet: Sheet,
    between: Parties | None = None,
    page: queries.ContractPage | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    shown = {
        "sheet": sheet,
        "between": between,
        "page": page,
        "tab": "contracts",
        "refused": status != 200 and not more,
        "advice": advising.advise(sheet),
        "templates": templates(),
        **more,
    }
    return render(request, "holdfast/contract_form.html", shown, status=status)


@require_GET
@edge.page
def show(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """One contract: what is agreed, the text that is signed, and what one may do with it."""
    return _page(request, caller, queries.contract_for(caller=caller, ref=ref))


@require_GET
@edge.page
def text(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """The bytes that both sides sign."""
    standing = queries.contract_for(caller=caller, ref=ref)
    response = HttpResponse(queries.canonical_text(contract_id=standing.id), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{ref}.json"'
    return response


class Signing(proving.Proof):
    """A signature: over the digest shown, by somebody who proves again who they are."""

    digest = forms.CharField(widget=forms.HiddenInput)


class Accepting(Signing):
    """The signature of a contract: with it the programme's terms are accepted."""

    terms_digest = forms.CharField(widget=forms.HiddenInput)
    """Of the terms as the page showed them: their language is the reader's."""


class Ending(forms.Form):
    """A no, with a reason if one wants to give it."""

    reason = forms.CharField(label=_("Reason"), required=False, max_length=2000, widget=fields.area(2))


class Proposing(forms.Form):
    """Nothing to fill in."""


FORMS: dict[str, type[forms.Form]] = {"propose": Proposing, "sign": Accepting, "decline": Ending, "withdraw": Ending}


@require_POST
@edge.page
def act(request: HttpRequest, caller: Caller, ref: str, verb: str) -> HttpResponse:
    """Propose, sign, decline or withdraw."""
    standing = queries.contract_for(caller=caller, ref=ref)
    if verb not in FORMS:
        raise NotFound
    require(caller, roles=PERSON_ROLES)
    form = Accepting(request, request.POST) if verb == "sign" else FORMS[verb](request.POST, auto_id=f"{verb}-%s")
    if not form.is_valid():
        return _page(request, caller, standing, (verb, form), status=422)
    operation = _operation(verb, standing, caller, form)
    try:
        done = edge.command(
            request,
            caller=caller,
            role=standing.role,
            operation=operation,
            then=lambda result: _after(result, standing),
        )
    except Refusal as refusal:
        fields.say_no(form, refusal)
        return _page(request, caller, standing, (verb, form), status=refusal.status)
    said(request)
    return done


def _operation(verb: str, standing: Standing, caller: Caller, form: forms.Form) -> Any:
    data = form.cleaned_data
    match verb:
        case "propose":
            return lambda act: signing.propose(act=act, contract_id=standing.id)
        case "sign":
            signer = Signer("person", caller.id, caller.member_role, None, None, None, proven_again=True)
            stated = {"digest": data["digest"], "terms_digest": data["terms_digest"]}
            return lambda act: signing.sign(act=act, contract_id=standing.id, signer=signer, **stated)
        case "decline":
            return lambda act: operations.decline(act=act, contract_id=standing.id, reason=data["reason"])
        case _:
            return lambda act: operations.withdraw(act=act, contract_id=standing.id, reason=data["reason"])


def _after(result: Any, standing: Standing) -> str:
    """To the order once there is one, else back to the contract."""
    order_id = result.order_id if isinstance(result, signing.Signed) else None
    return reverse("order", args=[public("ord", order_id)]) if order_id else _contract(standing)


def _contract(standing: Standing) -> str:
    return reverse("contract", args=[public("con", standing.id)])


def _page(
    request: HttpRequest,
    caller: Caller,
    standing: Standing,
    bound: tuple[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    page = queries.page(contract_id=standing.id, role=standing.role)
    is_writing = caller.member_role in PERSON_ROLES
    terms_shown = terms.before_signing(page)
    asked = [
        (one, _unbound(request, one.verb, page, terms_shown) if bound is None or bound[0] != one.verb else bound[1])
        for one in page.acts
        if one.verb in FORMS and is_writing
    ]
    if bound is not None and bound[0] not in {one.verb for one, _form in asked}:
        asked.insert(0, (queries.Possible(bound[0], None), bound[1]))
    # What is signed is signed; before that, both sides should know what would not hold.
    report = lint(page.text) if page.state in UNSIGNED else None
    shown = {
        "page": page,
        "agreed": page.text["agreed"],
        "sampling": _sampling(standing),
        "lint": report,
        "lint_score": tenth(report.score_percent) if report else "",
        "lint_whole": int(report.score_percent) if report else 0,
        "told": advising.told(report) if report else (),
        "asked": asked,
        "may_revise": is_writing and any(one.verb == "revise" for one in page.acts),
        **previewing.of_page(page, caller),
        **terms_shown,
        "amendments": amendments_of(contract_id=page.id, role=page.role) if page.state == "signed" else [],
        "canonical": json.dumps(page.text, indent=2, ensure_ascii=False, sort_keys=True),
        "quotation": quotation_of(contract_id=page.id),
        "said_before": before_of(caller=caller, contract_id=page.id),
        "why": _why(page),
        "tab": "contracts",
    }
    return render(request, "holdfast/contract.html", shown, status=status)


def _sampling(standing: Standing) -> sampling.SamplingShown:
    """What the contract's criterion lets pass, in one lot of all that is ordered."""
    document = queries.agreement(contract_id=standing.id).document
    lot_size = sum(line.quantity for line in document.lines)
    return sampling.shown(outlooks(criterion=document.criterion, lot_size=lot_size), lot_size=lot_size)


def _why(page: queries.ContractPage) -> str | None:
    """What was said when it was declined or withdrawn, if anything was and it was not erased."""
    if page.state not in ("declined", "withdrawn"):
        return None
    said_last = story(chain_id=page.order_id)[-1].private.get("reason")
    return said_last if isinstance(said_last, str) and said_last != ERASED else None


def _unbound(request: HttpRequest, verb: str, page: queries.ContractPage, terms_shown: Mapping[str, Any]) -> forms.Form:
    if verb == "sign":
        stated = {"digest": page.digest, "terms_digest": terms_shown["terms_asked"].terms.digest}
        return Accepting(request, initial=stated)
    return FORMS[verb](auto_id=f"{verb}-%s")
