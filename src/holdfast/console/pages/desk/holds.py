"""The hold register at the desk: what waits by reason and age, and each amount with who must act and until when."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from holdfast.console.pages.desk.navigation import desk_page
from holdfast.parties.access import Caller
from holdfast.treasury.queries import ages
from holdfast.treasury.queries import holds as register
from holdfast.treasury.queries.holds import Held

PAGE = 50


@require_GET
@desk_page
def show(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The figures; with an account and a reason, the amounts behind them."""
    found = register.register(now=caller.now)
    account, why = request.GET.get("account", ""), request.GET.get("why", "")
    late = request.GET.get("late", "") == "1"
    wanted = [one for one in found if _is_wanted(one, account, why) and (not late or one.late(caller.now))]
    start = number(request.GET.get("from", "0"))
    shown: dict[str, Any] = {
        "heaps": ages.heaps(found, now=caller.now),
        "taken": ages.taken(now=caller.now),
        "rows": [(one, one.late(caller.now)) for one in wanted[start : start + PAGE]],
        "count": len(wanted),
        "following": start + PAGE if len(wanted) > start + PAGE else None,
        "account": account,
        "why": why,
        "late": late,
        "ages": [name for _days, name in ages.AGES] + [ages.OLDEST],
        "tab": "desk",
    }
    return render(request, "holdfast/desk/holds.html", shown)


def _is_wanted(one: Held, account: str, why: str) -> bool:
    return account in ("", one.account) and why in ("", one.why)


def number(text: str) -> int:
    """How many rows an address leaves out; 0 if it does not say."""
    return min(int(text), 10**9) if text.isascii() and text.isdigit() and len(text) < 12 else 0
