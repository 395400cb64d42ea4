"""How an answer that is no success is raised: problem documents with their code, field and what would be taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class HoldfastError(Exception):
    """Something came between the caller and a success."""


class Unreachable(HoldfastError):
    """No answer came, however often it was tried: the act may or may not have happened. Sent again under the same
    `idempotency_key` it happens once."""

    def __init__(self, message: str, *, idempotency_key: str | None) -> None:
        super().__init__(message)
        self.idempotency_key = idempotency_key


class Problem(HoldfastError):
    """An expected no (RFC 9457). Nothing has changed; `code` is stable and is what programs look at."""

    def __init__(self, *, status: int, document: Mapping[str, Any]) -> None:
        self.status = status
        self.document = document
        self.code = str(document.get("code", f"http_{status}"))
        self.detail = str(document.get("detail", ""))
        self.field: str | None = document.get("field")
        self.accepted: Any = document.get("accepted")
        self.facts: Mapping[str, Any] = document.get("facts") or {}
        self.errors: list[dict[str, Any]] = list(document.get("errors") or [])
        super().__init__(self._told())

    def _told(self) -> str:
        parts = [f"{self.status} {self.code}: {self.detail}"]
        if self.field is not None:
            parts.append(f"field {self.field}")
        if self.accepted is not None:
            parts.append(f"accepted {self.accepted!r}")
        return "; ".join(parts)


class Unauthenticated(Problem):
    """401: the key or the token is none, has run out, or was revoked."""


class NotAllowed(Problem):
    """403: the key does not include this act."""


class NotFound(Problem):
    """404: there is no such thing, or it is not yours to see."""


class Conflict(Problem):
    """409: not in the state things are in."""


class Invalid(Problem):
    """400 or 422: the input cannot be used; `errors` names every wrong field."""


class TooManyRequests(Problem):
    """429: still too many after all the patience there was; `retry_after_seconds` is what the server last said."""

    retry_after_seconds: float | None = None


class Fault(Problem):
    """5xx: something broke on the server's side, and went on doing so."""


_BY_STATUS: dict[int, type[Problem]] = {
    400: Invalid,
    401: Unauthenticated,
    403: NotAllowed,
    404: NotFound,
    409: Conflict,
    422: Invalid,
    429: TooManyRequests,
}


def problem(*, status: int, document: Mapping[str, Any]) -> Problem:
    """The exception for an answer."""
    kind = Fault if status >= 500 else _BY_STATUS.get(status, Problem)
    return kind(status=status, document=document)
