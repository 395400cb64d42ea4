"""From units to the lot: which rule decides it, and how many units of each line a remedy may start from.

The rules stand here in their order of precedence, each under the name the verdict gives. Whether and what anybody is
paid is not known here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from holdfast.kernel.money import half_up, share
from holdfast.terms.criterion import ClassPlan, Criterion, LotSampling
from holdfast.terms.documents import plain
from holdfast.terms.specification import CLASSES, Term

ACCEPTED, REJECTED, UNDECIDED = "accepted", "rejected", "undecided"


@dataclass(frozen=True, slots=True)
class Graded:
    """A unit (or `count` alike) as the lot's rules see it. `may_become`: classes of its undecided terms."""

    line: int
    count: int
    severity: str | None
    may_become: frozenset[str]
    refundable: bool
    breaches: frozenset[str]
    read: frozenset[str]


@dataclass(frozen=True, slots=True)
class Decision:
    """The lot's fate. `measure`: `lot`, `found_units` or `fraction`; `classes` are (class, n, defective, ac, re)."""

    lot: str
    rule: str
    sentence: str
    measure: str
    classes: tuple[tuple[str, int, int, int | None, int | None], ...]
    found: Mapping[int, int]
    claimable: Mapping[int, int]
    fraction: Fraction | None


@dataclass(frozen=True, slots=True)
class _Ruling:
    lot: str
    rule: str
    sentence: str
    measure: str = "found_units"
    fraction: Fraction | None = None


def _by_line(units: Sequence[Graded]) -> dict[int, int]:
    counted: dict[int, int] = {}
    for unit in units:
        counted[unit.line] = counted.get(unit.line, 0) + unit.count
    return counted


def _total(units: Sequence[Graded]) -> int:
    return sum(unit.count for unit in units)


def _first(units: Sequence[Graded], n: int) -> list[tuple[Graded, int]]:
    """The first n units drawn. Units beyond the plan's sample are found, but do not decide the lot."""
    drawn: list[tuple[Graded, int]] = []
    for unit in units:
        if n <= 0:
            break
        drawn.append((unit, min(unit.count, n)))
        n -= unit.count
    return drawn


def _critical_by_all(terms: Sequence[Term], lot: Mapping[int, int], units: Sequence[Graded]) -> _Ruling | None:
    """Every examined unit breaches a critical term that speaks of the whole lot."""
    for term in terms:
        whole = not term.applies_to.lines or set(term.applies_to.lines) >= {line for line, n in lot.items() if n}
        read = [unit for unit in units if term.id in unit.read]
        if term.severity == "critical" and whole and read and all(term.id in unit.breaches for unit in read):
            said = f"All {_total(read)} units examined breach the critical term {term.id} ({term.subject})."
            return _Ruling(REJECTED, "critical_term_breached_by_every_unit", said, "lot")
    return None


def _one_reading(terms: Sequence[Term], units: Sequence[Graded]) -> _Ruling | None:
    for term in terms:
        if term.decides_lot and any(term.id in unit.breaches for unit in units):
            said = f"A unit breaches {term.id} ({term.subject}), and that term decides the lot."
            return _Ruling(REJECTED, "term_decides_the_lot", said, "lot")
    return None


def _row_state(row: ClassPlan, units: Sequence[Graded]) -> str:
    drawn = _first(units, row.n)
    defective = sum(count for unit, count in drawn if unit.severity == row.severity)
    worse = CLASSES[: CLASSES.index(row.severity)]
    open_units = sum(
        count
        for unit, count in drawn
        if unit.severity != row.severity and unit.severity not in worse and row.severity in unit.may_become
    )
    missing = row.n - sum(count for _unit, count in drawn)
    if defective >= row.re:
        return REJECTED
    return UNDECIDED if defective + open_units + max(missing, 0) >= row.re and (open_units or missing > 0) else ACCEPTED


def _plan(criterion: Criterion, units: Sequence[Graded]) -> _Ruling:
    states = {row.severity: _row_state(row, units) for row in criterion.plans}
    figures = "; ".join(
        f"{row.severity}: {_defective(row.severity, units, row.n)} defective of {row.n}, Ac {row.ac}, Re {row.re}"
        for row in sorted(criterion.plans, key=lambda row: CLASSES.index(row.severity))
    )
    if REJECTED in states.values():
        return _Ruling(REJECTED, "plan_rejects", f"The sampling plan rejects the lot ({figures}).", "lot")
    if UNDECIDED in states.values():
        return _Ruling(UNDECIDED, "sample_not_complete", f"Too few units are decided for the plan ({figures}).")
    return _Ruling(ACCEPTED, "plan_accepts", f"The sampling plan accepts the lot ({figures}).")


