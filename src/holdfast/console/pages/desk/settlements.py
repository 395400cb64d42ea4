"""What a provider of cards sent to our bank, at the desk: whether the bank showed each sum, and what it consists of."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from holdfast.console.pages.desk.navigation import desk_page
from holdfast.parties.access import Caller
from holdfast.rails import queries

SIZE = 20


@require_GET
@desk_page
def index(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The newest sums; what is not ours in one is for finance to book."""
    rows = queries.settlements(limit=SIZE)
    return render(request, "holdfast/desk/settlements.html", {"rows": rows, "now": caller.now, "tab": "desk"})
