"""A comparison, a plan for a large order and a table of Incoterms as JSON: what the command line and the API answer.

Shapes only; every figure was computed in `rules`.
"""

from collections.abc import Sequence
from typing import Any

from holdfast.programme.document import Programme
from holdfast.programme.rules.carrying import Carried, CarryingRow
from holdfast.programme.rules.comparison import ComparedOrder, Protection
from holdfast.programme.rules.splitting import OrderPlan, WayToPlace


def named(programme: Programme) -> dict[str, Any]:
    """Which version was asked."""
    return {"name": programme.name, "version": programme.version, "digest": programme.digest}


def comparison_document(*, programme: Programme, order: ComparedOrder, ways: Sequence[Protection]) -> dict[str, Any]:
    """The ways to pay side by side."""
    return {
        "programme": named(programme),
        "amount_minor": order.amount_minor,
        "currency": order.currency,
        "tier": order.tier,
        "incoterm": order.incoterm,
        "ways": [_way_to_pay(one) for one in ways],
    }


def _way_to_pay(one: Protection) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": one.title,
        "cost_low_minor": one.cost_low_minor,
        "cost_high_minor": one.cost_high_minor,
        "cost_more": one.cost_more,
        "rails": [
            {"rail": row.rail, "cost_minor": row.cost_minor, "limit_minor": row.limit_minor} for row in one.rails
        ],
        "supplier_fee_minor": one.supplier_fee_minor,
        "held": one.held,
        "covered": list(one.covered),
        "not_covered": list(one.not_covered),
        "cap_low_minor": one.cap_low_minor,
        "cap_high_minor": one.cap_high_minor,
        "unprotected_low_minor": one.unprotected_low_minor,
        "unprotected_high_minor": one.unprotected_high_minor,
        "unprotected_while_held_minor": one.unprotected_while_held_minor,
        "window_days": one.window_days,
        "window_anchor": one.window_anchor,
        "window_ends_on": None if one.window_ends_on is None else one.window_ends_on.isoformat(),
        "evidence": list(one.evidence),
        "best_for": one.best_for,
        "said": [
            {
                "figure": said.figure,
                "says": said.says,
                "source": said.source.title,
                "address": said.source.address,
                "on": said.source.on.isoformat(),
            }
            for said in one.said
        ],
    }


def plan_document(*, programme: Programme, plan: OrderPlan, currency: str) -> dict[str, Any]:
    """Both ways to place a large order."""
    return {
        "programme": named(programme),
        "currency": currency,
        "cap_minor": plan.cap_minor,
        "one": _way_to_place(plan.one),
        "split": _way_to_place(plan.split),
        "cover_gained_minor": plan.cover_gained_minor,
        "cost_added_minor": plan.cost_added_minor,
        "fee_added_minor": plan.fee_added_minor,
        "advice": plan.advice,
        "sentence": plan.sentence,
    }


def _way_to_place(way: WayToPlace) -> dict[str, Any]:
    return {
        "contracts": [
            {
                "total_minor": one.total_minor,
                "linked": one.linked,
                "cover_minor": one.cover_minor,
                "uncovered_minor": one.uncovered_minor,
            }
            for one in way.contracts
        ],
        "cover_minor": way.cover_minor,
        "uncovered_minor": way.uncovered_minor,
        "refundable_while_held_minor": way.refundable_while_held_minor,
        "cost_minor": way.cost_minor,
        "fee_minor": way.fee_minor,
        "refused": way.refused,
    }


def incoterms_document(*, programme: Programme, rows: Sequence[CarryingRow]) -> dict[str, Any]:
    """Who carries what under each Incoterm."""
    return {
        "programme": named(programme),
        "items": [
            {
                "incoterm": row.incoterm,
                "risk_passes_at": row.risk_passes_at,
                "transit": _carried(row.transit),
                "export_clearance": _carried(row.export_clearance),
                "import_clearance": _carried(row.import_clearance),
            }
            for row in rows
        ],
    }


def _carried(one: Carried) -> dict[str, Any]:
    return {"bearer": one.bearer, "covered": one.covered, "rule": one.rule, "sentence": one.sentence}
