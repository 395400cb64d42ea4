"""One order's money protected by this programme, and by the ways to pay outside, side by side.

The programme's column is computed by the functions that serve the order itself; the others are what a dated source
says (`schemes`). It compares and recommends nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from holdfast.kernel.clock import local_day
from holdfast.kernel.money import half_up
from holdfast.programme.document import BUYER_REASONS, Programme
from holdfast.programme.refusals import OverRailLimit
from holdfast.programme.rules.carrying import ON_THE_WAY
from holdfast.programme.rules.cases import inspection_need, outside_evidence
from holdfast.programme.rules.coverage import CoverageFacts, coverage
from holdfast.programme.rules.fees import check_rail, fee_due, processing
from holdfast.programme.rules.incoterms import insured_by_supplier, risk_passed
from holdfast.programme.rules.limits import cover_cap, cover_reserved, uncovered_excess
from holdfast.programme.rules.windows import WindowFacts, claim_window
from holdfast.programme.schemes import SaidOf, Scheme

OWN = "trade_assurance"


@dataclass(frozen=True, slots=True)
class ComparedOrder:
    """The order to be protected. Dates are local to the buyer's `zone`; without them a window is only so many days."""

    amount_minor: int
    currency: str
    tier: str
    incoterm: str = "FOB"
    individual_cap_minor: int | None = None
    paid_on: date | None = None
    expected_delivery_on: date | None = None
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class RailCost:
    """What processing costs the buyer on one rail, or that the amount is above what the rail takes at once."""

    rail: str
    cost_minor: int | None
    limit_minor: int | None


@dataclass(frozen=True, slots=True)
class Protection:
    """One way to pay, for one order. Amounts in minor units; a range where the figure is one; None: not stated.

    `cap` is the most that protection pays. `unprotected` is the part of the amount that it does not reach; for the own
    programme once all money has been released. `unprotected_while_held` is the same while it is all held.
    """

    name: str
    title: str
    cost_low_minor: int | None
    cost_high_minor: int | None
    cost_more: str
    rails: tuple[RailCost, ...]
    supplier_fee_minor: int | None
    held: Literal["yes", "partly", "no"]
    covered: tuple[str, ...]
    not_covered: tuple[str, ...]
    cap_low_minor: int | None
    cap_high_minor: int | None
    unprotected_low_minor: int | None
    unprotected_high_minor: int | None
    unprotected_while_held_minor: int | None
    window_days: int | None
    window_anchor: str
    window_ends_on: date | None
    evidence: tuple[str, ...]
    best_for: str
    said: tuple[SaidOf, ...]


def compare(*, programme: Programme, order: ComparedOrder, schemes: tuple[Scheme, ...]) -> tuple[Protection, ...]:
    """The programme first, then the schemes.

    Refusals: `CurrencyNotCovered`, `TierNotCovered`, `IncotermUnknown`, `ExcessRefused`.
    """
    return (_own(programme, order), *(_outside(scheme, order) for scheme in schemes))


def _own(programme: Programme, order: ComparedOrder) -> Protection:
    amount, currency = order.amount_minor, order.currency
    cap = cover_cap(
        programme=programme, tier=order.tier, currency=currency, individual_minor=order.individual_cap_minor
    )
    reserved = cover_reserved(
        programme=programme,
        tier=order.tier,
        currency=currency,
        total_minor=amount,
        individual_minor=order.individual_cap_minor,
    )
    rest = uncovered_excess(total_minor=amount, reserved_minor=reserved)
    covered = tuple(reason for reason in BUYER_REASONS if _is_covered(programme, reason, order.incoterm))
    rails = tuple(_rail_cost(programme, name, amount, currency) for name in programme.rails)
    costs = [one.cost_minor for one in rails if one.cost_minor is not None]
    days, anchor = programme.window["quality"].days, programme.window["quality"].anchors[0]
    return Protection(
        name=OWN,
        title=programme.title,
        cost_low_minor=min(costs, default=None),
        cost_high_minor=max(costs, default=None),
        cost_more="banks_own_charges" if "wire" in programme.rails else "",
        rails=rails,
        supplier_fee_minor=fee_due(
            programme=programme, tier=order.tier, currency=currency, released_goods_minor=amount
        ),
        held="yes",
        covered=covered,
        not_covered=tuple(reason for reason in BUYER_REASONS if reason not in covered),
        cap_low_minor=cap,
        cap_high_minor=cap,
        unprotected_low_minor=rest,
        unprotected_high_minor=rest,
        # Held money is always refundable, unless the cap limits every refund.
        unprotected_while_held_minor=rest if programme.cover.limits == "total" else 0,
        window_days=days,
        window_anchor=anchor,
        window_ends_on=_own_window(programme, order),
        evidence=_own_evidence(programme, order),
        best_for="",
        said=(),
    )


