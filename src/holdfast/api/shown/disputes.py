"""How chargebacks and returned e-checks look from outside."""

from typing import Any

from ninja import Schema

from holdfast.api.presenting import ActOut
from holdfast.api.shown import moment, name
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import public
from holdfast.orders.disputes import DisputeView
from holdfast.orders.operations.disputes import DisputeStep

ACTS = ("answer_dispute", "win_dispute", "lose_dispute")


class DisputeWaiting(Schema):
    """A refund that waits for the end of the dispute; `lot` 0 is what was not shipped."""

    lot: int
    amount_minor: int
    claim_id: str | None


class DisputeNote(Schema):
    """What the operator sent to the provider, or on which paper it ended."""

    kind: str
    text: str
    document: str
    added_at: str


class Dispute(Schema):
    """Money that a payer's bank took back. `amount_minor` is what it took: of the order (`order_minor`), processing,
    refunds stopped for it, and what was above all that was left. Of a lost one the `bearer` and what was taken from
    frozen money (`held_minor`), from the supplier, from the operator, or is owed again. `due_at` is the operator's."""

    id: str
    order_id: str
    payment_id: str
    rail: str
    kind: str
    state: str
    reason: str
    currency: str
    amount_minor: int
    order_minor: int
    processing_minor: int
    stopped_minor: int
    excess_minor: int
    frozen_minor: int
    waiting: list[DisputeWaiting]
    bearer: str | None
    fault: str | None
    held_minor: int
    supplier_minor: int
    operator_minor: int
    due_again_minor: int
    due_at: str | None
    answered_at: str | None
    opened_at: str
    ended_at: str | None
    provider_ref: str | None
    notes: list[DisputeNote]
    acts: list[ActOut]


class DisputeOut(Schema):
    """What an act did to a dispute."""

    dispute_id: str
    order_id: str
    payment_id: str
    state: str
    kind: str
    amount_minor: int
    frozen_minor: int
    bearer: str | None
    currency: str
    order_state: str


def dispute(row: DisputeView, *, for_operator: bool) -> dict[str, Any]:
    """A dispute; the provider's name for it and what was said to it are the operator's."""
    due = moment(row.due_at)
    return {
        "id": public("dsp", row.id),
        "order_id": public("ord", row.order_id),
        "payment_id": public("pay", row.payment_id),
        "rail": row.rail,
        "kind": row.kind,
        "state": row.state,
        "reason": row.reason,
        "currency": row.currency,
        "amount_minor": row.amount_minor,
        "order_minor": row.order_minor,
        "processing_minor": row.processing_minor,
        "stopped_minor": row.stopped_minor,
        "excess_minor": row.excess_minor,
        "frozen_minor": row.frozen_minor,
        "waiting": [
            {"lot": one.lot, "amount_minor": one.amount_minor, "claim_id": name("clm", one.claim_id)}
            for one in row.waiting
        ],
        "bearer": row.bearer,
        "fault": row.fault,
        "held_minor": row.held_minor,
        "supplier_minor": row.recourse_minor,
        "operator_minor": row.borne_minor,
        "due_again_minor": row.due_again_minor,
        "due_at": due,
        "answered_at": moment(row.answered_at),
        "opened_at": rfc3339(row.opened_at),
        "ended_at": moment(row.ended_at),
        "provider_ref": row.provider_ref if for_operator else None,
        "notes": [
            {"kind": note.kind, "text": note.text, "document": note.document, "added_at": rfc3339(note.added_at)}
            for note in row.notes
        ]
        if for_operator
        else [],
        "acts": [{"verb": verb, "due_at": due} for verb in ACTS] if for_operator and row.state == "open" else [],
    }


def step(done: DisputeStep) -> dict[str, Any]:
    """What an act did."""
    return {
        "dispute_id": public("dsp", done.dispute_id),
        "order_id": public("ord", done.order_id),
        "payment_id": public("pay", done.payment_id),
        "state": done.state,
        "kind": done.kind,
        "amount_minor": done.amount_minor,
        "frozen_minor": done.frozen_minor,
        "bearer": done.bearer,
        "currency": done.currency,
        "order_state": done.order_state,
    }
