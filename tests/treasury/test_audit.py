"""What the audit finds when the one who holds the schema changes what was signed, kept or posted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from holdfast.database.connection import Access
from holdfast.kernel.refusals import Refusal
from holdfast.orders.operations import receipt
from holdfast.rails import operations as rails
from holdfast.rails.operations.payouts import Destination
from holdfast.treasury import audit, models
from holdfast.treasury.operations import closing
from holdfast.treasury.queries import ages, holds
from holdfast.treasury.refusals import DayClosed
from tests.tampering import as_owner
from tests.world import NOW, World

pytestmark = pytest.mark.database
CLOSE = "UPDATE treasury_close SET "
TAMPERED = {
    "statement = jsonb_set(statement, '{operator}', '\"Somebody\"')": audit.CHAIN,
    "books = jsonb_set(books, '{transfers}', '99')": audit.CHAIN,
    "previous = digest": audit.CHAIN,
    "salt_key = decode(repeat('00', 32), 'hex')": audit.ROOTS,
    "first_day = first_day - 1": None,
}


@pytest.mark.own_database
@pytest.mark.parametrize("change", TAMPERED)
def test_a_close_that_was_changed_is_found(change: str, own_database: Access, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        world = World()
        world.funded_order()
        for _ in range(2):
            world.days_pass(1)
            closing.close_day(act=world.operator(), day=world.now.date() - timedelta(days=1))
        assert list(audit.findings()) == []
        where = (
            ""
            if "salt_key" in change or "transfers" in change
            else " WHERE day > (SELECT min(day) FROM treasury_close)"
        )
        with as_owner(own_database) as owner:
            owner.execute("ALTER TABLE treasury_close DISABLE TRIGGER USER")
            owner.execute(CLOSE + change + where)
        found = {one.what for one in audit.findings()}
        assert found == {TAMPERED[change] or audit.CHAIN}
        connections.close_all()


@pytest.mark.own_database
def test_a_checkpoint_or_an_entry_that_was_changed_is_found(own_database: Access, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        world = World()
        world.funded_order()
        world.days_pass(1)
        closing.close_day(act=world.operator(), day=NOW.date())
        with as_owner(own_database) as owner:
            owner.execute("ALTER TABLE ledger_checkpoint DISABLE TRIGGER USER")
            owner.execute("UPDATE ledger_checkpoint SET balance_minor = balance_minor + 1 WHERE balance_minor > 0")
        assert {one.what for one in audit.findings()} >= {audit.KEPT, audit.FIGURES, audit.ROOTS}
        connections.close_all()


@pytest.mark.own_database
def test_of_two_who_close_a_day_one_does(own_database: Access, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        world = World()
        world.funded_order()
        world.days_pass(1)

        def close() -> str:
            try:
                closing.close_day(act=world.operator(), day=NOW.date())
            except Refusal as refusal:
                return refusal.code()
            finally:
                connections.close_all()
            return "closed"

        with ThreadPoolExecutor(2) as pool:
            told = sorted(one.result() for one in [pool.submit(close) for _ in range(2)])
        assert told == ["closed", DayClosed.code()]
        assert models.Close.objects.count() == 1
        connections.close_all()


def test_from_condition_to_payout_is_measured_first_in_first_out(world: World) -> None:
    order_id = world.delivered()
    receipt.receive(act=world.buyer(), order_id=order_id, lot=1)
    world.now += timedelta(hours=5)
    for amount in (100, 200):
        rails.request_payout(
            act=world.supplier(),
            organisation_id=world.boris.organisation_id,
            currency="USD",
            destination=Destination(world.boris.organisation_id, "Boris Trading", "NL91ABNA0417164300", "ABNANL2A"),
            amount_minor=amount,
        )
        world.now += timedelta(hours=2)
    found = ages.taken(now=world.now)
    assert (found.parts, found.release_p95_seconds) == (2, 0)
    assert (found.payout_p50_seconds, found.payout_p95_seconds) == (5 * 3600, 7 * 3600)
    (heap,) = (one for one in ages.heaps(holds.register(now=world.now), now=world.now) if one.account == "payable")
    assert heap.amount_minor == sum(minor for _age, minor in heap.by_age)
    assert dict(heap.by_age)["0-2"] == heap.amount_minor
