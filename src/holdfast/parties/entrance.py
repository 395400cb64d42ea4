"""Whose an e-mail address is, for somebody who comes in with one; and from where a browser or program comes."""

from functools import lru_cache

from allauth.account.models import EmailAddress
from django.conf import settings
from django.http import HttpRequest

from holdfast.parties import rules
from holdfast.parties.models import Person


def is_known(email: str) -> bool:
    """Whether there is an account with this address, be it its second one; given in lower case."""
    proven = EmailAddress.objects.filter(email=email, verified=True)
    return proven.exists() or Person.objects.filter(email=email).exists()


def client_address(request: HttpRequest) -> str:
    """Where the request comes from: the nearest address that is not one of our own proxies."""
    address: str = request.META.get("REMOTE_ADDR", "")
    forwarded: str = request.META.get("HTTP_X_FORWARDED_FOR", "")
    for hop in reversed([part.strip() for part in forwarded.split(",") if part.strip()]):
        if not _is_proxy(address, tuple(settings.TRUSTED_PROXIES)):
            break
        address = _bare(hop)
    return address


def _bare(hop: str) -> str:
    """An address without the port that some proxies write behind it: `192.0.2.7:4711`, `[2001:db8::7]:4711`."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop


@lru_cache(maxsize=1024)
def _is_proxy(address: str, proxies: tuple[str, ...]) -> bool:
    return bool(proxies) and rules.comes_from(address=address, networks=proxies)
