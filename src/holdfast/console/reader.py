"""Who reads a page: their language, time zone, theme, and what the browser may load while they do.

It knows cookies, headers and preferences. It refuses to know any noun.
"""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from babel import Locale
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "holdfast_theme"
YEAR = 365 * 24 * 3600
# The picture of a secret for an authenticator app is made by the page itself and kept nowhere: hence `data:`.
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


class ReaderMiddleware:
    """Reads in the language and the zone of the person signed in; nothing but our own files is loaded."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """One page."""
        person = request.user
        chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
        if person.is_authenticated:
            if not chosen and person.language in dict(settings.LANGUAGES):
                translation.activate(person.language)
                request.LANGUAGE_CODE = person.language
            if person.time_zone != "UTC":
                timezone.activate(ZoneInfo(person.time_zone))
        try:
            response = self._next(request)
        finally:
            timezone.deactivate()
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if person.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def locale() -> Locale:
    """The reader's locale, for amounts, dates and numbers."""
    return Locale.parse(translation.to_locale(translation.get_language() or settings.LANGUAGE_CODE))


def theme(request: HttpRequest) -> str:
    """The chosen theme; `auto` follows the reader's system."""
    chosen: str = request.COOKIES.get(THEME_COOKIE, "auto")
    return chosen if chosen in THEMES else "auto"
