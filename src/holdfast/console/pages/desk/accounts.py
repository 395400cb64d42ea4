"""Any account of the ledger at the desk: found by what it is for and whose it is, read line by line."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from holdfast.console.pages.desk.closes import day_or_none
from holdfast.console.pages.desk.holds import number
from holdfast.console.pages.desk.navigation import desk_page
from holdfast.kernel.identifiers import parse
from holdfast.orders.queries import order_named
from holdfast.parties.access import Caller
from holdfast.treasury.queries import books

PAGE = 50
PERIOD_DAYS = 90


@require_GET
@desk_page
def index(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Accounts with what stands on them."""
    code, owner = request.GET.get("code", ""), request.GET.get("owner", "").replace("\x00", "").strip()
    named = parse("org", owner) or parse("ord", owner) or order_named(number=owner.upper())
    start = number(request.GET.get("from", "0"))
    found = books.accounts(
        code=code if code in books.codes() else None,
        owner=(named.hex if named else owner) or None,
        currency=None,
        skip=start,
        limit=PAGE + 1,
    )
    shown: dict[str, Any] = {
        "rows": found[:PAGE],
        "following": start + PAGE if len(found) > PAGE else None,
        "codes": books.codes(),
        "code": code,
        "owner": owner,
        "tab": "desk",
    }
    return render(request, "holdfast/desk/accounts.html", shown)


@require_GET
@desk_page
def show(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """One account's lines of a period, with the balance after each."""
    account = books.account(account_id=parse("acc", ref))
    last = day_or_none(request.GET.get("last", "")) or caller.now.date() + timedelta(days=1)
    first = day_or_none(request.GET.get("first", "")) or _some_days_before(last)
    start = number(request.GET.get("from", "0"))
    found = books.lines(account_id=account.id, first=first, last=last, skip=start, limit=PAGE)
    shown = {"account": account, "found": found, "first": first, "last": last, "tab": "desk"}
    return render(request, "holdfast/desk/account.html", shown)


def _some_days_before(last: date) -> date:
    # There is no day before the first one there is.
    return last - min(timedelta(days=PERIOD_DAYS), last - date.min)
