"""Orders whose payer's bank takes money back, as tests make them; and what is asked after every step."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from holdfast.ledger import book
from holdfast.ledger.chart import of_operator, of_rail
from holdfast.orders.operations import disputes, funding, paying
from holdfast.orders.operations.disputes import DisputeStep
from holdfast.rails.models import Dispute, Payment
from holdfast.record.act import rail
from tests.orders.flows import sound
from tests.world import World

NUMBERS = {"card": "number", "paypal": "payer", "e_check": "account"}
PLAIN = {"card": "4242424242424242", "paypal": "buyer@example.com", "e_check": "000123456789"}


def pays_by(
    world: World, order_id: UUID, way: str, *, number: str | None = None, tranche: int = 1, **more: Any
) -> UUID:
    """Alma pays on a rail, all of a tranche or a part; answers the payment's ID. It settles after its days."""
    payment = paying.request_payment(
        act=world.buyer(),
        order_id=order_id,
        tranche=tranche,
        rail=way,
        instrument={NUMBERS[way]: number or PLAIN[way]},
        **more,
    )
    funded = paying.capture(act=world.buyer(), payment=payment)
    assert isinstance(funded, funding.Funded)
    return payment.id


def takes_back(
    world: World, payment_id: UUID, *, minor: int | None = None, ref: str = "dp_1", **more: Any
) -> DisputeStep:
    """The payer's bank takes an amount (all that came, without one) of a payment back."""
    paid = Payment.objects.get(id=payment_id)
    step = disputes.opened(
        act=rail(world.now),
        payment_id=payment_id,
        provider_ref=ref,
        amount_minor=minor or paid.captured_minor,
        **{"kind": "chargeback", "reason": "fraudulent", "from_bank": True, **more},
    )
    sound()
    return step


def wins(world: World, ref: str = "dp_1") -> DisputeStep:
    """The provider decides for us."""
    step = disputes.won(act=rail(world.now), provider_ref=ref)
    sound()
    return step


def loses(world: World, ref: str = "dp_1") -> DisputeStep:
    """The provider decides for the payer."""
    step = disputes.lost(act=rail(world.now), provider_ref=ref)
    sound()
    return step


def dispute(ref: str = "dp_1") -> Dispute:
    """A dispute as it is stored."""
    return Dispute.objects.get(provider_ref=ref)


def receivable(way: str = "card") -> int:
    """What networks of a rail owe us."""
    return -book.balance(account=of_rail("chargebacks_receivable", way, "USD"))


def operators_loss() -> int:
    """What the operator has borne."""
    return -book.balance(account=of_operator("operator_loss", "USD"))


def payment(payment_id: UUID) -> Payment:
    """A payment as it is stored."""
    return Payment.objects.get(id=payment_id)