def _sampled(sampling: LotSampling, units: Sequence[Graded]) -> _Ruling:
    """The plan as the tables give it for this lot. A class whose sample is the whole lot rejects nothing, and is
    undecided until every unit has been examined."""
    rows = [row for row in sampling.classes if not row.whole_lot]
    plans = tuple(ClassPlan(row.severity, row.n, row.ac or 0, row.re or 1) for row in rows)
    ruling = _plan(Criterion("plan", plans), units) if plans else None
    if ruling is not None and (ruling.lot == REJECTED or len(rows) == len(sampling.classes)):
        return ruling
    whole = ", ".join(row.severity for row in sampling.classes if row.whole_lot)
    said = (
        f"Only {_total(units)} of the lot's {sampling.lot_size} units were examined; the plan asks for all ({whole})."
    )
    return _Ruling(UNDECIDED, "sample_not_complete", said)


def _defective(severity: str, units: Sequence[Graded], n: int | None) -> int:
    drawn = _first(units, n) if n is not None else [(unit, unit.count) for unit in units]
    return sum(count for unit, count in drawn if unit.severity == severity)


def _fraction(criterion: Criterion, units: Sequence[Graded]) -> _Ruling:
    limit, wanted = criterion.fraction or Fraction(0), criterion.sample_size or 0
    n, defective = _total(units), _total([unit for unit in units if unit.severity])
    observed = Fraction(defective, n)
    said = f"{defective} of {n} units examined are defective ({plain(observed)}), permitted {plain(limit)}"
    if n < wanted:
        return _Ruling(UNDECIDED, "sample_not_complete", f"{said}; the contract asks for {wanted} units.")
    if observed > limit:
        return _Ruling(REJECTED, "fraction_exceeded", f"{said}.", "fraction", observed)
    return _Ruling(ACCEPTED, "fraction_kept", f"{said}.", fraction=observed)


def _ruling(
    terms: Sequence[Term],
    criterion: Criterion,
    lot: Mapping[int, int],
    units: Sequence[Graded],
    sampling: LotSampling | None,
) -> _Ruling:
    if not units:
        return _Ruling(UNDECIDED, "nothing_examined", "No unit of the lot was examined.", "none")
    whole = _critical_by_all(terms, lot, units) or _one_reading(terms, units)
    if whole:
        return whole
    if _total(units) >= sum(lot.values()):
        said = f"Every one of the {_total(units)} units was examined: the defective units count, not the lot."
        return _Ruling(ACCEPTED, "whole_lot_examined", said)
    if sampling is not None:
        return _sampled(sampling, units)
    match criterion.kind:
        case "plan":
            return _plan(criterion, units)
        case "fraction":
            return _fraction(criterion, units)
        case _:
            return _Ruling(ACCEPTED, "every_unit_for_itself", "Each unit is judged for itself: those found count.")


def _projected(observed: Fraction, lot: Mapping[int, int], units: Sequence[Graded]) -> dict[int, int]:
    """That fraction of the lot's units, rounded half up, laid on the lines where defects were found."""
    examined, found = _by_line(units), _by_line([unit for unit in units if unit.severity])
    left = half_up(observed * sum(lot.values()))
    lines = [line for line in lot if found.get(line)]
    weights = [half_up(Fraction(lot[line] * found[line] * 10**6, examined[line])) for line in lines]
    parts = dict(zip(lines, share(total=left, weights=weights), strict=True))
    given = {line: min(parts.get(line, 0), lot[line]) for line in lot}
    left -= sum(given.values())
    for line in [*lines, *(line for line in lot if line not in lines)]:
        more = min(left, lot[line] - given[line])
        given[line] += more
        left -= more
    return given


def decide(
    *,
    terms: Sequence[Term],
    criterion: Criterion,
    lot: Mapping[int, int],
    units: Sequence[Graded],
    sampling: LotSampling | None = None,
) -> Decision:
    """The lot by the first rule that speaks, and the units a remedy may start from. `sampling` is what the tables give
    for this lot, where the criterion asks them."""
    ruling = _ruling(terms, criterion, lot, units, sampling)
    found = _by_line([unit for unit in units if unit.refundable])
    if ruling.measure == "lot":
        claimable = dict(lot)
    elif ruling.measure == "fraction" and ruling.fraction is not None:
        claimable = _projected(ruling.fraction, lot, units)
    else:
        claimable = found
    plans = {row.severity: row for row in (criterion.plans if sampling is None else sampling.classes)}
    classes = []
    for severity in CLASSES:
        row = plans.get(severity)
        n = min(row.n, _total(units)) if row else _total(units)
        ac, re = (row.ac, row.re) if row else (None, None)
        classes.append((severity, n, _defective(severity, units, row.n if row else None), ac, re))
    return Decision(
        lot=ruling.lot,
        rule=ruling.rule,
        sentence=ruling.sentence,
        measure=ruling.measure,
        classes=tuple(classes),
        found=found,
        claimable=claimable,
        fraction=ruling.fraction,
    )
