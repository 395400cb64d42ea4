"""Who asks: an API key, or a token got for a client's own ID and secret (OAuth 2.0 client credentials)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator

import httpx

from holdfast_client.errors import HoldfastError
from holdfast_client.reading import document_of

EARLY_SECONDS = 30.0
"""A token is renewed this long before it runs out."""


class KeyAuth(httpx.Auth):
    """`Authorization: Bearer hf_…` on every request."""

    def __init__(self, key: str) -> None:
        self._header = f"Bearer {key}"

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Put the key on a request."""
        request.headers["Authorization"] = self._header
        yield request


class ClientCredentials(httpx.Auth):
    """A token from `/v1/oauth/token`, kept until shortly before it runs out, and got anew when it is refused."""

    requires_response_body = True

    def __init__(
        self,
        *,
        token_url: str,
        client_id: str,
        client_secret: str,
        scope: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url, self._scope, self._clock = token_url, scope, clock
        self._basic = httpx.BasicAuth(client_id, client_secret)
        self._token: str | None = None
        self._until = 0.0
        self._lock = threading.Lock()

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Put a token on a request; one that is refused is replaced once."""
        token = self._known()
        fresh = token is None
        if token is None:
            token = self._kept((yield self._asking(request)))
        if token is None:
            # What was answered to the asking is then the answer: told, or tried again, like any other.
            return
        request.headers["Authorization"] = f"Bearer {token}"
        response = yield request
        if response.status_code == 401 and not fresh:
            token = self._kept((yield self._asking(request)))
            if token is not None:
                request.headers["Authorization"] = f"Bearer {token}"
                yield request

    def _known(self) -> str | None:
        with self._lock:
            return self._token if self._clock() < self._until else None

    def _asking(self, request: httpx.Request) -> httpx.Request:
        form = {"grant_type": "client_credentials"} | ({"scope": self._scope} if self._scope else {})
        asking = httpx.Request("POST", self._url, data=form, headers={"Accept": "application/json"})
        # As patient as the request it is for: one that is made by hand would wait for ever.
        asking.extensions = {name: said for name, said in request.extensions.items() if name == "timeout"}
        return next(self._basic.auth_flow(asking))

    def _kept(self, response: httpx.Response) -> str | None:
        """The token of an answer; None where the answer is a no."""
        if not response.is_success:
            return None
        found = document_of(response)
        if "access_token" not in found:
            raise HoldfastError(f"{response.status_code} without a token")
        with self._lock:
            self._token = str(found["access_token"])
            self._until = self._clock() + max(0.0, float(found.get("expires_in", 0)) - EARLY_SECONDS)
            return self._token
