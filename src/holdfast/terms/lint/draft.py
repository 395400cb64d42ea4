"""A contract's document as the lint looks at it: read leniently, because half-written drafts are what it is for.

It keeps what has a place and a meaning, and leaves out what cannot be read; whether the document may be agreed is for
the contracts' room to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from holdfast.kernel.refusals import Invalid
from holdfast.terms.specification import Term, read_term

MOST, MOST_TEXT = 1000, 20_000
"""As many lines, terms and characters as a contract may have; what is beyond is not looked at."""


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A line as far as it is written."""

    place: int
    number: int
    price_minor: int
    quantity: int
    size: str
    texts: tuple[tuple[str, str], ...]
    """(key, text) of what is said of the goods: product, variant."""
    has_tolerance: bool


@dataclass(frozen=True, slots=True)
class DraftTerm:
    """A term at its place; `term` is None where it cannot be read, and `no` says why."""

    place: int
    term: Term | None
    no: Invalid | None
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """The parts of a document that the rules ask about."""

    lines: tuple[DraftLine, ...]
    terms: tuple[DraftTerm, ...]
    category: str
    remarks: str
    packaging: str
    documents: tuple[str, ...]
    incoterm: str
    place: str
    mode: str
    ship_to_country: str
    ship_to_city: str
    ship_on: date | None
    latest_on: date | None
    transit_days: int | None
    charges: tuple[str, ...]
    inspection: Mapping[str, Any] | None
    criterion: str
    raw: Mapping[str, Any] = field(repr=False)

    @property
    def readable(self) -> tuple[tuple[int, Term], ...]:
        """(place, term) of those that can be read."""
        return tuple((one.place, one.term) for one in self.terms if one.term is not None)


def read_draft(document: Mapping[str, Any]) -> Draft:
    """The draft in a document, or in a whole canonical text (its `agreed` part)."""
    raw: Mapping[str, Any] = _object(document.get("agreed")) or document
    ship_to, ship = _object(raw.get("ship_to")), _object(raw.get("ship"))
    inspection = raw.get("inspection")
    lines = _rows(raw.get("lines"))
    return Draft(
        lines=tuple(_line(place, row) for place, row in enumerate(lines)),
        terms=tuple(_term(place, row) for place, row in enumerate(_rows(raw.get("specification")))),
        category=_text(raw.get("category")),
        remarks=_text(raw.get("remarks")),
        packaging=_text(raw.get("packaging")),
        documents=tuple(_text(one) for one in _list(raw.get("documents"))[:MOST]),
        incoterm=_text(raw.get("incoterm")),
        place=_text(raw.get("place")),
        mode=_text(raw.get("mode")),
        ship_to_country=_text(ship_to.get("country")),
        ship_to_city=_text(ship_to.get("city")),
        ship_on=_day(ship.get("on")),
        latest_on=_day(raw.get("latest_delivery_on")),
        transit_days=_whole(raw.get("transit_days")),
        charges=tuple(_text(row.get("kind")) for row in _rows(raw.get("charges"))),
        inspection=inspection if isinstance(inspection, Mapping) else None,
        criterion=_text(_object(raw.get("criterion")).get("kind")) or "every_unit",
        raw=raw,
    )


def _line(place: int, row: Mapping[str, Any]) -> DraftLine:
    quantity, price = _whole(row.get("quantity")) or 0, _whole(row.get("unit_price_minor")) or 0
    return DraftLine(
        place=place,
        number=_whole(row.get("number")) or place + 1,
        price_minor=quantity * price,
        quantity=quantity,
        size=_text(row.get("size")),
        texts=tuple((key, text) for key in ("product", "variant") if (text := _text(row.get(key)))),
        has_tolerance=row.get("tolerance") is not None,
    )


def _term(place: int, row: Mapping[str, Any]) -> DraftTerm:
    try:
        return DraftTerm(place, read_term(dict(row), path=f"specification.{place}"), None, row)
    except Invalid as no:
        return DraftTerm(place, None, no, row)


def _object(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, Mapping) else {}


def _list(found: Any) -> list[Any]:
    return list(found) if isinstance(found, list | tuple) else []


def _rows(found: Any) -> list[Mapping[str, Any]]:
    return [_object(row) for row in _list(found)[:MOST]]


def _text(found: Any) -> str:
    return found[:MOST_TEXT].strip() if isinstance(found, str) else ""


def _whole(found: Any) -> int | None:
    return found if type(found) is int else None


def _day(found: Any) -> date | None:
    try:
        return date.fromisoformat(found)
    except (TypeError, ValueError):
        return None
