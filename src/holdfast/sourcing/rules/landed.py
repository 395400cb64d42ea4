"""Several quotations side by side: what the goods cost once they are here, and what stands behind them.

Pure: quotations, rates and records come in as frozen rows. Nothing is converted, nothing is weighed into one mark; the
figures are put beside each other, and the lowest landed cost stands first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from holdfast.kernel.money import half_up
from holdfast.kernel.refusals import Invalid, Refusal
from holdfast.programme import Programme
from holdfast.programme import rules as programme_rules
from holdfast.programme.refusals import CurrencyNotCovered, TierNotCovered
from holdfast.sourcing.rules.prices import BelowFirstBreak, Break, Gap, gap, price_at, tenths_of

MOST_COMPARED = 20
BUYER_CARRIES = ("EXW", "FCA", "FAS", "FOB")
"""Terms under which the main carriage is the buyer's to pay."""


class CurrenciesDiffer(Refusal):
    """Quotations in different currencies are not compared: nothing is converted here."""

    status = 422


class LinesDiffer(Refusal):
    """One quantity can be asked of quotations with one line only."""

    status = 422


@dataclass(frozen=True, slots=True)
class Rates:
    """What the buyer reckons with: percentages, and an own freight where the term leaves it to the buyer."""

    quantity: int | None = None
    duty_percent: Fraction = Fraction(0)
    insurance_percent: Fraction = Fraction(0)
    freight_minor: int = 0


