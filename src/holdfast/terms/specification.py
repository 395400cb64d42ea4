"""What was agreed about the goods, term by term, so that a reading can decide it.

It knows the kinds of term, what makes each enforceable and which values keep it. It refuses to guess: a term without a
tolerance or a measured swatch stays written down, but is undecided until somebody can measure it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, assert_never

from holdfast.kernel.refusals import Invalid
from holdfast.terms import units
from holdfast.terms.colour import Lab
from holdfast.terms.documents import as_document as to_document
from holdfast.terms.documents import from_document, number, plain

CLASSES = ("critical", "major", "minor")
LIMITS = ("within", "at_least", "at_most")
MOST_TERMS = 1000
COLOUR_SYSTEMS = ("pantone", "ral", "lab")
NUMERIC_GRADE = {f"{low}-{low + 1}": Fraction(2 * low + 1, 2) for low in range(1, 8)}
"""Half grades of ISO 105 as laboratories write them: 4-5 is 4.5."""


class Shape(StrEnum):
    """How a reading of a kind of term is compared."""

    MEASURE = "measure"
    GRADE = "grade"
    LISTED = "listed"
    COLOUR = "colour"
    PASSED = "passed"
    CERTIFIED = "certified"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of term: its comparison and the units it may be written in (empty: none)."""

    shape: Shape
    units: tuple[str, ...] = ()
    exact_by_default: bool = False
    """Whether a nominal value without a tolerance means exactly that value (whole things counted)."""


KINDS: dict[str, Kind] = {
    "dimension": Kind(Shape.MEASURE, units.LENGTH),
    "weight": Kind(Shape.MEASURE, units.MASS),
    "fabric_weight": Kind(Shape.MEASURE, units.FABRIC_WEIGHT),
    "composition": Kind(Shape.MEASURE, units.PERCENT),
    "performance": Kind(Shape.MEASURE, units.PERFORMANCE),
    "count": Kind(Shape.MEASURE, units.COUNTED, exact_by_default=True),
    "packaging": Kind(Shape.LISTED, units.COUNTED, exact_by_default=True),
    "fastness": Kind(Shape.GRADE),
    "component": Kind(Shape.LISTED),
    "version": Kind(Shape.LISTED),
    "label": Kind(Shape.LISTED),
    "logo": Kind(Shape.PASSED),
    "function": Kind(Shape.PASSED),
    "sample": Kind(Shape.PASSED),
    "document": Kind(Shape.PASSED),
    "certificate": Kind(Shape.CERTIFIED),
    "colour": Kind(Shape.COLOUR),
}
NUMBERED = ("certificate", "sample")
"""Kinds that speak of one numbered thing: a certificate, a sealed sample."""


@dataclass(frozen=True, slots=True)
class AppliesTo:
    """The contract lines and sizes a term speaks of; empty means all."""

    lines: tuple[int, ...] = ()
    sizes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far from the nominal value is still permitted; in the term's unit, or in per cent of the nominal."""

    minus: Fraction = Fraction(0)
    plus: Fraction = Fraction(0)
    percent: bool = False
    edges: str = "inclusive"


@dataclass(frozen=True, slots=True)
class SizeNominal:
    """A point of measure in one size."""

    size: str
    nominal: str


@dataclass(frozen=True, slots=True)
class Term:
    """One agreed property. `nominal` is a number, a model, a code or a text, by kind.

    `number` is that of a certificate or of the seal on a sample, `held_by` who keeps that sample, `valid_until` the day
    on which a certificate must still be valid.
    """

    id: str
    subject: str = field(metadata={"key": "property"})
    kind: str
    severity: str = field(metadata={"key": "class"})
    nominal: str = ""
    accepted: tuple[str, ...] = ()
    by_size: tuple[SizeNominal, ...] = ()
    unit: str | None = None
    limit: str | None = None
    tolerance: Tolerance | None = None
    system: str | None = None
    lab: Lab | None = None
    delta_e: Fraction | None = None
    method: str = ""
    applies_to: AppliesTo = AppliesTo()
    refund_trigger: bool = True
    decides_lot: bool = False
    references: tuple[str, ...] = ()
    number: str = ""
    held_by: str = ""
    valid_until: date | None = None

    @property
    def shape(self) -> Shape:
        """How its readings are compared; packaging counted in a unit is a measure, else a text."""
        if self.kind == "packaging" and self.unit is not None:
            return Shape.MEASURE
        return KINDS[self.kind].shape

    def covers(self, *, line: int, size: str | None) -> bool:
        """Whether it speaks of a unit of this line and size."""
        lines, sizes = self.applies_to.lines, self.applies_to.sizes
        return (not lines or line in lines) and (not sizes or size in sizes)

    def nominal_for(self, size: str | None) -> str | None:
        """The nominal value in a size; None where the term gives none."""
        if not self.by_size:
            return self.nominal
        return next((row.nominal for row in self.by_size if row.size == size), None)

    @property
    def obstacle(self) -> str | None:
        """Why no reading could ever decide it as it stands, or None if it is enforceable."""
        if self.shape is Shape.MEASURE and self.limit == "within" and self.tolerance is None:
            return "no tolerance was agreed"
        if self.shape is Shape.COLOUR and self.delta_e is None:
            return "no CIEDE2000 limit was agreed"
        return _OBSTACLES[self.kind](self) if self.kind in _OBSTACLES else None


