"""When a lot is accepted: a sampling plan, a permitted fraction, or every unit for itself.

It knows the figures the contract states (sample size, acceptance and rejection numbers). It does not know where they
come from: the tables of ISO 2859-1 are read elsewhere and their answer stands in the contract.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from holdfast.kernel.refusals import Invalid
from holdfast.terms.documents import as_document as to_document
from holdfast.terms.documents import from_document, plain
from holdfast.terms.specification import CLASSES

CRITERIA = ("plan", "fraction", "every_unit")


@dataclass(frozen=True, slots=True)
class ClassPlan:
    """For one class of defect: draw `n`; accepted up to `ac` defective units, rejected from `re`."""

    severity: str = field(metadata={"key": "class"})
    n: int
    ac: int
    re: int


@dataclass(frozen=True, slots=True)
class Criterion:
    """How the units read decide the lot."""

    kind: str
    plans: tuple[ClassPlan, ...] = ()
    fraction: Fraction | None = None
    sample_size: int | None = None

    def as_document(self) -> dict[str, Any]:
        """The canonical JSON form."""
        document: dict[str, Any] = to_document(self)
        return document


EVERY_UNIT = Criterion("every_unit")


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
    if criterion.kind == "plan":
        _plans(criterion, path)
    elif criterion.plans:
        raise Invalid(field=f"{path}.plans", found="given", accepted="nothing, unless the kind is plan")
    if criterion.kind == "fraction":
        _fraction(criterion, path)
    elif criterion.fraction is not None or criterion.sample_size is not None:
        raise Invalid(field=f"{path}.fraction", found="given", accepted="nothing, unless the kind is fraction")
