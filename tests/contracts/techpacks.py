"""Tech packs as buyers keep them, made with a spreadsheet library: merged heads, fractions of an inch, spacer rows."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from holdfast.contracts import techpack
from holdfast.contracts.techpack import TechPack


def book(**sheets: Callable[[Worksheet], None] | Sequence[Sequence[Any]]) -> bytes:
    """A workbook: each sheet from its rows, or by a function that fills it."""
    made = Workbook()
    made.remove(made.active)  # type: ignore[arg-type]
    for name, filled in sheets.items():
        sheet = made.create_sheet(name)
        if callable(filled):
            filled(sheet)
        else:
            for row in filled:
                sheet.append(list(row))
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def found(content: bytes, *, currency: str = "USD") -> TechPack:
    return techpack.read(techpack.opened(content), currency=currency)


def told(pack: TechPack) -> list[tuple[str, int | None, str | None, Any]]:
    """Each problem by its place, and what stood there."""
    return [(one.sheet, one.row, one.column, one.found) for one in pack.problems]


def shirt(sheet: Worksheet) -> None:
    """A graded spec sheet as technical designers describe theirs: the points of measure are the rows with a code and a
    description, each size has a column, one column says the tolerance; fractions of an inch; titles above, sections and
    spacer rows between, a remark below. (After the layout told at alisonhoenes.com and adstronaut.net.)"""
    sheet["A1"] = "TECH PACK"
    sheet.merge_cells("A1:H1")
    sheet["A2"], sheet["B2"] = "Style:", "W-214 Camp shirt"
    sheet["A3"], sheet["B3"] = "All measurements in", "inches"
    sheet["A5"], sheet["B5"], sheet["C5"], sheet["D5"], sheet["I5"] = (
        "POM",
        "Description",
        "Tol (+/-)",
        "Sizes",
        "Comments",
    )
    for merge in ("A5:A6", "B5:B6", "C5:C6", "D5:H5", "I5:I6"):
        sheet.merge_cells(merge)
    for column, size in zip("DEFGH", ("XS", "S", "M*", "L", "XL"), strict=True):
        sheet[f"{column}6"] = size
    rows: list[list[Any]] = [
        ["BODY"],
        ["A", 'Chest width 1" below armhole', "1/2", "18 1/2", '19 1/2"', "20½", 21.5, "22-1/2", "flat"],
        ["B", "Body length from HPS", "+1/2 -1/4", "25 3/4", "26 1/4", "26 3/4", "27 1/4", "27 3/4"],
        [],
        ["SLEEVE"],
        ["C", "Sleeve opening", "1/8", 6.125, 6.25, 6.375, 6.5, "-"],
        ["D", "Placket width", "1/16", 1.25],
        [],
        ["Measure flat, without stretching."],
    ]
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("A7:I7")
    sheet.merge_cells("A11:I11")
    sheet.merge_cells("D13:H13")
