"""Colours, materials, sizes and payees said in a message.

Names come from the lists; codes and account numbers are told by their form. It says what stands there, not whether it
was agreed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from stdnum import iban

from holdfast.terms.speech import words
from holdfast.terms.speech.words import alternatives

_PANTONE = re.compile(r"(?<![\d-])\d{2}-\d{4}(?:\s?T[CP]X?)?(?![\d-])", re.IGNORECASE)
_RAL = re.compile(r"\bRAL\s?(\d{4})\b", re.IGNORECASE)
_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){2,7}(?:\s?[A-Z0-9]{1,3})?(?![A-Z0-9])")
_NUMBER_OF_ACCOUNT = re.compile(r"(?<![\d-])\d{3}-\d{6}-\d{3}(?![\d-])")
_LETTERS = r"\b(?:XXS|XS|XL|XXL|XXXL|[2-5]XL)\b"
_SIZE = r"(?:\d{1,3}|XXS|XS|S|M|L|XL|XXL|XXXL|[2-5]XL)"
_ONE_SIZE = re.compile(_SIZE, re.IGNORECASE)
_LISTED = re.compile(
    rf"{alternatives(words.lists()['size']['en'] + words.lists()['size']['es'])}\s?:?\s?"
    rf"({_SIZE}(?:\s?(?:,|/|\band\b|\by\b)\s?(?:and\s|y\s)?{_SIZE})*)\b",
    re.IGNORECASE,
)
_OTHER_SIZE = re.compile(rf"(\d{{1,3}})码|{_LETTERS}")
_SHARE = re.compile(r"(\d{1,3})\s?%\s?(?:de\s)?$")


@dataclass(frozen=True, slots=True)
class Thing:
    """What is named and where; `value` is its name in the lists, or its code. `percent` is the share of a material."""

    start: int
    end: int
    text: str
    value: str
    percent: Fraction | None = None


def _named(name: str, text: str) -> Iterator[Thing]:
    for place in words.pattern(name).finditer(text):
        yield Thing(place.start(), place.end(), place.group(), words.meanings(name)[place.group().casefold()])


def colours(text: str) -> Iterator[Thing]:
    """Names of colours, and codes of Pantone and RAL."""
    yield from _named("colour", text)
    for place in _PANTONE.finditer(text):
        yield Thing(place.start(), place.end(), place.group(), place.group()[:7])
    for place in _RAL.finditer(text):
        yield Thing(place.start(), place.end(), place.group(), f"RAL {place[1]}")


def materials(text: str) -> Iterator[Thing]:
    """Materials, with their share where one stands before them."""
    for one in _named("material", text):
        begin = max(0, one.start - 10)
        share = _SHARE.search(text[begin : one.start])
        start = begin + share.start() if share else one.start
        percent = Fraction(int(share[1])) if share else None
        yield Thing(start, one.end, text[start : one.end], one.value, percent)


def sizes(text: str) -> Iterator[Thing]:
    """Sizes: what follows the word, what stands before `码`, and letters that are nothing else."""
    seen: set[int] = set()
    for listed in _LISTED.finditer(text):
        for place in _ONE_SIZE.finditer(listed[1]):
            start = listed.start(1) + place.start()
            seen.add(start)
            yield Thing(start, start + len(place.group()), listed.group().strip(), place.group().upper())
    for place in _OTHER_SIZE.finditer(text):
        if place.start() not in seen:
            yield Thing(place.start(), place.end(), place.group(), (place[1] or place.group()).upper())


def payees(text: str) -> Iterator[Thing]:
    """Where money should go: account numbers, and talk of an account or a wallet beside talk of paying."""
    for place in _IBAN.finditer(text):
        if iban.is_valid(place.group()):
            yield Thing(place.start(), place.end(), place.group(), "account")
    for place in _NUMBER_OF_ACCOUNT.finditer(text):
        yield Thing(place.start(), place.end(), place.group(), "account")
    for begin, sentence in words.sentences(text):
        for name in ("account", "wallet"):
            for place in words.pattern(name).finditer(sentence):
                rest = sentence[: place.start()] + " " + sentence[place.end() :]
                if name == "account" or words.has("paying", rest):
                    yield Thing(begin + place.start(), begin + place.end(), place.group(), name)
