"""How payments, refunds, payouts, wires and balances look from outside."""

from typing import Any

from ninja import Schema

from holdfast.api.presenting import ActOut
from holdfast.api.shown import moment, name
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import public
from holdfast.orders.operations.funding import Funded
from holdfast.orders.operations.paying import NotFunded
from holdfast.rails import port
from holdfast.rails.operations import Arrival
from holdfast.rails.rows import PaymentRow, RefundRow, StrayRow
from holdfast.rails.rules import OPEN_PAYMENTS, REFUND, STRAY


class Payment(Schema):
    """Money asked for, with processing on top. A wire must bear `reference` (ISO 11649)."""

    id: str
    order_id: str
    tranche: int
    rail: str
    state: str
    currency: str
    due_minor: int
    processing_minor: int
    amount_minor: int
    captured_minor: int
    returned_minor: int
    disputed_minor: int
    reference: str
    instrument: dict[str, Any]
    reason: str | None
    requested_at: str
    expires_at: str | None
    captured_at: str | None
    settles_at: str | None
    settled_at: str | None
    external_id: str | None
    metadata: dict[str, str]
    acts: list[ActOut]


class Capture(Schema):
    """What became of a payment: `captured` with what is held, `declined` for a reason, or `pending`."""

    payment_id: str
    payment_state: str
    order_id: str
    order_state: str | None
    tranche: int
    tranche_state: str | None
    held_minor: int
    refundable_minor: int
    currency: str
    reason: str | None


class Confirmation(Schema):
    """The payer's part at the provider: lead them to `url`, or confirm with `client_secret` in a page of your own."""

    payment_id: str
    provider: str
    url: str | None
    client_secret: str | None


class Refund(Schema):
    """Money on its way back to the instrument that paid (`payment_id`), or to a bank account of the buyer
    (`beneficiary_id`); it is started by `start_due_at`."""

    id: str
    order_id: str
    claim_id: str | None
    payment_id: str | None
    beneficiary_id: str | None
    batch_id: str | None
    state: str
    amount_minor: int
    currency: str
    reason: str | None
    requested_at: str
    start_due_at: str
    sent_at: str | None
    ended_at: str | None
    acts: list[ActOut]


class Balance(Schema):
    """What stands on the balance, what of it is owed for awards, and what is free to be paid out now."""

    organisation_id: str
    payable_minor: int
    owed_minor: int
    free_minor: int
    currency: str


class Stray(Schema):
    """Money that came and could not be placed: why, who must act, by when."""

    id: str
    state: str
    reason: str
    amount_minor: int
    currency: str
    reference: str
    payer_name: str
    order_id: str | None
    payment_id: str | None
    owner: str
    received_at: str
    due_at: str
    ended_at: str | None
    acts: list[ActOut]


class WireOutcome(Schema):
    """Where a wire went: into escrow (`held_minor`), back to the buyer (`refundable_minor`), or into suspense for a
    reason; `again` if it was entered before."""

    order_id: str | None
    payment_id: str | None
    stray_id: str | None
    reason: str | None
    held_minor: int
    refundable_minor: int
    again: bool


def payment(row: PaymentRow, *, for_payer: bool = True) -> dict[str, Any]:
    """A payment; the instrument is shown to who pays."""
    capturable = for_payer and row.state in OPEN_PAYMENTS and row.rail != "wire"
    return {
        "id": public("pay", row.id),
        "order_id": public("ord", row.order_id),
        "tranche": row.tranche,
        "rail": row.rail,
        "state": row.state,
        "currency": row.currency,
        "due_minor": row.due_minor,
        "processing_minor": row.processing_minor,
        "amount_minor": row.amount_minor,
        "captured_minor": row.captured_minor,
        "returned_minor": row.returned_minor,
        "disputed_minor": row.disputed_minor,
        "reference": row.reference,
        "instrument": dict(row.instrument) if for_payer else {"kind": row.rail},
        "reason": row.reason,
        "requested_at": rfc3339(row.requested_at),
        "expires_at": moment(row.expires_at),
        "captured_at": moment(row.captured_at),
        "settles_at": moment(row.settles_at),
        "settled_at": moment(row.settled_at),
        "external_id": row.external_id,
        "metadata": dict(row.metadata),
        "acts": [{"verb": "capture", "due_at": moment(row.expires_at)}] if capturable else [],
    }


def captured(result: Funded | NotFunded) -> dict[str, Any]:
    """What became of a payment."""
    took = (
        {
            "order_state": result.order_state,
            "tranche_state": result.tranche_state,
            "held_minor": result.held_minor,
            "refundable_minor": result.refundable_minor,
            "reason": None,
        }
        if isinstance(result, Funded)
        else {
            "order_state": None,
            "tranche_state": None,
            "held_minor": 0,
            "refundable_minor": 0,
            "reason": result.reason,
        }
    )
    return {
        "payment_id": public("pay", result.payment_id),
        "payment_state": result.payment_state,
        "order_id": public("ord", result.order_id),
        "tranche": result.tranche,
        "currency": result.currency,
        **took,
    }


def confirmation(row: PaymentRow, found: port.Confirmation) -> dict[str, Any]:
    """The payer's part."""
    return {
        "payment_id": public("pay", row.id),
        "provider": found.provider,
        "url": found.url,
        "client_secret": found.client_secret,
    }


def refund(row: RefundRow, role: str) -> dict[str, Any]:
    """A refund, for somebody in this role."""
    return {
        "id": public("rfd", row.id),
        "order_id": public("ord", row.order_id),
        "claim_id": name("clm", row.claim_id),
        "payment_id": name("pay", row.payment_id),
        "beneficiary_id": name("ben", row.beneficiary_id),
        "batch_id": name("bat", row.batch_id),
        "state": row.state,
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "reason": row.reason,
        "requested_at": rfc3339(row.requested_at),
        "start_due_at": rfc3339(row.start_due_at),
        "sent_at": moment(row.sent_at),
        "ended_at": moment(row.ended_at),
        # The rest of a refund's life is its batch's and its rail's.
        "acts": [
            {"verb": verb, "due_at": None} for verb in REFUND.open_verbs(state=row.state, role=role) if verb == "resend"
        ],
    }


def stray(row: StrayRow) -> dict[str, Any]:
    """Money in suspense."""
    return {
        "id": public("str", row.id),
        "state": row.state,
        "reason": row.reason,
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "reference": row.reference,
        "payer_name": row.payer_name,
        "order_id": name("ord", row.order_id),
        "payment_id": name("pay", row.payment_id),
        "owner": row.owner,
        "received_at": rfc3339(row.received_at),
        "due_at": rfc3339(row.due_at),
        "ended_at": moment(row.ended_at),
        "acts": [
            {"verb": verb, "due_at": rfc3339(row.due_at)} for verb in STRAY.open_verbs(state=row.state, role="operator")
        ],
    }


def wire(result: Funded | Arrival) -> dict[str, Any]:
    """Where a wire went."""
    if isinstance(result, Funded):
        return {
            "order_id": public("ord", result.order_id),
            "payment_id": public("pay", result.payment_id),
            "stray_id": None,
            "reason": None,
            "held_minor": result.held_minor,
            "refundable_minor": result.refundable_minor,
            "again": False,
        }
    return {
        "order_id": name("ord", result.payment.order_id if result.payment else None),
        "payment_id": name("pay", result.payment.id if result.payment else None),
        "stray_id": name("str", result.stray.id if result.stray else None),
        "reason": result.stray.reason if result.stray else None,
        "held_minor": 0,
        "refundable_minor": 0,
        "again": result.again,
    }
