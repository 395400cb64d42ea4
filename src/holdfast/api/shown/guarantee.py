"""How debts, guarantees and the reserve look from outside."""

from typing import Any

from ninja import Schema

from holdfast.api.presenting import ActOut
from holdfast.api.shown import moment, name
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import public
from holdfast.orders.dockets import DebtView
from holdfast.orders.operations.reserve import ChangeView, ReserveView
from holdfast.parties.guarantees import GuaranteeView


class Debt(Schema):
    """What a supplier owes for one award. `waiting_minor` the buyer has not got yet; `reserve_minor` was paid ahead by
    the reserve. Money sent for it bears `reference` (ISO 11649)."""

    id: str
    order_id: str
    supplier_id: str
    claim_id: str | None
    kind: str
    state: str
    currency: str
    amount_minor: int
    collected_minor: int
    open_minor: int
    advanced_minor: int
    reserve_minor: int
    waiting_minor: int
    owed_by_operator_minor: int
    reference: str
    reminders: int
    recorded_at: str
    ended_at: str | None
    write_off_asked_at: str | None
    acts: list[ActOut]


class Guarantee(Schema):
    """A supplier's line in one currency and the guarantee behind it; `free_minor` may be withdrawn."""

    id: str
    organisation_id: str
    currency: str
    programme: str
    programme_version: int
    by: str
    state: str
    line_minor: int
    required_minor: int
    deposit_minor: int
    missing_minor: int
    free_minor: int
    reference: str
    short_since: str | None
    suspends_at: str | None
    suspended_at: str | None
    acts: list[ActOut]


class Reserve(Schema):
    """The operator's reserve in one currency: what can still be drawn, what was drawn and has not come back, what
    finance must still bring (below zero: may take back), what the operator owes buyers itself."""

    currency: str
    held_minor: int
    out_minor: int
    to_fund_minor: int
    owed_minor: int


class ReserveChange(Schema):
    """More or less to be set aside: proposed by one person, confirmed by another."""

    id: str
    currency: str
    kind: str
    amount_minor: int
    reason: str
    state: str
    proposed_at: str
    ended_at: str | None
    acts: list[ActOut]


def _acts(*verbs: str) -> list[dict[str, Any]]:
    return [{"verb": verb, "due_at": None} for verb in verbs]


def debt(view: DebtView, *, as_operator: bool) -> dict[str, Any]:
    """A debt; writing it off is the operator's."""
    verbs: tuple[str, ...] = ()
    if as_operator and view.state == "open" and not view.owed_by_operator_minor:
        verbs = ("confirm_write_off", "refuse_write_off") if view.write_off_asked_at else ("write_off",)
    return {
        "id": public("dbt", view.id),
        "order_id": public("ord", view.order_id),
        "supplier_id": public("org", view.supplier_id),
        "claim_id": name("clm", view.claim_id),
        "kind": view.kind,
        "state": view.state,
        "currency": view.currency,
        "amount_minor": view.amount_minor,
        "collected_minor": view.collected_minor,
        "open_minor": view.open_minor,
        "advanced_minor": view.advanced_minor,
        "reserve_minor": view.reserve_minor,
        "waiting_minor": view.waiting_minor,
        "owed_by_operator_minor": view.owed_by_operator_minor,
        "reference": view.reference,
        "reminders": view.reminders,
        "recorded_at": rfc3339(view.recorded_at),
        "ended_at": moment(view.ended_at),
        "write_off_asked_at": moment(view.write_off_asked_at),
        "acts": _acts(*verbs),
    }


def guarantee(view: GuaranteeView, *, role: str) -> dict[str, Any]:
    """A guarantee, with what may be done with it in this role."""
    own = role in {"owner", "finance", "trader"}
    verbs = ("set_line",) if role == "operator" else (("pay_in", "withdraw") if view.free_minor else ("pay_in",))
    return {
        "id": public("gua", view.id),
        "organisation_id": public("org", view.organisation_id),
        "currency": view.currency,
        "programme": view.programme,
        "programme_version": view.programme_version,
        "by": view.by,
        "state": view.state,
        "line_minor": view.line_minor,
        "required_minor": view.required_minor,
        "deposit_minor": view.deposit_minor,
        "missing_minor": view.missing_minor,
        "free_minor": view.free_minor,
        "reference": view.reference,
        "short_since": moment(view.short_since),
        "suspends_at": moment(view.suspends_at),
        "suspended_at": moment(view.suspended_at),
        "acts": _acts(*verbs) if own or role == "operator" else [],
    }


def reserve(view: ReserveView) -> dict[str, Any]:
    """The reserve in one currency."""
    return {
        "currency": view.currency,
        "held_minor": view.held_minor,
        "out_minor": view.out_minor,
        "to_fund_minor": view.to_fund_minor,
        "owed_minor": view.owed_minor,
    }


def reserve_change(view: ChangeView) -> dict[str, Any]:
    """A change of the reserve."""
    return {
        "id": public("rsv", view.id),
        "currency": view.currency,
        "kind": view.kind,
        "amount_minor": view.amount_minor,
        "reason": view.reason,
        "state": view.state,
        "proposed_at": rfc3339(view.proposed_at),
        "ended_at": moment(view.ended_at),
        "acts": _acts("confirm", "withdraw") if view.state == "proposed" else [],
    }
