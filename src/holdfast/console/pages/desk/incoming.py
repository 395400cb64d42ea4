"""Incoming money at the desk: statements taken in, what waits in suspense with what it may be for, debits nobody knows.

It asks the questions of banks and payments and calls one operation an act. Which money fits is shown, never decided.
"""

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from holdfast.console import edge, fields
from holdfast.console.drafting.rows import currency_choices
from holdfast.console.pages.desk.navigation import desk_page
from holdfast.console.pages.home import said
from holdfast.kernel.identifiers import parse
from holdfast.kernel.refusals import Invalid, NotFound, Refusal
from holdfast.orders.candidates import candidates
from holdfast.orders.operations import by_hand, explaining, incoming, wiring
from holdfast.orders.queries import order_named
from holdfast.parties import access
from holdfast.parties.access import Caller
from holdfast.rails import incoming as questions
from holdfast.rails import operations, queries
from holdfast.rails.bank import StatementTooLarge
from holdfast.rails.operations.bank_accounts import add_bank_account
from holdfast.record.act import Act

LINES = 100
FILES = 20


class Upload(forms.Form):
    """A file as the bank gave it."""

    file = forms.FileField(label=_("Statement: camt.052, camt.053, camt.054 or MT940"))


class Account(forms.Form):
    """An account of the operator's."""

    name = forms.CharField(label=_("Name"), max_length=140)
    number = forms.CharField(label=_("IBAN or number"), max_length=64)
    currency = forms.ChoiceField(label=_("Currency"), choices=currency_choices)
    bic = forms.CharField(label=_("BIC"), max_length=11, required=False)
    holds = forms.ChoiceField(
        label=_("Whose money"), choices=[("clients", _("Clients' money")), ("own", _("Our own money"))]
    )


class Placing(forms.Form):
    """For what money came: a payment that is shown, or an order by its number."""

    payment_id = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    order = forms.CharField(
        label=_("Order number, or the reference of a payment, a guarantee or a debt"), required=False, max_length=40
    )
    reason = forms.CharField(label=_("Why"), max_length=500)


class Returning(forms.Form):
    """Back to who sent it."""

    reason = forms.CharField(label=_("Why"), max_length=500)


class Explaining(forms.Form):
    """What a debit is."""

    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=[
            ("bank_charge", _("The bank's charge")),
            ("own_money", _("Our own money, taken out")),
            ("by_hand", _("Written elsewhere")),
        ],
    )
    reason = forms.CharField(label=_("Why"), max_length=500)


@require_http_methods(["GET", "POST"])
@desk_page
def index(request: HttpRequest, caller: Caller) -> HttpResponse:
    """What came and what waits; a post takes a statement in."""
    if request.method == "GET":
        return _page(request, caller)
    form = Upload(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, caller, bound={"upload": form}, status=422)
    role = access.require_staff(caller, "finance", "administrator")
    try:
        done = _taken_in(caller.act(role=role), form.cleaned_data["file"])
    except Refusal as refusal:
        fields.say_no(form, refusal)
        return _page(request, caller, bound={"upload": form}, status=refusal.status)
    said(request)
    return edge.see_other(reverse("desk_statement_file", args=[f"stf_{done.file_id.hex}"]))


def _taken_in(act: Act, upload: Any) -> incoming.Imported:
    if upload.size > settings.STATEMENT_BYTES:
        raise StatementTooLarge(field="file", accepted={"at_most_bytes": settings.STATEMENT_BYTES})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "statement"
        with path.open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
        return incoming.import_statement(act=act, path=path, name=upload.name or "statement")


