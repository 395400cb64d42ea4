"""What a file was found to say: lines and terms in the contract's own shape, and everything that could not be used.

Shapes only. A problem names its place as a spreadsheet does: sheet, row from 1, column by letters.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FORM = "holdfast.techpack.1"
"""Stands in the first cell of a table that was written here: its texts are taken as they stand, blanks and all."""
MOST_PROBLEMS = 500


def letters(column: int) -> str:
    """`A` for 1, `AB` for 28."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell. `kind` is text, number, day, flag, error or formula: one that has no value stored."""

    text: str
    kind: str = "text"
    percent: bool = False

    @property
    def stripped(self) -> str:
        """The text without blanks around it."""
        return self.text.strip()


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of a file."""

    sheet: str
    row: int
    column: int

    @property
    def said(self) -> str:
        """`Spec!C12`."""
        return f"{self.sheet}!{letters(self.column)}{self.row}"


@dataclass(frozen=True, slots=True)
class Row:
    """The filled cells of a row, by column from 1; `own` are those not spread into it by a merge."""

    number: int
    cells: Mapping[int, Cell]
    own: frozenset[int]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's rows that have something in them, in their order."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """A cell, a row or a sheet that cannot be used: what stood there, and what would have been taken."""

    sheet: str
    row: int | None
    column: str | None
    found: Any
    accepted: Any
    field: str | None = None

    def as_document(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "field": self.field,
            "found": self.found,
            "accepted": self.accepted,
        }


@dataclass(frozen=True, slots=True)
class Found:
    """A table that was recognised: `lines` or `specification`, from its heading row to its last."""

    kind: str
    sheet: str
    first_row: int
    last_row: int
    rows: int


@dataclass(frozen=True, slots=True)
class Unread:
    """What stands in the file and was not taken: rows outside of tables, columns that say nothing to a contract."""

    sheet: str
    row: int
    column: str | None
    text: str


@dataclass(frozen=True, slots=True)
class TechPack:
    """Everything that was found. `places` says where a dotted field of the document was read."""

    lines: tuple[Mapping[str, Any], ...] = ()
    specification: tuple[Mapping[str, Any], ...] = ()
    problems: tuple[Problem, ...] = ()
    tables: tuple[Found, ...] = ()
    unread: tuple[Unread, ...] = ()
    assumed: tuple[str, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)

    def place(self, path: str) -> Place | None:
        """Where this field, or the nearest thing around it, was read."""
        parts = path.split(".")
        for end in range(len(parts), 1, -1):
            place = self.places.get(".".join(parts[:end]))
            if place is not None:
                return place
        return None
