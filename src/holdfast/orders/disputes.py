"""The questions about disputes: one by its public name, an order's, the operator's queue. Reads only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from holdfast.kernel.identifiers import parse, public
from holdfast.kernel.refusals import NotFound
from holdfast.orders.rules.disputes import frozen_total
from holdfast.rails.models import Dispute, DisputeNote
from holdfast.record import deadlines


@dataclass(frozen=True, slots=True)
class Said:
    """What the operator sent to the provider, or on which paper a dispute ended."""

    kind: str
    text: str
    document: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Promised:
    """A refund of the order that waits for the end of a dispute; of an award if `claim_id` is there."""

    lot: int
    amount_minor: int
    claim_id: UUID | None


@dataclass(frozen=True, slots=True)
class DisputeView:
    """A dispute as the parties and the operator see it; notes are the operator's alone.

    Of a lost one: what came out of frozen money, was borne by the supplier or by the operator, or is owed again.
    """

    id: UUID
    order_id: UUID
    payment_id: UUID
    rail: str
    provider_ref: str
    kind: str
    state: str
    reason: str
    currency: str
    amount_minor: int
    order_minor: int
    processing_minor: int
    stopped_minor: int
    excess_minor: int
    fee_minor: int
    frozen_minor: int
    waiting: tuple[Promised, ...]
    bearer: str | None
    fault: str | None
    held_minor: int
    recourse_minor: int
    borne_minor: int
    due_again_minor: int
    due_at: datetime | None
    answered_at: datetime | None
    opened_at: datetime
    ended_at: datetime | None
    notes: tuple[Said, ...]


def disputes_of(*, order_id: UUID) -> list[DisputeView]:
    """The disputes of an order, oldest first."""
    return [view(row) for row in Dispute.objects.filter(order_id=order_id).order_by("id")]


def disputes(*, state: str | None = None) -> QuerySet[Dispute]:
    """All disputes, those in one state if it is named; for the operator's list."""
    rows = Dispute.objects.all()
    return rows if state is None else rows.filter(state=state)


def waiting_for(*, order_id: UUID, claim_id: UUID) -> int:
    """What of a claim's award waits for the end of disputes, in minor units."""
    rows = Dispute.objects.filter(order_id=order_id, state="open").values_list("promised", flat=True)
    return sum(row["amount_minor"] for promised in rows for row in promised if row["claim_id"] == str(claim_id))


def dispute(*, ref: object) -> DisputeView:
    """A dispute by its public name. Refusal: `not_found`."""
    dispute_id = parse("dsp", ref)
    found = Dispute.objects.filter(id=dispute_id).first() if dispute_id else None
    if found is None:
        raise NotFound
    return view(found)


def ref(row: DisputeView) -> str:
    """Its public name."""
    return public("dsp", row.id)


def open_disputes() -> int:
    """How many the operator waits for."""
    return Dispute.objects.filter(state="open").count()


def view(row: Dispute) -> DisputeView:
    """A row as it is shown."""
    due = deadlines.of_subject(subject_id=row.id) if row.state == "open" else []
    notes = DisputeNote.objects.filter(dispute=row).order_by("id")
    return DisputeView(
        id=row.id,
        order_id=row.order_id,
        payment_id=row.payment_id,
        rail=row.rail,
        provider_ref=row.provider_ref,
        kind=row.kind,
        state=row.state,
        reason=row.reason,
        currency=row.currency,
        amount_minor=row.amount_minor,
        order_minor=row.order_minor,
        processing_minor=row.processing_minor,
        stopped_minor=row.stopped_minor,
        excess_minor=row.excess_minor,
        fee_minor=row.fee_minor,
        frozen_minor=frozen_total(row.frozen),
        waiting=tuple(_promised(one) for one in row.promised) if row.state == "open" else (),
        bearer=row.bearer if row.state == "lost" else None,
        fault=row.fault if row.state == "lost" else None,
        held_minor=row.held_minor,
        recourse_minor=row.recourse_minor,
        borne_minor=row.borne_minor,
        due_again_minor=row.due_again_minor,
        due_at=due[0].due_at if due else None,
        answered_at=row.answered_at,
        opened_at=row.opened_at,
        ended_at=row.ended_at,
        notes=tuple(Said(note.kind, note.text, note.document, note.added_at) for note in notes),
    )


def _promised(row: dict[str, Any]) -> Promised:
    return Promised(row["place"], row["amount_minor"], UUID(row["claim_id"]) if row["claim_id"] else None)
