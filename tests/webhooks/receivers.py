"""Real servers that listen on this machine: what they are sent is kept, what they answer is told to them.

They know HTTP and TLS. What they are sent, and by whom, is for the tests.
"""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Got:
    """One request: its headers in lower case, its body, and the connection it came on."""

    path: str
    headers: dict[str, str]
    body: bytes
    connection: int

    @property
    def document(self) -> dict[str, Any]:
        """The body as JSON."""
        found: dict[str, Any] = json.loads(self.body)
        return found


Answer = Callable[[socket.socket, Got], bool]
"""What is done with a request; whether the connection goes on."""


def answers(status: int = 200, body: bytes = b"ok", *headers: str) -> Answer:
    """Answers like this."""

    def answer(connection: socket.socket, _got: Got) -> bool:
        head = [f"HTTP/1.1 {status} So", f"Content-Length: {len(body)}", *headers, "", ""]
        connection.sendall("\r\n".join(head).encode() + body)
        return True

    return answer


def never_ends(connection: socket.socket, _got: Got) -> bool:
    """300 MB, as fast as they are taken."""
    connection.sendall(b"HTTP/1.1 200 So\r\nContent-Length: 314572800\r\n\r\n")
    for _ in range(300):
        connection.sendall(b"x" * (1 << 20))
    return False


def hangs(connection: socket.socket, _got: Got) -> bool:
    """Says nothing, until the other side has had enough."""
    connection.settimeout(30)
    connection.recv(1)
    return False


def drips(connection: socket.socket, _got: Got) -> bool:
    """A byte of a header now and then, for ever."""
    connection.sendall(b"HTTP/1.1 200 So\r\nX-Slow: ")
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


@dataclass
class Receiver:
    """A server and what it was sent."""

    url: str
    port: int
    answer: Answer
    got: list[Got] = field(default_factory=list)
    connections: int = 0
    names: list[str | None] = field(default_factory=list)
    """What was asked for in the TLS handshake."""

    def ids(self) -> list[str]:
        """The `webhook-id` of each request."""
        return [one.headers["webhook-id"] for one in self.got]

    def kinds(self) -> list[str]:
        """The kind of each event."""
        return [one.document["type"] for one in self.got]


@contextmanager
def receiver(answer: Answer | None = None, *, certificate: tuple[Path, Path] | None = None) -> Iterator[Receiver]:
    """A server on any port, with TLS if there is a certificate for it."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    scheme = "https" if certificate else "http"
    found = Receiver(f"{scheme}://127.0.0.1:{port}/hook", port, answer or answers())
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        context.sni_callback = lambda _socket, name, _context: found.names.append(name)
    thread = threading.Thread(target=_accept, args=(listener, found, context), daemon=True)
    thread.start()
    try:
        yield found
    finally:
        listener.close()


def _accept(listener: socket.socket, found: Receiver, context: ssl.SSLContext | None) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        found.connections += 1
        threading.Thread(target=_serve, args=(connection, found, context), daemon=True).start()


def _serve(connection: socket.socket, found: Receiver, context: ssl.SSLContext | None) -> None:
    number = found.connections
    try:
        if context is not None:
            connection = context.wrap_socket(connection, server_side=True)
        reader = connection.makefile("rb")
        while True:
            first = reader.readline()
            if not first:
                return
            headers = {}
            while (line := reader.readline().strip()) != b"":
                name, _, value = line.decode().partition(":")
                headers[name.lower()] = value.strip()
            body = reader.read(int(headers.get("content-length", 0)))
            got = Got(first.decode().split()[1], headers, body, number)
            found.got.append(got)
            if not found.answer(connection, got):
                return
    except (OSError, ValueError):
        return
    finally:
        connection.close()


def certificate(folder: Path, *names: str) -> tuple[Path, Path]:
    """A certificate for these names that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(one) for one in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "hook.pem", folder / "hook.key"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths
