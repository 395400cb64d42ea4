"""Whatever is sent, the answer is a problem document that helps, and never a fault of ours."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from holdfast.kernel.money import MAX_MINOR
from holdfast.parties.models import Organisation
from tests.api.test_edge_keys import code, new_organisation
from tests.parties.cast import Cast, Shop


def test_unknown_addresses_and_methods_are_problems(cast: Cast) -> None:
    shop = Shop(cast.alma.secret)
    assert code(shop.get("/v1/nothing/here")) == (404, "not_found")
    assert code(Client().get("/v1/")) == (404, "not_found")
    wrong = shop.client.delete("/v1/organisations", **shop.headers)
    assert code(wrong) == (405, "method_not_allowed")
    assert "GET" in wrong["Allow"]


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b" ",
        b"\xff\xfe",
        b'{"name": NaN}',
        b'{"name": "a", "name": "b"}',
        b'{"name": "\\u0000"}',
        b'{"name": "\\ud800"}',
        b'{"metadata": {"\\u0000": "x"}}',
        # Spelled so that no escape can be seen in the bytes.
        '{"name": "\\u0000"}'.encode("utf-16"),
        '{"name": "\\u0000"}'.encode("utf-32-be"),
        b'{"name": "\xed\xa0\x80"}',
        b'{"n": ' + b"9" * 5000 + b"}",
        b"[" * 100_000 + b"]" * 100_000,
    ],
)
def test_what_is_not_json_is_not_read(cast: Cast, raw: bytes) -> None:
    shop = Shop(cast.operator_secret)
    response = shop.client.post(
        "/v1/organisations", raw, content_type="application/json", HTTP_IDEMPOTENCY_KEY="k", **shop.headers
    )
    assert code(response) == (400, "bad_request")


@pytest.mark.parametrize("body", [[], "text", 7, None, True, [1, 2]])
def test_a_body_is_an_object(cast: Cast, body: Any) -> None:
    shop = Shop(cast.operator_secret)
    response = shop.client.post(
        "/v1/organisations",
        json.dumps(body),
        content_type="application/json",
        HTTP_IDEMPOTENCY_KEY="k",
        **shop.headers,
    )
    assert response.status_code in (400, 422)
    code(response)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "operator"}, "kind"),
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": 7}, "name"),
        ({"country": "DEU"}, "country"),
        ({"country": "XX"}, "country"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"metadata": {"a": 1}}, "metadata.a"),
        ({"metadata": {str(n): "" for n in range(51)}}, "metadata"),
        ({"surprise": 1}, "surprise"),
        ({"external_id": ""}, "external_id"),
    ],
)
def test_a_wrong_field_is_named_with_what_would_be_taken(cast: Cast, changes: dict[str, Any], field: str) -> None:
    before = Organisation.objects.count()
    response = Shop(cast.operator_secret).post("/v1/organisations", new_organisation(**changes))
    assert code(response) == (422, "invalid")
    assert response.json()["field"] == field
    assert Organisation.objects.count() == before


@pytest.mark.parametrize("amount", ["5", 5.0, True, -1, MAX_MINOR + 1, 10**30])
def test_amounts_are_whole_numbers_within_bounds(cast: Cast, amount: Any) -> None:
    response = Shop(cast.operator_secret).post(
        f"/v1/organisations/{cast.boris.ref}/cap",
        {"individual_cap_minor": amount, "individual_cap_currency": "USD", "reason": "r"},
    )
    assert code(response) == (422, "invalid")
    assert response.json()["field"] == "individual_cap_minor"


@pytest.mark.parametrize("moment", [1_800_000_000, "2027-01-01", "2027-01-01T00:00:00", "tomorrow", True, []])
def test_times_are_rfc_3339_with_their_zone(cast: Cast, moment: Any) -> None:
    response = Shop(cast.operator_secret).post(
        f"/v1/organisations/{cast.alma.ref}/keys",
        {"name": "n", "scopes": ["orders:read"], "expires_at": moment},
    )
    assert code(response) == (422, "invalid")
    assert response.json()["field"] == "expires_at"


def test_every_wrong_field_is_told_at_once(cast: Cast) -> None:
    response = Shop(cast.operator_secret).post("/v1/organisations", {"name": "", "kind": "x"})
    fields = {error["field"] for error in response.json()["errors"]}
    assert {"name", "kind", "country", "time_zone"} <= fields


def test_the_description_is_complete_and_served_from_here(db: None) -> None:
    schema = Client().get("/v1/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    operations = [operation for path in schema["paths"].values() for operation in path.values()]
    assert all(operation.get("operationId") and operation.get("summary") for operation in operations)
    identifiers = [operation["operationId"] for operation in operations]
    assert len(set(identifiers)) == len(identifiers)
    for path in schema["paths"].values():
        for method, operation in path.items():
            headers = {one["name"] for one in operation.get("parameters", []) if one["in"] == "header"}
            assert ("Idempotency-Key" in headers) == (method == "post" and operation.get("x-acts", True))
            assert "4XX" not in operation["responses"]
    page = Client().get("/v1/docs")
    assert page.status_code == 200
    assert b"http" + b"s://" not in page.content
    assert "script-src" not in page["Content-Security-Policy"]


def test_anybody_may_ask_whether_we_live(db: None) -> None:
    assert Client().get("/healthz").json() == {"status": "ok"}
    assert Client().get("/readyz").json() == {"status": "ok", "database": "ok"}
    assert Client().get("/.well-known/holdfast-keys.json").json() == {"keys": []}
    assert Client().post("/healthz").status_code == 405
