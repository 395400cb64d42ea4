"""What one was told, newest first, and whether the mail arrived.

Notices are written elsewhere; here they are read and marked as read.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from holdfast.console import edge
from holdfast.console.pages.orders import as_uuid
from holdfast.notices import queries
from holdfast.notices.operations.reading import mark_read
from holdfast.parties.access import Caller


@require_GET
@edge.page
def index(request: HttpRequest, caller: Caller) -> HttpResponse:
    """One's own notices."""
    page = queries.page(person_id=caller.id, before=as_uuid(request.GET.get("before")))
    following = page.notices[-1].id if page.has_more else None
    return render(request, "holdfast/notices.html", {"page": page, "following": following, "tab": "notices"})


@require_POST
@edge.page
def read(request: HttpRequest, caller: Caller) -> HttpResponse:
    """All of them have been read."""
    mark_read(act=caller.act(role="reader"))
    return edge.see_other(reverse("notices"))
