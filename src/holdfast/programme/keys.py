"""What a key of a programme may hold: its kind, unit, anchor and what is allowed.

A key is declared once, on its dataclass field; reading, writing, the reference document and the words shown to
people all walk these declarations. This module knows shapes, never a figure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, Literal, TypeVar

Kind = Literal[
    "whole",
    "percent",
    "text",
    "flag",
    "choice",
    "choices",
    "words",
    "amounts",
    "section",
    "sections",
    "table",
    "whole_table",
    "amounts_table",
]
T = TypeVar("T")


class Table(Mapping[str, T]):
    """A mapping that cannot change and has a hash, so that a programme is a value."""

    __slots__ = ("_rows",)

    def __init__(self, rows: Mapping[str, T]) -> None:
        self._rows = dict(rows)

    def __getitem__(self, name: str) -> T:
        return self._rows[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __hash__(self) -> int:
        return hash(frozenset(self._rows.items()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and self._rows == other._rows

    def __repr__(self) -> str:
        return f"Table({self._rows!r})"


@dataclass(frozen=True, slots=True)
class Key:
    """One key: what it means and what it takes."""

    kind: Kind
    about: str
    unit: str = ""
    anchor: str = ""
    least: int = 0
    most: int = 0
    allowed: tuple[str, ...] = ()
    """For choice and choices: the words taken; for the tables: the names of the rows."""
    required: tuple[str, ...] = ()
    """For the tables: the rows that must be there."""
    pattern: str = ""
    section: type[Any] | None = None
    """For section, sections and table: the dataclass of the part."""
    optional: bool = False
    """May be left out: an absent amount table means "no limit", an absent list is empty, an absent flag is false."""
    default: tuple[str, ...] | int | None = None
    """For keys that versions published before the key was there do not have: what they mean. It leaves no trace in
    the document, so that the digest of such a version stays what it was."""


def of(part: type[Any]) -> Iterator[tuple[str, Key]]:
    """The declared keys of a dataclass, in the order of its fields."""
    for one in fields(part):
        declared = one.metadata.get("key")
        if isinstance(declared, Key):
            yield one.name, declared


def _declare(key: Key) -> Any:
    declared: Field[Any] = field(metadata={"key": key})
    return declared


def days(about: str, *, anchor: str, least: int = 0, most: int = 3650) -> Any:
    """Calendar days after the day of `anchor`."""
    return _declare(Key("whole", about, unit="calendar days", anchor=anchor, least=least, most=most))


def whole(
    about: str, *, unit: str, anchor: str = "", least: int = 0, most: int = 3650, default: int | None = None
) -> Any:
    """A whole number of something that is not calendar days; with a default it may be left out."""
    optional = default is not None
    return _declare(
        Key("whole", about, unit=unit, anchor=anchor, least=least, most=most, optional=optional, default=default)
    )


def place_days(about: str, *, anchor: str, default: int) -> Any:
    """Working days of the place where something happens; may be left out."""
    return whole(about, unit="working days of the place", anchor=anchor, least=1, most=60, default=default)


def percent(about: str, *, anchor: str = "", most: int = 100) -> Any:
    """A percentage, exact: 2.5 is two and a half per cent."""
    return _declare(Key("percent", about, unit="%", anchor=anchor, most=most))


def amounts(about: str, *, optional: bool = False) -> Any:
    """An amount for each currency of the programme, in major units (10000.00)."""
    return _declare(Key("amounts", about, unit="major units by currency", optional=optional))


def choice(about: str, *allowed: str) -> Any:
    """One word of a closed list."""
    return _declare(Key("choice", about, allowed=allowed))


def choices(about: str, *allowed: str, default: tuple[str, ...] | None = None) -> Any:
    """Any words of a closed list, in order of importance; with a default it may be left out."""
    return _declare(Key("choices", about, allowed=allowed, optional=default is not None, default=default))


def words(about: str, *, pattern: str, optional: bool = False) -> Any:
    """A list of free words of one form."""
    return _declare(Key("words", about, pattern=pattern, optional=optional))


def text(about: str, *, pattern: str = r"\S.{0,199}") -> Any:
    """A short text."""
    return _declare(Key("text", about, pattern=pattern))


def flag(about: str, *, optional: bool = False) -> Any:
    """True or false; left out, an optional one is false, and leaves no trace in the document."""
    return _declare(Key("flag", about, optional=optional))


def section(about: str, part: type[Any], *, optional: bool = False) -> Any:
    """A part with keys of its own: `[name]`; an optional one has only keys that may be left out, and leaves no trace
    in the document when all of them are."""
    return _declare(Key("section", about, section=part, optional=optional))


def sections(about: str, part: type[Any], *, optional: bool = False) -> Any:
    """A list of parts: `[[name]]`."""
    return _declare(Key("sections", about, section=part, optional=optional))


def table(about: str, part: type[Any], *, allowed: tuple[str, ...], required: tuple[str, ...] = ()) -> Any:
    """Parts by name: `[name.row]`."""
    return _declare(Key("table", about, allowed=allowed, required=required, section=part))


def whole_table(about: str, *, unit: str, allowed: tuple[str, ...], most: int = 1000) -> Any:
    """Whole numbers by name, each of them required."""
    return _declare(Key("whole_table", about, unit=unit, allowed=allowed, required=allowed, most=most))


def amounts_table(about: str, *, allowed: tuple[str, ...]) -> Any:
    """Amounts by name, each an amount for every currency."""
    return _declare(Key("amounts_table", about, unit="major units by currency", allowed=allowed))
