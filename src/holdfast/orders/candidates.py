"""For which payments money in suspense may be: what finance is shown beside it, and nothing is decided by.

It knows awaited wires, who is to send them, and from which accounts they have paid before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from holdfast.orders.models import Order
from holdfast.orders.operations.incoming import payers_by_account
from holdfast.parties import queries as parties
from holdfast.rails import rules
from holdfast.rails.bank import matching
from holdfast.rails.incoming import lines_of_strays
from holdfast.rails.models import Payment
from holdfast.rails.rows import StrayRow

MOST = 5
"""Shown beside one stray."""
LOOKED_AT = 2000
"""Awaited wires that are looked at, the newest first."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A wire that is awaited: `why` says what fits (`reference`, `payer`, `amount`), the best first."""

    payment_id: UUID
    order_id: UUID
    order_number: str
    payer_name: str
    amount_minor: int
    currency: str
    why: tuple[str, ...]


def candidates(*, strays: Sequence[StrayRow]) -> dict[UUID, list[Candidate]]:
    """For each stray the awaited wires that it may be for, the best first."""
    currencies = {stray.currency for stray in strays}
    awaited = Payment.objects.filter(rail="wire", state__in=rules.OPEN_PAYMENTS, currency__in=currencies)
    payments = list(awaited.order_by("-id")[:LOOKED_AT])
    names = parties.names(organisation_ids=list({payment.payer_id for payment in payments}))
    numbers = dict(Order.objects.filter(id__among={one.order_id for one in payments}).values_list("id", "number"))
    lines = lines_of_strays(source_refs=[stray.source_ref for stray in strays])
    accounts = payers_by_account({line.counterparty_account for line in lines.values()})
    found: dict[UUID, list[Candidate]] = {}
    for stray in strays:
        line = lines.get(stray.source_ref)
        known = accounts.get(line.counterparty_account, set()) if line else set()
        fits = []
        for payment in payments:
            name = names.get(payment.payer_id, "")
            why = _why(stray, payment, is_payer=payment.payer_id in known or matching.same_name(name, stray.payer_name))
            if why and payment.currency == stray.currency:
                number = numbers.get(payment.order_id, "")
                fits.append(
                    Candidate(payment.id, payment.order_id, number, name, payment.amount_minor, payment.currency, why)
                )
        found[stray.id] = sorted(fits, key=lambda one: -sum(_WEIGHT[why] for why in one.why))[:MOST]
    return found


_WEIGHT = {"reference": 4, "payer": 2, "amount": 1}


def _why(stray: StrayRow, payment: Payment, *, is_payer: bool) -> tuple[str, ...]:
    fits = {
        "reference": stray.payment_id == payment.id,
        "payer": is_payer,
        "amount": stray.amount_minor == payment.amount_minor,
    }
    return tuple(name for name, fit in fits.items() if fit)
