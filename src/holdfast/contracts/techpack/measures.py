"""Rows of a specification: a term of the contract each. Points of measure with a column for each size are dimensions.

Values are exact, and in the unit that the cell, the row, the heading or the sheet gives; without one nothing is taken.
"""

from fractions import Fraction
from typing import Any

from holdfast.contracts.techpack import figures, words
from holdfast.contracts.techpack.building import RowReader, split
from holdfast.contracts.techpack.figures import Figure, Off, Unreadable
from holdfast.contracts.techpack.pack import Cell
from holdfast.terms import units
from holdfast.terms.documents import plain
from holdfast.terms.specification import CLASSES, COLOUR_SYSTEMS, KINDS, LIMITS, NUMERIC_GRADE, Shape, grade

BLANK = {"-", "–", "—", "/", "n/a", "N/A", "na", "NA"}
OF_UNIT = (
    ("dimension", units.LENGTH),
    ("weight", units.MASS),
    ("fabric_weight", units.FABRIC_WEIGHT),
    ("composition", units.PERCENT),
)
"""What a value in a unit is, where the sheet does not say."""
NAMES = {"both": "tolerance", "minus": "tolerance", "plus": "tolerance"}
USUAL_CLASS = "major"
Filled = tuple[int, Cell]


def values(reader: RowReader) -> list[Filled]:
    """The cells that say how much."""
    found = [reader.cell("nominal"), reader.cell("by_size"), *(reader.at(place) for place in reader.head.sizes)]
    return [one for one in found if one is not None and one[1].stripped not in BLANK]


def is_term(reader: RowReader) -> bool:
    """Whether a row agrees on something; a heading between terms, or a remark below them, does not."""
    if values(reader) or reader.cell("kind") is not None:
        return True
    found = reader.cell("both") or reader.cell("plus")
    if found is None:
        return False
    try:
        figures.tolerance(found[1].stripped, mark=reader.mark)
    except ValueError:
        return False
    return True


def take(reader: RowReader, *, sheet_unit: str | None) -> None:
    """Add the row's term to those found; a row with a problem adds nothing."""
    term: dict[str, Any] = {"property": reader.text("property"), "class": _class(reader)}
    if not term["property"].strip():
        reader.no(reader.head.column("property"), term["property"], "what is measured", "property")
    unit = _unit(reader, sheet_unit)
    kind = _kind(reader, unit)
    if kind is None:
        return
    term["kind"] = kind
    term |= _texts(reader) | _scope(reader)
    numeric = _is_numeric(kind, unit)
    if numeric:
        term |= _numeric(reader, kind, unit)
    else:
        term |= _plain(reader)
    _foreign(reader, kind, numeric)
    term |= reader.more()
    term["id"] = reader.text("id")
    if not reader.failed:
        add(reader, term)


def _foreign(reader: RowReader, kind: str, numeric: bool) -> None:
    """A cell that says nothing about this kind of term would look agreed and decide nothing."""
    names = ("accepted", "system", "lab", "delta_e") if numeric else ("unit", "limit", "both", "minus", "plus")
    for name in names:
        found = reader.cell(name)
        if found is not None and found[1].stripped not in BLANK:
            reader.no(found[0], found[1].text, f"nothing: a {kind} term has no {NAMES.get(name, name)}", name)


def add(reader: RowReader, term: dict[str, Any], column: int | None = None) -> None:
    """A term without an ID of its own gets the next that is free, once all are known."""
    builder = reader.builder
    where = f"specification.{len(builder.terms)}"
    builder.terms.append(term)
    builder.places[where] = reader.place(column)
    for place, meant in reader.head.columns.items():
        fields = {
            "both": ("tolerance",),
            "minus": ("tolerance.minus",),
            "plus": ("tolerance.plus",),
            "lines": ("applies_to.lines",),
            "sizes": ("applies_to.sizes",),
        }.get(meant.name, (meant.name,))
        for name in fields:
            builder.places[f"{where}.{name}"] = reader.place(place)
    for place in reader.head.sizes:
        builder.places.setdefault(f"{where}.by_size", reader.place(place))


def _class(reader: RowReader) -> str:
    found = reader.named("class", "class", CLASSES)
    if found is None and reader.cell("class") is None:
        reader.builder.assumed[f"class_{USUAL_CLASS}"] = None
    return found or USUAL_CLASS


