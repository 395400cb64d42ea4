"""Rows of a table of goods: a line of the contract each, or one for each size that has a quantity.

A price becomes minor units exactly, in the contract's currency and no other. Nothing is filled down from a row above.
"""

from fractions import Fraction
from typing import Any

from holdfast.contracts.techpack.building import RowReader
from holdfast.contracts.techpack.figures import Unreadable
from holdfast.contracts.techpack.pack import Cell
from holdfast.contracts.techpack.words import heading
from holdfast.kernel.money import exponent
from holdfast.terms.documents import plain

TEXTS = ("product", "sku", "variant", "size")
USUAL_UNIT = "piece"


def is_line(reader: RowReader) -> bool:
    """Whether a row says how many of something; all else between lines is a heading or a remark."""
    names = [reader.cell(name) for name in ("quantity", "unit_price")]
    return any(found is not None for found in names) or any(reader.at(place) for place in reader.head.sizes)


def take(reader: RowReader) -> None:
    """Add what the row says to the lines found; a row with a problem adds nothing."""
    common: dict[str, Any] = {name: reader.text(name) for name in TEXTS}
    if not common["product"].strip():
        reader.no(reader.head.column("product"), common["product"], "the product", "product")
    common["unit"] = _unit(reader)
    common["unit_price_minor"] = _price(reader)
    common |= _rest(reader)
    quantities = _quantities(reader)
    if reader.failed:
        return
    builder = reader.builder
    for column, size, quantity in quantities:
        number = len(builder.lines) + 1
        line = {**common, "number": number, "quantity": quantity}
        if size is not None:
            line["size"] = size
        builder.lines.append(line)
        _note(reader, number, column)


def _note(reader: RowReader, number: int, quantity_column: int) -> None:
    """Where each field of a line was read, and the number it has in the file."""
    places = reader.builder.places
    places[f"lines.{number - 1}"] = reader.place()
    for column, meant in reader.head.columns.items():
        name = {"unit_price": "unit_price_minor"}.get(meant.name, meant.name)
        places[f"lines.{number - 1}.{name.replace('tolerance_', 'tolerance.')}"] = reader.place(column)
    places[f"lines.{number - 1}.quantity"] = reader.place(quantity_column)
    written = reader.cell("number")
    said = written[1].stripped if written is not None else ""
    if said.isascii() and said.isdigit() and int(said) not in reader.builder.line_numbers:
        reader.builder.line_numbers[int(said)] = number


def _quantities(reader: RowReader) -> list[tuple[int, str | None, int]]:
    """(column, size, quantity): of the sizes where there are any, else the one."""
    if not reader.head.sizes:
        column = reader.head.column("quantity") or 1
        found = reader.cell("quantity")
        if found is None:
            reader.no(column, None, "a whole number of units", "quantity")
            return []
        count = reader.whole(found, "quantity")
        return [(column, None, count)] if count is not None else []
    rows: list[tuple[int, str | None, int]] = []
    for column, size in reader.head.sizes.items():
        found = reader.at(column)
        count = reader.whole(found, f"quantity of {size.size}") if found is not None and not _is_none(found) else None
        if count:
            rows.append((column, size.size, count))
    if not rows and not reader.failed:
        reader.no(next(iter(reader.head.sizes)), None, "a quantity in one of the sizes", "quantity")
    return rows


def _is_none(found: tuple[int, Cell]) -> bool:
    return found[1].stripped in {"-", "–", "—", "/", "n/a", "N/A"}


def _unit(reader: RowReader) -> str:
    unit = reader.text("unit")
    if not unit.strip():
        unit = USUAL_UNIT
        reader.builder.assumed["unit_piece"] = None
    return unit


def _price(reader: RowReader) -> int | None:
    currency = reader.builder.currency
    column = reader.head.column("unit_price") or 1
    found = reader.cell("unit_price")
    if found is None:
        reader.no(column, None, f"the price of one in {currency}", "unit_price")
        return None
    said = reader.head.columns[column].currency
    if said not in (None, currency):
        reader.no(column, said, f"{currency}, the currency of the contract", "unit_price")
        return None
    value = _amount(reader, found)
    if value is None:
        return None
    minor = value * 10 ** exponent(currency)
    if minor < 0 or minor.denominator != 1:
        accepted = f"an amount in {currency} with at most {exponent(currency)} decimals, zero or more"
        reader.no(column, found[1].text, accepted, "unit_price")
        return None
    return int(minor)


def _amount(reader: RowReader, found: tuple[int, Cell]) -> Fraction | None:
    """The amount in a cell, its currency beside it taken off if it is the contract's."""
    column, cell = found
    if cell.kind != "text":
        figure = reader.figure(found, "unit_price")
        return figure.value if figure is not None else None
    currency = reader.builder.currency
    text = cell.stripped
    bare = text.strip("".join(one for one in text if not one.isdigit() and one not in "+-.,'")).strip()
    beside = text.replace(bare, "", 1).strip() if bare else ""
    if beside and heading(f"x ({beside})").currency != currency:
        reader.no(column, cell.text, f"an amount in {currency}, like 12.50", "unit_price")
        return None
    figure = reader.figure((column, Cell(bare or text)), "unit_price")
    return figure.value if figure is not None else None


def _rest(reader: RowReader) -> dict[str, Any]:
    more: dict[str, Any] = reader.more()
    weight = reader.cell("weight_grams")
    if weight is not None:
        grams = _grams(reader, weight)
        if grams is not None:
            more["weight_grams"] = grams
    percent, units = reader.cell("tolerance_percent"), reader.cell("tolerance_units")
    if units is not None:
        more["tolerance"] = {"units": reader.whole(units, "tolerance_units")}
    if percent is not None:
        if percent[1].kind == "text":
            bare = percent[1].stripped.removeprefix("±").removeprefix("+/-").strip().removesuffix("%").strip()
            percent = (percent[0], Cell(bare))
        figure = reader.figure(percent, "tolerance_percent")
        if figure is not None:
            more.setdefault("tolerance", {})["percent"] = plain(figure.value)
    return more


def _grams(reader: RowReader, found: tuple[int, Cell]) -> int | None:
    """The weight of one unit, in grams: whole."""
    unit = reader.head.columns[found[0]].unit or "g"
    figure = reader.figure(found, "weight_grams")
    if figure is None:
        return None
    try:
        grams = (figure if figure.unit else type(figure)(figure.value, unit)).within("g").value
    except Unreadable as error:
        reader.no(found[0], found[1].text, str(error), "weight_grams")
        return None
    if grams.denominator != 1 or grams < 1:
        reader.no(found[0], found[1].text, "a weight that is a whole number of grams", "weight_grams")
        return None
    return int(grams)
