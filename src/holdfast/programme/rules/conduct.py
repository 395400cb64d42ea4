"""What parties may change, declare and be marked for: amendments, force majeure, penalty points, eligibility, advice.

Advice never limits; points and extensions are counted in days handed in, never asked of a clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from holdfast.programme.document import Programme
from holdfast.programme.refusals import FreightRiseTooHigh, ShipDateTooFar
from holdfast.programme.rules.limits import known_currency


def check_ship_date_extension(*, programme: Programme, original_on: date, new_on: date) -> None:
    """The ship date moves, in all its amendments together, only so far from the first one agreed.

    Refusals: `ShipDateTooFar`.
    """
    last = original_on + timedelta(days=programme.amendments.ship_date_days)
    if new_on > last:
        raise ShipDateTooFar(field="ship_on", accepted={"latest": last.isoformat()}, new_on=new_on.isoformat())


def check_freight_rise(*, programme: Programme, original_minor: int, new_minor: int) -> None:
    """Freight rises, in all, only by so many per cent of what was first agreed.

    Refusals: `FreightRiseTooHigh`.
    """
    most = (original_minor * (100 + programme.amendments.freight_percent) / 100).__floor__()
    if new_minor > most:
        raise FreightRiseTooHigh(field="freight", accepted={"most_minor": most}, new_minor=new_minor)


@dataclass(frozen=True, slots=True)
class ForceMajeure:
    """What a declaration does: the days by which dates move, and the day from which the buyer may cancel.

    While the event lasts that day lies ahead; None once it ended inside the limit.
    """

    accepted: bool
    days: int
    may_cancel_from: date | None
    rule: str


def force_majeure(
    *, programme: Programme, began_on: date, noticed_on: date, ended_on: date | None, today: date
) -> ForceMajeure:
    """Declared in time, it extends dates by its days, up to a limit; after the limit the buyer may cancel."""
    rules = programme.exclusions
    if "force_majeure" not in rules.apply:
        return ForceMajeure(False, 0, None, "force_majeure.not_excluded")
    if (noticed_on - began_on).days > rules.force_majeure_notice_days:
        return ForceMajeure(False, 0, None, "force_majeure.notice_too_late")
    lasted = max(0, ((ended_on or today) - began_on).days)
    limit = rules.force_majeure_most_days
    cancel_from = began_on + timedelta(days=limit + 1)
    if ended_on is not None and ended_on < cancel_from:
        return ForceMajeure(True, lasted, None, "force_majeure.extends_dates")
    return ForceMajeure(True, min(lasted, limit), cancel_from, "force_majeure.extends_dates")


@dataclass(frozen=True, slots=True)
class Mark:
    """One event that carries points."""

    kind: str
    on: date


@dataclass(frozen=True, slots=True)
class Standing:
    """Points that have not expired, and whether they suspend the badge."""

    points: int
    suspended: bool


def penalty_points(*, programme: Programme, marks: Sequence[Mark], on: date) -> Standing:
    """A supplier's standing on a day; a point counts on its day and for so many days after."""
    rules = programme.points
    live = (mark for mark in marks if 0 <= (on - mark.on).days <= rules.expire_days)
    points = sum(rules.weights[mark.kind] for mark in live)
    return Standing(points=points, suspended=points >= rules.suspend_at)


def eligible(
    *, programme: Programme, buyer_country: str, supplier_country: str, category: str = "", product: str = ""
) -> tuple[str, ...]:
    """Why an order would not be protected; empty if it would."""
    rules = programme.eligibility
    against = []
    for side, country in (("buyer", buyer_country), ("supplier", supplier_country)):
        barred = country in rules.countries_barred
        if barred or (rules.countries_allowed and country not in rules.countries_allowed):
            against.append(f"{side}_country_not_eligible")
    if category in rules.categories_barred or (rules.categories_allowed and category not in rules.categories_allowed):
        against.append("category_not_eligible")
    if product and product in rules.products_barred:
        against.append("product_not_eligible")
    return tuple(against)


@dataclass(frozen=True, slots=True)
class Advice:
    """One piece of advice: a stable kind, and a sentence for people."""

    kind: str
    sentence: str


def advice(*, programme: Programme, currency: str, total_minor: int, first_order: bool) -> tuple[Advice, ...]:
    """What is advised for an order of this size; a limit never.

    Refusals: `CurrencyNotCovered`.
    """
    rules, inspected = programme.advice, programme.inspection
    known_currency(programme=programme, currency=currency)
    given = []
    if first_order and rules.sample_first:
        given.append(Advice("sample_first", "First order with this supplier: order a sample first."))
    small = [name for name in ("card", "paypal") if name in programme.rails]
    if small and rules.card_under and total_minor < rules.card_under[currency]:
        rails = {"card": "card", "paypal": "PayPal"}
        shown = " or ".join(rails[name] for name in small)
        given.append(Advice("card_or_paypal", f"A small order: paying by {shown} adds a second protection."))
    if inspected.required_from and total_minor >= inspected.required_from[currency]:
        given.append(Advice("inspection_required", "Inspection before shipment is required at this total."))
    elif total_minor >= inspected.advised_from[currency]:
        given.append(Advice("inspection_advised", "Inspection before shipment is advised at this total."))
    if rules.insurance_from and total_minor >= rules.insurance_from[currency]:
        given.append(Advice("cargo_insurance", "A high value: insure the cargo."))
    return tuple(given)