def _unit(reader: RowReader, sheet_unit: str | None) -> str | None:
    """Of the row, of a heading, of a value, of the sheet: the first that there is."""
    said = reader.text("unit")
    if said.strip():
        unit = words.unit(said)
        if unit is None:
            known = sorted({one for kind in KINDS.values() for one in kind.units})
            reader.no(reader.head.column("unit"), said, known, "unit")
        return unit
    if reader.head.exact:
        return None
    columns = [column.unit for column in reader.head.columns.values() if column.name in ("nominal", "property")]
    over = [size.unit for size in reader.head.sizes.values()]
    off = [column.unit for column in reader.head.columns.values() if column.name in ("both", "minus", "plus")]
    beside = [_beside(reader, found) for found in values(reader)]
    both = reader.cell("both")
    if both is not None:
        beside.append(_beside_tolerance(reader, both))
    return next((unit for unit in (*columns, *over, *beside, *off, sheet_unit) if unit is not None), None)


def _beside(reader: RowReader, found: Filled) -> str | None:
    """The unit behind a number in its own cell."""
    if found[1].kind == "number":
        return "%" if found[1].percent else None
    try:
        return figures.figure(found[1].stripped, mark=reader.mark).unit
    except ValueError:
        return None


def _beside_tolerance(reader: RowReader, found: Filled) -> str | None:
    try:
        return figures.tolerance(found[1].stripped, mark=reader.mark).unit
    except ValueError:
        return None


def _kind(reader: RowReader, unit: str | None) -> str | None:
    if reader.cell("kind") is not None:
        return reader.named("kind", "kind", tuple(KINDS))
    for kind, known in OF_UNIT:
        if unit in known:
            return kind
    if reader.head.sizes and unit is None:
        accepted = "a unit: in the heading, like Waist (cm), in a column Unit, or as Unit: cm above the table"
        reader.no(reader.head.column("property"), None, accepted, "unit")
        return None
    column = reader.head.column("property")
    reader.no(column, None, {"a column Kind with one of": list(KINDS), "or": "a unit"}, "kind")
    return None


def _is_numeric(kind: str, unit: str | None) -> bool:
    if kind == "packaging":
        return unit is not None
    return KINDS[kind].shape in (Shape.MEASURE, Shape.GRADE)


def _texts(reader: RowReader) -> dict[str, Any]:
    term: dict[str, Any] = {"method": reader.text("method")}
    for name in ("refund_trigger", "decides_lot"):
        flag = reader.flag(name)
        if flag is not None:
            term[name] = flag
    references = reader.listed("references")
    return {**term, "references": references} if references else term


def _scope(reader: RowReader) -> dict[str, Any]:
    scope: dict[str, Any] = {}
    lines, sizes = reader.listed("lines"), reader.listed("sizes")
    if lines:
        if not all(one.isascii() and one.isdigit() for one in lines):
            reader.no(reader.head.column("lines"), "; ".join(lines), "numbers of lines, like 1; 2", "lines")
            return {}
        scope["lines"] = [int(one) for one in lines]
    if sizes:
        scope["sizes"] = sizes
    return {"applies_to": scope} if scope else {}


def _plain(reader: RowReader) -> dict[str, Any]:
    """A model, a code, a text, a colour."""
    term: dict[str, Any] = {"nominal": reader.text("nominal")}
    accepted = reader.listed("accepted")
    if accepted:
        term["accepted"] = accepted
    system = reader.text("system")
    if system:
        known = system.strip().casefold()
        term["system"] = {"cielab": "lab"}.get(known, known)
        if term["system"] not in COLOUR_SYSTEMS:
            reader.no(reader.head.column("system"), system, list(COLOUR_SYSTEMS), "system")
    lab = reader.cell("lab")
    if lab is not None:
        term["lab"] = reader.parsed(lab, "lab", lambda text: _lab(text, reader.mark))
    delta = reader.figure(reader.cell("delta_e"), "delta_e")
    if delta is not None:
        term["delta_e"] = plain(delta.value)
    return term


def _lab(text: str, mark: str | None) -> list[str]:
    parts = split(text) if ";" in text else text.replace("/", " ").split()
    if len(parts) != 3:
        raise Unreadable("three numbers with semicolons between: L; a; b")
    return [plain(figures.figure(part.strip(), mark=mark or ".").value) for part in parts]


