"""The worker is killed between commit and delivery, again and again: every event arrives, under its one name."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator

import pytest

from tests.drills.installation import running, wait_until
from tests.drills.trade import Ledger, Market, opened, signed
from tests.webhooks.receivers import Receiver, answers, receiver

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc"),
]
KILLS = 3
STALE_SECONDS = 120


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


@pytest.fixture
def market() -> Iterator[Market]:
    """A running installation that may call this machine."""
    with running({"HOLDFAST_WEBHOOKS_TO_LOOPBACK": "1"}) as installation:
        yield opened(installation)


def test_nothing_is_lost_when_the_worker_is_killed_between_commit_and_delivery(market: Market, hook: Receiver) -> None:
    installation = market.installation
    client = market.client(Ledger())
    client.post("operator", "/v1/webhooks", {"url": hook.url, "kinds": ["*"], "ordered": True}, "hook")
    for number in range(KILLS):
        killed = threading.Event()
        wanted = len(hook.got) + 2

        def dies(connection: object, got: object, wanted: int = wanted, killed: threading.Event = killed) -> bool:
            # The receiver has it; the worker that sent it never learns so.
            if len(hook.got) >= wanted and not killed.is_set():
                killed.set()
                for pid in installation.jobs_worker():
                    os.kill(pid, signal.SIGKILL)
                return False
            return answers()(connection, got)  # type: ignore[arg-type]

        hook.answer = dies
        signed(client, market, number)
        wait_until(killed.is_set, "the worker is not killed", installation)
        # What the dead worker had taken is stale after a minute, which by the sandbox's clock is now.
        client.post("operator", "/v1/sandbox/clock", {"advance_seconds": STALE_SECONDS}, f"stale-{number}")
        wait_until(lambda: _all_there(market, hook), "events are missing", installation)
    client.close()
    states = installation.rows("SELECT DISTINCT state FROM webhooks_delivery")
    assert states == [("delivered",)]
    audit = installation.run("audit")
    assert audit.returncode == 0, audit.stdout


def _all_there(market: Market, hook: Receiver) -> bool:
    """Every event since the endpoint was registered has arrived, and is known to have."""
    recorded = market.installation.rows(
        "SELECT replace(id::text, '-', '') FROM record_event WHERE name NOT LIKE 'webhook.%%' AND recorded_xid >"
        " (SELECT min(recorded_xid) FROM record_event WHERE name = 'webhook.added')"
    )
    waiting = market.installation.rows("SELECT count(*) FROM webhooks_delivery WHERE state <> 'delivered'")
    return {f"evt_{name}" for (name,) in recorded} <= set(hook.ids()) and waiting == [(0,)]
