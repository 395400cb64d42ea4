"""The links of the API's description (OpenAPI 3.1): where the name that an answer carries can be sent next.

They are made from addresses and recorded examples. A parameter's kind is the prefix of what was sent for it (`con_…`),
and an answer feeds each operation whose parameters it can fill: by its `id`, and what is only read also by a member of
the parameter's name; with it goes what was in the request's own path. A list feeds whatever stands below it. Only what
makes or shows things is linked on: the answer of an act says what its reader says.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from holdfast.api import examples

_PREFIX = re.compile(r"([a-z]{2,4})_[0-9a-f]{32}")
_SILENT = {"", "response", "request", "body", "0"}


@dataclass(frozen=True)
class _Operation:
    """One operation, with the example of it."""

    name: str
    method: str
    path: str
    described: dict[str, Any]

    @property
    def example(self) -> dict[str, Any]:
        return examples.every().get(self.name, {})

    @property
    def success(self) -> Any:
        return next(status for status in self.described["responses"] if str(status).startswith("2"))

    @property
    def feeds(self) -> bool:
        """Whether its answer is linked on."""
        return (self.method == "get" or self.success == 201) and self.example.get("status", 400) < 400

    @property
    def takes(self) -> dict[str, str | None]:
        """The parameters of its path, each with the prefix of the names that it takes."""
        return {name: _kind(sent) for name, sent in self.example.get("path", {}).items()}


def put_into(schema: dict[str, Any]) -> None:
    """Put every link among the components once, and a reference to it wherever it leads on."""
    operations = [
        _Operation(described["operationId"], method, path, described)
        for path, methods in schema["paths"].items()
        for method, described in methods.items()
    ]
    kept: dict[str, Any] = schema["components"].setdefault("links", {})
    for source in operations:
        found = {}
        for target in operations if source.feeds else ():
            parameters = _fed(source, target)
            if parameters:
                name = "_".join([target.name, "by", *(_word(one) for one in parameters.values())])
                kept[name] = {"operationId": target.name, "parameters": parameters}
                found[target.name] = {"$ref": f"#/components/links/{name}"}
        if found:
            source.described["responses"][source.success]["links"] = found


def _kind(value: Any) -> str | None:
    found = _PREFIX.fullmatch(value) if isinstance(value, str) else None
    return found[1] if found else None


def _fed(source: _Operation, target: _Operation) -> dict[str, str]:
    """An expression for each parameter, if all can be filled and one of them from the answer."""
    found: dict[str, str] = {}
    for name, kind in target.takes.items():
        told = next(_where(name, kind, source, target), None)
        if told is None:
            return {}
        found[name] = told
    is_fed = source.name != target.name and any(told.startswith("$response") for told in found.values())
    return found if is_fed else {}


def _where(name: str, kind: str | None, source: _Operation, target: _Operation) -> Iterator[str]:
    """Where a parameter's value stands, what says most first."""
    said, pointer = source.example.get("answer"), "$response.body#"
    is_list = isinstance(said, dict) and isinstance(said.get("items"), list)
    if isinstance(said, dict) and is_list:
        said, pointer = next(iter(said["items"]), None), f"{pointer}/items/0"
    members = said if isinstance(said, dict) else {}
    is_below = is_list and target.path.startswith(f"{source.path}/{{{name}}}")
    if kind is None:
        # A word or a day, which means something only where it stands.
        if is_below and name in members:
            yield f"{pointer}/{name}"
    else:
        named = [name] if target.method == "get" else []
        yield from (f"{pointer}/{key}" for key in ("id", *named) if _kind(members.get(key)) == kind)
        if is_below and not members:
            # The scene has none to show.
            yield f"{pointer}/id"
    if name in source.example.get("path", {}):
        yield f"$request.path.{name}"


def _word(expression: str) -> str:
    """`items_id` of `$response.body#/items/0/id`; `path_order_id` of what the request said."""
    return "_".join(part for part in re.split(r"\W+", expression) if part not in _SILENT)
