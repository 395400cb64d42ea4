"""Which row is the heading of a table, and what each of its columns means.

A heading may stand anywhere, in one row or in two where sizes stand under a common heading. What says nothing to a
contract is kept by name, so that nobody believes it was taken.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from holdfast.contracts.techpack import words
from holdfast.contracts.techpack.pack import FORM, Cell, Row
from holdfast.contracts.techpack.words import Heading

NEEDED = {
    "lines": "a column for the product, one for the quantity (or one for each size) and one for the price of one",
    "specification": "a column for the property, and one for its value or one for each size",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column with a meaning: the field it fills, and the unit or currency its heading gives."""

    name: str
    unit: str | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class SizeColumn:
    """A column that holds the values of one size."""

    size: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The heading of a table."""

    kind: str
    row: int
    last_row: int
    columns: Mapping[int, Column]
    sizes: Mapping[int, SizeColumn] = field(default_factory=dict)
    others: Mapping[int, str] = field(default_factory=dict)
    exact: bool = False

    def column(self, name: str) -> int | None:
        """The column that fills a field."""
        return next((place for place, column in self.columns.items() if column.name == name), None)


def marked(row: Row) -> bool:
    """Whether a table that was written here follows."""
    first = row.cells.get(1)
    return first is not None and first.text == FORM


def recognised(row: Row, *, above: Row | None, below: Row | None) -> Head | None:
    """The heading that stands in a row, or None: the table with the most columns that are known."""
    if sum(1 for cell in row.cells.values() if cell.kind == "text") < 2 or len(row.own) < 2:
        return None
    grouped = _grouped(row, below)
    last = below.number if grouped and below is not None else row.number
    found = [head for kind in NEEDED if (head := _table(kind, row, above, grouped, last)) is not None]
    return max(found, key=lambda head: len(head.columns) + len(head.sizes)) if found else _turned(row)


def written(row: Row, *, kind: str) -> Head | None:
    """The heading of a table that was written here, below its mark."""
    return _table(kind, row, None, {}, row.number, exact=True) if kind in NEEDED else None


def kind_of(row: Row) -> str:
    """What a row that is marked says its table is."""
    named = row.cells.get(2)
    return named.text if named is not None else ""


def _table(
    kind: str, row: Row, above: Row | None, grouped: Mapping[int, SizeColumn], last_row: int, *, exact: bool = False
) -> Head | None:
    columns: dict[int, Column] = {}
    sizes: dict[int, SizeColumn] = {}
    others: dict[int, str] = {}
    for place, cell in sorted(row.cells.items()):
        if place in grouped:
            sizes[place] = grouped[place]
            continue
        is_word = cell.kind == "text" and not words.is_size_by_name(cell.text)
        named = words.named(kind, cell.text) if is_word else None
        taken = {column.name for column in columns.values()}
        if named is not None and named[0] == "ignored":
            others[place] = cell.stripped
        elif named is not None and named[0] not in taken:
            columns[place] = Column(named[0], named[1].unit, named[1].currency)
        elif (size := words.size(cell.text)) is not None:
            sizes[place] = SizeColumn(size, _unit_of(cell, above, place))
        else:
            others[place] = cell.stripped
    _code_for_property(kind, columns)
    head = Head(kind, row.number, last_row, columns, sizes, others, exact)
    return head if _is_whole(head) else None


def _code_for_property(kind: str, columns: dict[int, Column]) -> None:
    """`POM` is a code where a description stands beside it, else the description itself."""
    names = {column.name: place for place, column in columns.items()}
    if kind == "specification" and "property" not in names and "id" in names:
        place = names["id"]
        columns[place] = Column("property", columns[place].unit)


def _is_whole(head: Head) -> bool:
    names = {column.name for column in head.columns.values()}
    if head.kind == "lines":
        return "product" in names and "unit_price" in names and ("quantity" in names or bool(head.sizes))
    return "property" in names and bool(names & {"nominal", "by_size"} or head.sizes)


def _grouped(row: Row, below: Row | None) -> dict[int, SizeColumn]:
    """Sizes that stand in the row below, under a heading that says so."""
    if below is None:
        return {}
    known = words.spellings("groups")
    found: dict[int, SizeColumn] = {}
    for place, cell in row.cells.items():
        if cell.kind != "text":
            continue
        heading = words.heading(cell.text)
        under = below.cells.get(place)
        size = words.size(under.text) if under is not None and place in below.own else None
        if heading.key in known and size is not None:
            found[place] = SizeColumn(size, heading.unit)
    # Below a heading of goods, a single size is the first line of a table, not a heading.
    return found if len(found) > 1 or (found and len(below.own) == 1) else {}


def _unit_of(cell: Cell, above: Row | None, place: int) -> str | None:
    unit = words.heading(cell.text).unit
    over = above.cells.get(place) if above is not None else None
    if unit is None and over is not None and words.heading(over.text).key in words.spellings("groups"):
        unit = words.heading(over.text).unit
    return unit


def _turned(row: Row) -> Head | None:
    """A table turned round: a row for each size, a column for each measurement with its unit in the heading."""
    first = min(row.cells)
    heading: Heading = words.heading(row.cells[first].text)
    if heading.key not in words.spellings("groups"):
        return None
    columns = {first: Column("size")}
    others: dict[int, str] = {}
    for place, cell in sorted(row.cells.items()):
        if place == first:
            continue
        unit = words.heading(cell.text).unit or heading.unit
        if unit is None or cell.kind != "text":
            others[place] = cell.stripped
        else:
            columns[place] = Column(cell.stripped, unit)
    return Head("turned", row.number, row.number, columns, {}, others) if len(columns) > 1 else None
