"""What was agreed about the goods in terms that can be measured, and the comparison with what was read.

Pure: no database, no clock, no money. Anyone with the contract and the readings can compute the verdict again.
"""

from holdfast.terms.colour import delta_e
from holdfast.terms.conformity import (
    LineUnits,
    TermFinding,
    UnitFigure,
    Verdict,
    conformity,
)
from holdfast.terms.criterion import EVERY_UNIT, ClassPlan, ClassQuality, Criterion, LotSampling, read_criterion
from holdfast.terms.readings import Defect, Reading, Readings, Unit, read_readings
from holdfast.terms.specification import (
    AppliesTo,
    Specification,
    Term,
    Tolerance,
    read_specification,
    read_term,
)

__all__ = [
    "EVERY_UNIT",
    "AppliesTo",
    "ClassPlan",
    "ClassQuality",
    "Criterion",
    "Defect",
    "LineUnits",
    "LotSampling",
    "Reading",
    "Readings",
    "Specification",
    "Term",
    "TermFinding",
    "Tolerance",
    "Unit",
    "UnitFigure",
    "Verdict",
    "conformity",
    "delta_e",
    "read_criterion",
    "read_readings",
    "read_specification",
    "read_term",
]
