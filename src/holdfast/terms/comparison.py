"""One reading against one term: met, breached or undecided, with the figure that shows it.

Edges belong to the permitted side unless the term says otherwise; readings are never rounded; units are converted by
exact fractions; a component is the model named or one on the list, however equivalent another may be.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from holdfast.terms import units
from holdfast.terms.colour import delta_e
from holdfast.terms.documents import plain
from holdfast.terms.readings import Reading
from holdfast.terms.specification import Shape, Term, measured
from holdfast.terms.units import Conversion

MET, BREACHED, UNDECIDED = "met", "breached", "undecided"

Factors = Mapping[tuple[str, str], Fraction]
"""Conversion factors recorded by an earlier verdict: (source, target) to factor. They are used before the library's."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`figure` is the reading as compared; `excess` grows with how bad it is (above zero: outside)."""

    state: str
    figure: str
    excess: Fraction
    why: str = ""
    conversion: Conversion | None = None


def permitted(term: Term, *, size: str | None = None) -> str:
    """What the term permits, in words and figures."""
    match term.shape:
        case Shape.MEASURE | Shape.GRADE:
            nominal = term.nominal_for(size)
            if nominal is None:
                return f"no value agreed for size {size}"
            low, high = _edges(term, measured(nominal, shape=Shape.MEASURE))
            unit = f" {term.unit}" if term.unit else ""
            edges = ", edges excluded" if term.tolerance is not None and term.tolerance.edges == "exclusive" else ""
            if term.limit == "at_least":
                return f"at least {plain(low)}{unit}{edges}"
            if term.limit == "at_most":
                return f"at most {plain(high)}{unit}{edges}"
            return f"{plain(low)}{unit}" if low == high else f"{plain(low)} to {plain(high)}{unit}{edges}"
        case Shape.LISTED:
            return " or ".join((term.nominal, *term.accepted))
        case Shape.COLOUR:
            named = " ".join(part for part in (term.system, term.nominal) if part)
            return f"{named} within CIEDE2000 {plain(term.delta_e) if term.delta_e is not None else '(no limit)'}"
        case Shape.PASSED:
            return _passing(term)
        case Shape.CERTIFIED:
            until = f", valid until {term.valid_until.isoformat()} or later" if term.valid_until else ""
            return f"{term.nominal} {term.number or '(no number)'}{until}"
        case _ as never:
            assert_never(never)


def _passing(term: Term) -> str:
    match term.kind:
        case "sample":
            held = f", held by {term.held_by}" if term.held_by else ""
            return f"like the sealed sample {term.number or '(no number)'}{held}"
        case "logo":
            images = ", ".join(reference[:12] for reference in term.references)
            return f"like the reference image {images or '(none)'}"
        case "document":
            return f"{term.nominal} is there"
        case _:
            return "passes" + (f" {term.method}" if term.method else "")


def _edges(term: Term, nominal: Fraction) -> tuple[Fraction, Fraction]:
    if term.tolerance is None:
        return nominal, nominal
    scale = abs(nominal) / 100 if term.tolerance.percent else Fraction(1)
    return nominal - term.tolerance.minus * scale, nominal + term.tolerance.plus * scale


def _state(excess: Fraction, *, exclusive: bool) -> str:
    return BREACHED if excess > 0 or (exclusive and excess == 0) else MET


def _in_unit(term: Term, reading: Reading, factors: Factors) -> tuple[Fraction, Conversion | None]:
    value = measured(reading.value or "", shape=term.shape)
    if term.unit is None or reading.unit is None or reading.unit == term.unit:
        return value, None
    recorded = factors.get((reading.unit, term.unit))
    asked = Conversion(reading.unit, term.unit, recorded) if recorded is not None else None
    asked = asked or units.conversion(reading.unit, term.unit)
    if asked is None:
        raise ValueError(f"{reading.unit} was let through for a term in {term.unit}")
    return value * asked.factor, asked


def _numeric(term: Term, reading: Reading, size: str | None, factors: Factors) -> Outcome:
    value, used = _in_unit(term, reading, factors)
    figure = f"{plain(value)} {term.unit}" if term.unit else plain(value)
    nominal = term.nominal_for(size)
    if nominal is None:
        return Outcome(UNDECIDED, figure, Fraction(0), f"no value was agreed for size {size}", used)
    low, high = _edges(term, measured(nominal, shape=Shape.MEASURE))
    sides = {"at_least": (low - value,), "at_most": (value - high,)}.get(term.limit or "", (low - value, value - high))
    excess = max(sides)
    exclusive = term.tolerance is not None and term.tolerance.edges == "exclusive"
    return Outcome(_state(excess, exclusive=exclusive), figure, excess, "", used)


def _colour(term: Term, reading: Reading) -> Outcome:
    if reading.lab is None or term.delta_e is None:
        return Outcome(UNDECIDED, "", Fraction(0), "nothing was measured")
    reference = term.lab or reading.swatch_lab
    if reference is None:
        why = f"the swatch of {term.nominal} was not measured"
        return Outcome(UNDECIDED, "Lab " + " ".join(plain(part) for part in reading.lab), Fraction(0), why)
    distance = delta_e(reference=reference, sample=reading.lab)
    return Outcome(_state(distance - term.delta_e, exclusive=False), f"dE {plain(distance)}", distance - term.delta_e)


def _certified(term: Term, reading: Reading) -> Outcome:
    found = (reading.value or "").strip()
    until = reading.valid_until
    figure = f"{found}, valid until {until.isoformat()}" if until else found
    ends_early = term.valid_until is not None and (until is None or until < term.valid_until)
    wrong = found != term.number or ends_early
    return Outcome(BREACHED if wrong else MET, figure, Fraction(int(wrong)))


def compare(*, term: Term, reading: Reading, size: str | None = None, factors: Factors | None = None) -> Outcome:
    """The reading (already checked by `check_readings`) against the term."""
    if term.obstacle is not None:
        return Outcome(UNDECIDED, reading.value or "", Fraction(0), term.obstacle)
    match term.shape:
        case Shape.MEASURE | Shape.GRADE:
            return _numeric(term, reading, size, factors or {})
        case Shape.LISTED:
            found = (reading.value or "").strip()
            wrong = found not in (term.nominal, *term.accepted)
            return Outcome(BREACHED if wrong else MET, found, Fraction(int(wrong)))
        case Shape.COLOUR:
            return _colour(term, reading)
        case Shape.PASSED:
            passed = reading.passed is True
            return Outcome(MET if passed else BREACHED, "passed" if passed else "failed", Fraction(int(not passed)))
        case Shape.CERTIFIED:
            return _certified(term, reading)
        case _ as never:
            assert_never(never)
