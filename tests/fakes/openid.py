"""An OpenID Connect provider of the tests' own, on loopback: what it signs, it signs by another library than ours.

Whatever a provider could get wrong, or somebody in its place could try, is a field of it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "holdfast-test", "a secret of the tests"


@dataclass
class Provider:
    """One provider, and what it says next."""

    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "first", "alg": "RS256"}))
    who: dict[str, Any] = field(default_factory=lambda: {"sub": "248289761001", "name": "Eva Example"})
    claims: dict[str, Any] = field(default_factory=dict)
    """Stand in the token instead of what belongs there; None takes a claim away."""
    signed_by: Any = None
    algorithm: str = "RS256"
    about: dict[str, Any] | None = None
    down: set[str] = field(default_factory=set)
    issuer_said: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def id_token(self, *, nonce: str) -> str:
        """What the provider says about whoever came."""
        now = int(time.time())
        said = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce, **self.who}
        said = {name: value for name, value in {**said, **self.claims}.items() if value is not None}
        if self.algorithm in {"none", "HS256"}:
            return self._forged(said)
        key = self.signed_by or self.key
        return jwt.encode({"alg": self.algorithm, "kid": "first"}, said, key, algorithms=[self.algorithm])

    def _forged(self, said: dict[str, Any]) -> str:
        """What no library makes: unsigned, or signed with the public key taken for a shared secret."""
        text = ".".join(_encoded(json.dumps(one).encode()) for one in ({"alg": self.algorithm, "kid": "first"}, said))
        signature = hmac.new(self.key.as_pem(private=False), text.encode(), "sha256").digest()
        return f"{text}.{_encoded(signature) if self.algorithm == 'HS256' else ''}"

    def answer(self, path: str, query: dict[str, str], body: dict[str, str]) -> tuple[int, dict[str, str], Any]:
        """Status, headers, document."""
        name = path.rpartition("/")[2]
        self.asked.append(name)
        if name in self.down:
            return 503, {}, {"error": "down"}
        match name:
            case "openid-configuration":
                return 200, {}, self._configuration()
            case "keys":
                return 200, {}, {"keys": [self.key.as_dict(private=False)]}
            case "authorize":
                return self._authorize(query)
            case "token":
                return self._token(body)
            case "userinfo":
                return 200, {}, self.about or {}
            case _:
                return 404, {}, {}

    def _configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer_said or self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def _authorize(self, query: dict[str, str]) -> tuple[int, dict[str, str], Any]:
        assert query["client_id"] == CLIENT
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        back = f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"
        return 302, {"Location": back}, {}

    def _token(self, body: dict[str, str]) -> tuple[int, dict[str, str], Any]:
        asked = self.codes.pop(body.get("code", ""), None)
        proof = hashlib.sha256(body.get("code_verifier", "").encode()).digest()
        challenge = _encoded(proof)
        if asked is None or body.get("client_secret") != SECRET or asked["code_challenge"] != challenge:
            return 400, {}, {"error": "invalid_grant"}
        token = self.id_token(nonce=asked["nonce"])
        return 200, {}, {"access_token": "read-me", "token_type": "Bearer", "expires_in": 300, "id_token": token}


@contextmanager
def running() -> Iterator[Provider]:
    """The provider, answering until the block ends."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say({})

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            self._say(_first(self.rfile.read(length).decode()))

        def _say(self, body: dict[str, str]) -> None:
            parts = urlsplit(self.path)
            status, headers, document = provider.answer(parts.path, _first(parts.query), body)
            text = json.dumps(document).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: Any) -> None:
            """Not worth a line each."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _first(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text).items()}
