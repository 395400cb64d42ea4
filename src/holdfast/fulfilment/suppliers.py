"""What is known of suppliers by deeds: cover that their open orders have taken, shipments that left in time; and which
of them have enough cover left for an amount.

It reads parties, orders and shipments. What the figures mean for a buyer is said where quotations are compared.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Q, Sum

from holdfast.fulfilment.models import Shipment
from holdfast.orders.models import Order
from holdfast.parties.models import Guarantee, Organisation
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


def records(*, supplier_ids: Collection[UUID], currency: str) -> dict[UUID, Record]:
    """The record of each of these suppliers, in one currency."""
    rows = list(Organisation.objects.filter(id__in=supplier_ids))
    left = _lines_left([row.id for row in rows], currency)
    shipped = _shipped([row.id for row in rows])
    return {
        row.id: Record(
            tier=row.tier,
            standing=row.programme_standing,
            country=row.country,
            individual_cap_minor=row.individual_cap_minor if row.individual_cap_currency == currency else None,
            line_left_minor=left.get(row.id),
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
    return records(supplier_ids=suppliers, currency=found[0]) if found else {}


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
    known = records(supplier_ids=[row.id for row in listed], currency=currency)
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


def _lines_left(supplier_ids: Iterable[UUID], currency: str) -> dict[UUID, int]:
    """What of each line no open order has reserved; a supplier without a line in the currency is not there."""
    wanted = list(supplier_ids)
    taken = dict(
        Order.objects.filter(supplier_id__in=wanted, currency=currency)
        .exclude(state="closed")
        .values_list("supplier_id")
        .annotate(taken=Sum("cover_minor"))
    )
    lines = Guarantee.objects.filter(organisation_id__in=wanted, currency=currency)
    return {
        supplier_id: max(0, line_minor - taken.get(supplier_id, 0))
        for supplier_id, line_minor in lines.values_list("organisation_id", "line_minor")
    }


def _shipped(supplier_ids: Iterable[UUID]) -> dict[UUID, tuple[int, int]]:
    """Shipments of orders with an agreed ship date, and how many of them left by it, by the best proof there is."""
    rows = Shipment.objects.filter(supplier_id__in=list(supplier_ids), order__ship_on__isnull=False)
    counted = rows.values_list("supplier_id").annotate(
        all=Count("id"), kept=Count("id", filter=Q(ship_date_on__lte=F("order__ship_on")))
    )
    return {supplier_id: (shipments, kept) for supplier_id, shipments, kept in counted}
