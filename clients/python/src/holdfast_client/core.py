"""One request and all it takes: the key, the Idempotency-Key made once and kept over retries, patience, and problems as
exceptions. It knows HTTP and no noun of the API."""

from __future__ import annotations

import json
import random
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from holdfast_client.auth import ClientCredentials, KeyAuth
from holdfast_client.errors import TooManyRequests, Unreachable, problem
from holdfast_client.reading import document_of, retry_after

AGAIN = frozenset({429, 500, 502, 503, 504})
"""Answers after which the same request is sent once more. It is safe: a read, or an act under the same key."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often, and how long in all, a request is tried. A wait is drawn between nothing and a bound that doubles
    with each attempt; where the server says `Retry-After`, it is that."""

    attempts: int = 6
    first_seconds: float = 0.5
    longest_seconds: float = 30.0
    in_all_seconds: float = 120.0

    def wait(self, attempt: int, said: float | None) -> float:
        """Seconds before the attempt after this one (counted from 1)."""
        if said is not None:
            return said
        bound = min(self.longest_seconds, self.first_seconds * 2.0 ** (attempt - 1))
        return random.uniform(0.0, bound)  # noqa: S311  (spreads callers, guards nothing)


class Core:
    """A connection to one installation. The operations stand on it (`holdfast_client.Holdfast`)."""

    def __init__(
        self,
        url: str,
        *,
        key: str | None = None,
        client_id: str | None = None,
        client_secret: str | None = None,
        scope: str | None = None,
        organisation: str | None = None,
        patience: Patience | None = None,
        timeout_seconds: float = 30.0,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`url` is the installation's address without `/v1`. Give an API `key`, or `client_id` and `client_secret`
        for OAuth 2.0 client credentials. `organisation` (`org_…`) is for whom a marketplace's key acts."""
        self._url = url.rstrip("/")
        auth: httpx.Auth | None = None
        if key is not None:
            auth = KeyAuth(key)
        elif client_id is not None and client_secret is not None:
            address = f"{self._url}/v1/oauth/token"
            auth = ClientCredentials(token_url=address, client_id=client_id, client_secret=client_secret, scope=scope)
        self._organisation = organisation
        self._patience = patience or Patience()
        self._sleep = sleep
        self._http = httpx.Client(
            auth=auth,
            timeout=timeout_seconds,
            transport=transport,
            headers={"Accept": "application/json", "User-Agent": "holdfast-client"},
        )

    def _beside(self, other: Core, *, organisation: str | None) -> None:
        """Share another one's connection and ways, for another organisation."""
        self._url, self._patience, self._sleep, self._http = other._url, other._patience, other._sleep, other._http
        self._organisation = organisation

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    # --- what the operations call ------------------------------------------------------------------------------------

    def _json(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        form: Mapping[str, str] | None = None,
        content: bytes | None = None,
        content_type: str | None = None,
        acts: bool = False,
        idempotency_key: str | None = None,
    ) -> Any:
        """Send a request and answer its document."""
        response = self._send(
            method,
            path,
            query=query,
            body=body,
            form=form,
            content=content,
            content_type=content_type,
            key=(idempotency_key or new_key()) if acts else None,
        )
        return response.json() if response.content else None

    def _bytes(self, method: str, path: str, *, query: Mapping[str, Any] | None = None) -> bytes:
        """Send a request and answer the file."""
        return self._send(method, path, query=query, accept="*/*").content

    def _either(self, method: str, path: str, *, query: Mapping[str, Any] | None = None) -> Any:
        """Send a request whose answer is a document or, where one was asked for, a file."""
        response = self._send(method, path, query=query, accept="*/*")
        is_json = response.headers.get("Content-Type", "").startswith("application/json")
        return response.json() if is_json else response.content

    # --- one request, until there is an answer -----------------------------------------------------------------------

    def _send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        form: Mapping[str, str] | None = None,
        content: bytes | None = None,
        content_type: str | None = None,
        key: str | None = None,
        accept: str | None = None,
    ) -> httpx.Response:
        given: dict[str, str | None] = {
            "Idempotency-Key": key,
            "Holdfast-Organisation": self._organisation,
            "Accept": accept,
            "Content-Type": content_type,
        }
        request = self._http.build_request(
            method,
            f"{self._url}{path}",
            params={name: _text(value) for name, value in (query or {}).items() if value is not None},
            json=body,
            data=form,
            content=content,
            headers={name: value for name, value in given.items() if value is not None},
        )
        response = self._answered(request, key)
        if response.is_success:
            return response
        refused = problem(status=response.status_code, document=document_of(response))
        if isinstance(refused, TooManyRequests):
            refused.retry_after_seconds = retry_after(response)
        raise refused

    def _answered(self, request: httpx.Request, key: str | None) -> httpx.Response:
        """The last answer there is patience for. Raises `Unreachable` where there is none."""
        waited, attempt = 0.0, 0
        while True:
            attempt += 1
            response: httpx.Response | None = None
            try:
                response = self._http.send(request)
                lost = None
            except httpx.TransportError as error:
                lost = error
            if response is not None and response.status_code not in AGAIN:
                return response
            said = None if response is None else retry_after(response)
            pause = self._patience.wait(attempt, said)
            if attempt >= self._patience.attempts or waited + pause > self._patience.in_all_seconds:
                if response is not None:
                    return response
                raise Unreachable(f"{request.method} {request.url}: {lost}", idempotency_key=key) from lost
            waited += pause
            self._sleep(pause)


def new_key() -> str:
    """An Idempotency-Key: one for each act."""
    return secrets.token_urlsafe(24)


def given(**members: Any) -> dict[str, Any]:
    """The members of a body that were given."""
    return {name: value for name, value in members.items() if value is not None}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return json.dumps(value)
    return str(value)
