"""Price breaks, and what protection adds to a price: exact, in minor units, rounded once.

It knows quantities and prices. What protection covers and what it costs the supplier is the programme's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from holdfast.kernel.money import half_up
from holdfast.kernel.refusals import Refusal


class BelowFirstBreak(Refusal):
    """The quantity is below the smallest that was quoted."""

    status = 422


@dataclass(frozen=True, slots=True)
class Break:
    """The price of one unit from a quantity on; the direct one is without protection."""

    from_quantity: int
    unit_price_minor: int
    direct_price_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """What the same goods cost with protection and by direct transfer without any, for one quantity.

    `tenths` is the difference in tenths of a per cent of the direct price: 87 is +8.7%.
    """

    quantity: int
    protected_minor: int
    direct_minor: int
    tenths: int | None

    @property
    def difference_minor(self) -> int:
        """What protection adds."""
        return self.protected_minor - self.direct_minor


def price_at(*, breaks: Sequence[Break], quantity: int, line: int = 1) -> Break:
    """The last break that the quantity reaches. Refusal: `BelowFirstBreak`."""
    reached = [one for one in breaks if one.from_quantity <= quantity]
    if not reached:
        least = min(one.from_quantity for one in breaks)
        raise BelowFirstBreak(field="quantities", accepted=f"{least} or more", line=line, quantity=quantity)
    return max(reached, key=lambda one: one.from_quantity)


def tenths_above(*, protected_minor: int, direct_minor: int) -> int | None:
    """By how many tenths of a per cent the first is above the second, half up; None above nothing."""
    if direct_minor <= 0:
        return None
    return half_up(Fraction(protected_minor - direct_minor, direct_minor) * 1000)


def tenths_of(*, part_minor: int, whole_minor: int) -> int:
    """How many tenths of a per cent of the whole the part is, half up; of nothing, all."""
    return 1000 if whole_minor <= 0 else half_up(Fraction(part_minor, whole_minor) * 1000)


def gap(*, breaks: Sequence[Break], quantity: int, line: int = 1) -> Gap | None:
    """What protection adds to a line at a quantity; None where no direct price was given for it.

    Refusal: `BelowFirstBreak`.
    """
    found = price_at(breaks=breaks, quantity=quantity, line=line)
    if found.direct_price_minor is None:
        return None
    protected, direct = found.unit_price_minor, found.direct_price_minor
    # Of the prices of one, not of the products: the same figure, whatever the quantity.
    tenths = tenths_above(protected_minor=protected, direct_minor=direct)
    return Gap(quantity, quantity * protected, quantity * direct, tenths)
