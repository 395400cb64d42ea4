"""Whether the Incoterm fits the mode, the named place, the days, the documents, the charges and the insurance.

Incoterms 2020 as `programme` has them; none of it depends on a language but the names of documents, which have lists.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

from holdfast.programme.rules import INCOTERMS, insured_by_supplier, is_d_term
from holdfast.terms.lint.codes import finding
from holdfast.terms.lint.draft import Draft
from holdfast.terms.lint.findings import Change, Finding
from holdfast.terms.lint.vocabulary import documents

WATERWAY = {"FAS": "FCA", "FOB": "FCA", "CFR": "CPT", "CIF": "CIP"}
"""Terms for sea and inland waterway, and the one that does the same for any mode."""
FOR_SHIPS = ("sea", "multimodal")
SHIPMENT = ("EXW", "FCA", "FAS", "FOB")
"""Terms whose named place is where the goods leave."""
AT_A_DOOR = ("EXW", "FCA", "DAP", "DPU", "DDP")
"""Terms whose named place may be any door, so that a town alone leaves open which."""
TRANSPORT = {
    "sea": "bill_of_lading",
    "multimodal": "bill_of_lading",
    "air": "air_waybill",
    "courier": "air_waybill",
    "road": "consignment_note",
    "rail": "consignment_note",
}
TRANSIT = {"sea": (3, 75), "air": (1, 15), "road": (1, 30), "rail": (3, 45), "courier": (1, 15), "multimodal": (3, 90)}
"""Days in transit, from and to, that a schedule may well have."""
NAMES = {
    "bill_of_lading": "Bill of lading",
    "air_waybill": "Air waybill",
    "consignment_note": "Consignment note (CMR or CIM)",
    "insurance": "Insurance policy",
    "commercial_invoice": "Commercial invoice",
    "packing_list": "Packing list",
}


def incoterm(draft: Draft) -> Iterator[Finding]:
    """The term against mode and named place."""
    term = draft.incoterm
    if term not in INCOTERMS:
        return
    if term in WATERWAY and draft.mode and draft.mode not in FOR_SHIPS:
        instead = WATERWAY[term]
        change = Change("set", "incoterm", instead)
        yield finding("waterway_only", "incoterm", change, incoterm=term, mode=draft.mode, instead=instead)
    place = draft.place
    if not place:
        return
    city = draft.ship_to_city
    if term in SHIPMENT and city and _same_place(place, city):
        yield finding("place_at_destination", "place", incoterm=term, place=place)
    if re.fullmatch(r"[A-Z]{2}", place):
        yield finding("place_a_country", "place", place=place)
    elif term in AT_A_DOOR and not re.search(r"[\d,，]", place):
        # A door has a number, or a terminal beside its town.
        yield finding("place_unclear", "place", place=place)


def _same_place(place: str, city: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(city.casefold())}(?!\w)", place.casefold()) is not None


def days(draft: Draft) -> Iterator[Finding]:
    """What is promised of arrival, and whether it can be kept."""
    transit = draft.transit_days
    known = draft.incoterm in INCOTERMS
    if draft.latest_on and draft.ship_on and transit is not None:
        arrives = draft.ship_on + timedelta(days=transit)
        if arrives > draft.latest_on:
            facts = {"days": str(transit), "arrives": arrives.isoformat(), "promised": draft.latest_on.isoformat()}
            change = Change("set", "latest_delivery_on", arrives.isoformat())
            yield finding("arrival_impossible", "latest_delivery_on", change, **facts)
    if known and draft.latest_on and not is_d_term(draft.incoterm):
        yield finding("arrival_promised", "latest_delivery_on", incoterm=draft.incoterm)
    if known and draft.latest_on is None and is_d_term(draft.incoterm):
        arrives_on = draft.ship_on + timedelta(days=transit) if draft.ship_on and transit is not None else None
        put = Change("set", "latest_delivery_on", arrives_on.isoformat()) if arrives_on else None
        yield finding("no_arrival", "latest_delivery_on", put, incoterm=draft.incoterm)
    low, high = TRANSIT.get(draft.mode, (0, 400))
    if transit is not None and not low <= transit <= high:
        yield finding("transit_unusual", "transit_days", days=str(transit), mode=draft.mode, usual=f"{low} to {high}")


def papers(draft: Draft) -> Iterator[Finding]:
    """The documents that the term and the mode go with."""
    if draft.incoterm not in INCOTERMS:
        return
    there = {name for text in draft.documents for name in documents(text)}
    transport = TRANSPORT.get(draft.mode)
    if transport and draft.incoterm != "EXW" and not there & {transport, "bill_of_lading"}:
        yield finding(
            "no_transport_document",
            "documents",
            _adding(transport),
            mode=draft.mode,
            document=NAMES[transport],
        )
    if insured_by_supplier(draft.incoterm) and "insurance" not in there:
        # Incoterms 2020 ask for clauses A under CIP and for C under CIF.
        clauses = "A" if draft.incoterm == "CIP" else "C"
        change = _adding("insurance")
        yield finding("no_insurance_document", "documents", change, incoterm=draft.incoterm, clauses=clauses)
    for name in ("commercial_invoice", "packing_list"):
        if name not in there:
            yield finding("no_usual_document", "documents", _adding(name), document=NAMES[name])


def _adding(name: str) -> Change:
    return Change("add", "documents", name)


def charges(draft: Draft) -> Iterator[Finding]:
    """Freight or insurance that the supplier charges though the term leaves it to the buyer."""
    for place, kind in enumerate(draft.charges):
        if draft.incoterm in SHIPMENT and kind in ("freight", "insurance"):
            by_ship = draft.mode in FOR_SHIPS
            instead = {"freight": "CFR" if by_ship else "CPT", "insurance": "CIF" if by_ship else "CIP"}[kind]
            yield finding(
                "charge_not_due",
                f"charges.{place}",
                charge=kind.capitalize(),
                incoterm=draft.incoterm,
                instead=instead,
            )
