"""How fast news get out: from the record to deliveries, and from deliveries to a receiver on this machine.

A measure is a function of the market that prints one line. The receiver is the simplest there is, in a process of its
own, so that what is measured is ours.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from benchmarks.market import Market

EVENTS = 20_000
MESSAGES = 4_000
ENDPOINTS = 8

_RECEIVER = """
import socketserver, sys
class Take(socketserver.StreamRequestHandler):
    def handle(self):
        while True:
            length = 0
            line = self.rfile.readline()
            if not line:
                return
            while line.strip():
                if line.lower().startswith(b'content-length:'):
                    length = int(line.split(b':')[1])
                line = self.rfile.readline()
            self.rfile.read(length)
            self.wfile.write(b'HTTP/1.1 204 Taken\\r\\nContent-Length: 0\\r\\n\\r\\n')
class Server(socketserver.ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True
with Server(('127.0.0.1', 0), Take) as server:
    print(server.server_address[1], flush=True)
    server.serve_forever()
"""

_COPIES = """
INSERT INTO record_event (id, chain_kind, chain_id, seq, name, at, payload, prev, hash)
SELECT gen_random_uuid(), e.chain_kind, e.chain_id, 1000000 + n, e.name, e.at, e.payload, e.prev, e.hash
  FROM (SELECT * FROM record_event WHERE chain_id = %s ORDER BY seq LIMIT 1) e, generate_series(1, %s) n
"""


def run(market: Market) -> None:
    """Measure every part and print a line each."""
    from django.conf import settings

    settings.WEBHOOKS_TO_LOOPBACK = True
    for measure in MEASURES:
        measure(market)


def relay(market: Market) -> None:
    """Events heard from the record, each a delivery to one endpoint; beside hearing them with nobody to tell."""
    from holdfast.webhooks import operations as webhooks
    from holdfast.webhooks.operations.hearing import begin

    begin()
    webhooks.catch_up(now=market.now)
    _record(market, EVENTS)
    bare = _seconds(lambda: webhooks.catch_up(now=market.now))
    made = _listens(market, "https://hooks.example.com/")
    webhooks.catch_up(now=market.now)
    _record(market, EVENTS)
    ours = _seconds(lambda: webhooks.catch_up(now=market.now))
    webhooks.remove(act=_act(market), webhook_id=made)
    print(f"outbox relay: {EVENTS / ours:,.0f} events/s to an endpoint, {EVENTS / bare:,.0f} events/s to nobody")


def deliveries(market: Market) -> None:
    """Signed messages to a receiver on this machine, all endpoints at once."""
    from holdfast.webhooks import operations as webhooks

    with _receiver() as url:
        made = [_listens(market, url) for _ in range(ENDPOINTS)]
        webhooks.catch_up(now=market.now)
        _record(market, MESSAGES // ENDPOINTS)
        webhooks.catch_up(now=market.now)
        began = time.perf_counter()
        taken = webhooks.deliver(now=lambda: market.now, wall=lambda: datetime.now(UTC), seconds=300.0)
        seconds = time.perf_counter() - began
        for webhook_id in made:
            webhooks.remove(act=_act(market), webhook_id=webhook_id)
    print(f"webhooks: {taken / seconds:,.0f}/s to a local receiver, {ENDPOINTS} endpoints, {taken} messages")


MEASURES: tuple[Callable[[Market], None], ...] = (relay, deliveries)


def _act(market: Market):  # noqa: ANN202
    from holdfast.record.act import Act

    return Act(market.now, "key", None, market.buyer_id, "owner")


def _listens(market: Market, url: str):  # noqa: ANN202
    from holdfast.webhooks import operations as webhooks

    return webhooks.create(act=_act(market), organisation_id=market.buyer_id, url=url, kinds=["*"]).id


def _record(market: Market, count: int) -> None:
    """So many events more on the buyer's chain: copies of its first, under places that nothing else has."""
    from benchmarks.stage import superuser

    with superuser() as connection:
        connection.execute("SET session_replication_role = replica")
        row = connection.execute("SELECT max(seq) FROM record_event WHERE chain_id = %s", [market.buyer_id]).fetchone()
        highest = int(row[0]) if row else 0
        statement = _COPIES.replace("1000000", str(max(1_000_000, highest)))
        connection.execute(statement, [market.buyer_id, count])


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@contextmanager
def _receiver() -> Iterator[str]:
    with subprocess.Popen([sys.executable, "-c", _RECEIVER], stdout=subprocess.PIPE, text=True) as process:
        try:
            port = process.stdout.readline().strip() if process.stdout else ""
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.kill()
