"""The one way to Stripe: a client made of the settings, with time limits, and what its errors mean for money.

It knows keys, addresses and errors. It keeps no answer: what Stripe said is true for the moment it was asked.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeVar

import stripe
from django.conf import settings
from stripe import StripeClient

Answer = TypeVar("Answer")
SECONDS_TO_CONNECT, SECONDS_TO_ANSWER = 4.0, 20.0
RETRIES = 2
"""The library asks again by itself, with the same idempotency key."""


class Undecided(Exception):
    """Stripe could not be asked, or did not say: nothing is known, and the same must be asked again."""


class Refused(Exception):
    """Stripe says no for ever; `codes` are its reasons, the issuer's first."""

    def __init__(self, codes: tuple[str | None, ...], intent_id: str | None = None) -> None:
        super().__init__(*codes)
        self.codes = codes
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
        intent = (error.json_body or {}).get("error", {}).get("payment_intent", {})
        raise Refused((_decline_code(error), error.code), intent.get("id")) from error
    except stripe.IdempotencyError as error:
        raise Undecided(str(error)) from error
    except stripe.InvalidRequestError as error:
        raise Refused((error.code,)) from error
    except stripe.StripeError as error:
        raise Undecided(f"{type(error).__name__}: {error}") from error


def _decline_code(error: stripe.CardError) -> str | None:
    found: str | None = (error.json_body or {}).get("error", {}).get("decline_code")
    return found


def present(made: Answer, again: Callable[[str], Answer]) -> Answer:
    """An object as it is now: a repeated request is answered with what it was answered at first."""
    answer: Any = made
    headers = answer.last_response.headers if answer.last_response is not None else {}
    is_replay = str(headers.get("Idempotent-Replayed", "")).lower() == "true"
    return again(str(answer.id)) if is_replay else made


def plain(value: Any) -> dict[str, Any]:
    """An object of Stripe's as a dictionary, what is not there included as None by `.get`."""
    if value is None or isinstance(value, str):
        return {}
    found: dict[str, Any] = value.to_dict() if isinstance(value, stripe.StripeObject) else dict(value)
    return found
