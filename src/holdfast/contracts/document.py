"""Reads a contract's document, checks every clause, and writes the one canonical text that both sides sign.

Pure. It says what cannot be agreed under any programme; what a programme adds (cover, countries) is checked when the
contract is proposed. It advises nothing: unmeasurable words are the lint's matter.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
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
from holdfast.terms import read_criterion, read_specification
from holdfast.terms.documents import as_document as to_document
from holdfast.terms.documents import from_document, plain

FORMAT = "holdfast.contract.1"
MOST_LINES = 2000
MOST_TEXT = 20_000
MOST_DAYS = 400
MOST_AHEAD = timedelta(days=3 * 366)
MOST_DEPTH = 12
ROUNDING = "Half up to the minor unit; shares by largest remainder, ties by line number."
PRECEDENCE = "Structured terms prevail over packaging notes and remarks."


@dataclass(frozen=True, slots=True)
class Party:
    """A side as it stands in the text."""

    id: UUID
    name: str
    country: str


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
    refuse_unwritable(found, "", 0)
    rest = {key: value for key, value in found.items() if key not in ("specification", "criterion", "matrix")}
    if "matrix" in found:
        lines = rest.get("lines", [])
        rest["lines"] = [*lines, *_expanded(found["matrix"], len(lines))] if isinstance(lines, list) else lines
    document = from_document(Document, rest)
    errors = [error for check in _CHECKS for error in check(document)]
    _fail(errors)
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
    return {"id": public("org", party.id), "name": party.name, "country": party.country}


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


def refuse_unwritable(found: Any, path: str, depth: int) -> None:
    """What no database or canonical text carries faithfully, and texts nobody could read."""
    if depth > MOST_DEPTH:
        raise Invalid(field=path, found="deeper", accepted=f"at most {MOST_DEPTH} levels")
    if isinstance(found, int) and abs(found) > MAX_MINOR:
        raise Invalid(field=path, found="a larger number", accepted=f"at most {MAX_MINOR}")
    if isinstance(found, str):
        if len(found) > MOST_TEXT:
            raise Invalid(field=path, found=f"{len(found)} characters", accepted=f"at most {MOST_TEXT}")
        if any((ord(one) < 32 and one not in "\n\t") or 0xD800 <= ord(one) < 0xE000 for one in found):
            raise Invalid(field=path, found="a control character", accepted="plain text")
    elif isinstance(found, dict):
        for key, inner in found.items():
            refuse_unwritable(key, path, depth)
            refuse_unwritable(inner, f"{path}.{key}".lstrip("."), depth + 1)
    elif isinstance(found, list):
        for place, inner in enumerate(found):
            refuse_unwritable(inner, f"{path}.{place}".lstrip("."), depth + 1)


def _fail(errors: list[Invalid]) -> None:
    if errors:
        first = errors[0]
        listed = [{"field": one.field, "accepted": one.accepted, **one.facts} for one in errors]
        raise Invalid(field=first.field, accepted=first.accepted, **first.facts, errors=listed)


def _no(field: str, found: Any, accepted: Any) -> Invalid:
    return Invalid(field=field, found=plain(found) if isinstance(found, Fraction) else found, accepted=accepted)


def _among(field: str, found: str, accepted: tuple[str, ...]) -> Iterator[Invalid]:
    if found not in accepted:
        yield _no(field, found, list(accepted))


def _said(field: str, found: str) -> Iterator[Invalid]:
    if not found.strip():
        yield _no(field, found, "text")


def _whole(field: str, found: int | None, least: int, most: int) -> Iterator[Invalid]:
    if found is not None and not least <= found <= most:
        yield _no(field, found, f"{least} to {most}")


def _percent(field: str, found: Fraction | None) -> Iterator[Invalid]:
    if found is not None and not 0 <= found <= 100:
        yield _no(field, found, "0 to 100")


def _check_lines(document: Document) -> Iterator[Invalid]:
    if not 1 <= len(document.lines) <= MOST_LINES:
        yield _no("lines", len(document.lines), f"1 to {MOST_LINES} lines")
    for place, line in enumerate(document.lines):
        where = f"lines.{place}"
        if line.number != place + 1:
            yield _no(f"{where}.number", line.number, place + 1)
        yield from _said(f"{where}.product", line.product)
        yield from _said(f"{where}.unit", line.unit)
        yield from _whole(f"{where}.quantity", line.quantity, 1, 10**9)
        yield from _whole(f"{where}.unit_price_minor", line.unit_price_minor, 0, MAX_MINOR)
        yield from _whole(f"{where}.weight_grams", line.weight_grams, 1, 10**9)
        tolerance = line.tolerance
        if tolerance is not None:
            if (tolerance.percent is None) == (tolerance.units is None):
                yield _no(f"{where}.tolerance", "both or neither", "either percent or units")
            yield from _percent(f"{where}.tolerance.percent", tolerance.percent)
            yield from _whole(f"{where}.tolerance.units", tolerance.units, 0, line.quantity)


def _check_money(document: Document) -> Iterator[Invalid]:
    if document.currency not in currencies():
        yield _no("currency", document.currency, "an ISO 4217 currency in use")
    for place, charge in enumerate(document.charges):
        where = f"charges.{place}"
        yield from _among(f"{where}.kind", charge.kind, shape.CHARGES)
        yield from _among(f"{where}.basis", charge.basis, shape.BASES)
        yield from _whole(f"{where}.amount_minor", charge.amount_minor, 0, MAX_MINOR)
        if charge.basis == "weight" and any(line.weight_grams is None for line in document.lines):
            yield _no(f"{where}.basis", "weight", "value or unit, or weight_grams on every line")
        if charge.kind == "discount" and charge.basis != "value":
            # Shared otherwise it could make cheap goods cost less than nothing.
            yield _no(f"{where}.basis", charge.basis, "value: a discount follows the price of the goods")
    discounts = sum(charge.amount_minor for charge in document.charges if charge.kind == "discount")
    if discounts > document.goods_minor:
        yield _no("charges", discounts, f"discounts of at most {document.goods_minor}, the price of the goods")
    if not 0 < document.total_minor <= MAX_MINOR:
        yield _no("lines", document.total_minor, f"a total of 1 to {MAX_MINOR} minor units")


def _check_delivery(document: Document) -> Iterator[Invalid]:
    yield from _among("incoterm", document.incoterm, tuple(INCOTERMS))
    yield from _said("place", document.place)
    yield from _among("mode", document.mode, shape.MODES)
    address = document.ship_to
    for key in ("name", "street", "city"):
        yield from _said(f"ship_to.{key}", getattr(address, key))
    if address.country not in countries():
        yield _no("ship_to.country", address.country, "ISO 3166-1 alpha-2, like DE")
    ship = document.ship
    if (ship.on is None) == (ship.days_after_payment is None):
        yield _no("ship", "both or neither", "either a day (`on`) or `days_after_payment`")
    yield from _whole("ship.days_after_payment", ship.days_after_payment, 0, MOST_DAYS)
    yield from _whole("transit_days", document.transit_days, 0, MOST_DAYS)
    latest = document.latest_delivery_on
    if latest is not None and ship.on is not None and latest < ship.on:
        yield _no("latest_delivery_on", latest.isoformat(), f"{ship.on.isoformat()} or later")


def _check_clauses(document: Document) -> Iterator[Invalid]:
    inspection = document.inspection
    if inspection is not None:
        yield from _among("inspection.type", inspection.type, shape.INSPECTIONS)
        yield from _among("inspection.payer", inspection.payer, shape.PAYERS)
        yield from _percent("inspection.finished_percent", inspection.finished_percent)
        yield from _percent("inspection.packed_percent", inspection.packed_percent)
        for place, blocked in enumerate(inspection.blocks):
            yield from _among(f"inspection.blocks.{place}", blocked, shape.BLOCKS)
    late = document.late
    if late is not None:
        yield from _percent("late.percent_per_day", late.percent_per_day)
        yield from _percent("late.cap_percent", late.cap_percent)
        yield from _whole("late.grace_days", late.grace_days, 0, MOST_DAYS)
        yield from _whole("late.cancel_after_days", late.cancel_after_days, 0, MOST_DAYS)
    yield from _percent("buyer_default_percent", document.buyer_default_percent)
    awaits = any(one.release == "inspection" for one in document.payment.tranches)
    if awaits and inspection is None:
        yield _no("inspection", None, "an inspection, since a tranche is released by one")


_CHECKS: tuple[Callable[[Document], Iterator[Invalid]], ...] = (
    _check_lines,
    _check_money,
    _check_delivery,
    _check_clauses,
)
