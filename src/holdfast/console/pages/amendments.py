"""Amendments: the contract's form filled in to be changed, the page of an amendment with its differences, and what each
side may do with it.

It binds forms and calls one operation each. A signature is only passed on from somebody who has just proven again who
they are.
"""

import json
import re
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from holdfast.console import edge, fields, words
from holdfast.console.drafting import amending as sheets
from holdfast.console.drafting.sheet import Sheet
from holdfast.console.pages.contracts import Ending, Signing
from holdfast.console.pages.home import said
from holdfast.console.vocabulary_amendments import BARRED, CLAUSE, STAGE
from holdfast.contracts import versions
from holdfast.contracts.changes import Change
from holdfast.contracts.queries import Possible
from holdfast.contracts.rules import PERSON_ROLES, SIDES, Signer
from holdfast.contracts.versions import AmendmentPage, AmendmentStanding
from holdfast.kernel.identifiers import public
from holdfast.kernel.refusals import NotAllowed, NotFound, Refusal
from holdfast.orders import amendable as limits
from holdfast.orders import queries
from holdfast.orders.operations import amending
from holdfast.parties.access import Caller, require

VERBS = ("sign", "decline", "withdraw")


class Note(forms.Form):
    """Why the contract is to be amended, for the other side."""

    note = forms.CharField(label=_("Why"), required=False, max_length=2000, widget=fields.area(2))


