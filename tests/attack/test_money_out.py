"""Money out under attack: what leaves leaves once, to whom it may, and nobody who lets it out waits in a circle."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connections, transaction

from holdfast.database.connection import Access
from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import OutOfState
from holdfast.orders.models import Debt
from holdfast.orders.operations import by_hand, reserve, wiring
from holdfast.rails import models, operations, rules
from holdfast.rails.bank import pain
from holdfast.rails.models.statements import BankAccount
from holdfast.rails.operations import Destination, disputes
from holdfast.record.act import rail
from holdfast.record.chains import OPERATOR
from holdfast.record.recording import Recording
from tests.claims.stage import accepts, opens
from tests.orders.flows import sound
from tests.orders.test_statements import Bank, made
from tests.rails import stage
from tests.rails.stage import NOW, chain_of
from tests.rails.test_payouts import account, asked, by, everyone, gathered, nobody, refused
from tests.test_races import PATIENCE, closing, ended, waiting
from tests.world import World

FROM_ALMA = Destination(None, "Alma GmbH", iban="DE89370400440532013000")
ALMA_BANK = Destination(new_id(), "Alma GmbH", iban="DE89370400440532013000")


@pytest.fixture
def bank(db: None, settings: Any) -> BankAccount:
    """The bank is told by files."""
    settings.WIRE = "bank"
    return account()


def test_a_file_is_not_let_out_for_an_account_that_was_withdrawn_since(bank: BankAccount) -> None:
    """Stopping an account stops what is gathered for it, up to the moment the file is written."""
    stage.earned(amount_minor=20_000)
    asked(20_000)
    batch = gathered(bank)
    refused(rules.NoBeneficiary, lambda: operations.release_batch(act=by(), batch_id=batch.id, usable=nobody))
    operations.drop_batch(act=by(), batch_id=batch.id, chain_of=chain_of)
    operations.send_payouts(now=NOW, usable=nobody)
    assert models.Payout.objects.get().state == "cancelled"
    asked(20_000)
    again = gathered(bank)
    assert operations.release_batch(act=by(), batch_id=again.id, usable=everyone).state == "released"


def test_a_refund_on_its_way_to_the_instrument_is_not_routed_to_an_account_as_well(db: None) -> None:
    """Its provider may have been told a moment ago."""
    order_id = new_id()
    stage.captured(stage.requested(order_id=order_id))
    (refund,) = stage.refunded(order_id=order_id, amount_minor=4_000)
    refused(
        OutOfState,
        lambda: operations.route_refund(act=by(), refund_id=refund.id, destination=ALMA_BANK, chain_of=chain_of),
    )


def test_a_refund_in_a_batch_does_not_leave_once_the_payers_bank_has_taken_the_money(bank: BankAccount) -> None:
    """The wire is recalled between the gathering and the release: it is not paid back a second time."""
    order_id = new_id()
    payment = stage.captured(stage.requested(order_id=order_id, rail="wire", instrument={}))
    (refund,) = stage.refunded(order_id=order_id, amount_minor=4_000)
    operations.route_refund(act=by(), refund_id=refund.id, destination=FROM_ALMA, chain_of=chain_of)
    stage.earned(amount_minor=20_000)
    asked(20_000)
    batch = gathered(bank)
    assert (batch.count, batch.total_minor, stage.refundable(order_id)) == (2, 24_000, 0)
    with transaction.atomic():
        recording = Recording(rail(NOW))
        recording.event(chain_of(order_id), "dispute.opened", about={"order": order_id})
        assert disputes.stop_refunds(recording=recording, payment=payment, most_minor=10_000) == 4_000
        recording.write(None)
    assert (models.Refund.objects.get().state, stage.refundable(order_id)) == ("stopped", 4_000)
    done = operations.release_batch(act=by(), batch_id=batch.id, usable=everyone)
    assert (done.state, done.count, done.total_minor) == ("released", 1, 20_000)
    assert str(pain.compact("rfd", refund.id)).encode() not in b"".join(operations.file_of(batch_id=batch.id))
    assert stage.findings() == []


# --- in a circle -----------------------------------------------------------------------------------------------------


@pytest.fixture
def town(own_database: Access, django_db_blocker: Any) -> Iterator[World]:
    """A world whose acts are committed."""
    with django_db_blocker.unblock():
        yield World()
        sound()
        connections.close_all()


def set_aside(town: World, amount_minor: int) -> Any:
    return reserve.propose_change(
        act=town.operator(), currency="USD", kind="set_aside", amount_minor=amount_minor, reason="the budget"
    )


def confirmed(town: World, change: Any) -> Any:
    return reserve.confirm_change(act=town.operator(town.fin), change_id=change.id)


def paid_out_and_claimed(town: World) -> Any:
    """Boris has his money at his bank, and then owes 90,000 of it."""
    order_id = town.delivered()
    town.receives(order_id)
    operations.request_payout(
        act=town.supplier(),
        organisation_id=town.boris.organisation_id,
        currency="USD",
        destination=Destination(town.boris.organisation_id, "Boris Trading", "DE89370400440532013000"),
    )
    accepts(town, opens(town, order_id, "quality", amount_minor=90_000))
    return order_id


def waits_for_its_order(access: Access, order_id: UUID, act: Callable[[], Any], free: str, subject_id: UUID) -> None:
    """While an act waits for the lock of an order, what others take behind that lock is free for them."""
    with ThreadPoolExecutor(1) as pool:
        with psycopg.connect(**access.for_psycopg()) as holder:
            holder.execute("SELECT 1 FROM orders_order WHERE id = %s FOR UPDATE", [order_id])
            future, until = pool.submit(closing(act)), time.monotonic() + PATIENCE
            while not waiting(access) and time.monotonic() < until:
                time.sleep(0.02)
            assert waiting(access)
            holder.execute("SET LOCAL lock_timeout = '3s'")
            holder.execute(free, [subject_id])
        assert len(ended([future]).done) == 1


def test_an_advance_is_funded_while_the_reserve_grows(town: World, own_database: Access) -> None:
    """Both need the reserve and the operator's chain, and take them in the same order."""
    confirmed(town, set_aside(town, 200_000))
    paid_out_and_claimed(town)
    more = set_aside(town, 10_000)
    rivals = [
        lambda: confirmed(town, more),
        lambda: reserve.fund_advance(act=town.operator(), currency="USD", amount_minor=1_000),
    ]
    with ThreadPoolExecutor(2) as pool:
        with psycopg.connect(**own_database.for_psycopg()) as holder:
            holder.execute("SELECT record_head(%s)", [OPERATOR])
            futures, until = [], time.monotonic() + PATIENCE
            for place, rival in enumerate(rivals):
                futures.append(pool.submit(closing(rival)))
                while waiting(own_database) <= place and time.monotonic() < until:
                    time.sleep(0.02)
        assert len(ended(futures).done) == 2


