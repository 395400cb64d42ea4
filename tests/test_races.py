"""Two at once on one order, on real connections: exactly one wins, the money is whole, and nobody waits for ever."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connections

from holdfast.claims.operations import answering, executing
from holdfast.claims.operations.clockwork import examination_lapsed
from holdfast.database.connection import Access
from holdfast.kernel.refusals import Refusal
from holdfast.orders.models import Debt
from holdfast.orders.operations import cancelling, clockwork, funding, paying, receipt, reserve, undelivered
from holdfast.rails import operations as rails
from holdfast.rails import queries as rail_queries
from holdfast.rails.operations.payouts import Destination
from holdfast.record import deadlines
from holdfast.record.act import clock, rail
from tests.claims.stage import accepts, decides, gives, opens, to_mediator, waives
from tests.orders.flows import balance, sound
from tests.world import World, contract

pytestmark = [pytest.mark.database]
PATIENCE = 20.0


@pytest.fixture
def town(own_database: Access, django_db_blocker: Any) -> Iterator[World]:
    """A world whose acts are committed."""
    with django_db_blocker.unblock():
        yield World()
        sound()
        connections.close_all()


@dataclass
class Outcome:
    """What became of the rivals: results of those who did it, refusals of those who could not."""

    done: list[Any] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def waiting(access: Access) -> int:
    """How many connections wait for a lock."""
    with psycopg.connect(**access.for_psycopg()) as other:
        row = other.execute(
            "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND pid IN"
            " (SELECT pid FROM pg_stat_activity WHERE datname = current_database())"
        ).fetchone()
    return row[0] if row else 0


def closing(act: Callable[[], Any]) -> Callable[[], Any]:
    """An act in a thread of its own, which leaves no connection behind."""

    def run() -> Any:
        try:
            return act()
        finally:
            connections.close_all()

    return run


def ended(futures: list[Future[Any]]) -> Outcome:
    """What became of everybody; a fault is nobody's outcome."""
    outcome = Outcome()
    for future in futures:
        fault = future.exception(timeout=PATIENCE)
        if fault is None:
            outcome.done.append(future.result())
        elif isinstance(fault, Refusal):
            outcome.refused.append(fault)
        else:
            raise fault
    return outcome


def race(access: Access, lock: tuple[str, UUID], *acts: Callable[[], Any]) -> Outcome:
    """Hold a row until all rivals wait for it, then let them go."""
    with ThreadPoolExecutor(len(acts)) as pool:
        with psycopg.connect(**access.for_psycopg()) as holder:
            holder.execute(f"SELECT 1 FROM {lock[0]} WHERE id = %s FOR UPDATE", [lock[1]])
            futures = [pool.submit(closing(act)) for act in acts]
            until = time.monotonic() + PATIENCE
            while waiting(access) < len(acts) and time.monotonic() < until:
                time.sleep(0.02)
            met = waiting(access) == len(acts)
        assert met, "the rivals did not meet"
        return ended(futures)


def on(order_id: UUID) -> tuple[str, UUID]:
    return ("orders_order", order_id)


def one_of_two(outcome: Outcome) -> None:
    assert (len(outcome.done), len(outcome.refused)) == (1, 1), outcome


def test_a_lot_is_received_once(town: World, own_database: Access) -> None:
    order_id = town.delivered()
    one_of_two(race(own_database, on(order_id), *[lambda: town.receives(order_id)] * 2))
    assert (town.order(order_id).order.released_minor, balance(town)) == (1_000_000, 975_000)


def test_a_payment_comes_in_once(town: World, own_database: Access) -> None:
    order_id = town.signed_order()
    payment = paying.request_payment(
        act=town.buyer(), order_id=order_id, tranche=1, rail="card", instrument={"number": "4242424242424242"}
    )

    def fund() -> Any:
        return funding.fund(
            act=rail(town.now), order_id=order_id, payment_id=payment.id, received_minor=payment.amount_minor
        )

    one_of_two(race(own_database, on(order_id), fund, fund))
    assert town.order(order_id).escrow_minor == 1_000_000


