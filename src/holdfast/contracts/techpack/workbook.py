"""An XLSX workbook as sheets of cells: stored values only, merged cells spread, everything bounded before it is read.

openpyxl reads the values as a stream. What its stream does not tell is looked up in the sheet's own XML first: how far
the filled cells reach, which are merged, and which hold a formula without a stored value.
"""

import io
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from lxml import etree
from openpyxl.reader.excel import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

from holdfast.contracts.techpack.limits import (
    LAST_ROW,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_MERGES,
    MOST_PARTS,
    MOST_ROWS,
    MOST_SHEETS,
    MOST_UNPACKED,
)
from holdfast.contracts.techpack.pack import Cell, Row, Sheet
from holdfast.contracts.techpack.refusals import (
    SpreadsheetDamaged,
    SpreadsheetEmpty,
    SpreadsheetNotAccepted,
    SpreadsheetTooLarge,
)

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_KINDS = {"word/document.xml": "a DOCX document", "ppt/presentation.xml": "a PPTX presentation"}
_BROKEN = (
    *(KeyError, ValueError, TypeError, AttributeError, IndexError, OverflowError, EOFError, OSError),
    *(zipfile.BadZipFile, RuntimeError, etree.XMLSyntaxError),
)
"""What reading a workbook that is none raises."""


@dataclass
class _Reach:
    """What the XML of a sheet tells before its values are read."""

    last_row: int = 0
    last_column: int = 0
    rows: int = 0
    cells: int = 0
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    unvalued: set[tuple[int, int]] = field(default_factory=set)


