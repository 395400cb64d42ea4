"""Units a term may be written in, and the exact factor between two of them.

The list is closed: a unit we have not thought about is refused when the term is written, not when it is disputed.
Factors are exact fractions from the pint library; what was used is recorded in the verdict and given back on replay.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import pint

LENGTH = ("mm", "cm", "m", "in", "ft", "yd")
MASS = ("mg", "g", "kg", "oz", "lb")
FABRIC_WEIGHT = ("g/m2", "oz/yd2")
PERCENT = ("%",)
PERFORMANCE = (
    *LENGTH,
    *MASS,
    *PERCENT,
    *("s", "min", "h", "Hz", "kHz", "MHz", "GHz", "V", "mV", "A", "mA", "W", "kW", "mAh", "Ah", "Ohm", "N", "kN"),
    *("Pa", "kPa", "MPa", "bar", "degC", "lx", "lm", "ml", "l", "m2", "cm2", "cycles", "pieces"),
)
COUNTED = ("pieces", "stitches", "pieces/carton", "cartons", "pairs", "sets", "stitches/cm", "threads/cm")

_SPELT_FOR_PINT = {
    "in": "inch",
    "ft": "foot",
    "yd": "yard",
    "g/m2": "g/m**2",
    "oz/yd2": "oz/yard**2",
    "%": "percent",
    "Ohm": "ohm",
    "m2": "m**2",
    "cm2": "cm**2",
    "mAh": "mA*h",
    "Ah": "A*h",
}
_ONLY_THEMSELVES = {*COUNTED, "cycles", "degC"}
"""Names with no other unit to convert to (a Celsius reading has an offset, so a factor would be wrong)."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """One unit of `source` is `factor` of `target`, exactly."""

    source: str
    target: str
    factor: Fraction


@lru_cache(maxsize=1)
def _registry() -> Any:
    return pint.UnitRegistry(non_int_type=Fraction)


@lru_cache(maxsize=512)
def conversion(source: str, target: str) -> Conversion | None:
    """How to convert, or None where the two do not measure the same thing."""
    if source == target:
        return Conversion(source, target, Fraction(1))
    if source in _ONLY_THEMSELVES or target in _ONLY_THEMSELVES:
        return None
    registry = _registry()
    try:
        one = registry.Quantity(Fraction(1), _SPELT_FOR_PINT.get(source, source))
        factor = one.to(_SPELT_FOR_PINT.get(target, target)).magnitude
    except (pint.UndefinedUnitError, pint.DimensionalityError):
        return None
    return Conversion(source, target, Fraction(factor))
