"""What the environment says about the provider (HOLDFAST_OIDC_*), and whether it says it wholly."""

from urllib.parse import urlsplit

from allauth.socialaccount.models import SocialApp
from django.conf import settings

from holdfast.kernel.refusals import Refusal

NAME = "sso"
"""Stands in the address that the provider sends people back to: /accounts/oidc/sso/login/callback/."""
SIGNUPS = ("invited", "domains")
HERE = {"localhost", "127.0.0.1", "::1"}


class SignOnIncomplete(Refusal):
    """HOLDFAST_OIDC_ISSUER, HOLDFAST_OIDC_CLIENT_ID and HOLDFAST_OIDC_CLIENT_SECRET go together: set all or none."""


class SignOnAddress(Refusal):
    """HOLDFAST_OIDC_ISSUER is an address with `https:`; with `http:` only on this machine, for tests."""


class SignOnSignup(Refusal):
    """HOLDFAST_OIDC_SIGNUP says for whom single sign-on makes accounts: `invited`, or `domains`: everybody of
    HOLDFAST_OIDC_DOMAINS."""


class SignOnClaim(Refusal):
    """HOLDFAST_OIDC_CLAIM is NAME=VALUE: what the provider must say of whoever comes in, as `groups=holdfast`."""


def is_offered() -> bool:
    """Whether there is a provider."""
    return bool(settings.OIDC["issuer"])


def app() -> SocialApp | None:
    """The provider in the account library's shape; it is kept nowhere but in the environment."""
    said = settings.OIDC
    if not is_offered():
        return None
    return SocialApp(
        provider="openid_connect",
        provider_id=NAME,
        name=said["name"],
        client_id=said["client_id"],
        secret=said["secret"],
        settings={"server_url": said["issuer"].rstrip("/")},
    )


def is_safe(address: object) -> bool:
    """Whether a secret may be sent to the address."""
    if not isinstance(address, str):
        return False
    parts = urlsplit(address)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in HERE))


def check_settings() -> None:
    """Before anything starts. Refusals: `SignOnIncomplete`, `SignOnAddress`, `SignOnSignup`, `SignOnClaim`."""
    said = settings.OIDC
    given = [bool(said[name]) for name in ("issuer", "client_id", "secret")]
    if any(given) and not all(given):
        raise SignOnIncomplete
    if any(given) and not is_safe(said["issuer"]):
        raise SignOnAddress
    if said["signup"] not in SIGNUPS or (said["signup"] == "domains" and not said["domains"]):
        raise SignOnSignup(accepted=SIGNUPS)
    if said["claim"] and not all(said["claim"].partition("=")):
        raise SignOnClaim
