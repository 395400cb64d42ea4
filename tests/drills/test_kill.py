"""Two thousand commands, and `kill -9` in the middle: nothing acknowledged is lost and nothing is done twice."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator

import pytest

from tests.drills.installation import Installation, running, wait_until
from tests.drills.trade import Ledger, Market, opened, signed, trade

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc"),
]
ORDERS = 250
COMMANDS_EACH = 8
CLIENTS = 6
PRICE_MINOR = 1_000_000
ONCE = ("order.funded", "lot.shipped", "lot.received")
DAYS = 24 * 3600


@pytest.fixture
def market() -> Iterator[Market]:
    """A running installation with two companies in it."""
    with running() as installation:
        yield opened(installation)


def _kills(installation: Installation) -> Iterator[tuple[float, str]]:
    """At which part of the way what is killed; done when asked for the next."""
    yield 0.2, "a web worker"
    installation.kill("web worker", installation.web_workers, all_of_them=False)
    yield 0.35, "the jobs worker"
    installation.kill("jobs worker", installation.jobs_worker, all_of_them=False)
    yield 0.5, "PostgreSQL"
    installation.kill("database", installation.database, all_of_them=True)
    yield 0.75, "every web worker"
    installation.kill("web worker", installation.web_workers, all_of_them=True)


def test_nothing_acknowledged_is_lost_and_nothing_is_done_twice(market: Market) -> None:
    installation, ledger = market.installation, Ledger()
    clients = trade(market, ledger, orders=ORDERS, clients=CLIENTS)
    for part, name in _kills(installation):
        wanted = int(part * ORDERS * COMMANDS_EACH)
        wait_until(
            lambda wanted=wanted: len(ledger.acknowledged) >= wanted or bool(ledger.faults),  # type: ignore[misc]
            f"the commands do not go on before {name} is killed: {len(ledger.acknowledged)} of {wanted}",
            installation,
        )
    for client in clients:
        client.join(timeout=600)
    assert ledger.faults == []
    assert len(ledger.acknowledged) == ORDERS * COMMANDS_EACH
    # Otherwise nothing was killed while somebody waited for an answer.
    assert ledger.unknown > 0
    _every_answer_stands(market, ledger)
    _everything_happened_once(installation)
    _the_money_is_where_it_was_said_to_be(market, ledger)
    _what_had_to_be_told_is_told(installation)
    audit = installation.run("audit")
    assert audit.returncode == 0, audit.stdout


def _every_answer_stands(market: Market, ledger: Ledger) -> None:
    """Asked again, each command answers byte for byte what its client was told."""
    client = market.client(Ledger())
    for told in ledger.acknowledged:
        assert client.once(told.who, told.path, told.body, told.key) == (told.status, told.answer), told.path
    client.close()


def _everything_happened_once(installation: Installation) -> None:
    for name in ONCE:
        found = installation.rows("SELECT count(*), count(DISTINCT chain_id) FROM record_event WHERE name = %s", name)
        assert found == [(ORDERS, ORDERS)], name
    (counted,) = installation.rows("SELECT count(*), count(DISTINCT order_id) FROM rails_payment")
    assert counted == (ORDERS, ORDERS)
    (captured,) = installation.rows(
        "SELECT count(*), sum(amount_minor)::bigint FROM ledger_transfer WHERE kind = 'captured'"
    )
    assert captured == (ORDERS, ORDERS * PRICE_MINOR)


def _the_money_is_where_it_was_said_to_be(market: Market, ledger: Ledger) -> None:
    """What receipts said was released is the supplier's; what waits for the card's settlement comes with it."""
    installation = market.installation
    payable = "SELECT coalesce(sum(balance_minor), 0)::bigint FROM ledger_account WHERE code = 'payable'"
    escrow = "SELECT coalesce(sum(balance_minor), 0)::bigint FROM ledger_account WHERE code = 'escrow'"
    receipts = ledger.answers("receive")
    said = sum(answer["released_minor"] - answer["fee_minor"] for answer in receipts)
    assert installation.rows(payable) == [(said,)]
    assert installation.rows(escrow) == [(ORDERS * PRICE_MINOR - sum(one["released_minor"] for one in receipts),)]
    client = market.client(Ledger())
    client.post("operator", "/v1/sandbox/clock", {"advance_seconds": 5 * DAYS}, "settle")
    client.close()
    (fees,) = installation.rows("SELECT sum(amount_minor)::bigint FROM ledger_transfer WHERE kind = 'fee_taken'")
    assert installation.rows(escrow) == [(0,)]
    assert installation.rows(payable) == [(ORDERS * PRICE_MINOR - fees[0],)]


def _what_had_to_be_told_is_told(installation: Installation) -> None:
    wait_until(
        lambda: installation.rows("SELECT count(*) FROM record_outbox WHERE state = 'waiting'") == [(0,)],
        "the outbox does not drain",
        installation,
    )
    assert installation.rows("SELECT count(*) FROM record_outbox WHERE state = 'failed'") == [(0,)]
    (twice,) = installation.rows(
        "SELECT count(*) FROM (SELECT 1 FROM notices_notice GROUP BY about_id, person_id HAVING count(*) > 1) found"
    )
    assert twice == (0,)


def test_deadlines_that_were_cut_off_are_acted_on_once(market: Market) -> None:
    """Time passes over orders that nobody pays for, and whoever lets it pass is killed on the way, twice."""
    installation, ledger = market.installation, Ledger()
    orders = 60
    client = market.client(ledger)
    for number in range(orders):
        signed(client, market, number)
    client.close()
    acted = "SELECT count(*) FROM record_event WHERE name = 'order.cancelled'"
    passing = _Passing(market, ledger)
    passing.start()
    for part in (0.2, 0.6):
        wait_until(
            lambda part=part: installation.rows(acted)[0][0] >= part * orders,  # type: ignore[misc]
            "deadlines are not acted on",
            installation,
        )
        installation.kill("web worker", installation.web_workers, all_of_them=True)
    passing.join(timeout=300)
    assert ledger.faults == []
    assert ledger.unknown > 0
    found = installation.rows(
        "SELECT count(*), count(DISTINCT chain_id) FROM record_event WHERE name = 'order.cancelled'"
    )
    assert found == [(orders, orders)]
    assert installation.rows("SELECT count(*) FROM orders_order WHERE state IN ('agreed', 'active')") == [(0,)]
    assert installation.rows("SELECT count(*) FROM record_deadline WHERE state = 'open' AND kind = 'tranche.pay'") == [
        (0,)
    ]
    audit = installation.run("audit")
    assert audit.returncode == 0, audit.stdout


class _Passing:
    """A month passes, asked for again and again under one key."""

    def __init__(self, market: Market, ledger: Ledger) -> None:
        self._market, self._ledger = market, ledger
        self._thread = threading.Thread(target=self._pass, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self, *, timeout: float) -> None:
        self._thread.join(timeout=timeout)
        assert not self._thread.is_alive(), "time does not pass"

    def _pass(self) -> None:
        client = self._market.client(self._ledger)
        try:
            client.post("operator", "/v1/sandbox/clock", {"advance_seconds": 40 * DAYS}, "month")
        except Exception as fault:
            self._ledger.faults.append(repr(fault))
            raise
        finally:
            client.close()


def test_the_database_is_back_within_seconds(market: Market) -> None:
    """The supervisor starts it again, and connections that a web process kept are known to be dead."""
    installation = market.installation
    client = market.client(Ledger())
    client.post("operator", "/v1/sandbox/clock", {"advance_seconds": 1}, "before")
    before = installation.database()[0]
    installation.kill("database", installation.database, all_of_them=True)
    killed = time.monotonic()
    client.post("operator", "/v1/sandbox/clock", {"advance_seconds": 1}, "after")
    took = time.monotonic() - killed
    assert before not in installation.database()
    assert took < 30, took
    # None of the threads stumbles over a connection of before.
    for number in range(20):
        assert client.once("operator", "/v1/sandbox/clock", '{"advance_seconds": 1}', f"later-{number}")[0] == 200
    client.close()
