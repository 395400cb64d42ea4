"""Where people leave for the provider and where it sends them back to, under /accounts/."""

from typing import Any

from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from holdfast.console.signon.handshake import Handshake


class CallbackView(OAuth2CallbackView):
    """Back from the provider."""

    adapter: Handshake

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[dict[str, Any] | None, HttpResponse | None]:
        """What was kept when they left, and with it what the answer must repeat."""
        state, response = super()._get_state(request, provider)
        if state is not None:
            self.adapter.expected_nonce = state.get("nonce")
        return state, response

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A provider that falls silent half-way is answered as one that was silent from the start."""
        try:
            response: HttpResponse = super().dispatch(request, *args, **kwargs)
        except OAuth2Error as fault:
            return render_authentication_error(request, self.adapter.get_provider(), exception=fault)
        return response


@login_not_required
def leave(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Off to the provider, after a word."""
    return _by(OAuth2LoginView, request, provider_id)


@login_not_required
def back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from it."""
    return _by(CallbackView, request, provider_id)


def _by(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        response: HttpResponse = view.adapter_view(Handshake(request, provider_id))(request)
    except SocialApp.DoesNotExist as unknown:
        raise Http404 from unknown
    return response


urlpatterns = [
    path("oidc/<str:provider_id>/login/", leave, name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", back, name="openid_connect_callback"),
]
