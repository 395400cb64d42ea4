"""Every route there is, found by walking the API's own operations and the console's own addresses.

Nothing is listed by hand, so that nothing can be forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver

from holdfast.api.application import api
from holdfast.api.problems import MEDIA_TYPE


@dataclass(frozen=True)
class Route:
    """One operation: what it is called, how it is reached, and what it takes."""

    name: str
    method: str
    path: str
    parameters: tuple[str, ...]
    is_open: bool
    """True where no key is asked for."""

    def filled(self, values: dict[str, str]) -> str:
        """The address with its parameters in place."""
        found = self.path
        for name in self.parameters:
            found = re.sub(r"\{(?:[a-z]+:)?" + name + r"\}", lambda _, name=name: values[name], found)
        return found


def _operations() -> Iterator[tuple[str, Any]]:
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                yield "/v1" + prefix + path, operation


@cache
def every_route() -> tuple[Route, ...]:
    """The API's routes, by name."""
    found: list[Route] = []
    for path, operation in _operations():
        names = tuple(re.findall(r"\{(?:[a-z]+:)?([a-z_]+)\}", path))
        is_open = operation.auth_param is None
        found.extend(Route(operation.operation_id, method, path, names, is_open) for method in operation.methods)
    return tuple(sorted(found, key=lambda route: route.name))


@cache
def description() -> dict[str, Any]:
    """The API's own description, with nothing left to look up."""
    schema: dict[str, Any] = api.get_openapi_schema()
    return schema


def acts(route: Route) -> bool:
    """Whether it changes something, so that it needs a key of its own: a POST unless it says that it does not."""
    path = re.sub(r"\{[a-z]+:", "{", route.path)
    operation = description()["paths"][path][route.method.lower()]
    return route.method == "POST" and bool(operation.get("x-acts", True))


def body_schema(route: Route) -> dict[str, Any] | None:
    """The JSON Schema of a route's body, complete in itself; None if it takes none."""
    described = description()
    path = re.sub(r"\{[a-z]+:", "{", route.path)
    operation = described["paths"][path][route.method.lower()]
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return None
    return {**content["application/json"]["schema"], "components": described["components"]}


def query_parameters(route: Route) -> dict[str, dict[str, Any]]:
    """What a route takes in its query: the schema of each by its name."""
    path = re.sub(r"\{[a-z]+:", "{", route.path)
    operation = description()["paths"][path][route.method.lower()]
    found = [one for one in operation.get("parameters", []) if one["in"] == "query"]
    return {one["name"]: {**one["schema"], "components": description()["components"]} for one in found}


def console_routes() -> Iterator[tuple[str, str]]:
    """Each address of the console: its pattern and the name of its page."""
    from holdfast.console.urls import urlpatterns

    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[str, str]]:
        for one in patterns:
            here = prefix + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, here)
            else:
                yield here, str(one.name)

    yield from walk(list(urlpatterns), "/")


def answer_schema(route: Route, status: int) -> dict[str, Any] | None:
    """The JSON Schema of an answer, complete in itself; None if nothing is said of it."""
    described = description()
    path = re.sub(r"\{[a-z]+:", "{", route.path)
    answers = described["paths"][path][route.method.lower()]["responses"]
    content = answers.get(status, answers.get(str(status), {})).get("content", {})
    if "application/json" not in content:
        return None
    return {**content["application/json"]["schema"], "components": described["components"]}


def answered_codes(route: Route) -> dict[int, list[str]]:
    """The codes of the problems that a route is said to answer, by their statuses."""
    described = description()
    path = re.sub(r"\{[a-z]+:", "{", route.path)
    found: dict[int, list[str]] = {}
    for status, answer in described["paths"][path][route.method.lower()]["responses"].items():
        shared = described["components"]["responses"].get(answer.get("$ref", "").rpartition("/")[2])
        content = (shared or answer).get("content", {}).get(MEDIA_TYPE)
        if content is not None:
            found[int(status)] = content["schema"]["allOf"][1]["properties"]["code"]["enum"]
    return found
