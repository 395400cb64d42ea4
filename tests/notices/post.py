"""A mail server on this machine that does what each address asks of it, and the mails it took."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from email.policy import default
from pathlib import Path
from typing import Any
from uuid import uuid4

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from holdfast.kernel.identifiers import new_id, public
from holdfast.notices.models import Notice
from tests.record.stage import NOW

ANSWERS = {
    "550": "550 told to",
    "451": "451 told to",
    "gone": "550 5.1.1 no such user",
    "full": "552 5.2.2 mailbox full",
    "spam": "550 5.7.1 not from you",
}
"""What is said to an address of this name, instead of taking it."""


class Post:
    """Answers as each address tells it to: `550@…` is refused for ever, `451@…` for now, `hang@…` never answers and
    at `vanish@…` the server goes away after it has been given the mail."""

    def __init__(self) -> None:
        self.received: list[Message[Any, Any]] = []
        self.senders: list[str] = []
        self.asked: list[str] = []
        self.was_encrypted: list[bool] = []

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.asked.append(address)
        local = address.partition("@")[0]
        if local in ANSWERS:
            return ANSWERS[local]
        if local == "hang":
            await asyncio.sleep(30)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if envelope.rcpt_tos == ["554@example.com"]:
            return "554 not this content"
        assert isinstance(envelope.content, bytes)
        self.received.append(message_from_bytes(envelope.content, policy=default))
        self.senders.append(envelope.mail_from or "")
        self.was_encrypted.append(session.ssl is not None)
        if envelope.rcpt_tos == ["vanish@example.com"]:
            assert server.transport is not None
            server.transport.abort()
        return "250 taken"


class OnAnyPort(Controller):
    """The system picks a free port; the library asks itself for port 0 otherwise."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def serving(settings: Any, **more: Any) -> Iterator[Post]:
    """A server is up, and mails go to it; without more, unencrypted."""
    handler = Post()
    controller = OnAnyPort(handler, hostname="127.0.0.1", port=0, **more)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "localhost" if more else "127.0.0.1", controller.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 5
    try:
        yield handler
    finally:
        controller.stop(no_assert=True)


def waiting(address: str = "alma@example.com", **changes: Any) -> Notice:
    """A notice whose mail waits."""
    given = {
        "kind": "lot.delivered",
        "order_id": uuid4(),
        "organisation_id": uuid4(),
        "person_id": uuid4(),
        "language": "en",
        "subject": "Goods: küche 货物",
        "text": "Hello ✓\n",
        "created_at": NOW,
        **changes,
    }
    return Notice.objects.create(id=new_id(), about_id=uuid4(), address=address, **given)


def state(notice: Notice) -> str:
    """How its mail stands."""
    return Notice.objects.get(id=notice.id).state


def report(
    notice_id: Any, *, status: str = "5.1.1", action: str = "failed", said: str = "smtp; 550 no such user"
) -> bytes:
    """A delivery report as a mail server sends it (RFC 3464), with the headers of the mail it speaks of."""
    return f"""\
From: Mail Delivery System <mailer-daemon@mail.example.com>
To: bounces@assurance.example.com
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="BOUNDARY"

--BOUNDARY
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--BOUNDARY
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.com
Arrival-Date: Mon, 2 Mar 2026 09:00:00 +0000

Final-Recipient: rfc822; alma@example.com
Action: {action}
Status: {status}
Diagnostic-Code: {said}

--BOUNDARY
Content-Type: text/rfc822-headers

From: Holdfast <holdfast@localhost>
To: alma@example.com
Message-ID: <{public("ntc", notice_id)}@localhost>
Subject: Goods have been delivered

--BOUNDARY--
""".replace("\n", "\r\n").encode()


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]), datetime.now(UTC)
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
    public_path, private_path = folder / "mail.pem", folder / "mail.key"
    public_path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private_path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return public_path, private_path


def context_of(paths: tuple[Path, Path]) -> ssl.SSLContext:
    """What a server encrypts with."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*paths)
    return context
