"""What a contract is made of: frozen dataclasses, one for each clause, as they stand in its canonical text.

Pure shapes and the questions that need no more than themselves. What makes them valid is in `document`, the
arithmetic of totals and tranches in `schedule`.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from holdfast.programme.rules import LateClause
from holdfast.terms import EVERY_UNIT, Criterion, Specification

CHARGES = ("freight", "insurance", "handling", "tooling", "sample", "discount", "tax")
BASES = ("value", "weight", "unit")
MODES = ("sea", "air", "road", "rail", "courier", "multimodal")
INSPECTIONS = ("during_production", "pre_shipment", "loading", "after_delivery")
PAYERS = ("party_at_fault", "buyer", "supplier")
BLOCKS = ("shipment", "balance", "release")
SCHEDULES = ("full", "deposit_balance", "milestones")
PAYABLE = ("signature", "production", "ready", "shipment")
RELEASE = ("production", "inspection", "shipment", "receipt")


@dataclass(frozen=True, slots=True)
class QuantityTolerance:
    """How far the delivered quantity may be off: in per cent of the line, or in units; one of the two."""

    percent: Fraction | None = None
    units: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """So many units of one product at one price; `weight_grams` is one unit's, for charges shared by weight."""

    number: int
    product: str
    quantity: int
    unit: str
    unit_price_minor: int
    sku: str = ""
    variant: str = ""
    size: str = ""
    weight_grams: int | None = None
    tolerance: QuantityTolerance | None = None

    @property
    def price_minor(self) -> int:
        """Quantity times price, exact."""
        return self.quantity * self.unit_price_minor


@dataclass(frozen=True, slots=True)
class Charge:
    """A cost beside the goods; a discount's amount is subtracted. `basis` says how lots and lines share it."""

    kind: str
    amount_minor: int
    basis: str = "value"
    label: str = ""

    @property
    def signed_minor(self) -> int:
        """What it adds to the total."""
        return -self.amount_minor if self.kind == "discount" else self.amount_minor


@dataclass(frozen=True, slots=True)
class Inspection:
    """Who examines the goods, when, at whose cost, and what waits for the verdict."""

    type: str
    by: str = ""
    when: str = ""
    finished_percent: Fraction = Fraction(100)
    packed_percent: Fraction = Fraction(80)
    payer: str = "party_at_fault"
    blocks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Address:
    """Where the goods go."""

    name: str
    street: str
    city: str
    country: str
    region: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class Ship:
    """The ship date: a fixed day, or so many days after the first payment; one of the two."""

    on: date | None = None
    days_after_payment: int | None = None


@dataclass(frozen=True, slots=True)
class Tranche:
    """A part of the price: what makes it payable and what releases it. `amount_minor` is computed from `percent`."""

    number: int
    payable: str
    release: str
    percent: Fraction | None = None
    amount_minor: int | None = None

    @property
    def early(self) -> bool:
        """Whether it is released before receipt: an advance."""
        return self.release != "receipt"

    @property
    def due_minor(self) -> int:
        """The amount, which stands in every document that was read."""
        if self.amount_minor is None:
            raise ValueError("the schedule of this document was not computed")
        return self.amount_minor


@dataclass(frozen=True, slots=True)
class Payment:
    """The payment schedule. A shorthand (`full`, `deposit_balance` with its deposit) is written out in `tranches`."""

    kind: str
    deposit_percent: Fraction | None = None
    tranches: tuple[Tranche, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """Everything that two sides agree on."""

    currency: str
    lines: tuple[Line, ...]
    payment: Payment
    incoterm: str
    place: str
    ship_to: Address
    mode: str
    ship: Ship
    transit_days: int
    charges: tuple[Charge, ...] = ()
    specification: Specification = Specification()
    criterion: Criterion = EVERY_UNIT
    category: str = ""
    packaging: str = ""
    documents: tuple[str, ...] = ()
    inspection: Inspection | None = None
    latest_delivery_on: date | None = None
    late: LateClause | None = None
    buyer_default_percent: Fraction = Fraction(0)
    partial_shipments: bool = False
    remarks: str = ""

    @property
    def goods_minor(self) -> int:
        """The lines together."""
        return sum(line.price_minor for line in self.lines)

    @property
    def charges_minor(self) -> int:
        """The charges together, discounts subtracted."""
        return sum(charge.signed_minor for charge in self.charges)

    @property
    def total_minor(self) -> int:
        """What the buyer pays the supplier for everything."""
        return self.goods_minor + self.charges_minor

    @property
    def tranches(self) -> tuple[Tranche, ...]:
        """The payment schedule in its order."""
        return self.payment.tranches

    @property
    def early_minor(self) -> int:
        """What is released before receipt, at most."""
        return sum(tranche.due_minor for tranche in self.tranches if tranche.early)

    @property
    def promises_arrival(self) -> bool:
        """Whether a day of delivery was promised, so that the carrier's delay is the supplier's."""
        return self.latest_delivery_on is not None

    def line(self, number: int) -> Line | None:
        """The line of that number, if there is one."""
        return next((line for line in self.lines if line.number == number), None)

    def ship_on(self, *, first_paid_on: date | None) -> date | None:
        """The agreed ship date; None while it hangs on a payment that has not come."""
        if self.ship.on is not None:
            return self.ship.on
        if first_paid_on is None or self.ship.days_after_payment is None:
            return None
        return first_paid_on + timedelta(days=self.ship.days_after_payment)

    def delivery_on(self, *, ship_on: date | None) -> date | None:
        """The expected delivery: so many days of transit after the ship date."""
        return ship_on + timedelta(days=self.transit_days) if ship_on is not None else None
