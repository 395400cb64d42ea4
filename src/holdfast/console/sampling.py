"""What a sampling plan lets pass, made ready for a page: chances in the reader's digits, and the curve as a drawing.

It knows places on paper and how people write per cent. The figures come from the rules.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from babel import numbers
from django.utils.translation import gettext as _

from holdfast.console import reader
from holdfast.terms.outlook import CURVE_TOP, ClassOutlook

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 16, 52
SMALLEST = Fraction(1, 1000)
"""Below this a chance is said to be less than it, unless it is nothing at all."""


@dataclass(frozen=True, slots=True)
class ChanceShown:
    """One row of the table beside the curve."""

    percent: str
    defective: int
    this_lot: str
    long_run: str


@dataclass(frozen=True, slots=True)
class ClassShown:
    """A class of defect: its plan and its chances."""

    severity: str | None
    aql: str | None
    letter: str | None
    n: int
    ac: int | None
    re: int | None
    chances: tuple[ChanceShown, ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """A point that is told in the table, too."""

    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Curve:
    """The line of one class: what an SVG path takes, and its dots."""

    severity: str | None
    path: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis."""

    at: str
    label: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything an SVG of this size needs; x is per cent defective, y the chance of being accepted."""

    curves: tuple[Curve, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM
    middle: int = (LEFT + WIDTH - RIGHT) // 2
    labels: int = LEFT - 8
    under: int = HEIGHT - BOTTOM + 20
    foot: int = HEIGHT - 8


@dataclass(frozen=True, slots=True)
class SamplingShown:
    """Classes with their chances, and the drawing where there is anything to draw."""

    lot_size: int
    classes: tuple[ClassShown, ...]
    drawing: Drawing | None


def shown(found: Sequence[ClassOutlook], *, lot_size: int) -> SamplingShown:
    """The outlook of each class, ready for a page."""
    drawn = [one for one in found if one.outlook.curve]
    return SamplingShown(lot_size, tuple(_class(one) for one in found), _drawing(drawn) if drawn else None)


def _class(one: ClassOutlook) -> ClassShown:
    seen = one.outlook
    rows = tuple(
        ChanceShown(_percent(row.percent / 100), row.defective, chance(row.this_lot), chance(row.long_run))
        for row in seen.chances
    )
    re = None if seen.ac is None else seen.ac + 1
    return ClassShown(one.severity, one.aql, one.letter, seen.n, seen.ac, re, rows)


def _drawing(found: Sequence[ClassOutlook]) -> Drawing:
    curves = []
    for one in found:
        points = [(_across(share), _up(chance_)) for share, chance_ in one.outlook.curve]
        path = "M" + " L".join(f"{x} {y}" for x, y in points)
        dots = tuple(Dot(_across(row.percent), _up(row.long_run)) for row in one.outlook.chances)
        curves.append(Curve(one.severity, path, dots))
    return Drawing(
        curves=tuple(curves),
        across=tuple(
            Tick(_across(Fraction(share)), _percent(Fraction(share, 100))) for share in range(0, CURVE_TOP + 1, 5)
        ),
        up=tuple(Tick(_up(Fraction(share, 100)), _percent(Fraction(share, 100))) for share in range(0, 101, 25)),
    )


def _across(percent: Fraction) -> str:
    return _place(LEFT + percent / CURVE_TOP * (WIDTH - LEFT - RIGHT))


def _up(share: Fraction) -> str:
    return _place(TOP + (1 - share) * (HEIGHT - TOP - BOTTOM))


def _place(at: Fraction) -> str:
    """To a tenth of a unit, with a point whatever the reader writes."""
    tenths = round(at * 10)
    return f"{tenths // 10}.{tenths % 10}"


def chance(share: Fraction) -> str:
    """A chance as the reader writes it; one that is nearly nothing is not called nothing."""
    if 0 < share < SMALLEST:
        return _("less than %(percent)s") % {"percent": _percent(SMALLEST)}
    if 1 - SMALLEST < share < 1:
        return _("more than %(percent)s") % {"percent": _percent(1 - SMALLEST)}
    return _percent(share, digits="0" if 0 < share < 1 else "#")


def _percent(share: Fraction, *, digits: str = "#") -> str:
    """To a tenth of a per cent (`#`: where there is one), as the reader's language places the sign."""
    locale = reader.locale()
    pattern = locale.percent_formats[None].pattern.replace("##0", f"##0.{digits}")
    return numbers.format_percent(round(share * 1000) / 1000, format=pattern, locale=locale)
