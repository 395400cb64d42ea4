"""Honest sampling: what a plan lets pass. How likely a lot with so many bad units is accepted, and the whole curve.

Pure arithmetic on the criterion and the size of the lot. It says nothing of what a plan costs or should be.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from holdfast.kernel.money import half_up
from holdfast.terms.criterion import Criterion, lot_sampling
from holdfast.terms.documents import plain
from holdfast.terms.sampling import SamplingPlan, binomial, hypergeometric, tables
from holdfast.terms.specification import CLASSES

PERCENTS = (5, 10, 15)
"""The shares of defective units that are always told."""
CURVE_TOP, CURVE_STEPS = 20, 80
"""The curve: from no defective units to so many per cent, in so many steps."""
PLACES = 6
"""Decimal places of a chance that is written out."""


@dataclass(frozen=True, slots=True)
class Chance:
    """A lot of which `percent` is defective is accepted with this chance: `this_lot` for exactly `defective` units in
    a lot of this size (hypergeometric), `long_run` for lots of a steady production of which so much is (binomial)."""

    percent: Fraction
    defective: int
    this_lot: Fraction
    long_run: Fraction


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a sample of `n` with up to `ac` defective units says of a lot. Without numbers (`ac` is None) every unit is
    examined and counts for itself: then there is no chance to tell."""

    lot_size: int
    n: int
    ac: int | None
    chances: tuple[Chance, ...]
    curve: tuple[tuple[Fraction, Fraction], ...]
    """(per cent defective, chance in the long run), rising."""


@dataclass(frozen=True, slots=True)
class ClassOutlook:
    """The outlook of one class of defect; no class where the criterion makes no difference between them."""

    severity: str | None
    aql: str | None
    letter: str | None
    outlook: Outlook


def outlook(*, lot_size: int, n: int, ac: int | None) -> Outlook:
    """The chances of a plan for a lot of this size."""
    if ac is None or n >= lot_size:
        return Outlook(lot_size, min(n, lot_size), None, (), ())
    shares = [Fraction(CURVE_TOP * step, CURVE_STEPS) for step in range(CURVE_STEPS + 1)]
    return Outlook(
        lot_size=lot_size,
        n=n,
        ac=ac,
        chances=tuple(_chance(lot_size, n, ac, Fraction(percent)) for percent in PERCENTS),
        curve=tuple((share, binomial(n=n, ac=ac, share=share / 100)) for share in shares),
    )


def _chance(lot_size: int, n: int, ac: int, percent: Fraction) -> Chance:
    defective = half_up(lot_size * percent / 100)
    return Chance(
        percent=percent,
        defective=defective,
        this_lot=hypergeometric(lot_size=lot_size, defective=defective, n=n, ac=ac),
        long_run=binomial(n=n, ac=ac, share=percent / 100),
    )


def outlooks(*, criterion: Criterion, lot_size: int) -> tuple[ClassOutlook, ...]:
    """What a contract's criterion lets pass in a lot of this size, by class; nothing where each unit stands for itself.

    Refusal: `PlanNotHeld`.
    """
    return tuple(_outlooks(criterion, lot_size)) if lot_size >= 1 else ()


def _outlooks(criterion: Criterion, lot_size: int) -> Iterator[ClassOutlook]:
    match criterion.kind:
        case "aql":
            sampling = lot_sampling(criterion, lot_size=lot_size)
            for row in sampling.classes if sampling else ():
                yield ClassOutlook(row.severity, row.aql, row.letter, outlook(lot_size=lot_size, n=row.n, ac=row.ac))
        case "plan":
            for plan in sorted(criterion.plans, key=lambda one: CLASSES.index(one.severity)):
                yield ClassOutlook(plan.severity, None, None, outlook(lot_size=lot_size, n=plan.n, ac=plan.ac))
        case "fraction":
            n = criterion.sample_size or 0
            most = int((criterion.fraction or Fraction(0)) * n)
            yield ClassOutlook(None, None, None, outlook(lot_size=lot_size, n=n, ac=most))
        case _:
            return


def written(chance: Fraction) -> str:
    """A chance as a decimal of six places, half up: `0.006924`."""
    units = half_up(chance * 10**PLACES)
    return f"{units // 10**PLACES}.{units % 10**PLACES:0{PLACES}d}"


def plan_document(plan: SamplingPlan) -> dict[str, Any]:
    """A plan of the tables with what it lets pass, as JSON: chances as decimals of six places."""
    return {
        "lot_size": plan.lot_size,
        "level": plan.level,
        "inspection": plan.inspection,
        "aql": plan.aql,
        "code_letter": plan.code_letter,
        "letter": plan.letter,
        "n": plan.n,
        "ac": plan.ac,
        "re": plan.re,
        "whole_lot": plan.whole_lot,
        **_let_pass(outlook(lot_size=plan.lot_size, n=plan.n, ac=plan.ac)),
        "sources": sources_document(plan.sources),
    }


def criterion_document(*, criterion: Criterion, lot_size: int) -> dict[str, Any]:
    """A contract's criterion for a lot of this size, by class, with what it lets pass. Refusal: `PlanNotHeld`."""
    sampling = lot_sampling(criterion, lot_size=lot_size)
    return {
        "lot_size": lot_size,
        "kind": criterion.kind,
        "level": sampling.level if sampling else None,
        "inspection": sampling.inspection if sampling else None,
        "code_letter": sampling.code_letter if sampling else None,
        "classes": [_class_document(one) for one in outlooks(criterion=criterion, lot_size=lot_size)],
        "sources": sources_document(sampling.sources if sampling else ()),
    }


def _class_document(one: ClassOutlook) -> dict[str, Any]:
    seen = one.outlook
    return {
        "class": one.severity,
        "aql": one.aql,
        "letter": one.letter,
        "n": seen.n,
        "ac": seen.ac,
        "re": None if seen.ac is None else seen.ac + 1,
        "whole_lot": seen.ac is None,
        **_let_pass(seen),
    }


def _let_pass(seen: Outlook) -> dict[str, Any]:
    return {
        "chances": [
            {
                "percent": plain(one.percent),
                "defective": one.defective,
                "this_lot": written(one.this_lot),
                "long_run": written(one.long_run),
            }
            for one in seen.chances
        ],
        "curve": [{"percent": plain(share), "long_run": written(chance)} for share, chance in seen.curve],
    }


def sources_document(keys: tuple[str, ...]) -> list[dict[str, str]]:
    """The sources of a plan's figures, by their keys."""
    named = {source.key: source for source in tables().sources}
    return [{"title": named[key].title, "read_from": named[key].read_from, "tables": named[key].tables} for key in keys]
