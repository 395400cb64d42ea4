"""Who carries what under each Incoterm: the way, export and import, and whether the programme covers it for the buyer.

One table for people, read off the same functions that preview and assess a claim; nothing is decided here.
"""

from dataclasses import dataclass
from typing import Literal

from holdfast.programme.document import Programme
from holdfast.programme.rules.coverage import CoverageFacts, coverage
from holdfast.programme.rules.incoterms import (
    INCOTERMS,
    Stage,
    clears_export,
    clears_import,
    insured_by_supplier,
    known,
    risk_passed,
    risk_passes_at,
)

Bearer = Literal["supplier", "buyer", "insurer"]
ON_THE_WAY: Stage = "on_board"
"""Under way between the two countries: loaded, not yet arrived."""


@dataclass(frozen=True, slots=True)
class Carried:
    """Who carries it, and whether the buyer may claim it from the supplier under the programme, by which rule."""

    bearer: Bearer
    covered: bool
    rule: str
    sentence: str


@dataclass(frozen=True, slots=True)
class CarryingRow:
    """One Incoterm: where risk passes, and who carries damage on the way, export and import clearance."""

    incoterm: str
    risk_passes_at: Stage
    transit: Carried
    export_clearance: Carried
    import_clearance: Carried


def carrying(*, programme: Programme, incoterm: str) -> CarryingRow:
    """The row of a term: goods damaged while under way, held at export, held at import.

    Refusals: `IncotermUnknown`.
    """
    known(incoterm)
    passed = risk_passed(incoterm=incoterm, stage=ON_THE_WAY)
    insured = insured_by_supplier(incoterm)
    bearer: Bearer = "supplier" if not passed else "insurer" if insured else "buyer"
    damage = CoverageFacts(incoterm=incoterm, risk_passed=passed, insured=insured)
    return CarryingRow(
        incoterm=incoterm,
        risk_passes_at=risk_passes_at(incoterm),
        transit=_carried(programme, bearer, "carrier_damage", damage),
        export_clearance=_carried(
            programme, clears_export(incoterm), "customs", CoverageFacts(incoterm=incoterm, clearance="export")
        ),
        import_clearance=_carried(
            programme, clears_import(incoterm), "customs", CoverageFacts(incoterm=incoterm, clearance="import")
        ),
    )


def carrying_table(*, programme: Programme) -> tuple[CarryingRow, ...]:
    """The eleven terms in their order."""
    return tuple(carrying(programme=programme, incoterm=incoterm) for incoterm in INCOTERMS)


def _carried(programme: Programme, bearer: Bearer, reason: str, facts: CoverageFacts) -> Carried:
    answer = coverage(programme=programme, reason=reason, facts=facts)
    return Carried(bearer, answer.covered, answer.rule, answer.sentence)
