"""How payouts, batches, limits and the placing of refunds look from outside."""

from typing import Any

from ninja import Schema

from holdfast.api.presenting import ActOut
from holdfast.api.shown import moment, name
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import public
from holdfast.rails.models import PayoutLimit
from holdfast.rails.operations.answers import Answered
from holdfast.rails.operations.batches import Batch
from holdfast.rails.outgoing import Starts, Unplaced
from holdfast.rails.rows import PayoutRow
from holdfast.rails.rules import PAYOUT, PAYOUT_BATCH

OUTSIDE = ("approve", "cancel", "release", "drop")
"""What people do; the rest follows from what the bank says."""


class Payout(Schema):
    """A balance on its way to a bank account. With `needs_approval` a second person lets it out first; in a batch
    (`batch_id`) it waits for a payment file."""

    id: str
    organisation_id: str
    beneficiary_id: str
    state: str
    amount_minor: int
    currency: str
    reason: str | None
    needs_approval: bool
    batch_id: str | None
    requested_at: str
    approved_at: str | None
    sent_at: str | None
    ended_at: str | None
    external_id: str | None
    metadata: dict[str, str]
    acts: list[ActOut]


class PayoutBatch(Schema):
    """Payouts and refunds for one payment file. Once it is released its file, of this `sha256`, never changes; the
    bank and the statement know the file as `reference`."""

    id: str
    bank_account_id: str
    currency: str
    execution_on: str
    state: str
    count: int
    total_minor: int
    needs_second: bool
    reference: str
    sha256: str | None
    reason: str | None
    made_at: str
    released_at: str | None
    booked_on: str | None
    ended_at: str | None
    acts: list[ActOut]


class PayoutReport(Schema):
    """What a bank's status report came to; `unknown` names its lines that fit nothing the bank was told."""

    batch: PayoutBatch
    accepted: int
    rejected: int
    unknown: list[str]


class Limit(Schema):
    """Above this amount two people let a payout, or a batch, out."""

    currency: str
    amount_minor: int


class ToPlace(Schema):
    """Money of an order that no instrument takes."""

    order_id: str
    amount_minor: int
    currency: str
    due_at: str


class RefundStarts(Schema):
    """How long refunds took from final to sent, over so many days; `late` counts those after their day."""

    days: int
    count: int
    late: int
    p50_hours: int | None
    p95_hours: int | None


def _acts(verbs: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{"verb": verb, "due_at": None} for verb in verbs if verb in OUTSIDE]


def payout(row: PayoutRow, role: str = "supplier") -> dict[str, Any]:
    """A payout, for somebody in this role."""
    return {
        "id": public("pot", row.id),
        "organisation_id": public("org", row.organisation_id),
        "beneficiary_id": public("ben", row.beneficiary_id),
        "state": row.state,
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "reason": row.reason,
        "needs_approval": row.needs_approval,
        "batch_id": name("bat", row.batch_id),
        "requested_at": rfc3339(row.requested_at),
        "approved_at": moment(row.approved_at),
        "sent_at": moment(row.sent_at),
        "ended_at": moment(row.ended_at),
        "external_id": row.external_id,
        "metadata": dict(row.metadata),
        "acts": _acts(PAYOUT.open_verbs(state=row.state, role=role)),
    }


def batch(found: Batch) -> dict[str, Any]:
    """A batch, for finance."""
    return {
        "id": public("bat", found.id),
        "bank_account_id": public("bka", found.account_id),
        "currency": found.currency,
        "execution_on": found.execution_on.isoformat(),
        "state": found.state,
        "count": found.count,
        "total_minor": found.total_minor,
        "needs_second": found.needs_second,
        "reference": found.reference,
        "sha256": found.sha256 or None,
        "reason": found.reason,
        "made_at": rfc3339(found.made_at),
        "released_at": moment(found.released_at),
        "booked_on": found.booked_on.isoformat() if found.booked_on else None,
        "ended_at": moment(found.ended_at),
        "acts": _acts(PAYOUT_BATCH.open_verbs(state=found.state, role="operator")),
    }


def report(found: Answered) -> dict[str, Any]:
    """What a status report came to."""
    return {
        "batch": batch(found.batch),
        "accepted": found.accepted,
        "rejected": found.rejected,
        "unknown": list(found.unknown),
    }


def limit(row: PayoutLimit) -> dict[str, Any]:
    """A limit."""
    return {"currency": row.currency, "amount_minor": row.amount_minor}


def to_place(found: Unplaced) -> dict[str, Any]:
    """What waits for an account."""
    return {
        "order_id": public("ord", found.order_id),
        "amount_minor": found.amount_minor,
        "currency": found.currency,
        "due_at": rfc3339(found.due_at),
    }


def starts(found: Starts, days: int) -> dict[str, Any]:
    """How fast refunds started."""
    return {
        "days": days,
        "count": found.count,
        "late": found.late,
        "p50_hours": found.p50_hours,
        "p95_hours": found.p95_hours,
    }
