"""The examples of the API's description are what was really sent and answered.

Each is the example of the table of expectations (`tests/matrix`), asked of its scene. They are kept in
`src/holdfast/api/examples.json`; with WRITE_EXAMPLES=1 the test writes them anew instead of comparing.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import jsonschema_rs
import pytest

from holdfast.api import examples
from tests.matrix.expected import TABLE
from tests.matrix.knocking import JSON, Door
from tests.matrix.routes import Route, answer_schema, body_schema, description, every_route, query_parameters
from tests.matrix.scene import Scene

pytest_plugins = ("tests.matrix.stage",)
ROUTES = {route.name: route for route in every_route()}
KEPT = Path(examples.__file__).with_name("examples.json")
MOST_ROWS = 3
"""Of a longer list in an answer so many are shown."""
SIZES = (12, 16, 64, 128)
"""How long digests, signatures and the beginnings of them are."""
UNSTEADY = {"list_own_leaves", "list_register"}
"""What stands beside what in these is decided by names that are made up anew each time."""


def _hex(place: int) -> str:
    return hashlib.sha512(str(place).encode()).hexdigest()


MADE_UP: list[tuple[re.Pattern[str], Callable[[int], str]]] = [
    (re.compile(r"hf_test_[0-9A-Za-z_]+"), lambda place: f"hf_test_{place:043d}"),
    (re.compile(r"whsec_[0-9A-Za-z+/=]+"), lambda _place: f"whsec_{'A' * 43}="),
    *(
        (re.compile(rf"\b[0-9a-f]{{{size}}}\b"), partial(lambda place, size: _hex(place)[:size], size=size))
        for size in SIZES
    ),
    (re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])"), lambda place: f"01990000000070008000{place:012x}"),
    (re.compile(r"\bRF\d\d[0-9A-Z]{15}\b"), lambda place: f"RF18{place:015d}"),
]
"""What is different each time it is made, and what stands for it: nothing of a secret is ever kept."""


class Steadied:
    """Names and digests of one example, each by the order in which it comes."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def __call__(self, value: Any, key: str = "") -> Any:
        match value:
            case dict():
                return {self(name): self(inner, name) for name, inner in value.items()}
            case list():
                rows = value[:MOST_ROWS] if value and isinstance(value[0], dict) else value
                return [self(inner) for inner in rows]
            case str() if key in {"next_cursor", "cursor"}:
                return "AZkAAAAAcACAAAAAAAAAAQ"
            case str():
                for pattern, stands in MADE_UP:
                    value = pattern.sub(lambda found, stands=stands: self._known(found[0], stands), value)
                return value
            case _:
                return value

    def _known(self, text: str, stands: Callable[[int], str]) -> str:
        if text in self.known.values():
            return text
        return self.known.setdefault(text, stands(len(self.known) + 1))


def played(scene: Scene, route: Route) -> dict[str, Any]:
    """The example of one route: what is sent by the first who may, and what comes back."""
    row = TABLE[route.name]
    who = next(iter((*row.may, *row.told)))
    values, query, body = row.values(scene), row.query, row.document(scene)
    if "limit" in query_parameters(route):
        query = f"{query}&limit=2" if query else "limit=2"
    path = route.filled(values) + (f"?{query}" if query else "")
    more: dict[str, Any] = {"raw": row.raw, "kind": "application/octet-stream"} if row.raw else {"body": body}
    secret = None if route.is_open else scene.keys[who]
    answer = Door().try_out(route.method, path, secret=secret, key="8a2f", **more)
    told = {"path": values, "query": dict(parse_qsl(query)), "status": answer.status}
    if route.method in {"POST", "PUT"} and row.raw is None:
        told["body"] = body or {}
    if "json" in answer.kind:
        told["answer"] = answer.document
    steadied: dict[str, Any] = Steadied()(told)
    return steadied


@pytest.fixture(scope="module")
def fresh(scene: Scene) -> dict[str, dict[str, Any]]:
    """What happens now."""
    return {name: played(scene, route) for name, route in ROUTES.items()}


def test_the_examples_are_what_happens(fresh: dict[str, dict[str, Any]]) -> None:
    if os.environ.get("WRITE_EXAMPLES"):
        KEPT.write_text(json.dumps(fresh, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
        examples.every.cache_clear()
    kept = examples.every()
    assert sorted(kept) == sorted(fresh), "WRITE_EXAMPLES=1 writes them"
    different = [
        f"{name}{place}" for name in fresh.keys() - UNSTEADY for place in _differs(kept[name], fresh[name], "")
    ]
    assert not different, "WRITE_EXAMPLES=1 writes them:\n" + "\n".join(different)


def _differs(kept: Any, now: Any, place: str) -> list[str]:
    """Where the two do not say the same. Of texts with digits in them (times, numbers of things) only the rest counts:
    some count from the day on which the test runs."""
    if isinstance(kept, dict) and isinstance(now, dict) and kept.keys() == now.keys():
        return [found for key in kept for found in _differs(kept[key], now[key], f"{place}.{key}")]
    if isinstance(kept, list) and isinstance(now, list) and len(kept) == len(now):
        return [
            found for row, pair in enumerate(zip(kept, now, strict=True)) for found in _differs(*pair, f"{place}.{row}")
        ]
    if isinstance(kept, str) and isinstance(now, str):
        return [] if re.sub(r"[\dA-Z]+", "0", kept) == re.sub(r"[\dA-Z]+", "0", now) else [f"{place}: {kept} / {now}"]
    return [] if kept == now and type(kept) is type(now) else [f"{place}: {kept!r} / {now!r}"]


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_an_example_is_as_the_description_has_it(name: str) -> None:
    route, kept = ROUTES[name], examples.every()[name]
    if "body" in kept:
        schema = body_schema(route)
        assert schema is not None
        jsonschema_rs.Draft202012Validator(schema).validate(kept["body"])
    if "answer" in kept:
        schema = answer_schema(route, kept["status"])
        assert (schema is not None) == (kept["status"] < 400), kept["status"]
        if schema is not None:
            jsonschema_rs.Draft202012Validator(schema).validate(kept["answer"])


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_the_description_shows_what_is_sent_and_what_comes_back(name: str) -> None:
    route, kept = ROUTES[name], examples.every()[name]
    operation = description()["paths"][re.sub(r"\{[a-z]+:", "{", route.path)][route.method.lower()]
    for one in operation.get("parameters", []):
        if one["in"] == "path":
            assert str(one["example"]) == kept["path"][one["name"]]
    if "body" in kept:
        assert operation["requestBody"]["content"][JSON]["example"] == kept["body"]
    if "answer" in kept:
        shown = [
            media["example"]
            for answer in operation["responses"].values()
            for media in answer.get("content", {}).values()
            if "example" in media
        ]
        assert kept["answer"] in shown
