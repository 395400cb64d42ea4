"""What a party may do with an order now: the same checks that the verbs make, asked beforehand (FU18, PL4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from holdfast.orders.rules import money
from holdfast.orders.rules.facts import Whole
from holdfast.orders.rules.lifecycles import LOT


@dataclass(frozen=True, slots=True)
class Offer:
    """One act open to somebody: the verb, what it is about (`order`, or a tranche or lot by number), and the kind of
    deadline that waits for it, if one does."""

    verb: str
    subject: str = "order"
    number: int | None = None
    awaited: str | None = None


def offers(whole: Whole, *, role: str, today: date, cancel_from: date | None) -> tuple[Offer, ...]:
    """Everything this role may do now; `cancel_from` is the first day of cancelling for lateness."""
    match role:
        case "buyer":
            return tuple(_buyer(whole, today, cancel_from))
        case "supplier":
            return tuple(_supplier(whole))
        case "operator":
            return tuple(_operator(whole))
        case _:
            return ()


def _buyer(whole: Whole, today: date, cancel_from: date | None) -> Iterator[Offer]:
    order = whole.order
    if order.state in {"agreed", "active"}:
        for tranche in whole.tranches:
            if tranche.state == "due":
                yield Offer("pay", "tranche", tranche.number, "tranche.pay")
    for lot in whole.lots:
        if LOT.allows(state=lot.state, verb="receive", role="buyer"):
            yield Offer("receive", "lot", lot.number, "lot.rejected" if lot.state == "rejected" else "lot.receipt")
        if LOT.allows(state=lot.state, verb="reject", role="buyer"):
            yield Offer("reject", "lot", lot.number, "lot.receipt")
        if lot.state == "delivered" and "buyer" not in lot.extended_by:
            yield Offer("extend_receipt", "lot", lot.number, "lot.receipt")
    if _may_end(whole):
        if not order.production_started_at and not whole.lots:
            yield Offer("cancel_before_production")
        if cancel_from is not None and today >= cancel_from and money.rest_price(whole) > 0:
            yield Offer("cancel_for_lateness", awaited="order.late")
    if order.state == "agreed" and order.overdue:
        yield Offer("cancel_unpaid")
    yield from _both(whole, "buyer")


def _supplier(whole: Whole) -> Iterator[Offer]:
    order = whole.order
    if order.state == "active":
        if not order.production_started_at:
            yield Offer("start_production")
        if not order.ready_at:
            yield Offer("declare_ready")
        if _may_ship(whole):
            yield Offer("ship", awaited="order.ship")
    for lot in whole.lots:
        if lot.state == "delivered" and "supplier" not in lot.extended_by:
            yield Offer("extend_receipt", "lot", lot.number)
    if _may_end(whole):
        yield Offer("cancel")
        if order.overdue:
            yield Offer("cancel_for_unpaid_balance")
    yield from _both(whole, "supplier")


def _both(whole: Whole, role: str) -> Iterator[Offer]:
    order = whole.order
    if _may_end(whole):
        if order.cancel_proposed_by is None:
            yield Offer("propose_cancel")
        elif order.cancel_proposed_by != role:
            yield Offer("agree_to_cancel")
    waivable = order.inspection in {"required", "failed"} and order.state in {"agreed", "active"}
    if waivable and role not in order.inspection_waived_by:
        yield Offer("waive_inspection")


def _operator(whole: Whole) -> Iterator[Offer]:
    for lot in whole.lots:
        if LOT.allows(state=lot.state, verb="deliver", role="operator"):
            yield Offer("confirm_delivery", "lot", lot.number, "lot.arrive")
        if LOT.allows(state=lot.state, verb="receive", role="operator"):
            yield Offer("receive", "lot", lot.number, "lot.receipt")
        if lot.state == "shipped" and lot.frozen_minor == 0:
            yield Offer("settle_undelivered", "lot", lot.number, "operator.decide")
    if whole.order.state == "agreed" and whole.order.overdue:
        yield Offer("cancel_unpaid", awaited="operator.decide")


def _may_end(whole: Whole) -> bool:
    order = whole.order
    open_rest = not order.rest_settled and order.rest_frozen_minor == 0 and money.rest_price(whole) > 0
    return order.state in {"agreed", "active"} and open_rest


def _may_ship(whole: Whole) -> bool:
    order = whole.order
    unpaid = any(row.state in {"planned", "due"} and row.payable != "shipment" for row in whole.tranches)
    shippable = not order.rest_settled and not order.rest_locked and money.rest_price(whole) > 0 and not unpaid
    return shippable and order.inspection not in {"required", "failed"}
