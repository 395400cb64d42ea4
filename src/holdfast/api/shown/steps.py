"""What acts on an order did, as the API answers them."""

from typing import Any

from ninja import Schema

from holdfast.api.shown import moment
from holdfast.kernel.identifiers import public
from holdfast.orders.operations.cancelling import Cancelled, Proposed
from holdfast.orders.operations.production import Progress
from holdfast.orders.operations.receipt import Extended, Received


class ProgressShown(Schema):
    """How far an order is before shipment, and what this act released."""

    order_id: str
    order_state: str
    production_started_at: str | None
    ready_at: str | None
    inspection: str
    inspection_waived_by: list[str]
    released_minor: int
    currency: str


class ReceiptShown(Schema):
    """What a receipt or a rejection did; `reserved_minor` waits for a claim for the shortage."""

    order_id: str
    order_state: str
    lot: int
    lot_state: str
    receipt: str | None
    released_minor: int
    fee_minor: int
    refunded_minor: int
    reserved_minor: int
    currency: str


class ExtensionShown(Schema):
    """Who has extended the time for receipt so far."""

    order_id: str
    lot: int
    extended_by: list[str]
    delivered_on: str


class CancellationShown(Schema):
    """What a cancellation gave back; `owed_minor` is what the supplier had already and now owes."""

    order_id: str
    order_state: str
    ground: str
    refunded_minor: int
    owed_minor: int
    currency: str


class ProposalShown(Schema):
    """Who proposes to cancel."""

    order_id: str
    cancel_proposed_by: str | None


def progress(result: Progress) -> dict[str, Any]:
    """A step before shipment."""
    return {
        "order_id": public("ord", result.order_id),
        "order_state": result.order_state,
        "production_started_at": moment(result.production_started_at),
        "ready_at": moment(result.ready_at),
        "inspection": result.inspection,
        "inspection_waived_by": list(result.inspection_waived_by),
        "released_minor": result.released_minor,
        "currency": result.currency,
    }


def received(result: Received) -> dict[str, Any]:
    """A receipt or rejection."""
    return {
        "order_id": public("ord", result.order_id),
        "order_state": result.order_state,
        "lot": result.lot,
        "lot_state": result.lot_state,
        "receipt": result.receipt,
        "released_minor": result.released_minor,
        "fee_minor": result.fee_minor,
        "refunded_minor": result.refunded_minor,
        "reserved_minor": result.reserved_minor,
        "currency": result.currency,
    }


def extended(result: Extended) -> dict[str, Any]:
    """An extension of the time for receipt."""
    return {
        "order_id": public("ord", result.order_id),
        "lot": result.lot,
        "extended_by": list(result.extended_by),
        "delivered_on": result.delivered_on.isoformat(),
    }


def cancelled(result: Cancelled) -> dict[str, Any]:
    """A cancellation."""
    return {
        "order_id": public("ord", result.order_id),
        "order_state": result.order_state,
        "ground": result.ground,
        "refunded_minor": result.refunded_minor,
        "owed_minor": result.owed_minor,
        "currency": result.currency,
    }


def proposed(result: Proposed) -> dict[str, Any]:
    """A proposal to cancel."""
    return {"order_id": public("ord", result.order_id), "cancel_proposed_by": result.cancel_proposed_by}
