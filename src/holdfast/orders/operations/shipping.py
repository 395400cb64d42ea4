"""A lot leaves and arrives. Carriers, numbers and proofs are the business of the room above; here a lot gets its
price, its place in the order and its dates.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from holdfast.kernel.clock import local_day, start_of_day
from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import NotAllowed, OutOfState
from holdfast.orders.operations.funding import fall_due
from holdfast.orders.operations.settlement import receipt_limit, release_early
from holdfast.orders.operations.withholding import follow
from holdfast.orders.refusals import (
    BalanceUnpaid,
    ClaimOpen,
    DeliveryBeforeShipment,
    InspectionMissing,
    NothingHeld,
    PartialShipmentsNotAgreed,
    UnitsNotOrdered,
)
from holdfast.orders.rules import money
from holdfast.orders.rules.facts import Lot
from holdfast.orders.work import Work
from holdfast.programme import Programme
from holdfast.programme import rules as programme_rules
from holdfast.record import pauses
from holdfast.record.deadlines import Deadline


def add_lot(work: Work, *, quantities: Mapping[int, int], shipped_on: date, grade: str) -> Lot:
    """A new lot of so many units of each line, shipped on a local day; what hangs on shipment follows.

    Refusals: `nothing_held`, `out_of_state`, `claim_open`, `balance_unpaid`, `inspection_missing`, `units_not_ordered`,
    `partial_shipments_not_agreed`.
    """
    if work.act.role != "supplier":
        raise NotAllowed(subject="order", verb="ship", role=work.act.role, accepted=["supplier"])
    may_ship(work)
    before = money.shipped_so_far(lots=work.whole.lots)
    _check_units(work, before, quantities)
    price = money.lot_price(order=work.order, lots=work.whole.lots, quantities=quantities)
    lot = Lot(
        id=new_id(),
        order_id=work.order.id,
        number=len(work.whole.lots) + 1,
        state="shipped",
        quantities=dict(quantities),
        received=None,
        price_minor=price.total_minor,
        goods_minor=price.goods_minor,
        refunded_minor=0,
        frozen_minor=0,
        reserved_minor=0,
        shipped_on=shipped_on,
        grade=grade,
        expected_delivery_on=shipped_on + timedelta(days=work.order.transit_days or 0),
        delivered_on=None,
        delivered_at=None,
        received_at=None,
        receipt=None,
        extended_by=(),
        version=work.order.version,
    )
    work.add_lot(lot)
    follow(work, lot)
    fall_due(work, payable="shipment")
    release_early(work, reason="shipment")
    if money.rest_price(work.whole) == 0:
        work.recording.settle(subject_id=work.order.id, kind="order.ship")
        work.recording.settle(subject_id=work.order.id, kind="order.late")
    watch_arrival(work, lot)
    return lot


def may_ship(work: Work) -> None:
    """The gates before a shipment."""
    order = work.order
    if order.state == "agreed":
        raise NothingHeld(state=order.state)
    if order.state != "active" or order.rest_settled:
        raise OutOfState(subject="order", verb="ship", state=order.state, accepted=["active"])
    if order.rest_locked:
        raise ClaimOpen(frozen_minor=order.rest_frozen_minor)
    unpaid = [
        row.number for row in work.whole.tranches if row.state in {"planned", "due"} and row.payable != "shipment"
    ]
    if unpaid:
        raise BalanceUnpaid(tranches=unpaid)
    if order.inspection in {"required", "failed"}:
        raise InspectionMissing(inspection=order.inspection, waived_by=list(order.inspection_waived_by))


def _check_units(work: Work, before: Mapping[int, int], quantities: Mapping[int, int]) -> None:
    lines = {line.number: line for line in work.order.lines}
    unknown = sorted(set(quantities) - set(lines))
    if unknown or not quantities or any(units <= 0 for units in quantities.values()):
        raise UnitsNotOrdered(
            field="quantities", accepted={"lines": sorted(lines), "units": "at least 1"}, lines=unknown
        )
    for number, units in quantities.items():
        line = lines[number]
        most = line.quantity + line.tolerance_units - before.get(number, 0)
        if units > most:
            raise UnitsNotOrdered(field=f"quantities.{number}", accepted={"at_most": max(most, 0)}, units=units)
    everything = all(
        quantities.get(number, 0) + line.tolerance_units >= line.quantity for number, line in lines.items()
    )
    if not work.order.partial_shipments and (work.whole.lots or not everything):
        raise PartialShipmentsNotAgreed(
            field="quantities", accepted={str(n): line.quantity for n, line in lines.items()}
        )


def watch_arrival(work: Work, lot: Lot) -> None:
    """If a lot never arrives and nobody claims, the operator asks both sides when the window for it is over."""
    expected = money.expected_on(work.order, lot) or lot.shipped_on
    window = programme_rules.claim_window(
        programme=work.programme,
        reason="not_delivered",
        facts=programme_rules.WindowFacts(zone=work.order.buyer_zone, expected_delivery_on=expected),
    )
    if window.ends_at is not None:
        work.deadline(
            "lot.arrive",
            subject=("lot", lot.id),
            due_at=window.ends_at,
            who="operator",
            basis={"rule": window.rule, "anchor": window.anchor, "expected_delivery_on": expected.isoformat()},
        )


def deliver(work: Work, *, number: int, delivered_on: date, grade: str) -> Lot:
    """A lot has arrived. With a proof of grade A or B silence will count as receipt; otherwise the operator asks.

    The day is the place's own: where the buyer is behind the supplier it may be the day before the one on which the lot
    left, and counts as that one. Refusals: `delivery_before_shipment`, and those of the lot's lifecycle.
    """
    lot, buyer_zone = work.lot(number), work.order.buyer_zone
    first = local_day(start_of_day(lot.shipped_on, work.order.supplier_zone), buyer_zone)
    if not min(first, lot.shipped_on) <= delivered_on <= local_day(work.now, buyer_zone) + timedelta(days=1):
        raise DeliveryBeforeShipment(field="delivered_on", shipped_on=lot.shipped_on.isoformat())
    delivered_on = max(delivered_on, lot.shipped_on)
    work.step_lot(number, "deliver", delivered_on=delivered_on, delivered_at=work.now, grade=grade)
    work.recording.settle(subject_id=lot.id, kind="lot.arrive")
    work.recording.settle(subject_id=lot.id, kind="operator.decide")
    await_receipt(work, number)
    return work.lot(number)


def await_receipt(work: Work, number: int, *, before: Deadline | None = None) -> None:
    """The buyer's deadline to speak about a delivered lot, with the extensions given so far, and the days for which the
    one it replaces was held up."""
    lot = work.lot(number)
    paused_days, paused = pauses.held_up(row=before, at=work.now)
    until = receipt_limit(work, lot, paused_days=paused_days)
    delivered_on = lot.delivered_on or lot.shipped_on
    silent = programme_rules.receipt_by_silence(programme=work.programme, grade=lot.grade)
    work.deadline(
        "lot.receipt",
        subject=("lot", lot.id),
        due_at=until.due_at,
        who="buyer" if silent else "operator",
        basis={
            "rule": "receipt.silence" if silent else "receipt.proof_too_weak",
            "delivered_on": delivered_on.isoformat(),
            "grade": lot.grade,
            "extensions": len(lot.extended_by),
            **notice(work.programme),
            **until.basis,
            **({"paused": paused} if paused else {}),
        },
    )


def notice(programme: Programme) -> dict[str, int]:
    """What a deadline is bound to before which somebody forfeits something: they must have been told in time."""
    rules = programme_rules.receipt_silence(programme=programme)
    return {"notice_hours": rules.notice_hours, "bounce_days": rules.bounce_days}
