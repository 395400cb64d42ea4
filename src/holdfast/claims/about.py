"""What the open claims of an order are about, for those who would change its contract: a claim's terms and goods stay
as they are until it is settled.
"""

from uuid import UUID

from holdfast.claims import models, rules
from holdfast.claims.gather import open_claims
from holdfast.contracts.amending import Claimed
from holdfast.contracts.queries import agreement
from holdfast.orders.models import Order
from holdfast.orders.rules.money import REST


def about(order_id: UUID) -> tuple[Claimed, ...]:
    """One row a claim that is not at its end."""
    found = open_claims(order_id)
    return tuple(_claimed(claim, order_id) for claim in found)


def of_lot(order_id: UUID, number: int) -> frozenset[UUID]:
    """The open claims about a lot, alone or with others; one that names no goods at all is about every lot."""
    return frozenset(claim.id for claim in open_claims(order_id) if not claim.lots or number in claim.lots)


def _claimed(claim: models.Claim, order_id: UUID) -> Claimed:
    goods = claim.reason in rules.BY_TERMS
    terms = frozenset(claim.terms)
    if goods and not terms:
        contract_id = Order.objects.values_list("contract_id", flat=True).get(id=order_id)
        terms = frozenset(term.id for term in agreement(contract_id=contract_id).document.specification.terms)
    return Claimed(
        number=claim.number,
        terms=terms,
        lots=frozenset(number for number in claim.lots if number),
        rest=REST in claim.lots or claim.cancel_rest or claim.cancel_late,
        goods=goods,
    )
