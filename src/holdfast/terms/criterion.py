"""When a lot is accepted: a plan (stated, or by level and AQL), a permitted fraction, or every unit for itself.

A stated plan's figures stand in the contract. A plan by level and AQL becomes figures only with a lot: the tables of
ISO 2859-1 give sample size and numbers for as many units as the lot has, and the finding records them.
"""

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from holdfast.kernel.refusals import Invalid
from holdfast.terms.documents import ADDED_LATER, from_document, plain
from holdfast.terms.documents import as_document as to_document
from holdfast.terms.sampling import PlanNotHeld, SamplingPlan, check_choice, sampling_plan
from holdfast.terms.specification import CLASSES

CRITERIA = ("plan", "aql", "fraction", "every_unit")


@dataclass(frozen=True, slots=True)
class ClassPlan:
    """For one class of defect: draw `n`; accepted up to `ac` defective units, rejected from `re`."""

    severity: str = field(metadata={"key": "class"})
    n: int
    ac: int
    re: int


@dataclass(frozen=True, slots=True)
class ClassQuality:
    """For one class of defect: its acceptance quality limit, as the tables spell it; `0` accepts none."""

    severity: str = field(metadata={"key": "class"})
    aql: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """How the units read decide the lot. `level`, `inspection` and `aql` are a plan's by the tables; with `switching`
    the severity begins as normal and follows the supplier's record."""

    kind: str
    plans: tuple[ClassPlan, ...] = ()
    fraction: Fraction | None = None
    sample_size: int | None = None
    level: str | None = field(default=None, metadata=ADDED_LATER)
    inspection: str | None = field(default=None, metadata=ADDED_LATER)
    aql: tuple[ClassQuality, ...] = field(default=(), metadata=ADDED_LATER)
    switching: bool = field(default=False, metadata=ADDED_LATER)

    def under(self, severity: str | None) -> "Criterion":
        """The same with the severity that the supplier's record asked for, where it is agreed to follow that."""
        return replace(self, inspection=severity) if self.switching and severity is not None else self

    def as_document(self) -> dict[str, Any]:
        """The canonical JSON form."""
        document: dict[str, Any] = to_document(self)
        return document


EVERY_UNIT = Criterion("every_unit")


@dataclass(frozen=True, slots=True)
class ClassSampling:
    """What the tables give for a class in a lot; no numbers where every unit is to be examined."""

    severity: str = field(metadata={"key": "class"})
    aql: str
    letter: str
    n: int
    ac: int | None
    re: int | None
    whole_lot: bool


@dataclass(frozen=True, slots=True)
class LotSampling:
    """A plan by level and AQL, as it stands for a lot of this size, and the tables it was read from."""

    level: str
    inspection: str
    lot_size: int
    code_letter: str
    classes: tuple[ClassSampling, ...]
    sources: tuple[str, ...]


def lot_sampling(criterion: Criterion, *, lot_size: int) -> LotSampling | None:
    """What a criterion by level and AQL means for a lot; None for any other criterion, and for no lot.

    Where the record asks for reduced inspection and the tables do not hold a plan of it, inspection stays normal, as
    the rules allow: reduced inspection is never owed. Refusal: `PlanNotHeld`.
    """
    if criterion.kind != "aql" or lot_size < 1:
        return None
    if not_reduced(criterion, lot_size=lot_size) is not None:
        return lot_sampling(replace(criterion, inspection="normal"), lot_size=lot_size)
    level, inspection = criterion.level or "", criterion.inspection or "normal"
    plans = _plans_of(criterion, lot_size)
    return LotSampling(
        level=level,
        inspection=inspection,
        lot_size=lot_size,
        code_letter=plans[0][1].code_letter,
        classes=tuple(
            ClassSampling(row.severity, row.aql, plan.letter, plan.n, plan.ac, plan.re, plan.whole_lot)
            for row, plan in plans
        ),
        sources=plans[0][1].sources,
    )


def not_reduced(criterion: Criterion, *, lot_size: int) -> PlanNotHeld | None:
    """Why a lot is not inspected in the reduced way that the record asks for: the plan that is not held."""
    if not (criterion.kind == "aql" and criterion.switching and criterion.inspection == "reduced") or lot_size < 1:
        return None
    try:
        _plans_of(criterion, lot_size)
    except PlanNotHeld as refusal:
        return refusal
    return None


