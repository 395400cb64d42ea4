"""Quotations beside each other: gathered, compared by the rules, and answered as columns.

Of suppliers it is told what is known, by whoever sees their deeds; it reads quotations only and writes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from holdfast.sourcing import document as documents
from holdfast.sourcing import models, rules
from holdfast.sourcing.queries import ProgrammeOf, Trader, offers_of, product_of
from holdfast.sourcing.shape import Offer


@dataclass(frozen=True, slots=True)
class Column:
    """A quotation in a comparison, beside its figures."""

    id: UUID
    number: str
    supplier: Trader
    product: str
    incoterm: str
    place: str
    lead_time_days: int
    valid_until: date
    state: str
    programme: str
    claimability_tenths: int
    """What share of the goods' value would rest on enforceable terms, in tenths of a per cent."""
    figures: rules.Compared


@dataclass(frozen=True, slots=True)
class Comparison:
    """Several quotations for one buyer, the lowest landed cost first."""

    currency: str
    rates: rules.Rates
    columns: tuple[Column, ...]


def programmes_of(*, quotation_ids: Sequence[UUID]) -> dict[tuple[str, int], set[UUID]]:
    """The versions of programmes that some quotations stand under, each with the suppliers who quoted by it."""
    rows = models.Quotation.objects.filter(id__in=quotation_ids)
    found: dict[tuple[str, int], set[UUID]] = {}
    for name, version, supplier_id in rows.values_list("programme_name", "programme_version", "supplier_id"):
        found.setdefault((name, version), set()).add(supplier_id)
    return found


def currencies_of(*, quotation_ids: Sequence[UUID]) -> list[str]:
    """The currencies of some quotations, each once."""
    rows = models.Quotation.objects.filter(id__in=quotation_ids)
    return sorted(set(rows.values_list("currency", flat=True)))


def compare(
    *,
    quotation_ids: Sequence[UUID],
    rates: rules.Rates,
    records: Mapping[UUID, rules.Record],
    programme_of: ProgrammeOf,
) -> Comparison:
    """Quotations that passed the gate, side by side. `records` are of their suppliers.

    Refusals: `Invalid`, `CurrenciesDiffer`, `LinesDiffer`.
    """
    wanted = list(dict.fromkeys(quotation_ids))
    rows = models.Quotation.objects.filter(id__in=wanted).select_related("buyer", "supplier").in_bulk()
    offers = offers_of(list(rows.values()))
    bids = []
    for quotation_id in wanted:
        row = rows[quotation_id]
        programme = programme_of(name=row.programme_name, version=row.programme_version)
        record = records[row.supplier_id]
        bids.append(documents.bid_of(quotation_id=row.id, offer=offers[row.id], programme=programme, record=record))
    compared = rules.compare(bids=bids, rates=rates)
    return Comparison(
        currency=bids[0].currency,
        rates=rates,
        columns=tuple(_column(rows[one.id], offers[one.id], one) for one in compared),
    )


def read_rates(
    *,
    quantity: int | None = None,
    duty_percent: Fraction | None = None,
    insurance_percent: Fraction | None = None,
    freight_minor: int | None = None,
) -> rules.Rates:
    """What the buyer reckons with, nothing where nothing is given."""
    none = Fraction(0)
    return rules.Rates(quantity, duty_percent or none, insurance_percent or none, freight_minor or 0)


def _column(row: models.Quotation, offer: Offer, figures: rules.Compared) -> Column:
    return Column(
        id=row.id,
        number=row.number,
        supplier=Trader(row.supplier_id, row.supplier.name, row.supplier.country),
        product=product_of(offer.lines[0].product, len(offer.lines)),
        incoterm=offer.incoterm,
        place=offer.place,
        lead_time_days=offer.lead_time_days,
        valid_until=row.valid_until,
        state=row.state,
        programme=row.programme_name,
        claimability_tenths=documents.claimability_tenths(offer),
        figures=figures,
    )
