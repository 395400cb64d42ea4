"""An example of each route for the API's description: what was sent in a test, and what came back.

They are played by `tests/api/test_examples.py`, which also refuses them when they are not what happens.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def every() -> dict[str, dict[str, Any]]:
    """By the operation's name: `path`, `query` and `body` as they were sent, `status` and `answer` as they came."""
    kept = Path(__file__).with_name("examples.json")
    found: dict[str, dict[str, Any]] = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    return found


def put_into(operation: dict[str, Any]) -> None:
    """Show a route's example in its description."""
    kept = every().get(operation["operationId"])
    if kept is None:
        return
    for parameter in operation.get("parameters", []):
        sent = kept["query"] if parameter["in"] == "query" else kept["path"]
        if parameter["name"] in sent:
            parameter["example"] = _typed(sent[parameter["name"]], parameter["schema"])
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content and "body" in kept:
        content["application/json"]["example"] = kept["body"]
    if "answer" in kept:
        _answered(operation["responses"], kept["status"], kept["answer"])


def _typed(text: str, schema: dict[str, Any]) -> Any:
    kinds = [schema, *schema.get("anyOf", [])]
    return int(text) if text.isdigit() and any(one.get("type") == "integer" for one in kinds) else text


def _answered(responses: dict[Any, Any], status: int, answer: Any) -> None:
    if status < 400:
        place = responses[status if status in responses else str(status)]["content"]["application/json"]
        place["example"] = answer
        return
    # What the example is refused as: the scene has none for which it would succeed.
    for media in responses.get(status, {}).get("content", {}).values():
        media["example"] = answer
