"""From the sheets of a file to lines and terms: finds the tables, wherever they stand, and reads their rows.

Every row is taken, listed as a problem, or listed as not taken. A file is of use only when it has no problem.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from holdfast.contracts.techpack import figures, goods, measures, words
from holdfast.contracts.techpack.building import Builder, RowReader
from holdfast.contracts.techpack.figures import Unreadable
from holdfast.contracts.techpack.heads import NEEDED, Head, kind_of, marked, recognised, written
from holdfast.contracts.techpack.pack import Found, Place, Row, Sheet, TechPack, Unread, letters
from holdfast.terms import units
from holdfast.terms.documents import plain

_OF_TOLERANCE = "tolerance"


def read(sheets: Sequence[Sheet], *, currency: str) -> TechPack:
    """What the sheets say. `currency` is the contract's: prices in another are a problem, never converted."""
    builder = Builder(currency=currency)
    for sheet in sheets:
        _sheet(builder, sheet)
    _number(builder)
    if not builder.tables and not builder.problems:
        first = sheets[0] if sheets else Sheet("", ())
        place = Place(first.name, first.rows[0].number if first.rows else 1, 1)
        builder.problem(place, "no table that is known", NEEDED)
    return builder.finished()


def _sheet(builder: Builder, sheet: Sheet) -> None:
    rows = sheet.rows
    head: Head | None = None
    table: list[Row] = []
    written_here = ""
    for place, row in enumerate(rows):
        if marked(row):
            _table(builder, sheet, head, table)
            head, table, written_here = None, [], kind_of(row)
            continue
        if head is not None and row.number <= head.last_row:
            continue
        before = rows[place - 1] if place else None
        found: Head | None = None
        if not written_here:
            found = recognised(row, above=before, below=rows[place + 1] if place + 1 < len(rows) else None)
        elif head is None:
            found = written(row, kind=written_here)
        if found is not None and head is not None and len(found.columns) < 2 and _goes_on(row, before):
            # One word of a heading among figures is a row of the table it stands in.
            found = None
        if found is not None:
            _table(builder, sheet, head, table)
            head, table = found, []
            builder.unread.extend(
                Unread(sheet.name, row.number, letters(column), text) for column, text in found.others.items() if text
            )
        elif head is not None:
            table.append(row)
        elif not _labels([row]):
            builder.leave(sheet.name, row)
    _table(builder, sheet, head, table)


def _goes_on(row: Row, before: Row | None) -> bool:
    """Whether a row follows another of the same table, with neither a blank row nor a title between."""
    return before is not None and before.number == row.number - 1 and not _is_title(before)


def _table(builder: Builder, sheet: Sheet, head: Head | None, rows: list[Row]) -> None:
    """Read the rows below a heading."""
    if head is None:
        return
    taken = [row.number for row in _taken(builder, sheet, head, rows)]
    kind = "lines" if head.kind == "lines" else "specification"
    builder.tables.append(Found(kind, sheet.name, head.row, max([head.last_row, *taken]), len(taken)))


def _taken(builder: Builder, sheet: Sheet, head: Head, rows: list[Row]) -> Iterator[Row]:
    """The rows that say something; the others are listed."""
    mark = _mark(head, rows)
    said = _labels([*(row for row in sheet.rows if row.number < head.row), *(row for row in rows if len(row.own) <= 2)])
    if head.kind == "turned":
        yield from _turned(builder, sheet, head, rows, mark)
        return
    if head.kind == "lines" and said.get("currency") not in (None, builder.currency):
        accepted = f"{builder.currency}, the currency of the contract"
        builder.problem(Place(sheet.name, head.row, 1), said["currency"], accepted, "currency")
    for row in rows:
        reader = RowReader(builder, sheet.name, head, row, mark)
        is_one = goods.is_line if head.kind == "lines" else measures.is_term
        if (not head.exact and (_is_title(row) or _is_total(row))) or not is_one(reader):
            if not _labels([row]):
                builder.leave(sheet.name, row)
            continue
        if head.kind == "lines":
            goods.take(reader)
        else:
            measures.take(reader, sheet_unit=said.get("unit"))
        yield row


def _is_title(row: Row) -> bool:
    """One text and no more, perhaps merged over many columns."""
    return len(row.own) <= 1 and len({cell.text for cell in row.cells.values()}) == 1


def _is_total(row: Row) -> bool:
    first = row.cells[min(row.cells)]
    return words.folded(first.text) in words.spellings("labels") and (
        words.spellings("labels")[words.folded(first.text)] == "total"
    )


