"""The way in: which key opens what, and how every no is told."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from holdfast.kernel import clock
from holdfast.kernel.refusals import every_refusal
from holdfast.parties import operations
from holdfast.parties.models import ApiKey
from tests.parties.cast import Cast, Shop, staff_act


def code(response: Any) -> tuple[int, str]:
    """Status and code of a problem, after a look at its form."""
    assert response["Content-Type"] == "application/problem+json"
    document = response.json()
    assert {"type", "title", "status", "detail", "code"} <= set(document)
    assert document["status"] == response.status_code
    assert document["type"] == f"/v1/problems/{document['code']}"
    return response.status_code, document["code"]


def test_a_key_tells_who_it_is(cast: Cast) -> None:
    me = Shop(cast.alma.secret).get("/v1/me")
    assert me.status_code == 200
    assert (me.json()["organisation_id"], me.json()["sandbox"]) == (cast.alma.ref, True)
    assert ApiKey.objects.get(id=cast.alma.key_id).last_used_at is not None
    assert me["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in me["Content-Security-Policy"]


def test_one_query_proves_the_key(cast: Cast, django_assert_num_queries: Any) -> None:
    shop = Shop(cast.alma.secret)
    shop.get("/v1/me")
    with django_assert_num_queries(1):
        shop.get("/v1/me")


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Basic YTpi",
        "Bearer",
        "Bearer nonsense",
        "Bearer hf_test_000000000000_" + "0" * 64,
        "{flipped}",
        "{cut}",
    ],
)
def test_without_a_proven_key_nobody_learns_anything(cast: Cast, authorization: str | None) -> None:
    secret = cast.alma.secret
    flipped = secret[:-1] + ("0" if secret[-1] != "0" else "1")
    headers = {}
    if authorization is not None:
        headers["HTTP_AUTHORIZATION"] = authorization.format(flipped=f"Bearer {flipped}", cut=f"Bearer {secret[:-1]}")
    response = Client().get("/v1/me", **headers)
    assert code(response) == (401, "unauthenticated")
    assert response["WWW-Authenticate"] == "Bearer"


def test_a_key_that_ended_is_told_so_only_to_its_holder(cast: Cast) -> None:
    operations.revoke_key(act=staff_act(cast.administrator_id), key_id=cast.alma.key_id)
    assert code(Shop(cast.alma.secret).get("/v1/me")) == (401, "key_revoked")
    wrong = cast.alma.secret[:-64] + "0" * 64
    assert code(Shop(wrong).get("/v1/me")) == (401, "unauthenticated")


def test_a_key_runs_out_by_the_clock_of_the_installation(cast: Cast) -> None:
    made = operations.create_key(
        act=staff_act(cast.administrator_id),
        organisation_id=cast.alma.id,
        name="short",
        scopes=["orders:read"],
        expires_at=clock.read() + timedelta(hours=1),
    )
    assert made.secret is not None
    assert Shop(made.secret).get("/v1/me").status_code == 200
    Shop(cast.operator_secret).post("/v1/sandbox/clock", {"advance_seconds": 3600})
    assert code(Shop(made.secret).get("/v1/me")) == (401, "key_expired")


def test_a_key_comes_only_from_its_addresses(cast: Cast, settings: Any) -> None:
    made = operations.create_key(
        act=staff_act(cast.administrator_id),
        organisation_id=cast.alma.id,
        name="office",
        scopes=["orders:read"],
        addresses=["192.0.2.0/24", "2001:db8::/32"],
    )
    assert made.secret is not None
    shop = Shop(made.secret)
    for address, expected in (
        ("192.0.2.7", 200),
        ("2001:db8::1", 200),
        ("::ffff:192.0.2.7", 200),
        ("198.51.100.1", 403),
    ):
        assert shop.get("/v1/me", REMOTE_ADDR=address).status_code == expected
    assert code(shop.get("/v1/me", REMOTE_ADDR="198.51.100.1")) == (403, "address_not_allowed")
    # What a stranger writes into a header counts only behind a proxy of our own.
    forged = {"REMOTE_ADDR": "198.51.100.1", "HTTP_X_FORWARDED_FOR": "192.0.2.7"}
    assert shop.get("/v1/me", **forged).status_code == 403
    settings.TRUSTED_PROXIES = ["203.0.113.9/32"]
    behind = {"REMOTE_ADDR": "203.0.113.9", "HTTP_X_FORWARDED_FOR": "192.0.2.7"}
    assert shop.get("/v1/me", **behind).status_code == 200
    behind["HTTP_X_FORWARDED_FOR"] = "192.0.2.7, 198.51.100.1"
    assert shop.get("/v1/me", **behind).status_code == 403


def test_live_keys_open_no_sandbox_and_the_reverse(cast: Cast, settings: Any) -> None:
    live = cast.alma.secret.replace("hf_test_", "hf_live_")
    assert code(Shop(live).get("/v1/me")) == (401, "wrong_environment")
    settings.SANDBOX = False
    assert code(Shop(cast.alma.secret).get("/v1/me")) == (401, "wrong_environment")
    # Even a forged prefix meets the database's own word.
    assert Shop(live).get("/v1/me").status_code == 401


def test_a_party_reads_its_own_and_the_operator_sets_up(cast: Cast) -> None:
    alma, operator = Shop(cast.alma.secret), Shop(cast.operator_secret)
    assert [one["id"] for one in alma.get("/v1/organisations").json()["items"]] == [cast.alma.ref]
    assert len(operator.get("/v1/organisations").json()["items"]) == 4
    assert code(alma.get(f"/v1/organisations/{cast.boris.ref}")) == (404, "not_found")
    assert code(alma.post("/v1/organisations", new_organisation())) == (403, "not_allowed")
    assert code(alma.post(f"/v1/organisations/{cast.alma.ref}/tier", {"tier": "gold", "reason": "me"})) == (
        403,
        "not_allowed",
    )
    made = operator.post("/v1/organisations", new_organisation())
    assert made.status_code == 201, made.content
    ref = made.json()["id"]
    assert made.json()["metadata"] == {"line": "7"}
    member = operator.post(
        f"/v1/organisations/{ref}/members", {"email": "Dora@example.com", "name": "Dora", "role": "owner"}
    )
    assert (member.status_code, member.json()["email"]) == (201, "dora@example.com")
    assert code(operator.post(f"/v1/members/{member.json()['id']}/remove")) == (409, "last_owner")
    key = operator.post(f"/v1/organisations/{ref}/keys", {"name": "shop", "scopes": ["orders:read"]})
    assert key.status_code == 201, key.content
    assert Shop(key.json()["secret"]).get("/v1/me").json()["organisation_id"] == ref
    bank = operator.post(
        f"/v1/organisations/{ref}/beneficiaries",
        {"name": "Dora SL", "currency": "EUR", "iban": "ES91 2100 0418 4502 0005 1332"},
    )
    assert bank.json()["state"] == "pending", bank.content
    verified = operator.post(f"/v1/beneficiaries/{bank.json()['id']}/verify")
    assert (verified.json()["state"], [act["verb"] for act in verified.json()["acts"]]) == ("verified", ["withdraw"])
    dora = Shop(key.json()["secret"])
    assert dora.get(f"/v1/organisations/{ref}/members").json()["items"][0]["role"] == "owner"
    assert dora.get(f"/v1/organisations/{ref}/keys").json()["items"][0]["secret"] is None
    assert dora.get(f"/v1/organisations/{ref}/beneficiaries").json()["items"][0]["iban"] == "ES9121000418450200051332"


def new_organisation(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Dora SL",
        "kind": "supplier",
        "country": "ES",
        "time_zone": "Europe/Madrid",
        "external_id": "crm-9",
        "metadata": {"line": "7"},
        **changes,
    }


def test_lists_come_in_pages_newest_first(cast: Cast) -> None:
    operator = Shop(cast.operator_secret)
    first = operator.get("/v1/organisations?limit=3").json()
    rest = operator.get(f"/v1/organisations?limit=3&cursor={first['next_cursor']}").json()
    names = [one["name"] for one in first["items"] + rest["items"]]
    assert names == ["Chen Trading", "Boris Electronics", "Alma Imports", "Harbour Market"]
    assert rest["next_cursor"] is None
    for wrong in ("x", "bjox", "====", "%00", "é", "AAAA"):
        assert code(operator.get(f"/v1/organisations?cursor={wrong}")) == (422, "cursor_not_valid")
    for wrong in ("limit=0", "limit=201", "limit=many"):
        assert code(operator.get(f"/v1/organisations?{wrong}")) == (422, "invalid")


@pytest.mark.parametrize("member", ["\ud800", "\x00"])
def test_a_cursor_that_holds_no_text_is_none(cast: Cast, member: str) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps([member, "USD", "x"]).encode()).decode().rstrip("=")
    answer = Shop(cast.operator_secret).get(f"/v1/accounts?cursor={cursor}")
    assert code(answer) == (422, "cursor_not_valid")


def test_the_clock_of_a_sandbox_over_http(cast: Cast) -> None:
    operator = Shop(cast.operator_secret)
    assert code(Shop(cast.alma.secret).post("/v1/sandbox/clock", {"advance_seconds": 5})) == (403, "not_allowed")
    before = operator.get("/v1/sandbox/clock").json()["now"]
    assert operator.post("/v1/sandbox/clock", {"advance_seconds": 60}).json()["now"] > before
    assert code(operator.post("/v1/sandbox/clock", {"advance_seconds": 401 * 86_400})) == (422, "invalid")


def test_every_code_is_told_apart_and_explained(db: None) -> None:
    refusals = list(every_refusal())
    codes = [refusal.code() for refusal in refusals]
    assert sorted(set(codes)) == sorted(codes), "two refusals share a code"
    listed, cursor = [], ""
    while cursor is not None:
        page = Client().get("/v1/problems" + (f"?cursor={cursor}" if cursor else "")).json()
        listed, cursor = [*listed, *page["items"]], page["next_cursor"]
    assert {item["code"] for item in listed} >= set(codes) - {"refusal"}
    assert all(item["detail"] for item in listed)
    assert Client().get("/v1/problems/key_revoked").json()["status"] == 401
    assert code(Client().get("/v1/problems/unheard_of")) == (404, "not_found")
