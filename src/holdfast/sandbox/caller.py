"""One program with one API key, speaking HTTP to a running marketplace. It knows requests and refusals, no noun."""

import json
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

TIMEOUT_SECONDS = 300


class Refused(Exception):
    """The marketplace said no: its problem document."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('code')}: {problem.get('detail')} {json.dumps(problem)}")
        self.status = status
        self.problem = problem

    @property
    def code(self) -> str:
        """The stable code."""
        return str(self.problem.get("code"))


@dataclass(frozen=True, slots=True)
class Caller:
    """A party's own program."""

    address: str
    secret: str
    name: str = ""

    def get(self, path: str) -> Any:
        """Read something."""
        return self._ask("GET", path, None, {})

    def all(self, path: str) -> list[dict[str, Any]]:
        """Every item of a list."""
        found: list[dict[str, Any]] = self.get(path)["items"]
        return found

    def post(self, path: str, body: dict[str, Any] | None = None, *, key: str | None = None) -> Any:
        """Do something, once."""
        content = json.dumps(body or {}).encode()
        return self._ask("POST", path, content, {"Content-Type": "application/json", **_once(key)})

    def upload(self, path: str, content: bytes) -> Any:
        """Bring a file."""
        return self._ask("POST", path, content, {"Content-Type": "application/octet-stream", **_once(None)})

    def _ask(self, method: str, path: str, content: bytes | None, headers: dict[str, str]) -> Any:
        request = Request(  # noqa: S310  (the address is our own marketplace's)
            f"{self.address}/v1{path}",
            data=content,
            method=method,
            headers={"Authorization": f"Bearer {self.secret}", **headers},
        )
        try:
            with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
                return json.loads(answer.read())
        except HTTPError as refusal:
            with refusal:
                raise Refused(refusal.code, json.loads(refusal.read())) from None


def _once(key: str | None) -> dict[str, str]:
    return {"Idempotency-Key": key or secrets.token_hex(16)}
