"""What was read on the goods: unit by unit, a reading for each term, and defects seen beside them.

It knows the form of readings and refuses those that no term asked for or that nobody could compare. What they mean is
for `conformity`.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from holdfast.kernel.refusals import Invalid
from holdfast.terms import units
from holdfast.terms.colour import Lab
from holdfast.terms.documents import ADDED_LATER, from_document
from holdfast.terms.documents import as_document as to_document
from holdfast.terms.sampling import INSPECTIONS
from holdfast.terms.specification import (
    CLASSES,
    KINDS,
    Shape,
    Specification,
    Term,
    measured,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One term read on one unit: a `value` (number with its unit, model, text), a Lab value, or passed or not."""

    term: str
    value: str | None = None
    unit: str | None = None
    lab: Lab | None = None
    swatch_lab: Lab | None = None
    """The approved swatch as the same instrument reads it: what a Pantone code without a measured Lab waits for."""
    passed: bool | None = None
    """Of a test, a paper that is there, a logo like its image, goods like the sealed sample."""
    valid_until: date | None = None
    """The last day of a certificate as it stands on it; its number is the `value`."""


@dataclass(frozen=True, slots=True)
class Defect:
    """A fault seen on a unit; with `term`, that term is breached by it."""

    severity: str = field(metadata={"key": "class"})
    note: str = ""
    term: str | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit drawn, in the order it was drawn; `count` above one: so many that all read the same."""

    id: str
    line: int
    size: str | None = None
    count: int = 1
    readings: tuple[Reading, ...] = ()
    defects: tuple[Defect, ...] = ()


@dataclass(frozen=True, slots=True)
class Readings:
    """All that was read on one lot in one examination. `severity` is the severity of inspection that the supplier's
    record asked for when it was ordered, where the contract follows that."""

    units: tuple[Unit, ...] = ()
    severity: str | None = field(default=None, metadata=ADDED_LATER)

    def as_document(self) -> dict[str, Any]:
        """The canonical JSON form."""
        document: dict[str, Any] = to_document(self)
        return document


def _refuse(path: str, found: Any, accepted: Any) -> Invalid:
    return Invalid(field=path, found=found, accepted=accepted)


def _numeric(term: Term, reading: Reading, path: str) -> None:
    if reading.value is None:
        raise _refuse(f"{path}.value", None, "a number in quotes")
    try:
        measured(reading.value, shape=term.shape)
    except ValueError as error:
        raise _refuse(f"{path}.value", reading.value, str(error)) from None
    if term.unit is None:
        if reading.unit is not None:
            raise _refuse(f"{path}.unit", reading.unit, None)
        return
    known = [unit for unit in KINDS[term.kind].units if units.conversion(unit, term.unit)]
    # A number without its unit decides nothing: 27.5 may be inches.
    if reading.unit not in known:
        raise _refuse(f"{path}.unit", reading.unit, known)


def _fits(term: Term, reading: Reading, path: str) -> None:
    match term.shape:
        case Shape.MEASURE | Shape.GRADE:
            _numeric(term, reading, path)
        case Shape.LISTED:
            if not (reading.value or "").strip():
                raise _refuse(f"{path}.value", reading.value, "the model, version or text as found")
        case Shape.COLOUR:
            if reading.lab is None:
                raise _refuse(f"{path}.lab", None, "three decimal numbers: L, a, b")
        case Shape.PASSED:
            if reading.passed is None:
                raise _refuse(f"{path}.passed", None, "true or false")
        case Shape.CERTIFIED:
            if not (reading.value or "").strip():
                raise _refuse(f"{path}.value", reading.value, "the number on the certificate")
            if term.valid_until is not None and reading.valid_until is None:
                raise _refuse(f"{path}.valid_until", None, "the last day on the certificate, like 2026-07-03")


def _check_unit(unit: Unit, specification: Specification, path: str) -> None:
    if unit.count < 1:
        raise _refuse(f"{path}.count", unit.count, "one or more")
    seen: set[str] = set()
    for place, reading in enumerate(unit.readings):
        where = f"{path}.readings.{place}"
        term = specification.find(reading.term)
        if term is None:
            raise _refuse(f"{where}.term", reading.term, [one.id for one in specification.terms])
        if not term.covers(line=unit.line, size=unit.size):
            raise _refuse(f"{where}.term", reading.term, "a term that speaks of this line and size")
        if term.id in seen:
            raise _refuse(f"{where}.term", reading.term, "one reading of a term on a unit")
        seen.add(term.id)
        _fits(term, reading, where)
    for place, defect in enumerate(unit.defects):
        where = f"{path}.defects.{place}"
        if defect.severity not in CLASSES:
            raise _refuse(f"{where}.class", defect.severity, list(CLASSES))
        if defect.term is not None and (specification.find(defect.term) is None or defect.term in seen):
            raise _refuse(f"{where}.term", defect.term, "a term of the contract that was not read on this unit")


def read_readings(document: Any, *, specification: Specification, path: str = "readings") -> Readings:
    """Readings from their JSON form, checked against the terms they read. Refusals: `Invalid`."""
    readings = from_document(Readings, document, path)
    check_readings(readings, specification=specification, path=path)
    return readings


def check_readings(readings: Readings, *, specification: Specification, path: str = "readings") -> None:
    """That every reading can be compared with the term it names. Refusals: `Invalid`."""
    if readings.severity is not None and readings.severity not in INSPECTIONS:
        raise _refuse(f"{path}.severity", readings.severity, list(INSPECTIONS))
    names: set[str] = set()
    for place, unit in enumerate(readings.units):
        where = f"{path}.units.{place}"
        if unit.id in names:
            raise _refuse(f"{where}.id", unit.id, "an ID that no other unit has")
        names.add(unit.id)
        _check_unit(unit, specification, where)
