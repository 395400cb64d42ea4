"""How far two measured colours are apart: CIEDE2000 (ISO/CIE 11664-6), by the coloraide library.

The formula needs roots and angles, so floats live here and nowhere else: the result is rounded to four places, half up,
and leaves as an exact number; every comparison is made on that. Both Lab values must come from one instrument setting
(illuminant, observer, geometry), which the term's method names: nothing is adapted here.
"""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from coloraide import Color

Lab = tuple[Fraction, Fraction, Fraction]
PLACES = Decimal("0.0001")


def delta_e(*, reference: Lab, sample: Lab) -> Fraction:
    """CIEDE2000 with kL = kC = kH = 1, rounded to four places."""
    first, second = (Color("lab-d65", [float(part) for part in lab]) for lab in (reference, sample))
    distance = first.delta_e(second, method="2000", space="lab-d65")
    return Fraction(Decimal(repr(distance)).quantize(PLACES, rounding=ROUND_HALF_UP))
