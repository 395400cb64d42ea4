"""What the verbs of a quotation share: its lock, its step, its event, its next version, its deadline.

They need a transaction and leave writing to the verb that called them.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from holdfast.kernel.clock import end_of_day, local_day
from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import NotFound
from holdfast.record.act import Act
from holdfast.record.chains import Chain, held_chain
from holdfast.record.recording import Recording
from holdfast.sourcing import document as documents
from holdfast.sourcing import models, rules
from holdfast.sourcing.shape import Offer

ANSWER = "quotation.answer"
"""The kind of the deadline by which the other side answers the last version."""


def locked(quotation_id: UUID) -> models.Quotation:
    """The quotation, its row locked to the end of the transaction: whoever holds it may continue its chain."""
    rows = models.Quotation.objects.select_for_update(of=("self",)).select_related("buyer", "supplier")
    quotation = rows.filter(id=quotation_id).first()
    if quotation is None:
        raise NotFound
    return quotation


def move(quotation: models.Quotation, verb: str, act: Act) -> None:
    """Take a step of the lifecycle. Refusals: `NotAllowed`, `OutOfState`."""
    quotation.state = rules.QUOTATION.step(state=quotation.state, verb=verb, role=act.role)


def chain_of(quotation: models.Quotation) -> Chain:
    """The chain of the order that a quotation may lead to. It bears the quotation's ID and not the later order's: what
    one side drafts of the contract is hidden from the other, and both read this one to its end."""
    return held_chain(kind="order", chain_id=quotation.id)


def zone_of(quotation: models.Quotation, side: str) -> str:
    """Where a side is."""
    return quotation.buyer.time_zone if side == "buyer" else quotation.supplier.time_zone


def record_step(
    recording: Recording,
    chain: Chain,
    quotation: models.Quotation,
    name: str,
    data: Mapping[str, Any],
    *,
    private: Mapping[str, Any] | None = None,
) -> None:
    """The event of this act on the quotation's chain."""
    recording.event(
        chain,
        name,
        about={
            "quotation": quotation.id,
            "buyer": quotation.buyer_id,
            "supplier": quotation.supplier_id,
            "contract": quotation.contract_id,
        },
        data={
            "number": quotation.number,
            "state": quotation.state,
            "version": quotation.version,
            "currency": quotation.currency,
            "total_minor": quotation.total_minor,
            **data,
        },
        private=private,
    )


def check_dates(offer: Offer, *, side: str, quotation: models.Quotation, now: datetime) -> None:
    """That the version is valid from today on, where its author is. Refusal: `Invalid`."""
    rules.check_validity(valid_until=offer.valid_until, today=local_day(now, zone_of(quotation, side)))


def add_version(recording: Recording, quotation: models.Quotation, offer: Offer, *, side: str, now: datetime) -> str:
    """Keep the next version, and open the deadline by which the other side answers it; answers its digest."""
    written = documents.as_document(offer)
    digest = documents.document_digest(written)
    models.QuotationVersion.objects.create(
        id=new_id(),
        quotation=quotation,
        number=quotation.version,
        side=side,
        document=written,
        digest=digest,
        total_minor=offer.total_minor,
        valid_until=offer.valid_until,
        at=now,
    )
    who = rules.answerer(quotation.state)
    recording.deadline(
        kind=ANSWER,
        subject=("quotation", quotation.id),
        order_id=quotation.id,
        due_at=quotation.due_at,
        zone=zone_of(quotation, who),
        who=who,
        basis={"rule": "valid_until", "day": offer.valid_until.isoformat(), "version": quotation.version},
    )
    return digest


def put(quotation: models.Quotation, offer: Offer, *, now: datetime) -> None:
    """The figures that are asked for without reading the version."""
    quotation.total_minor = offer.total_minor
    quotation.valid_until = offer.valid_until
    quotation.due_at = due_at(quotation, offer.valid_until)
    quotation.changed_at = now


def due_at(quotation: models.Quotation, valid_until: date) -> datetime:
    """The last second of the day, where the side is that must answer."""
    return end_of_day(valid_until, zone_of(quotation, rules.answerer(quotation.state)))
