"""Claims: the list, opening one, the case with everything brought to it, and the mediators' queue.

It asks for the page, binds the form of an act, and calls the one operation behind it. The rules' assessment is shown
beside the decision, never instead of it.
"""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from holdfast.claims import queries
from holdfast.claims.engines import Assessment
from holdfast.console import edge, fields, story
from holdfast.console.cases.base import ClaimAct
from holdfast.console.cases.forms import FORMS
from holdfast.console.cases.opening import Opening
from holdfast.console.pages.home import page_of, said
from holdfast.console.pages.orders import as_uuid
from holdfast.kernel.identifiers import public
from holdfast.kernel.refusals import NotAllowed, NotFound, Refusal
from holdfast.orders import queries as orders
from holdfast.parties.access import Caller, require

SIZE = 50
STATES = ("opened", "answered", "mediating", "determined", "appealed", "final", "returning", "executed", "withdrawn")
SIDES = ("buyer", "supplier")


@require_GET
@edge.page
def index(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The claims one may see, newest first."""
    state = request.GET.get("state", "")
    found = queries.visible(caller=caller)
    if state in STATES:
        found = found.filter(state=state)
    before = as_uuid(request.GET.get("before"))
    if before is not None:
        found = found.filter(id__lt=before)
    rows, following = page_of(request, queries.lines(found.order_by("-id")[: SIZE + 1]), size=SIZE)
    shown = {"rows": rows, "following": following, "state": state, "states": STATES, "tab": "claims"}
    return render(request, "holdfast/claims.html", shown)


@require_GET
@edge.page
def queue(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The mediators' queue, the nearest deadline first."""
    if not caller.staff & {"mediator", "administrator"}:
        raise NotFound
    return render(request, "holdfast/queue.html", {"rows": queries.queue(), "tab": "queue"})


@require_http_methods(["GET", "POST"])
@edge.page
def new(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """Open a claim on an order."""
    standing = orders.order_for(caller=caller, ref=ref)
    if standing.role not in SIDES:
        raise NotFound
    require(caller, roles=("owner", "trader"))
    page = orders.page(order_id=standing.order_id, role=standing.role, now=caller.now)
    shown = story.of_order(page=page, caller=caller)
    form = Opening(page, shown, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return edge.command(
                    request, caller=caller, role=standing.role, operation=form.operation(), then=_to_claim
                )
            except Refusal as refusal:
                fields.say_no(form, refusal, currency=page.order.currency)
                status = refusal.status
    return render(
        request,
        "holdfast/claim_new.html",
        {"form": form, "page": page, "order": page.order, "tab": "claims"},
        status=status,
    )


def _to_claim(step: Any) -> str:
    return reverse("claim", args=[public("clm", step.claim_id)])


@require_GET
@edge.page
def show(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """One case."""
    return _page(request, caller, queries.claim_for(caller=caller, ref=ref))


@require_POST
@edge.page
def act(request: HttpRequest, caller: Caller, ref: str, verb: str) -> HttpResponse:
    """Carry out one act on a case."""
    standing = queries.claim_for(caller=caller, ref=ref)
    if verb not in FORMS:
        raise NotFound
    page = queries.page(claim_id=standing.claim_id, role=standing.role, now=caller.now)
    form = _form(verb, page, caller, request)
    if not form.is_valid():
        return _page(request, caller, standing, form, status=422)
    if standing.role in SIDES:
        require(caller, roles=form.roles)
    try:
        done = edge.command(
            request, caller=caller, role=standing.role, operation=form.operation(), then=lambda _done: _path(standing)
        )
    except Refusal as refusal:
        fields.say_no(form, refusal, currency=page.currency)
        return _page(request, caller, standing, form, status=refusal.status)
    said(request)
    return done


def _path(standing: queries.ClaimStanding) -> str:
    return reverse("claim", args=[public("clm", standing.claim_id)])


def _form(verb: str, page: queries.ClaimPage, caller: Caller, request: HttpRequest | None = None) -> ClaimAct:
    given = caller.act(role=page.role)
    if request is None:
        return FORMS[verb](verb, page, given)
    return FORMS[verb](verb, page, given, request.POST, request.FILES)


def _page(
    request: HttpRequest,
    caller: Caller,
    standing: queries.ClaimStanding,
    bound: ClaimAct | None = None,
    status: int = 200,
) -> HttpResponse:
    page = queries.page(claim_id=standing.claim_id, role=standing.role, now=caller.now)
    asked: list[tuple[Any, forms.Form]] = [
        (one, bound if bound is not None and bound.verb == one.verb else _form(one.verb, page, caller))
        for one in sorted(page.acts, key=lambda one: one.verb == "add_evidence")
        if one.verb in FORMS and not _reads_only(caller)
    ]
    if bound is not None and all(form is not bound for _one, form in asked):
        asked.insert(0, (queries.OpenAct(bound.verb, None, None, None), bound))
    shown = {
        "page": page,
        "asked": asked,
        "assessment": _assessment(page, caller),
        "products": story.products_of(order_id=page.order_id, role=page.role),
        "tab": "queue" if page.role == "mediator" else "claims",
    }
    return render(request, "holdfast/claim.html", shown, status=status)


def _reads_only(caller: Caller) -> bool:
    return caller.organisation_id is not None and caller.member_role == "viewer"


def _assessment(page: queries.ClaimPage, caller: Caller) -> Assessment | None:
    """What the rules compute as things stand, until a decision says what counts."""
    if page.determination is not None or page.ended_at is not None:
        return None
    try:
        return queries.assessment(act=caller.act(role=page.role), claim_id=page.id)
    except NotAllowed:
        return None
