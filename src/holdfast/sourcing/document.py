"""Reads a version of a quotation, checks every part of it, and writes the one document that is kept.

Pure. It says what cannot be offered at all; what the contract that follows needs more is said when it is accepted.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

from holdfast.kernel.canonical import canonical, digest
from holdfast.kernel.money import MAX_MINOR, currencies, half_up
from holdfast.kernel.refusals import Invalid
from holdfast.parties.rules import countries
from holdfast.programme import Programme
from holdfast.programme.rules import INCOTERMS
from holdfast.sourcing import shape
from holdfast.sourcing.rules import contacts
from holdfast.sourcing.rules.conduct import DirectPriceNotYours
from holdfast.sourcing.rules.landed import Bid, BidLine, Record
from holdfast.sourcing.shape import Offer
from holdfast.terms import checking, read_criterion, read_specification
from holdfast.terms.documents import as_document as to_document
from holdfast.terms.documents import from_document
from holdfast.terms.lint import lint

MOST_LINES = 200
MOST_PRICES = 20
MOST_DAYS = 400
MOST_QUANTITY = 10**9


def read(found: Any) -> Offer:
    """The offer that a JSON object describes, defaults written out.

    Refusals: `Invalid` for the first thing that does not fit (its fact `errors` lists every one that was found),
    `DetailsInText`.
    """
    if not isinstance(found, dict):
        raise Invalid(field="document", found=type(found).__name__, accepted="an object")
    checking.refuse_unwritable(found, "", 0)
    contacts.check(found)
    return stored(found)


def stored(found: dict[str, Any]) -> Offer:
    """The same of a version that is kept: what was taken once is not looked through for details again, by rules that
    may have learnt more since."""
    rest = {key: value for key, value in found.items() if key not in ("specification", "criterion")}
    offer = from_document(Offer, rest)
    checking.fail([error for check in _CHECKS for error in check(offer)])
    numbers = tuple(line.number for line in offer.lines)
    offer = replace(offer, specification=read_specification(found.get("specification", []), lines=numbers))
    if found.get("criterion") is not None:
        offer = replace(offer, criterion=read_criterion(found["criterion"]))
    return offer


def as_document(offer: Offer) -> dict[str, Any]:
    """The JSON form; reading it back gives the same offer."""
    written: dict[str, Any] = to_document(offer)
    written["specification"] = offer.specification.as_document()
    return written


def document_digest(written: dict[str, Any]) -> str:
    """SHA-256 of a version's canonical text, 64 hexadecimal digits."""
    return digest(canonical(written)).hex()


def refuse_direct(offer: Offer) -> None:
    """A counter-offer names protected prices only. Refusal: `DirectPriceNotYours`."""
    for place, line in enumerate(offer.lines):
        for row, price in enumerate(line.prices):
            if price.direct_price_minor is not None:
                where = f"lines.{place}.prices.{row}.direct_price_minor"
                raise DirectPriceNotYours(field=where, accepted=None)


def bid_of(*, quotation_id: UUID, offer: Offer, programme: Programme, record: Record) -> Bid:
    """An offer as it is compared with others."""
    return Bid(
        id=quotation_id,
        currency=offer.currency,
        incoterm=offer.incoterm,
        lines=tuple(BidLine(line.number, line.quantity, line.breaks) for line in offer.lines),
        charges_minor=offer.charges_minor,
        taxes_minor=sum(charge.amount_minor for charge in offer.charges if charge.kind == "tax"),
        programme=programme,
        record=record,
    )