@dataclass(frozen=True, slots=True)
class BidLine:
    """A product of a quotation."""

    number: int
    quantity: int
    breaks: tuple[Break, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a supplier. `line_left_minor` is what of its line is not reserved, None where it is not known;
    `shipments` those with an agreed ship date, of which `on_time` kept it."""

    tier: str
    standing: str
    country: str
    individual_cap_minor: int | None = None
    line_left_minor: int | None = None
    shipments: int = 0
    on_time: int = 0


@dataclass(frozen=True, slots=True)
class Bid:
    """One quotation that is compared. Charges are signed, and taxes among them stand apart: no duty is paid on them."""

    id: UUID
    currency: str
    incoterm: str
    lines: tuple[BidLine, ...]
    charges_minor: int
    taxes_minor: int
    programme: Programme
    record: Record


@dataclass(frozen=True, slots=True)
class Landed:
    """What the goods cost once they are here, minor units. `units` are the pieces of all lines."""

    units: int
    goods_minor: int
    charges_minor: int
    freight_minor: int
    insurance_minor: int
    duty_minor: int

    @property
    def paid_minor(self) -> int:
        """What is paid to the supplier, through the platform."""
        return self.goods_minor + self.charges_minor

    @property
    def total_minor(self) -> int:
        """Everything."""
        return self.paid_minor + self.freight_minor + self.insurance_minor + self.duty_minor


@dataclass(frozen=True, slots=True)
class Protection:
    """What stands behind a quotation under its programme. Everything paid is held until it is due to be released; cover
    is what is paid beyond that. `fee_minor` is the supplier's, and explains what protection adds to the price."""

    cap_minor: int | None
    cover_minor: int
    covered_tenths: int
    uncovered_minor: int
    fee_minor: int
    claim_days: int


@dataclass(frozen=True, slots=True)
class Compared:
    """One column of the comparison; without `landed` the quantity is below the smallest quoted, which `least` says."""

    id: UUID
    landed: Landed | None
    protection: Protection | None
    gap: Gap | None
    record: Record
    is_lowest: bool = False
    least: int | None = None


def landed(*, bid: Bid, rates: Rates) -> Landed:
    """Goods at the break of the quantity, charges, own freight, insurance and duty; each rate rounded once, half up.

    Insurance is not reckoned where the supplier insures or bears the way (CIP, CIF, D terms), duty not under DDP; duty
    is taken of goods, charges, freight and insurance, without taxes. Refusal: `BelowFirstBreak`.
    """
    wanted = [(line, rates.quantity or line.quantity) for line in bid.lines]
    goods = sum(
        quantity * price_at(breaks=line.breaks, quantity=quantity, line=line.number).unit_price_minor
        for line, quantity in wanted
    )
    freight = rates.freight_minor if bid.incoterm in BUYER_CARRIES else 0
    value = goods + bid.charges_minor - bid.taxes_minor + freight
    is_insured = programme_rules.insured_by_supplier(bid.incoterm) or programme_rules.is_d_term(bid.incoterm)
    insurance = 0 if is_insured else half_up(value * rates.insurance_percent / 100)
    clears = programme_rules.clears_import(bid.incoterm)
    duty = 0 if clears == "supplier" else half_up((value + insurance) * rates.duty_percent / 100)
    return Landed(sum(quantity for _line, quantity in wanted), goods, bid.charges_minor, freight, insurance, duty)


def protection(
    *, programme: Programme, record: Record, currency: str, total_minor: int, goods_minor: int
) -> Protection | None:
    """What the programme would give for this total; None where it does not cover such a supplier or currency."""
    try:
        cap = programme_rules.cover_cap(
            programme=programme, tier=record.tier, currency=currency, individual_minor=record.individual_cap_minor
        )
        fee = programme_rules.fee_due(
            programme=programme, tier=record.tier, currency=currency, released_goods_minor=goods_minor
        )
    except (TierNotCovered, CurrencyNotCovered):
        return None
    cover = available(cap_minor=cap, line_left_minor=record.line_left_minor, total_minor=total_minor)
    return Protection(
        cap_minor=cap,
        cover_minor=cover,
        covered_tenths=tenths_of(part_minor=cover, whole_minor=total_minor),
        uncovered_minor=max(0, total_minor - cover),
        fee_minor=fee,
        claim_days=programme.window["quality"].days,
    )


def available(*, cap_minor: int, line_left_minor: int | None, total_minor: int) -> int:
    """The cover an order of this total would get: at most the cap, and what is left of the supplier's line."""
    left = cap_minor if line_left_minor is None else min(cap_minor, line_left_minor)
    return max(0, min(left, total_minor))


def whole_gap(*, lines: Iterable[BidLine], quantity: int | None = None) -> Gap | None:
    """What protection adds to a whole quotation; None unless every line has a direct price. Refusal:
    `BelowFirstBreak`."""
    found: list[Gap] = []
    for line in lines:
        one = gap(breaks=line.breaks, quantity=quantity or line.quantity, line=line.number)
        if one is None:
            return None
        found.append(one)
    if len(found) == 1:
        return found[0]
    protected, direct = sum(one.protected_minor for one in found), sum(one.direct_minor for one in found)
    tenths = half_up(Fraction(protected - direct, direct) * 1000) if direct > 0 else None
    return Gap(sum(one.quantity for one in found), protected, direct, tenths)


def compare(*, bids: Sequence[Bid], rates: Rates) -> tuple[Compared, ...]:
    """Every quotation with its figures, the lowest landed cost first, those that cannot serve the quantity last.

    Refusals: `Invalid`, `CurrenciesDiffer`, `LinesDiffer`.
    """
    if not 1 <= len(bids) <= MOST_COMPARED:
        raise Invalid(field="beside", found=len(bids), accepted=f"1 to {MOST_COMPARED} quotations")
    named = sorted({bid.currency for bid in bids})
    if len(named) > 1:
        raise CurrenciesDiffer(field="beside", accepted="quotations in one currency", found=named)
    if rates.quantity is not None and any(len(bid.lines) != 1 for bid in bids):
        raise LinesDiffer(field="quantity", accepted="none: each quotation's own quantities")
    columns = [_column(bid, rates) for bid in bids]
    served = [one.landed.total_minor for one in columns if one.landed is not None]
    lowest = min(served) if served else None
    marked = [
        Compared(
            one.id,
            one.landed,
            one.protection,
            one.gap,
            one.record,
            one.landed is not None and one.landed.total_minor == lowest,
            one.least,
        )
        for one in columns
    ]
    return tuple(sorted(marked, key=lambda one: (one.landed is None, one.landed.total_minor if one.landed else 0)))


def _column(bid: Bid, rates: Rates) -> Compared:
    try:
        cost = landed(bid=bid, rates=rates)
    except BelowFirstBreak:
        least = max(min(one.from_quantity for one in line.breaks) for line in bid.lines)
        return Compared(bid.id, None, None, None, bid.record, least=least)
    behind = protection(
        programme=bid.programme,
        record=bid.record,
        currency=bid.currency,
        total_minor=cost.paid_minor,
        goods_minor=cost.goods_minor,
    )
    shown = None if bid.programme.fees.hides_direct_price else whole_gap(lines=bid.lines, quantity=rates.quantity)
    return Compared(bid.id, cost, behind, shown, bid.record)
