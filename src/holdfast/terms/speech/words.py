"""The words by which messages are read, as data, and how one of them is found in a text.

It knows spelling and nothing of trade. Which word means what stands in `words.toml`; names of months and days come
from Unicode's locale data.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from babel import Locale

LANGUAGES = ("en", "es", "zh")
_HAN = "\u4e00-\u9fff"
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|[。！？；\n]|(?<=[!?;])(?=[" + _HAN + r"¿])")


@cache
def lists() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Every list: its name, then its languages or meanings, then the words."""
    found = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
    return {name: {key: tuple(words) for key, words in meanings.items()} for name, meanings in found.items()}


def plain(text: str) -> str:
    """The text with full-width signs and curly quotes in their usual form."""
    return unicodedata.normalize("NFKC", text).replace("\u2019", "'").replace("\u00a0", " ")


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Each sentence with the place where it begins."""
    begin = 0
    # An abbreviated month ("Apr. 10th") ends no sentence.
    for cut in _SENTENCE.finditer(text):
        if _MONTH_BEFORE.search(text[begin : cut.start()]) and cut.group().isspace():
            continue
        yield begin, text[begin : cut.start()]
        begin = cut.end()
    yield begin, text[begin:]


@cache
def pattern(name: str) -> re.Pattern[str]:
    """Any word of a list, whatever its meaning."""
    return spelt(tuple(word for words in lists()[name].values() for word in words))


@cache
def spelt(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of these words, the longest first."""
    return re.compile(alternatives(words), re.IGNORECASE)


def alternatives(words: tuple[str, ...]) -> str:
    """The part of a pattern that matches any of these words."""
    found = (_bounded(word) for word in sorted(words, key=len, reverse=True))
    return "(?:" + "|".join(found) + ")"


def _bounded(word: str) -> str:
    text = re.escape(word)
    before = r"(?<![^\W\d_])" if word[0].isalpha() and not _is_han(word[0]) else ""
    after = r"(?![^\W\d_" + _HAN + r"])" if word[-1].isalnum() and not _is_han(word[-1]) else ""
    return before + text + after


def _is_han(sign: str) -> bool:
    return "\u4e00" <= sign <= "\u9fff"


@cache
def meanings(name: str) -> Mapping[str, str]:
    """The meaning of each word of a list, by the word in small letters."""
    return {word.casefold(): meaning for meaning, words in lists()[name].items() for word in words}


def has(name: str, text: str) -> bool:
    """Whether the text has a word of this list."""
    return pattern(name).search(text) is not None


@cache
def months() -> Mapping[str, int]:
    """The number of each month by its name or short name."""
    found: dict[str, int] = {}
    for language in LANGUAGES:
        for width in ("abbreviated", "wide"):
            names = Locale.parse(language).months["format"][width]
            found |= {str(name).casefold(): int(number) for number, name in names.items()}
    # Both are written, and the locale data has one.
    return found | {"sept": 9, "sep": 9, "apr": 4}


@cache
def weekdays() -> Mapping[str, int]:
    """The number of each day of the week (Monday is 0) by its name."""
    found: dict[str, int] = {}
    for language in LANGUAGES:
        names = Locale.parse(language).days["format"]["wide"]
        found |= {str(name).casefold(): int(number) for number, name in names.items()}
    for number, sign in enumerate("一二三四五六日"):
        found |= {f"周{sign}": number, f"礼拜{sign}": number}
    return found


_MONTH_BEFORE = re.compile(
    r"\b(?:" + "|".join(re.escape(name) for name in months() if name.isascii()) + r")\.$", re.IGNORECASE
)
