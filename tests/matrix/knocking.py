"""Somebody knocks at a route: a request in a savepoint of its own, and the whole database compared.

What succeeds is taken back, so that each request meets the same scene; what is refused stays, and must have left
nothing behind.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.test import Client

from holdfast.api.problems import MEDIA_TYPE, catalogue
from tests.world import digest_of_everything

JSON = "application/json"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    kind: str
    body: bytes
    headers: dict[str, str]

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def code(self) -> str:
        """The problem's code, or what the answer is where it is none."""
        if self.kind != MEDIA_TYPE:
            return f"{self.status} {self.kind}"
        return str(self.document.get("code"))

    def __str__(self) -> str:
        return f"{self.status} {self.body[:300].decode(errors='replace')}"


class Door:
    """The API in this process."""

    def __init__(self) -> None:
        self._client = Client(raise_request_exception=False)
        self._calls = 0

    def knock(
        self,
        method: str,
        path: str,
        *,
        secret: str | None = None,
        body: Any = None,
        raw: bytes | None = None,
        kind: str = JSON,
        key: str | None = "",
        **headers: str,
    ) -> Answer:
        """One request. `key=None` sends no Idempotency-Key; without one a fresh one is made up."""
        if secret is not None:
            headers["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
        if method == "POST" and key is not None:
            self._calls += 1
            headers["HTTP_IDEMPOTENCY_KEY"] = key or f"knock-{self._calls}"
        data = raw if raw is not None else json.dumps({} if body is None else body).encode()
        if method in {"GET", "HEAD", "OPTIONS"}:
            response = self._client.generic(method, path, **headers)
        else:
            response = self._client.generic(method, path, data, content_type=kind, **headers)
        content = response.getvalue()
        return Answer(response.status_code, response.get("Content-Type", ""), content, dict(response.headers.items()))

    def try_out(self, method: str, path: str, **more: Any) -> Answer:
        """One request; whatever it did is taken back, after the database has looked at it as a COMMIT would."""
        with transaction.atomic():
            answer = self.knock(method, path, **more)
            if answer.status < 400:
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
                transaction.set_rollback(True)
        return answer


def is_problem(answer: Answer) -> str | None:
    """None if an answer is a refusal as it should be, else what is wrong with it."""
    if not 400 <= answer.status < 500:
        return f"no refusal: {answer}"
    if answer.kind != MEDIA_TYPE:
        return f"no problem document: {answer}"
    known = catalogue().get(answer.code)
    if known is None:
        return f"a code that no catalogue knows: {answer}"
    if known[0] != answer.status or answer.document["status"] != answer.status:
        return f"another status than the catalogue's {known[0]}: {answer}"
    if not answer.document["detail"] or not answer.document["title"]:
        return f"says nothing: {answer}"
    return None


@contextmanager
def nothing_changes(wrong: list[str]) -> Iterator[None]:
    """Notes which tables the block has changed."""
    before = digest_of_everything()
    yield
    after = digest_of_everything()
    wrong.extend(f"changed {table}" for table in sorted(after) if before.get(table) != after[table])
