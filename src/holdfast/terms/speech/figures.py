"""Figures said in a message: counts of goods, prices, lengths and weights.

`1.500` may be one and a half or fifteen hundred: both readings are kept, and the one that agrees with the contract is
believed. Nothing here is rounded.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from holdfast.terms.speech import words
from holdfast.terms.speech.words import alternatives

_HAN_NUMBER = r"(?<![A-Za-z\d])(?<!\d[.,])(?P<figure>\d+(?:[.,]\d+)*)"
_PERCENT = re.compile(rf"{_HAN_NUMBER}\s?%")
_BARE = re.compile(r"(?<![\w+/#-])(?<!\d[.,])(?P<figure>\d{1,3}(?:[., ]\d{3})+|\d{3,9})(?![\w/%-]|[.,]\d)")
_BARE_HAN = re.compile(
    r"(?<![A-Za-z\d+/#-])(?<!\d[.,])(?P<figure>\d{1,3}(?:[.,]\d{3})+|\d{3,9})(?![A-Za-z\d/%-]|[.,]\d)"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure and its place in the text; `values` are its readings, the likeliest first; `unit` is a unit of measure,
    a currency, `%` or nothing."""

    start: int
    end: int
    text: str
    values: tuple[Fraction, ...]
    unit: str = ""


def readings(figure: str) -> tuple[Fraction, ...]:
    """What a written number may be, the likeliest first."""
    marks = [sign for sign in figure if not sign.isdigit()]
    digits = "".join(sign for sign in figure if sign.isdigit())
    if not marks:
        return (Fraction(int(digits)),)
    tail = len(re.split(r"[., ]", figure)[-1])
    whole, part = Fraction(int(digits)), Fraction(int(digits), 10**tail)
    if len(set(marks)) > 1:
        # The last of two different marks is the decimal one.
        return (part,) if marks[-1] != " " else (whole,)
    if len(marks) > 1 or marks[0] == " ":
        return (whole,)
    return (whole, part) if tail == 3 else (part,)


@cache
def _beside(names: tuple[str, ...], *, before: bool = False) -> re.Pattern[str]:
    """A number with one of these words behind it, or before it."""
    name = alternatives(names)
    between = r"\s?(?:(?:extra|more|additional|felt|más)\s)?" if not before else r"\s?"
    return re.compile(f"{name}{between}{_HAN_NUMBER}" if before else f"{_HAN_NUMBER}{between}{name}", re.IGNORECASE)


def _figure(place: re.Match[str], unit: str = "") -> Figure:
    return Figure(place.start(), place.end(), place.group().strip(), readings(place["figure"]), unit)


def prices(text: str) -> Iterator[Figure]:
    """Amounts of money, with the currency that stands before or after them."""
    for currency, names in words.lists()["currency"].items():
        for before in (True, False):
            for place in _beside(names, before=before).finditer(text):
                yield _figure(place, currency)


def discounts(text: str) -> Iterator[Figure]:
    """So many per cent less."""
    for place in _PERCENT.finditer(text):
        around = text[place.end() : place.end() + 24]
        if words.has("discount", around):
            yield _figure(place, "%")


def measures(text: str) -> Iterator[Figure]:
    """Lengths, weights and weights of fabric, in the units of the terms."""
    for unit, names in words.lists()["measure"].items():
        for place in _beside(names).finditer(text):
            yield _figure(place, unit)


def counts(text: str, *, products: tuple[str, ...]) -> Iterator[Figure]:
    """Counts of goods: a number with a word for pieces or for the product beside it."""
    named = tuple(word for given in words.lists()["counted"].values() for word in given) + products
    for place in _beside(named).finditer(text):
        yield _figure(place)


def bare(text: str) -> Iterator[Figure]:
    """Whole numbers of three digits or more that stand alone: a count, where goods are shipped or made."""
    seen: set[int] = set()
    for shape in (_BARE, _BARE_HAN):
        for place in shape.finditer(text):
            if place.start() not in seen:
                seen.add(place.start())
                yield _figure(place)
