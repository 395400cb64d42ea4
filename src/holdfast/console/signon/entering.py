"""Who may come in by single sign-on: whoever is connected already, and new ones as the operator has said.

An address opens no account by itself: whoever has one connects the provider from inside, after proving who they are.
"""

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from holdfast.console.signon import configured, refusing
from holdfast.kernel import clock
from holdfast.parties.entrance import is_known
from holdfast.parties.installation import clock_offset_seconds
from holdfast.parties.queries import invitations_to


class SignOnAdapter(DefaultSocialAccountAdapter):
    """The account library's questions, answered."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The one provider of the environment, if it is the one asked for."""
        app = configured.app()
        if app is None or provider not in {None, app.provider, app.provider_id}:
            return []
        return [app] if client_id in {None, app.client_id} else []

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Any = None,
        extra_context: Any = None,
    ) -> None:
        """Every no has its page; only what the person themselves broke off has the library's own."""
        if error == AuthError.CANCELLED:
            return
        why = "unproven" if exception is not None else "refused"
        if "state_id" in (extra_context or {}) and exception is None:
            why = "state"
        raise refusing.stop(request, getattr(exception, "why", why))

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Before anything is written: may they come in? Whoever is connected already, and who connects, may."""
        # The process stands in the address by which they left; one that the library does not know signs in, too.
        if sociallogin.is_existing or sociallogin.state.get("process") == AuthProcess.CONNECT:
            return
        why = self._why_not(sociallogin)
        if why:
            raise refusing.stop(request, why)

    def _why_not(self, sociallogin: SocialLogin) -> str:
        if not sociallogin.email_addresses:
            return "unnamed"
        address = sociallogin.email_addresses[0]
        if not address.verified:
            return "unverified"
        domains = settings.OIDC["domains"]
        if domains and address.email.partition("@")[2] not in domains:
            return "domain"
        if is_known(address.email):
            return "known"
        if settings.OIDC["signup"] == "domains":
            return ""
        now = clock.read(offset_seconds=clock_offset_seconds())
        return "" if invitations_to(now=now, emails=frozenset({address.email})) else "uninvited"

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Who may was asked before."""
        return True

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Any:
        """A name and an address; nothing that gives rights."""
        person: Any = sociallogin.user
        person.email = data.get("email") or ""
        person.name = str(data.get("name") or "").strip()[:120]
        return person

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> Any:
        """A new person, whole or not at all: a rival may have made the same one meanwhile."""
        try:
            with transaction.atomic():
                return super().save_user(request, sociallogin, form)
        except IntegrityError as rival:
            raise refusing.stop(request, "known") from rival
