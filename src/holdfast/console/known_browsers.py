"""Browsers in which somebody has signed in before: by a signed cookie each, good for that person alone.

It only says whose guesses are counted together: a known browser lets nobody in. It refuses to know sessions; what ends
them ends what is known here too, for the words are bound to the password and to a count that `forget` moves on.
"""

import secrets
from collections.abc import Callable
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase

from holdfast.parties.models import Person
from holdfast.parties.operations.people import forget_browsers

PREFIX = "holdfast_known_"
SECONDS = 365 * 24 * 3600
# Sent where passwords are given and nowhere else.
PATH = "/accounts/"
_INTRODUCED = "_holdfast_introduced"


def allowance(request: HttpRequest, *, email: str) -> str | None:
    """Under which name guesses from here at the password of this address are counted by themselves; None where they
    count with everybody's."""
    person: Any = request.user
    if person.is_authenticated:
        # They are asked once more in a session of their own.
        return f"{person.pk}:signed in" if email.lower() == person.email else None
    if not any(name.startswith(PREFIX) for name in request.COOKIES):
        return None
    for found in _owners(email.lower()):
        word = _word(request, found)
        if word is not None:
            return f"{found.pk}:{word}"
    return None


def _owners(email: str) -> QuerySet[Person]:
    """Whose an address is. Anybody can write any among their own: until it is proven it is not theirs."""
    proven = EmailAddress.objects.filter(email=email, verified=True)
    return Person.objects.filter(Q(email=email) | Q(id__in=proven.values("user_id")))


def introduce(request: HttpRequest, person: Person) -> None:
    """Somebody has come all the way in by this browser: the answer to this request makes it known as theirs."""
    setattr(request, _INTRODUCED, person)


def forget(request: HttpRequest, person: Person) -> None:
    """All their browsers are strangers again, but for the one that asks for it."""
    forget_browsers(person_id=person.pk)
    person.refresh_from_db(fields=["browsers_forgotten"])
    introduce(request, person)


class KnownBrowserMiddleware:
    """Writes the cookie into the answer, whichever page that is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """One request."""
        response = self._next(request)
        person: Person | None = getattr(request, _INTRODUCED, None)
        if person is not None:
            # One that is known keeps its word: signing in again must not bring a new allowance each time.
            word = _word(request, person) or secrets.token_urlsafe(16)
            response.set_cookie(
                _name(person),
                signing.dumps(word, salt=_salt(person)),
                max_age=SECONDS,
                path=PATH,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Strict",
            )
        return response


def _word(request: HttpRequest, person: Person) -> str | None:
    signed = request.COOKIES.get(_name(person))
    if signed is None:
        return None
    try:
        word: str = signing.loads(signed, salt=_salt(person), max_age=SECONDS)
    except signing.BadSignature:
        return None
    return word


def _name(person: Person) -> str:
    """One cookie for each person, for more than one may sign in on a machine."""
    return f"{PREFIX}{person.pk.hex}"


def _salt(person: Person) -> str:
    """A key that holds for one person, until their password changes or their browsers are forgotten."""
    return f"holdfast.known-browser:{person.pk}:{person.browsers_forgotten}:{person.password}"
