"""An order as the rules see it: frozen rows, read from one locking load, written back by one recording call."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID


def _date(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None


def _moment(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the contract: whole units at a unit price in minor units. `tolerance_units` may be short or over."""

    number: int
    quantity: int
    unit_price_minor: int
    tolerance_units: int
    unit_weight_grams: int


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge on top of the lines, in minor units, negative for a discount; shared by value, weight or unit."""

    number: int
    kind: str
    amount_minor: int
    basis: str


@dataclass(frozen=True, slots=True)
class Order:
    """The order's row. All `_minor` are totals so far, in the order's currency. `rest_locked`: a decision that stands
    gives back what was not shipped. `disputed_minor` is in open disputes; `borne_minor` is what the operator bore
    of lost ones after it was released, so that it is refunded and the supplier keeps it."""

    id: UUID
    number: str
    contract_id: UUID
    buyer_id: UUID
    supplier_id: UUID
    state: str
    currency: str
    total_minor: int
    goods_minor: int
    programme_name: str
    programme_version: int
    tier: str
    cap_minor: int
    cover_minor: int
    cover_drawn_minor: int
    paid_minor: int
    unsettled_minor: int
    released_minor: int
    released_early_minor: int
    refunded_minor: int
    recourse_minor: int
    fee_minor: int
    rest_refunded_minor: int
    rest_frozen_minor: int
    rest_settled: bool
    rest_locked: bool
    lines: tuple[Line, ...]
    charges: tuple[Charge, ...]
    partial_shipments: bool
    incoterm: str
    buyer_zone: str
    supplier_zone: str
    inspection: str
    inspection_waived_by: tuple[str, ...]
    ship_on: date | None
    ship_days: int | None
    transit_days: int | None
    expected_delivery_on: date | None
    latest_delivery_on: date | None
    production_started_at: datetime | None
    ready_at: datetime | None
    overdue: bool
    claims_open: int
    cancel_proposed_by: str | None
    cancelled_by: str | None
    opened_at: datetime
    first_paid_at: datetime | None
    completed_at: datetime | None
    closed_at: datetime | None
    disputed_minor: int = 0
    borne_minor: int = 0
    version: int = 1
    """The version of the contract in force."""

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Self:
        """From the JSON of the row; columns the rules do not ask for stay behind."""
        known = {name: row[name] for name in cls.__slots__ if name in row}
        for name in ("id", "contract_id", "buyer_id", "supplier_id"):
            known[name] = UUID(row[name])
        for name in ("ship_on", "expected_delivery_on", "latest_delivery_on"):
            known[name] = _date(row[name])
        for name in ("production_started_at", "ready_at", "opened_at", "first_paid_at", "completed_at", "closed_at"):
            known[name] = _moment(row[name])
        known["lines"] = tuple(Line(**line) for line in row["lines"])
        known["charges"] = tuple(Charge(**charge) for charge in row["charges"])
        known["inspection_waived_by"] = tuple(row["inspection_waived_by"])
        return cls(**known)


@dataclass(frozen=True, slots=True)
class Tranche:
    """A part of the total. `payable` and `release` name what makes it due and what lets it go."""

    id: UUID
    order_id: UUID
    number: int
    amount_minor: int
    payable: str
    release: str
    state: str
    funded_minor: int
    replaced: bool = False
    """An amendment took it out of the schedule."""

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Self:
        """From the JSON of the row."""
        known = {name: row[name] for name in cls.__slots__}
        return cls(**(known | {"id": UUID(row["id"]), "order_id": UUID(row["order_id"])}))

    @property
    def missing_minor(self) -> int:
        """Still to be paid."""
        return self.amount_minor - self.funded_minor


@dataclass(frozen=True, slots=True)
class Lot:
    """Goods that travel and are judged together. Quantities are {line number: units}. `price_minor` is its lines and
    its share of the charges; `reserved_minor` is held back for a shortage beyond the tolerance. `version` was in force
    when it left; once a later one is, `ship_on` and `deliver_by` keep the days that were promised for it."""

    id: UUID
    order_id: UUID
    number: int
    state: str
    quantities: dict[int, int]
    received: dict[int, int] | None
    price_minor: int
    goods_minor: int
    refunded_minor: int
    frozen_minor: int
    reserved_minor: int
    shipped_on: date
    grade: str
    expected_delivery_on: date | None
    delivered_on: date | None
    delivered_at: datetime | None
    received_at: datetime | None
    receipt: str | None
    extended_by: tuple[str, ...]
    version: int = 1
    ship_on: date | None = None
    deliver_by: date | None = None

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Self:
        """From the JSON of the row."""
        known = {name: row[name] for name in cls.__slots__}
        return cls(
            **(
                known
                | {
                    "id": UUID(row["id"]),
                    "order_id": UUID(row["order_id"]),
                    "quantities": _units(row["quantities"]),
                    "received": None if row["received"] is None else _units(row["received"]),
                    "shipped_on": date.fromisoformat(row["shipped_on"]),
                    "expected_delivery_on": _date(row["expected_delivery_on"]),
                    "delivered_on": _date(row["delivered_on"]),
                    "ship_on": _date(row["ship_on"]),
                    "deliver_by": _date(row["deliver_by"]),
                    "delivered_at": _moment(row["delivered_at"]),
                    "received_at": _moment(row["received_at"]),
                    "extended_by": tuple(row["extended_by"]),
                }
            )
        )


def _units(row: dict[str, int]) -> dict[int, int]:
    return {int(line): units for line, units in row.items()}


@dataclass(frozen=True, slots=True)
class Whole:
    """An order with everything a decision about it may need: rows, and what stands on its guarded accounts."""

    order: Order
    tranches: tuple[Tranche, ...]
    lots: tuple[Lot, ...]
    escrow_minor: int
    frozen_minor: int

    def lot(self, number: int) -> Lot | None:
        """The lot of that number."""
        return next((lot for lot in self.lots if lot.number == number), None)

    def tranche(self, number: int) -> Tranche | None:
        """The tranche of that number."""
        return next((tranche for tranche in self.tranches if tranche.number == number), None)
