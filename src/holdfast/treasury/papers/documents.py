"""The document of an invoice or credit note: everything on the paper, as canonical JSON that its hash is taken of.

Pure: no clock and no database. Amounts are minor units, percentages text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from holdfast.kernel.canonical import canonical, digest
from holdfast.kernel.identifiers import public
from holdfast.treasury.papers.rules import Line, Tax


@dataclass(frozen=True, slots=True)
class Party:
    """A side of a paper as the law knows it."""

    name: str
    address: str
    country: str
    registration_number: str
    vat_number: str


@dataclass(frozen=True, slots=True)
class OrderOnPaper:
    """What a line says of its order: its number, what was released of it so far, and its fee's bands."""

    number: str
    released_minor: int
    bands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the lines. `corrects` is the number and day of the invoice that a credit note takes from."""

    kind: str
    number: str
    issued_on: date
    period_from: date
    period_to: date
    currency: str
    seller: Party
    customer: Party
    customer_id: UUID
    corrects: tuple[str, date] | None


def percent(tax: Tax) -> str:
    """`21.00`, the one spelling."""
    return str(tax.percent.quantize(Decimal("0.01")))


def document(*, head: Head, lines: Sequence[Line], orders: Mapping[UUID, OrderOnPaper]) -> dict[str, Any]:
    """The whole paper. Lines are in their order; the sums by tax rule follow."""
    rows = [_line(place, line, orders) for place, line in enumerate(lines, start=1)]
    gross, tax = sum(line.gross_minor for line in lines), sum(line.tax_minor for line in lines)
    return {
        "form": "holdfast fee paper 1",
        "kind": head.kind,
        "number": head.number,
        "issued_on": head.issued_on.isoformat(),
        "period_from": head.period_from.isoformat(),
        "period_to": head.period_to.isoformat(),
        "currency": head.currency,
        "seller": asdict(head.seller),
        "customer": {"id": public("org", head.customer_id), **asdict(head.customer)},
        "corrects": None
        if head.corrects is None
        else {"number": head.corrects[0], "issued_on": head.corrects[1].isoformat()},
        "lines": rows,
        "taxes": _taxes(lines),
        "gross_minor": gross,
        "tax_minor": tax,
        "net_minor": gross - tax,
    }


def _line(place: int, line: Line, orders: Mapping[UUID, OrderOnPaper]) -> dict[str, Any]:
    order = orders.get(line.order_id) if line.order_id is not None else None
    return {
        "position": place,
        "order_id": None if line.order_id is None else public("ord", line.order_id),
        "order_number": order.number if order else None,
        "released_minor": order.released_minor if order else None,
        "bands": list(order.bands) if order else [],
        "treatment": line.tax.treatment,
        "percent": percent(line.tax),
        "gross_minor": line.gross_minor,
        "tax_minor": line.tax_minor,
        "net_minor": line.gross_minor - line.tax_minor,
    }


def _taxes(lines: Sequence[Line]) -> list[dict[str, Any]]:
    sums: dict[tuple[str, str], list[int]] = {}
    for line in lines:
        row = sums.setdefault((line.tax.treatment, percent(line.tax)), [0, 0])
        row[0] += line.gross_minor
        row[1] += line.tax_minor
    return [
        {"treatment": treatment, "percent": rate, "gross_minor": gross, "tax_minor": tax, "net_minor": gross - tax}
        for (treatment, rate), (gross, tax) in sums.items()
    ]


def digest_of(found: Mapping[str, Any]) -> bytes:
    """SHA-256 of the canonical text: 32 bytes."""
    return digest(canonical(dict(found)))


def display_number(*, series: str, number: int) -> str:
    """`HM-2026-000017`."""
    return f"{series}-{number:06d}"


def series_of(*, prefix: str, kind: str, year: int) -> str:
    """Invoices and credit notes are counted apart, and anew each year."""
    return f"{prefix}-{year}" if kind == "invoice" else f"{prefix}C-{year}"
