"""What every page shows around itself: for whom one acts, where one is, and what this installation is."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from holdfast.console import edge, reader
from holdfast.console.signon import configured
from holdfast.kernel import clock
from holdfast.notices.queries import unread
from holdfast.parties.installation import clock_offset_seconds


def shell(request: HttpRequest) -> dict[str, Any]:
    """The frame of a page; nothing for what has no session (an error before it began)."""
    found: dict[str, Any] = {
        "theme": reader.theme(request),
        "languages": settings.LANGUAGES,
        "is_sandbox": settings.SANDBOX,
        "single_sign_on": configured.is_offered(),
        "now": clock.read(offset_seconds=clock_offset_seconds()) if settings.SANDBOX else clock.read(),
    }
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        visit = edge.visit(request)
        found |= {"visit": visit, "caller": visit.caller, "now": visit.caller.now}
        found["unread"] = unread(person_id=visit.caller.id)
    return found