@require_http_methods(["GET"])
@desk_page
def statement(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """One file: its statements and its lines."""
    file = questions.file_for(ref=ref)
    states = questions.states_of(file_ids=[file.id])[file.id]
    state = request.GET.get("state") if request.GET.get("state") in states else None
    lines = questions.statement_lines(state=state, file_id=file.id).order_by("-id")[:LINES]
    shown = {
        "tab": "desk",
        "file": file,
        "states": states,
        "state": state,
        "statements": questions.statements_of(file_id=file.id),
        "lines": lines,
    }
    return render(request, "holdfast/desk/statement.html", shown)


@require_POST
@desk_page
def act(request: HttpRequest, caller: Caller, verb: str, ref: str = "") -> HttpResponse:
    """Make an account known, place or return what waits, say what a debit was."""
    if verb not in _ACTS or bool(ref) is (verb == "account"):
        raise NotFound
    kind, operation = _ACTS[verb]
    form = kind(request.POST)
    place = {verb: form} if not ref else {f"{verb} {ref}": form}
    if not form.is_valid():
        return _page(request, caller, bound=place, status=422)
    role = access.require_staff(caller, "finance", "administrator")
    try:
        done = edge.command(
            request,
            caller=caller,
            role=role,
            operation=lambda by: operation(by, ref, form.cleaned_data),
            then=lambda _result: reverse("desk_incoming"),
        )
    except Refusal as refusal:
        fields.say_no(form, refusal)
        return _page(request, caller, bound=place, status=refusal.status)
    said(request)
    return done


def _known(by: Act, _ref: str, given: dict[str, Any]) -> Any:
    return add_bank_account(act=by, **given)


def _match(by: Act, ref: str, given: dict[str, Any]) -> Any:
    payment_id, order_id, named = parse("pay", given["payment_id"]), None, given["order"].strip().upper()
    if payment_id is None and named.startswith("RF"):
        return by_hand.match_reference(act=by, stray_id=_id("str", ref), reference=named, reason=given["reason"])
    if payment_id is None:
        order_id = order_named(number=named)
        if order_id is None:
            raise Invalid(field="order", found=named, accepted="the number of an order, or a reference RF…")
    return wiring.match_stray(
        act=by, stray_id=_id("str", ref), payment_id=payment_id, order_id=order_id, reason=given["reason"]
    )


def _return(by: Act, ref: str, given: dict[str, Any]) -> Any:
    return operations.return_stray(act=by, stray_id=_id("str", ref), reason=given["reason"])


def _explain(by: Act, ref: str, given: dict[str, Any]) -> Any:
    return explaining.explain_line(act=by, line_id=_id("sln", ref), **given)


_ACTS = {
    "account": (Account, _known),
    "match": (Placing, _match),
    "return": (Returning, _return),
    "explain": (Explaining, _explain),
}


def _id(prefix: str, ref: str) -> UUID:
    found = parse(prefix, ref)
    if found is None:
        raise NotFound
    return found


def _page(
    request: HttpRequest, caller: Caller, *, bound: dict[str, forms.Form] | None = None, status: int = 200
) -> HttpResponse:
    given = bound or {}
    strays = queries.open_strays()
    fitting = candidates(strays=strays)
    unknown = list(questions.statement_lines(state="unexplained").order_by("booked_on", "id")[:LINES])
    files = list(questions.statement_files().order_by("-id")[:FILES])
    states = questions.states_of(file_ids=[file.id for file in files])
    shown = {
        "tab": "desk",
        "upload": given.get("upload") or Upload(),
        "account": given.get("account") or Account(initial={"holds": "clients"}),
        "accounts": questions.bank_accounts(),
        "strays": [
            (row, fitting[row.id], _form(given, "match", "str", row), _form(given, "return", "str", row))
            for row in strays
        ],
        "unknown": [(line, _form(given, "explain", "sln", line)) for line in unknown],
        "breaks": questions.breaks(),
        "files": [(file, states[file.id]) for file in files],
    }
    return render(request, "holdfast/desk/incoming.html", shown, status=status)


def _form(given: dict[str, forms.Form], verb: str, prefix: str, row: Any) -> forms.Form:
    ref = f"{prefix}_{row.id.hex}"
    return given.get(f"{verb} {ref}") or _ACTS[verb][0](auto_id=f"{verb}-{ref}-%s")
