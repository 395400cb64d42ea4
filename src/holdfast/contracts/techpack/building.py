"""What is gathered while a file is read: lines, terms, where each was read, and everything that could not be used."""

import json
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from holdfast.contracts.techpack import figures, words
from holdfast.contracts.techpack.figures import Figure, Unreadable
from holdfast.contracts.techpack.heads import Head
from holdfast.contracts.techpack.pack import (
    MOST_PROBLEMS,
    Cell,
    Found,
    Place,
    Problem,
    Row,
    TechPack,
    Unread,
    letters,
)

MOST_SHOWN = 200
MOST_UNREAD = 1_000
_WRONG_KINDS = {
    "formula": ("a formula without a stored value", "a value: open the file in a spreadsheet program and save it once"),
    "error": (None, "a value: this formula ended in an error"),
    "day": (None, "a number or a text: the spreadsheet has made a date of it, as it does of 1/8"),
}


class Builder:
    """Of one file."""

    def __init__(self, *, currency: str) -> None:
        self.currency = currency
        self.lines: list[dict[str, Any]] = []
        self.terms: list[dict[str, Any]] = []
        self.problems: list[Problem] = []
        self.tables: list[Found] = []
        self.unread: list[Unread] = []
        self.assumed: dict[str, None] = {}
        self.places: dict[str, Place] = {}
        self.line_numbers: dict[int, int] = {}
        self.same_numbers = True

    def problem(self, place: Place, found: Any, accepted: Any, field: str | None = None) -> None:
        """Note what cannot be used."""
        shown = found[:MOST_SHOWN] if isinstance(found, str) else found
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(place.sheet, place.row, letters(place.column), shown, accepted, field))

    def leave(self, sheet: str, row: Row) -> None:
        """Note a row that was not taken."""
        if len(self.unread) < MOST_UNREAD:
            text = " | ".join(
                dict.fromkeys(cell.stripped for _place, cell in sorted(row.cells.items()) if cell.stripped)
            )
            self.unread.append(Unread(sheet, row.number, None, text[:MOST_SHOWN]))

    def finished(self) -> TechPack:
        """All of it, frozen."""
        return TechPack(
            lines=tuple(self.lines),
            specification=tuple(self.terms),
            problems=tuple(self.problems),
            tables=tuple(self.tables),
            unread=tuple(self.unread),
            assumed=tuple(self.assumed),
            places=self.places,
        )


class RowReader:
    """One row of a table: its cells by the names of their columns, each problem noted where it stands."""

    def __init__(self, builder: Builder, sheet: str, head: Head, row: Row, mark: str | None) -> None:
        self.builder, self.sheet, self.head, self.row = builder, sheet, head, row
        self.mark = "." if head.exact else mark
        self.failed = False

    def place(self, column: int | None = None) -> Place:
        """A cell of this row; the first filled one unless a column is given."""
        return Place(self.sheet, self.row.number, column or min(self.row.cells, default=1))

    def no(self, column: int | None, found: Any, accepted: Any, field: str | None = None) -> None:
        """Note a problem of this row."""
        self.failed = True
        self.builder.problem(self.place(column), found, accepted, field)

    def cell(self, name: str) -> tuple[int, Cell] | None:
        """The filled cell of a column, if both are there."""
        column = self.head.column(name)
        return self.at(column) if column is not None else None

    def at(self, column: int) -> tuple[int, Cell] | None:
        """The filled cell of a column by its place."""
        cell = self.row.cells.get(column)
        if cell is None or (cell.kind == "text" and not self._text(cell)):
            return None
        return column, cell

    def text(self, name: str, *, accepts_days: bool = False) -> str:
        """What stands in a column as text, empty if nothing does."""
        found = self.cell(name)
        if found is None or not self._usable(found, name, accepts_days):
            return ""
        return self._text(found[1])

    def _text(self, cell: Cell) -> str:
        return cell.text if self.head.exact else cell.stripped

    def _usable(self, found: tuple[int, Cell], name: str, accepts_days: bool = False) -> bool:
        column, cell = found
        wrong = _WRONG_KINDS.get(cell.kind)
        if wrong is None or (accepts_days and cell.kind == "day"):
            return True
        self.no(column, wrong[0] or cell.text, wrong[1], name)
        return False

    def parsed(self, found: tuple[int, Cell] | None, name: str, parse: Callable[[str], Any]) -> Any:
        """A cell read by `parse`; None with its problem noted where it cannot be."""
        if found is None or not self._usable(found, name):
            return None
        try:
            return parse(found[1].stripped)
        except Unreadable as error:
            self.no(found[0], found[1].text, str(error), name)
        except ValueError:
            self.no(found[0], found[1].text, "a number like 12.5 or 12 1/2", name)
        return None

    def figure(self, found: tuple[int, Cell] | None, name: str) -> Figure | None:
        """A cell as a number; one that is stored as a number is that number."""
        if found is not None and found[1].kind == "number":
            return Figure(Fraction(found[1].text), "%" if found[1].percent else None)
        figure: Figure | None = self.parsed(found, name, lambda text: figures.figure(text, mark=self.mark))
        return figure

    def whole(self, found: tuple[int, Cell] | None, name: str) -> int | None:
        """A cell as a count."""
        number: int | None = self.parsed(found, name, figures.whole)
        return number

    def named(self, name: str, table: str, accepted: Iterable[str]) -> str | None:
        """A cell as one of the names of a table of values."""
        found = self.cell(name)
        text = self.text(name)
        if found is None or not text:
            return None
        known = words.value(table, text)
        if known is None:
            self.no(found[0], text, list(accepted), name)
        return known

    def flag(self, name: str) -> bool | None:
        """Yes or no."""
        known = self.named(name, "flag", ("yes", "no"))
        return None if known is None else known == "yes"

    def listed(self, name: str) -> list[str]:
        """A list as it is written out: one after the other, or as JSON where that would not come back."""
        return split(self.text(name))

    def more(self) -> dict[str, Any]:
        """Keys for which there is no column, as JSON."""
        found = self.cell("more")
        if found is None:
            return {}
        try:
            more = json.loads(found[1].text)
        except ValueError:
            more = None
        if not isinstance(more, dict):
            self.no(found[0], found[1].text, "a JSON object", "more")
            return {}
        return more


def joined(items: Iterable[str]) -> str:
    """`a; b`, or JSON where that would read back as something else."""
    listed = list(items)
    plain = "; ".join(listed)
    return plain if split(plain) == listed else json.dumps(listed, ensure_ascii=False)


def split(text: str) -> list[str]:
    """The other way."""
    if text.startswith("["):
        try:
            found = json.loads(text)
        except ValueError:
            found = None
        if isinstance(found, list) and all(isinstance(one, str) for one in found):
            return found
    parts = [part.strip() for part in text.replace("\n", ";").replace("；", ";").split(";")]
    return [part for part in parts if part]
