"""What was said about a quotation and differs from its last version: the drift check before there is a contract.

It reads the thread and the quotation, advises, and changes nothing. What a message says becomes part of a quotation
only by its next version.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from holdfast.kernel.clock import local_day
from holdfast.kernel.money import exponent
from holdfast.record import threads
from holdfast.record.threads import Message, Subject
from holdfast.sourcing import document as documents
from holdfast.sourcing import models
from holdfast.sourcing.shape import Offer
from holdfast.terms.speech import Agreed, AgreedLine, Drift, Spoken, drift

_BY_DAY = ("ship.on", "latest_delivery_on")
"""Places of a contract that a quotation does not have: it counts days from the first payment."""


@dataclass(frozen=True, slots=True)
class SaidOtherwise:
    """One difference and where it was said: `source` is `message`, `quotation` for a message about the quotation that
    an order came from, or `outside` for what both attested to."""

    source: str
    message_id: UUID
    role: str
    said_on: date
    text: str
    drift: Drift


def thread_of(quotation_id: UUID) -> Subject:
    """The thread of a quotation."""
    return Subject("quotation", quotation_id)


def agreed_of(offer: Offer) -> Agreed:
    """A version, as messages are compared with it: every protected price and every quantity of its breaks is known. A
    direct price is not: it is no offer."""
    prices = tuple(price for line in offer.lines for price in line.prices)
    return Agreed(
        currency=offer.currency,
        digits=exponent(offer.currency),
        lines=tuple(
            AgreedLine(line.product, line.quantity, line.unit_price(line.quantity), line.variant, line.size)
            for line in offer.lines
        ),
        specification=offer.specification,
        ship_days=offer.lead_time_days,
        amounts_minor=(
            *(price.unit_price_minor for price in prices),
            *(charge.amount_minor for charge in offer.charges),
            *(offer.goods_minor(), offer.total_minor),
        ),
        texts=(offer.packaging, offer.remarks, offer.category),
        also_counted=tuple(price.from_quantity for price in prices),
    )


def drift_of(*, quotation_id: UUID) -> tuple[SaidOtherwise, ...]:
    """Everything said of the goods, the dates and the money that the last version says otherwise, the earliest
    first."""
    return tuple(
        replace(one, source="message", drift=within(one.drift))
        for one in differences(quotation_id=quotation_id, agreed=agreed_of(last_offer(quotation_id)))
    )


def differences(*, quotation_id: UUID, agreed: Agreed) -> Iterator[SaidOtherwise]:
    """The same against anything agreed: also the contract that the quotation became."""
    row = models.Quotation.objects.select_related("buyer", "supplier").get(id=quotation_id)
    thread = threads.messages(subject=thread_of(quotation_id))
    for message in thread:
        if message.text is None:
            continue
        day = said_on(row, message)
        spoken = Spoken(message.text, day, threads.answered(thread=thread, message=message))
        for one in drift(spoken=spoken, agreed=agreed):
            yield SaidOtherwise("quotation", message.id, message.role, day, message.text, one)


def within(found: Drift) -> Drift:
    """The difference with a change only where a quotation has a place for it."""
    has_place = found.change is None or found.change.path not in _BY_DAY
    return found if has_place else replace(found, change=None)


def last_offer(quotation_id: UUID) -> Offer:
    """The last version of a quotation."""
    row = models.QuotationVersion.objects.filter(quotation_id=quotation_id).order_by("-number")[0]
    return documents.stored(row.document)


def said_on(row: models.Quotation, message: Message) -> date:
    """The day of a message where its sender is."""
    side = row.buyer if message.role == "buyer" else row.supplier
    return local_day(message.sent_at, side.time_zone)