def _mark(head: Head, rows: list[Row]) -> str | None:
    """The decimal mark of the table's texts, where they leave no doubt."""
    names = {"lines": {"unit_price", "tolerance_percent", "weight_grams"}}.get(head.kind)
    texts_of = {"nominal", "both", "minus", "plus", "delta_e"} if names is None else names
    columns = [place for place, column in head.columns.items() if column.name in texts_of or head.kind == "turned"]
    columns += list(head.sizes) if names is None else []
    cells = [row.cells[place] for row in rows for place in columns if place in row.cells]
    texts = [cell.text for cell in cells if cell.kind == "text"]
    return figures.decimal_mark(texts)


def _labels(rows: Sequence[Row]) -> dict[str, str]:
    """What is said beside a table for all of it: the unit, the currency. The last counts."""
    found: dict[str, str] = {}
    known = words.spellings("labels")
    for row in rows:
        cells = [cell for _place, cell in sorted(row.cells.items())]
        for place, cell in enumerate(cells):
            label, _colon, value = cell.text.replace("：", ":").partition(":")
            if not value.strip() and place + 1 < len(cells):
                value = cells[place + 1].text
            name = known.get(words.folded(label)) or _said_in_words(cell.text, known)
            if name == "unit":
                unit = words.unit(value) or words.unit(cell.text.split()[-1] if cell.text.split() else "")
                if unit is not None:
                    found["unit"] = unit
            elif name == "currency":
                code = words.heading(f"x ({value})").currency
                if code is not None:
                    found["currency"] = code
    return found


def _said_in_words(text: str, known: Any) -> str | None:
    """`All measurements in inches`."""
    key = words.folded(text)
    return next((name for label, name in known.items() if name == "unit" and key.startswith(f"{label} ")), None)


def _number(builder: Builder) -> None:
    """An ID for each term that has none, and for lines the numbers that they have in the contract."""
    taken = {term["id"] for term in builder.terms if term["id"]}
    free = (f"T{place}" for place in range(1, len(builder.terms) + len(taken) + 1))
    for term in builder.terms:
        if not term["id"]:
            term["id"] = next(one for one in free if one not in taken)
    numbers = builder.line_numbers
    if numbers and len(numbers) == len(builder.lines):
        for term in builder.terms:
            lines = term.get("applies_to", {}).get("lines")
            if lines:
                term["applies_to"]["lines"] = [numbers.get(one, one) for one in lines]


# --- a table turned round --------------------------------------------------------------------------------------------


def _turned(builder: Builder, sheet: Sheet, head: Head, rows: list[Row], mark: str | None) -> Iterator[Row]:
    """A row for each size: every column is one point of measure."""
    size_column = head.column("size") or 1
    sizes: list[tuple[str, RowReader]] = []
    off: RowReader | None = None
    for row in rows:
        reader = RowReader(builder, sheet.name, head, row, mark)
        found = reader.at(size_column)
        text = found[1].stripped if found is not None else ""
        label = words.spellings("labels").get(words.folded(text))
        if label == _OF_TOLERANCE and off is None:
            off = reader
        elif words.size(text) is not None and len(row.cells) > 1:
            sizes.append((words.size(text) or text, reader))
        else:
            builder.leave(sheet.name, row)
            continue
        yield row
    builder.assumed["class_major"] = None
    for column, meant in head.columns.items():
        if column != size_column and sizes:
            _point(column, meant.name, meant.unit, sizes, off)


def _point(column: int, name: str, unit: str | None, sizes: list[tuple[str, RowReader]], off: RowReader | None) -> None:
    kind = next((kind for kind, known in measures.OF_UNIT if unit in known), None)
    first = sizes[0][1]
    if kind is None:
        accepted = list(units.LENGTH + units.MASS)
        first.builder.problem(Place(first.sheet, first.head.row, column), unit, accepted, "unit")
        return
    by_size = []
    for size, reader in sizes:
        found = reader.at(column)
        figure = None if found is None or found[1].stripped in measures.BLANK else reader.figure(found, "nominal")
        if figure is None or found is None:
            continue
        try:
            by_size.append({"size": size, "nominal": plain(figure.within(unit).value)})
        except Unreadable as error:
            reader.no(found[0], found[1].text, str(error), "nominal")
    term: dict[str, Any] = {
        "id": "",
        "property": words.without_unit(name),
        "class": "major",
        "kind": kind,
        "unit": unit,
    }
    term["by_size"] = by_size
    found = off.at(column) if off is not None else None
    if off is not None and found is not None:
        tolerance = measures.tolerance_of(off, found, unit)
        term |= {"tolerance": tolerance} if tolerance is not None else {}
    if by_size and not any(reader.failed for _size, reader in sizes):
        measures.add(first, term, column)
