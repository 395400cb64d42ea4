"""The questions asked of orders: the gate first, then pages and lists as frozen dataclasses.

Reads only; nothing here takes a lock or moves money.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from holdfast.contracts.programmes import programme_of
from holdfast.contracts.queries import agreement
from holdfast.contracts.versions import open_amendment, open_verbs
from holdfast.kernel.clock import local_day
from holdfast.kernel.identifiers import parse, public
from holdfast.kernel.refusals import NotFound
from holdfast.ledger import book
from holdfast.ledger.chart import of_order, of_supplier
from holdfast.orders import models
from holdfast.orders.holds import Hold, Settling, holds
from holdfast.orders.rules.acts import Offer, offers
from holdfast.orders.rules.amending import amendable
from holdfast.orders.rules.facts import Order, Whole
from holdfast.orders.work import read
from holdfast.parties.access import Caller, stand
from holdfast.parties.queries import names
from holdfast.programme import rules as programme_rules
from holdfast.rails.queries import payments_of
from holdfast.record import concessions, deadlines
from holdfast.record.deadlines import Deadline

SIDES = ("buyer", "supplier")


@dataclass(frozen=True, slots=True)
class OrderStanding:
    """An order that passed its gate, and the caller's part in it."""

    order_id: UUID
    buyer_id: UUID
    supplier_id: UUID
    role: str


def order_for(*, caller: Caller, ref: object) -> OrderStanding:
    """The gate: an order is there for its buyer, its supplier, mediators and the operator, and for nobody else.

    Refusal: `not_found`, whether it is foreign, malformed or unknown.
    """
    order_id = parse("ord", ref)
    if order_id is None:
        raise NotFound
    with connection.cursor() as cursor:
        cursor.execute("SELECT buyer_id, supplier_id FROM orders_order WHERE id = %s", [order_id])
        row = cursor.fetchone()
    if row is None:
        raise NotFound
    return OrderStanding(order_id, row[0], row[1], stand(caller=caller, buyer_id=row[0], supplier_id=row[1]))


def concession_for(*, caller: Caller, ref: object) -> tuple[OrderStanding, UUID]:
    """The gate of an explicit act about a breach: it is there for whom its order is. Refusal: `not_found`."""
    concession_id = parse("conc", ref)
    if concession_id is None:
        raise NotFound
    order_id = concessions.order_of(concession_id=concession_id)
    return order_for(caller=caller, ref=public("ord", order_id)), concession_id


def lot_for(*, caller: Caller, ref: object) -> OrderStanding:
    """The gate of a lot: it is there for whom its order is. Refusal: `not_found`."""
    lot_id = parse("lot", ref)
    if lot_id is None:
        raise NotFound
    order_id = models.Lot.objects.filter(id=lot_id).values_list("order_id", flat=True).first()
    return order_for(caller=caller, ref=None if order_id is None else public("ord", order_id))


def parties_of(*, order_id: UUID) -> tuple[UUID, UUID]:
    """Buyer and supplier of an order, for whoever must tell them something."""
    row = models.Order.objects.filter(id=order_id).values_list("buyer_id", "supplier_id").first()
    if row is None:
        raise NotFound
    return row


def contract_of(*, order_id: UUID) -> UUID:
    """The contract of an order that passed its gate."""
    return models.Order.objects.values_list("contract_id", flat=True).get(id=order_id)


def order_named(*, number: str) -> UUID | None:
    """The order of this number: for the operator's staff, who find it on a letter."""
    return models.Order.objects.filter(number=number).values_list("id", flat=True).first()


def visible(*, caller: Caller) -> QuerySet[models.Order]:
    """The orders this caller may see, for lists."""
    if caller.staff:
        return models.Order.objects.all()
    if caller.organisation_id is None:
        return models.Order.objects.none()
    return models.Order.objects.filter(Q(buyer_id=caller.organisation_id) | Q(supplier_id=caller.organisation_id))


