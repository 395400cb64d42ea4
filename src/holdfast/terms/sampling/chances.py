"""How likely a plan accepts a lot that has so many defective units: exact, by the two distributions of the textbooks.

Pure arithmetic on whole numbers and fractions; nothing is approximated and nothing rounded.
"""

from fractions import Fraction
from math import comb


def binomial(*, n: int, ac: int, share: Fraction) -> Fraction:
    """The chance that `n` units drawn from a steady production, of which `share` is defective, contain at most `ac`.

    This is what published operating characteristic curves show (type B): it knows no lot size.
    """
    bad, all_ = share.numerator, share.denominator
    good = all_ - bad
    ways = sum(comb(n, found) * bad**found * good ** (n - found) for found in range(min(ac, n) + 1))
    return Fraction(ways, all_**n)


def hypergeometric(*, lot_size: int, defective: int, n: int, ac: int) -> Fraction:
    """The chance that `n` units drawn from this very lot, of which `defective` units are, contain at most `ac`."""
    good = lot_size - defective
    least = max(0, n - good)
    if ac < least:
        return Fraction(0)
    # From one number of defective units to the next by multiplication: large lots have very large binomials.
    ways = term = comb(defective, least) * comb(good, n - least)
    for found in range(least, min(ac, defective, n)):
        term = term * (defective - found) * (n - found) // ((found + 1) * (good - n + found + 1))
        ways += term
    return Fraction(ways, comb(lot_size, n))
