"""Everything both sides, a mediator and the clock can do to two orders of one supplier, in any order: each act either
happens or is refused, and after each the ledger, the orders and the claims still say the same of the money.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.claims import models, rules
from holdfast.claims.operations import answering, deciding, executing, opening
from holdfast.claims.operations.deciding import Decision
from holdfast.claims.remedy import adjustment
from holdfast.fulfilment.queries import shipments
from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import Refusal
from holdfast.orders.operations import cancelling, paying, production, receipt
from holdfast.rails import operations as rails
from holdfast.rails.operations.payouts import Destination
from tests.orders.flows import sound
from tests.world import CARD, World, contract

VERBS = (
    *("ship", "deliver", "receive", "short", "reject", "claim", "claim", "claim", "claim_of_supplier", "answer"),
    *("accept", "accept", "withdraw", "escalate", "determine", "determine", "determine", "appeal", "waive", "waive"),
    *("send_back", "confirm_return", "confirm_replacement", "cancel", "agree", "pay", "pay_out", "evidence", "extend"),
    *("short_wait", "long_wait", "ready", "start"),
)
PLACES: tuple[tuple[int, ...], ...] = ((), (1,), (1,), (2,), (1, 2), (0,), (0, 1))
REMEDIES = ("refund", "refund", "price_reduction", "return_and_refund", "replacement", "rework_cost")
GROUNDS = ("withdrawal", "lateness", "before_production", "balance_unpaid", "unpaid", "agreement")


class Market:
    """Two orders of Boris, and acts on them chosen by three numbers each."""

    def __init__(self, world: World, document: dict[str, Any], programme: str) -> None:
        self.world = world
        self.order_ids = [world.signed_order(document, programme=programme) for _ in range(2)]
        for order_id in self.order_ids:
            world.waives_inspection(order_id) if world.order(order_id).order.inspection == "required" else None
            world.pays(order_id, 1, settle=order_id == self.order_ids[0])

    def do(self, verb: str, first: int, second: int, third: int) -> None:
        """One act, or its refusal."""
        self.first, self.second, self.third = first, second, third
        self.order_id = self.order_ids[third % 5 == 0]
        try:
            with transaction.atomic():
                getattr(self, verb)()
        except Refusal:
            return

    @property
    def lot(self) -> int:
        return 1 + self.first % 3

    @property
    def case(self) -> dict[str, UUID]:
        """One of the order's claims; the oldest if it has none of its own."""
        found = list(models.Claim.objects.order_by("id")) or [models.Claim(id=new_id(), order_id=self.order_id)]
        claim = found[self.first % len(found)]
        return {"order_id": claim.order_id, "claim_id": claim.id}

    def side(self) -> Any:
        return self.world.buyer() if self.second % 2 else self.world.supplier()

    def units(self) -> dict[int, int]:
        return {1: 1 + self.second, **({2: 1 + self.third // 3} if self.third % 2 else {})}

    def start(self) -> None:
        production.start_production(act=self.world.supplier(), order_id=self.order_id)

    def ready(self) -> None:
        production.declare_ready(act=self.world.supplier(), order_id=self.order_id)

    def pay(self) -> None:
        amount = None if self.first % 2 else 1 + self.second
        if self.third % 2:
            self.world.wires(self.order_id, 1 + self.first % 2)
        else:
            payment = paying.request_payment(
                act=self.world.buyer(),
                order_id=self.order_id,
                tranche=1 + self.first % 2,
                rail="card",
                instrument={"number": CARD},
                amount_minor=amount,
            )
            paying.capture(act=self.world.buyer(), payment=payment)

    def ship(self) -> None:
        self.world.ships(self.order_id, None if self.first % 3 == 0 else self.units())

    def deliver(self) -> None:
        for shipment in shipments(order_id=self.order_id):
            if shipment.lot_number == self.lot:
                self.world.delivers(shipment.id)

    def receive(self) -> None:
        self.world.receives(self.order_id, self.lot)

    def short(self) -> None:
        lot = self.world.order(self.order_id).lot(self.lot)
        quantities = lot.quantities if lot else {1: 1}
        came = {line: units * (100 - self.second) // 100 for line, units in quantities.items()}
        self.world.receives(self.order_id, self.lot, received=came)

    def reject(self) -> None:
        receipt.reject(act=self.world.buyer(), order_id=self.order_id, lot=self.lot, reason="no")

    def extend(self) -> None:
        receipt.extend_receipt(act=self.side(), order_id=self.order_id, lot=self.lot)

    def claim(self) -> None:
        whole = self.world.order(self.order_id)
        reason = rules.BUYER_REASONS[self.first % len(rules.BUYER_REASONS)]
        places = PLACES[self.second % len(PLACES)]
        units = tuple((lot, 1 + self.third % 2, 1 + self.third // 2) for lot in places) if self.third % 4 == 0 else ()
        opening.open_claim(
            act=self.world.buyer(),
            order_id=self.order_id,
            complaint=opening.Complaint(
                reason=reason,
                lots=places,
                units=units,
                remedy=REMEDIES[self.second % len(REMEDIES)],
                amount_minor=whole.order.total_minor * self.third // 99 if self.third % 3 else None,
                cancel_rest=self.second % 5 == 0,
                cancel_late=self.second % 4 == 0,
                return_waived=self.first % 3 == 0,
            ),
        )

    def claim_of_supplier(self) -> None:
        reason = rules.SUPPLIER_REASONS[self.first % len(rules.SUPPLIER_REASONS)]
        opening.open_claim(
            act=self.world.supplier(),
            order_id=self.order_id,
            complaint=opening.Complaint(
                reason=reason,
                lots=PLACES[self.second % len(PLACES)],
                remedy="release" if reason == "wrongful_rejection" else "cost",
                amount_minor=1 + 97 * self.third,
            ),
        )

    def evidence(self) -> None:
        kinds = ("rework_invoice", "inspection_invoice", "return_freight_invoice", "document", "bill_of_lading")
        exhibit = answering.Exhibit(kind=kinds[self.second % len(kinds)], amount_minor=1 + 53 * self.third)
        answering.add_evidence(act=self.side(), exhibit=exhibit, **self.case)

    def answer(self) -> None:
        kind = ("contest", "offer", "offer", "misuse")[self.second % 4]
        offer = 1 + 41 * self.third if kind == "offer" else None
        claim = models.Claim.objects.filter(id=self.case["claim_id"]).first()
        by_buyer = claim is not None and claim.claimant == "supplier"
        act = self.world.buyer() if by_buyer else self.world.supplier()
        answering.answer(act=act, kind=kind, offer_minor=offer, **self.case)

    def accept(self) -> None:
        answering.accept(act=self.side(), **self.case)

    def withdraw(self) -> None:
        answering.withdraw(act=self.side(), **self.case)

    def escalate(self) -> None:
        self.world.days_pass(4)
        answering.escalate(act=self.side(), **self.case)

    def determine(self) -> None:
        total = self.world.order(self.case["order_id"]).order.total_minor
        lines = [adjustment(exact_minor=total * self.second // 99, reason="so")] if self.second else []
        if self.third % 3 == 0:
            lines.append(adjustment(exact_minor=1 + total * self.third // 300, reason="so", head="cost"))
        if self.third % 7 == 0:
            lines.append(adjustment(exact_minor=-1 - self.third, reason="so"))
        percent = 100 if self.third % 2 else 33
        outcome = "denied" if not lines else "shared" if percent < 100 else "partial"
        deciding.determine(
            act=self.world.mediator(self.world.dana if self.first % 2 else self.world.emil),
            decision=Decision(
                outcome=outcome,
                lines=tuple(lines),
                reasons="so",
                supplier_percent=percent,
                departure="so",
                goods_back=self.third % 5 == 0,
                replacement=self.third % 11 == 0,
            ),
            **self.case,
        )

    def appeal(self) -> None:
        deciding.appeal(act=self.side(), ground="error", text="so", **self.case)

    def waive(self) -> None:
        deciding.waive_appeal(act=self.side(), **self.case)

    def send_back(self) -> None:
        executing.send_goods_back(
            act=self.world.buyer(), carrier="DHL", number="1", sent_on=self.world.today(self.world.alma), **self.case
        )

    def confirm_return(self) -> None:
        executing.confirm_return(act=self.world.supplier(), **self.case)

    def confirm_replacement(self) -> None:
        executing.confirm_replacement(act=self.world.buyer(), **self.case)

    def cancel(self) -> None:
        ground = GROUNDS[self.first % len(GROUNDS)]
        cancelling.cancel(act=self.side(), order_id=self.order_id, ground=ground)  # type: ignore[arg-type]

    def agree(self) -> None:
        cancelling.propose_cancel(act=self.world.buyer(), order_id=self.order_id)
        cancelling.cancel(act=self.world.supplier(), order_id=self.order_id, ground="agreement")

    def pay_out(self) -> None:
        currency = self.world.order(self.order_id).order.currency
        to = Destination(new_id(), "Boris Trading", "DE89370400440532013000", None, None, None)
        rails.request_payout(
            act=self.world.supplier(),
            organisation_id=self.world.boris.organisation_id,
            currency=currency,
            destination=to,
        )

    def short_wait(self) -> None:
        self.wait(1 + self.second % 4)

    def long_wait(self) -> None:
        self.wait(5 + self.second)

    def wait(self, days: int) -> None:
        self.world.goes_to(self.world.now + timedelta(days=days))


PAYMENTS: tuple[dict[str, Any], ...] = (
    {"kind": "full"},
    *(
        {
            "kind": "milestones",
            "tranches": [
                {"number": 1, "payable": "signature", "release": early, "percent": percent},
                {"number": 2, "payable": due, "release": "receipt", "percent": str(100 - int(percent))},
            ],
        }
        for early, percent, due in (
            ("receipt", "31", "ready"),
            ("production", "67", "ready"),
            ("shipment", "90", "shipment"),
            ("production", "33", "shipment"),
        )
    ),
)
CHARGES: tuple[list[dict[str, Any]], ...] = (
    [],
    [{"kind": "freight", "amount_minor": 9_999, "basis": "weight"}],
    [{"kind": "freight", "amount_minor": 777, "basis": "unit"}, {"kind": "tax", "amount_minor": 1, "basis": "value"}],
    [{"kind": "discount", "amount_minor": 501, "basis": "value"}],
    [{"kind": "discount", "amount_minor": 4_001}, {"kind": "discount", "amount_minor": 3}],
)


def document(price: int, charges: int, payment: int) -> dict[str, Any]:
    """100 dear and 40 cheap units, with one of the ways to charge and to pay."""
    line = contract()["lines"][0]
    lines = [
        {**line, "quantity": 100, "unit_price_minor": price, "weight_grams": 150, "tolerance": {"percent": "3"}},
        {**line, "number": 2, "quantity": 40, "unit_price_minor": price // 90, "weight_grams": 7},
    ]
    return contract(lines=lines, charges=CHARGES[charges], payment=PAYMENTS[payment])


ACT = st.tuples(st.sampled_from(VERBS), st.integers(0, 11), st.integers(0, 99), st.integers(0, 99))
BEGINNINGS: tuple[list[tuple[str, int, int, int]], ...] = (
    [],
    [("ship", 1, 49, 2), ("ship", 0, 0, 2), ("deliver", 0, 0, 2)],
    [("ship", 0, 0, 2), ("deliver", 0, 0, 2), ("receive", 0, 0, 2)],
    [("ship", 1, 59, 21), ("deliver", 0, 0, 2), ("short", 0, 2, 2), ("ship", 0, 0, 2), ("deliver", 1, 0, 2)],
    [("ship", 0, 0, 2), ("deliver", 0, 0, 2), ("claim", 4, 1, 1), ("claim", 6, 1, 99), ("long_wait", 0, 3, 0)],
)


MARKETS: dict[str, st.SearchStrategy[Any]] = {
    "price": st.sampled_from([90, 1_001, 4_999]),
    "charges": st.integers(0, len(CHARGES) - 1),
    "payment": st.integers(0, len(PAYMENTS) - 1),
    "programme": st.sampled_from(["standard", "import", "accessories"]),
    "beginning": st.integers(0, len(BEGINNINGS) - 1),
    "acts": st.lists(ACT, min_size=4, max_size=18),
}


def walk(  # noqa: PLR0917  (Hypothesis names them)
    world: World,
    price: int,
    charges: int,
    payment: int,
    programme: str,
    beginning: int,
    acts: list[tuple[str, int, int, int]],
) -> None:
    """Whatever is done to two orders, nothing is lost and nothing breaks."""
    start, place = world.now, transaction.savepoint()
    try:
        market = Market(world, document(price, charges, payment), programme)
        for verb, first, second, third in [*BEGINNINGS[beginning], *acts]:
            market.do(verb, first, second, third)
            sound()
        world.days_pass(60)
        sound()
    finally:
        transaction.savepoint_rollback(place)
        world.now = start


QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]


def test_whatever_two_sides_and_a_mediator_do_nothing_is_lost(world: World) -> None:
    settings(max_examples=4, deadline=None, suppress_health_check=QUIET)(given(**MARKETS)(walk))(world)


@pytest.mark.long
def test_whatever_is_done_in_many_markets_nothing_is_lost(world: World) -> None:
    settings(max_examples=60, deadline=None, suppress_health_check=QUIET)(given(**MARKETS)(walk))(world)