@require_http_methods(["GET", "POST"])
@edge.page
def amend(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """The form of the contract in force, to propose another version of it; an address may suggest changes (`path`,
    `from`, `to`)."""
    standing = queries.order_for(caller=caller, ref=ref)
    if standing.role not in SIDES:
        raise NotAllowed(role=standing.role, accepted=list(SIDES))
    require(caller, roles=PERSON_ROLES)
    page = queries.page(order_id=standing.order_id, role=standing.role, now=caller.now)
    room = limits.amendable(order_id=standing.order_id, now=caller.now)
    programme, note = page.order.programme_name, Note()
    if request.method == "GET":
        filled = sheets.suggested(room.agreed, request.GET)
        return _form(request, page, room, sheets.sheet_of(filled, programme=programme), note)
    schedule = sheets.has_form(room.agreed, stage=room.room.stage)
    sent = sheets.fixed(request.POST, room.agreed, programme=programme, schedule=schedule)
    if "row_in" in request.POST or "row_out" in request.POST:
        return _form(request, page, room, Sheet.changed(sent), Note(initial={"note": request.POST.get("note", "")}))
    sheet, note = Sheet.posted(sent), Note(request.POST)
    if not all([sheet.is_valid(), note.is_valid()]):
        return _form(request, page, room, sheet, note, status=422)
    try:
        document = sheets.wanted(room.agreed, sheet, programme=programme)
        done = edge.command(
            request,
            caller=caller,
            role=standing.role,
            operation=lambda act: amending.propose(
                act=act, order_id=standing.order_id, document=document, note=note.cleaned_data["note"]
            ),
            then=lambda made: reverse("amendment", args=[public("amd", made.id)]),
        )
    except Refusal as refusal:
        sheet.say_no(refusal)
        return _form(request, page, room, sheet, note, status=refusal.status, refusal=refusal)
    said(request)
    return done


def _form(
    request: HttpRequest,
    page: queries.OrderPage,
    room: limits.Amendable,
    sheet: Sheet,
    note: Note,
    *,
    status: int = 200,
    refusal: Refusal | None = None,
) -> HttpResponse:
    hidden = {"currency", "external_id"}
    if not sheets.has_form(room.agreed, stage=room.room.stage):
        hidden |= {"payment", "deposit_percent"}
    sections = [
        {**one, "fields": [shown for shown in one["fields"] if shown[0].name not in hidden]}
        for one in sheet.sections
        if not (one["section"] == "tranches" and "payment" in hidden)
    ]
    shown = {
        "page": page,
        "order": page.order,
        "room": room,
        "barred": BARRED.get(room.barred or ""),
        "stage": STAGE[room.room.stage],
        "closed": _closed(room),
        "sheet": sheet,
        "sections": sections,
        "note": note,
        "refused": status != 200,
        "refusal": words.refusal(refusal, currency=room.currency) if refusal else "",
        "tab": "orders",
    }
    return render(request, "holdfast/amend.html", shown, status=status)


def _closed(room: limits.Amendable) -> list[Any]:
    """The clauses that can no longer be changed."""
    open_now = room.room.clauses
    return [] if open_now is None else [text for name, text in CLAUSE.items() if name not in open_now]


@require_GET
@edge.page
def show(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """One amendment: what it changes, the text that is signed, and what one may do with it."""
    return _page(request, caller, versions.amendment_for(caller=caller, ref=ref))


@require_GET
@edge.page
def text(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """The bytes that both sides sign."""
    standing = versions.amendment_for(caller=caller, ref=ref)
    written = versions.canonical_text(amendment_id=standing.amendment_id)
    response = HttpResponse(written, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{ref}.json"'
    return response


@require_POST
@edge.page
def act(request: HttpRequest, caller: Caller, ref: str, verb: str) -> HttpResponse:
    """Sign, decline or withdraw."""
    standing = versions.amendment_for(caller=caller, ref=ref)
    if verb not in VERBS:
        raise NotFound
    require(caller, roles=PERSON_ROLES)
    form = Signing(request, request.POST) if verb == "sign" else Ending(request.POST, auto_id=f"{verb}-%s")
    if not form.is_valid():
        return _page(request, caller, standing, (verb, form), status=422)
    try:
        done = edge.command(
            request,
            caller=caller,
            role=standing.role,
            operation=_operation(verb, standing, caller, form),
            then=lambda result: _after(result, standing),
        )
    except Refusal as refusal:
        fields.say_no(form, refusal)
        return _page(request, caller, standing, (verb, form), status=refusal.status)
    said(request)
    return done


def _operation(verb: str, standing: AmendmentStanding, caller: Caller, form: forms.Form) -> Any:
    data, amendment_id = form.cleaned_data, standing.amendment_id
    match verb:
        case "sign":
            signer = Signer("person", caller.id, caller.member_role, None, None, None, proven_again=True)
            return lambda act: amending.sign(act=act, amendment_id=amendment_id, digest=data["digest"], signer=signer)
        case "decline":
            return lambda act: amending.decline(act=act, amendment_id=amendment_id, reason=data["reason"])
        case _:
            return lambda act: amending.withdraw(act=act, amendment_id=amendment_id, reason=data["reason"])


def _after(result: Any, standing: AmendmentStanding) -> str:
    """To the order once the version is in force, else back to the amendment."""
    if isinstance(result, amending.Amended) and result.amendment_state == "signed":
        return reverse("order", args=[public("ord", standing.order_id)])
    return reverse("amendment", args=[public("amd", standing.amendment_id)])


def _page(
    request: HttpRequest,
    caller: Caller,
    standing: AmendmentStanding,
    bound: tuple[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    page = versions.amendment_page(amendment_id=standing.amendment_id, role=standing.role)
    is_writing = caller.member_role in PERSON_ROLES
    asked = [
        (one, bound[1] if bound is not None and bound[0] == one.verb else _unbound(request, one.verb, page))
        for one in page.acts
        if is_writing
    ]
    if bound is not None and bound[0] not in {one.verb for one, _form in asked}:
        asked.insert(0, (Possible(bound[0], None), bound[1]))
    shown = {
        "page": page,
        "rows": sheets.shown(_told(page.changes), currency=page.currency),
        "agreed": page.text["agreed"],
        "asked": asked,
        "canonical": json.dumps(page.text, indent=2, ensure_ascii=False, sort_keys=True),
        "tab": "orders",
    }
    return render(request, "holdfast/amendment.html", shown, status=status)


def _told(changes: tuple[Change, ...]) -> list[Change]:
    """Without the percentages of a schedule that its amounts say already."""
    return [one for one in changes if one.after is not None or not re.fullmatch(r"payment\..*percent", one.path)]


def _unbound(request: HttpRequest, verb: str, page: AmendmentPage) -> forms.Form:
    if verb == "sign":
        return Signing(request, initial={"digest": page.digest})
    return Ending(auto_id=f"{verb}-%s")
