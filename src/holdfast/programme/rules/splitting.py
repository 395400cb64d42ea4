"""A large order in one contract or in several: the cover of each way, what stays uncovered, and what splitting costs.

The cover is computed as signing would compute it, contract after contract. Freight and handling are given; the rest
follows from the programme. It shows both ways and forbids neither.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from holdfast.kernel.money import share
from holdfast.kernel.refusals import Refusal
from holdfast.programme.document import Programme
from holdfast.programme.refusals import PartsNotPossible
from holdfast.programme.rules.fees import fee_due
from holdfast.programme.rules.limits import cover_cap, cover_reserved, orders_linked, uncovered_excess

MOST_PARTS = 100
_ANY_DAY = date(2000, 1, 1)
"""Linking asks how far apart signatures are, never on which day they were."""

Advice = Literal["one_covers_all", "splitting_refused", "splitting_gains_nothing", "splitting_gains"]


@dataclass(frozen=True, slots=True)
class SplitCosts:
    """What is given of the costs, minor units: freight of one consignment for all, of each part for itself, and
    handling of each contract beyond the first."""

    freight_together_minor: int = 0
    freight_each_minor: int = 0
    handling_each_minor: int = 0


@dataclass(frozen=True, slots=True)
class LargeOrder:
    """The order to be placed. `line_left_minor`: what is free of the supplier's line, None where it has none.

    `parts`: into how many contracts to split, None for as few as the cap asks; `days_apart`: between two signatures.
    """

    total_minor: int
    currency: str
    tier: str
    individual_cap_minor: int | None = None
    linked_reserved_minor: int = 0
    line_left_minor: int | None = None
    parts: int | None = None
    days_apart: int = 0
    costs: SplitCosts = SplitCosts()


@dataclass(frozen=True, slots=True)
class PlannedContract:
    """One contract: its total, whether it shares its cover with those before it, its cover, and what is beyond."""

    total_minor: int
    linked: bool
    cover_minor: int
    uncovered_minor: int


@dataclass(frozen=True, slots=True)
class WayToPlace:
    """The order in these contracts. `refused` is the code of the rule that does not take them, else None.

    `refundable_while_held_minor`: most that can come back while all of it is held. `cost_minor` is what this way costs
    the buyer beyond the goods: freight and handling; `fee_minor` the supplier's fee once everything is released.
    """

    contracts: tuple[PlannedContract, ...]
    cover_minor: int
    uncovered_minor: int
    refundable_while_held_minor: int
    cost_minor: int
    fee_minor: int
    refused: str | None


@dataclass(frozen=True, slots=True)
class OrderPlan:
    """Both ways. `cover_gained_minor` and `cost_added_minor` are the split way's over the one; below zero it saves."""

    cap_minor: int
    one: WayToPlace
    split: WayToPlace
    cover_gained_minor: int
    cost_added_minor: int
    fee_added_minor: int
    advice: Advice
    sentence: str


def plan_large_order(*, programme: Programme, order: LargeOrder) -> OrderPlan:
    """One contract beside several.

    Refusals: `CurrencyNotCovered`, `TierNotCovered`, `PartsNotPossible`.
    """
    cap = cover_cap(
        programme=programme,
        tier=order.tier,
        currency=order.currency,
        individual_minor=order.individual_cap_minor,
    )
    one = _way(programme, order, [order.total_minor])
    split = _way(programme, order, _parts(order, cap))
    gained = split.cover_minor - one.cover_minor
    advice, sentence = _advice(programme, one, split, gained)
    return OrderPlan(
        cap_minor=cap,
        one=one,
        split=split,
        cover_gained_minor=gained,
        cost_added_minor=split.cost_minor - one.cost_minor,
        fee_added_minor=split.fee_minor - one.fee_minor,
        advice=advice,
        sentence=sentence,
    )


def _parts(order: LargeOrder, cap: int) -> list[int]:
    """As given in equal parts; else as many caps as fit, and the rest."""
    most = min(MOST_PARTS, order.total_minor)
    wanted = order.parts if order.parts is not None else max(2, -(-order.total_minor // cap)) if cap else 2
    if not 2 <= wanted <= most:
        raise PartsNotPossible(field="parts", found=wanted, accepted={"from": 2, "to": most})
    if order.parts is not None or order.total_minor <= cap:
        return share(total=order.total_minor, weights=[1] * wanted)
    return [*[cap] * (wanted - 1), order.total_minor - cap * (wanted - 1)]


def _way(programme: Programme, order: LargeOrder, totals: list[int]) -> WayToPlace:
    costs, several = order.costs, len(totals) > 1
    freight = costs.freight_each_minor * len(totals) if several else costs.freight_together_minor
    try:
        contracts, refused = tuple(_contracts(programme, order, totals)), None
    except Refusal as refusal:
        contracts, refused = tuple(PlannedContract(total, several, 0, total) for total in totals), refusal.code()
    cover = sum(one.cover_minor for one in contracts)
    return WayToPlace(
        contracts=contracts,
        cover_minor=cover,
        uncovered_minor=sum(one.uncovered_minor for one in contracts),
        refundable_while_held_minor=_while_held(programme, order, cover, refused),
        cost_minor=freight + costs.handling_each_minor * (len(totals) - 1),
        fee_minor=sum(
            fee_due(programme=programme, tier=order.tier, currency=order.currency, released_goods_minor=total)
            for total in totals
        ),
        refused=refused,
    )


def _while_held(programme: Programme, order: LargeOrder, cover: int, refused: str | None) -> int:
    if refused is not None:
        return 0
    return cover if programme.cover.limits == "total" else order.total_minor


def _contracts(programme: Programme, order: LargeOrder, totals: list[int]) -> Iterator[PlannedContract]:
    """Each as signing would cover it, those before it reserved. Refusals: those of `cover_reserved`."""
    reserved: list[int] = []
    line_left = order.line_left_minor
    for place, total in enumerate(totals):
        near = [there for there in range(place) if _linked(programme, order, place - there)]
        others = order.linked_reserved_minor + sum(reserved[there] for there in near)
        linked = bool(near) or order.linked_reserved_minor > 0
        cover = cover_reserved(
            programme=programme,
            tier=order.tier,
            currency=order.currency,
            total_minor=total,
            individual_minor=order.individual_cap_minor,
            linked=linked,
            linked_reserved_minor=others,
        )
        if line_left is not None:
            cover = min(cover, line_left)
            line_left -= cover
        reserved.append(cover)
        yield PlannedContract(total, linked, cover, uncovered_excess(total_minor=total, reserved_minor=cover))


def _linked(programme: Programme, order: LargeOrder, signatures_between: int) -> bool:
    """Whether two of the contracts are linked. Under `deny` as under `link`; under `allow` none are."""
    later = _ANY_DAY + timedelta(days=order.days_apart * signatures_between)
    return orders_linked(programme=programme, signed_on=_ANY_DAY, other_signed_on=later)


def _advice(programme: Programme, one: WayToPlace, split: WayToPlace, gained: int) -> tuple[Advice, str]:
    if one.refused is None and one.uncovered_minor == 0:
        return "one_covers_all", "One contract is covered whole: there is no reason to split it."
    if split.refused is not None:
        return "splitting_refused", "The programme does not take the order in several contracts."
    if gained > 0:
        return "splitting_gains", "Splitting gains cover, at the cost of the freight and handling that it adds."
    shared = programme.cover.linked == "link" and any(one.linked for one in split.contracts)
    why = "the contracts share one cap" if shared else "no more cover is to be had"
    return "splitting_gains_nothing", f"Splitting gains nothing: {why}."
