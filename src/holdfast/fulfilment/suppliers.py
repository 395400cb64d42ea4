"""What is known of suppliers by deeds: cover that their open orders have taken, shipments that left in time; and which
of them have enough cover left for an amount.

It reads parties, orders and shipments. What the figures mean for a buyer is said where quotations are compared.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Q

from holdfast.contracts.programmes import programme_of
from holdfast.fulfilment.models import Shipment
from holdfast.parties import cover
from holdfast.parties.cover import CoverView
from holdfast.parties.models import Organisation
from holdfast.programme import Programme
from holdfast.programme import rules as programme_rules
from holdfast.sourcing.comparing import currencies_of, programmes_of
from holdfast.sourcing.rules import CurrenciesDiffer, Record


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
    """The record of each of these suppliers, in one currency; what is left of its line is the programme's answer."""
    rows = list(Organisation.objects.filter(id__in=supplier_ids))
    # Where the programme covers nothing in this currency, there is no line to ask for.
    asked = [row.id for row in rows if currency in programme.currencies]
    lines = cover.lines_of(organisation_ids=asked, currency=currency, programme=programme)
    shipped = _shipped([row.id for row in rows])
    return {
        row.id: Record(
            tier=row.tier,
            standing=row.programme_standing,
            country=row.country,
            individual_cap_minor=row.individual_cap_minor if row.individual_cap_currency == currency else None,
            line_left_minor=lines[row.id].left_minor if row.id in lines else None,
            shipments=shipped.get(row.id, (0, 0))[0],
            on_time=shipped.get(row.id, (0, 0))[1],
        )
        for row in rows
    }


def records_for(*, quotation_ids: Collection[UUID]) -> dict[UUID, Record]:
    """The records of those who gave these quotations, in their currency. Who gave several under different programmes
    is told by the one that leaves least of its line.

    Refusal: `CurrenciesDiffer`.
    """
    found = currencies_of(quotation_ids=list(quotation_ids))
    if len(found) > 1:
        raise CurrenciesDiffer(field="beside", accepted="quotations in one currency", found=found)
    known: dict[UUID, Record] = {}
    for (name, version), suppliers in programmes_of(quotation_ids=list(quotation_ids)).items():
        programme = programme_of(name=name, version=version)
        for supplier_id, record in records(supplier_ids=suppliers, currency=found[0], programme=programme).items():
            other = known.get(supplier_id)
            if other is None or (record.line_left_minor or 0) < (other.line_left_minor or 0):
                known[supplier_id] = record
    return known


def with_cover(
    *, programme: Programme, currency: str, amount_minor: int, before: UUID | None = None, limit: int = 50
) -> list[Covering]:
    """Suppliers in good standing whose cap and line leave cover for the whole amount, newest first, from `before` on.

    Refusal: `CurrencyNotCovered`.
    """
    lines = cover.newest_with_cover(
        currency=currency, least_minor=amount_minor, programme=programme, before=before, limit=limit
    )
    ids = [line.organisation_id for line in lines]
    known = records(supplier_ids=ids, currency=currency, programme=programme)
    return [_covering(line, known[line.organisation_id], programme) for line in lines]


def _covering(line: CoverView, record: Record, programme: Programme) -> Covering:
    cap = programme_rules.cover_cap(
        programme=programme, tier=line.tier, currency=line.currency, individual_minor=record.individual_cap_minor
    )
    return Covering(line.organisation_id, line.organisation_name, record.country, record, cap, line.one_order_minor)


def _shipped(supplier_ids: Iterable[UUID]) -> dict[UUID, tuple[int, int]]:
    """Shipments of orders with an agreed ship date, and how many of them left by it, by the best proof there is."""
    rows = Shipment.objects.filter(supplier_id__in=list(supplier_ids), order__ship_on__isnull=False)
    counted = rows.values_list("supplier_id").annotate(
        all=Count("id"), kept=Count("id", filter=Q(ship_date_on__lte=F("order__ship_on")))
    )
    return {supplier_id: (shipments, kept) for supplier_id, shipments, kept in counted}
