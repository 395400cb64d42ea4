"""Receipt: the buyer accepts a lot, accepts it with fewer units, rejects it, asks for time, or is silent.

Receipt releases; it waives only what the act names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from holdfast.kernel.clock import local_day, rfc3339
from holdfast.kernel.refusals import NotAllowed, OutOfState
from holdfast.orders.operations.settlement import (
    carry_on,
    receipt_deadline,
    receipt_due,
    refund,
    release_what_is_due,
    settle_deadlines,
    window_end,
)
from holdfast.orders.operations.shipping import await_receipt, notice
from holdfast.orders.refusals import AlreadyExtended, NotDueYet, ReasonNeeded, UnitsNotShipped
from holdfast.orders.rules import money
from holdfast.orders.rules.facts import Lot
from holdfast.orders.rules.lifecycles import LOT
from holdfast.orders.work import Work, lock
from holdfast.record.act import Act


@dataclass(frozen=True, slots=True)
class Received:
    """What a receipt did to a lot and to the money. `reserved_minor` waits for a quantity claim."""

    order_id: UUID
    order_state: str
    lot: int
    lot_state: str
    receipt: str | None
    released_minor: int
    fee_minor: int
    refunded_minor: int
    reserved_minor: int
    currency: str


def receive(
    *, act: Act, order_id: UUID, lot: int, received: Mapping[int, int] | None = None, reservation: str = ""
) -> Received:
    """The buyer confirms a lot: as shipped, or the units of each line that came.

    Fewer units inside the tolerance: their price goes back with the release. Beyond it: their price stays held
    until the window for a quantity claim is over. A reservation in words keeps every right it names. The operator
    may receive for a buyer whom it has asked, when the time to speak is over.
    Refusals: `units_not_shipped`, `not_due_yet`, and those of the lot's lifecycle.
    """
    with transaction.atomic():
        work = lock(act=act, order_id=order_id)
        LOT.step(state=work.lot(lot).state, verb="receive", role=act.role)
        _asked_before(work, lot)
        counted = _counted(work.lot(lot), received)
        kind = "confirmed_with_reservation" if reservation or counted != work.lot(lot).quantities else "confirmed"
        outcome = settle_receipt(work, number=lot, received=counted, kind=kind)
        work.event(
            "lot.received",
            data={
                "lot": lot,
                "receipt": kind,
                "received": {str(line): units for line, units in sorted(counted.items())},
                "released_minor": outcome.released_minor,
                "refunded_minor": outcome.refunded_minor,
                "reserved_minor": outcome.reserved_minor,
            },
            private={"reservation": reservation} if reservation else None,
            lot=work.lot(lot).id,
        )
        return work.write(outcome)


def _asked_before(work: Work, number: int) -> None:
    """The operator receives for a buyer who does not speak, and only once the time to speak is over."""
    lot = work.lot(number)
    if work.act.role == "operator" and work.now <= receipt_due(work, lot):
        raise NotDueYet(accepted=rfc3339(receipt_due(work, lot)))


def _counted(lot: Lot, received: Mapping[int, int] | None) -> dict[int, int]:
    """Units that came, by line: every line of the lot, none twice, no more than were sent (overage is not receipt)."""
    if received is None:
        return dict(lot.quantities)
    unknown = sorted(set(received) - set(lot.quantities))
    if unknown:
        raise UnitsNotShipped(field="received", accepted=sorted(lot.quantities), lines=unknown)
    for line, units in received.items():
        if not 0 <= units <= lot.quantities[line]:
            raise UnitsNotShipped(
                field=f"received.{line}", accepted={"from": 0, "to": lot.quantities[line]}, units=units
            )
    return {line: received.get(line, units) for line, units in lot.quantities.items()}


def settle_receipt(work: Work, *, number: int, received: Mapping[int, int], kind: str) -> Received:
    """The lot is received: shortage is settled or reserved, what is due is released, the order may be completed."""
    lot = work.lot(number)
    short = money.shortage(work.whole, lot=lot, received=received)
    room = lot.price_minor - lot.refunded_minor - lot.frozen_minor
    back, reserved = min(short.back_minor, room), min(short.reserved_minor, max(0, room - short.back_minor))
    fee_before, released_before = work.order.fee_minor, work.order.released_minor
    work.step_lot(
        number, "receive", received=dict(received), received_at=work.now, receipt=kind, reserved_minor=reserved
    )
    settle_deadlines(work, lot)
    refunded_before = work.order.refunded_minor
    if back:
        work.send_back(amount_minor=refund(work, place=number, amount_minor=back).refundable_minor)
    if reserved:
        reserve(work, number)
    release_what_is_due(work, place=number)
    carry_on(work)
    return Received(
        work.order.id,
        work.order.state,
        number,
        work.lot(number).state,
        kind,
        work.order.released_minor - released_before,
        work.order.fee_minor - fee_before,
        work.order.refunded_minor - refunded_before,
        reserved,
        work.order.currency,
    )


def reserve(work: Work, number: int) -> None:
    """What is held back for a shortage waits until the window for a claim about it is over."""
    lot = work.lot(number)
    ends = window_end(work, lot, "quantity") or work.now
    work.deadline(
        "lot.reserved",
        subject=("lot", lot.id),
        due_at=max(ends, work.now),
        who="buyer",
        basis={"rule": "window.quantity", "reserved_minor": lot.reserved_minor, **notice(work.programme)},
    )


def reject(*, act: Act, order_id: UUID, lot: int, reason: str) -> Received:
    """The buyer rejects a lot: its money stays held until a claim decides, or the window for one is over."""
    if not reason.strip():
        raise ReasonNeeded(field="reason", accepted="what is wrong, in words")
    with transaction.atomic():
        work = lock(act=act, order_id=order_id)
        work.step_lot(lot, "reject", receipt="rejected")
        found = work.lot(lot)
        settle_deadlines(work, found)
        delivered = found.delivered_on or local_day(work.now, work.order.buyer_zone)
        work.change_lot(lot, delivered_on=delivered)
        ends = window_end(work, work.lot(lot), "quality") or work.now
        work.deadline(
            "lot.rejected",
            subject=("lot", found.id),
            due_at=max(ends, work.now),
            who="buyer",
            basis={"rule": "window.quality", "delivered_on": delivered.isoformat(), **notice(work.programme)},
        )
        work.event("lot.rejected", data={"lot": lot}, private={"reason": reason}, lot=found.id)
        return work.write(
            Received(order_id, work.order.state, lot, work.lot(lot).state, "rejected", 0, 0, 0, 0, work.order.currency)
        )


@dataclass(frozen=True, slots=True)
class Extended:
    """Until when the buyer may speak now."""

    order_id: UUID
    lot: int
    extended_by: tuple[str, ...]
    delivered_on: date


def extend_receipt(*, act: Act, order_id: UUID, lot: int) -> Extended:
    """Each party may extend the time for receipt once. Refusal: `already_extended`."""
    with transaction.atomic():
        work = lock(act=act, order_id=order_id)
        found = work.lot(lot)
        if act.role not in {"buyer", "supplier"}:
            raise NotAllowed(subject="lot", verb="extend_receipt", role=act.role)
        if found.state != "delivered" or found.delivered_on is None:
            raise OutOfState(subject="lot", verb="extend_receipt", state=found.state, accepted=["delivered"])
        if act.role in found.extended_by:
            raise AlreadyExtended(side=act.role)
        extended = (*found.extended_by, act.role)
        work.change_lot(lot, extended_by=extended)
        work.recording.settle(subject_id=found.id, kind="lot.receipt", state="void")
        await_receipt(work, lot, before=receipt_deadline(found))
        work.event("receipt.extended", data={"lot": lot, "by": act.role}, lot=found.id)
        return work.write(Extended(order_id, lot, extended, found.delivered_on))
