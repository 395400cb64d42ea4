"""What waits for the one who is here, by deadline; for whom one acts; how one likes to read.

It asks the orders' and the contracts' questions and knows none of their rules.
"""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from holdfast.console import edge, reader
from holdfast.contracts import queries as contracts
from holdfast.kernel.identifiers import public
from holdfast.orders import queries as orders
from holdfast.parties.access import Caller
from holdfast.sourcing import queries as quotations


@require_GET
@edge.page
def home(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Waiting for me."""
    if caller.organisation_id is None and not caller.staff:
        return edge.redirect(reverse("welcome"))
    if caller.organisation_kind == "inspector":
        return edge.redirect(reverse("inspections"))
    waiting = orders.waiting_for(caller=caller)
    to_sign, to_answer = _to_sign(caller), _to_answer(caller)
    recent = [] if waiting or to_sign or to_answer else orders.rows(orders.visible(caller=caller).order_by("-id")[:5])
    shown = {"waiting": waiting, "to_sign": to_sign, "to_answer": to_answer, "recent": recent, "tab": "home"}
    return render(request, "holdfast/home.html", shown)


def _to_answer(caller: Caller) -> list[quotations.QuotationLine]:
    """Quotations whose last version waits for this side's answer."""
    if caller.organisation_id is None:
        return []
    found: list[quotations.QuotationLine] = []
    for state, side in (("offered", "buyer"), ("countered", "supplier")):
        found += quotations.of_organisation(organisation_id=caller.organisation_id, state=state, side=side)
    return found


def _to_sign(caller: Caller) -> list[contracts.ContractLine]:
    """Contracts whose next step is this side's: its draft, or a signature it has not given."""
    if caller.organisation_id is None:
        return []
    found: list[contracts.ContractLine] = []
    for state in ("proposed", "signed_once", "draft"):
        found += contracts.of_organisation(organisation_id=caller.organisation_id, state=state)
    return [line for line in found if _is_next(caller, line)]


def _is_next(caller: Caller, line: contracts.ContractLine) -> bool:
    standing = contracts.contract_for(caller=caller, ref=public("con", line.id))
    verbs = {act.verb for act in contracts.page(contract_id=line.id, role=standing.role).acts}
    return bool(verbs & {"sign", "propose"})


@require_POST
@edge.page
def choose(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Act for somebody else from now on."""
    edge.choose(request, request.POST.get("organisation", ""))
    return edge.see_other(reverse("home"))


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the system has it; kept in a cookie, so that it needs no script and no account."""
    wanted = request.POST.get("theme", "")
    response = edge.see_other(_back(request))
    if wanted in reader.THEMES:
        response.set_cookie(
            reader.THEME_COOKIE, wanted, max_age=reader.YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )
    return response


def _back(request: HttpRequest) -> str:
    """Where the reader was, if that is one of our pages."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else reverse("home")


def said(request: HttpRequest, text: str = "") -> None:
    """Tell on the next page that it is done."""
    messages.success(request, text or _("Done."))


def page_of(request: HttpRequest, rows: list[Any], *, size: int) -> tuple[list[Any], str | None]:
    """A page of rows and, if there are more, the ID the next one begins before."""
    return rows[:size], str(rows[size - 1].id) if len(rows) > size else None
