"""The rows of an order as they are handed to the functions that write them.

It knows which columns stay as they were signed, and that what stays as it was is left out. It refuses to know why a
row changed.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from holdfast.database import calls
from holdfast.database.calls import Function, Row
from holdfast.kernel.clock import rfc3339
from holdfast.orders.rules.facts import Lot, Order, Tranche

_FIXED = frozenset(
    {"number", "contract_id", "buyer_id", "supplier_id", "currency", "total_minor", "goods_minor", "lines", "charges"}
    | {"tier", "programme_name", "programme_version", "cap_minor", "cover_minor", "rest_locked", "partial_shipments"}
    | {"incoterm", "buyer_zone", "supplier_zone", "ship_days", "transit_days", "latest_delivery_on", "opened_at"}
    | {"version"}
    # A dispute writes these itself, at once.
    | {"disputed_minor", "borne_minor"}
)
_FIXED_OF_LOT = frozenset(
    {"order_id", "number", "quantities", "price_minor", "goods_minor", "version", "ship_on", "deliver_by"}
)

WRITE = Function(
    "orders_write",
    rows={
        "orders": Row(
            "orders_order_move",
            {
                "id": calls.plain,
                "state": calls.plain,
                "paid_minor": calls.plain,
                "unsettled_minor": calls.plain,
                "released_minor": calls.plain,
                "fee_minor": calls.plain,
                "ship_on": calls.plain,
                "expected_delivery_on": calls.plain,
                "first_paid_at": calls.plain,
                "completed_at": calls.plain,
            },
            keeps=True,
        ),
        "tranches": Row("orders_tranche_move", {"id": calls.plain, "state": calls.plain, "funded_minor": calls.plain}),
        "lots": Row(
            "orders_lot_move",
            {
                "id": calls.plain,
                "state": calls.plain,
                "grade": calls.plain,
                "received": calls.as_json,
                "expected_delivery_on": calls.plain,
                "delivered_on": calls.plain,
                "delivered_at": calls.plain,
                "received_at": calls.plain,
                "receipt": calls.plain,
            },
            keeps=True,
        ),
    },
)
"""What writes these rows: `recording.call(written.WRITE, {"orders": [...], "tranches": [...], "lots": [...]})`."""


def order(row: Order, *, before: Order) -> dict[str, Any]:
    """What changed of an order that was loaded as `before`."""
    return _changed(row, before, leave=_FIXED)


def tranche(row: Tranche) -> dict[str, Any]:
    """What can change of a tranche."""
    return {"id": str(row.id), "state": row.state, "funded_minor": row.funded_minor}


def lot(row: Lot, *, before: Lot | None) -> dict[str, Any]:
    """What changed of a lot that was loaded as `before`."""
    return _changed(row, before, leave=_FIXED_OF_LOT)


def new_lot(row: Lot) -> dict[str, Any]:
    """A lot that was not there."""
    return _row(row, leave=frozenset())


def _changed(row: Order | Lot, before: Order | Lot | None, *, leave: frozenset[str]) -> dict[str, Any]:
    same = {name for name in row.__slots__ if name != "id" and getattr(row, name) == getattr(before, name)}
    return _row(row, leave=leave | same)


def _row(facts: Order | Lot, *, leave: frozenset[str]) -> dict[str, Any]:
    return {name: _json(getattr(facts, name)) for name in facts.__slots__ if name not in leave}


def _json(value: Any) -> Any:
    match value:
        case datetime():
            return rfc3339(value)
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case tuple():
            return list(value)
        case dict():
            return {str(key): inner for key, inner in value.items()}
        case _:
            return value
