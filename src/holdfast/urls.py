"""Every address of an installation: the API, the pages, and what anybody may ask."""

from importlib.util import find_spec

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path, re_path

from holdfast.api import oauth, problems, webhooks, wellknown
from holdfast.api.application import api


def unknown(request: HttpRequest) -> HttpResponse:
    """Nothing under /v1 is answered with a page."""
    return problems.from_status(404)


urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/providers/stripe/events", webhooks.stripe),
    path("v1/oauth/token", oauth.token),
    path("v1/", api.urls),
    re_path(r"^v1/", unknown),
    path("healthz", wellknown.health),
    path("readyz", wellknown.readiness),
    path(".well-known/holdfast-keys.json", wellknown.signing_keys),
    path("accounts/", include("allauth.urls")),
]
if find_spec("holdfast.console.urls") is not None:
    urlpatterns.append(path("", include("holdfast.console.urls")))