@dataclass(frozen=True, slots=True)
class OpenAct:
    """Something the caller may do now; `until` is the deadline that waits for it, in `zone`."""

    verb: str
    subject: str
    number: int | None
    until: datetime | None
    zone: str | None


@dataclass(frozen=True, slots=True)
class Amounts:
    """The order's money in minor units: what came, where it stands, where it went, and what cover is left."""

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


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Everything the page of an order shows, for one role at one moment."""

    whole: Whole
    role: str
    buyer_name: str
    supplier_name: str
    amounts: Amounts
    acts: tuple[OpenAct, ...]
    deadlines: tuple[Deadline, ...]
    holds: tuple[Hold, ...]
    cancel_from: date | None
    external_id: str | None
    metadata: dict[str, Any]

    @property
    def order(self) -> Order:
        """The order's row."""
        return self.whole.order


def page(*, order_id: UUID, role: str, now: datetime) -> OrderPage:
    """The order as this role sees it now."""
    whole = read(order_id=order_id)
    order = whole.order
    extra = models.Order.objects.values("external_id", "metadata").get(id=order_id)
    named = names(organisation_ids=[order.buyer_id, order.supplier_id])
    waiting = tuple(deadlines.open_for(order_id=order_id))
    cancel_from, stands = _cancel_from(order), amounts(whole)
    today = local_day(now, order.buyer_zone if role == "buyer" else order.supplier_zone)
    return OrderPage(
        whole=whole,
        role=role,
        buyer_name=named[order.buyer_id],
        supplier_name=named[order.supplier_id],
        amounts=stands,
        acts=(
            *(
                _open_act(offer, whole, waiting)
                for offer in offers(whole, role=role, today=today, cancel_from=cancel_from)
            ),
            *_amending(whole, role),
        ),
        deadlines=waiting,
        holds=tuple(
            holds(
                whole=whole,
                waiting=waiting,
                refundable_minor=stands.refundable_minor,
                settling=_settling(order) if order.unsettled_minor else (),
            )
        ),
        cancel_from=cancel_from,
        external_id=extra["external_id"],
        metadata=extra["metadata"],
    )


def _amending(whole: Whole, role: str) -> Iterator[OpenAct]:
    """Proposing an amendment, or answering the one that waits; by when it is signed."""
    order = whole.order
    if role not in SIDES or not amendable(order):
        return
    found = open_amendment(contract_id=order.contract_id)
    if found is None:
        yield OpenAct("propose_amendment", "order", None, None, None)
        return
    zone = order.buyer_zone if role == "buyer" else order.supplier_zone
    for verb in open_verbs(found, role=role, signed=[one.side for one in found.signatures.all()]):
        until = found.sign_due_at if verb == "sign" else None
        yield OpenAct(f"{verb}_amendment", "amendment", found.number, until, zone if until else None)


def _settling(order: Order) -> tuple[Settling, ...]:
    """The payments that their rails may still take back."""
    found = (row for row in payments_of(order_id=order.id) if row.state == "captured")
    return tuple(Settling(row.captured_minor - row.returned_minor, row.settles_at) for row in found if row.settles_at)


def _cancel_from(order: Order) -> date | None:
    if order.ship_on is None:
        return None
    return programme_rules.lateness_cancel_on(
        programme=programme_of(name=order.programme_name, version=order.programme_version),
        expected_on=order.ship_on,
        clause=agreement(contract_id=order.contract_id).document.late,
    )


def amounts(whole: Whole) -> Amounts:
    """The order's money, with the limits its programme sets to what can still come back."""
    order = whole.order
    refundable = of_order("refundable", order.id, order.currency)
    awarded = of_order("awarded", order.id, order.currency)
    stands = book.balances(accounts=[refundable, awarded])
    limits = programme_rules.limits(
        programme=programme_of(name=order.programme_name, version=order.programme_version),
        money=order_money(whole),
    )
    return Amounts(
        currency=order.currency,
        total_minor=order.total_minor,
        paid_minor=order.paid_minor,
        held_minor=whole.escrow_minor,
        frozen_minor=whole.frozen_minor,
        disputed_minor=order.disputed_minor,
        refundable_minor=stands[refundable],
        released_minor=order.released_minor,
        refunded_minor=order.refunded_minor,
        fee_minor=order.fee_minor,
        owed_by_supplier_minor=stands[awarded],
        cover_minor=order.cover_minor,
        cover_left_minor=limits.cover_left_minor,
        refund_limit_minor=limits.refund_minor,
    )


