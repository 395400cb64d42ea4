"""A CSV file as one sheet: its encoding and its delimiter are told by its content.

It knows UTF-8, UTF-16, GB18030 and Windows-1252, and commas, semicolons, tabs and bars; texts are not changed.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from holdfast.contracts.techpack.limits import LAST_ROW, LONGEST_CELL, MOST_CELLS, MOST_COLUMNS, MOST_ROWS
from holdfast.contracts.techpack.pack import FORM, Cell, Row, Sheet
from holdfast.contracts.techpack.refusals import SpreadsheetNotAccepted, SpreadsheetTooLarge

NAME = "CSV"
DELIMITERS = (",", ";", "\t", "|")
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SAMPLE = 64 * 1024
FORMULA = ("=", "+", "-", "@", "\t", "'")
"""With what a text begins that spreadsheets compute."""


def sheets(content: bytes) -> tuple[Sheet, ...]:
    """The one sheet. Refusals: `SpreadsheetNotAccepted` for what is no text, `SpreadsheetTooLarge`."""
    text = decoded(content)
    start = 0
    first = text[: text.find("\n") + 1].strip()
    if first[:4].lower() == "sep=" and first[4:5] in DELIMITERS:
        # What some spreadsheets write first, for themselves.
        start, delimiter = text.find("\n") + 1, first[4:5]
    else:
        delimiter = _delimiter(text)
    return (Sheet(NAME, tuple(_rows(text[start:], delimiter, 1 if start else 0))),)


def decoded(content: bytes) -> str:
    """The text of a file. Refusal: `SpreadsheetNotAccepted` where it is none in an encoding known here."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _text(content[len(mark) :], encoding)
    if b"\x00" in content[:_SAMPLE]:
        even, odd = content[:_SAMPLE:2].count(0), content[1:_SAMPLE:2].count(0)
        return _text(content, "utf-16-be" if even > odd else "utf-16-le")
    try:
        return _text(content, "utf-8")
    except SpreadsheetNotAccepted:
        return _text(content, "gb18030" if _is_chinese(content) else "cp1252")


def _text(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _no_text("bytes of no encoding known here") from error
    if any(ord(sign) < 32 and sign not in "\t\r\n" for sign in set(text)):
        raise _no_text("control characters")
    return text


def _no_text(found: str) -> SpreadsheetNotAccepted:
    return SpreadsheetNotAccepted(
        field="file", found=found, accepted="an XLSX workbook or a CSV file in UTF-8, UTF-16, GB18030 or Windows-1252"
    )


def _is_chinese(content: bytes) -> bool:
    """Whether the bytes above ASCII come in pairs, as Chinese does, or alone between letters, as accents do."""
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        return False
    paired = alone = place = 0
    while place < len(content):
        if content[place] < 0x80:
            place += 1
        elif place + 1 < len(content) and content[place] >= 0xA1 and content[place + 1] >= 0xA1:
            paired, place = paired + 2, place + 2
        else:
            alone, place = alone + 1, place + 1
    return paired > alone


def _delimiter(text: str) -> str:
    """The one by which most lines fall into equally many cells; a file written here shows its own."""
    mine = re.match(rf'"?{re.escape(FORM)}"?([,;\t|])', text)
    if mine is not None:
        return mine[1]
    best, most = ",", (0, 0)
    for one in DELIMITERS:
        counts = Counter(len(row) for row in _parsed(text[:_SAMPLE], one, 60) if len(row) > 1)
        if counts:
            width, rows = max(counts.items(), key=lambda item: (item[1], item[0]))
            if (rows, width) > most:
                best, most = one, (rows, width)
    return best


def _parsed(text: str, delimiter: str, most: int) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for place, row in enumerate(reader):
            if place >= most:
                return
            yield row
    except csv.Error:
        return


def _rows(text: str, delimiter: str, before: int) -> Iterator[Row]:
    filled = cells = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = before
    try:
        for number, row in enumerate(reader, start=before + 1):
            found = {place: Cell(_bare(one)) for place, one in enumerate(row, start=1) if one}
            if not found:
                continue
            filled, cells = filled + 1, cells + len(found)
            _check(number, max(found), filled, cells)
            yield Row(number, found, frozenset(found))
    except csv.Error as error:
        accepted = f"cells of at most {LONGEST_CELL} characters, quotes closed"
        raise SpreadsheetNotAccepted(field="file", found=f"row {number + 1}: {error}", accepted=accepted) from error


def _bare(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from computing a text."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in FORMULA and len(cell) > 1 else cell


def _check(number: int, column: int, filled: int, cells: int) -> None:
    if filled > MOST_ROWS or number > LAST_ROW:
        raise SpreadsheetTooLarge(field="file", found={"row": number}, accepted={"at_most_rows": MOST_ROWS})
    if column > MOST_COLUMNS:
        raise SpreadsheetTooLarge(field="file", found={"columns": column}, accepted={"at_most_columns": MOST_COLUMNS})
    if cells > MOST_CELLS:
        raise SpreadsheetTooLarge(field="file", found={"row": number}, accepted={"at_most_cells": MOST_CELLS})
