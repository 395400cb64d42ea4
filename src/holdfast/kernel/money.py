"""Money is a whole number of minor units and an ISO 4217 currency, nothing else.

This module knows how to add, share and round it exactly. It refuses floats, mixed currencies and any rate of
exchange: nothing is converted here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache

from babel.core import Locale, get_global
from babel.numbers import list_currencies, parse_pattern

MAX_MINOR = 10**15
"""Largest amount accepted from outside, in minor units: far inside a bigint, so sums cannot overflow."""


# ISO 4217's minor units, by code; every other one has two. CLDR's digits are not used: they say how a price is usually
# written (no paras in a Serbian shop), while banks and card networks count in the standard's.
_EXPONENTS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX"), 0),
    **dict.fromkeys(("VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


class MixedCurrencies(TypeError):
    """Two currencies met in one sum: a bug in the caller, never a user's mistake."""


@lru_cache(maxsize=1)
def currencies() -> frozenset[str]:
    """The three-letter codes in use today (ISO 4217, by Babel's CLDR data)."""
    tender: set[str] = set()
    for periods in get_global("territory_currencies").values():
        tender.update(code for code, _start, end, is_tender in periods if is_tender and end is None)
    return frozenset(tender & set(list_currencies()))


def exponent(currency: str) -> int:
    """Digits after the point by ISO 4217: USD 2, JPY 0, KWD 3."""
    if currency not in currencies():
        raise ValueError(f"{currency!r} is not an ISO 4217 currency in use")
    return _EXPONENTS.get(currency, 2)


def half_up(value: Fraction) -> int:
    """Round to the nearest whole number, halves away from zero."""
    whole, rest = divmod(abs(value.numerator), value.denominator)
    whole += 2 * rest >= value.denominator
    return whole if value >= 0 else -whole


def share(*, total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` in proportion to `weights`, by largest remainder; ties go to the earlier place.

    The parts are whole and sum to `total` exactly. With no weight at all everything falls to the first part.
    """
    if total < 0 or any(weight < 0 for weight in weights):
        raise ValueError("shares are taken of amounts and weights that are not negative")
    if not weights:
        raise ValueError("there is nobody to share with")
    whole = sum(weights)
    if whole == 0:
        return [total] + [0] * (len(weights) - 1)
    parts = [total * weight // whole for weight in weights]
    remainders = [total * weight % whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-remainders[place], place))
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return parts


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units of one currency."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError("money is a whole number of minor units")
        exponent(self.currency)

    def _other(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise MixedCurrencies(f"{self.currency} and {other.currency} do not add up")
        return other.minor

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._other(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._other(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._other(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._other(other)

    def times(self, factor: Fraction) -> "Money":
        """The exact product, rounded once, half up."""
        return Money(half_up(self.minor * factor), self.currency)

    @property
    def decimal(self) -> Decimal:
        """For printing only."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __str__(self) -> str:
        return f"{self.decimal:,f} {self.currency}"

    def display(self, *, locale: str) -> str:
        """As people of a locale write it: `$1,234.50`."""
        place, digits = Locale.parse(locale), exponent(self.currency)
        pattern = parse_pattern(place.currency_formats["standard"].pattern)
        pattern.frac_prec = (digits, digits)
        shown: str = pattern.apply(self.decimal, place, currency=self.currency, currency_digits=False)
        return shown


_AMOUNT = re.compile(r"-?[0-9]{1,16}(\.[0-9]{1,4})?")


def parse_minor(text: str, currency: str) -> int:
    """Minor units from a plain decimal like `12.50`; ValueError if it has more digits than the currency."""
    if not _AMOUNT.fullmatch(text):
        raise ValueError(f"{text!r} is not an amount like 1250.00")
    try:
        minor = Decimal(text).scaleb(exponent(currency))
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is not an amount") from error
    if minor != int(minor):
        raise ValueError(f"{text!r} has more digits after the point than {currency} ({exponent(currency)})")
    if abs(minor) > MAX_MINOR:
        raise ValueError(f"{text!r} is larger than any amount accepted here")
    return int(minor)
