"""A marketplace whose cards Stripe takes: buyers pay, messages arrive at the door, the worker acts on them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.test import Client

from holdfast.orders.operations import paying
from holdfast.orders.operations.funding import Funded
from holdfast.orders.operations.paying import NotFunded
from holdfast.rails import queries
from holdfast.rails.rows import PaymentRow
from tests import passing
from tests.fakes.stripe import FakeStripe
from tests.world import World

DOOR = "/v1/providers/stripe/events"
METHOD = {"payment_method": "pm_card_visa"}


class Trade:
    """The world with Stripe beside it, on one clock."""

    def __init__(self, world: World, card: FakeStripe) -> None:
        self.world, self.card = world, card
        self.at = world.now
        card.now = lambda: self.at

    def asks(self, order_id: UUID, instrument: dict[str, Any], **more: Any) -> PaymentRow:
        """Alma will pay a tranche by card."""
        return paying.request_payment(
            act=self.world.buyer(), order_id=order_id, tranche=1, rail="card", instrument=instrument, **more
        )

    def captures(self, payment: PaymentRow) -> Funded | NotFunded:
        """Alma has it put to Stripe."""
        return paying.capture(act=self.world.buyer(), payment=self.stored(payment))

    def pays(self, order_id: UUID, method: str = "pm_card_visa") -> PaymentRow:
        """Alma pays with a card that Stripe knows; answers the payment as it stands then."""
        payment = self.asks(order_id, {"payment_method": method})
        self.captures(payment)
        return self.stored(payment)

    def stored(self, payment: PaymentRow) -> PaymentRow:
        """The payment as it stands."""
        return next(row for row in queries.payments_of(order_id=payment.order_id) if row.id == payment.id)

    def intent(self, payment: PaymentRow) -> dict[str, Any]:
        """What Stripe has of it."""
        return self.card.objects[str(self.stored(payment).provider_ref)]

    def passes(self, **time: float) -> None:
        """Time passes, for Stripe and for us."""
        self.at = self.world.now + timedelta(**time)
        self.world.goes_to(self.at)

    def works(self) -> None:
        """The worker has its turn, now."""
        passing.work(self.world.now)

    def told(self, *events: dict[str, Any]) -> None:
        """Stripe's messages come to the door (all that are under way, unless some are named), and are acted on."""
        for event in events or self.card.taken():
            assert knock(self.card, event).status_code == 200
        self.works()

    def held(self, order_id: UUID) -> int:
        """What stands in escrow."""
        return self.world.order(order_id).escrow_minor


def knock(card: FakeStripe, event: dict[str, Any], **how: Any) -> Any:
    """One message at the door."""
    body, signature = card.signed(event, **how)
    return send(body, signature)


def send(body: bytes, signature: str | None) -> Any:
    """Bytes at the door."""
    headers = {} if signature is None else {"Stripe-Signature": signature}
    return Client().post(DOOR, body, content_type="application/json", headers=headers)
