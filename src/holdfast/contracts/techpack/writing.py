"""Lines and specification written out as a spreadsheet: what is read back from it is the same document.

Two tables, each under a row that says by whom it was written. A text that a spreadsheet would compute is kept a text.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from openpyxl.cell.cell import WriteOnlyCell
from openpyxl.styles.fills import PatternFill
from openpyxl.styles.fonts import Font
from openpyxl.workbook.workbook import Workbook
from openpyxl.writer.excel import save_workbook

from holdfast.contracts.techpack.building import joined
from holdfast.contracts.techpack.delimited import FORMULA
from holdfast.contracts.techpack.pack import FORM
from holdfast.kernel.money import Money

BOM = "\ufeff"
MOST_SIZES = 200
"""So many sizes have a column each; more stand in one."""
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_PLAIN = re.compile(r"-?\d{1,15}(\.\d{1,10})?")
Row = Sequence["Value"]


class Value:
    """A cell to be written: a text, or a number that is spelled so and no other way."""

    __slots__ = ("is_number", "text")

    def __init__(self, text: str, *, is_number: bool = False) -> None:
        self.text = text
        self.is_number = is_number and _PLAIN.fullmatch(text) is not None


def as_xlsx(agreed: Mapping[str, Any]) -> bytes:
    """A workbook with the sheets Lines and Specification."""
    book = Workbook(write_only=True)
    for name, rows in (("Lines", lines(agreed)), ("Specification", specification(agreed))):
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A3"
        for letter, width in zip("ABCDEFGH", (22, 28, 22, 18, 12, 14, 14, 14), strict=True):
            sheet.column_dimensions[letter].width = width
        for place, row in enumerate(rows):
            sheet.append([_cell(sheet, value, is_head=place == 1) for value in row])
    buffer = io.BytesIO()
    save_workbook(book, buffer)
    return buffer.getvalue()


def as_csv(agreed: Mapping[str, Any], *, bom: bool = False) -> bytes:
    """Both tables one below the other, RFC 4180 in UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    for rows in (lines(agreed), [()], specification(agreed)):
        for row in rows:
            writer.writerow([_safe(value) for value in row])
    return ((BOM if bom else "") + buffer.getvalue()).encode()


def _safe(value: Value) -> str:
    """No spreadsheet computes it: what begins like a formula gets an apostrophe, which reading takes off again."""
    return f"'{value.text}" if not value.is_number and value.text.startswith(FORMULA) else value.text


def _cell(sheet: Any, value: Value, *, is_head: bool) -> Any:
    if value.is_number and not is_head:
        number = Fraction(value.text)
        # Only what a spreadsheet's binary number gives back digit by digit is written as one.
        stored: Any = int(number) if number.denominator == 1 else number.numerator / number.denominator
        if Fraction(repr(stored)) == number:
            return WriteOnlyCell(sheet, value=stored)
    cell = WriteOnlyCell(sheet, value=None)
    if value.text:
        cell.value = _NOT_IN_XML.sub("\ufffd", value.text)
        cell.data_type = "s"
    if is_head:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="EEF1ED")
    return cell


# --- lines -----------------------------------------------------------------------------------------------------------


def _text(key: str) -> Callable[[Mapping[str, Any]], Value]:
    return lambda found: Value(str(found.get(key) or ""))


def _number(key: str) -> Callable[[Mapping[str, Any]], Value]:
    return lambda found: Value("" if found.get(key) is None else str(found[key]), is_number=True)


def _inside(outer: str, key: str) -> Callable[[Mapping[str, Any]], Value]:
    return lambda found: _number(key)(found.get(outer) or {})


def _flag(key: str) -> Callable[[Mapping[str, Any]], Value]:
    return lambda found: Value("" if key not in found else "yes" if found[key] else "no")


def _list(key: str) -> Callable[[Mapping[str, Any]], Value]:
    return lambda found: Value(joined(found.get(key) or []))


def lines(agreed: Mapping[str, Any]) -> Iterator[Row]:
    """The table of goods."""
    currency = agreed["currency"]

    def price(line: Mapping[str, Any]) -> Value:
        return Value(format(Money(line["unit_price_minor"], currency).decimal, "f"), is_number=True)

    columns: dict[str, Callable[[Mapping[str, Any]], Value]] = {
        "Line": _number("number"),
        "Product": _text("product"),
        "SKU": _text("sku"),
        "Variant": _text("variant"),
        "Size": _text("size"),
        "Quantity": _number("quantity"),
        "Unit": _text("unit"),
        f"Unit price ({currency})": price,
        "Weight of one, grams": _number("weight_grams"),
        "Quantity tolerance, %": _inside("tolerance", "percent"),
        "Quantity tolerance, units": _inside("tolerance", "units"),
    }
    known = {"number", "product", "sku", "variant", "size", "quantity", "unit", "unit_price_minor", "weight_grams"}
    yield from _table("lines", columns, agreed["lines"], known | {"tolerance"})


