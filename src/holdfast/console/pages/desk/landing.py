"""The desk's first page: how much waits on each of the others, with the way there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from holdfast.console.pages.desk.navigation import DESK, desk_page
from holdfast.parties.access import Caller


@require_GET
@desk_page
def landing(request: HttpRequest, caller: Caller) -> HttpResponse:
    """What waits, page by page."""
    figures = [(entry, entry.counts(caller.now)) for entry in DESK if entry.counts is not None]
    return render(request, "holdfast/desk/landing.html", {"figures": figures, "tab": "desk"})
