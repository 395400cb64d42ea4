"""Why somebody was not let in by single sign-on, and what they can do about it; nothing else is said or done."""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

WHY: dict[str, tuple[int, Any, Any]] = {
    "down": (
        503,
        _("%(provider)s does not answer."),
        _("Try again in a few minutes, or sign in with your e-mail address and password."),
    ),
    "state": (
        401,
        _("This sign-in was not begun in this browser, or too long ago."),
        _("Begin again from the sign-in page."),
    ),
    "late": (
        401,
        _("The answer of %(provider)s had run out before it arrived."),
        _("Begin again. If it happens each time, the clock of this installation or of the provider is wrong."),
    ),
    "unproven": (
        401,
        _("What %(provider)s answered does not prove who you are."),
        _("Begin again. If it happens each time, tell whoever runs this marketplace."),
    ),
    "refused": (
        401,
        _("%(provider)s did not sign you in."),
        _("Begin again, or ask whoever gave you your account there."),
    ),
    "unnamed": (
        403,
        _("%(provider)s did not tell your e-mail address, and without one nobody can be told anything."),
        _("Give your account there an address, or allow it to be told, and begin again."),
    ),
    "unverified": (
        403,
        _("%(provider)s has not confirmed that your e-mail address is yours."),
        _("Confirm it there, and begin again."),
    ),
    "claim": (
        403,
        _("%(provider)s does not count you among those who may come in here."),
        _("Ask whoever runs this marketplace, or whoever gave you your account there."),
    ),
    "domain": (
        403,
        _("Addresses like yours do not come in by %(provider)s."),
        _("Sign in with your e-mail address and password, or sign up."),
    ),
    "uninvited": (
        403,
        _("Nobody has invited your e-mail address."),
        _("Ask a colleague who is here already to invite you, then begin again."),
    ),
    "known": (
        403,
        _("There is an account with your e-mail address already."),
        _("Sign in to it with its password, or set a new one by mail; then connect %(provider)s under My account."),
    ),
}


class NotLetIn(OAuth2Error):
    """The handshake ends here; `why` is a key of `WHY`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def page(request: HttpRequest, why: str) -> HttpResponse:
    """The page that says so."""
    status, what, then = WHY[why]
    named = {"provider": settings.OIDC["name"]}
    shown = {"what": what % named, "then": then % named, "why": why}
    return render(request, "socialaccount/refused.html", shown, status=status)


def stop(request: HttpRequest, why: str) -> ImmediateHttpResponse:
    """The same as something to raise, where the account library takes no other answer."""
    return ImmediateHttpResponse(page(request, why))
