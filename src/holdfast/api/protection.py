"""Protection over HTTP, before any contract: ways to pay compared, a large order planned, Incoterms laid out.

Nothing is stored and nobody's things are looked at: a key of any kind may ask.
"""

from typing import Annotated, Any, Literal

from ninja import Query, Router, Schema
from pydantic import Field

from holdfast.api import edge, fields
from holdfast.api.shown import protection as shown
from holdfast.contracts import programmes
from holdfast.kernel.refusals import NotFound
from holdfast.programme import Programme, rules, written
from holdfast.programme.schemes import schemes

router = Router(tags=["protection"])
Tier = Literal["enrolled", "verified", "gold"]
Incoterm = Literal["EXW", "FCA", "CPT", "CIP", "FAS", "FOB", "CFR", "CIF", "DAP", "DPU", "DDP"]


class ProtectionQuery(Schema):
    """One order. Dates make the windows end on a day; they are the buyer's."""

    amount_minor: fields.PositiveMinor
    currency: fields.Currency = "USD"
    tier: Tier = "verified"
    incoterm: Incoterm = "FOB"
    individual_cap_minor: fields.Minor | None = None
    paid_on: fields.Day | None = None
    expected_delivery_on: fields.Day | None = None


class PlanOfOrderQuery(Schema):
    """A large order, and what is given of the costs of splitting it."""

    total_minor: fields.PositiveMinor
    currency: fields.Currency = "USD"
    tier: Tier = "verified"
    individual_cap_minor: fields.Minor | None = None
    linked_reserved_minor: fields.Minor = 0
    line_left_minor: fields.Minor | None = None
    parts: Annotated[int, Field(ge=2, le=100)] | None = None
    days_apart: Annotated[int, Field(ge=0, le=365)] = 0
    freight_together_minor: fields.Minor = 0
    freight_each_minor: fields.Minor = 0
    handling_each_minor: fields.Minor = 0


def _newest(name: str) -> Programme:
    """The newest version, which is the one a contract signed now would follow. Refusal: `not_found`."""
    if name not in programmes.published():
        raise NotFound
    return programmes.read_row(programmes.latest(name=name))


@router.get("/programmes/{name}/comparison", operation_id="compare_protection", response=shown.ProtectionComparison)
def compare_protection(request: edge.Request, name: str, asked: Query[ProtectionQuery]) -> dict[str, Any]:
    """What protects an order of this amount: the programme, PayPal, a direct transfer; each outside figure dated."""
    programme = _newest(name)
    order = rules.ComparedOrder(**asked.dict())
    ways = rules.compare(programme=programme, order=order, schemes=schemes())
    return written.comparison_document(programme=programme, order=order, ways=ways)


@router.get("/programmes/{name}/large-order", operation_id="plan_large_order", response=shown.LargeOrderPlan)
def plan_large_order(request: edge.Request, name: str, asked: Query[PlanOfOrderQuery]) -> dict[str, Any]:
    """A large order in one contract beside several: cover, uncovered rest, costs."""
    programme, given = _newest(name), asked.dict()
    costs = rules.SplitCosts(**{key: given.pop(key) for key in rules.SplitCosts.__dataclass_fields__})
    plan = rules.plan_large_order(programme=programme, order=rules.LargeOrder(**given, costs=costs))
    return written.plan_document(programme=programme, plan=plan, currency=asked.currency)


@router.get("/programmes/{name}/incoterms", operation_id="list_incoterms", response=shown.IncotermTable)
def list_incoterms(request: edge.Request, name: str) -> dict[str, Any]:
    """Who carries the way, export and import under each Incoterm 2020, and what of it the programme covers."""
    programme = _newest(name)
    return written.incoterms_document(programme=programme, rows=rules.carrying_table(programme=programme))
