"""The provider as the account library knows it: what is asked of it, and what is taken from its answer."""

import secrets
from hashlib import sha256
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from holdfast.console.signon.handshake import Handshake


class SignOn(OpenIDConnectProvider):
    """The one provider of an installation."""

    package = "holdfast.console.signon"
    oauth2_adapter_class = Handshake
    pkce_enabled_default = True

    def get_auth_params_from_request(self, request: HttpRequest, action: Any) -> dict[str, str]:
        """Nothing of what is asked of the provider comes from an address that somebody else may have written."""
        return {}

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        """The same."""
        return list(self.get_scope())

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any
    ) -> HttpResponse:
        """Off to the provider, by a page between: our pages may send a form to nobody else, not even by a detour."""
        nonce = secrets.token_urlsafe(32)
        kwargs |= {"auth_params": {"nonce": nonce}, "nonce": nonce}
        try:
            response: HttpResponse = super().redirect(request, process, next_url, data, **kwargs)
        except OAuth2Error as fault:
            return render_authentication_error(request, self, exception=fault)
        if not isinstance(response, HttpResponseRedirect):
            return response
        return render(request, "socialaccount/leaving.html", {"provider": self, "address": response.url})

    def extract_uid(self, data: dict[str, Any]) -> str:
        """Who it is, at this issuer and no other."""
        return sha256(f"{settings.OIDC['issuer']}\n{data['sub']}".encode()).hexdigest()

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """What is kept: under which address they are known there, to show it."""
        return {"email": data.get("email")} if isinstance(data.get("email"), str) else {}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """What a new person is called."""
        email, name = data.get("email"), data.get("name")
        return {"email": email.lower() if isinstance(email, str) else None, "name": name}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """The address, and whether the provider says that it is theirs; some say so in letters."""
        email = data.get("email")
        if not isinstance(email, str) or not email:
            return []
        verified = data.get("email_verified") in (True, "true")
        return [EmailAddress(email=email.lower(), verified=verified, primary=True)]