def _numeric(reader: RowReader, kind: str, unit: str | None) -> dict[str, Any]:
    if KINDS[kind].shape is Shape.GRADE:
        unit = None
    elif unit is None:
        reader.no(reader.head.column("property"), None, list(KINDS[kind].units), "unit")
        return {}
    term: dict[str, Any] = {"unit": unit} if unit is not None else {}
    limit = reader.named("limit", "limit", LIMITS)
    nominal = reader.cell("nominal")
    if nominal is not None and nominal[1].stripped not in BLANK:
        found = _value(reader, nominal, kind, unit)
        if found is not None:
            term["nominal"], limit = plain(found.value), limit or found.limit
    by_size = _by_size(reader, kind, unit)
    if by_size:
        term["by_size"] = by_size
    if "nominal" not in term and not by_size and not reader.failed:
        column = next(iter(reader.head.sizes), None) or reader.head.column("nominal")
        reader.no(column, None, "a value, or one for each size", "nominal")
    if limit is not None:
        term["limit"] = limit
    off = _tolerance(reader, unit)
    if off is not None:
        term["tolerance"] = off
    return term


def _value(reader: RowReader, found: Filled, kind: str, unit: str | None) -> Figure | None:
    if KINDS[kind].shape is Shape.GRADE and found[1].stripped.replace("/", "-") in NUMERIC_GRADE:
        return Figure(grade(found[1].stripped))
    figure = reader.figure(found, "nominal")
    if figure is None:
        return None
    try:
        return figure.within(unit)
    except Unreadable as error:
        reader.no(found[0], found[1].text, str(error), "nominal")
        return None


def _by_size(reader: RowReader, kind: str, unit: str | None) -> list[dict[str, str]]:
    rows = []
    for place, size in reader.head.sizes.items():
        found = reader.at(place)
        if found is None or found[1].stripped in BLANK:
            continue
        value = _value(reader, found, kind, unit)
        if value is not None:
            rows.append({"size": size.size, "nominal": plain(value.value)})
    said = reader.listed("by_size")
    if len(said) % 2:
        reader.no(
            reader.head.column("by_size"), "; ".join(said), "pairs of a size and a value: S; 50; M; 52", "by_size"
        )
        return rows
    for size_name, text in zip(said[::2], said[1::2], strict=True):
        column = reader.head.column("by_size") or 1
        value = _value(reader, (column, Cell(text)), kind, unit)
        if value is not None:
            rows.append({"size": size_name, "nominal": plain(value.value)})
    return rows


def _tolerance(reader: RowReader, unit: str | None) -> dict[str, Any] | None:
    """Both sides, from one column or from two."""
    both = reader.cell("both")
    if both is not None and both[1].stripped not in BLANK:
        return tolerance_of(reader, both, unit)
    sides = {name: reader.cell(name) for name in ("minus", "plus")}
    if not any(sides.values()):
        return None
    found: dict[str, Figure] = {}
    for name, cell in sides.items():
        if cell is None:
            reader.no(reader.head.column(name), None, "both sides: 0 where nothing is permitted", name)
            continue
        figure = reader.figure(cell, name)
        if figure is None:
            continue
        value = abs(figure.value) if name == "minus" else figure.value
        if value < 0:
            reader.no(cell[0], cell[1].text, "zero or more above the value", name)
        found[name] = Figure(value, figure.unit)
    if len(found) < 2:
        return None
    given = {figure.unit for figure in found.values() if figure.unit is not None}
    off = Off(found["minus"].value, found["plus"].value, next(iter(given), None), given == {"%"})
    where = sides["plus"] or sides["minus"]
    return _written(reader, where, off, unit) if where is not None and not reader.failed else None


def tolerance_of(reader: RowReader, found: Filled, unit: str | None) -> dict[str, Any] | None:
    """A cell that says both sides."""
    off = _both(reader, found)
    return _written(reader, found, off, unit) if off is not None else None


def _both(reader: RowReader, found: Filled) -> Off | None:
    if found[1].kind == "number":
        value = Fraction(found[1].text)
        return Off(abs(value), abs(value), None, found[1].percent)
    off: Off | None = reader.parsed(found, "tolerance", lambda text: figures.tolerance(text, mark=reader.mark))
    return off


def _written(reader: RowReader, found: Filled, off: Off, unit: str | None) -> dict[str, Any] | None:
    """A tolerance in the unit of its term, or in per cent of the value."""
    in_percent = reader.flag("tolerance_percent")
    percent = (off.percent and unit != "%") if in_percent is None else in_percent
    own = off.unit or (None if percent else reader.head.columns[found[0]].unit)
    try:
        minus, plus = (Figure(side, own).within(None if percent else unit) for side in (off.minus, off.plus))
    except Unreadable as error:
        reader.no(found[0], found[1].text, str(error), "tolerance")
        return None
    tolerance: dict[str, Any] = {"minus": plain(minus.value), "plus": plain(plus.value), "percent": percent}
    edges = reader.named("edges", "edges", ("yes", "no"))
    return {**tolerance, "edges": edges} if edges is not None else tolerance