def test_two_payments_for_one_tranche_hold_it_once_and_the_second_goes_back(town: World, own_database: Access) -> None:
    order_id = town.signed_order()
    asked = [paying.request_payment(act=town.buyer(), order_id=order_id, tranche=1, rail="wire") for _ in range(2)]

    def comes(payment: Any) -> Any:
        return funding.fund(
            act=rail(town.now), order_id=order_id, payment_id=payment.id, received_minor=payment.amount_minor
        )

    outcome = race(own_database, on(order_id), *[lambda one=one: comes(one) for one in asked])
    assert sorted(funded.held_minor for funded in outcome.done) == [0, 1_000_000]
    assert [refund.amount_minor for refund in rail_queries.refunds_of(order_id=order_id)] == [500_000] * 2


def test_what_is_lost_is_refunded_or_what_came_is_released(town: World, own_database: Access) -> None:
    document = contract(ship={"on": "2026-03-05"}, transit_days=1, incoterm="DAP", latest_delivery_on="2026-03-12")
    order_id, _shipment = town.shipped(document)
    town.days_pass(36)
    one_of_two(
        race(
            own_database,
            on(order_id),
            lambda: undelivered.settle_undelivered(act=town.operator(), order_id=order_id, lot=1),
            lambda: town.receives(order_id),
        )
    )
    order = town.order(order_id).order
    assert sorted([order.released_minor, order.refunded_minor]) == [0, 1_000_000]


def test_what_is_frozen_is_not_released_as_well(town: World, own_database: Access) -> None:
    order_id = town.delivered()
    race(
        own_database,
        on(order_id),
        lambda: opens(town, order_id, "quality", amount_minor=400_000),
        lambda: town.receives(order_id),
    )
    whole = town.order(order_id)
    assert (whole.frozen_minor, whole.order.released_minor) in {(400_000, 600_000), (0, 1_000_000)}


def test_the_rest_is_shipped_or_cancelled(town: World, own_database: Access) -> None:
    order_id = town.funded_order()
    one_of_two(
        race(
            own_database,
            on(order_id),
            lambda: town.ships(order_id),
            lambda: cancelling.cancel(act=town.buyer(), order_id=order_id, ground="before_production"),
        )
    )
    whole = town.order(order_id)
    assert (len(whole.lots), whole.order.refunded_minor) in {(1, 0), (0, 1_000_000)}


def test_a_claim_is_accepted_or_withdrawn(town: World, own_database: Access) -> None:
    order_id = town.delivered()
    claim = opens(town, order_id, "quality", amount_minor=100_000)
    one_of_two(
        race(
            own_database,
            on(order_id),
            lambda: accepts(town, claim),
            lambda: answering.withdraw(act=town.buyer(), order_id=order_id, claim_id=claim.claim_id),
        )
    )


def test_a_claim_is_decided_once(town: World, own_database: Access) -> None:
    order_id = town.delivered()
    claim = opens(town, order_id, "quality")
    to_mediator(town, claim)
    acts = [lambda by=by: decides(town, claim, (gives(300_000),), by=by) for by in (town.dana, town.emil)]
    one_of_two(race(own_database, on(order_id), *acts))


def test_a_return_is_confirmed_or_runs_out_and_pays_once(town: World, own_database: Access) -> None:
    order_id = town.delivered()
    claim = opens(town, order_id, "wrong_goods")
    to_mediator(town, claim)
    decides(town, claim, (gives(1_000_000),), goods_back=True)
    waives(town, claim)
    executing.send_goods_back(
        act=town.buyer(),
        order_id=order_id,
        claim_id=claim.claim_id,
        carrier="DHL",
        number="JD014600003RU",
        sent_on=town.today(town.alma),
    )
    due = next(row for row in deadlines.open_for(order_id=order_id) if row.kind == "claim.returned")
    race(
        own_database,
        on(order_id),
        lambda: executing.confirm_return(act=town.supplier(), order_id=order_id, claim_id=claim.claim_id),
        lambda: examination_lapsed(clock(town.now), due),
    )
    assert town.order(order_id).order.refunded_minor == 1_000_000


