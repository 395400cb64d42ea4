"""An organisation's own proof of what was owed to it: each close's file, and its leaves under the signed root."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from holdfast.console import edge
from holdfast.console.pages.desk.closes import as_file, day_of
from holdfast.kernel.refusals import NotFound
from holdfast.parties.access import Caller
from holdfast.treasury.queries import closes


@require_GET
@edge.page
def index(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The closes, newest first."""
    _own(caller)
    return render(request, "holdfast/proofs.html", {"rows": closes.closes(limit=60), "tab": "organisation"})


@require_GET
@edge.page
def file(request: HttpRequest, caller: Caller, day: str) -> HttpResponse:
    """What was signed, for everybody to verify."""
    _own(caller)
    return as_file(closes.file_of(day=day_of(day), with_books=False), f"close-{day_of(day)}.json")


@require_GET
@edge.page
def leaves(request: HttpRequest, caller: Caller, day: str) -> HttpResponse:
    """One's own leaves of a close, and nobody else's."""
    found = closes.leaves_of(organisation_id=_own(caller), day=day_of(day))
    return as_file({"items": found}, f"leaves-{day_of(day)}.json")


def _own(caller: Caller) -> UUID:
    if caller.organisation_id is None:
        raise NotFound
    return caller.organisation_id
