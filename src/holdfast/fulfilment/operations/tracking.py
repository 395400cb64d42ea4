"""Somebody reports what happened to a shipment: a carrier, or a party with its proof. What follows is decided here."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from django.db import transaction

from holdfast.fulfilment import models, rules
from holdfast.fulfilment.operations.dating import dates, file_digest, locked, open_order, regrade
from holdfast.fulfilment.queries import EventView, ShipmentView, events_of, facts_of, view_of
from holdfast.fulfilment.refusals import AlreadyRecorded, EventNotPossible
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import Invalid, NotAllowed
from holdfast.orders.operations import shipping
from holdfast.orders.operations.settlement import receipt_deadline
from holdfast.orders.work import Work
from holdfast.record.act import Act


def track(
    *,
    act: Act,
    shipment_id: UUID,
    code: str,
    at: datetime,
    zone: str | None = None,
    place: str = "",
    proof_file_id: UUID | None = None,
    proof_sha256: str | None = None,
    note: str = "",
) -> ShipmentView:
    """Something is reported of a shipment, by a party with a proof (a file of the order, or its digest), or by the
    carrier (`act.role`). A report of delivery that is more than a word delivers the lot; the carrier's first hand-over
    sets the ship date of record.

    `zone` is that of the place: the supplier's for a hand-over, else the buyer's, when not given.
    Refusals: `not_allowed`, `invalid`, `event_not_possible`, `already_recorded`, `out_of_state` for a closed order,
    `delivery_before_shipment`.
    """
    with transaction.atomic():
        work, row = locked(act, shipment_id)
        if act.role not in rules.SPEAKERS:
            raise NotAllowed(subject="shipment", verb="track", role=act.role, accepted=list(rules.SPEAKERS))
        open_order(work)
        before = events_of(row)
        event = EventView(
            new_id(),
            _known_code(code),
            _possible(work, at),
            _known_zone(zone) if zone else (row.from_zone if code in rules.HANDOVER else row.to_zone),
            place,
            act.role,
            _proof(work, proof_file_id, proof_sha256),
            proof_file_id,
            act.now,
        )
        if any((one.source, one.code, one.at) == (event.source, event.code, event.at) for one in before):
            raise AlreadyRecorded(code=code, at=rfc3339(at), source=act.role)
        events = tuple(sorted((*before, event), key=lambda one: (one.at, one.id)))
        told = _follow(work, row, event, events)
        row.save()
        _insert(row, event)
        work.event(
            told,
            data={**_event_data(event), "lot": row.lot_number, **dates(row)},
            private={key: said for key, said in _said(event, note).items() if said},
            shipment=row.id,
            lot=row.lot_id,
            tracking=event.id,
        )
        return work.write(view_of(row, events, lot=work.lot(row.lot_number)))


def asked(*, shipment_id: UUID, now: datetime) -> None:
    """Note when the carrier was last asked about a shipment: no act of anybody, only whose turn is next."""
    models.Shipment.objects.filter(id=shipment_id).update(polled_at=now)


def _follow(work: Work, row: models.Shipment, event: EventView, events: tuple[EventView, ...]) -> str:
    """Let dates, grades and states follow; answers the name of what happened."""
    had_date = row.accepted_at
    regrade(work, row, events)
    if event.code == "DELIVERED":
        return "lot.delivered" if _deliver(work, row, event, events) else "shipment.tracked"
    if event.code in rules.MOVING and row.state == "booked":
        row.state = rules.SHIPMENT.step(state=row.state, verb="move", role=work.act.role)
    return "shipment.accepted" if row.accepted_at != had_date else "shipment.tracked"


def _deliver(work: Work, row: models.Shipment, event: EventView, events: tuple[EventView, ...]) -> bool:
    """Deliver the lot, or better the proof of a delivery already noted. Whether anything followed."""
    lot = work.lot(row.lot_number)
    grade = rules.delivery_grade(facts_of(row, events), said=event.said)
    if not rules.delivers(grade) or lot.state not in {"shipped", "delivered"}:
        return False
    on = event.said.on
    if lot.state == "shipped":
        shipping.deliver(work, number=lot.number, delivered_on=on, grade=grade)
    elif rules.is_better(grade, lot.grade):
        work.change_lot(lot.number, delivered_on=max(on, lot.shipped_on), grade=grade)
        work.recording.settle(subject_id=lot.id, kind="lot.receipt")
        shipping.await_receipt(work, lot.number, before=receipt_deadline(lot))
    else:
        return False
    if row.state != "delivered":
        row.state = rules.SHIPMENT.step(state=row.state, verb="deliver", role=work.act.role)
    row.delivered_on, row.delivery_grade = on, grade
    return True


def _proof(work: Work, file_id: UUID | None, sha256: str | None) -> str | None:
    if file_id is not None:
        return file_digest(work, file_id, "proof_file_id")
    return sha256


def _known_code(code: str) -> str:
    if code not in rules.CODES:
        raise Invalid(field="code", found=code, accepted=dict(rules.CODES))
    return code


def _known_zone(zone: str) -> str:
    if zone not in available_timezones():
        raise Invalid(field="zone", found=zone, accepted="an IANA time zone, like Asia/Shanghai")
    return zone


def _possible(work: Work, at: datetime) -> datetime:
    first, last = work.order.opened_at, work.now
    if not first <= at <= last:
        raise EventNotPossible(field="at", found=at.isoformat(), accepted={"from": rfc3339(first), "to": rfc3339(last)})
    return at


def _insert(row: models.Shipment, event: EventView) -> None:
    models.Event.objects.create(
        id=event.id,
        shipment=row,
        code=event.code,
        at=event.at,
        zone=event.zone,
        place=event.place,
        source=event.source,
        proof_sha256=event.proof_sha256,
        file_id=event.file_id,
        received_at=event.received_at,
    )


def _event_data(event: EventView) -> dict[str, Any]:
    return {
        "code": event.code,
        "at": rfc3339(event.at),
        "zone": event.zone,
        "source": event.source,
    }


def _said(event: EventView, note: str) -> dict[str, str | None]:
    """What a person may have written, and the hash of what they brought: under salt, so that it can be erased."""
    return {"place": event.place, "proof_sha256": event.proof_sha256, "note": note}
