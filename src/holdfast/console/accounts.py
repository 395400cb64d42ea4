"""What the account library asks this installation about people who sign in."""

from ipaddress import IPv6Address, ip_address
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from holdfast.parties.entrance import client_address

NOWHERE = "0.0.0.0"  # noqa: S104 - no address to listen on, but what is noted where none is known


class AccountAdapter(DefaultAccountAdapter):
    """Attempts are counted by where they really come from, behind proxies too."""

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
