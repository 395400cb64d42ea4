"""Reads a contract's document, checks every clause, and writes the one canonical text that both sides sign.

Pure. It says what cannot be agreed under any programme; what a programme adds (cover, countries) is checked when the
contract is proposed. It advises nothing: unmeasurable words are the lint's matter.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from holdfast.contracts import shape
from holdfast.contracts.schedule import written_out
from holdfast.contracts.shape import Document
from holdfast.kernel.canonical import canonical, digest
from holdfast.kernel.identifiers import public
from holdfast.kernel.money import MAX_MINOR, currencies
from holdfast.kernel.refusals import Invalid
from holdfast.parties.rules import countries
from holdfast.programme import Programme
from holdfast.programme.rules import INCOTERMS
from holdfast.terms import checking, read_criterion, read_specification
from holdfast.terms.documents import as_document as to_document
from holdfast.terms.documents import from_document

FORMAT = "holdfast.contract.1"
MOST_LINES = 2000
MOST_DAYS = 400
MOST_AHEAD = timedelta(days=3 * 366)
ROUNDING = "Half up to the minor unit; shares by largest remainder, ties by line number."
PRECEDENCE = "Structured terms prevail over packaging notes and remarks."


@dataclass(frozen=True, slots=True)
class Party:
    """A side as it stands in the text; with the part of its country whose holidays count, if it has named one."""

    id: UUID
    name: str
    country: str
    subdivision: str | None = None


@dataclass(frozen=True, slots=True)
class Cover:
    """What is paid beyond the held money, and what of the total is beyond even that, as both sides sign it."""

    tier: str
    reserved_minor: int
    uncovered_minor: int


def read(found: Any) -> Document:
    """The document a JSON object describes, defaults written out and tranches computed.

    Refusals: `Invalid` for the first thing that does not fit; its fact `errors` lists every one that was found.
    """
    if not isinstance(found, dict):
        raise Invalid(field="document", found=type(found).__name__, accepted="an object")
    checking.refuse_unwritable(found, "", 0)
    rest = {key: value for key, value in found.items() if key not in ("specification", "criterion", "matrix")}
    if "matrix" in found:
        lines = rest.get("lines", [])
        rest["lines"] = [*lines, *_expanded(found["matrix"], len(lines))] if isinstance(lines, list) else lines
    document = from_document(Document, rest)
    errors = [error for check in _CHECKS for error in check(document)]
    checking.fail(errors)
    numbers = tuple(line.number for line in document.lines)
    document = replace(
        document,
        specification=read_specification(found.get("specification", []), lines=numbers),
        payment=written_out(payment=document.payment, total_minor=document.total_minor),
    )
    if found.get("criterion") is not None:
        document = replace(document, criterion=read_criterion(found["criterion"]))
    return document


def as_document(document: Document) -> dict[str, Any]:
    """The JSON form; reading it back gives the same document."""
    written: dict[str, Any] = to_document(document)
    written["specification"] = document.specification.as_document()
    return written


def text(
    *,
    number: str,
    order_id: UUID,
    programme: Programme,
    buyer: Party,
    supplier: Party,
    document: Document,
    cover: Cover | None,
    amends: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The canonical text: what is hashed and signed. `cover` is absent only in a draft; `amends` names the version
    that a later one takes the place of, and stands in no first one."""
    later = {"version": amends["version"] + 1, "amends": dict(amends)} if amends else {}
    return {
        **later,
        "format": FORMAT,
        "number": number,
        "order": public("ord", order_id),
        "programme": {"name": programme.name, "version": programme.version, "digest": programme.digest},
        "buyer": _party(buyer),
        "supplier": _party(supplier),
        "agreed": as_document(document),
        "totals": {
            "currency": document.currency,
            "goods_minor": document.goods_minor,
            "charges_minor": document.charges_minor,
            "total_minor": document.total_minor,
        },
        "cover": to_document(cover),
        "rounding": ROUNDING,
        "precedence": PRECEDENCE,
    }


def text_digest(written: dict[str, Any]) -> str:
    """SHA-256 of the canonical text, 64 hexadecimal digits."""
    return digest(canonical(written)).hex()


def check_days(document: Document, *, today: date) -> None:
    """That what is promised lies ahead, and not out of sight. Refusals: `Invalid`."""
    for field, day in (("ship.on", document.ship.on), ("latest_delivery_on", document.latest_delivery_on)):
        if day is not None and not today <= day <= today + MOST_AHEAD:
            accepted = {"from": today.isoformat(), "to": (today + MOST_AHEAD).isoformat()}
            raise Invalid(field=field, found=day.isoformat(), accepted=accepted)


def _party(party: Party) -> dict[str, str]:
    found = {"id": public("org", party.id), "name": party.name, "country": party.country}
    return {**found, "subdivision": party.subdivision} if party.subdivision else found


def _expanded(matrix: Any, before: int) -> list[dict[str, Any]]:
    """Lines from rows of a size matrix: one line for each size with its quantity, in the order given."""
    if not isinstance(matrix, list):
        raise Invalid(field="matrix", found=type(matrix).__name__, accepted="a list of rows with `sizes`")
    lines: list[dict[str, Any]] = []
    for place, row in enumerate(matrix):
        sizes = row.get("sizes") if isinstance(row, dict) else None
        if not isinstance(sizes, dict) or not sizes:
            raise Invalid(field=f"matrix.{place}.sizes", found=None, accepted="an object of quantities by size")
        common = {key: value for key, value in row.items() if key != "sizes"}
        for size, quantity in sizes.items():
            lines.append({**common, "size": size, "quantity": quantity, "number": before + len(lines) + 1})
    return lines


