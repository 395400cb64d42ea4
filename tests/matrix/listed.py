"""Whether a problem that was answered is among those that the API's description lists for its operation.

It is held against every problem that any test meets under the API through Django's client (`tests/conftest.py`), by the
description as it is published: `tests/docs` sees to it that this is the one of the code.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from django.urls import Resolver404

from holdfast.api.problems import MEDIA_TYPE

PUBLISHED = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"
Listed = dict[tuple[str, str], tuple[str, set[tuple[int, str]]]]


@cache
def _operations() -> Listed:
    """Each operation by its method and its address: its name, and the statuses and codes that are listed for it."""
    described = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    found: Listed = {}
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            known = set()
            for status, answer in operation["responses"].items():
                shared = described["components"]["responses"].get(answer.get("$ref", "").rpartition("/")[2])
                content = (shared or answer).get("content", {}).get(MEDIA_TYPE)
                if content is not None:
                    codes = content["schema"]["allOf"][1]["properties"]["code"]["enum"]
                    known |= {(int(status), code) for code in codes}
            found[method.upper(), path] = (operation["operationId"], known)
    return found


def unlisted(response: Any) -> str | None:
    """What is answered and not listed; None if it is listed, no refusal, or of no operation."""
    status = response.status_code
    if not 400 <= status < 500 or response.get("Content-Type") != MEDIA_TYPE:
        return None
    try:
        place = response.resolver_match.route
    except Resolver404:
        # No address of ours, so no operation.
        return None
    # Django's `<int:lot>` is the description's `{lot}`.
    path = "/" + re.sub(r"<(?:[a-z]+:)?([^>]+)>", r"{\1}", place)
    operation = _operations().get((response.wsgi_request.method, path))
    if operation is None:
        return None
    name, known = operation
    code = response.json()["code"]
    return None if (status, code) in known else f"{name} answers {status} {code}, which it does not list"
