"""What was said about an order and differs from its contract: the drift check, with each message it came from.

It reads messages, what both sides attested outside, the contract and the signed acts. It advises: nothing here blocks a
payment or a shipment, and nothing is changed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
from holdfast.terms.speech import Agreed, AgreedLine, Drift, Spoken, drift


@dataclass(frozen=True, slots=True)
class SaidOtherwise:
    """One difference and where it was said: `source` is `message`, or `outside` for what both attested to."""

    source: str
    message_id: UUID
    role: str
    said_on: date
    text: str
    drift: Drift


def thread_of(order_id: UUID) -> Subject:
    """The thread of an order."""
    return Subject("order", order_id)


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


def answered(*, thread: Sequence[Message], message: Message) -> str:
    """The words that a message answers: those it names, else what the other side has said since one's own last word."""
    if message.answers_id is not None:
        return next((one.text or "" for one in thread if one.id == message.answers_id), "")
    return last_of_others(thread=thread, role=message.role, before=message.number)


def last_of_others(*, thread: Sequence[Message], role: str, before: int | None = None) -> str:
    """What the other side has said since one's own last word; if nothing, its last word."""
    earlier = [one for one in thread if before is None or one.number < before]
    own = max((one.number for one in earlier if one.role == role), default=0)
    others = [one for one in earlier if one.role != role]
    since = [one for one in others if one.number > own] or others[-1:]
    return "\n".join(one.text or "" for one in since)


def drift_of(*, order_id: UUID) -> tuple[SaidOtherwise, ...]:
    """Everything said of the goods, the dates and the money that the contract says otherwise, the earliest first."""
    order = read(order_id=order_id).order
    agreed = agreed_of(order=order, agreement=agreement_of(contract_id=order.contract_id))
    found = [*_in_thread(order, agreed), *_outside(order, agreed)]
    return tuple(sorted(found, key=lambda one: one.said_on))


def said_on(order: Order, message: Message) -> date:
    """The day of a message where its sender is."""
    zone = order.buyer_zone if message.role == "buyer" else order.supplier_zone
    return local_day(message.sent_at, zone)


def _in_thread(order: Order, agreed: Agreed) -> Iterator[SaidOtherwise]:
    thread = threads.messages(subject=thread_of(order.id))
    for message in thread:
        if message.text is None:
            continue
        day = said_on(order, message)
        spoken = Spoken(message.text, day, answered(thread=thread, message=message))
        for one in drift(spoken=spoken, agreed=agreed):
            yield SaidOtherwise("message", message.id, message.role, day, message.text, one)


def _outside(order: Order, agreed: Agreed) -> Iterator[SaidOtherwise]:
    for message in messages.attested(order_id=order.id):
        if message.text is None:
            continue
        for one in drift(spoken=Spoken(message.text, message.said_on), agreed=agreed):
            yield SaidOtherwise("outside", message.id, message.brought_role, message.said_on, message.text, one)