def test_the_clock_and_the_buyer_receive_once(town: World, own_database: Access) -> None:
    order_id = town.delivered()
    due = next(row for row in deadlines.open_for(order_id=order_id) if row.kind == "lot.receipt")
    race(
        own_database,
        on(order_id),
        lambda: clockwork.receipt_lapsed(clock(due.due_at), due),
        lambda: receipt.receive(act=town.buyer(), order_id=order_id, lot=1),
    )
    whole = town.order(order_id)
    assert (whole.order.released_minor, whole.order.state) == (1_000_000, "completed")


def test_a_side_signs_once(town: World, own_database: Access) -> None:
    contract_id = town.proposed()
    acts = [lambda: town.signs(contract_id, town.alma, "buyer")] * 2
    one_of_two(race(own_database, ("contracts_contract", contract_id), *acts))


def test_both_sides_sign_at_once_and_one_order_is_open(town: World, own_database: Access) -> None:
    contract_id = town.proposed()
    outcome = race(
        own_database,
        ("contracts_contract", contract_id),
        lambda: town.signs(contract_id, town.alma, "buyer"),
        lambda: town.signs(contract_id, town.boris, "supplier"),
    )
    assert sorted(signed.contract_state for signed in outcome.done) == ["signed", "signed_once"]
    assert len([signed for signed in outcome.done if signed.order_id]) == 1


def test_one_balance_pays_two_awards_and_a_payout_without_a_deadlock(town: World, own_database: Access) -> None:
    orders = []
    for day in ("2026-04-10", "2026-05-10"):
        orders.append(town.delivered(contract(ship={"on": day})))
        town.receives(orders[-1])
    claims = [opens(town, order_id, "quality", amount_minor=900_000) for order_id in orders]
    account = Destination(town.boris.organisation_id, "Boris Trading", "DE89370400440532013000")

    def pays_out() -> Any:
        return rails.request_payout(
            act=town.supplier(),
            organisation_id=town.boris.organisation_id,
            currency="USD",
            destination=account,
            amount_minor=500_000,
        )

    outcome = at_once([lambda: accepts(town, claims[0]), lambda: accepts(town, claims[1]), pays_out])
    assert len(outcome.done) + len(outcome.refused) == 3
    assert balance(town) >= 0
    assert [town.order(order_id).order.refunded_minor for order_id in orders] == [900_000, 900_000]


def test_two_awards_draw_the_reserve_to_its_last_cent_and_no_further(town: World, own_database: Access) -> None:
    change = reserve.propose_change(
        act=town.operator(), currency="USD", kind="set_aside", amount_minor=100_000, reason="the budget"
    )
    reserve.confirm_change(act=town.operator(town.fin), change_id=change.id)
    orders = []
    for day in ("2026-04-10", "2026-05-10"):
        orders.append(town.delivered(contract(ship={"on": day})))
        town.receives(orders[-1])
    rails.request_payout(
        act=town.supplier(),
        organisation_id=town.boris.organisation_id,
        currency="USD",
        destination=Destination(town.boris.organisation_id, "Boris Trading", "DE89370400440532013000"),
    )
    claims = [opens(town, order_id, "quality", amount_minor=90_000) for order_id in orders]
    at_once([lambda: accepts(town, claims[0]), lambda: accepts(town, claims[1])])
    # The fee on what comes back, 22.50 of each, came first.
    drawn = {kind: sum(debt.amount_minor for debt in Debt.objects.filter(kind=kind)) for kind in ("advance", "award")}
    assert drawn == {"advance": 100_000, "award": 180_000 - 4_500 - 100_000}
    (left,) = reserve.reserves()
    assert (left.held_minor, left.owed_minor) == (0, 75_500)


def at_once(acts: list[Callable[[], Any]]) -> Outcome:
    """Let all go together, as they are."""
    with ThreadPoolExecutor(len(acts)) as pool:
        return ended([pool.submit(closing(act)) for act in acts])
