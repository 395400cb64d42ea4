"""What was said about an order and differs from its contract: the drift check, with each message it came from.

It reads messages, also those of the quotation that the contract came from, what both sides attested outside, the
contract and the signed acts. It advises: nothing here blocks a
payment or a shipment, and nothing is changed.
"""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from holdfast.contracts.agreement import Agreement
from holdfast.contracts.attested import specification_of
from holdfast.contracts.queries import agreement as agreement_of
from holdfast.kernel.clock import local_day
from holdfast.kernel.money import exponent
from holdfast.orders.rules.facts import Order
from holdfast.orders.work import read
from holdfast.record import concessions, messages, threads
from holdfast.record.threads import Message, Subject
from holdfast.sourcing import queries as quotations
from holdfast.sourcing import said as quoted
from holdfast.sourcing.said import SaidOtherwise
from holdfast.terms.speech import Agreed, AgreedLine, Spoken, drift


def thread_of(order_id: UUID) -> Subject:
    """The thread of an order."""
    return Subject("order", order_id)


def before(*, order_id: UUID) -> tuple[UUID, str, tuple[Message, ...]] | None:
    """The quotation that an order came from: its ID, its number, and what was said about it."""
    return quoted_before(contract_id=read(order_id=order_id).order.contract_id)


def quoted_before(*, contract_id: UUID) -> tuple[UUID, str, tuple[Message, ...]] | None:
    """The same for a contract."""
    found = quotations.of_contract(contract_id=contract_id)
    return None if found is None else (*found, threads.messages(subject=quoted.thread_of(found[0])))


def agreed_of(*, order: Order, agreement: Agreement) -> Agreed:
    """The contract in force, as messages are compared with it; days that signed acts name are known too."""
    document = agreement.document
    lines = tuple(
        AgreedLine(line.product, line.quantity, line.unit_price_minor, line.variant, line.size)
        for line in document.lines
    )
    sums = (document.total_minor, document.goods_minor, *(tranche.due_minor for tranche in document.tranches))
    known = concessions.in_force(order_id=order.id)
    return Agreed(
        currency=order.currency,
        digits=exponent(order.currency),
        lines=lines,
        specification=specification_of(agreement),
        ship_on=order.ship_on,
        ship_days=document.ship.days_after_payment,
        deliver_on=order.latest_delivery_on or order.expected_delivery_on,
        also_on=tuple(day for one in known for day in (one.new_on, one.original_on) if day is not None),
        amounts_minor=(*sums, *(charge.amount_minor for charge in document.charges)),
        texts=(document.packaging, document.remarks, document.category),
    )


def drift_of(*, order_id: UUID) -> tuple[SaidOtherwise, ...]:
    """Everything said of the goods, the dates and the money that the contract says otherwise, the earliest first."""
    order = read(order_id=order_id).order
    agreed = agreed_of(order=order, agreement=agreement_of(contract_id=order.contract_id))
    found = [*_quoted(order, agreed), *_in_thread(order, agreed), *_outside(order, agreed)]
    return tuple(sorted(found, key=lambda one: one.said_on))


def said_on(order: Order, message: Message) -> date:
    """The day of a message where its sender is."""
    zone = order.buyer_zone if message.role == "buyer" else order.supplier_zone
    return local_day(message.sent_at, zone)


def _quoted(order: Order, agreed: Agreed) -> Iterator[SaidOtherwise]:
    """What was said about the quotation. Prices named there were what was talked about: the contract has the answer."""
    found = quotations.of_contract(contract_id=order.contract_id)
    if found is not None:
        differences = quoted.differences(quotation_id=found[0], agreed=agreed)
        yield from (one for one in differences if one.drift.kind != "price")


def _in_thread(order: Order, agreed: Agreed) -> Iterator[SaidOtherwise]:
    thread = threads.messages(subject=thread_of(order.id))
    for message in thread:
        if message.text is None:
            continue
        day = said_on(order, message)
        spoken = Spoken(message.text, day, threads.answered(thread=thread, message=message))
        for one in drift(spoken=spoken, agreed=agreed):
            yield SaidOtherwise("message", message.id, message.role, day, message.text, one)


def _outside(order: Order, agreed: Agreed) -> Iterator[SaidOtherwise]:
    for message in messages.attested(order_id=order.id):
        if message.text is None:
            continue
        for one in drift(spoken=Spoken(message.text, message.said_on), agreed=agreed):
            yield SaidOtherwise("outside", message.id, message.brought_role, message.said_on, message.text, one)
