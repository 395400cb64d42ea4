"""What the verbs of a contract share: taking its lock, its step, its text, its event, its deadline.

They need a transaction and leave writing to the verb that called them.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from holdfast.contracts import document as documents
from holdfast.contracts import models, rules
from holdfast.contracts.places import places_for
from holdfast.contracts.programmes import programme_of
from holdfast.contracts.shape import Document
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.refusals import NotFound
from holdfast.programme import Programme
from holdfast.programme import rules as programme_rules
from holdfast.record.act import Act
from holdfast.record.chains import Chain
from holdfast.record.recording import Recording

SIGN = "contract.sign"
"""The kind of the deadline by which the other side signs."""


def locked(contract_id: UUID) -> models.Contract:
    """The contract, its row locked to the end of the transaction: whoever holds it may continue its chain."""
    rows = models.Contract.objects.select_for_update(of=("self",)).select_related("programme", "buyer", "supplier")
    contract = rows.filter(id=contract_id).first()
    if contract is None:
        raise NotFound
    return contract


def move(contract: models.Contract, verb: str, act: Act) -> None:
    """Take a step of the lifecycle. Refusals: `NotAllowed`, `OutOfState`."""
    contract.state = rules.next_state(state=contract.state, verb=verb, role=act.role, drafter=contract.drafter)


def put_text(contract: models.Contract, agreed: Document, cover: documents.Cover | None) -> None:
    """Write the canonical text, its digest, and the figures that are asked for without reading it."""
    buyer, supplier = contract.buyer, contract.supplier
    contract.currency = agreed.currency
    contract.total_minor = agreed.total_minor
    contract.document = documents.text(
        number=contract.number,
        order_id=contract.order_id,
        programme=programme_of(name=contract.programme.name, version=contract.programme.version),
        buyer=documents.Party(buyer.id, buyer.name, buyer.country, buyer.subdivision),
        supplier=documents.Party(supplier.id, supplier.name, supplier.country, supplier.subdivision),
        document=agreed,
        cover=cover,
    )
    contract.digest = documents.text_digest(contract.document)


def write_event(
    recording: Recording,
    chain: Chain,
    contract: models.Contract,
    name: str,
    data: Mapping[str, Any],
    *,
    about: Mapping[str, UUID] | None = None,
    private: Mapping[str, Any] | None = None,
) -> None:
    """The event of this act on the chain of the order to be."""
    recording.event(
        chain,
        name,
        about={
            "contract": contract.id,
            "order": contract.order_id,
            "buyer": contract.buyer_id,
            "supplier": contract.supplier_id,
            **(about or {}),
        },
        data={
            "number": contract.number,
            "state": contract.state,
            "digest": contract.digest,
            "currency": contract.currency,
            "programme": f"{contract.programme.name} {contract.programme.version}",
            **data,
        },
        private=private,
    )


def sign_by(
    recording: Recording, contract: models.Contract, programme: Programme, *, who: str, anchor: tuple[str, datetime]
) -> None:
    """Open the deadline by which a side signs, in that side's time zone."""
    zone = contract.buyer.time_zone if who == "buyer" else contract.supplier.time_zone
    key = "signing.sign_days"
    places = places_for(programme=programme, contract_id=contract.id, key=key, text=contract.document)
    found = programme_rules.limit(programme=programme, key=key, anchor=anchor[1], zone=zone, who=who, places=places)
    contract.sign_due_at = found.due_at
    recording.deadline(
        kind=SIGN,
        subject=("contract", contract.id),
        order_id=contract.order_id,
        due_at=contract.sign_due_at,
        zone=zone,
        who=who,
        basis={
            "rule": "signing.sign_days",
            "days": programme.signing.sign_days,
            "anchor": anchor[0],
            "anchor_at": rfc3339(anchor[1]),
            **found.basis,
            **programme_rules.remind(programme=programme),
        },
    )
