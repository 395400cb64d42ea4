"""The words that a programme is told in: titles, names and sentences of each language, read from the package.

It knows no rule and no figure: what is said of a programme, and when, is in `explaining`.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from holdfast.kernel.money import Money
from holdfast.kernel.refusals import Invalid
from holdfast.programme.keys import Table

LANGUAGES = ("en", "es", "zh-hans")
"""The languages in which the terms of a programme may be read and accepted."""


@dataclass(frozen=True, slots=True)
class Words:
    """One language: how names are joined, and by key its titles, names and sentences."""

    language: str
    joins: Mapping[str, str]
    titles: Mapping[str, str]
    names: Mapping[str, str]
    sentences: Mapping[str, str]

    def say(self, key: str, **figures: object) -> str:
        """A sentence with its figures."""
        return self.sentences[key].format(**figures)

    def name(self, name: str) -> str:
        """What people call something that rules name by a word; a grade, a code or a number is its own name."""
        return self.names.get(name, name)

    def named(self, names: Iterable[str]) -> str:
        """`a, b, c`, as codes stand in a row."""
        return self.joins["comma"].join(self.name(name) for name in names)

    def listed(self, names: Iterable[str], last: str = "and") -> str:
        """`a, b and c`; nothing is `none`."""
        shown = [self.name(name) for name in names]
        if not shown:
            return self.joins["none"]
        if len(shown) == 1:
            return shown[0]
        return self.joins["comma"].join(shown[:-1]) + self._joint(last, shown[-1]) + shown[-1]

    def amounts(self, rows: Table[int]) -> str:
        """`10,000.00 USD, 8,000.00 GBP`: written alike in every language."""
        return self.joins["comma"].join(str(Money(rows[currency], currency)) for currency in rows)

    def _joint(self, last: str, following: str) -> str:
        # Spanish writes `e` before the sound of i and `u` before that of o.
        sound = following.lower().removeprefix("h")[:1]
        if last == "and":
            return self.joins["and_before_i" if sound == "i" else "and"]
        return self.joins["or_before_o" if sound == "o" else "or"]


@cache
def words_in(language: str) -> Words:
    """The words of a language. Refusal: `Invalid` for one that is not held."""
    if language not in LANGUAGES:
        raise Invalid(field="language", found=language, accepted=list(LANGUAGES))
    file = resources.files("holdfast.programme").joinpath("languages", f"{language}.toml")
    found = tomllib.loads(file.read_text(encoding="utf-8"))
    return Words(language, found["joins"], found["titles"], found["names"], found["sentences"])


def words(name: str) -> str:
    """A name as people write it in English: `late_shipment` is late shipment."""
    return words_in("en").names.get(name, name.replace("_", " "))


def amounts(rows: Table[int]) -> str:
    """`10,000.00 USD, 8,000.00 GBP`."""
    return words_in("en").amounts(rows)
