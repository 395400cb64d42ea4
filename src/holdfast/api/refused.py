"""Which problems each operation can answer: its own refusals, and what every request meets at the edge.

The operations' own are read from the code by `holdfast.cli.docs.refusing` and kept in `refused.json`;
`tests/api/test_refused.py` writes them, and refuses them when they are stale.
"""

import json
from collections import defaultdict
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from holdfast.api import edge, problems, throttle
from holdfast.kernel.refusals import Invalid, NotFound, Refusal
from holdfast.parties.standings import MarketplaceEnded

Statuses = dict[int, dict[str, str]]
"""The sentences of problems by their codes, by their statuses."""
SHARED = {400, 401, 413, 415, 429}
"""What these mean does not depend on the operation."""
KEY: tuple[type[Refusal], ...] = (
    edge.Unauthenticated,
    edge.KeyRevoked,
    edge.KeyExpired,
    edge.WrongEnvironment,
    edge.TokenExpired,
    edge.AddressNotAllowed,
    MarketplaceEnded,
    edge.OrganisationRequired,
    NotFound,
    throttle.TooManyRequests,
)
"""What may be wrong with a key; not found is the organisation that it says it acts for."""
ACT: tuple[type[Refusal], ...] = (edge.IdempotencyKeyRequired, edge.KeyReused)
BODY: tuple[type[Refusal], ...] = (edge.BodyTooLarge,)
JSON: tuple[type[Refusal], ...] = (edge.UnsupportedMediaType, Invalid)


@cache
def kept() -> dict[str, list[str]]:
    """The codes of each operation's own refusals, by its name."""
    file = Path(__file__).with_name("refused.json")
    found: dict[str, list[str]] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return found


def of(operation: dict[str, Any]) -> Statuses:
    """Every problem that an operation of the description can answer."""
    told = {name: problems.catalogue()[name] for name in kept().get(operation["operationId"], ())}
    met: list[type[Refusal]] = []
    # Where a framework puts no key, nobody is asked for one.
    if operation.get("security"):
        met += KEY
    content = operation.get("requestBody", {}).get("content", {})
    if content:
        met += BODY
        told |= {code: (status, text) for status, (code, text) in problems.FRAMEWORK_CODES.items() if status == 413}
    if "application/json" in content:
        met += JSON
        told["bad_request"] = (400, problems.FRAMEWORK_CODES[400][1])
    parameters = {one["name"]: one["in"] for one in operation.get("parameters", [])}
    if "Idempotency-Key" in parameters:
        met += ACT
    if {"path", "query"} & set(parameters.values()):
        met.append(Invalid)
    if "path" in parameters.values():
        met.append(NotFound)
    told |= {one.code(): (one.status, one.message()) for one in met}
    found: Statuses = defaultdict(dict)
    for code, (status, text) in sorted(told.items(), key=lambda row: (row[1][0], row[0])):
        found[status][code] = text
    return dict(found)


def put_into(operation: dict[str, Any], shared: dict[str, Any]) -> None:
    """Describe an operation's problems; those of `SHARED` go among the components and are referred to."""
    for status, codes in of(operation).items():
        described = _described(status, codes)
        if status in SHARED:
            name = _name(status, codes)
            # An operation with more of that status than others tells its own.
            if shared.setdefault(name, described) == described:
                described = {"$ref": f"#/components/responses/{name}"}
        operation["responses"][status] = described


def _name(status: int, codes: dict[str, str]) -> str:
    """`Unauthorized`; of a status with several sets of codes, the one that this set has alone is told."""
    phrase = "".join(part.capitalize() for part in HTTPStatus(status).phrase.split())
    if status != 400:
        return phrase
    return "".join("".join(part.capitalize() for part in code.split("_")) for code in codes)


def _described(status: int, codes: dict[str, str]) -> dict[str, Any]:
    lines = [f"- `{code}`: {text}" for code, text in codes.items()]
    narrowed = {"type": "object", "properties": {"code": {"enum": list(codes)}}}
    schema = {"allOf": [{"$ref": "#/components/schemas/Problem"}, narrowed]}
    described: dict[str, Any] = {
        "description": "A refusal, as a problem document (RFC 9457):\n\n" + "\n".join(lines),
        "content": {problems.MEDIA_TYPE: {"schema": schema}},
    }
    header = _HEADERS.get(status)
    return {**described, "headers": header} if header else described


_HEADERS: dict[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}, "description": "`Bearer`"}},
    429: {"Retry-After": {"schema": {"type": "integer"}, "description": "seconds to wait"}},
}