def _sealed(term: Term) -> str | None:
    if not term.number:
        return "the sealed sample has no number"
    return None if term.held_by else "nobody is named who holds the sealed sample"


_OBSTACLES: dict[str, Callable[[Term], str | None]] = {
    "sample": _sealed,
    "certificate": lambda term: None if term.number else "no certificate number was agreed",
    "logo": lambda term: None if term.references else "no reference image was agreed",
}


@dataclass(frozen=True, slots=True)
class Specification:
    """All the terms of one contract version, in the order they were written."""

    terms: tuple[Term, ...] = ()

    def find(self, term_id: str) -> Term | None:
        """The term of that ID, if the contract has it."""
        return next((term for term in self.terms if term.id == term_id), None)

    def as_document(self) -> list[dict[str, Any]]:
        """The canonical JSON form; reading it back gives the same specification."""
        return [to_document(term) for term in self.terms]


def _refuse(path: str, found: Any, accepted: Any) -> Invalid:
    return Invalid(field=path, found=found, accepted=accepted)


def _one_of(value: Any, accepted: tuple[str, ...], path: str) -> None:
    if value not in accepted:
        raise _refuse(path, value, list(accepted))


def grade(text: str) -> Fraction:
    """A fastness grade: `4`, `4.5` or `4-5`; ValueError outside 1 to 8."""
    value = NUMERIC_GRADE.get(text.replace("/", "-")) or number(text)
    if not 1 <= value <= 8:
        raise ValueError(f"{text!r} is no grade from 1 to 8")
    return value


def measured(text: str, *, shape: Shape) -> Fraction:
    """The number in a nominal value or a reading; ValueError if it is none."""
    return grade(text) if shape is Shape.GRADE else number(text)


def _numeric(term: Term, path: str) -> Term:
    shape, kind = term.shape, KINDS[term.kind]
    example = "a grade from 1 to 8, like 4 or 4-5" if shape is Shape.GRADE else "a decimal number in quotes, like 70.5"
    if kind.units:
        _one_of(term.unit, kind.units, f"{path}.unit")
    elif term.unit is not None:
        raise _refuse(f"{path}.unit", term.unit, None)
    if not term.nominal and not term.by_size:
        raise _refuse(f"{path}.nominal", term.nominal, example)
    where = f"{path}.nominal"
    try:
        nominal = plain(measured(term.nominal, shape=shape)) if term.nominal else ""
        where = f"{path}.by_size"
        by_size = tuple(SizeNominal(row.size, plain(measured(row.nominal, shape=shape))) for row in term.by_size)
    except ValueError as error:
        raise _refuse(where, str(error), example) from None
    limit = term.limit or ("at_least" if shape is Shape.GRADE else "within")
    _one_of(limit, LIMITS, f"{path}.limit")
    tolerance = term.tolerance
    if tolerance is None and kind.exact_by_default and limit == "within":
        tolerance = Tolerance()
    if tolerance is not None:
        _one_of(tolerance.edges, ("inclusive", "exclusive"), f"{path}.tolerance.edges")
        for side in ("minus", "plus"):
            if getattr(tolerance, side) < 0:
                raise _refuse(f"{path}.tolerance.{side}", plain(getattr(tolerance, side)), "zero or more")
    return replace(term, nominal=nominal, by_size=by_size, limit=limit, tolerance=tolerance)


