"""The close: what it signs can be checked by anybody, what it shuts stays shut, and what breaks the ledger stops it."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction
from psycopg.types.json import Jsonb

from holdfast.database.connection import Access
from holdfast.kernel.canonical import digest
from holdfast.ledger import book, chart, days
from holdfast.ledger.book import Transfer
from holdfast.ledger.models import Transfer as TransferRow
from holdfast.treasury.operations import closing
from holdfast.treasury.queries import closes
from holdfast.treasury.refusals import AccountingDayNotOver, BooksNotProven, DayClosed
from holdfast.treasury.rules import document
from tests.tampering import as_owner
from tests.treasury import stranger
from tests.world import NOW, World, refuses

pytestmark = pytest.mark.database
FIRST = date(2026, 3, 2)


def traded(world: World) -> tuple[Any, Any]:
    """An order that is paid and another that was received: escrow, and a balance of Boris."""
    paid, received = world.funded_order(), world.delivered()
    world.receives(received)
    return paid, received


def closed(world: World, day: date | None = None) -> date:
    world.days_pass(1)
    wanted = day or world.now.date() - timedelta(days=1)
    closing.close_day(act=world.operator(world.fin), day=wanted)
    return wanted


def test_a_close_is_signed_and_each_party_checks_its_own_leaf(world: World, tmp_path: Path) -> None:
    paid, _received = traded(world)
    day = closed(world)
    file = closes.file_of(day=day, with_books=True)
    fingerprint = digest(bytes.fromhex(file["public_key"])).hex()
    assert document.problems(file=file, fingerprint=fingerprint) == []
    public = closes.file_of(day=day, with_books=False)
    assert document.problems(file=public, fingerprint=fingerprint) == []
    assert "trial_balance" not in json.dumps(public)

    of_boris = closes.leaves_of(organisation_id=world.boris.organisation_id, day=day)
    of_alma = closes.leaves_of(organisation_id=world.alma.organisation_id, day=day)
    assert closes.leaves_of(organisation_id=world.chen.organisation_id, day=day) == []
    assert {(leaf["code"], leaf["owner"]) for leaf in of_alma} == {("escrow", paid.hex)}
    assert {leaf["code"] for leaf in of_boris} == {"escrow", "payable"}
    owed = sum(leaf["amount_minor"] for leaf in of_boris)
    assert public["statement"]["liabilities"] == [
        {**public["statement"]["liabilities"][0], "sum_minor": owed, "leaves": 2}
    ]
    for leaf in (*of_alma, *of_boris):
        assert document.leaf_problems(file=public, leaf=leaf) == []
        assert stranger.holds(public, leaf, fingerprint)
        assert not stranger.holds(public, {**leaf, "amount_minor": leaf["amount_minor"] + 1}, fingerprint)
    names = [tmp_path / "close.json", tmp_path / "leaf.json"]
    for name, content in zip(names, (public, of_alma[0]), strict=True):
        name.write_text(json.dumps(content), encoding="utf-8")
    command = [sys.executable, stranger.__file__, *map(str, names), fingerprint]
    assert subprocess.run(command, check=False).returncode == 0


def test_whatever_is_changed_in_a_close_is_found(world: World) -> None:
    traded(world)
    file = closes.file_of(day=closed(world), with_books=True)
    assert document.problems(file=file) == []
    assert document.problems(file=file, fingerprint="0" * 64)
    assert document.problems(file={**file, "signature": "00" * 64})
    for name in file["statement"]:
        assert document.problems(file={**file, "statement": {**file["statement"], name: "other"}}), name
    for name in file["books"]:
        assert document.problems(file={**file, "books": {**file["books"], name: []}}) or not file["books"][name], name
    assert document.problems(file={}) == document.problems(file={}) != []
    assert document.leaf_problems(file=file, leaf={}) != []


def test_days_are_closed_once_in_order_and_only_when_they_are_over(world: World) -> None:
    world.funded_order()
    with refuses(AccountingDayNotOver, field="day"):
        closing.close_day(act=world.operator(), day=FIRST)
    world.days_pass(4)
    with refuses(AccountingDayNotOver, field="day"):
        closing.close_day(act=world.operator(), day=world.now.date() + timedelta(days=1))
    first = closing.close_day(act=world.operator(), day=FIRST + timedelta(days=2))
    assert (first.first_day, first.day) == (FIRST, FIRST + timedelta(days=2))
    for late in (FIRST, FIRST + timedelta(days=2)):
        with refuses(DayClosed, field="day"):
            closing.close_day(act=world.operator(), day=late)
    second = closing.close_day(act=world.operator(), day=FIRST + timedelta(days=3))
    assert second.first_day == FIRST + timedelta(days=3)
    newest, oldest = closes.closes()
    assert newest.statement["previous"] == oldest.digest.hex()
    assert oldest.statement["previous"] == document.GENESIS.hex()


def test_a_day_ends_where_the_operator_is(world: World) -> None:
    """Amsterdam is an hour ahead of UTC: what happens at 23:30 UTC is booked on the next day."""
    world.now = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    world.funded_order()
    assert set(TransferRow.objects.values_list("booked_on", flat=True)) == {date(2026, 3, 3)}
    assert days.calendar().zone == "Europe/Amsterdam"


def test_after_the_close_nothing_enters_the_day(world: World) -> None:
    order_id = world.signed_order()
    day = closed(world, world.now.date())
    before = closes.file_of(day=day, with_books=True)
    world.now = NOW
    world.pays(order_id)
    assert {row.booked_on for row in TransferRow.objects.filter(happened_at=NOW)} == {day + timedelta(days=1)}
    world.days_pass(3)
    closing.close_day(act=world.operator(), day=day + timedelta(days=1))
    assert closes.file_of(day=day, with_books=True) == before
    (line,) = closes.closes(limit=1)
    sums = {one["code"]: one["balance_minor"] for one in line.books["trial_balance"]}
    assert sums["escrow"] == world.order(order_id).escrow_minor


def test_the_clock_closes_yesterday_from_its_hour_on_if_finance_wants_it(world: World) -> None:
    world.funded_order()
    midnight = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
    assert closing.close_due(now=midnight + timedelta(hours=9)) == 0
    closing.set_routine(act=world.operator(), close_hour=2)
    assert closing.close_due(now=midnight + timedelta(hours=2)) == 1
    assert closing.close_due(now=midnight + timedelta(hours=9)) == 0
    assert closes.closes()[0].day == FIRST


def test_a_payment_on_its_way_is_explained_and_a_late_one_is_a_break_that_is_carried_over(world: World) -> None:
    order_id = world.signed_order()
    world.pays(order_id)
    settles = TransferRow.objects.get(kind="captured").happened_at + timedelta(days=9)
    world.now += timedelta(days=1)
    closing.close_day(act=world.operator(), day=FIRST)
    (line,) = closes.closes(limit=1)
    assert line.breaks == 0
    assert [(rail["ledger_minor"], rail["items"]) for rail in line.books["rails"]] == [
        (line.books["rails"][0]["explained_minor"], 1)
    ]
    # The worker has been away: nothing settles, and the close says so until somebody looks.
    world.now = settles + timedelta(days=1)
    for number in range(2):
        closing.close_day(act=world.operator(), day=world.now.date() - timedelta(days=1))
        (line,) = closes.closes(limit=1)
        (one,) = line.books["breaks"]
        assert (one["kind"], one["who"], one["carried"]) == ("settlement_overdue", "payment provider", number == 1)
        assert one["since"] == settles.date().isoformat()
        assert one["until"]
        world.now += timedelta(days=1)


@pytest.mark.own_database
def test_a_ledger_that_does_not_prove_itself_is_not_closed(own_database: Access, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        world = World()
        world.funded_order()
        world.now += timedelta(days=1)
        with as_owner(own_database) as owner:
            owner.execute("ALTER TABLE ledger_account DISABLE TRIGGER USER")
            owner.execute("UPDATE ledger_account SET balance_minor = balance_minor + 1 WHERE code = 'escrow'")
        with refuses(BooksNotProven, count=1):
            closing.close_day(act=world.operator(), day=FIRST)


@pytest.mark.own_database
def test_whoever_posts_while_the_books_are_closed_is_before_or_after(
    own_database: Access, django_db_blocker: Any
) -> None:
    """Four post without a pause, all as of yesterday, while yesterday is closed: the close has all or none of each."""
    with django_db_blocker.unblock():
        world = World()
        world.now += timedelta(days=1)
        stop: list[bool] = []

        def post() -> int:
            posted = 0
            supplier = chart.of_supplier("payable", uuid4(), "USD")
            try:
                while not stop:
                    transfer = Transfer("payout_returned", chart.of_operator("client_bank", "USD"), supplier, 7)
                    rows = book.rows(transfers=[transfer], cause_id=uuid4(), happened_at=NOW)
                    with transaction.atomic(), connection.cursor() as cursor:
                        documents: list[Any] = [Jsonb(rows)]
                        cursor.execute("SELECT ledger_post(%s)", documents)
                    posted += 1
            finally:
                connections.close_all()
            return posted

        with ThreadPoolExecutor(4) as pool:
            running = [pool.submit(post) for _ in range(4)]
            while TransferRow.objects.count() < 40:
                pass
            closing.close_day(act=world.operator(), day=FIRST)
            there = TransferRow.objects.count()
            while TransferRow.objects.count() < there + 40:
                pass
            stop.append(True)
            posted = sum(one.result() for one in running)
        within = TransferRow.objects.filter(booked_on__lte=FIRST).count()
        assert TransferRow.objects.filter(booked_on=FIRST + timedelta(days=1)).count() == posted - within
        (line,) = closes.closes()
        assert line.books["transfers"] == within
        assert line.statement["liabilities"][0]["sum_minor"] == 7 * within
        with connection.cursor() as cursor:
            cursor.execute(days.BROKEN)
            assert cursor.fetchall() == []
        connections.close_all()