def _is_covered(programme: Programme, reason: str, incoterm: str) -> bool:
    """With a measurable term, beyond the tolerance, on the way: as the contract's own Incoterm has it."""
    facts = CoverageFacts(
        incoterm=incoterm,
        has_measurable_term=True,
        risk_passed=risk_passed(incoterm=incoterm, stage=ON_THE_WAY),
        insured=insured_by_supplier(incoterm),
    )
    return coverage(programme=programme, reason=reason, facts=facts).covered


def _rail_cost(programme: Programme, name: str, amount_minor: int, currency: str) -> RailCost:
    limit = programme.rails[name].limit
    most = limit[currency] if limit else None
    try:
        check_rail(programme=programme, rail=name, amount_minor=amount_minor, currency=currency)
    except OverRailLimit:
        return RailCost(name, None, most)
    return RailCost(
        name, processing(programme=programme, rail=name, amount_minor=amount_minor, currency=currency), most
    )


def _own_window(programme: Programme, order: ComparedOrder) -> date | None:
    """The last day to claim for quality, if the goods come on the day they are expected."""
    if order.expected_delivery_on is None:
        return None
    day = order.expected_delivery_on
    facts = WindowFacts(zone=order.zone, delivered_on=day, receipt_confirmed_on=day, expected_delivery_on=day)
    ends_at = claim_window(programme=programme, reason="quality", facts=facts).ends_at
    return None if ends_at is None else local_day(ends_at, order.zone)


def _own_evidence(programme: Programme, order: ComparedOrder) -> tuple[str, ...]:
    need = inspection_need(programme=programme, total_minor=order.amount_minor, currency=order.currency)
    inspection = {"none": (), "advised": ("inspection_advised",), "required": ("inspection_required",)}[need]
    outside = f"outside_messages_{outside_evidence(programme=programme)}"
    return ("measurable_term", "photos_or_readings", *inspection, outside)


def _outside(scheme: Scheme, order: ComparedOrder) -> Protection:
    amount, currency = order.amount_minor, order.currency
    share = half_up(amount * scheme.cost_percent / Fraction(100))
    low, high = _range(scheme.cost_low, scheme.cost_high, currency)
    by_share = not scheme.cost_low
    cap_low, cap_high = _range(scheme.cap_low, scheme.cap_high, currency)
    ends_on = None
    if scheme.window_days is not None and scheme.window_anchor == "paid" and order.paid_on is not None:
        ends_on = order.paid_on + timedelta(days=scheme.window_days)
    return Protection(
        name=scheme.name,
        title=scheme.title,
        cost_low_minor=share if by_share else low,
        cost_high_minor=share if by_share else high,
        cost_more=scheme.cost_more,
        rails=(),
        supplier_fee_minor=None,
        held=scheme.held,
        covered=scheme.covered,
        not_covered=tuple(reason for reason in BUYER_REASONS if reason not in scheme.covered),
        cap_low_minor=cap_low,
        cap_high_minor=cap_high,
        unprotected_low_minor=None if cap_high is None else max(0, amount - cap_high),
        unprotected_high_minor=None if cap_low is None else max(0, amount - cap_low),
        unprotected_while_held_minor=None,
        window_days=scheme.window_days,
        window_anchor=scheme.window_anchor,
        window_ends_on=ends_on,
        evidence=scheme.evidence,
        best_for=scheme.best_for,
        said=scheme.said,
    )


def _range(low: Mapping[str, int], high: Mapping[str, int], currency: str) -> tuple[int | None, int | None]:
    return low.get(currency), high.get(currency)
