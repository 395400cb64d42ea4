"""The tables of sampling plans as data, each with its sources: read, checked, and asked for one cell.

It knows figures and arrows as they are printed. What a lot's plan is, is read off them in `plans`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

LEVELS = ("I", "II", "III", "S-1", "S-2", "S-3", "S-4")
INSPECTIONS = ("normal", "tightened", "reduced")
DOWN, UP, ABSENT = "v", "^", "?"
SOURCES_NEEDED = 2


@dataclass(frozen=True, slots=True)
class Source:
    """Where figures were read: a document, and through what it was read."""

    key: str
    title: str
    read_from: str
    tables: str


@dataclass(frozen=True, slots=True)
class LetterRow:
    """Lots of `least` to `most` pieces (None: and over), with a code letter for each inspection level."""

    least: int
    most: int | None
    letters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MasterTable:
    """One master table: cells by code letter and AQL, a figure or an arrow; the sample size of each letter."""

    sources: tuple[str, ...]
    aql: tuple[str, ...]
    sizes: Mapping[str, int]
    cells: Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Tables:
    """All of them."""

    sources: tuple[Source, ...]
    letter_sources: tuple[str, ...]
    letters: tuple[LetterRow, ...]
    masters: Mapping[str, MasterTable]


@cache
def tables() -> Tables:
    """The tables that come with Holdfast."""
    text = resources.files("holdfast.terms.sampling").joinpath("tables.toml").read_text(encoding="utf-8")
    return read_tables(text)


def read_tables(text: str) -> Tables:
    """The tables that a TOML text holds. A table that names fewer than two sources is empty: nothing is taken from it.

    Faults: ValueError for a text that is not such tables; it is shipped, not sent.
    """
    found = tomllib.loads(text)
    sources = tuple(Source(**row) for row in found["sources"])
    known = {source.key for source in sources}
    letters, masters = found["letters"], {name: _master(found[name]) for name in INSPECTIONS}
    named = {*letters["sources"], *(key for one in masters.values() for key in one.sources)}
    if not named <= known:
        raise ValueError(f"sources that are not described: {sorted(named - known)}")
    return Tables(sources, tuple(letters["sources"]), _letters(letters), masters)


def _letters(found: dict[str, Any]) -> tuple[LetterRow, ...]:
    if len(found["sources"]) < SOURCES_NEEDED:
        return ()
    levels = found["levels"].split()
    return tuple(
        LetterRow(row["from"], row.get("to"), dict(zip(levels, row["letters"].split(), strict=True)))
        for row in found["rows"]
    )


def _master(found: dict[str, Any]) -> MasterTable:
    if len(found["sources"]) < SOURCES_NEEDED:
        return MasterTable(tuple(found["sources"]), (), {}, {})
    aql = tuple(found["aql"].split())
    cells = {
        (letter, column): cell
        for letter, row in found["rows"].items()
        for column, cell in zip(aql, row.split(), strict=True)
    }
    wrong = [cell for cell in cells.values() if cell not in {DOWN, UP, ABSENT} and not cell.isdigit()]
    if wrong or set(found["sizes"]) != set(found["rows"]):
        raise ValueError(f"cells that are neither figure nor arrow: {wrong}, or letters without a sample size")
    return MasterTable(tuple(found["sources"]), aql, dict(found["sizes"]), cells)
