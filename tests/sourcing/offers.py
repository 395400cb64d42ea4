"""Quotations as suppliers write them: the hair clips and belts of the sources, and hats with several price breaks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from holdfast.contracts import programmes
from holdfast.programme import Programme
from holdfast.sourcing import operations
from holdfast.sourcing.queries import QuotationPage
from tests.world import Party, World


def price(start: int, unit: int, direct: int | None = None) -> dict[str, Any]:
    """A price break, in minor units."""
    return {"from": start, "unit_price_minor": unit, "direct_price_minor": direct}


def line(product: str, quantity: int, *prices: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The only line of a quotation."""
    return {"number": 1, "product": product, "quantity": quantity, "unit": "piece", "prices": list(prices), **more}


CLIPS = line("Hair clip", 1000, price(1000, 25, 23))
BELTS = line("Belt", 5000, price(5000, 178, 175))
HATS = line("Hat", 1000, price(500, 1100), price(1000, 1000, 960), price(5000, 900, 870))
STEPS = """
    offered revise offered: supplier
    countered revise offered: supplier
    offered counter countered: buyer
    countered counter countered: buyer
    offered accept accepted: buyer
    countered accept accepted: supplier
    offered decline declined: buyer
    countered decline declined: supplier
    offered withdraw withdrawn: supplier
    countered withdraw withdrawn: buyer
    offered expire expired: clock
    countered expire expired: clock
    """
"""Each legal step of a quotation, as `from verb to: who may`, written by hand."""
SHIP_TO = {"name": "Alma Imports", "street": "1 Pier", "city": "New York", "country": "US"}


def offer(**changes: Any) -> dict[str, Any]:
    """1,000 hats at 10.00 from Ningbo, thirty days after payment, with freight and one term; valid for a month."""
    document: dict[str, Any] = {
        "currency": "USD",
        "category": "accessories",
        "lines": [HATS],
        "charges": [{"kind": "freight", "amount_minor": 60_000, "basis": "value", "label": "to Ningbo"}],
        "specification": [
            {
                "id": "T1",
                "property": "material",
                "kind": "component",
                "class": "major",
                "nominal": "wool felt",
                "method": "read the label",
            }
        ],
        "incoterm": "FOB",
        "place": "Ningbo",
        "mode": "sea",
        "lead_time_days": 30,
        "transit_days": 35,
        "payment": {"kind": "deposit_balance", "deposit_percent": "30"},
        "late": {"percent_per_day": "0.5", "grace_days": 2, "cap_percent": "10"},
        "packaging": "50 a carton",
        "documents": ["commercial_invoice", "packing_list"],
        "ship_to": SHIP_TO,
        "valid_until": "2026-04-01",
        "remarks": "Felt in one batch.",
    }
    return {**document, **changes}


def without_direct(document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The same as a buyer may send it back."""
    lines = [
        {**one, "prices": [{**price, "direct_price_minor": None} for price in one["prices"]]}
        for one in document["lines"]
    ]
    return {**document, "lines": lines, **changes}


def newest(name: str = "standard") -> Programme:
    """The newest published version of a programme."""
    row = programmes.latest(name=name)
    return programmes.programme_of(name=row.name, version=row.version)


def quotes(world: World, document: dict[str, Any] | None = None, *, by: Party | None = None) -> QuotationPage:
    """Boris, or another supplier, quotes to Alma."""
    return operations.offer(
        act=world.act(by or world.boris, "supplier"),
        buyer_id=world.alma.organisation_id,
        programme=newest(),
        programme_of=programmes.programme_of,
        document=document or offer(),
    )


def counters(world: World, quotation_id: UUID, **changes: Any) -> QuotationPage:
    """Alma answers with terms of her own."""
    document = without_direct(offer(), **changes)
    return operations.counter(
        act=world.buyer(), quotation_id=quotation_id, programme_of=programmes.programme_of, document=document
    )


def revises(world: World, quotation_id: UUID, **changes: Any) -> QuotationPage:
    """Boris writes it anew."""
    return operations.revise(
        act=world.supplier(),
        quotation_id=quotation_id,
        programme_of=programmes.programme_of,
        document=offer(**changes),
    )
