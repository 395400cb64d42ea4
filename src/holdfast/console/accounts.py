"""What the account library asks this installation about people who sign in, and about their sessions."""

from ipaddress import IPv6Address, ip_address
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from django.http import HttpRequest

from holdfast.console import known_browsers
from holdfast.parties.entrance import client_address

NOWHERE = "0.0.0.0"  # noqa: S104 - no address to listen on, but what is noted where none is known


class AccountAdapter(DefaultAccountAdapter):
    """Attempts are counted by where they really come from, behind proxies too; those from a browser in which this
    person has signed in before by themselves, so that nobody else's guesses hold them up."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """An address, always: it is written into the list of sessions."""
        address, _percent, _interface = client_address(request).partition("%")
        try:
            found = ip_address(address)
        except ValueError:
            return NOWHERE
        # The library counts all of an IPv6 network as one, and those that stand for IPv4 are one network.
        return str((isinstance(found, IPv6Address) and found.ipv4_mapped) or found)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:  # noqa: ARG002
        """Attempts are counted by account. The library counts by the address asked for as well, whose port is
        anything that whoever guesses writes there."""
        return str(credentials.get("email") or credentials.get("username") or "").lower()

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """A password is about to be tried: from a known browser out of its own allowance, else out of everybody's."""
        own = known_browsers.allowance(request, email=self._get_login_attempts_cache_key(request, **credentials))
        if own is None:
            super().pre_authenticate(request, **credentials)
            return
        # Given back by the library if the password is right, as it does with its own.
        self._login_failed_rl_usage = ratelimit.consume(
            request, app="allauth.account", action="login_failed_known", key=own
        )
        if not self._login_failed_rl_usage:
            raise self.validation_error("too_many_login_attempts")

    def login(self, request: HttpRequest, user: Any) -> None:
        """They are in, by whichever way and with all it asks for."""
        super().login(request, user)
        known_browsers.introduce(request, user)

    def set_password(self, user: Any, password: str) -> None:
        """The browsers known until now are so no more; who changes their own password stays known where they do it."""
        super().set_password(user, password)
        if context.request.user == user:
            known_browsers.introduce(context.request, user)


class SessionsAdapter(DefaultUserSessionsAdapter):
    """Whoever ends their other sessions thinks of a browser that is not theirs: it is not known any more either."""

    def end_sessions(self, sessions: Any) -> None:
        """Their sessions, and the browsers known as theirs."""
        super().end_sessions(sessions)
        known_browsers.forget(context.request, context.request.user)
