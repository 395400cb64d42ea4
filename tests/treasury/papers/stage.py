"""What papers' tests begin with: a seller, tax rules, fees posted through the book, months closed."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from holdfast.kernel.identifiers import new_id
from holdfast.ledger import days
from holdfast.ledger.book import Transfer
from holdfast.ledger.chart import of_operator, of_order, of_rail, of_supplier
from holdfast.record.act import Act
from holdfast.record.chains import operator_chain
from holdfast.record.recording import Recording
from holdfast.treasury.operations import bookkeeping
from holdfast.treasury.operations.bookkeeping import Legal
from tests.world import World

SELLER = Legal("Harbour Market B.V.", "Havenstraat 1\n3011 AA Rotterdam", "NL", "24000000", "NL004495445B01")
HM = "HM"


def sells(world: World) -> None:
    """The operator is known to the law, and taxes its own country's customers with 21 per cent."""
    act = world.operator(world.fin)
    bookkeeping.set_seller(act=act, legal=SELLER, prefix=HM)
    for country, treatment, percent in (("NL", "standard", "21"), ("DE", "reverse_charge", "0"), ("*", "export", "0")):
        bookkeeping.set_tax_rule(
            act=act, country=country, treatment=treatment, percent=Decimal(percent), valid_from=date(2026, 1, 1)
        )


def dutch(world: World, organisation_id: UUID) -> None:
    """A supplier whose fees contain Dutch tax."""
    legal = Legal("Boris Trading 宁波海港贸易有限公司", "Kade 5\nRotterdam", "NL", "", "")
    bookkeeping.set_billing(act=world.supplier(), organisation_id=organisation_id, legal=legal)


def posted(act: Act, *transfers: Transfer) -> None:
    """Move money as some command would."""
    with transaction.atomic():
        recording = Recording(act)
        recording.event(operator_chain(), "tested", about={})
        recording.transfer(*transfers)
        recording.write(None)


def on(day: date) -> Act:
    """Somebody acts at noon."""
    return Act(datetime(day.year, day.month, day.day, 12, tzinfo=UTC), "system", None, None, "operator")


def fee(day: date, *, supplier: UUID, order: UUID, amount: int, currency: str = "USD") -> None:
    """A fee is taken of a release of a hundred times as much, or given back when negative."""
    payable, income = of_supplier("payable", supplier, currency), of_operator("fee_income", currency)
    if amount < 0:
        posted(on(day), Transfer("fee_given_back", income, payable, -amount, order))
        return
    escrow, clearing = of_order("escrow", order, currency), of_rail("rail_clearing", "card", currency)
    posted(
        on(day),
        Transfer("captured", clearing, escrow, amount * 100, order),
        Transfer("released", escrow, payable, amount * 100, order),
        Transfer("fee_taken", payable, income, amount, order),
    )


def random_fees(random_: random.Random, *, supplier: UUID, first: date, length: int) -> None:
    """Fees of a few orders, taken and given back at random, never below nothing."""
    orders = [new_id() for _ in range(4)]
    taken = dict.fromkeys(orders, 0)
    for _ in range(length):
        order = random_.choice(orders)
        back = taken[order] > 0 and random_.random() < 0.4
        amount = -random_.randint(1, taken[order]) if back else random_.randint(1, 30_000)
        taken[order] += amount
        fee(first + timedelta(days=random_.randint(0, 27)), supplier=supplier, order=order, amount=amount)


def closed(day: date) -> None:
    """The books are closed through a day."""
    with transaction.atomic():
        days.hold_still()
        days.close(day=day)
