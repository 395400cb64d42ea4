"""The rows of an order as the documents that `orders_write` takes.

It knows which columns stay as they were signed, and that one which is never nothing is left out while it stays as it
was. It refuses to know why a row changed.
"""

from datetime import date, datetime
from types import NoneType
from typing import Any, get_args, get_type_hints
from uuid import UUID

from holdfast.kernel.clock import rfc3339
from holdfast.orders.rules.facts import Lot, Order, Tranche

_FIXED = frozenset(
    {"number", "contract_id", "buyer_id", "supplier_id", "currency", "total_minor", "goods_minor", "lines", "charges"}
    | {"tier", "programme_name", "programme_version", "cap_minor", "cover_minor", "rest_locked", "partial_shipments"}
    | {"incoterm", "buyer_zone", "supplier_zone", "ship_days", "transit_days", "latest_delivery_on", "opened_at"}
    | {"version"}
)
_FIXED_OF_LOT = frozenset(
    {"order_id", "number", "quantities", "price_minor", "goods_minor", "version", "ship_on", "deliver_by"}
)

_NEVER_NOTHING = {
    kind: frozenset(name for name, hint in get_type_hints(kind).items() if NoneType not in get_args(hint)) - {"id"}
    for kind in (Order, Lot)
}


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
    # What may be nothing is always given: left out, it is written as nothing.
    same = {name for name in _NEVER_NOTHING[type(row)] if getattr(row, name) == getattr(before, name)}
    return _row(row, leave=leave | same)


def _row(facts: Order | Lot, *, leave: frozenset[str]) -> dict[str, Any]:
    found = {name: getattr(facts, name) for name in facts.__slots__ if name not in leave}
    return {name: _json(value) for name, value in found.items() if value is not None}


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
