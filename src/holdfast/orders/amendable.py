"""What an amendment of an order may still change, and why not the rest: the limits, asked before anybody proposes.

Reads only, by the same rules that decide when it is proposed and signed.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from holdfast.contracts.amending import Room, room
from holdfast.contracts.programmes import programme_of
from holdfast.contracts.queries import agreed_in_force, agreement
from holdfast.contracts.versions import open_amendment
from holdfast.orders.operations.amending import standing_of
from holdfast.orders.rules import amending as rules
from holdfast.orders.work import read


@dataclass(frozen=True, slots=True)
class Amendable:
    """The room there is. `barred` says why nothing can be amended now: the order's state, an open amendment, a claim
    that gives back the rest; None: it can. Amounts are minor units."""

    barred: str | None
    room: Room
    version: int
    digest: str
    agreed: dict[str, Any]
    currency: str
    least_total_minor: int
    total_fixed: bool
    """The total may not change at all while a chargeback is open."""


def amendable(*, order_id: UUID, now: datetime) -> Amendable:
    """For an order that passed its gate."""
    whole = read(order_id=order_id)
    order = whole.order
    base = agreement(contract_id=order.contract_id)
    first = base.document if base.version == 1 else agreement(contract_id=order.contract_id, version=1).document
    programme = programme_of(name=order.programme_name, version=order.programme_version)
    barred = None
    if not rules.amendable(order):
        barred = "order_ended"
    elif order.rest_locked:
        barred = "claim_open"
    elif open_amendment(contract_id=order.contract_id) is not None:
        barred = "amendment_open"
    return Amendable(
        barred=barred,
        room=room(programme=programme, standing=standing_of(whole, first=first, now=now)),
        version=base.version,
        digest=base.digest,
        agreed=agreed_in_force(contract_id=order.contract_id),
        currency=order.currency,
        least_total_minor=rules.least_total(whole),
        total_fixed=order.disputed_minor > 0,
    )
