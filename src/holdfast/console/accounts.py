"""What the account library asks this installation about people who sign in."""

from ipaddress import ip_address

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from holdfast.parties.entrance import client_address

NOWHERE = "0.0.0.0"  # noqa: S104 - no address to listen on, but what is noted where none is known


class AccountAdapter(DefaultAccountAdapter):
    """Attempts are counted by where they really come from, behind proxies too."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """An address, always: it is written into the list of sessions."""
        address = client_address(request)
        try:
            return str(ip_address(address))
        except ValueError:
            return NOWHERE
