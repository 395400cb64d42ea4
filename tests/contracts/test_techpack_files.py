"""Files that are no tech packs are refused at the door in bounded memory; CSV is read in the encodings buyers have."""

from __future__ import annotations

import io
import re
import tracemalloc
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest
from openpyxl import Workbook

from holdfast.contracts.techpack import opened
from holdfast.contracts.techpack.refusals import (
    SpreadsheetDamaged,
    SpreadsheetEmpty,
    SpreadsheetNotAccepted,
    SpreadsheetProtected,
    SpreadsheetTooLarge,
)
from holdfast.kernel.refusals import Refusal
from tests.contracts.techpacks import book, found, shirt, told

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
SHEET = "xl/worksheets/sheet1.xml"
ROWS = [
    ["POM", "Tolerance ± (cm)", "Talla 36", "Talla 38"],
    ["Tamaño del cuello", "0,5 cm", "38,5", "39"],
    ["Peça", "0,25", "1", "2"],
]


def csv_of(rows: Sequence[Sequence[str]], delimiter: str) -> str:
    return "\r\n".join(delimiter.join(row) for row in rows) + "\r\n"


def rewritten(content: bytes, name: str, change: Any) -> bytes:
    """The workbook with one part changed."""
    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as into:
        for part in source.namelist():
            data = source.read(part)
            into.writestr(part, change(data) if part == name else data)
    return target.getvalue()


def many_rows() -> bytes:
    """Two hundred thousand rows of two cells."""
    rows = b"".join(
        b'<row r="%d"><c r="A%d"><v>1</v></c><c r="B%d"><v>2</v></c></row>' % (place, place, place)
        for place in range(1, 200_001)
    )
    return rewritten(
        book(Long=[[1, 2]]),
        SHEET,
        lambda data: re.sub(b"<sheetData>.*</sheetData>", b"<sheetData>" + rows + b"</sheetData>", data),
    )


def bomb() -> bytes:
    """Eighty kilobytes that unpack to eighty megabytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open(SHEET, "w", force_zip64=True) as part:
            block = bytes(1 << 20)
            for _place in range(80):
                part.write(block)
    return buffer.getvalue()


def archive(name: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as into:
        into.writestr(name, "<x/>")
    return buffer.getvalue()


def hidden() -> bytes:
    """A workbook of which no sheet is to be seen."""
    return rewritten(book(Spec=shirt), "xl/workbook.xml", lambda data: data.replace(b'"visible"', b'"hidden"'))


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"%PDF-1.7 a contract renamed to techpack.xlsx", SpreadsheetNotAccepted),
        (b"\x89PNG\r\n\x1a\n", SpreadsheetNotAccepted),
        (b"MZ" + bytes(60), SpreadsheetNotAccepted),
        (OLE, SpreadsheetNotAccepted),
        (OLE + "EncryptedPackage".encode("utf-16-le"), SpreadsheetProtected),
        (archive("word/document.xml"), SpreadsheetNotAccepted),
        (archive("notes.txt"), SpreadsheetNotAccepted),
        (archive("xl/workbook.xml"), SpreadsheetDamaged),
        (b"PK\x03\x04 cut short", SpreadsheetDamaged),
        (b"", SpreadsheetEmpty),
        (b"  \r\n \r\n", SpreadsheetEmpty),
        (book(Spec=[]), SpreadsheetEmpty),
        (hidden(), SpreadsheetEmpty),
        (b"a,b\x01c\r\n", SpreadsheetNotAccepted),
        (b'a,"b\r\n' + b"x" * 200_000, SpreadsheetNotAccepted),
        (b"x" * (10 * 1024 * 1024 + 1), SpreadsheetTooLarge),
        (bomb(), SpreadsheetTooLarge),
        (b"row,1\r\n" * 200_000, SpreadsheetTooLarge),
        (b"," * 400 + b"x\r\n", SpreadsheetTooLarge),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_file_that_is_no_tech_pack_is_refused(content: bytes, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal) as refused:
        opened(content)
    assert refused.value.field == "file"
    assert refused.value.accepted


def test_two_hundred_thousand_rows_are_refused_in_bounded_memory() -> None:
    content = many_rows()
    tracemalloc.start()
    try:
        with pytest.raises(SpreadsheetTooLarge) as refused:
            opened(content)
        assert tracemalloc.get_traced_memory()[1] < 40 * 1024 * 1024
    finally:
        tracemalloc.stop()
    assert refused.value.accepted == {"at_most_rows": 20_000}


def test_a_lying_archive_and_a_far_away_cell_are_refused_before_anything_grows() -> None:
    plain = book(Spec=shirt)
    far = rewritten(plain, SHEET, lambda data: data.replace(b'r="A1"', b'r="A999999999"', 1))
    wide = rewritten(plain, SHEET, lambda data: data.replace(b'r="A1"', b'r="XFD1"', 1))
    for content in (far, wide):
        with pytest.raises((SpreadsheetTooLarge, SpreadsheetDamaged)):
            opened(content)


def test_entities_of_a_workbook_are_not_expanded() -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    content = rewritten(
        book(Spec=[["POM", "S"], ["Chest", "1"]]), SHEET, lambda data: laughs + data.replace(b"Chest", b"&b;")
    )
    with pytest.raises(SpreadsheetDamaged):
        opened(content)


def test_formatted_but_empty_rows_count_for_nothing() -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (["POM", "Tol (cm)", "S", "M"], ["Chest", 1, 50, 52]):
        sheet.append(row)
    sheet.cell(90_000, 200).number_format = "0.00"
    buffer = io.BytesIO()
    workbook.save(buffer)
    assert [term["property"] for term in found(buffer.getvalue()).specification] == ["Chest"]


@pytest.mark.parametrize("delimiter", [";", "\t", "|", ","])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_csv_is_read_in_every_encoding_and_delimiter(encoding: str, delimiter: str) -> None:
    rows = [[f'"{cell}"' for cell in row] for row in ROWS] if delimiter == "," else ROWS
    pack = found(csv_of(rows, delimiter).encode(encoding))
    assert told(pack) == []
    assert [term["property"] for term in pack.specification] == ["Tamaño del cuello", "Peça"]
    assert pack.specification[0]["by_size"] == [{"size": "36", "nominal": "38.5"}, {"size": "38", "nominal": "39"}]


def test_a_chinese_csv_is_told_from_a_western_one() -> None:
    rows = [
        ["部位", "公差", "S", "M"],
        ["单位：厘米", "", "", ""],
        ["胸围", "1", "50", "52"],
        ["衣长", "0.5", "66", "68"],
    ]
    for encoding in ("gb18030", "utf-8", "utf-16"):
        pack = found(csv_of(rows, ",").encode(encoding))
        assert told(pack) == [], encoding
        assert [(term["property"], term["unit"]) for term in pack.specification] == [("胸围", "cm"), ("衣长", "cm")]


def test_a_line_that_names_the_delimiter_is_no_row() -> None:
    pack = found(b"sep=;\r\nPOM;Tol (cm);S;M\r\nChest;x;50;52\r\n")
    assert told(pack) == [("CSV", 3, "B", "x")]
