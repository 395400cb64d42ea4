"""The line to the fake of Stripe: forms read as Stripe reads them, answers sent, and lines that break when told to."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.stripe import FakeStripe
from tests.fakes.stripe_books import shown


def unfolded(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """`a[b][0]=c` as Stripe reads it."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        parts = [name.partition("[")[0], *re.findall(r"\[([^\]]*)\]", name)]
        place = found
        for part in parts[:-1]:
            place = place.setdefault(part, {})
        place[parts[-1]] = value
    return {name: _listed(value) for name, value in found.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _listed(one) for name, one in value.items()}
    return list(inner.values()) if inner and all(name.isdigit() for name in inner) else inner


@contextmanager
def serving(fake: FakeStripe) -> Iterator[FakeStripe]:
    """The fake on a port of the loopback."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer("GET", b"")

        def do_POST(self) -> None:
            self._answer("POST", self.rfile.read(int(self.headers.get("Content-Length", 0))))

        def _answer(self, method: str, body: bytes) -> None:
            parts = urlsplit(self.path)
            params = unfolded(parse_qsl((body or parts.query.encode()).decode(), keep_blank_values=True))
            trouble = next((one for one in fake.troubles if one.times and one.path in parts.path), None)
            if trouble is not None:
                trouble.times -= 1
            headers = {name.lower(): value for name, value in self.headers.items()}
            what = trouble.what if trouble else ""
            if what in ("", "500_after", "cut_after"):
                status, document, more = fake.answer(method, parts.path, params, headers)
            if what == "500_after" and "idempotency-key" in headers:
                fake.remember_fault(headers["idempotency-key"], parts.path, params)
            if what.startswith("cut"):
                self.close_connection = True
                self.connection.close()
                return
            if what:
                code = 429 if what == "429" else 500
                status, more = code, {"Stripe-Should-Retry": "false"}
                document = {"error": {"type": "api_error", "message": "An unknown error occurred"}}
            self._send(status, document, more)

        def _send(self, status: int, document: dict[str, Any], more: dict[str, str]) -> None:
            content = json.dumps(shown(document)).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", "Request-Id": "req_fake", **more}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Requests of a test are not worth a line each."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    fake.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield fake
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
