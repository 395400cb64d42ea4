"""What Stripe tells by itself: signed messages, read as a kind and the name of what they are about.

A message proves only that something happened, not how things stand: messages come twice, late and in any order. So
nothing else is taken from one, and the present state is asked for (`rail`, `disputes`, `transfers`).
"""

from dataclasses import dataclass

import stripe
from django.conf import settings

from holdfast.kernel.refusals import Refusal
from holdfast.rails.stripe.client import asked, client
from holdfast.rails.stripe.rail import OURS

PROVIDER = "stripe"
LARGEST = 512 * 1024
"""Bytes; far above any message of Stripe's."""
TOLERANCE_SECONDS = 300
"""How old a signature may be, against its repetition by somebody who overheard it."""
_SUBJECTS = {
    "payment_intent.": "payment",
    "checkout.session.": "payment",
    "charge.dispute.": "dispute",
    "refund.": "refund",
    "charge.refund.": "refund",
    "payout.": "settlement",
}
"""By the beginning of the kind: what it is about. Whatever begins otherwise concerns nothing here."""


class SignatureInvalid(Refusal):
    """This message is not signed by the provider, or was signed too long ago."""

    status = 400


@dataclass(frozen=True, slots=True)
class News:
    """A message that Stripe signed. `about` is `payment`, `refund`, `dispute` or `settlement`, or None."""

    event_id: str
    kind: str
    about: str | None
    object_id: str


def subject(kind: str) -> str | None:
    """What a kind of message is about."""
    return next((about for prefix, about in _SUBJECTS.items() if kind.startswith(prefix)), None)


def read(*, body: bytes, signature: str) -> News:
    """A message, if Stripe signed it lately. Refusal: `SignatureInvalid`.

    One of another account, or of the other mode (test or live), is about nothing of ours.
    """
    try:
        event = stripe.Webhook.construct_event(
            body, signature, settings.STRIPE_WEBHOOK_SECRET, tolerance=TOLERANCE_SECONDS
        ).to_dict()
        about_object = event["data"]["object"]
        event_id, kind = str(event["id"]), str(event["type"])
        object_id = str(about_object.get("id") or "")
    except (stripe.SignatureVerificationError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise SignatureInvalid(field="Stripe-Signature") from error
    is_ours = bool(event.get("livemode")) is not settings.SANDBOX
    if settings.STRIPE_ACCOUNT and event.get("account") not in (None, settings.STRIPE_ACCOUNT):
        is_ours = False
    return News(event_id[:255], kind[:80], subject(kind) if is_ours and object_id else None, object_id[:255])


def named(*, object_id: str) -> str | None:
    """Our own name of a payment as an intent or a page bears it. Raises `Undecided`."""
    if object_id.startswith("cs_"):
        found = asked(lambda: client().v1.checkout.sessions.retrieve(object_id))
    else:
        found = asked(lambda: client().v1.payment_intents.retrieve(object_id))
    name = (found.get("metadata") or {}).get(OURS)
    return str(name) if name else None
