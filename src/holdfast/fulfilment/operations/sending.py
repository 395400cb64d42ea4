"""The supplier sends a lot, and brings the papers that travel with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from holdfast.contracts.queries import agreement
from holdfast.fulfilment import models, numbers, rules
from holdfast.fulfilment.operations.dating import Document, dates, grade, locked, open_order, read_documents, regrade
from holdfast.fulfilment.queries import DocumentView, ShipmentView, events_of, view_of
from holdfast.fulfilment.refusals import ContainerNumberNotValid, DocumentNotAccepted, ShipDateNotPossible
from holdfast.kernel.clock import local_day
from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import Invalid, NotAllowed
from holdfast.orders.operations import shipping
from holdfast.orders.work import Work, lock
from holdfast.record.act import Act


@dataclass(frozen=True, slots=True)
class _Numbers:
    tracking: str | None
    container: str | None
    checked: numbers.Checked


def ship(
    *,
    act: Act,
    order_id: UUID,
    quantities: Mapping[int, int],
    carrier: str,
    mode: str,
    shipped_on: date,
    tracking_number: str | None = None,
    container_number: str | None = None,
    documents: Sequence[Document] = (),
    external_id: str | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> ShipmentView:
    """The supplier sends a lot of so many units of each line.

    Refusals: those of `orders.operations.shipping.add_lot`, `ship_date_not_possible`, `container_number_not_valid`,
    `document_not_accepted`, `invalid`.
    """
    with transaction.atomic():
        work = lock(act=act, order_id=order_id)
        if act.role != "supplier":
            raise NotAllowed(subject="order", verb="ship", role=act.role, accepted=["supplier"])
        shipping.may_ship(work)
        checked = _check_numbers(mode, tracking_number, container_number)
        _check_shipped_on(work, shipped_on)
        papers = read_documents(work, documents)
        row = _new_shipment(work, checked=checked, carrier=carrier, mode=mode, shipped_on=shipped_on, papers=papers)
        row.external_id, row.metadata = external_id, dict(metadata or {})
        grade(work, row, ())
        lot = shipping.add_lot(work, quantities=quantities, shipped_on=row.left_on, grade=row.grade)
        row.lot_id, row.lot_number = lot.id, lot.number
        row.save(force_insert=True)
        work.event(
            "lot.shipped",
            data={
                "lot": lot.number,
                "quantities": {str(line): units for line, units in sorted(lot.quantities.items())},
                "mode": mode,
                "container_number": row.container_number,
                "documents": [paper.kind for paper in papers],
                **dates(row),
            },
            # A parcel's number leads to whoever takes it in; papers and a carrier's name are what somebody wrote.
            private={
                "carrier": carrier,
                "tracking_number": row.tracking_number,
                "documents": [paper.as_row() for paper in papers],
            },
            shipment=row.id,
            lot=lot.id,
        )
        return work.write(view_of(row, (), lot=lot))


def add_documents(*, act: Act, shipment_id: UUID, documents: Sequence[Document]) -> ShipmentView:
    """The supplier brings more documents; grade and ship date of record follow.

    Refusals: `not_allowed`, `out_of_state` once the lot's money is decided, `document_not_accepted`.
    """
    with transaction.atomic():
        work, row = locked(act, shipment_id)
        if act.role != "supplier":
            raise NotAllowed(subject="shipment", verb="add_documents", role=act.role, accepted=["supplier"])
        open_order(work)
        if not documents:
            raise DocumentNotAccepted(field="documents", accepted="one or more documents")
        papers = read_documents(work, documents)
        row.documents = [*row.documents, *(paper.as_row() for paper in papers)]
        events = events_of(row)
        regrade(work, row, events)
        row.save()
        work.event(
            "shipment.documented",
            data={"lot": row.lot_number, "documents": [paper.kind for paper in papers], **dates(row)},
            private={"documents": [paper.as_row() for paper in papers]},
            shipment=row.id,
            lot=row.lot_id,
        )
        return work.write(view_of(row, events, lot=work.lot(row.lot_number)))


def _check_numbers(mode: str, tracking: str | None, container: str | None) -> _Numbers:
    if mode not in rules.MODES:
        raise Invalid(field="mode", found=mode, accepted=list(rules.MODES))
    parcel = numbers.normal(tracking or "") or None
    box = numbers.normal(container or "") or None
    if box is not None and numbers.check(number=box, mode=mode) != numbers.Checked(numbers.ISO_6346, is_valid=True):
        raise ContainerNumberNotValid(field="container_number", found=container, accepted="like MSCU6639870")
    best = [numbers.check(number=one, mode=mode) for one in (parcel, box) if one is not None]
    none = numbers.Checked(None, is_valid=False)
    return _Numbers(parcel, box, next((one for one in best if one.is_valid), best[0] if best else none))


def _check_shipped_on(work: Work, shipped_on: date) -> None:
    zone = work.order.supplier_zone
    first, last = local_day(work.order.opened_at, zone), local_day(work.now, zone)
    if not first <= shipped_on <= last:
        raise ShipDateNotPossible(
            field="shipped_on",
            found=shipped_on.isoformat(),
            accepted={"from": first.isoformat(), "to": last.isoformat()},
        )


def _new_shipment(
    work: Work, *, checked: _Numbers, carrier: str, mode: str, shipped_on: date, papers: tuple[DocumentView, ...]
) -> models.Shipment:
    order = work.order
    row = models.Shipment(
        id=new_id(),
        order_id=order.id,
        buyer_id=order.buyer_id,
        supplier_id=order.supplier_id,
        carrier=carrier,
        mode=mode,
        tracking_number=checked.tracking,
        container_number=checked.container,
        number_scheme=checked.checked.scheme,
        number_is_valid=checked.checked.is_valid,
        documents=[paper.as_row() for paper in papers],
        from_zone=order.supplier_zone,
        to_zone=order.buyer_zone,
        to_country=agreement(contract_id=order.contract_id).document.ship_to.country,
        shipped_on=shipped_on,
        uploaded_at=work.now,
        uploaded_on=local_day(work.now, order.supplier_zone),
    )
    row.is_reused = _is_reused(row)
    row.is_elsewhere = _is_elsewhere(row)
    return row


def _is_reused(row: models.Shipment) -> bool:
    """Whether another shipment had this number within twelve months. Lots between the same two parties that are all
    still on their way may be one consignment."""
    if row.tracking_number is None:
        return False
    _hold_number(row.tracking_number)
    others = models.Shipment.objects.filter(
        tracking_number=row.tracking_number, uploaded_at__gt=row.uploaded_at - rules.REUSED_WITHIN
    )
    together = Q(buyer_id=row.buyer_id, supplier_id=row.supplier_id, lot__state="shipped")
    return others.exclude(together).exists()


def _is_elsewhere(row: models.Shipment) -> bool:
    """Whether another supplier's goods are said to travel in this container at the same time."""
    if row.container_number is None:
        return False
    _hold_number(row.container_number)
    others = models.Shipment.objects.filter(
        container_number=row.container_number, uploaded_at__gt=row.uploaded_at - rules.LONGEST_VOYAGE
    )
    meanwhile = Q(lot__delivered_on=None) | Q(lot__delivered_on__gt=row.shipped_on)
    return others.filter(meanwhile).exclude(supplier_id=row.supplier_id).exists()


def _hold_number(number: str) -> None:
    """Two shipments that name one number at once see each other: the second waits for the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 4301))", [number])