# --- specification ---------------------------------------------------------------------------------------------------


def specification(agreed: Mapping[str, Any]) -> Iterator[Row]:
    """The table of terms; a column for each size, where one order of them fits all terms."""
    terms = agreed.get("specification") or []
    sizes = _one_order([[row["size"] for row in term.get("by_size") or []] for term in terms])

    def said_apart(term: Mapping[str, Any]) -> Value:
        rows = term.get("by_size") or []
        if sizes is not None or not rows:
            return Value("")
        return Value(json.dumps([part for row in rows for part in (row["size"], row["nominal"])], ensure_ascii=False))

    columns: dict[str, Callable[[Mapping[str, Any]], Value]] = {
        "ID": _text("id"),
        "Property": _text("property"),
        "Kind": _text("kind"),
        "Class": _text("class"),
        "Nominal": lambda term: Value(str(term.get("nominal") or ""), is_number=term.get("limit") is not None),
        "Unit": _text("unit"),
        "It must be": _text("limit"),
        "Tol -": _inside("tolerance", "minus"),
        "Tol +": _inside("tolerance", "plus"),
        "Tolerance in %": lambda term: _flag("percent")(term.get("tolerance") or {}),
        "Edges": lambda term: Value(str((term.get("tolerance") or {}).get("edges") or "")),
        "Method": _text("method"),
        "Applies to lines": lambda term: Value(
            joined(str(one) for one in (term.get("applies_to") or {}).get("lines") or [])
        ),
        "Applies to sizes": lambda term: Value(joined((term.get("applies_to") or {}).get("sizes") or [])),
        "A breach may bring a refund": _flag("refund_trigger"),
        "A breach decides the lot": _flag("decides_lot"),
        "Also accepted": _list("accepted"),
        "Colour system": _text("system"),
        "L, a, b": lambda term: Value("; ".join(term.get("lab") or [])),
        "CIEDE2000 limit": _number("delta_e"),
        "Reference files": _list("references"),
    }
    known = {"id", "property", "kind", "class", "nominal", "unit", "limit", "tolerance", "method", "applies_to"}
    known |= {"refund_trigger", "decides_lot", "accepted", "system", "lab", "delta_e", "references", "by_size"}
    if sizes is None:
        columns["Values by size"] = said_apart
    for size in sizes or []:
        columns[f"Size: {size}"] = _of_size(size)
    yield from _table("specification", columns, terms, known)


def _of_size(size: str) -> Callable[[Mapping[str, Any]], Value]:
    def nominal(term: Mapping[str, Any]) -> Value:
        found = next((row["nominal"] for row in term.get("by_size") or [] if row["size"] == size), "")
        return Value(found, is_number=True)

    return nominal


def _one_order(lists: Sequence[Sequence[str]]) -> list[str] | None:
    """All sizes in an order that every list keeps; None where there is none, or a size stands twice in a list."""
    after: dict[str, set[str]] = {}
    for one in lists:
        if len(set(one)) != len(one):
            return None
        for place, size in enumerate(one):
            after.setdefault(size, set()).update(one[place + 1 :])
    if len(after) > MOST_SIZES:
        return None
    order: list[str] = []
    left = dict.fromkeys(after)
    while left:
        first = next((size for size in left if not any(size in after[other] for other in left if other != size)), None)
        if first is None:
            return None
        order.append(first)
        del left[first]
    return order


# --- both ------------------------------------------------------------------------------------------------------------


def _table(
    kind: str,
    columns: Mapping[str, Callable[[Mapping[str, Any]], Value]],
    found: Sequence[Mapping[str, Any]],
    known: set[str],
) -> Iterator[Row]:
    yield [Value(FORM), Value(kind)]
    more = [{key: inner for key, inner in one.items() if key not in known and _is_said(inner)} for one in found]
    yield [Value(head) for head in columns] + ([Value("More (JSON)")] if any(more) else [])
    for one, rest in zip(found, more, strict=True):
        row = [write(one) for write in columns.values()]
        if any(more):
            row.append(Value(json.dumps(rest, ensure_ascii=False) if rest else ""))
        yield row


def _is_said(found: Any) -> bool:
    return found is not None and found not in ("", [], {})