def _plans_of(criterion: Criterion, lot_size: int) -> list[tuple[ClassQuality, SamplingPlan]]:
    level, inspection = criterion.level or "", criterion.inspection or "normal"
    rows = sorted(criterion.aql, key=lambda row: CLASSES.index(row.severity))
    return [(row, sampling_plan(lot_size=lot_size, level=level, aql=row.aql, inspection=inspection)) for row in rows]


def _aql(criterion: Criterion, path: str) -> None:
    # Reduced inspection is earned by a record and never agreed on beforehand.
    agreed = ("normal",) if criterion.switching else ("normal", "tightened")
    if criterion.inspection is not None and criterion.inspection not in agreed:
        raise Invalid(field=f"{path}.inspection", found=criterion.inspection, accepted=list(agreed))
    if not criterion.aql:
        raise Invalid(field=f"{path}.aql", found="none", accepted="a row with class and aql for each class")
    seen: set[str] = set()
    for place, row in enumerate(criterion.aql):
        if row.severity not in CLASSES or row.severity in seen:
            accepted = [one for one in CLASSES if one not in seen]
            raise Invalid(field=f"{path}.aql.{place}.class", found=row.severity, accepted=accepted)
        seen.add(row.severity)
        check_choice(
            level=criterion.level or "",
            aql=row.aql,
            inspection=criterion.inspection or "normal",
            path=f"{path}.",
            aql_path=f"aql.{place}.aql",
        )


def _plans(criterion: Criterion, path: str) -> None:
    if not criterion.plans:
        raise Invalid(field=f"{path}.plans", found="none", accepted="a row with n, ac and re for each class")
    seen: set[str] = set()
    for place, row in enumerate(criterion.plans):
        where = f"{path}.plans.{place}"
        if row.severity not in CLASSES or row.severity in seen:
            raise Invalid(field=f"{where}.class", found=row.severity, accepted=[c for c in CLASSES if c not in seen])
        seen.add(row.severity)
        if row.n < 1:
            raise Invalid(field=f"{where}.n", found=row.n, accepted="one or more")
        if not 0 <= row.ac < row.n:
            raise Invalid(field=f"{where}.ac", found=row.ac, accepted=f"0 to {row.n - 1}")
        # A gap between the two numbers would leave a lot neither accepted nor rejected.
        if row.re != row.ac + 1:
            raise Invalid(field=f"{where}.re", found=row.re, accepted=row.ac + 1)


def _fraction(criterion: Criterion, path: str) -> None:
    if criterion.fraction is None or not 0 <= criterion.fraction < 1:
        found = None if criterion.fraction is None else plain(criterion.fraction)
        raise Invalid(field=f"{path}.fraction", found=found, accepted="a fraction from 0 to below 1, like 0.02")
    if criterion.sample_size is None or criterion.sample_size < 1:
        raise Invalid(field=f"{path}.sample_size", found=criterion.sample_size, accepted="the units to be examined")


def read_criterion(document: Any, *, path: str = "criterion") -> Criterion:
    """The criterion a JSON object describes. Refusals: `Invalid`."""
    criterion = from_document(Criterion, document, path)
    check_criterion(criterion, path=path)
    return criterion


def check_criterion(criterion: Criterion, *, path: str = "criterion") -> None:
    """That the figures its kind needs are there, and no others. Refusals: `Invalid`."""
    if criterion.kind not in CRITERIA:
        raise Invalid(field=f"{path}.kind", found=criterion.kind, accepted=list(CRITERIA))
    if criterion.kind == "aql":
        _aql(criterion, path)
    elif criterion.aql or criterion.level is not None or criterion.inspection is not None or criterion.switching:
        raise Invalid(field=f"{path}.aql", found="given", accepted="nothing, unless the kind is aql")
    if criterion.kind == "plan":
        _plans(criterion, path)
    elif criterion.plans:
        raise Invalid(field=f"{path}.plans", found="given", accepted="nothing, unless the kind is plan")
    if criterion.kind == "fraction":
        _fraction(criterion, path)
    elif criterion.fraction is not None or criterion.sample_size is not None:
        raise Invalid(field=f"{path}.fraction", found="given", accepted="nothing, unless the kind is fraction")
