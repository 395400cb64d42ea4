"""What a quotation is made of: frozen dataclasses, one for each part, as they stand in each of its versions.

Pure shapes and the questions that need no more than themselves. What makes them valid is in `document`, what prices
mean in `rules`.
"""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from holdfast.programme.rules import LateClause
from holdfast.sourcing.rules.prices import Break, price_at
from holdfast.terms import EVERY_UNIT, Criterion, Specification

CHARGES = ("freight", "insurance", "handling", "tooling", "sample", "discount", "tax")
BASES = ("value", "weight", "unit")
MODES = ("sea", "air", "road", "rail", "courier", "multimodal")
SCHEDULES = ("full", "deposit_balance")


@dataclass(frozen=True, slots=True)
class QuotedTolerance:
    """How far the delivered quantity may be off: in per cent of the line, or in units; one of the two."""

    percent: Fraction | None = None
    units: int | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one unit from a quantity on. `direct_price_minor` is what it would be by direct transfer, without
    any protection: information, never an offer."""

    from_quantity: int = field(metadata={"key": "from"})
    unit_price_minor: int
    direct_price_minor: int | None = None


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """One product with its price breaks, quoted for a quantity."""

    number: int
    product: str
    quantity: int
    unit: str
    prices: tuple[Price, ...]
    sku: str = ""
    variant: str = ""
    size: str = ""
    weight_grams: int | None = None
    tolerance: QuotedTolerance | None = None

    @property
    def breaks(self) -> tuple[Break, ...]:
        """The prices as the rules take them."""
        return tuple(Break(one.from_quantity, one.unit_price_minor, one.direct_price_minor) for one in self.prices)

    def unit_price(self, quantity: int) -> int:
        """The protected price of one unit at a quantity. Refusal: `BelowFirstBreak`."""
        return price_at(breaks=self.breaks, quantity=quantity, line=self.number).unit_price_minor


@dataclass(frozen=True, slots=True)
class QuotedCharge:
    """A cost beside the goods; a discount's amount is subtracted."""

    kind: str
    amount_minor: int
    basis: str = "value"
    label: str = ""

    @property
    def signed_minor(self) -> int:
        """What it adds to the total."""
        return -self.amount_minor if self.kind == "discount" else self.amount_minor


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the goods go, if it is known already."""

    name: str
    street: str
    city: str
    country: str
    region: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """How it is paid: everything at signature, or a deposit and the balance when the goods are ready."""

    kind: str = "full"
    deposit_percent: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """One version of a quotation. `lead_time_days` count from the first payment to the ship date."""

    currency: str
    lines: tuple[QuotedLine, ...]
    incoterm: str
    place: str
    mode: str
    lead_time_days: int
    transit_days: int
    valid_until: date
    charges: tuple[QuotedCharge, ...] = ()
    specification: Specification = Specification()
    criterion: Criterion = EVERY_UNIT
    category: str = ""
    packaging: str = ""
    documents: tuple[str, ...] = ()
    payment: Terms = Terms()
    ship_to: Destination | None = None
    late: LateClause | None = None
    partial_shipments: bool = False
    remarks: str = ""

    @property
    def quantities(self) -> dict[int, int]:
        """The quantity each line is quoted for."""
        return {line.number: line.quantity for line in self.lines}

    def goods_minor(self, quantities: dict[int, int] | None = None) -> int:
        """The goods at their protected prices. Refusal: `BelowFirstBreak`."""
        wanted = quantities or self.quantities
        return sum(wanted[line.number] * line.unit_price(wanted[line.number]) for line in self.lines)

    @property
    def charges_minor(self) -> int:
        """The charges together, discounts subtracted."""
        return sum(charge.signed_minor for charge in self.charges)

    @property
    def total_minor(self) -> int:
        """What is paid for the quoted quantities."""
        return self.goods_minor() + self.charges_minor
