"""Everything that both sides, a mediator, finance, networks and the clock can do to three orders of one supplier in two
currencies, in any order: each act either happens or is refused, and after each the whole audit is silent, every
amount that waits has its reason, owner and day, and nobody got back more than was paid.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast import jobs
from holdfast.claims import models, rules
from holdfast.claims.operations import answering, deciding, executing, opening
from holdfast.claims.operations.deciding import Decision
from holdfast.claims.remedy import adjustment
from holdfast.contracts.programmes import programme_of
from holdfast.fulfilment.queries import shipments
from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import Refusal
from holdfast.ledger import book
from holdfast.orders.models import Debt
from holdfast.orders.operations import cancelling, debts, disputes, paying, production, receipt, reserve, wiring
from holdfast.parties.operations import guarantee
from holdfast.rails import operations as rails
from holdfast.rails.models import Dispute, Payment, Stray
from holdfast.rails.operations import Wire
from holdfast.rails.operations.payouts import Destination
from holdfast.record.act import rail as rail_act
from holdfast.treasury.operations import closing
from tests.world import CARD, World, contract

VERBS = (
    *("ship", "deliver", "receive", "short", "reject", "claim", "claim", "claim", "claim_of_supplier", "answer"),
    *("accept", "accept", "withdraw", "escalate", "determine", "determine", "determine", "appeal", "waive", "waive"),
    *("send_back", "confirm_return", "confirm_replacement", "cancel", "agree", "pay", "pay_out", "evidence", "extend"),
    *("short_wait", "long_wait", "ready", "start"),
    *("dispute", "dispute", "end_dispute", "end_dispute", "bad_card", "reserve", "fund", "guarantee", "top_up"),
    *("withdraw_guarantee", "give_up_debt", "stray", "place", "close"),
)
PLACES: tuple[tuple[int, ...], ...] = ((), (1,), (1,), (2,), (1, 2), (0,), (0, 1))
REMEDIES = ("refund", "refund", "price_reduction", "return_and_refund", "replacement", "rework_cost")
GROUNDS = ("withdrawal", "lateness", "before_production", "balance_unpaid", "unpaid", "agreement")


BAD_CARDS = (
    *("4000000000000259", "4000000000001976", "4000000000002685", "4000000000005423", "4000000000006759"),
    *("4000000000007726", "4000000000005126", "4000000000003220"),
)
E_CHECKS = ("000222222227", "000333333335", "000444444440")


class Market:
    """Three orders of Boris, and acts on them chosen by three numbers each."""

    def __init__(self, world: World, document: dict[str, Any], programme: str) -> None:
        self.world = world
        euros = {**document, "currency": "EUR"}
        self.order_ids = [world.signed_order(one, programme=programme) for one in (document, document, euros)]
        self.count = 0
        for order_id in self.order_ids:
            world.waives_inspection(order_id) if world.order(order_id).order.inspection == "required" else None
            world.pays(order_id, 1, settle=order_id == self.order_ids[0])

    def do(self, verb: str, first: int, second: int, third: int) -> None:
        """One act, or its refusal."""
        self.first, self.second, self.third = first, second, third
        self.order_id = self.order_ids[1 if third % 5 == 0 else 2 if third % 7 == 0 else 0]
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

    def bad_card(self) -> None:
        """A card that will be charged back, lost or won, one whose refunds bounce, an e-check that returns."""
        ways = (("card", BAD_CARDS[self.second % len(BAD_CARDS)]), ("e_check", E_CHECKS[self.third % 3]))
        rail, number = ways[self.first % 4 == 0]
        payment = paying.request_payment(
            act=self.world.buyer(),
            order_id=self.order_id,
            tranche=1 + self.first % 2,
            rail=rail,
            instrument={"number" if rail == "card" else "account": number},
            amount_minor=1 + 31 * self.third if self.first % 3 else None,
        )
        paying.capture(act=self.world.buyer(), payment=payment)

    def dispute(self) -> None:
        paid = list(Payment.objects.filter(order_id=self.order_id, captured_minor__gt=0).exclude(rail="wire"))
        if paid:
            payment = paid[self.first % len(paid)]
            self.count += 1
            disputes.opened(
                act=rail_act(self.world.now),
                payment_id=payment.id,
                provider_ref=f"dp_{self.count}",
                kind="return" if self.third % 4 == 0 else "chargeback",
                amount_minor=1 + payment.captured_minor * self.second // 80,
                reason=("fraudulent", "product_not_received", "product_unacceptable")[self.third % 3],
                fee_minor=(0, 1500)[self.first % 2],
                from_bank=self.third % 2 == 0,
            )

    def end_dispute(self) -> None:
        found = list(Dispute.objects.exclude(kind="return").order_by("id"))
        if found:
            verb = disputes.won if self.second % 2 else disputes.lost
            verb(act=rail_act(self.world.now), provider_ref=found[self.first % len(found)].provider_ref)

    def reserve(self) -> None:
        made = reserve.propose_change(
            act=self.world.operator(),
            currency=self.currency,
            kind="give_up" if self.first % 4 == 0 else "set_aside",
            amount_minor=1 + 5_003 * self.third,
            reason="so",
        )
        reserve.confirm_change(act=self.world.operator(self.world.fin), change_id=made.id)

    def fund(self) -> None:
        verb = reserve.take_back_advance if self.first % 3 == 0 else reserve.fund_advance
        verb(act=self.world.operator(self.world.fin), currency=self.currency, amount_minor=1 + 997 * self.third)

    def guarantee(self) -> None:
        guarantee.set_line(
            act=self.world.operator(),
            organisation_id=self.world.boris.organisation_id,
            currency=self.currency,
            line_minor=20_011 * self.third,
            programme=programme_of(name="standard", version=2),
            reason="so",
        )

    def top_up(self) -> None:
        guarantee.pay_in_from_balance(amount_minor=1 + 499 * self.third, **self.guaranteed)

    def withdraw_guarantee(self) -> None:
        guarantee.withdraw(amount_minor=1 + 499 * self.third, **self.guaranteed)

    @property
    def guaranteed(self) -> dict[str, Any]:
        supplier = self.world.supplier()
        return {"act": supplier, "organisation_id": supplier.organisation_id, "currency": self.currency}

    def give_up_debt(self) -> None:
        found = list(Debt.objects.order_by("id"))
        if found:
            debt_id = found[self.first % len(found)].id
            debts.ask_write_off(act=self.world.operator(), debt_id=debt_id, reason="so")
            if self.second % 2:
                debts.write_off(act=self.world.operator(self.world.fin), debt_id=debt_id)

    def stray(self) -> None:
        """A wire that bears the reference of a payment, or none, in whatever amount and currency."""
        payments = list(Payment.objects.filter(rail="wire").order_by("id"))
        reference = payments[self.first % len(payments)].reference if payments and self.second % 4 else "none"
        self.count += 1
        wiring.wire_arrived(
            act=rail_act(self.world.now),
            wire=Wire(
                source_ref=f"line-{self.count if self.first % 5 else 1}",
                reference=reference,
                amount_minor=1 + 1_009 * self.third,
                currency=("USD", "EUR", "GBP")[self.second % 3],
                payer_name="Alma Imports",
                received_at=self.world.now,
            ),
        )

    def place(self) -> None:
        """Suspense by hand, or back to who sent it."""
        found = list(Stray.objects.filter(state="open").order_by("id"))
        if not found:
            return
        stray_id, finance = found[self.first % len(found)].id, self.world.operator(self.world.fin)
        if self.second % 3 == 0:
            rails.return_stray(act=finance, stray_id=stray_id, reason="so")
        else:
            wiring.match_stray(act=finance, stray_id=stray_id, payment_id=None, order_id=self.order_id, reason="so")

    def close(self) -> None:
        closing.close_day(act=self.world.operator(self.world.fin), day=self.world.now.date() - timedelta(days=1))

    @property
    def currency(self) -> str:
        return self.world.order(self.order_id).order.currency

    def fair(self) -> None:
        """What came back of each payment, by refund and by the payer's bank, is at most what came of it."""
        for row in Payment.objects.all():
            assert row.returned_minor + row.disputed_minor <= row.captured_minor, row.id
        for order_id in self.order_ids:
            sent = sum(
                row.amount_minor * {"refund_sent": 1, "refund_bounced": -1}.get(row.kind, 0)
                for row in book.of_order(order_id=order_id)
            )
            lost = Dispute.objects.filter(order_id=order_id, state="lost")
            came = sum(row.captured_minor for row in Payment.objects.filter(order_id=order_id))
            extra = sum(row.amount_minor for row in Debt.objects.filter(order_id=order_id, kind="cost"))
            assert sent + sum(row.amount_minor - row.excess_minor for row in lost) <= came + extra, order_id

    def pay_out(self) -> None:
        to = Destination(new_id(), "Boris Trading", "DE89370400440532013000", None, None, None)
        rails.request_payout(
            act=self.world.supplier(),
            organisation_id=self.world.boris.organisation_id,
            currency=self.currency,
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
    """Whatever is done to the orders, nothing is lost and nothing breaks."""
    start, place = world.now, transaction.savepoint()
    try:
        market = Market(world, document(price, charges, payment), programme)
        for verb, first, second, third in [*BEGINNINGS[beginning], *acts]:
            market.do(verb, first, second, third)
            proven(market)
        world.days_pass(60)
        proven(market)
    finally:
        transaction.savepoint_rollback(place)
        world.now = start


def proven(market: Market) -> None:
    """The whole audit, the register of what waits among it, finds nothing; nobody is paid twice."""
    found = [str(one) for one in jobs.audit().findings]
    assert not found, "\n".join(found)
    market.fair()


QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]


def test_whatever_two_sides_and_a_mediator_do_nothing_is_lost(world: World) -> None:
    settings(max_examples=4, deadline=None, suppress_health_check=QUIET)(given(**MARKETS)(walk))(world)


@pytest.mark.long
def test_whatever_is_done_in_many_markets_nothing_is_lost(world: World) -> None:
    settings(max_examples=60, deadline=None, suppress_health_check=QUIET)(given(**MARKETS)(walk))(world)
