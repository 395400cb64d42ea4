"""What surrounds an order on its page: the contract's words, payments, and the story of what happened.

It gathers answers of the rooms below for one template and decides nothing.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from holdfast.console import telling
from holdfast.console.asking.base import Product
from holdfast.contracts import queries as contracts
from holdfast.contracts.versions import AmendmentPage, amendments_of
from holdfast.fulfilment import queries as fulfilment
from holdfast.fulfilment.queries import ShipmentView
from holdfast.inspection import queries as inspection
from holdfast.inspection.queries import ReportView
from holdfast.orders.disputes import DisputeView, disputes_of
from holdfast.orders.queries import Amounts, OrderPage
from holdfast.orders.work import read
from holdfast.parties.access import Caller
from holdfast.parties.queries import names
from holdfast.rails import queries as rails
from holdfast.rails.rows import PaymentRow, RefundRow
from holdfast.record import events


@dataclass(frozen=True, slots=True)
class Shown:
    """Beside the order itself."""

    contract: contracts.ContractPage
    agreed: dict[str, Any]
    products: dict[int, Product]
    payments: list[PaymentRow]
    refunds: list[RefundRow]
    disputes: list[DisputeView]
    shipments: dict[int, ShipmentView]
    reports: tuple[ReportView, ...]
    story: list[telling.Line]
    amendments: list[AmendmentPage]


def of_order(*, page: OrderPage, caller: Caller) -> Shown:
    """Everything around one order."""
    contract = contracts.page(contract_id=page.order.contract_id, role=page.role)
    agreed = contracts.agreed_in_force(contract_id=page.order.contract_id)
    told = events.story(chain_id=page.order.id)
    taking_part = {UUID(event.by[name]) for event in told for name in ("for", "through") if event.by.get(name)}
    return Shown(
        contract=contract,
        agreed=agreed,
        products=_products(agreed),
        payments=rails.payments_of(order_id=page.order.id),
        refunds=rails.refunds_of(order_id=page.order.id),
        disputes=disputes_of(order_id=page.order.id),
        shipments={one.lot_number: one for one in fulfilment.shipments(order_id=page.order.id)},
        reports=inspection.reports(order_id=page.order.id),
        story=telling.lines(told, names=names(organisation_ids=list(taking_part)), currency=page.order.currency),
        amendments=amendments_of(contract_id=page.order.contract_id, role=page.role),
    )


def products(page: OrderPage) -> dict[int, Product]:
    """The lines of the order's contract, by number."""
    return _products(contracts.agreed_in_force(contract_id=page.order.contract_id))


def products_of(*, order_id: UUID, role: str) -> dict[int, Product]:
    """The same, for whoever knows the order only by its ID."""
    contract_id = read(order_id=order_id).order.contract_id
    return _products(contracts.agreed_in_force(contract_id=contract_id))


def _products(agreed: dict[str, Any]) -> dict[int, Product]:
    return {line["number"]: Product(line["number"], _name(line), line["unit"]) for line in agreed["lines"]}


def _name(line: dict[str, Any]) -> str:
    """The product with what tells its variants apart."""
    more = [line[key] for key in ("variant", "size") if line.get(key)]
    return f"{line['product']} ({', '.join(more)})" if more else str(line["product"])


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar of 1000."""

    name: str
    start: int
    width: int


def bar(amounts: Amounts) -> list[Part]:
    """Where the order's money stands, drawn to scale: the figures are beside it."""
    whole = max(amounts.total_minor, amounts.released_minor + amounts.refunded_minor, 1)
    parts, so_far = [], 0
    for name in ("released", "held", "frozen", "refunded"):
        minor = getattr(amounts, f"{name}_minor")
        start = so_far * 1000 // whole
        so_far += minor
        parts.append(Part(name, start, min(1000, so_far * 1000 // whole) - start))
    return [part for part in parts if part.width > 0]
