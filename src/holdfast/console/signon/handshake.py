"""The handshake with the provider: every token is proven by its signature, issuer, audience, times and nonce.

The account library leaves a signature unread that came by TLS, and has no nonce. This asks for both, and takes an
answer of any other shape as no answer. It knows nobody's account.
"""

import hmac
from typing import Any

import jwt
import requests
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialLogin, SocialToken
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest

from holdfast.console.signon import configured
from holdfast.console.signon.refusing import NotLetIn

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Public keys only: a secret that both sides know proves nothing about who wrote."""
NEEDED = ("iss", "sub", "aud", "exp", "iat")
CLOCKS_APART = 60
"""Seconds by which the provider's clock and ours may differ."""
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class Handshake(OpenIDConnectOAuth2Adapter):
    """One sign-in, there and back."""

    expected_nonce: str | None = None
    _said: dict[str, Any] | None = None

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the provider publishes about itself. It must be who it was configured to be."""
        if self._said is None:
            said = _read(self.get_provider().server_url)
            if said.get("issuer") != settings.OIDC["issuer"]:
                raise NotLetIn("unproven")
            if not all(configured.is_safe(said.get(name)) for name in ENDPOINTS):
                raise NotLetIn("unproven")
            self._said = said
        return self._said

    def get_access_token_data(
        self, request: HttpRequest, app: Any, client: Any, pkce_code_verifier: str | None = None
    ) -> dict[str, Any]:
        """The code for a token."""
        try:
            told = super().get_access_token_data(request, app, client, pkce_code_verifier=pkce_code_verifier)
        except requests.RequestException as fault:
            raise NotLetIn("down") from fault
        except (KeyError, TypeError, ValueError) as fault:
            raise NotLetIn("unproven") from fault
        if not isinstance(told, dict) or not isinstance(told.get("access_token"), str):
            raise NotLetIn("unproven")
        return {"access_token": told["access_token"], "id_token": told.get("id_token")}

    def complete_login(self, request: HttpRequest, app: Any, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """Who it is, once it is proven."""
        claims = self._proven(kwargs["response"].get("id_token"), client_id=app.client_id)
        if not claims.get("email"):
            claims = {**self._about(token.token, subject=claims["sub"]), **claims}
        if not _counts(claims):
            raise NotLetIn("claim")
        login: SocialLogin = self.get_provider().sociallogin_from_response(request, claims)
        return login

    def _proven(self, told: Any, *, client_id: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(told)
            algorithm = header.get("alg")
            if algorithm not in ALGORITHMS:
                raise NotLetIn("unproven")
            key = self._key(header.get("kid"))
            claims: dict[str, Any] = jwt.decode(
                told,
                key=key,
                algorithms=[algorithm],
                audience=client_id,
                issuer=settings.OIDC["issuer"],
                leeway=CLOCKS_APART,
                options={"require": list(NEEDED)},
            )
        except jwt.ExpiredSignatureError as fault:
            raise NotLetIn("late") from fault
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as fault:
            raise NotLetIn("unproven") from fault
        self._check_for_us(claims, client_id)
        return claims

    def _key(self, name: Any) -> Any:
        keys = jwt.PyJWKSet.from_dict(_read(self.openid_config["jwks_uri"])).keys
        found = [one for one in keys if one.key_id == name] if name else keys
        if len(found) != 1:
            raise NotLetIn("unproven")
        return found[0].key

    def _check_for_us(self, claims: dict[str, Any], client_id: str) -> None:
        """Written in answer to this very browser, and for nobody else besides."""
        nonce = claims.get("nonce")
        if not isinstance(nonce, str) or not self.expected_nonce:
            raise NotLetIn("unproven")
        if not hmac.compare_digest(nonce.encode(), self.expected_nonce.encode()):
            raise NotLetIn("unproven")
        alone = claims["aud"] in (client_id, [client_id])
        if claims.get("azp", client_id if alone else None) != client_id:
            raise NotLetIn("unproven")
        if not isinstance(claims["sub"], str) or not claims["sub"]:
            raise NotLetIn("unproven")

    def _about(self, access_token: str, *, subject: str) -> dict[str, Any]:
        """What the provider says besides, where the token itself names no address; of the same person only."""
        address = self.openid_config.get("userinfo_endpoint")
        if not configured.is_safe(address):
            return {}
        said = _read(str(address), headers={"Authorization": f"Bearer {access_token}"})
        if said.get("sub") != subject:
            raise NotLetIn("unproven")
        return said


def _read(address: str, *, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """A document of the provider's. No answer, and an answer that is none, are the same to whoever waits."""
    try:
        with get_adapter().get_requests_session() as session:
            answer = session.get(address, headers=headers)
            answer.raise_for_status()
            said = answer.json()
    except (requests.RequestException, ValueError) as fault:
        raise NotLetIn("down") from fault
    if not isinstance(said, dict):
        raise NotLetIn("down")
    return said


def _counts(claims: dict[str, Any]) -> bool:
    """Whether the provider says of them what it must say of whoever comes in; true where nothing is asked."""
    name, _equals, value = str(settings.OIDC["claim"]).partition("=")
    said = claims.get(name) if name else value
    return value in said if isinstance(said, list) else said == value
