"""How orders, their lots and tranches, their ledger and their story look from outside."""

from typing import Any

from ninja import Schema

from holdfast.api.shown import Waits, day, moment, waits
from holdfast.api.shown.fulfilment import Units, units
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import public
from holdfast.orders.holds import Hold
from holdfast.orders.movements import Movement
from holdfast.orders.queries import Amounts, OpenAct, OrderLine, OrderPage
from holdfast.orders.rules.facts import Lot, Tranche
from holdfast.record.events import Told
from holdfast.record.naming import about


class OrderAct(Schema):
    """Something the caller may do now: about the order, or a tranche or lot by its number; `due_at` is by when."""

    verb: str
    subject: str
    number: int | None
    due_at: str | None
    zone: str | None


class Money(Schema):
    """The order's money in minor units of its currency: what came, where it stands, where it went."""

    currency: str
    total_minor: int
    paid_minor: int
    held_minor: int
    frozen_minor: int
    disputed_minor: int
    refundable_minor: int
    released_minor: int
    refunded_minor: int
    fee_minor: int
    owed_by_supplier_minor: int
    cover_minor: int
    cover_left_minor: int
    refund_limit_minor: int


class TrancheShown(Schema):
    """A part of the price: what makes it payable, what releases it, how much of it is held."""

    id: str
    number: int
    state: str
    amount_minor: int
    funded_minor: int
    currency: str
    payable: str
    release: str


class LotShown(Schema):
    """Goods that travel and are judged together."""

    id: str
    number: int
    state: str
    quantities: list[Units]
    received: list[Units] | None
    price_minor: int
    refunded_minor: int
    frozen_minor: int
    reserved_minor: int
    currency: str
    version: int
    shipped_on: str
    grade: str
    expected_delivery_on: str | None
    delivered_on: str | None
    received_at: str | None
    receipt: str | None
    external_id: str | None
    metadata: dict[str, str]


class HoldShown(Schema):
    """Money that has not reached its end: how much, where, why, who must act, until when."""

    where: str
    amount_minor: int
    currency: str
    why: str
    who: str
    until: str | None


class OrderShown(Schema):
    """An order as the caller's side sees it now."""

    id: str
    number: str
    contract_id: str
    contract_version: int
    state: str
    role: str
    buyer_id: str
    buyer_name: str
    supplier_id: str
    supplier_name: str
    programme: str
    programme_version: int
    incoterm: str
    inspection: str
    ship_on: str | None
    expected_delivery_on: str | None
    latest_delivery_on: str | None
    production_started_at: str | None
    ready_at: str | None
    cancel_from: str | None
    claims_open: int
    opened_at: str
    completed_at: str | None
    closed_at: str | None
    money: Money
    tranches: list[TrancheShown]
    lots: list[LotShown]
    holds: list[HoldShown]
    deadlines: list[Waits]
    acts: list[OrderAct]
    external_id: str | None
    metadata: dict[str, str]


class OrderInList(Schema):
    """An order in a list."""

    id: str
    number: str
    state: str
    buyer_id: str
    buyer_name: str
    supplier_id: str
    supplier_name: str
    currency: str
    total_minor: int
    paid_minor: int
    released_minor: int
    refunded_minor: int
    claims_open: int
    ship_on: str | None
    opened_at: str


class MovementShown(Schema):
    """One transfer between two accounts, caused by one event."""

    id: str
    kind: str
    debit: str
    credit: str
    amount_minor: int
    currency: str
    tranche: int | None
    lot: int | None
    event_id: str
    happened_at: str


class EventTold(Schema):
    """Something that happened to an order, with what only its parties read; `hash` chains it to the one before."""

    id: str
    seq: int
    name: str
    at: str
    by: dict[str, Any]
    about: dict[str, str]
    data: dict[str, Any]
    private: dict[str, Any]
    hash: str


def order_act(act: OpenAct) -> dict[str, Any]:
    """An act open to the caller."""
    return {
        "verb": act.verb,
        "subject": act.subject,
        "number": act.number,
        "due_at": moment(act.until),
        "zone": act.zone,
    }


def amounts(found: Amounts) -> dict[str, Any]:
    """The order's money."""
    return {name: getattr(found, name) for name in Money.model_fields}


