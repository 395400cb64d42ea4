"""Orders: the list, and the page of one with everything its reader may do now.

It asks for the page, binds the form of an act, and calls the one operation behind it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from holdfast.claims import queries as claims
from holdfast.console import edge, fields, story, talking
from holdfast.console.asking import FORMS, Asked, OrderAct, Product
from holdfast.console.pages.home import said
from holdfast.contracts.rules import PERSON_ROLES
from holdfast.kernel.identifiers import public
from holdfast.kernel.refusals import NotFound, OutOfState, Refusal
from holdfast.orders import listing, queries
from holdfast.parties.access import Caller, require

SIZE = 50
SIDES = ("buyer", "supplier")
STATES = ("agreed", "active", "completed", "cancelled", "closed")


@require_GET
@edge.page
def index(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The orders one may see, newest first, by state and number."""
    state, text = request.GET.get("state", ""), request.GET.get("q", "").strip()
    only = Q(state=state) if state in STATES else Q()
    # A whole number is found however long ago its order was.
    rows = queries.rows(queries.visible(caller=caller).filter(only, number=text.upper())) if text else []
    following = None
    if not rows:
        only &= Q(number__icontains=text) if text else Q()
        before = as_uuid(request.GET.get("before"))
        part = listing.newest(caller=caller, limit=SIZE, before=before, only=only or None)
        rows, following = part.lines, part.rest
    shown = {"rows": rows, "following": following, "state": state, "q": text, "states": STATES, "tab": "orders"}
    return render(request, "holdfast/orders.html", shown)


def as_uuid(text: str | None) -> UUID | None:
    """An ID from an address, or None if the text is none."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


@require_GET
@edge.page
def show(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """One order."""
    return page_of(request, caller, queries.order_for(caller=caller, ref=ref))


@require_POST
@edge.page
def act(request: HttpRequest, caller: Caller, ref: str, verb: str, number: int) -> HttpResponse:
    """Carry out one act; if it is refused the page comes back with what was typed and why not."""
    standing = queries.order_for(caller=caller, ref=ref)
    page = queries.page(order_id=standing.order_id, role=standing.role, now=caller.now)
    if verb not in FORMS:
        raise NotFound
    offer = next((one for one in _offers(page) if (one.verb, one.number or 0) == (verb, number)), None)
    # An act that is not offered is still put to its operation, which knows best why not, or that it was done already.
    is_open = offer is not None
    offer = offer or queries.OpenAct(verb, "lot" if number else "order", number or None, None, None)
    form = FORMS[verb](Asked(page, offer, story.products(page), caller.now), request.POST, request.FILES)
    if not form.is_valid():
        return page_of(request, caller, standing, form, status=422)
    require(caller, roles=form.roles)

    def then(_result: Any) -> str:
        return form.leads_to or reverse("order", args=[public("ord", standing.order_id)])

    try:
        done = edge.command(request, caller=caller, role=standing.role, operation=form.operation(), then=then)
    except Refusal as refusal:
        if not is_open and not isinstance(refusal, OutOfState):
            raise
        fields.say_no(form, refusal, currency=page.order.currency)
        return page_of(request, caller, standing, form, status=refusal.status)
    said(request, form.said())
    return done


def page_of(
    request: HttpRequest,
    caller: Caller,
    standing: queries.OrderStanding,
    bound: OrderAct | None = None,
    *,
    status: int = 200,
    talk: talking.Bound | None = None,
) -> HttpResponse:
    """The page of an order, with the forms that came back with a no."""
    page = queries.page(order_id=standing.order_id, role=standing.role, now=caller.now)
    shown = story.of_order(page=page, caller=caller)
    forms = [] if _reads_only(caller) else _forms(page, shown.products, caller.now)
    writes = caller.member_role in PERSON_ROLES
    if bound is not None:
        forms = [form for form in forms if not _same(form, bound)]
        forms.insert(0, bound)
    return render(
        request,
        "holdfast/order.html",
        {
            "page": page,
            "order": page.order,
            "amounts": page.amounts,
            "shown": shown,
            "forms": [form for form in forms if not form.ends],
            "endings": [form for form in forms if form.ends],
            "bound": bound,
            "bar": story.bar(page.amounts),
            "talk": talking.of_order(request=request, caller=caller, page=page, bound=talk),
            "claims": claims.of_order(order_id=page.order.id),
            "may_claim": page.role in SIDES and page.order.state != "agreed" and not _reads_only(caller),
            "may_amend": writes and any(one.verb == "propose_amendment" for one in page.acts),
            "may_write": writes,
            "tab": "orders",
        },
        status=status,
    )


def _forms(page: queries.OrderPage, products: dict[int, Product], now: datetime) -> list[OrderAct]:
    return [FORMS[offer.verb](Asked(page, offer, products, now)) for offer in _offers(page) if offer.verb in FORMS]


def _offers(page: queries.OrderPage) -> list[queries.OpenAct]:
    """What the order offers, and for goods on their way a report of what happened to them."""
    moving = [lot.number for lot in page.whole.lots if lot.state == "shipped"] if page.role in SIDES else []
    return [*page.acts, *(queries.OpenAct("track", "lot", number, None, None) for number in moving)]


def _same(one: OrderAct, other: OrderAct) -> bool:
    return (one.offer.verb, one.offer.number) == (other.offer.verb, other.offer.number)


def _reads_only(caller: Caller) -> bool:
    return caller.organisation_id is not None and caller.member_role == "viewer"
