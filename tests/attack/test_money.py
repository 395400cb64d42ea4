"""Money released before it is there, entered twice, locked up, or missing from the clients' pot."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from holdfast import jobs
from holdfast.database.connection import Access
from holdfast.kernel.identifiers import new_id
from holdfast.ledger import audit, book
from holdfast.ledger.chart import of_operator, of_supplier
from holdfast.orders.operations import funding, paying
from holdfast.rails import models
from holdfast.rails import operations as rails
from holdfast.rails.operations import Destination, Wire, payouts
from holdfast.rails.port import Sent
from holdfast.rails.rows import PaymentRow, PayoutRow
from holdfast.record.act import rail
from tests.rails import stage
from tests.world import CARD, World, contract

PAYABLE = of_supplier("payable", stage.BORIS, "USD")


def asked(world: World, order_id: Any, how: str, amount_minor: int | None = None) -> PaymentRow:
    given = {"card": {"number": CARD}, "paypal": {"payer": "buyer@example.com"}, "wire": {}}[how]
    return paying.request_payment(
        act=world.buyer(), order_id=order_id, tranche=1, rail=how, instrument=given, amount_minor=amount_minor
    )


def wire(payment: PaymentRow, **changes: Any) -> Wire:
    sent = Wire("line-1", payment.reference, payment.amount_minor, payment.currency, "Alma Imports", stage.NOW)
    return replace(sent, **changes)


def test_a_wire_that_is_final_does_not_make_a_card_final(world: World) -> None:
    """The card can still be charged back: what it brought is not the supplier's because another rail settled."""
    order_id = world.signed_order()
    paying.capture(act=world.buyer(), payment=asked(world, order_id, "card", 600_000))
    paid = asked(world, order_id, "wire")
    paying.wire_arrived(act=rail(world.now), wire=wire(paid))
    funding.settle_payment(act=rail(world.now), order_id=order_id, payment_id=paid.id, cost_minor=0)
    assert world.order(order_id).order.unsettled_minor == 600_000


def test_a_payment_that_was_all_too_much_makes_no_other_final(world: World) -> None:
    order_id = world.signed_order(small())
    second = asked(world, order_id, "paypal")
    paying.capture(act=world.buyer(), payment=asked(world, order_id, "card"))
    unsettled = world.order(order_id).order.unsettled_minor
    paying.capture(act=world.buyer(), payment=second)
    funding.settle_payment(act=rail(world.now), order_id=order_id, payment_id=second.id, cost_minor=0)
    assert world.order(order_id).order.unsettled_minor == unsettled > 0


def small() -> dict[str, Any]:
    lines = [{"number": 1, "product": "Hat", "quantity": 100, "unit": "piece", "unit_price_minor": 1000}]
    return contract(lines=lines)


def test_a_short_payment_does_not_cost_the_clients_what_nobody_paid(world: World) -> None:
    """A rail's cost is met by what the buyer paid for it, never by what is held for an order."""
    order_id = world.signed_order(small())
    payment = asked(world, order_id, "card")
    funding.fund(act=rail(world.now), order_id=order_id, payment_id=payment.id, received_minor=100, provider_ref="x")
    world.days_pass(5)
    jobs.run_all(now=world.now)
    assert list(audit.findings()) == []


def test_a_line_of_a_statement_is_entered_once_under_whatever_reference(db: None) -> None:
    first, second = (stage.requested(order_id=new_id(), rail="wire", instrument={}) for _ in range(2))
    lost = rails.receive_wire(act=rail(stage.NOW), wire=wire(first, reference="no idea"))
    assert lost.stray is not None
    again = rails.receive_wire(act=rail(stage.NOW), wire=wire(first))
    assert (again.again, again.stray) == (True, lost.stray)
    # The same the other way about: what a payment took is not there for another one, nor for suspense.
    taken = wire(second, source_ref="line-2")
    stage.captured(replace(second, provider_ref=None))
    assert rails.receive_wire(act=rail(stage.NOW), wire=taken).payment is None
    assert book.balance(account=of_operator("suspense", "USD")) == 2 * first.amount_minor


def paid_out(account: str = "123") -> PayoutRow:
    to = Destination(new_id(), "Boris", account=account, bank="Bank")
    return rails.request_payout(
        act=stage.act(role="supplier"), organisation_id=stage.BORIS, currency="USD", destination=to, amount_minor=100
    )


def test_payouts_that_take_their_time_do_not_hold_up_the_others(db: None) -> None:
    stage.earned(amount_minor=10_000)
    for account in ("1-8888", "2-8888", "3"):
        paid_out(account)
    for _ in range(4):
        rails.send_payouts(now=stage.NOW, page=2)
    assert book.balance(account=of_operator("payouts_in_transit", "USD")) == 200


@pytest.mark.own_database
def test_a_bounce_and_a_request_do_not_wait_for_each_other(
    own_database: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both need the balance and the supplier's chain: whoever is second waits, nobody is thrown out."""
    stage.earned(amount_minor=10_000)
    sent = paid_out("9999")
    assert payouts.carry(payout=sent, outcome=Sent("out"), now=stage.NOW)
    holds_chain, holds_balance, faults = threading.Event(), threading.Event(), []
    real = payouts.chain_head

    def slow(**chain: Any) -> Any:
        if threading.current_thread().name == "bounce":
            found = real(**chain)
            holds_chain.set()
            holds_balance.wait(1)
            return found
        holds_balance.set()
        holds_chain.wait(1)
        return real(**chain)

    monkeypatch.setattr(payouts, "chain_head", slow)

    def run(verb: Any) -> None:
        try:
            verb()
        except Exception as fault:  # noqa: BLE001
            faults.append(fault)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=[lambda: rails.send_payouts(now=stage.NOW)], name="bounce"),
        threading.Thread(target=run, args=[paid_out], name="ask"),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (faults, models.Payout.objects.get(id=sent.id).state) == ([], "bounced")
    assert stage.findings() == []
