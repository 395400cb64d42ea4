"""What stands around every API answer: security headers, and problem documents for the framework's own refusals."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from holdfast.api import oauth, problems
from holdfast.api.throttle import Allowance

DOCUMENTATION = "/v1/docs"
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# The documentation is a page with a script and styles of this very server.
PAGE_POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"


class ApiMiddleware:
    """Outermost, for paths under /v1 only; all others pass untouched."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Dress the answer on its way out."""
        if not request.path_info.startswith("/v1/"):
            return self._get_response(request)
        response = _unaskable(request) or self._answered(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        allowance: Allowance | None = getattr(request, "allowance", None)
        if allowance is not None:
            _tell(response, allowance)
        if request.path_info == DOCUMENTATION:
            response["Content-Security-Policy"] = PAGE_POLICY
        if not response.streaming:
            # Otherwise the server sends the answer in chunks, which costs both ends more.
            response.headers.setdefault("Content-Length", str(len(response.content)))  # type: ignore[attr-defined]
        if settings.IS_SECURE:
            response["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"
        return response

    def _answered(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        # There errors are RFC 6749's.
        return response if request.path_info == oauth.PATH else problems.dressed(response)


def _unaskable(request: HttpRequest) -> HttpResponseBase | None:
    """NUL is in no name of anything, and a database cannot even be asked for it."""
    return problems.from_status(404) if "\x00" in request.path_info else None


def _tell(response: HttpResponseBase, allowance: Allowance) -> None:
    response["RateLimit-Limit"] = str(allowance.limit)
    response["RateLimit-Remaining"] = str(allowance.remaining)
    response["RateLimit-Reset"] = str(allowance.reset_seconds)
    if allowance.retry_after_seconds is not None:
        response["Retry-After"] = str(allowance.retry_after_seconds)
