"""What is known of suppliers by deeds: cover that their open orders have taken, shipments that left in time; and which
of them have enough cover left for an amount.

It reads parties, orders and shipments. What the figures mean for a buyer is said where quotations are compared.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Q

from holdfast.contracts import programmes
from holdfast.fulfilment.models import Shipment
from holdfast.parties import cover
from holdfast.parties.models import Organisation
from holdfast.programme import Programme
from holdfast.programme import rules as programme_rules
from holdfast.programme.refusals import TierNotCovered
from holdfast.programme.rules.limits import known_currency
from holdfast.sourcing.comparing import currencies_of, suppliers_of
from holdfast.sourcing.rules import CurrenciesDiffer, Record, available


@dataclass(frozen=True, slots=True)
class Covering:
    """A supplier with enough cover for one order of an amount. `cover_minor` is what that order could get at most:
    the cap, or less where the line is nearly taken."""

    id: UUID
    name: str
    country: str
    record: Record
    cap_minor: int
    cover_minor: int


def records(*, supplier_ids: Collection[UUID], currency: str, programme: Programme) -> dict[UUID, Record]:
    """The record of each of these suppliers, in one currency; what is left of their lines as signing would find it."""
    rows = list(Organisation.objects.filter(id__in=supplier_ids))
    lines = cover.lines_of(organisation_ids=[row.id for row in rows], currency=currency, programme=programme)
    shipped = _shipped([row.id for row in rows])
    return {
        row.id: Record(
            tier=row.tier,
            standing=row.programme_standing,
            country=row.country,
            individual_cap_minor=row.individual_cap_minor if row.individual_cap_currency == currency else None,
            line_left_minor=lines[row.id].left_minor,
            shipments=shipped.get(row.id, (0, 0))[0],
            on_time=shipped.get(row.id, (0, 0))[1],
        )
        for row in rows
    }


def records_for(*, quotation_ids: Collection[UUID]) -> dict[UUID, Record]:
    """The records of those who gave these quotations, in their currency.

    Refusal: `CurrenciesDiffer`.
    """
    found = currencies_of(quotation_ids=list(quotation_ids))
    if len(found) > 1:
        raise CurrenciesDiffer(field="beside", accepted="quotations in one currency", found=found)
    suppliers = set(suppliers_of(quotation_ids=list(quotation_ids)).values())
    if not found:
        return {}
    return records(supplier_ids=suppliers, currency=found[0], programme=programmes.of_installation())


def with_cover(
    *, programme: Programme, currency: str, amount_minor: int, before: UUID | None = None, limit: int = 50
) -> list[Covering]:
    """Suppliers in good standing whose cap and line leave cover for the whole amount, newest first, from `before` on.

    Refusal: `CurrencyNotCovered`.
    """
    known_currency(programme=programme, currency=currency)
    rows = Organisation.objects.filter(kind="supplier", programme_standing="good").exclude(tier="none")
    if before is not None:
        rows = rows.filter(id__lt=before)
    listed = list(rows.order_by("-id"))
    known = records(supplier_ids=[row.id for row in listed], currency=currency, programme=programme)
    found: list[Covering] = []
    for row in listed:
        covering = _covering(row, known[row.id], programme, currency, amount_minor)
        if covering is not None:
            found.append(covering)
        if len(found) == limit:
            break
    return found


def _covering(
    row: Organisation, record: Record, programme: Programme, currency: str, amount_minor: int
) -> Covering | None:
    try:
        cap = programme_rules.cover_cap(
            programme=programme, tier=row.tier, currency=currency, individual_minor=record.individual_cap_minor
        )
    except TierNotCovered:
        return None
    left = available(cap_minor=cap, line_left_minor=record.line_left_minor, total_minor=cap)
    return Covering(row.id, row.name, row.country, record, cap, left) if left >= amount_minor else None


def _shipped(supplier_ids: Iterable[UUID]) -> dict[UUID, tuple[int, int]]:
    """Shipments of orders with an agreed ship date, and how many of them left by it, by the best proof there is."""
    rows = Shipment.objects.filter(supplier_id__in=list(supplier_ids), order__ship_on__isnull=False)
    counted = rows.values_list("supplier_id").annotate(
        all=Count("id"), kept=Count("id", filter=Q(ship_date_on__lte=F("order__ship_on")))
    )
    return {supplier_id: (shipments, kept) for supplier_id, shipments, kept in counted}