def order_money(whole: Whole) -> programme_rules.OrderMoney:
    """The figures that the programme's limits are computed from."""
    order = whole.order
    return programme_rules.OrderMoney(
        paid=order.paid_minor,
        refunded=order.refunded_minor,
        held=whole.escrow_minor,
        frozen=whole.frozen_minor,
        cover_reserved=0 if order.state == "closed" else order.cover_minor,
        cover_drawn=order.cover_drawn_minor,
        cap=order.cap_minor,
    )


def _open_act(offer: Offer, whole: Whole, waiting: tuple[Deadline, ...]) -> OpenAct:
    subject_id = whole.order.id
    if offer.subject == "lot" and offer.number is not None:
        lot = whole.lot(offer.number)
        subject_id = lot.id if lot else subject_id
    elif offer.subject == "tranche" and offer.number is not None:
        tranche = whole.tranche(offer.number)
        subject_id = tranche.id if tranche else subject_id
    found = next((row for row in waiting if row.kind == offer.awaited and row.subject_id == subject_id), None)
    return OpenAct(
        offer.verb, offer.subject, offer.number, found.due_at if found else None, found.zone if found else None
    )


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An order in a list."""

    id: UUID
    number: str
    state: str
    buyer_id: UUID
    supplier_id: UUID
    buyer_name: str
    supplier_name: str
    currency: str
    total_minor: int
    paid_minor: int
    released_minor: int
    refunded_minor: int
    claims_open: int
    ship_on: date | None
    opened_at: datetime


def rows(found: QuerySet[models.Order] | list[models.Order]) -> list[OrderLine]:
    """Lines of a list, names of the parties included, in two queries."""
    orders = list(found)
    named = names(organisation_ids=[party for order in orders for party in (order.buyer_id, order.supplier_id)])
    return [
        OrderLine(
            order.id,
            order.number,
            order.state,
            order.buyer_id,
            order.supplier_id,
            named[order.buyer_id],
            named[order.supplier_id],
            order.currency,
            order.total_minor,
            order.paid_minor,
            order.released_minor,
            order.refunded_minor,
            order.claims_open,
            order.ship_on,
            order.opened_at,
        )
        for order in orders
    ]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits for somebody: by when, on which order."""

    deadline: Deadline
    order: OrderLine | None


def waiting_for(*, caller: Caller, limit: int = 100) -> list[Waiting]:
    """What waits for this caller's side, the most urgent first; for staff, the operator's and mediator's queue."""
    lines = {line.id: line for line in rows(visible(caller=caller).exclude(state="closed").order_by("-id")[:500])}
    found = []
    for row in deadlines.open_of(order_ids=list(lines)):
        order = lines.get(row.order_id) if row.order_id else None
        if order is not None and row.who in _sides(caller, order):
            found.append(Waiting(row, order))
    return found[:limit]


def _sides(caller: Caller, line: OrderLine) -> set[str]:
    sides: set[str] = set()
    if caller.organisation_id == line.buyer_id:
        sides.add("buyer")
    if caller.organisation_id == line.supplier_id:
        sides.add("supplier")
    if caller.staff:
        sides |= {"operator"} | ({"mediator"} if "mediator" in caller.staff else set())
    return sides


def supplier_owes(*, organisation_id: UUID, currency: str) -> int:
    """What of its balance a supplier owes for awards: it is set off before anything is paid out."""
    return max(0, -book.balance(account=of_supplier("supplier_debt", organisation_id, currency)))


def supplier_balance(*, organisation_id: UUID, currency: str) -> int:
    """What a supplier can be paid out, in minor units."""
    return book.balance(account=of_supplier("payable", organisation_id, currency))
