"""The one way to Stripe: a client made of the settings, with time limits, and what its errors mean for money.

It knows keys, addresses and errors. It keeps no answer: what Stripe said is true for the moment it was asked.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from typing import Any

import stripe
from django.conf import settings
from stripe import StripeClient

SECONDS_TO_CONNECT, SECONDS_TO_ANSWER = 4, 20
RETRIES = 2
"""The library asks again by itself, with the same idempotency key."""


class Undecided(Exception):
    """Stripe could not be asked, or did not say: nothing is known, and the same must be asked again."""


class Refused(Exception):
    """Stripe says no for ever; `codes` are its reasons, the issuer's first. `by_issuer`: it is the card that is
    declined, not what we asked for."""

    def __init__(self, *codes: str | None, by_issuer: bool = False, intent_id: str | None = None) -> None:
        super().__init__(*codes)
        self.codes = codes
        self.by_issuer = by_issuer
        self.intent_id = intent_id


def client() -> StripeClient:
    """The client of this installation."""
    return _client(settings.STRIPE_KEY, settings.STRIPE_ACCOUNT, settings.STRIPE_API)


@lru_cache(maxsize=8)
def _client(key: str, account: str, api: str) -> StripeClient:
    return StripeClient(
        key,
        stripe_account=account or None,
        base_addresses={"api": api} if api else {},
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=(SECONDS_TO_CONNECT, SECONDS_TO_ANSWER)),
    )


@contextmanager
def asking() -> Iterator[None]:
    """Stripe is asked in here: its errors come out as `Refused` (a definite no) or `Undecided` (anything else).

    A key that is wrong, a request that Stripe is still busy with, a limit of requests, a broken line and a fault of
    Stripe's all leave open what became of the money.
    """
    try:
        yield
    except stripe.CardError as error:
        said = _said(error)
        intent_id = plain(said.get("payment_intent")).get("id")
        raise Refused(said.get("decline_code"), error.code, by_issuer=True, intent_id=intent_id) from error
    except stripe.IdempotencyError as error:
        raise Undecided(str(error)) from error
    except stripe.InvalidRequestError as error:
        raise Refused(error.code) from error
    except stripe.StripeError as error:
        raise Undecided(f"{type(error).__name__}: {error}") from error


def _said(error: stripe.StripeError) -> dict[str, Any]:
    """The error itself, as Stripe sent it."""
    body: Any = error.json_body
    return plain(body.get("error")) if isinstance(body, dict) else {}


def done(call: Callable[[], Any]) -> dict[str, Any]:
    """What Stripe did, as plain values. Raises `Refused` or `Undecided`."""
    with asking():
        return plain(call())


def asked(call: Callable[[], Any]) -> dict[str, Any]:
    """How something of ours stands at Stripe. Raises `Undecided`, also for what is not there: then the key is another
    account's, and nothing follows about the money."""
    try:
        return done(call)
    except Refused as refused:
        raise Undecided(f"Stripe does not show it: {refused.codes}") from refused


def made(create: Callable[[], Any], read: Callable[[str], Any]) -> dict[str, Any]:
    """What Stripe made, as it is now: a repeated request is answered with what it was answered at first, so the
    present state is asked for. Raises `Refused` or `Undecided`."""
    with asking():
        answer = create()
        headers = answer.last_response.headers if answer.last_response is not None else {}
        is_repeated = str(headers.get("Idempotent-Replayed", "")).lower() == "true"
        return plain(read(str(answer.id)) if is_repeated else answer)


def every(answer: Callable[[], Any], *, most: int) -> Iterator[dict[str, Any]]:
    """The things of a list, page after page, and no more than so many. Raises `Refused` or `Undecided`."""
    with asking():
        yield from (plain(one) for one in islice(answer().auto_paging_iter(), most))


def plain(value: Any) -> dict[str, Any]:
    """An object of Stripe's as a dictionary; only named, it knows nothing but its ID."""
    if value is None or isinstance(value, str):
        return {"id": value} if value else {}
    found: dict[str, Any] = value.to_dict() if isinstance(value, stripe.StripeObject) else dict(value)
    return found