def test_a_debt_is_repaid_out_of_suspense_while_its_order_is_worked_on(town: World, own_database: Access) -> None:
    """What lies in suspense for an order's payment is found to be for its debt, and the rest of the payment comes."""
    confirmed(town, set_aside(town, 200_000))
    order_id = paid_out_and_claimed(town)
    debt = Debt.objects.get(order_id=order_id, kind="advance")
    wire = operations.Wire("line-1", "nothing we know", 10_000, "USD", "Boris Trading", town.now)
    arrival = wiring.wire_arrived(act=town.operator(), wire=wire)
    assert isinstance(arrival, operations.Arrival)
    assert arrival.stray is not None
    stray_id = arrival.stray.id

    def repaid() -> Any:
        return by_hand.match_reference(
            act=town.operator(), stray_id=stray_id, reference=debt.reference, reason="his mail"
        )

    waits_for_its_order(own_database, order_id, repaid, "SELECT 1 FROM rails_stray WHERE id = %s FOR UPDATE", stray_id)
    assert models.Stray.objects.get(id=stray_id).state == "matched"
    assert Debt.objects.get(id=debt.id).collected_minor == 10_000


def test_a_line_that_repays_a_debt_holds_nobodys_chain_while_it_waits(
    town: World, own_database: Access, tmp_path: Path, settings: Any
) -> None:
    """Whoever works on the order may write to the operator's chain behind its lock, and never waits for the line."""
    settings.MEDIA_ROOT = tmp_path / "files"
    order_id = paid_out_and_claimed(town)
    debt = Debt.objects.filter(order_id=order_id).order_by("-amount_minor")[0]
    clients = Bank(town, tmp_path)
    path = clients.write(made(10_000, text=debt.reference))
    waits_for_its_order(own_database, order_id, lambda: clients.takes(path), "SELECT record_head(%s)", OPERATOR)
    assert Debt.objects.get(id=debt.id).collected_minor == 10_000
