"""The worker dies after the mail server has taken a mail and before that is written down: the worst moment there is.

Nothing is lost; what is sent again bears the same Message-ID, and nothing else is sent again.
"""

from __future__ import annotations

import asyncio
import os
import signal
import ssl
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.drills.installation import running, wait_until
from tests.drills.trade import Ledger, Market, opened, signed

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc"),
]
KILLS = 3
STALE_SECONDS = 20 * 60


@dataclass
class Post:
    """A mail server that keeps what it takes, and does something just before it says that it has."""

    just_before: Callable[[int], None] = lambda _: None
    received: list[str] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  (the library's name)
        """Keep the Message-ID."""
        mail = message_from_bytes(envelope.content)
        self.received.append(str(mail["Message-ID"]).strip())
        self.just_before(len(self.received))
        return "250 taken"


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "mail.pem", folder / "mail.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, private


@pytest.fixture
def post(tmp_path: Path) -> Iterator[tuple[Post, dict[str, str]]]:
    """A mail server with TLS on any port, and how an installation is told of it."""
    certificate, private = _certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, private)
    handler, loop = Post(), asyncio.new_event_loop()

    async def start() -> asyncio.Server:
        return await loop.create_server(lambda: SMTP(handler, tls_context=context, loop=loop), "127.0.0.1", 0)

    server = loop.run_until_complete(start())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    settings = {
        "HOLDFAST_MAIL_HOST": "localhost",
        "HOLDFAST_MAIL_PORT": str(server.sockets[0].getsockname()[1]),
        "SSL_CERT_FILE": str(certificate),
    }
    yield handler, settings
    server.close()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def market(post: tuple[Post, dict[str, str]]) -> Iterator[Market]:
    """A running installation that sends its mail there."""
    with running(post[1]) as installation:
        yield opened(installation)


def test_mails_are_sent_at_least_once_and_again_only_under_their_own_name(
    market: Market, post: tuple[Post, dict[str, str]]
) -> None:
    installation, handler = market.installation, post[0]
    client = market.client(Ledger())
    for number in range(KILLS):
        killed = threading.Event()
        handler.just_before = _kill_at(len(handler.received) + 2, market, killed)
        # A signed order has several mails follow; the second of them is the last that this worker sends.
        signed(client, market, number)
        wait_until(killed.is_set, "the worker is not killed", installation)
        handler.just_before = lambda _: None
        # What the dead worker had taken is stale after a while, which by the sandbox's clock is now.
        client.post("operator", "/v1/sandbox/clock", {"advance_seconds": STALE_SECONDS}, f"stale-{number}")
        wait_until(lambda: _nothing_waits(market), "mails wait for ever", installation)
    client.close()
    notices = installation.rows("SELECT replace(id::text, '-', ''), state FROM notices_notice")
    assert {state for _, state in notices} == {"accepted"}
    copies = Counter(handler.received)
    assert set(copies) == {f"<ntc_{notice}@localhost>" for notice, _ in notices}
    # Each time one mail had been taken by the mail server and not yet been written down.
    assert sorted(copies.values(), reverse=True)[: KILLS + 1] == [2] * KILLS + [1]
    audit = installation.run("audit")
    assert audit.returncode == 0, audit.stdout


def _kill_at(wanted: int, market: Market, killed: threading.Event) -> Callable[[int], None]:
    def just_before(count: int) -> None:
        if count == wanted:
            for pid in market.installation.jobs_worker():
                os.kill(pid, signal.SIGKILL)
                killed.set()

    return just_before


def _nothing_waits(market: Market) -> bool:
    rows = market.installation.rows
    return rows("SELECT count(*) FROM record_outbox WHERE state = 'waiting'") == [(0,)] and rows(
        "SELECT count(*) FROM notices_notice WHERE state IN ('waiting', 'sending')"
    ) == [(0,)]