def as_contract(
    *, offer: Offer, quantities: dict[int, int] | None = None, ship_to: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The document of the contract that an accepted offer becomes: its protected prices at the accepted quantities, and
    everything else as it was offered. What goods would cost directly stays behind.

    Refusal: `BelowFirstBreak`.
    """
    written = as_document(offer)
    wanted = offer.quantities | (quantities or {})
    lines = [
        {
            **{key: value for key, value in row.items() if key not in ("prices", "quantity")},
            "quantity": wanted[line.number],
            "unit_price_minor": line.unit_price(wanted[line.number]),
        }
        for line, row in zip(offer.lines, written["lines"], strict=True)
    ]
    same = (
        *("currency", "category", "charges", "specification", "criterion", "packaging", "documents", "incoterm"),
        *("place", "mode", "transit_days", "payment", "late", "partial_shipments", "remarks"),
    )
    document = {key: written[key] for key in same}
    document |= {"lines": lines, "ship": {"days_after_payment": offer.lead_time_days}}
    return document | {"ship_to": ship_to if ship_to is not None else written["ship_to"]}


def claimability_tenths(offer: Offer) -> int:
    """The share of the goods' value that would rest on enforceable terms, as the lint of contracts scores it, in tenths
    of a per cent, half up."""
    return half_up(lint(as_contract(offer=offer)).score_percent * 10)


def _check_lines(offer: Offer) -> Iterator[Invalid]:
    if not 1 <= len(offer.lines) <= MOST_LINES:
        yield checking.no("lines", len(offer.lines), f"1 to {MOST_LINES} lines")
    for place, line in enumerate(offer.lines):
        where = f"lines.{place}"
        if line.number != place + 1:
            yield checking.no(f"{where}.number", line.number, place + 1)
        yield from checking.said(f"{where}.product", line.product)
        yield from checking.said(f"{where}.unit", line.unit)
        yield from checking.whole(f"{where}.quantity", line.quantity, 1, MOST_QUANTITY)
        yield from checking.whole(f"{where}.weight_grams", line.weight_grams, 1, 10**9)
        yield from _check_prices(line, where)
        tolerance = line.tolerance
        if tolerance is not None:
            if (tolerance.percent is None) == (tolerance.units is None):
                yield checking.no(f"{where}.tolerance", "both or neither", "either percent or units")
            yield from checking.percent(f"{where}.tolerance.percent", tolerance.percent)
            yield from checking.whole(f"{where}.tolerance.units", tolerance.units, 0, max(line.quantity, 0))


def _check_prices(line: shape.QuotedLine, where: str) -> Iterator[Invalid]:
    if not 1 <= len(line.prices) <= MOST_PRICES:
        yield checking.no(f"{where}.prices", len(line.prices), f"1 to {MOST_PRICES} price breaks")
    before = 0
    for row, price in enumerate(line.prices):
        at = f"{where}.prices.{row}"
        if not before < price.from_quantity <= MOST_QUANTITY:
            yield checking.no(f"{at}.from", price.from_quantity, f"{before + 1} to {MOST_QUANTITY}, rising")
        before = max(before, price.from_quantity)
        yield from checking.whole(f"{at}.unit_price_minor", price.unit_price_minor, 0, MAX_MINOR)
        # Protection is never cheaper than none: a direct price above the protected one is a mistake.
        yield from checking.whole(
            f"{at}.direct_price_minor", price.direct_price_minor, 0, max(price.unit_price_minor, 0)
        )
    if line.prices and line.quantity < line.prices[0].from_quantity:
        yield checking.no(
            f"{where}.quantity", line.quantity, f"{line.prices[0].from_quantity} or more, the first price break"
        )


def _check_money(offer: Offer) -> Iterator[Invalid]:
    if offer.currency not in currencies():
        yield checking.no("currency", offer.currency, "an ISO 4217 currency in use")
    for place, charge in enumerate(offer.charges):
        where = f"charges.{place}"
        yield from checking.among(f"{where}.kind", charge.kind, shape.CHARGES)
        yield from checking.among(f"{where}.basis", charge.basis, shape.BASES)
        yield from checking.whole(f"{where}.amount_minor", charge.amount_minor, 0, MAX_MINOR)
        if charge.basis == "weight" and any(line.weight_grams is None for line in offer.lines):
            yield checking.no(f"{where}.basis", "weight", "value or unit, or weight_grams on every line")
        if charge.kind == "discount" and charge.basis != "value":
            yield checking.no(f"{where}.basis", charge.basis, "value: a discount follows the price of the goods")
    if any(not line.prices or line.quantity < line.prices[0].from_quantity for line in offer.lines):
        return
    goods = offer.goods_minor()
    discounts = sum(charge.amount_minor for charge in offer.charges if charge.kind == "discount")
    if discounts > goods:
        yield checking.no("charges", discounts, f"discounts of at most {goods}, the price of the goods")
    if not 0 < offer.total_minor <= MAX_MINOR:
        yield checking.no("lines", offer.total_minor, f"a total of 1 to {MAX_MINOR} minor units")


def _check_delivery(offer: Offer) -> Iterator[Invalid]:
    yield from checking.among("incoterm", offer.incoterm, tuple(INCOTERMS))
    yield from checking.said("place", offer.place)
    yield from checking.among("mode", offer.mode, shape.MODES)
    yield from checking.whole("lead_time_days", offer.lead_time_days, 0, MOST_DAYS)
    yield from checking.whole("transit_days", offer.transit_days, 0, MOST_DAYS)
    if offer.ship_to is not None:
        for key in ("name", "street", "city"):
            yield from checking.said(f"ship_to.{key}", getattr(offer.ship_to, key))
        if offer.ship_to.country not in countries():
            yield checking.no("ship_to.country", offer.ship_to.country, "ISO 3166-1 alpha-2, like DE")


def _check_terms(offer: Offer) -> Iterator[Invalid]:
    yield from checking.among("payment.kind", offer.payment.kind, shape.SCHEDULES)
    deposit = offer.payment.deposit_percent
    if offer.payment.kind == "deposit_balance":
        if deposit is None or not 0 < deposit < 100:
            yield checking.no("payment.deposit_percent", deposit, "more than 0, less than 100")
    elif deposit is not None:
        yield checking.no("payment.deposit_percent", deposit, "nothing, where all is paid at signature")
    late = offer.late
    if late is not None:
        yield from checking.percent("late.percent_per_day", late.percent_per_day)
        yield from checking.percent("late.cap_percent", late.cap_percent)
        yield from checking.whole("late.grace_days", late.grace_days, 0, MOST_DAYS)
        yield from checking.whole("late.cancel_after_days", late.cancel_after_days, 0, MOST_DAYS)


_CHECKS: tuple[Callable[[Offer], Iterator[Invalid]], ...] = (
    _check_lines,
    _check_money,
    _check_delivery,
    _check_terms,
)
