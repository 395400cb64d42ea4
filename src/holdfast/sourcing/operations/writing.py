"""A quotation is written: offered by the supplier, revised, answered by the buyer's counter-offers. Each is kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import Invalid, NotAllowed, NotFound
from holdfast.parties.models import Organisation
from holdfast.programme import Programme
from holdfast.record.act import Act
from holdfast.record.chains import new_chain
from holdfast.record.recording import Recording
from holdfast.sourcing import document as documents
from holdfast.sourcing import models, rules
from holdfast.sourcing.operations.steps import (
    ANSWER,
    add_version,
    chain_of,
    check_dates,
    locked,
    move,
    put,
    record_step,
)
from holdfast.sourcing.queries import ProgrammeOf, QuotationPage, page_of
from holdfast.sourcing.shape import Offer


def offer(
    *,
    act: Act,
    buyer_id: UUID,
    programme: Programme,
    programme_of: ProgrammeOf,
    document: Any,
    external_id: str | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> QuotationPage:
    """Quote to a buyer under a version of a programme, which says what is shown beside the prices.

    Refusals: `NotAllowed`, `Invalid`, `DetailsInText`, `QuotedToOneself`, `BuyerUnknown`.
    """
    if act.role != "supplier":
        raise NotAllowed(subject=rules.QUOTATION.name, verb="offer", role=act.role, accepted=["supplier"])
    offered = documents.read(document)
    with transaction.atomic():
        buyer, supplier = _parties(act, buyer_id)
        quotation = models.Quotation(
            id=new_id(),
            number=_number(act.now),
            buyer=buyer,
            supplier=supplier,
            state=rules.QUOTATION.initial,
            currency=offered.currency,
            programme_name=programme.name,
            programme_version=programme.version,
            version=1,
            external_id=external_id,
            metadata=dict(metadata or {}),
            offered_at=act.now,
        )
        check_dates(offered, side="supplier", quotation=quotation, now=act.now)
        put(quotation, offered, now=act.now)
        quotation.save(force_insert=True)
        recording = Recording(act)
        digest = add_version(recording, quotation, offered, side="supplier", now=act.now)
        chain = new_chain(kind="order", chain_id=quotation.id)
        record_step(recording, chain, quotation, "quotation.offered", {"digest": digest})
        return recording.write(page_of(quotation, role=act.role, programme_of=programme_of, now=act.now))


def revise(*, act: Act, quotation_id: UUID, programme_of: ProgrammeOf, document: Any) -> QuotationPage:
    """A new version by the supplier.

    Refusals: `Invalid`, `DetailsInText`, `NotAllowed`, `OutOfState`.
    """
    return _next(act, quotation_id, "revise", programme_of, documents.read(document))


def counter(*, act: Act, quotation_id: UUID, programme_of: ProgrammeOf, document: Any) -> QuotationPage:
    """A counter-offer by the buyer: a whole version, without direct prices.

    Refusals: `Invalid`, `DetailsInText`, `DirectPriceNotYours`, `NotAllowed`, `OutOfState`, `QuotationExpired`.
    """
    offered = documents.read(document)
    documents.refuse_direct(offered)
    return _next(act, quotation_id, "counter", programme_of, offered)


def _next(act: Act, quotation_id: UUID, verb: str, programme_of: ProgrammeOf, offered: Offer) -> QuotationPage:
    with transaction.atomic():
        quotation = locked(quotation_id)
        move(quotation, verb, act)
        if verb == "counter":
            rules.check_in_time(due_at=quotation.due_at, now=act.now)
        if offered.currency != quotation.currency:
            raise Invalid(field="currency", found=offered.currency, accepted=quotation.currency)
        check_dates(offered, side=act.role, quotation=quotation, now=act.now)
        quotation.version += 1
        put(quotation, offered, now=act.now)
        recording = Recording(act)
        recording.settle(subject_id=quotation.id, kind=ANSWER)
        digest = add_version(recording, quotation, offered, side=act.role, now=act.now)
        quotation.save(update_fields=["state", "version", "total_minor", "valid_until", "due_at", "changed_at"])
        event = "quotation.revised" if verb == "revise" else "quotation.countered"
        record_step(recording, chain_of(quotation), quotation, event, {"digest": digest})
        return recording.write(page_of(quotation, role=act.role, programme_of=programme_of, now=act.now))


def _parties(act: Act, buyer_id: UUID) -> tuple[Organisation, Organisation]:
    """Buyer and supplier, of whom the supplier acts."""
    if act.organisation_id == buyer_id:
        raise rules.QuotedToOneself(field="buyer_id")
    found = Organisation.objects.in_bulk([buyer_id, act.organisation_id])
    supplier, buyer = found.get(act.organisation_id), found.get(buyer_id)
    if supplier is None:
        raise NotFound
    if supplier.kind not in rules.SELLERS:
        raise NotAllowed(subject=rules.QUOTATION.name, verb="offer", role=supplier.kind, accepted=list(rules.SELLERS))
    if buyer is None or buyer.kind not in rules.BUYERS:
        raise rules.BuyerUnknown(field="buyer_id")
    return buyer, supplier


def _number(now: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('sourcing_number')")
        return f"HQ-{now.year}-{cursor.fetchone()[0]:06d}"
