"""What card providers send to our bank, over HTTP: each sum with what it consists of. The operator's alone."""

from typing import Any

from ninja import Query, Router, Schema

from holdfast.api import edge, fields, pagination, presenting
from holdfast.api.shown import day, moment, name
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import public
from holdfast.parties import access
from holdfast.rails import models, queries

router = Router(tags=["treasury"])


class SettlementLine(Schema):
    """One movement at the provider; `payment_id` or `refund_id` if it is one of ours, else it is for finance to
    explain (a dispute, a fee of the provider's own)."""

    provider_ref: str
    kind: str
    source_ref: str
    amount_minor: int
    fee_minor: int
    net_minor: int
    payment_id: str | None
    refund_id: str | None


class ProviderSettlement(Schema):
    """A sum on its way from a provider to our bank, below zero if the provider collects. `arrived` once a line of a
    bank statement shows it."""

    id: str
    rail: str
    provider_ref: str
    trace: str
    state: str
    amount_minor: int
    currency: str
    arrival_on: str | None
    reason: str | None
    sent_at: str
    ended_at: str | None


class SettlementWithLines(ProviderSettlement):
    """The same with all it consists of: the nets add up to the amount."""

    lines: list[SettlementLine]


class SettlementQuery(pagination.PageQuery):
    """Which of them."""

    state: fields.Filter | None = None


@router.get("/settlements", operation_id="list_settlements", response=presenting.Page[ProviderSettlement])
def list_settlements(request: edge.Request, page: Query[SettlementQuery]) -> dict[str, Any]:
    """What providers sent to our bank, newest first."""
    access.require_staff(request.auth, "finance", "administrator")
    rows = models.Settlement.objects.all()
    if page.state is not None:
        rows = rows.filter(state=page.state)
    return pagination.newest_first(rows, page=page, present=_shown)


@router.get("/settlements/{settlement_id}", operation_id="get_settlement", response=SettlementWithLines)
def get_settlement(request: edge.Request, settlement_id: str) -> dict[str, Any]:
    """One of them, with all it consists of."""
    access.require_staff(request.auth, "finance", "administrator")
    row = queries.settlement(ref=settlement_id)
    return {**_shown(row), "lines": [_line(one) for one in row.lines.order_by("id")]}


def _shown(row: models.Settlement) -> dict[str, Any]:
    return {
        "id": public("stl", row.id),
        "rail": row.rail,
        "provider_ref": row.provider_ref,
        "trace": row.trace,
        "state": row.state,
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "arrival_on": day(row.arrival_on),
        "reason": row.reason,
        "sent_at": rfc3339(row.sent_at),
        "ended_at": moment(row.ended_at),
    }


def _line(row: models.SettlementLine) -> dict[str, Any]:
    return {
        "provider_ref": row.provider_ref,
        "kind": row.kind,
        "source_ref": row.source_ref,
        "amount_minor": row.amount_minor,
        "fee_minor": row.fee_minor,
        "net_minor": row.net_minor,
        "payment_id": name("pay", row.payment_id),
        "refund_id": name("rfd", row.refund_id),
    }
