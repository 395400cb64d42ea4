"""The arithmetic of held money by its laws: to the cent, never below zero, and whatever the order of events."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from holdfast import programme
from holdfast.claims.operations import answering
from holdfast.fulfilment.queries import shipments
from holdfast.kernel.refusals import Refusal
from holdfast.ledger import book
from holdfast.orders.operations import cancelling, production, receipt
from holdfast.orders.rules import money
from holdfast.orders.rules.facts import Charge, Line, Lot, Order, Tranche, Whole
from holdfast.programme import rules as programme_rules
from holdfast.record.deadlines import open_for
from tests.claims.stage import accepts, opens
from tests.orders.flows import sound
from tests.world import World, contract

AT = datetime(2026, 3, 2, tzinfo=UTC)
ON = date(2026, 3, 2)

lines = st.lists(
    st.builds(
        Line,
        number=st.just(0),
        quantity=st.integers(1, 400),
        unit_price_minor=st.integers(1, 9_999),
        tolerance_units=st.integers(0, 5),
        unit_weight_grams=st.integers(0, 5_000),
    ),
    min_size=1,
    max_size=3,
).map(lambda rows: tuple(replace(row, number=place) for place, row in enumerate(rows, start=1)))
charges = st.lists(
    st.builds(
        Charge,
        number=st.just(0),
        kind=st.just("freight"),
        amount_minor=st.integers(1, 50_000),
        basis=st.sampled_from(["value", "weight", "unit"]),
    ),
    max_size=3,
).map(tuple)


def order(rows: tuple[Line, ...], added: tuple[Charge, ...], early: int) -> Order:
    """An order as it is when all of it is paid and `early` of it was released."""
    goods = sum(row.quantity * row.unit_price_minor for row in rows)
    total = goods + sum(row.amount_minor for row in added)
    early = total * early // 100
    plain: dict[str, Any] = dict.fromkeys(Order.__slots__)
    numbers = [name for name in Order.__slots__ if name.endswith("_minor")]
    plain |= dict.fromkeys(numbers, 0) | {"id": uuid4(), "state": "active", "currency": "USD", "tier": "verified"}
    plain |= {"total_minor": total, "goods_minor": goods, "paid_minor": total, "lines": rows, "charges": added}
    plain |= {"released_minor": early, "released_early_minor": early, "rest_settled": False}
    return Order(**plain)


def cut(draw: Any, rows: tuple[Line, ...]) -> list[dict[int, int]]:
    """All units of all lines, in one to four lots."""
    count = draw(st.integers(1, 4))
    parts: list[dict[int, int]] = [{} for _ in range(count)]
    for row in rows:
        cuts = sorted(draw(st.lists(st.integers(0, row.quantity), min_size=count - 1, max_size=count - 1)))
        for part, (low, high) in zip(parts, pairwise([0, *cuts, row.quantity]), strict=True):
            if high > low:
                part[row.number] = high - low
    return [part for part in parts if part]


def lot(number: int, quantities: dict[int, int], price: money.Price) -> Lot:
    """A lot that has just left."""
    empty: dict[str, Any] = dict.fromkeys(Lot.__slots__)
    empty |= {"id": uuid4(), "order_id": uuid4(), "number": number, "state": "shipped", "quantities": quantities}
    empty |= {"price_minor": price.total_minor, "goods_minor": price.goods_minor, "refunded_minor": 0}
    empty |= {"frozen_minor": 0, "reserved_minor": 0, "shipped_on": ON, "grade": "A", "extended_by": ()}
    return Lot(**empty)


@st.composite
def wholes(draw: Any) -> Whole:
    """A paid order, shipped in lots."""
    rows, added = draw(lines), draw(charges)
    made = order(rows, added, draw(st.sampled_from([0, 0, 10, 30, 33])))
    lots: list[Lot] = []
    for number, quantities in enumerate(cut(draw, rows), start=1):
        lots.append(lot(number, quantities, money.lot_price(order=made, lots=tuple(lots), quantities=quantities)))
    tranche = Tranche(uuid4(), made.id, 1, made.total_minor, "signature", "receipt", "held", made.total_minor)
    return Whole(made, (tranche,), tuple(lots), made.paid_minor - made.released_minor, 0)


def change(whole: Whole, number: int, **changes: Any) -> Whole:
    return replace(whole, lots=tuple(replace(row, **changes) if row.number == number else row for row in whole.lots))


def released(whole: Whole) -> Whole:
    """Let go what is due."""
    amount = money.releasable(whole)
    assert 0 <= amount <= whole.escrow_minor
    after = replace(whole.order, released_minor=whole.order.released_minor + amount)
    return replace(whole, order=after, escrow_minor=whole.escrow_minor - amount)


def refunded(whole: Whole, number: int, amount: int) -> Whole:
    """Give a part of a lot back from what is held, else from the supplier."""
    drawn = money.draw(whole, place=number, amount_minor=amount)
    row = whole.lot(number)
    assert row is not None
    whole = change(whole, number, refunded_minor=row.refunded_minor + amount)
    after = replace(
        whole.order,
        refunded_minor=whole.order.refunded_minor + amount,
        recourse_minor=whole.order.recourse_minor + drawn.beyond_minor,
    )
    return replace(whole, order=after, escrow_minor=whole.escrow_minor - drawn.escrow_minor)


@given(whole=wholes())
def test_the_lots_are_the_order_to_the_cent(whole: Whole) -> None:
    assert money.rest_price(whole) == 0
    assert sum(row.price_minor for row in whole.lots) == whole.order.total_minor
    assert sum(row.goods_minor for row in whole.lots) == whole.order.goods_minor
    assert all(row.price_minor >= 0 for row in whole.lots)


@given(whole=wholes(), data=st.data())
def test_whatever_comes_first_the_same_money_reaches_everybody(whole: Whole, data: Any) -> None:
    """Receipts and refunds in two orders: each lot gives the supplier its price less what went back, in the end."""
    backs = {row.number: data.draw(st.integers(0, row.price_minor)) for row in whole.lots}
    acts = [("receive", number) for number in backs] + [("refund", number) for number in backs]
    ends = []
    for sequence in (data.draw(st.permutations(acts)), data.draw(st.permutations(acts))):
        now = whole
        for verb, number in sequence:
            now = change(now, number, state="received") if verb == "receive" else refunded(now, number, backs[number])
            now = released(now)
            assert now.escrow_minor >= 0
            paid_out = now.order.released_minor + now.order.refunded_minor - now.order.recourse_minor
            assert now.order.paid_minor == now.escrow_minor + paid_out
        ends.append((now.escrow_minor, now.order.released_minor - now.order.recourse_minor, now.order.refunded_minor))
    total, back = whole.order.total_minor, sum(backs.values())
    assert ends == [(0, total - back, back)] * 2


@given(whole=wholes(), data=st.data())
def test_what_is_frozen_is_its_own_goods_money(whole: Whole, data: Any) -> None:
    """Disputes on all lots together never freeze more than is held, and none keeps another lot from its release."""
    kept = whole.lots[-1].number
    for row in whole.lots[:-1]:
        amount = money.freezable(whole, place=row.number, wanted_minor=data.draw(st.integers(0, row.price_minor * 2)))
        assert 0 <= amount <= row.price_minor
        whole = change(whole, row.number, frozen_minor=amount)
        whole = replace(whole, escrow_minor=whole.escrow_minor - amount, frozen_minor=whole.frozen_minor + amount)
    before = whole.escrow_minor
    whole = released(change(whole, kept, state="received"))
    price = whole.lots[-1].price_minor
    share = price - whole.order.released_early_minor * price / whole.order.total_minor
    assert abs(before - whole.escrow_minor - max(0, share)) <= len(whole.lots)


@given(whole=wholes(), data=st.data())
def test_a_shortage_is_given_back_or_held_never_both(whole: Whole, data: Any) -> None:
    row = whole.lots[0]
    came = {line: data.draw(st.integers(0, units)) for line, units in row.quantities.items()}
    short = money.shortage(whole, lot=row, received=came)
    assert 0 <= short.back_minor + short.reserved_minor <= row.price_minor
    tolerance = {line.number: line.tolerance_units for line in whole.order.lines}
    inside = all(units - came[line] <= tolerance[line] for line, units in row.quantities.items())
    assert (short.reserved_minor == 0) or not inside
    if came == row.quantities:
        assert (short.back_minor, short.reserved_minor) == (0, 0)


@pytest.mark.parametrize("name", ["standard", "import", "accessories"])
@given(parts=st.lists(st.integers(0, 900_000), min_size=1, max_size=6), back=st.integers(0, 100))
def test_the_fee_does_not_ask_in_how_many_steps(name: str, parts: list[int], back: int) -> None:
    shipped = programme.shipped(name)
    made = order((Line(1, 1000, 2_000, 0, 0),), (Charge(1, "freight", 300_000, "value"),), 0)
    taken = 0
    for part in [*parts, -(sum(parts) * back // 100)]:
        made = replace(made, released_minor=made.released_minor + part)
        taken += programme_rules.fee_step(
            programme=shipped,
            tier="verified",
            currency="USD",
            released_goods_minor=money.released_goods(made),
            taken_minor=taken,
        )
    due = programme_rules.fee_due(
        programme=shipped, tier="verified", currency="USD", released_goods_minor=money.released_goods(made)
    )
    assert taken == due


# --- the same through the verbs, with the ledger behind them ---------------------------------------------------------

ACTS = ("ship", "deliver", "receive", "short", "reject", "claim", "accept", "withdraw", "cancel", "propose", "wait")


class Trade:
    """One order and whatever is done to it; what cannot be done now is refused and changes nothing."""

    def __init__(self, world: World, document: dict[str, Any]) -> None:
        self.world, self.claims = world, []
        self.order_id = world.signed_order(document)
        for tranche in world.order(self.order_id).tranches:
            if tranche.number == 2:
                production.start_production(act=world.supplier(), order_id=self.order_id)
                production.declare_ready(act=world.supplier(), order_id=self.order_id)
            world.pays(self.order_id, tranche.number, settle=tranche.number == 1)

    def do(self, verb: str, number: int, share: int) -> None:
        self.number, self.share = number, share
        try:
            with transaction.atomic():
                getattr(self, verb)()
        except Refusal:
            return

    def ship(self) -> None:
        self.world.ships(self.order_id, {1: max(1, self.share * 3)})

    def deliver(self) -> None:
        for shipment in shipments(order_id=self.order_id):
            if shipment.lot_number == self.number:
                self.world.delivers(shipment.id)

    def receive(self) -> None:
        self.world.receives(self.order_id, self.number)

    def short(self) -> None:
        lot = self.world.order(self.order_id).lot(self.number)
        units = lot.quantities[1] * self.share // 100 if lot else 0
        self.world.receives(self.order_id, self.number, received={1: units})

    def reject(self) -> None:
        receipt.reject(act=self.world.buyer(), order_id=self.order_id, lot=self.number, reason="no")

    def claim(self) -> None:
        reason = ("quality", "wrong_goods", "quantity")[self.share % 3]
        amount = self.world.order(self.order_id).order.total_minor * (self.share + 1) // 300
        self.claims.append(opens(self.world, self.order_id, reason, lots=(self.number,), amount_minor=amount))

    def accept(self) -> None:
        if self.claims:
            accepts(self.world, self.claims[self.share % len(self.claims)])

    def withdraw(self) -> None:
        if self.claims:
            claim = self.claims[self.share % len(self.claims)]
            answering.withdraw(act=self.world.buyer(), order_id=self.order_id, claim_id=claim.claim_id)

    def cancel(self) -> None:
        cancelling.cancel(act=self.world.supplier(), order_id=self.order_id, ground="withdrawal")

    def propose(self) -> None:
        cancelling.propose_cancel(act=self.world.buyer(), order_id=self.order_id)
        cancelling.cancel(act=self.world.supplier(), order_id=self.order_id, ground="agreement")

    def wait(self) -> None:
        self.world.days_pass(self.share / 10)


WALKS: dict[str, Any] = {
    "price": st.integers(7, 2_003),
    "freight": st.integers(1, 9_999),
    "deposit": st.sampled_from([None, "receipt", "production", "shipment"]),
    "acts": st.lists(st.tuples(st.sampled_from(ACTS), st.integers(1, 3), st.integers(0, 99)), min_size=6, max_size=16),
}


def walk(world: World, price: int, freight: int, deposit: str | None, acts: list[tuple[str, int, int]]) -> None:
    """Whatever is done to an order, nothing is lost."""
    payment: dict[str, Any] = {"kind": "full"}
    if deposit:
        tranches = [
            {"number": 1, "payable": "signature", "release": deposit, "percent": "31"},
            {"number": 2, "payable": "ready", "release": "receipt", "percent": "69"},
        ]
        payment = {"kind": "milestones", "tranches": tranches}
    document = contract(
        lines=[{**contract()["lines"][0], "quantity": 300, "unit_price_minor": price, "tolerance": {"percent": "2"}}],
        charges=[{"kind": "freight", "amount_minor": freight, "basis": "value"}],
        payment=payment,
    )
    start, place = world.now, transaction.savepoint()
    try:
        trade = Trade(world, document)
        for verb, number, share in acts:
            trade.do(verb, number, share)
            sound()
        world.days_pass(80)
        sound()
        whole = world.order(trade.order_id)
        if whole.order.state == "closed":
            waiting = [row for row in open_for(order_id=trade.order_id) if row.subject_kind != "debt"]
            assert (whole.escrow_minor, whole.frozen_minor, waiting) == (0, 0, [])
        fee = programme_rules.fee_due(
            programme=programme.shipped("standard"),
            tier="verified",
            currency="USD",
            released_goods_minor=money.released_goods(whole.order),
        )
        assert whole.order.fee_minor == fee
        assert all(row.amount_minor > 0 for row in book.of_order(order_id=trade.order_id))
    finally:
        transaction.savepoint_rollback(place)
        world.now = start


SLOW: dict[str, Any] = {
    "deadline": None,
    "phases": [Phase.explicit, Phase.generate],  # an example takes seconds: it is told as it was found
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}


def test_nothing_is_lost_whatever_is_done_to_an_order(world: World) -> None:
    settings(max_examples=3, **SLOW)(given(**WALKS)(walk))(world)


@pytest.mark.long
def test_nothing_is_lost_whatever_is_done_to_many_orders(world: World) -> None:
    settings(max_examples=30, **SLOW)(given(**WALKS)(walk))(world)