def _colour(term: Term, path: str) -> Term:
    _one_of(term.system, COLOUR_SYSTEMS, f"{path}.system")
    if term.system == "lab" and term.lab is None:
        raise _refuse(f"{path}.lab", None, "three decimal numbers: L, a, b")
    if term.system != "lab" and not term.nominal.strip():
        raise _refuse(f"{path}.nominal", term.nominal, "the code of the colour, like 19-4052 TCX")
    if term.lab is not None and not 0 <= term.lab[0] <= 100:
        raise _refuse(f"{path}.lab.0", plain(term.lab[0]), "a lightness from 0 to 100")
    if term.delta_e is not None and term.delta_e <= 0:
        raise _refuse(f"{path}.delta_e", plain(term.delta_e), "a CIEDE2000 limit above zero, like 2.0")
    return term


def _foreign(term: Term, path: str) -> None:
    """Keys that say nothing about this kind of term are refused: they would look agreed and decide nothing."""
    shape = term.shape
    numeric = shape in (Shape.MEASURE, Shape.GRADE)
    given: dict[str, Any] = {}
    if not numeric:
        given |= {"unit": term.unit, "limit": term.limit, "tolerance": term.tolerance, "by_size": term.by_size}
    if shape is not Shape.COLOUR:
        given |= {"lab": term.lab, "system": term.system, "delta_e": term.delta_e}
    if shape is not Shape.LISTED:
        given |= {"accepted": term.accepted}
    if term.kind not in NUMBERED:
        given |= {"number": term.number}
    if term.kind != "sample":
        given |= {"held_by": term.held_by}
    if shape is not Shape.CERTIFIED:
        given |= {"valid_until": term.valid_until}
    for key, value in given.items():
        if value:
            raise _refuse(f"{path}.{key}", "given", f"nothing: a {term.kind} term has no {key}")


def checked(term: Term, path: str) -> Term:
    """The term with its defaults written out. Refusals: `Invalid`, at `path`."""
    for key, text in (("id", term.id), ("property", term.subject)):
        if not text.strip():
            raise _refuse(f"{path}.{key}", text, "text")
    _one_of(term.kind, tuple(KINDS), f"{path}.kind")
    _one_of(term.severity, CLASSES, f"{path}.class")
    for place, reference in enumerate(term.references):
        if len(reference) != 64 or set(reference) - set("0123456789abcdef"):
            raise _refuse(f"{path}.references.{place}", reference, "a SHA-256 in 64 hexadecimal digits")
    _foreign(term, path)
    match term.shape:
        case Shape.MEASURE | Shape.GRADE:
            return _numeric(term, path)
        case Shape.COLOUR:
            return _colour(term, path)
        case Shape.LISTED:
            if not term.nominal.strip():
                raise _refuse(f"{path}.nominal", term.nominal, "the exact model, version or text")
            return replace(term, nominal=term.nominal.strip(), accepted=tuple(one.strip() for one in term.accepted))
        case Shape.PASSED | Shape.CERTIFIED:
            if term.kind in ("document", "certificate") and not term.nominal.strip():
                raise _refuse(f"{path}.nominal", term.nominal, "the name of the paper, like OEKO-TEX STANDARD 100")
            return replace(term, number=term.number.strip(), held_by=term.held_by.strip())
        case _ as never:
            assert_never(never)


def read_term(document: Any, *, path: str = "term") -> Term:
    """One term from its JSON form. Refusals: `Invalid`."""
    return checked(from_document(Term, document, path), path)


def read_specification(
    document: Any, *, lines: tuple[int, ...] | None = None, path: str = "specification"
) -> Specification:
    """The specification a JSON list describes; with `lines`, terms may speak of no others.

    Refusals: `Invalid` for the first term that does not fit; its fact `errors` lists the first of every such term.
    """
    if not isinstance(document, list):
        raise _refuse(path, type(document).__name__, "a list of terms")
    if len(document) > MOST_TERMS:
        raise _refuse(path, f"{len(document)} terms", f"at most {MOST_TERMS} terms")
    terms: dict[str, Term] = {}
    errors: list[Invalid] = []
    numbers = frozenset(lines or ())
    for place, item in enumerate(document):
        where = f"{path}.{place}"
        try:
            term = read_term(item, path=where)
            if term.id in terms:
                raise _refuse(f"{where}.id", term.id, "an ID that no other term has")
            unknown = [line for line in term.applies_to.lines if lines is not None and line not in numbers]
            if unknown:
                raise _refuse(f"{where}.applies_to.lines", unknown, list(lines or ()))
            terms[term.id] = term
        except Invalid as error:
            errors.append(error)
    if errors:
        first = errors[0]
        listed = [{"field": one.field, "accepted": one.accepted, **one.facts} for one in errors]
        raise Invalid(field=first.field, accepted=first.accepted, **first.facts, errors=listed)
    return Specification(tuple(terms.values()))
