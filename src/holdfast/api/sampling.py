"""Sampling over HTTP: the plan of any lot, and what a contract's own criterion lets pass."""

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from holdfast.api import edge, scopes
from holdfast.api.shown import sampling as shown
from holdfast.contracts import queries
from holdfast.kernel.identifiers import public
from holdfast.terms.outlook import criterion_document, plan_document
from holdfast.terms.sampling import LARGEST_LOT, sampling_plan

router = Router(tags=["sampling"])
LotSize = Annotated[int, Field(ge=1, le=LARGEST_LOT, description="pieces in the lot")]

Aql = Annotated[
    str, Field(max_length=8, pattern=r"^[0-9.]+$", description="as the tables spell it: 0.10, 2.5; 0 accepts none")
]


class PlanQuery(Schema):
    """A lot, and how it is to be sampled."""

    lot_size: LotSize
    level: Literal["I", "II", "III", "S-1", "S-2", "S-3", "S-4"] = "II"
    aql: Aql = "2.5"
    inspection: Literal["normal", "tightened", "reduced"] = "normal"


class LotQuery(Schema):
    """Another lot than the whole contract."""

    lot_size: LotSize | None = None


@router.get("/sampling/plan", operation_id="get_sampling_plan", response=shown.SamplingPlanShown)
def get_sampling_plan(request: edge.Request, asked: Query[PlanQuery]) -> HttpResponse:
    """The single sampling plan of ISO 2859-1 for a lot, and how likely it accepts one with 5, 10 or 15% defective."""
    plan = sampling_plan(lot_size=asked.lot_size, level=asked.level, aql=asked.aql, inspection=asked.inspection)
    return edge.answer(plan_document(plan))


@router.get("/contracts/{contract_id}/sampling", operation_id="get_contract_sampling", response=shown.ContractSampling)
def get_contract_sampling(request: edge.Request, contract_id: str, asked: Query[LotQuery]) -> HttpResponse:
    """What the contract's quality criterion lets pass, in one lot of all its units or of the size asked."""
    standing = queries.contract_for(caller=request.auth, ref=contract_id)
    scopes.reads(request.auth)
    document = queries.agreement(contract_id=standing.id).document
    lot_size = asked.lot_size or sum(line.quantity for line in document.lines)
    found: dict[str, Any] = criterion_document(criterion=document.criterion, lot_size=lot_size)
    return edge.answer({"contract_id": public("con", standing.id), **found})
