"""The links of the API's description (OpenAPI 3.1): where the name that an answer carries can be sent next.

They are made from the recorded examples: a parameter's kind is the prefix of what was sent for it (`con_…`), and an
answer feeds each operation whose parameters it can fill: by its `id`, and what is only read also by a member of the
parameter's name; with it goes what was in the request's own path. Only what makes or shows things is linked on: the
answer of an act says what its reader says.
"""

import re
from collections.abc import Iterator
from typing import Any

from holdfast.api import examples

_PREFIX = re.compile(r"([a-z]{2,4})_[0-9a-f]{32}")


def put_into(schema: dict[str, Any]) -> None:
    """Put every link among the components once, and a reference to it wherever it leads on."""
    operations = {
        operation["operationId"]: (method, operation)
        for path in schema["paths"].values()
        for method, operation in path.items()
    }
    taking = {name: _kinds(name) for name, (_method, operation) in operations.items() if _paths(operation)}
    kept: dict[str, Any] = schema["components"].setdefault("links", {})
    for source, (method, operation) in operations.items():
        example = examples.every().get(source, {})
        success = next(status for status in operation["responses"] if str(status).startswith("2"))
        if not (method == "get" or success == 201) or example.get("status", 400) >= 400:
            continue
        found = {}
        for target, kinds in taking.items():
            is_read = operations[target][0] == "get"
            parameters = None if target == source else _fed(kinds, example, named=is_read)
            if parameters is None:
                continue
            name = "_".join([target, "by", *(_word(one) for one in parameters.values())])
            kept[name] = {"operationId": target, "parameters": parameters}
            found[target] = {"$ref": f"#/components/links/{name}"}
        if found:
            operation["responses"][success]["links"] = found


def _paths(operation: dict[str, Any]) -> list[str]:
    return [one["name"] for one in operation.get("parameters", []) if one["in"] == "path"]


def _kind(value: Any) -> str | None:
    found = _PREFIX.fullmatch(value) if isinstance(value, str) else None
    return found[1] if found else None


def _kinds(operation: str) -> dict[str, str | None]:
    """The parameters of an operation's path, each with the prefix of the names that it takes."""
    return {name: _kind(sent) for name, sent in examples.every().get(operation, {}).get("path", {}).items()}


def _fed(kinds: dict[str, str | None], example: dict[str, Any], *, named: bool) -> dict[str, str] | None:
    """An expression for each parameter, if all can be filled and one of them from the answer."""
    found: dict[str, str] = {}
    for name, kind in kinds.items():
        told = next(_where(name, kind, example, named=named), None)
        if told is None:
            return None
        found[name] = told
    return found if any(told.startswith("$response") for told in found.values()) else None


def _where(name: str, kind: str | None, example: dict[str, Any], *, named: bool) -> Iterator[str]:
    """Where a parameter's value stands, what says most first."""
    answer, pointer = example.get("answer"), "$response.body#"
    if isinstance(answer, dict) and isinstance(answer.get("items"), list):
        answer, pointer = next(iter(answer["items"]), None), f"{pointer}/items/0"
    said = answer if isinstance(answer, dict) else {}
    if kind is None:
        # A word or a number, like a programme's name: only what is called the same.
        if name in said and isinstance(said[name], str | int):
            yield f"{pointer}/{name}"
    else:
        yield from (f"{pointer}/{key}" for key in ("id", *[name] * named) if _kind(said.get(key)) == kind)
    if name in example.get("path", {}):
        yield f"$request.path.{name}"


def _word(expression: str) -> str:
    """`items_id` of `$response.body#/items/0/id`; `path_order_id` of what the request said."""
    return "_".join(part for part in re.split(r"\W+", expression) if part not in {"", "response", "request", "body", "0"})
