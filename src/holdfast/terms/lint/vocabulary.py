"""The words of the languages the lint reads, from the TOML files in `words`, made ready to be looked for in a text.

It knows lists and how to find their words; what a word means for a claim is for `phrases`. Every language is looked for
in every text: contracts mix them.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from holdfast.terms import units

LANGUAGES = ("en", "es", "zh")
LISTS = (
    *("vague", "endings", "not_vague", "pointing", "samples", "sealed", "hurry", "colours", "limits", "approximate"),
    "substitutes",
    *("units", "durations", "rates", "tests", "behaviours"),
)
_SPACELESS = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Words:
    """A list of words of all languages, as one pattern: whole words where a script has spaces, else as they stand."""

    pattern: re.Pattern[str]

    def within(self, text: str) -> tuple[str, ...]:
        """The words of the list in a text, in their order."""
        return tuple(found.group() for found in self.pattern.finditer(text))

    def are_in(self, text: str) -> bool:
        """Whether there is one."""
        return self.pattern.search(text) is not None

    def without(self, text: str) -> str:
        """The text with the words blanked out."""
        return self.pattern.sub(lambda found: " " * len(found.group()), text)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All lists by name, the aspects with their words, and what is written alike everywhere."""

    lists: Mapping[str, Words]
    aspects: Mapping[str, Words]
    symbols: re.Pattern[str]
    """A unit's symbol at the start of a text."""
    certificates: Words
    empty: Words
    documents: Mapping[str, Words]
    files: re.Pattern[str]
    numbered: re.Pattern[str]

    def __getitem__(self, name: str) -> Words:
        return self.lists[name]


def documents(text: str) -> tuple[str, ...]:
    """The documents of a shipment that a text names, by our names: `packing_list` or `Packing list` alike."""
    plain = text.replace("_", " ")
    return tuple(name for name, listed in vocabulary().documents.items() if listed.are_in(plain))


def words_of(found: Iterable[str], *, case: bool = False) -> Words:
    """A pattern of these words, the longest first, so that `high quality` is one and not two."""
    words = sorted(set(found), key=lambda one: (-len(one), one))
    # One look before the words of each sort: a look before every single word would cost ten times as much.
    whole = [_spaced(one) for one in words if not one.startswith("-") and not _SPACELESS.search(one)]
    ends = [_spaced(one) for one in words if one.startswith("-")]
    bare = [re.escape(one) for one in words if _SPACELESS.search(one)]
    parts = [r"(?<![\w-])(?:" + "|".join(whole) + r")(?!\w)"] if whole else []
    parts += [r"(?<=\w)(?:" + "|".join(ends) + r")(?!\w)"] if ends else []
    parts += ["(?:" + "|".join(bare) + ")"] if bare else []
    return Words(re.compile("|".join(parts) or r"(?!)", 0 if case else re.IGNORECASE))


def _spaced(text: str) -> str:
    return r"\s+".join(re.escape(part) for part in text.split())


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Every list of every language."""
    read = [_read(language) for language in LANGUAGES]
    everywhere = _read("everywhere")
    lists = {name: words_of(word for one in read for word in one.get(name, ())) for name in LISTS}
    aspects = {
        aspect: words_of(word for one in read for word in one["aspects"][aspect]) for aspect in read[0]["aspects"]
    }
    symbols = sorted(
        {*units.PERFORMANCE, *units.COUNTED, *units.FABRIC_WEIGHT, *everywhere["units"]}, key=len, reverse=True
    )
    return Vocabulary(
        lists=lists,
        aspects=aspects,
        # An upper-case letter after a unit belongs to it: `2.0MM` is written so, `2 Models` is not a unit.
        symbols=re.compile(r"\s?-?(?:" + "|".join(symbols) + r")(?![a-zà-öø-ÿ])", re.IGNORECASE),
        certificates=words_of(everywhere["certificates"], case=True),
        empty=words_of(everywhere["empty"]),
        documents={name: words_of(found) for name, found in everywhere["documents"].items()},
        files=re.compile(r"\b[\w-]+\.(?:" + "|".join(everywhere["files"]) + r")\b", re.IGNORECASE),
        numbered=re.compile(
            r"(?:"
            + "|".join(map(re.escape, sorted(everywhere["numbers"], key=len, reverse=True)))
            + r")\s?[:.]?\s?[A-Z]{0,4}-?\d",
            re.IGNORECASE,
        ),
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files("holdfast.terms.lint") / "words" / f"{name}.toml").read_text(encoding="utf-8"))