def sheets(content: bytes) -> tuple[Sheet, ...]:
    """The visible sheets of a workbook. Refusals: those of `techpack.refusals`."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_archive(archive)
            with warnings.catch_warnings():
                # What openpyxl says of styles and drawings it leaves out is nothing to a reader of values.
                warnings.simplefilter("ignore")
                return tuple(_read(archive, content))
    except _BROKEN as error:
        raise SpreadsheetDamaged(field="file", found=type(error).__name__, accepted="an XLSX workbook") from error


def _check_archive(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        found = next((kind for name, kind in _KINDS.items() if name in names), "a ZIP archive")
        binary = "an XLSB workbook" if "xl/workbook.bin" in names else found
        raise SpreadsheetNotAccepted(field="file", found=binary, accepted="an XLSX workbook or a CSV file")
    # A part never gives more than it declares here: what says less than it holds ends in a wrong checksum.
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED or len(parts) > MOST_PARTS:
        raise SpreadsheetTooLarge(
            field="file", found={"unpacked_bytes": unpacked}, accepted={"at_most_unpacked_bytes": MOST_UNPACKED}
        )


def _read(archive: zipfile.ZipFile, content: bytes) -> Iterator[Sheet]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if not visible:
            raise SpreadsheetEmpty(field="file", accepted="a workbook with a sheet that is not hidden")
        if len(visible) > MOST_SHEETS:
            raise SpreadsheetTooLarge(
                field="file", found={"sheets": len(visible)}, accepted={"at_most_sheets": MOST_SHEETS}
            )
        rows = cells = 0
        for sheet in visible:
            # The library keeps a sheet's part to itself.
            reach = _reach(archive, sheet._worksheet_path, rows, cells)  # noqa: SLF001
            rows, cells = rows + reach.rows, cells + reach.cells
            yield Sheet(sheet.title, _spread(list(_rows(sheet, reach)), reach))
    finally:
        book.close()


def _reach(archive: zipfile.ZipFile, path: str, rows: int, cells: int) -> _Reach:
    """How far a sheet reaches. Refusal: `SpreadsheetTooLarge`, as soon as it is known."""
    reach = _Reach()
    tags = [f"{space}{name}" for space in (_MAIN, _STRICT) for name in ("c", "row", "mergeCell")]
    in_row = False
    with archive.open(path) as part:
        for _event, element in etree.iterparse(
            part, events=("end",), tag=tags, resolve_entities=False, no_network=True
        ):
            name = etree.QName(element).localname
            if name == "c":
                in_row = _cell(reach, element) or in_row
            elif name == "row":
                reach.rows, in_row = reach.rows + in_row, False
            else:
                reach.merges.append(_bounds(element.get("ref", "")))
            _check(reach, rows, cells)
            element.clear()
            if name == "row" and element.getparent() is not None:
                element.getparent().remove(element)
    return reach


def _cell(reach: _Reach, element: Any) -> bool:
    """Note a cell that is filled; answers whether it is."""
    children = {etree.QName(child).localname: child for child in element}
    value = children.get("v")
    is_filled = (value is not None and value.text is not None) or "is" in children
    if not is_filled and "f" not in children:
        return False
    row, column = coordinate_to_tuple(element.get("r"))
    reach.last_row, reach.last_column = max(reach.last_row, row), max(reach.last_column, column)
    reach.cells += 1
    if not is_filled:
        reach.unvalued.add((row, column))
    return True


def _bounds(ref: str) -> tuple[int, int, int, int]:
    first_column, first_row, last_column, last_row = range_boundaries(ref)
    return int(first_row or 1), int(first_column or 1), int(last_row or LAST_ROW), int(last_column or MOST_COLUMNS)


def _check(reach: _Reach, rows: int, cells: int) -> None:
    if rows + reach.rows > MOST_ROWS or reach.last_row > LAST_ROW:
        raise SpreadsheetTooLarge(field="file", found={"row": reach.last_row}, accepted={"at_most_rows": MOST_ROWS})
    if reach.last_column > MOST_COLUMNS:
        found = {"columns": reach.last_column}
        raise SpreadsheetTooLarge(field="file", found=found, accepted={"at_most_columns": MOST_COLUMNS})
    if cells + reach.cells > MOST_CELLS:
        found = {"cells": cells + reach.cells}
        raise SpreadsheetTooLarge(field="file", found=found, accepted={"at_most_cells": MOST_CELLS})
    if len(reach.merges) > MOST_MERGES:
        found = {"merged": len(reach.merges)}
        raise SpreadsheetTooLarge(field="file", found=found, accepted={"at_most_merged_cells": MOST_MERGES})


def _rows(sheet: Any, reach: _Reach) -> Iterator[tuple[int, dict[int, Cell]]]:
    if not reach.last_row:
        return
    sheet.reset_dimensions()
    found = sheet.iter_rows(max_row=reach.last_row, max_col=reach.last_column)
    for number, row in enumerate(found, start=1):
        cells = {
            column: _valued(cell)
            for column, cell in enumerate(row, start=1)
            if cell.value is not None and cell.value != ""
        }
        for column in range(1, reach.last_column + 1) if reach.unvalued else ():
            if (number, column) in reach.unvalued:
                cells[column] = Cell("", "formula")
        if cells:
            yield number, cells


def _valued(cell: Any) -> Cell:
    value = cell.value
    if cell.data_type == "e":
        return Cell(str(value), "error")
    match value:
        case bool():
            return Cell("yes" if value else "no", "flag")
        case int():
            percent = "%" in (cell.number_format or "")
            return Cell(str(value * 100 if percent else value), "number", percent)
        case datetime() | date() | time() | timedelta():
            return Cell(str(value), "day")
        case str():
            return Cell(value)
        case _:
            # The shortest decimal that means this binary number is what was typed.
            exact = Decimal(repr(value))
            if not exact.is_finite():
                return Cell(str(value), "error")
            percent = "%" in (cell.number_format or "")
            return Cell(format(exact * 100 if percent else exact, "f"), "number", percent)


def _spread(rows: list[tuple[int, dict[int, Cell]]], reach: _Reach) -> tuple[Row, ...]:
    """The rows, with the value of each merged cell in all of it."""
    cells = dict(rows)
    spread: dict[int, dict[int, Cell]] = {}
    room = MOST_CELLS
    for first_row, first_column, last_row, last_column in reach.merges:
        value = cells.get(first_row, {}).get(first_column)
        if value is None:
            continue
        for number in range(first_row, min(last_row, reach.last_row) + 1):
            columns = range(first_column, min(last_column, max(reach.last_column, first_column)) + 1)
            room -= len(columns)
            if room < 0:
                raise SpreadsheetTooLarge(field="file", found="merged cells", accepted={"at_most_cells": MOST_CELLS})
            into = spread.setdefault(number, {})
            into.update({column: value for column in columns if column not in cells.get(number, {})})
    numbers = sorted({*cells, *spread})
    return tuple(
        Row(number, {**spread.get(number, {}), **cells.get(number, {})}, frozenset(cells.get(number, {})))
        for number in numbers
    )
