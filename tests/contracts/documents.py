"""A contract as a buyer would send it: microcontrollers, and the same with one thing changed."""

from __future__ import annotations

import copy
from typing import Any


def microcontrollers(**changes: Any) -> dict[str, Any]:
    """5,000 pieces at 7.70, 30 per cent down, from Shenzhen to Hamburg."""
    document: dict[str, Any] = {
        "currency": "USD",
        "category": "electronics",
        "lines": [
            {
                "number": 1,
                "product": "Microcontroller board",
                "sku": "MCU-32",
                "quantity": 5000,
                "unit": "piece",
                "unit_price_minor": 770,
                "weight_grams": 40,
                "tolerance": {"percent": "1"},
            }
        ],
        "charges": [{"kind": "freight", "amount_minor": 60000, "basis": "weight"}],
        "specification": [
            {
                "id": "T1",
                "property": "microcontroller",
                "kind": "component",
                "class": "critical",
                "nominal": "STM32F407VGT6",
                "method": "read the marking",
            }
        ],
        "criterion": {"kind": "plan", "plans": [{"class": "critical", "n": 200, "ac": 0, "re": 1}]},
        "packaging": "Antistatic trays of 50",
        "documents": ["commercial_invoice", "packing_list"],
        "inspection": {"type": "pre_shipment", "payer": "party_at_fault", "blocks": ["shipment"]},
        "incoterm": "FOB",
        "place": "Shenzhen",
        "ship_to": {"name": "Alma Imports", "street": "Kai 1", "city": "Hamburg", "country": "DE"},
        "mode": "sea",
        "ship": {"on": "2026-04-10"},
        "transit_days": 30,
        "payment": {"kind": "deposit_balance", "deposit_percent": "30"},
        "late": {"percent_per_day": "0.5", "grace_days": 2, "cap_percent": "10"},
        "buyer_default_percent": "10",
        "partial_shipments": True,
        "remarks": "Boards in one batch, please.",
    }
    return {**document, **changes}


def with_value(path: str, value: Any, document: dict[str, Any] | None = None) -> dict[str, Any]:
    """The document with the value at a dotted path replaced."""
    changed = copy.deepcopy(document or microcontrollers())
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place: Any = changed
    for part in parents:
        place = place[part]
    place[last] = value
    return changed
