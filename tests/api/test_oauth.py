"""A key's ID and secret give a short-lived token, which opens what the key opens, within the scopes asked for."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote_plus

import jsonschema_rs
import pytest
from django.test import Client

from holdfast.kernel.identifiers import public
from holdfast.parties import operations, tokens
from tests.api.test_edge_keys import code
from tests.parties.cast import Cast, Shop, staff_act
from tests.world import digest_of_everything

FORM = "application/x-www-form-urlencoded"


def ask(cast: Cast, *, secret: str | None = None, basic: bool = False, **fields: str) -> Any:
    """A request for a token by Alma's key."""
    name, text = public("key", cast.alma.key_id), cast.alma.secret if secret is None else secret
    headers: dict[str, str] = {}
    given = {"grant_type": "client_credentials", **fields}
    if basic:
        pair = f"{quote_plus(name)}:{quote_plus(text)}"
        headers["HTTP_AUTHORIZATION"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        given = {"client_id": name, "client_secret": text, **given}
    body = "&".join(f"{key}={quote_plus(value)}" for key, value in given.items() if value)
    return Client(raise_request_exception=False).post("/v1/oauth/token", body, content_type=FORM, **headers)


def error(response: Any) -> tuple[int, str]:
    """The status and the error as RFC 6749 names it."""
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == "no-store"
    return response.status_code, response.json()["error"]


@pytest.mark.parametrize("basic", [False, True])
def test_a_key_gives_a_token_with_some_of_its_scopes(cast: Cast, basic: bool) -> None:
    given = ask(cast, basic=basic, scope="orders:read")
    assert given.status_code == 200, given.content
    document = given.json()
    assert (document["token_type"], document["expires_in"], document["scope"]) == ("Bearer", 900, "orders:read")
    shop = Shop(document["access_token"])
    me = shop.get("/v1/me").json()
    assert (me["organisation_id"], me["scopes"]) == (cast.alma.ref, ["orders:read"])
    assert shop.get("/v1/orders").status_code == 200
    assert code(shop.get("/v1/claims")) == (403, "not_allowed")
    whole = ask(cast, basic=basic).json()
    assert len(whole["scope"].split()) == len(Shop(cast.alma.secret).get("/v1/me").json()["scopes"])


def test_a_token_ends_by_the_clock_and_with_its_key(cast: Cast) -> None:
    shop = Shop(ask(cast).json()["access_token"])
    assert shop.get("/v1/me").status_code == 200
    Shop(cast.operator_secret).post("/v1/sandbox/clock", {"advance_seconds": 901})
    assert code(shop.get("/v1/me")) == (401, "token_expired")
    shop = Shop(ask(cast).json()["access_token"])
    assert shop.get("/v1/me").status_code == 200
    operations.revoke_key(act=staff_act(cast.administrator_id), key_id=cast.alma.key_id)
    assert code(shop.get("/v1/me")) == (401, "key_revoked")


def test_nobody_makes_a_token_themselves(cast: Cast, settings: Any) -> None:
    good = ask(cast).json()["access_token"]
    head, _dot, signature = good.rpartition(".")
    other = tokens.make(sandbox=True, prefix="0" * 12, scopes=["orders:read"], expires_at=tokens.read(good).expires_at)  # type: ignore[union-attr]
    for wrong in (
        f"{head}.{signature[:-1]}{'A' if signature[-1] != 'A' else 'B'}",
        f"{head}A.{signature}",
        good.replace("ht_test_", "ht_live_"),
        good.replace(cast.alma.secret.split("_")[2], cast.boris.secret.split("_")[2]),
        other,
    ):
        assert code(Shop(wrong).get("/v1/me"))[0] == 401, wrong
    settings.SECRET_KEY = "another key altogether, as long as it should be"
    assert code(Shop(good).get("/v1/me")) == (401, "unauthenticated")


def test_a_wrong_request_is_told_as_the_standard_says(cast: Cast) -> None:
    client = Client(raise_request_exception=False)
    assert error(client.post("/v1/oauth/token", {}, content_type="application/json")) == (400, "invalid_request")
    assert client.get("/v1/oauth/token").status_code == 405
    assert ask(cast).status_code == 200
    before = digest_of_everything()
    assert error(ask(cast, grant_type="")) == (400, "invalid_request")
    assert error(ask(cast, grant_type="password")) == (400, "unsupported_grant_type")
    assert error(ask(cast, scope="operator")) == (400, "invalid_scope")
    assert error(ask(cast, scope="orders:read", client_id=public("key", cast.boris.key_id))) == (401, "invalid_client")
    assert error(ask(cast, secret=cast.alma.secret[:-1] + "x")) == (401, "invalid_client")
    assert error(ask(cast, secret=cast.alma.secret.replace("test", "live"))) == (401, "invalid_client")
    assert error(ask(cast, basic=True, client_secret=cast.alma.secret)) == (400, "invalid_request")
    wrong = ask(cast, basic=True, secret="nonsense")
    assert error(wrong) == (401, "invalid_client")
    assert wrong["WWW-Authenticate"].startswith("Basic")
    assert digest_of_everything() == before
    operations.revoke_key(act=staff_act(cast.administrator_id), key_id=cast.alma.key_id)
    assert error(ask(cast)) == (401, "invalid_client")


def test_a_token_is_bound_to_the_addresses_of_its_key(cast: Cast) -> None:
    made = operations.create_key(
        act=staff_act(cast.administrator_id),
        organisation_id=cast.alma.id,
        name="office",
        scopes=["orders:read"],
        addresses=["127.0.0.1", "2001:db8::/32"],
    )
    assert made.secret is not None
    given = ask(cast, client_id=public("key", made.id), client_secret=made.secret)
    shop = Shop(given.json()["access_token"])
    assert shop.get("/v1/me", REMOTE_ADDR="2001:db8::7").status_code == 200
    assert code(shop.get("/v1/me", REMOTE_ADDR="192.0.2.1")) == (403, "address_not_allowed")


def test_one_query_proves_a_token(cast: Cast, django_assert_num_queries: Any) -> None:
    shop = Shop(ask(cast).json()["access_token"])
    shop.get("/v1/me")
    with django_assert_num_queries(1):
        shop.get("/v1/me")


def test_where_a_request_comes_from_behind_a_proxy(cast: Cast, settings: Any) -> None:
    made = operations.create_key(
        act=staff_act(cast.administrator_id),
        organisation_id=cast.alma.id,
        name="office",
        scopes=["orders:read"],
        addresses=["192.0.2.0/24", "2001:db8::/32"],
    )
    assert made.secret is not None
    shop = Shop(made.secret)
    settings.TRUSTED_PROXIES = ["203.0.113.0/24", "2001:db8:ffff::/48"]
    for nearest, forwarded, expected in (
        ("203.0.113.9", "192.0.2.7", 200),
        ("203.0.113.9", "192.0.2.7:51234", 200),
        ("203.0.113.9", "[2001:db8::7]:51234", 200),
        ("203.0.113.9", "2001:db8::7", 200),
        ("::ffff:203.0.113.9", "192.0.2.7", 200),
        ("2001:db8:ffff::1", "192.0.2.7, 203.0.113.4", 200),
        ("203.0.113.9", "192.0.2.7, 198.51.100.1", 403),
        ("203.0.113.9", "nonsense", 403),
        ("203.0.113.9", "", 403),
        ("198.51.100.1", "192.0.2.7", 403),
    ):
        extra = {"REMOTE_ADDR": nearest, **({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {})}
        assert shop.get("/v1/me", **extra).status_code == expected, (nearest, forwarded)


def test_a_replaced_key_works_on_as_long_as_was_said(cast: Cast) -> None:
    operator = Shop(cast.operator_secret)
    ref = public("key", cast.alma.key_id)
    assert code(operator.post(f"/v1/keys/{ref}/rotate", {"overlap_seconds": 31 * 86_400})) == (422, "invalid")
    made = operator.post(f"/v1/keys/{ref}/rotate", {"overlap_seconds": 3600})
    assert made.status_code == 201, made.content
    old, new = Shop(cast.alma.secret), Shop(made.json()["secret"])
    assert (old.get("/v1/me").status_code, new.get("/v1/me").status_code) == (200, 200)
    assert made.json()["expires_at"] is None
    operator.post("/v1/sandbox/clock", {"advance_seconds": 3601})
    assert code(old.get("/v1/me")) == (401, "key_expired")
    assert new.get("/v1/me").status_code == 200


def test_the_address_is_described_as_it_answers(cast: Cast) -> None:
    schema = Client().get("/v1/openapi.json").json()
    described = schema["paths"]["/v1/oauth/token"]["post"]
    assert list(described["requestBody"]["content"]) == [FORM]
    too_much = [ask(cast, scope="operator"), ask(cast, grant_type="password"), ask(cast, grant_type="")]
    for response in (ask(cast), ask(cast, secret="hf_test_nothing"), *too_much):
        content = described["responses"][str(response.status_code)]["content"]
        told = {**content[response["Content-Type"]]["schema"], "components": schema["components"]}
        jsonschema_rs.Draft202012Validator(told).validate(response.json())
