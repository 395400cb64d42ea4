"""One order paid by three instruments, and everything that buyer, supplier, networks and time can do to it at random:
the audit is silent after each step, and nobody gets back more than was paid."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

import pytest

from holdfast.claims.models import Claim
from holdfast.claims.operations import answering, opening
from holdfast.fulfilment.models import Shipment
from holdfast.kernel.refusals import Refusal
from holdfast.ledger import book
from holdfast.orders.operations import cancelling, disputes
from holdfast.rails.models import Dispute, Payment
from holdfast.record.act import rail
from tests.orders.disputed import pays_by
from tests.orders.flows import sound
from tests.world import World, contract

pytestmark = pytest.mark.django_db
STEPS = 30


class Walk:
    """The order, and the steps that may be tried on it."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.chance, self.count = world, random.Random(seed), 0
        self.order_id = world.signed_order(contract(payment=self.chance.choice([{"kind": "full"}, DEPOSIT])))
        first = world.order(self.order_id).tranches[0].amount_minor
        self.pay_all(first)
        world.days_pass(self.chance.choice([0, 1, 6]))
        for begun in [self.ship, self.deliver, self.receive][: self.chance.randrange(4)]:
            with suppress(Refusal):
                begun()

    def pay_all(self, amount_minor: int) -> None:
        for way, percent in (("card", 30), ("paypal", 40)):
            pays_by(self.world, self.order_id, way, amount_minor=amount_minor * percent // 100)
        self.world.wires(self.order_id)

    def steps(self) -> list[Callable[[], object]]:
        often = [self.dispute, self.dispute, self.end, self.end, self.claim, self.claim, self.settle]
        return [*often, self.ship, self.time, self.withdraw, self.receive, self.cancel, self.deliver, self.pay]

    def dispute(self) -> None:
        paid = self.chance.choice(
            list(Payment.objects.filter(order_id=self.order_id, state__in=["captured", "settled"]))
        )
        self.count += 1
        disputes.opened(
            act=rail(self.world.now),
            payment_id=paid.id,
            provider_ref=f"dp_{self.count}",
            kind=self.chance.choice(["chargeback", "chargeback", "chargeback", "return"]),
            amount_minor=self.chance.choice([paid.captured_minor, paid.captured_minor // 3, 1, 50_000]),
            reason=self.chance.choice(["fraudulent", "product_not_received", "product_unacceptable"]),
            from_bank=self.chance.random() < 0.5,
        )

    def end(self) -> None:
        found = list(Dispute.objects.filter(order_id=self.order_id, state="open"))
        if found:
            verb = self.chance.choice([disputes.won, disputes.lost])
            verb(act=rail(self.world.now), provider_ref=self.chance.choice(found).provider_ref)

    def claim(self) -> None:
        lots = [lot.number for lot in self.world.order(self.order_id).lots if lot.delivered_on]
        reason = "quality" if lots else "not_shipped"
        opening.open_claim(
            act=self.world.buyer(),
            order_id=self.order_id,
            complaint=opening.Complaint(
                reason=self.chance.choice([reason, "quantity"]) if lots else reason,
                lots=(self.chance.choice(lots),) if lots else (),
                amount_minor=self.chance.choice([None, 100_000, 400_000]),
            ),
        )

    def settle(self) -> None:
        found = self._claim()
        if found is None:
            return
        offer = self.chance.choice([1, 100_000, 300_000, 700_000])
        answering.answer(
            act=self.world.supplier(), order_id=self.order_id, claim_id=found, kind="offer", offer_minor=offer
        )
        answering.accept(act=self.world.buyer(), order_id=self.order_id, claim_id=found)

    def withdraw(self) -> None:
        found = self._claim()
        if found is not None:
            answering.withdraw(act=self.world.buyer(), order_id=self.order_id, claim_id=found)

    def _claim(self) -> UUID | None:
        rows = Claim.objects.filter(order_id=self.order_id, state__in=["opened", "answered", "mediating"])
        found = list(rows.values_list("id", flat=True))
        return self.chance.choice(found) if found else None

    def ship(self) -> None:
        self.world.ships(self.order_id, {1: self.chance.choice([300, 500, 1000])})

    def deliver(self) -> None:
        for shipment in Shipment.objects.filter(order_id=self.order_id).exclude(state="delivered"):
            self.world.delivers(shipment.id)

    def receive(self) -> None:
        lots = self.world.order(self.order_id).lots
        if lots:
            self.world.receives(self.order_id, self.chance.choice(lots).number)

    def cancel(self) -> None:
        if self.chance.random() < 0.3:
            cancelling.cancel(act=self.world.supplier(), order_id=self.order_id, ground="withdrawal")

    def pay(self) -> None:
        for tranche in self.world.order(self.order_id).tranches:
            if tranche.state == "due":
                self.world.pays(self.order_id, tranche.number)

    def time(self) -> None:
        self.world.days_pass(self.chance.choice([0.25, 1, 3, 9]))

    def fair(self) -> None:
        """What came back, by refunds and by disputes together, is at most what was paid; on each payment, too."""
        sent = sum(row.amount_minor for row in book.of_order(order_id=self.order_id) if row.kind == "refund_sent")
        sent -= sum(row.amount_minor for row in book.of_order(order_id=self.order_id) if row.kind == "refund_bounced")
        payments = list(Payment.objects.filter(order_id=self.order_id))
        lost = Dispute.objects.filter(order_id=self.order_id, state="lost")
        taken = sum(row.amount_minor - row.excess_minor for row in lost)
        assert sent + taken <= sum(row.captured_minor for row in payments)
        assert all(row.returned_minor + row.disputed_minor <= row.captured_minor for row in payments)


DEPOSIT = {"kind": "deposit_balance", "deposit_percent": "30"}


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_nobody_is_paid_twice(world: World, seed: int) -> None:
    walk = Walk(world, seed)
    told = []
    for _step in range(STEPS):
        step = walk.chance.choice(walk.steps())
        told.append(step.__name__)
        with suppress(Refusal):
            step()
        try:
            sound()
        except AssertionError as wrong:
            raise AssertionError(f"after {told}") from wrong
        walk.fair()
    for row in Dispute.objects.filter(order_id=walk.order_id, state="open"):
        disputes.won(act=rail(world.now), provider_ref=row.provider_ref)
        sound()
    walk.fair()
