"""Whether the books agree with providers and banks, now: what does not, and who must act until when."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from holdfast.console.pages.desk.navigation import desk_page
from holdfast.parties.access import Caller
from holdfast.treasury.queries import books


@require_GET
@desk_page
def show(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Trial balance, providers, banks, clients' money, breaks."""
    return render(request, "holdfast/desk/reconciliation.html", {"books": books.today(now=caller.now), "tab": "desk"})
