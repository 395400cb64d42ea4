"""One connection to one endpoint: resolved once, pinned to that address, and cut off when it takes too long.

It knows names, sockets, TLS and HTTP/1.1. It follows no redirect, reads a few kilobytes of an answer and no more, and
refuses to know what it sends. Nothing here touches the database.
"""

import http.client
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from holdfast.webhooks.rules import Target, may_call

LONGEST_ANSWER = 4096
"""So much of an answer's body is read; a connection whose answer is longer is not used again."""
KEPT_OF_ANSWER = 1024
BODY_SECONDS = 1.0
"""Once the status is known, so long is waited for the first bytes of the body."""
SUCCESS = range(200, 300)
GONE = 410
LONGEST_RETRY_AFTER = timedelta(days=1)

Resolve = Callable[[str, int], list[str]]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a connection may take to be made, and a whole call, in seconds."""

    connect: float = 5.0
    call: float = 15.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of one call: a status with the first bytes of the answer, or the fault that left none."""

    status: int | None
    fault: str
    answer: str
    duration_ms: int
    retry_after: timedelta | None = None

    @property
    def is_success(self) -> bool:
        """Whether the endpoint has taken it."""
        return self.status in SUCCESS

    @property
    def is_gone(self) -> bool:
        """Whether the endpoint asks to be left alone for good."""
        return self.status == GONE


class _Refused(Exception):
    """We do not call there; the text is the fault."""


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, as the system resolves it, in its order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(row[4][0]) for row in found]


@lru_cache(maxsize=1)
def context() -> ssl.SSLContext:
    """Certificates are checked by the system's authorities, names included; made once, for it reads all of them."""
    made = ssl.create_default_context()
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    return made


class Line:
    """A connection that is opened with the first call and kept for the next, always to the same address."""

    def __init__(self, *, target: Target, loopback: bool, patience: Patience, resolve: Resolve) -> None:
        self._target = target
        self._loopback = loopback
        self._patience = patience
        self._resolve = resolve
        self._address: str | None = None
        self._connection: _Pinned | None = None
        self._began: float | None = None
        self._is_cut = False

    def post(self, *, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Send one message and read what is answered; never raises for anything the other side does."""
        began = self._began = time.monotonic()
        try:
            status, answer, retry_after = self._call(body, headers)
        except Exception as error:  # noqa: BLE001  (whatever a stranger's server brings about is a failed call)
            self.close()
            fault = "timeout" if self._is_cut or isinstance(error, TimeoutError) else _fault(error)
            return Reply(None, fault, "", _since(began))
        finally:
            self._began = None
        if self._is_cut:
            # What was read by then ended in the middle.
            self.close()
            return Reply(None, "timeout", "", _since(began))
        return Reply(status, "" if status in SUCCESS else _status_fault(status), answer, _since(began), retry_after)

    def is_overdue(self, *, grace: float = 0.0) -> bool:
        """Whether the call that is under way has had its time."""
        began = self._began
        return began is not None and time.monotonic() - began > self._patience.call + grace

    def cut(self) -> None:
        """End a call that is under way in another thread: what it waits for ends now."""
        self._is_cut = True
        connection = self._connection
        if connection is not None:
            connection.cut()

    def close(self) -> None:
        """Let the connection go; the next call opens another, to the same address."""
        if self._connection is not None:
            with suppress(OSError):
                self._connection.close()
            self._connection = None

    def _call(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, str, timedelta | None]:
        if self._connection is None:
            address = self._pinned()
            if self._is_cut:
                # Looking up the name took all the time there was: nobody would end a call that began now.
                raise TimeoutError
            self._connection = _Pinned(self._target, address, self._patience)
        connection = self._connection
        connection.request("POST", self._target.path, body, dict(headers))
        response = connection.getresponse()
        raw = self._first_bytes(connection, response)
        asked = response.headers.get("Retry-After", "")
        retry_after = min(timedelta(seconds=int(asked)), LONGEST_RETRY_AFTER) if _is_seconds(asked) else None
        if response.length == 0 or response.isclosed():
            # All of it was read: the connection is good for another call.
            response.close()
        else:
            self.close()
        return response.status, _text(raw[:KEPT_OF_ANSWER]), retry_after

    def _pinned(self) -> str:
        if self._address is None:
            found = self._resolve(self._target.host, self._target.port)
            # One name with addresses inside and outside is not to be trusted with either.
            if not found or not all(may_call(address=one, loopback=self._loopback) for one in found):
                raise _Refused("address_refused")
            self._address = found[0]
        return self._address

    def _first_bytes(self, connection: "_Pinned", response: http.client.HTTPResponse) -> bytes:
        """Some of the body. The status stands already: a body that does not come changes nothing about it."""
        connection.hurry(BODY_SECONDS)
        raw = b""
        try:
            while len(raw) <= LONGEST_ANSWER:
                chunk = response.read1(LONGEST_ANSWER + 1 - len(raw))
                if not chunk:
                    break
                raw += chunk
                if self.is_overdue():
                    break
        except (OSError, http.client.HTTPException, ValueError):
            self.close()
        else:
            connection.hurry(self._patience.call)
        return raw


class _Pinned(http.client.HTTPConnection):
    """Connects to the address it was given, whatever the name resolves to by then; the name is what TLS and the `Host`
    header are about."""

    def __init__(self, target: Target, address: str, patience: Patience) -> None:
        self.default_port = 443 if target.scheme == "https" else 80
        super().__init__(target.host, target.port, timeout=patience.connect)
        self._address, self._patience = address, patience
        self._is_secure = target.scheme == "https"
        self._raw: socket.socket | None = None

    def connect(self) -> None:
        """Open the connection, with the endpoint's certificate checked against its name."""
        self._raw = socket.create_connection((self._address, self.port), self._patience.connect)
        self._raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._raw.settimeout(self._patience.call)
        self.sock = self._raw
        if self._is_secure:
            secured = context().wrap_socket(self._raw, server_hostname=self.host, do_handshake_on_connect=False)
            # Wrapping takes the socket over; from here on this one is to be cut.
            self.sock = self._raw = secured
            secured.do_handshake()

    def hurry(self, seconds: float) -> None:
        """Wait no longer than this for the next bytes."""
        if self.sock is not None:
            self.sock.settimeout(seconds)

    def cut(self) -> None:
        """Whoever waits for this socket waits no more."""
        raw = self._raw
        if raw is not None:
            with suppress(OSError):
                socket.socket.shutdown(raw, socket.SHUT_RDWR)


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


def _is_seconds(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 9


def _text(raw: bytes) -> str:
    return "".join(
        sign if sign.isprintable() or sign in "\n\t" else "\ufffd" for sign in raw.decode("utf-8", "replace")
    )


def _status_fault(status: int) -> str:
    return "redirect" if status in range(300, 400) else "status"


def _fault(error: Exception) -> str:
    match error:
        case _Refused():
            return str(error)
        case socket.gaierror():
            return "name_not_found"
        case ssl.SSLError():
            return "tls"
        case ConnectionRefusedError():
            return "connection_refused"
        case http.client.HTTPException() | ValueError():
            return "not_http"
        case _:
            return "connection_lost"
