"""The description lists the problems of each operation: those that the code names.

What the code names is kept in `src/holdfast/api/refused.json`; with WRITE_EXAMPLES=1 the test writes it anew. The walks
along the description (`test_walks.py`) hold the answers they get against it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from holdfast.api import refused
from holdfast.api.problems import catalogue
from holdfast.cli.docs.refusing import reached
from tests.matrix import listed
from tests.matrix.routes import _operations, answered_codes, description, every_route

ROUTES = {route.name: route for route in every_route()}
KEPT = Path(refused.__file__).with_name("refused.json")


def test_what_is_kept_is_what_the_code_names() -> None:
    fresh = {
        operation.operation_id: sorted({one.code() for one in reached(operation.view_func)})
        for _path, operation in _operations()
    }
    if os.environ.get("WRITE_EXAMPLES"):
        KEPT.write_text(json.dumps(fresh, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        refused.kept.cache_clear()
        description.cache_clear()
    assert refused.kept() == fresh, "WRITE_EXAMPLES=1 writes it"


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_every_operation_lists_its_codes_under_their_statuses(name: str) -> None:
    route, known = ROUTES[name], catalogue()
    told = answered_codes(route)
    for status, codes in told.items():
        assert codes, status
        assert {known[code][0] for code in codes if code != "too_large"} <= {status}
    if not route.is_open:
        assert {401, 403, 404, 429} <= told.keys()
    if route.parameters:
        assert {"not_found", "invalid"} <= {code for codes in told.values() for code in codes}
    assert set(refused.kept()[name]) <= {code for codes in told.values() for code in codes}


def test_an_answer_is_among_those_that_are_listed(db: Any) -> None:
    answer = Client().get("/v1/orders")
    assert answer.json()["code"] in answered_codes(ROUTES["list_orders"])[answer.status_code]
    assert "unsupported_media_type" not in str(answered_codes(ROUTES["list_orders"]))
    assert "out_of_state" in answered_codes(ROUTES["receive_lot"])[409]


def test_an_answer_that_is_not_listed_is_noticed_whichever_test_meets_it(
    db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Client().get("/v1/orders").status_code == 401
    assert Client().get("/v1/nothing").status_code == 404
    monkeypatch.setattr(listed, "_operations", lambda: {("GET", "/v1/orders"): ("list_orders", {(401, "key_expired")})})
    with pytest.raises(AssertionError, match="list_orders answers 401 unauthenticated, which it does not list"):
        Client().get("/v1/orders")
