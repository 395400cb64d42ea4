"""How a sampling plan and what it lets pass look from outside."""

from ninja import Schema
from pydantic import ConfigDict, Field


class SourceOfFigures(Schema):
    """Where a plan's figures come from: a document, and through what it was read."""

    title: str
    read_from: str
    tables: str


class AcceptanceChance(Schema):
    """A lot of which `percent` is defective is accepted with this chance: `this_lot` for exactly `defective` units of
    a lot of this size, `long_run` for lots of a steady production. Decimals from 0 to 1."""

    percent: str
    defective: int
    this_lot: str
    long_run: str


class CurvePoint(Schema):
    """A point of the operating characteristic curve."""

    percent: str
    long_run: str


class SamplingPlanShown(Schema):
    """A single sampling plan. Where `whole_lot` is true every unit is examined and counts for itself: there are no
    numbers, no chances and no curve."""

    lot_size: int
    level: str
    inspection: str
    aql: str
    code_letter: str
    letter: str
    n: int
    ac: int | None
    re: int | None
    whole_lot: bool
    chances: list[AcceptanceChance]
    curve: list[CurvePoint]
    sources: list[SourceOfFigures]


class ClassSamplingShown(Schema):
    """What a contract's criterion means for one class of defect; no class where it makes no difference."""

    model_config = ConfigDict(populate_by_name=True)

    severity: str | None = Field(alias="class")
    aql: str | None
    letter: str | None
    n: int
    ac: int | None
    re: int | None
    whole_lot: bool
    chances: list[AcceptanceChance]
    curve: list[CurvePoint]


class ContractSampling(Schema):
    """A contract's criterion for a lot of this size. `classes` is empty where each unit stands for itself."""

    contract_id: str
    lot_size: int
    kind: str
    level: str | None
    inspection: str | None
    code_letter: str | None
    classes: list[ClassSamplingShown]
    sources: list[SourceOfFigures]
