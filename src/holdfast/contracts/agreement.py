"""A stored contract read back as what it means: the agreement that an order is opened under.

It reads and decides nothing. The document is taken from the canonical text, so that what was signed is what counts.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from holdfast.contracts import document, models
from holdfast.contracts.programmes import programme_of
from holdfast.contracts.shape import Document
from holdfast.parties.models import Organisation
from holdfast.programme import Programme


@dataclass(frozen=True, slots=True)
class Agreement:
    """What orders need of a contract."""

    contract_id: UUID
    number: str
    order_id: UUID
    state: str
    buyer_id: UUID
    supplier_id: UUID
    buyer_zone: str
    supplier_zone: str
    buyer_country: str
    supplier_country: str
    supplier_tier: str
    supplier_cap_minor: int | None
    """The supplier's individual cap in the contract's currency, if it has one."""
    currency: str
    total_minor: int
    cover_minor: int
    """The cover both sides signed for; what of the total is beyond it is uncovered excess."""
    digest: str
    document: Document
    programme: Programme
    external_id: str | None
    metadata: dict[str, Any]
    signed_at: datetime | None
    version: int = 1


def agreement_of(contract: models.Contract, amendment: models.Amendment | None = None) -> Agreement:
    """From a row loaded with `programme`, `buyer` and `supplier`, as an amendment has it if one is given."""
    row = amendment or contract
    buyer, supplier, programme = contract.buyer, contract.supplier, contract.programme
    return Agreement(
        contract_id=contract.id,
        number=contract.number,
        order_id=contract.order_id,
        state=contract.state,
        buyer_id=contract.buyer_id,
        supplier_id=contract.supplier_id,
        buyer_zone=buyer.time_zone,
        supplier_zone=supplier.time_zone,
        buyer_country=buyer.country,
        supplier_country=supplier.country,
        supplier_tier=supplier.tier,
        supplier_cap_minor=individual_cap(supplier, contract.currency),
        currency=contract.currency,
        total_minor=row.total_minor,
        cover_minor=row.cover_minor or 0,
        digest=row.digest,
        document=document.read(row.document["agreed"]),
        programme=programme_of(name=programme.name, version=programme.version),
        external_id=contract.external_id,
        metadata=contract.metadata,
        signed_at=contract.signed_at,
        version=amendment.version if amendment else 1,
    )


def individual_cap(supplier: Organisation, currency: str) -> int | None:
    """A cap set for this supplier, where it is in the contract's currency."""
    return supplier.individual_cap_minor if supplier.individual_cap_currency == currency else None
