"""Inspections: an inspector's work, and the page of an order's inspection for whoever may examine it or name who does.

An inspector sees no price and nothing of an order but what is to be examined.
"""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from holdfast.console import edge, fields, words
from holdfast.console.examining import Sheet
from holdfast.console.pages import bookings
from holdfast.console.pages.home import said
from holdfast.contracts import shape
from holdfast.inspection import operations, queries
from holdfast.kernel.identifiers import parse, public
from holdfast.kernel.refusals import NotFound, Refusal
from holdfast.parties.access import Caller, require
from holdfast.parties.queries import inspectors

SIDES = ("buyer", "supplier")
WORKERS = ("owner", "trader")


class Assigning(forms.Form):
    """Name who examines the goods."""

    inspector = forms.ChoiceField(
        label=_("Inspector"), choices=lambda: [(public("org", one.id), one.name) for one in inspectors()]
    )
    kind = forms.ChoiceField(
        label=_("Kind of inspection"),
        choices=lambda: [(one, words.word("examination", one)) for one in shape.INSPECTIONS],
    )


@require_GET
@edge.page
def index(request: HttpRequest, caller: Caller) -> HttpResponse:
    """An inspector's work, newest first."""
    if caller.organisation_kind != "inspector" or caller.organisation_id is None:
        raise NotFound
    rows = queries.assigned_to(organisation_id=caller.organisation_id)
    return render(request, "holdfast/inspections.html", {"rows": rows, "tab": "inspections"})


@require_http_methods(["GET", "POST"])
@edge.page
def show(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """What is to be examined; a post files a report."""
    standing = queries.report_order_for(caller=caller, ref=ref)
    if request.method == "GET":
        return _page(request, caller, standing)
    sheet = _sheet(request, caller, standing, request.POST)
    if request.POST.get("terms", sheet.brief.contract_digest) != sheet.brief.contract_digest:
        # Another lot was chosen than the one whose terms the form showed: readings of those mean nothing here.
        return _page(request, caller, standing, other_terms=True, status=422)
    if "row_in" in request.POST:
        return _page(request, caller, standing, sheet)
    if not sheet.is_valid():
        return _page(request, caller, standing, sheet, status=422)
    require(caller, roles=WORKERS)
    try:
        examination = sheet.examination()
        done = edge.command(
            request,
            caller=caller,
            role=standing.role,
            operation=lambda act: operations.file_report(act=act, order_id=standing.order_id, examination=examination),
            then=lambda _report: _path(standing),
        )
    except Refusal as refusal:
        fields.say_no(sheet.heading, refusal)
        return _page(request, caller, standing, sheet, status=refusal.status)
    said(request)
    return done


@require_POST
@edge.page
def assign(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """A side, or the operator, names an inspector."""
    standing = queries.report_order_for(caller=caller, ref=ref)
    form = Assigning(request.POST, auto_id="assign-%s")
    if not form.is_valid():
        return _page(request, caller, standing, assigning=form, status=422)
    require(caller, roles=WORKERS)
    inspector = parse("org", form.cleaned_data["inspector"])
    if inspector is None:
        raise NotFound(field="inspector")

    def name_one(act: Any) -> Any:
        return operations.assign_inspector(
            act=act, order_id=standing.order_id, inspector_id=inspector, kind=form.cleaned_data["kind"]
        )

    try:
        return edge.command(
            request, caller=caller, role=standing.role, operation=name_one, then=lambda _done: _path(standing)
        )
    except Refusal as refusal:
        fields.say_no(form, refusal)
        return _page(request, caller, standing, assigning=form, status=refusal.status)


@require_POST
@edge.page
def book(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """A side, or the operator, books a visit."""
    standing = queries.report_order_for(caller=caller, ref=ref)
    form = bookings.BookingForm(standing.order_id, standing.role, request.POST)
    if not form.is_valid():
        return _page(request, caller, standing, booking=form, status=422)
    try:
        return bookings.book(request, caller, standing, form)
    except Refusal as refusal:
        return _page(request, caller, standing, booking=bookings.refused(form, refusal), status=refusal.status)


@require_POST
@edge.page
def agree(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """The other side takes an inspector for its own, so that the verdict binds."""
    assignment_id, role = queries.assignment_for(caller=caller, ref=ref)
    require(caller, roles=WORKERS)
    return edge.command(
        request,
        caller=caller,
        role=role,
        operation=lambda act: operations.agree_inspector(act=act, assignment_id=assignment_id),
        then=lambda done: reverse("inspection", args=[public("ord", done.order_id)]),
    )


def _path(standing: queries.ReportStanding) -> str:
    return reverse("inspection", args=[public("ord", standing.order_id)])


def _lot(request: HttpRequest, standing: queries.ReportStanding) -> int | None:
    """The lot that is examined: as chosen, or the last one; None: what has not left."""
    known = [lot.number for lot in queries.brief(order_id=standing.order_id).lots]
    chosen = (request.POST if request.method == "POST" else request.GET).get("lot")
    if chosen is None:
        return known[-1] if known else None
    return int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 6 and int(chosen) in known else None


def _sheet(request: HttpRequest, caller: Caller, standing: queries.ReportStanding, data: Any = None) -> Sheet:
    brief = queries.brief(order_id=standing.order_id, lot=_lot(request, standing))
    return Sheet(brief, edge.visit(request).zone, caller.now, data)


def _page(
    request: HttpRequest,
    caller: Caller,
    standing: queries.ReportStanding,
    sheet: Sheet | None = None,
    *,
    assigning: Assigning | None = None,
    booking: bookings.BookingForm | None = None,
    other_terms: bool = False,
    status: int = 200,
) -> HttpResponse:
    writes = caller.member_role in WORKERS
    own = caller.organisation_id if standing.role == "inspector" else None
    may_name = (writes and standing.role in SIDES) or standing.role == "operator"
    brief = queries.brief(order_id=standing.order_id, lot=_lot(request, standing))
    shown = {
        "brief": brief,
        "switching": queries.switching_for(caller=caller, role=standing.role, view=brief),
        "other_terms": other_terms,
        "reports": queries.reports(order_id=standing.order_id, organisation_id=own),
        "assignments": queries.assignments(order_id=standing.order_id) if own is None else (),
        "sheet": sheet or (_sheet(request, caller, standing) if writes else None),
        "assigning": assigning or (Assigning(auto_id="assign-%s") if may_name else None),
        "role": standing.role,
        "refused": status != 200,
        "tab": "inspections" if own else "orders",
        **bookings.shown(standing, caller, booking=booking),
    }
    return render(request, "holdfast/inspection.html", shown, status=status)