def _check_lines(document: Document) -> Iterator[Invalid]:
    if not 1 <= len(document.lines) <= MOST_LINES:
        yield checking.no("lines", len(document.lines), f"1 to {MOST_LINES} lines")
    for place, line in enumerate(document.lines):
        where = f"lines.{place}"
        if line.number != place + 1:
            yield checking.no(f"{where}.number", line.number, place + 1)
        yield from checking.said(f"{where}.product", line.product)
        yield from checking.said(f"{where}.unit", line.unit)
        yield from checking.whole(f"{where}.quantity", line.quantity, 1, 10**9)
        yield from checking.whole(f"{where}.unit_price_minor", line.unit_price_minor, 0, MAX_MINOR)
        yield from checking.whole(f"{where}.weight_grams", line.weight_grams, 1, 10**9)
        tolerance = line.tolerance
        if tolerance is not None:
            if (tolerance.percent is None) == (tolerance.units is None):
                yield checking.no(f"{where}.tolerance", "both or neither", "either percent or units")
            yield from checking.percent(f"{where}.tolerance.percent", tolerance.percent)
            yield from checking.whole(f"{where}.tolerance.units", tolerance.units, 0, line.quantity)


def _check_money(document: Document) -> Iterator[Invalid]:
    if document.currency not in currencies():
        yield checking.no("currency", document.currency, "an ISO 4217 currency in use")
    for place, charge in enumerate(document.charges):
        where = f"charges.{place}"
        yield from checking.among(f"{where}.kind", charge.kind, shape.CHARGES)
        yield from checking.among(f"{where}.basis", charge.basis, shape.BASES)
        yield from checking.whole(f"{where}.amount_minor", charge.amount_minor, 0, MAX_MINOR)
        if charge.basis == "weight" and any(line.weight_grams is None for line in document.lines):
            yield checking.no(f"{where}.basis", "weight", "value or unit, or weight_grams on every line")
        if charge.kind == "discount" and charge.basis != "value":
            # Shared otherwise it could make cheap goods cost less than nothing.
            yield checking.no(f"{where}.basis", charge.basis, "value: a discount follows the price of the goods")
    discounts = sum(charge.amount_minor for charge in document.charges if charge.kind == "discount")
    if discounts > document.goods_minor:
        yield checking.no("charges", discounts, f"discounts of at most {document.goods_minor}, the price of the goods")
    if not 0 < document.total_minor <= MAX_MINOR:
        yield checking.no("lines", document.total_minor, f"a total of 1 to {MAX_MINOR} minor units")


def _check_delivery(document: Document) -> Iterator[Invalid]:
    yield from checking.among("incoterm", document.incoterm, tuple(INCOTERMS))
    yield from checking.said("place", document.place)
    yield from checking.among("mode", document.mode, shape.MODES)
    address = document.ship_to
    for key in ("name", "street", "city"):
        yield from checking.said(f"ship_to.{key}", getattr(address, key))
    if address.country not in countries():
        yield checking.no("ship_to.country", address.country, "ISO 3166-1 alpha-2, like DE")
    ship = document.ship
    if (ship.on is None) == (ship.days_after_payment is None):
        yield checking.no("ship", "both or neither", "either a day (`on`) or `days_after_payment`")
    yield from checking.whole("ship.days_after_payment", ship.days_after_payment, 0, MOST_DAYS)
    yield from checking.whole("transit_days", document.transit_days, 0, MOST_DAYS)
    latest = document.latest_delivery_on
    if latest is not None and ship.on is not None and latest < ship.on:
        yield checking.no("latest_delivery_on", latest.isoformat(), f"{ship.on.isoformat()} or later")


def _check_clauses(document: Document) -> Iterator[Invalid]:
    inspection = document.inspection
    if inspection is not None:
        yield from checking.among("inspection.type", inspection.type, shape.INSPECTIONS)
        yield from checking.among("inspection.payer", inspection.payer, shape.PAYERS)
        yield from checking.percent("inspection.finished_percent", inspection.finished_percent)
        yield from checking.percent("inspection.packed_percent", inspection.packed_percent)
        for place, blocked in enumerate(inspection.blocks):
            yield from checking.among(f"inspection.blocks.{place}", blocked, shape.BLOCKS)
    late = document.late
    if late is not None:
        yield from checking.percent("late.percent_per_day", late.percent_per_day)
        yield from checking.percent("late.cap_percent", late.cap_percent)
        yield from checking.whole("late.grace_days", late.grace_days, 0, MOST_DAYS)
        yield from checking.whole("late.cancel_after_days", late.cancel_after_days, 0, MOST_DAYS)
    yield from checking.percent("buyer_default_percent", document.buyer_default_percent)
    awaits = any(one.release == "inspection" for one in document.payment.tranches)
    if awaits and inspection is None:
        yield checking.no("inspection", None, "an inspection, since a tranche is released by one")


_CHECKS: tuple[Callable[[Document], Iterator[Invalid]], ...] = (
    _check_lines,
    _check_money,
    _check_delivery,
    _check_clauses,
)
