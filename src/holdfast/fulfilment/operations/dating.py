"""What several verbs share: the shipment under its order's lock, its documents, and the dates and grade that follow.

They need a transaction and leave writing to the verb that called them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from holdfast.fulfilment import models, rules
from holdfast.fulfilment.queries import DocumentView, EventView, facts_of
from holdfast.fulfilment.refusals import DocumentNotAccepted
from holdfast.kernel.clock import local_day
from holdfast.kernel.refusals import NotFound, OutOfState
from holdfast.orders.operations import shipping
from holdfast.orders.work import Work, lock
from holdfast.record import files
from holdfast.record.act import Act


@dataclass(frozen=True, slots=True)
class Document:
    """A document brought by the supplier; `file_id` names a file of the order."""

    kind: str
    number: str = ""
    dated_on: date | None = None
    file_id: UUID | None = None


def locked(act: Act, shipment_id: UUID) -> tuple[Work, models.Shipment]:
    """The order locked first, then its shipment as it is under that lock."""
    order_id = models.Shipment.objects.filter(id=shipment_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotFound
    work = lock(act=act, order_id=order_id)
    return work, models.Shipment.objects.get(id=shipment_id)


def open_order(work: Work) -> None:
    """Refusal: `out_of_state` once the order is closed."""
    if work.order.state == "closed":
        raise OutOfState(subject="order", verb="track", state="closed", accepted=["active", "completed", "cancelled"])


def read_documents(work: Work, documents: Sequence[Document]) -> tuple[DocumentView, ...]:
    """Documents as they are kept. Refusal: `document_not_accepted`."""
    last = local_day(work.now, work.order.supplier_zone)
    found = []
    for place, document in enumerate(documents):
        where = f"documents.{place}"
        if document.kind not in rules.DOCUMENTS:
            raise DocumentNotAccepted(field=f"{where}.kind", found=document.kind, accepted=list(rules.DOCUMENTS))
        if document.dated_on is not None and document.dated_on > last:
            raise DocumentNotAccepted(
                field=f"{where}.dated_on", found=document.dated_on.isoformat(), accepted={"to": last.isoformat()}
            )
        sha256 = file_digest(work, document.file_id, f"{where}.file_id") if document.file_id else None
        found.append(DocumentView(document.kind, document.number, document.dated_on, document.file_id, sha256))
    return tuple(found)


def file_digest(work: Work, file_id: UUID, field: str) -> str:
    """The digest of a file of the order. Refusal: `document_not_accepted`."""
    try:
        return files.find(order_id=work.order.id, file_id=file_id).sha256.hex()
    except NotFound as missing:
        raise DocumentNotAccepted(field=field, accepted="a file of this order") from missing


def regrade(work: Work, row: models.Shipment, events: tuple[EventView, ...]) -> None:
    """Compute grade and ship date again; the lot takes them over, and what counts from them."""
    grade(work, row, events)
    lot = work.lot(row.lot_number)
    if lot.shipped_on != row.left_on:
        _leave_on(work, row)
    if lot.state == "shipped" and lot.grade != row.grade:
        work.change_lot(lot.number, grade=row.grade)


def grade(work: Work, row: models.Shipment, events: tuple[EventView, ...]) -> None:
    """Put on the row what its papers and events prove."""
    facts = facts_of(row, events)
    found = rules.ship_date(
        programme=work.programme,
        facts=facts,
        stated_on=row.shipped_on,
        uploaded_on=row.uploaded_on,
        delivered_on=row.delivered_on,
    )
    taken = None if row.is_reused else rules.handover(facts.said)
    row.grade = rules.grade(facts)
    row.left_on, row.ship_date_on, row.ship_basis = found.left_on, found.on, found.basis
    row.accepted_at = taken.at if taken else None


def _leave_on(work: Work, row: models.Shipment) -> None:
    """Move the day a lot left, its expected delivery, and the watch over its arrival."""
    before = work.lot(row.lot_number)
    expected = row.left_on + timedelta(days=work.order.transit_days or 0)
    if before.version != work.order.version and before.expected_delivery_on is not None:
        # The days in transit are those of the version it left under.
        expected = before.expected_delivery_on + (row.left_on - before.shipped_on)
    work.change_lot(row.lot_number, shipped_on=row.left_on, expected_delivery_on=expected)
    lot = work.lot(row.lot_number)
    if lot.state == "shipped":
        work.recording.settle(subject_id=lot.id, kind="lot.arrive")
        shipping.watch_arrival(work, lot)


def dates(row: models.Shipment) -> dict[str, Any]:
    """What an event says of a shipment's dates and grades."""
    return {
        "shipped_on": row.shipped_on.isoformat(),
        "left_on": row.left_on.isoformat(),
        "ship_date_on": row.ship_date_on.isoformat(),
        "ship_basis": row.ship_basis,
        "grade": row.grade,
        "delivered_on": row.delivered_on.isoformat() if row.delivered_on else None,
        "delivery_grade": row.delivery_grade,
    }