def tranche(row: Tranche, currency: str) -> dict[str, Any]:
    """A tranche."""
    return {
        "id": public("trn", row.id),
        "number": row.number,
        "state": row.state,
        "amount_minor": row.amount_minor,
        "funded_minor": row.funded_minor,
        "currency": currency,
        "payable": row.payable,
        "release": row.release,
    }


def lot(row: Lot, currency: str) -> dict[str, Any]:
    """A lot."""
    return {
        "id": public("lot", row.id),
        "number": row.number,
        "state": row.state,
        "quantities": units(row.quantities),
        "received": None if row.received is None else units(row.received),
        "price_minor": row.price_minor,
        "refunded_minor": row.refunded_minor,
        "frozen_minor": row.frozen_minor,
        "reserved_minor": row.reserved_minor,
        "currency": currency,
        "version": row.version,
        "shipped_on": row.shipped_on.isoformat(),
        "grade": row.grade,
        "expected_delivery_on": day(row.expected_delivery_on),
        "delivered_on": day(row.delivered_on),
        "received_at": moment(row.received_at),
        "receipt": row.receipt,
        # One's own, which the edge puts in.
        "external_id": None,
        "metadata": {},
    }


def hold(row: Hold, currency: str) -> dict[str, Any]:
    """A hold."""
    return {
        "where": row.where,
        "amount_minor": row.amount_minor,
        "currency": currency,
        "why": row.why,
        "who": row.who,
        "until": moment(row.until),
    }


def order(page: OrderPage) -> dict[str, Any]:
    """An order, for one role."""
    row = page.order
    return {
        "id": public("ord", row.id),
        "number": row.number,
        "contract_id": public("con", row.contract_id),
        "contract_version": row.version,
        "state": row.state,
        "role": page.role,
        "buyer_id": public("org", row.buyer_id),
        "buyer_name": page.buyer_name,
        "supplier_id": public("org", row.supplier_id),
        "supplier_name": page.supplier_name,
        "programme": row.programme_name,
        "programme_version": row.programme_version,
        "incoterm": row.incoterm,
        "inspection": row.inspection,
        "ship_on": day(row.ship_on),
        "expected_delivery_on": day(row.expected_delivery_on),
        "latest_delivery_on": day(row.latest_delivery_on),
        "production_started_at": moment(row.production_started_at),
        "ready_at": moment(row.ready_at),
        "cancel_from": day(page.cancel_from),
        "claims_open": row.claims_open,
        "opened_at": rfc3339(row.opened_at),
        "completed_at": moment(row.completed_at),
        "closed_at": moment(row.closed_at),
        "money": amounts(page.amounts),
        "tranches": [tranche(one, row.currency) for one in page.whole.tranches],
        "lots": [lot(one, row.currency) for one in page.whole.lots],
        "holds": [hold(one, row.currency) for one in page.holds],
        "deadlines": [waits(one) for one in page.deadlines],
        "acts": [order_act(act) for act in page.acts],
        "external_id": page.external_id,
        "metadata": page.metadata,
    }


def order_line(row: OrderLine) -> dict[str, Any]:
    """An order in a list."""
    return {
        "id": public("ord", row.id),
        "number": row.number,
        "state": row.state,
        "buyer_id": public("org", row.buyer_id),
        "buyer_name": row.buyer_name,
        "supplier_id": public("org", row.supplier_id),
        "supplier_name": row.supplier_name,
        "currency": row.currency,
        "total_minor": row.total_minor,
        "paid_minor": row.paid_minor,
        "released_minor": row.released_minor,
        "refunded_minor": row.refunded_minor,
        "claims_open": row.claims_open,
        "ship_on": day(row.ship_on),
        "opened_at": rfc3339(row.opened_at),
    }


def movement(row: Movement) -> dict[str, Any]:
    """A transfer of the order's ledger."""
    return {
        "id": public("trf", row.id),
        "kind": row.kind,
        "debit": row.debit,
        "credit": row.credit,
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "tranche": row.tranche,
        "lot": row.lot,
        "event_id": public("evt", row.cause_id),
        "happened_at": rfc3339(row.happened_at),
    }


def told(event: Told) -> dict[str, Any]:
    """An event of an order's story."""
    return {
        "id": public("evt", event.id),
        "seq": event.seq,
        "name": event.name,
        "at": rfc3339(event.at),
        "by": dict(event.by),
        "about": about(event.about),
        "data": dict(event.data),
        "private": dict(event.private),
        "hash": event.hash.hex(),
    }
