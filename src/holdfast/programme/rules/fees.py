"""What protection and payment cost: the supplier's fee, cumulative per order, and processing by rail.

Everything is computed from totals so far, so it does not matter in how many steps money was released.
"""

from fractions import Fraction

from holdfast.kernel.money import half_up
from holdfast.programme.document import Programme, Rail
from holdfast.programme.refusals import OverRailLimit, RailNotOffered, TierNotCovered
from holdfast.programme.rules.limits import known_currency


def fee_due(*, programme: Programme, tier: str, currency: str, released_goods_minor: int) -> int:
    """The whole fee of an order for the goods value released and not refunded so far.

    Bands part by part, rounded once, half up; then the minimum and the cap of the order; nothing where nothing
    is released, and never more than was released.
    Refusals: `TierNotCovered`, `CurrencyNotCovered`.
    """
    bands = [band for band in programme.fees.bands if tier in band.tiers]
    if not bands:
        raise TierNotCovered(field="tier", accepted=list(programme.cover.tiers), tier=tier)
    known_currency(programme=programme, currency=currency)
    if released_goods_minor <= 0:
        return 0
    starts = [band.above.get(currency, 0) for band in bands]
    exact = Fraction(0)
    for place, band in enumerate(bands):
        end = starts[place + 1] if place + 1 < len(bands) else released_goods_minor
        exact += max(0, min(end, released_goods_minor) - starts[place]) * band.percent / 100
    fee = half_up(exact)
    if programme.fees.minimum:
        fee = max(fee, programme.fees.minimum[currency])
    if programme.fees.cap:
        fee = min(fee, programme.fees.cap[currency])
    return min(fee, released_goods_minor)


def fee_step(*, programme: Programme, tier: str, currency: str, released_goods_minor: int, taken_minor: int) -> int:
    """What is still to be taken of the fee; below zero it is given back."""
    due = fee_due(programme=programme, tier=tier, currency=currency, released_goods_minor=released_goods_minor)
    return due - taken_minor


def rail(*, programme: Programme, name: str) -> Rail:
    """A payment rail: limit, cost, settlement and refund days, and when its money may be released.

    Refusals: `RailNotOffered`.
    """
    found = programme.rails.get(name)
    if found is None:
        raise RailNotOffered(field="rail", accepted=list(programme.rails), rail=name)
    return found


def check_rail(*, programme: Programme, rail: str, amount_minor: int, currency: str) -> None:
    """One payment must stay within the rail's limit.

    Refusals: `RailNotOffered`, `CurrencyNotCovered`, `OverRailLimit`.
    """
    limit = _rail(programme, rail).limit
    known_currency(programme=programme, currency=currency)
    if limit and amount_minor > limit[currency]:
        accepted = {"most_minor": limit[currency]}
        raise OverRailLimit(field="amount", accepted=accepted, amount_minor=amount_minor, rail=rail)


def processing(*, programme: Programme, rail: str, amount_minor: int, currency: str) -> int:
    """Processing at cost, paid by the buyer on top: the rail's percentage, rounded half up, and its fixed part.

    Refusals: `RailNotOffered`, `CurrencyNotCovered`.
    """
    chosen = _rail(programme, rail)
    known_currency(programme=programme, currency=currency)
    return half_up(amount_minor * chosen.percent / 100) + chosen.fixed.get(currency, 0)


def short_allowed(*, programme: Programme, rail: str, due_minor: int, currency: str, borne_minor: int) -> int:
    """By how much money on this rail may miss what is due and still count as whole, the operator bearing the rest: the
    programme's limit for an order, less what was borne of it before, and never more than a tenth of what is due.

    Refusals: `RailNotOffered`.
    """
    limit = _rail(programme, rail).short_limit.get(currency, 0)
    return max(0, min(limit - borne_minor, due_minor // 10))


def _rail(programme: Programme, name: str) -> Rail:
    return rail(programme=programme, name=name)
