"""What a phrase rests on, found by form and not by language: figures with units, codes, standards, files, numbers.

A word list only helps where a unit is written out (`inches`, `por ciento`, `毫米`). What is missing around an anchor
(a tolerance, a limit, a unit) is told beside it.
"""

import re
from dataclasses import dataclass

from holdfast.terms.lint.vocabulary import Vocabulary

NUMBER = re.compile(r"(?<![A-Za-z0-9_.,])[+-]?\d+(?:[.,]\d+)*(?:\s?/\s?\d+)?(?=\D|$)")
STANDARD = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2,12}(?:[-/ ][A-Z]{1,4}){0,3}[-/ ]?\d[A-Za-z0-9.:/-]*")
"""A body's letters and a number: ISO 105-C06, GB/T 31701-2015, FR-4, IPC-4101."""
COLOUR = re.compile(
    r"\b\d{2}-\d{4}(?:\s?T[A-Z]{2})?\b|\bRAL\s?\d{3,4}\b|\bPMS\s?\d{1,4}|\bpantone\s[\w-]*\d[\w-]*(?:\s[CUM]\b)?"
    r"|#[0-9a-f]{6}\b|\bL\*?\s?[=:]\s?\d",
    re.IGNORECASE,
)
MODEL = re.compile(r"(?<![A-Za-z0-9-])(?=[A-Z0-9-]*\d)(?=[A-Z0-9-]*[A-Z])[A-Z0-9][A-Z0-9-]{3,}(?![A-Za-z0-9-])")
NAME = re.compile(r"(?<![A-Za-z0-9_.-])[A-Z]{2,}[A-Z0-9®-]*(?![A-Za-z0-9_-])")
"""A name in capitals: YKK, ENIG, OEKO-TEX."""
RANGE = re.compile(r"\d\s{0,2}(?:[%°\w/]{0,4})\s{0,2}(?:[-–—~～±]|\.\.|to|and|a|y|至|到)\s*\+?\d", re.IGNORECASE)
SIGNS = re.compile(r"[≤≥<>±]|\+/-|\+-|=<|>=")
VERSION = re.compile(r"\bv?\d+\.\d+\.\d+\b|\bv\d+(?:\.\d+)?\b", re.IGNORECASE)
DAY = re.compile(
    r"(?<!\d)(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})(?!\d)|\d{4}年\d{1,2}月\d{1,2}日"
)
FRACTION = re.compile(r"\d\s?[.,]\s?\d")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit: `kind` is measured, counted, duration, part (the unit comes later) or bare."""

    text: str
    kind: str
    start: int


@dataclass(frozen=True, slots=True)
class Anchors:
    """What stands in a phrase that somebody could measure, look up or compare with."""

    figures: tuple[Figure, ...]
    standards: tuple[str, ...]
    colours: tuple[str, ...]
    models: tuple[str, ...]
    certificates: tuple[str, ...]
    names: tuple[str, ...]
    references: tuple[str, ...]
    is_limited: bool
    """Whether a range, a limit or a tolerance is stated."""

    @property
    def told(self) -> tuple[str, ...]:
        """All of them, for people."""
        figures = tuple(one.text.strip() for one in self.figures if one.kind not in ("bare", "part"))
        return tuple(dict.fromkeys((*figures, *self.standards, *self.colours, *self.models, *self.references)))

    @property
    def measured(self) -> tuple[Figure, ...]:
        """Figures with a unit that can be measured more or less exactly."""
        return tuple(one for one in self.figures if one.kind == "measured")


def anchors_of(text: str, words: Vocabulary) -> Anchors:
    """Everything of the kind in a phrase."""
    days, text = _all(DAY, text), DAY.sub(_blank, text)
    colours = _all(COLOUR, text)
    rest = COLOUR.sub(_blank, text)
    versions = _all(VERSION, rest)
    standards = _all(STANDARD, VERSION.sub(_blank, rest))
    certificates = tuple(one for one in words.certificates.within(rest) if not any(one in other for other in standards))
    bare = STANDARD.sub(_blank, rest)
    known = {*certificates, *words.empty.within(bare)}
    names = tuple(one for one in _all(NAME, bare) if one not in known and not words.symbols.fullmatch(one))
    return Anchors(
        figures=tuple(_figure(found, bare, words) for found in NUMBER.finditer(bare)),
        standards=standards,
        colours=colours,
        models=(*versions, *_all(MODEL, bare)),
        certificates=certificates,
        # A text all in capitals says nothing by them.
        names=names if text.upper() != text else (),
        references=(*days, *_all(words.files, text), *_all(words.numbered, text)),
        is_limited=bool(RANGE.search(bare) or SIGNS.search(bare)) or words["limits"].are_in(bare),
    )


def _figure(found: re.Match[str], text: str, words: Vocabulary) -> Figure:
    after = text[found.end() :]
    number = found.group()
    if unit := words["durations"].pattern.match(after.lstrip(" -")):
        return Figure(f"{number} {unit.group()}", "duration", found.start())
    if unit := words.symbols.match(after) or words["units"].pattern.match(after.lstrip(" -")):
        return Figure(f"{number} {unit.group().strip()}", "measured", found.start())
    if _continues(after):
        # The first of `3 to 3.5 cm`, or `100 x 80 mm`: the unit comes with the last.
        return Figure(number, "part", found.start())
    noun = re.match(r"[\s-]?[^\W\d_]{2,}|[\s-]?[\u3400-\u9fff]", after)
    if noun and not FRACTION.search(number):
        return Figure(f"{number}{noun.group()}", "counted", found.start())
    return Figure(number, "bare", found.start())


def _continues(after: str) -> bool:
    return re.match(r"\s*(?:[-–—~～x×*/]|to|and|a|y|至|到)\s*\+?\d", after, re.IGNORECASE) is not None


def _all(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    return tuple(found.group().strip() for found in pattern.finditer(text))


def _blank(found: re.Match[str]) -> str:
    return " " * len(found.group())
