"""A marketplace that has ended does nothing more: by no key and no token; whom it served is told."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from holdfast import jobs
from holdfast.kernel import clock
from holdfast.kernel.clock import rfc3339
from holdfast.notices.models import Notice
from holdfast.parties import consents, operations, queries
from holdfast.parties.models import ApiKey, Consent, Organisation
from holdfast.parties.operations import ending
from holdfast.record.models import Event
from tests.api.test_edge_keys import code
from tests.api.test_marketplaces import FIRM, LIMIT, SCOPES, TRADES, Pier, pier, ship_on
from tests.parties.cast import NOW, Cast, Shop, staff_act
from tests.world import contract, digest_of_everything

__all__ = ["pier"]

REASON = "it takes money outside"


def stands(pier: Pier, standing: str) -> None:
    """As the operator says it."""
    operator = Shop(pier.cast.operator_secret)
    said = operator.post(f"/v1/organisations/{pier.ref}/standing", {"standing": standing, "reason": REASON})
    assert (said.status_code, said.json()["standing"]) == (200, standing), said.content


def token(pier: Pier, secret: str) -> Any:
    """What is answered to whoever asks for a token with the marketplace's key."""
    key = ApiKey.objects.filter(organisation_id=pier.id).order_by("id")[0]
    name = f"key_{key.id.hex}"
    return Client().post(
        "/v1/oauth/token",
        "grant_type=client_credentials",
        content_type="application/x-www-form-urlencoded",
        HTTP_AUTHORIZATION=f"Basic {b64encode(f'{name}:{secret}'.encode()).decode()}",
    )


def secret_of(shop: Shop) -> str:
    return shop.headers["HTTP_AUTHORIZATION"].removeprefix("Bearer ")


def names(chain_id: UUID) -> list[str]:
    return list(Event.objects.filter(chain_id=chain_id).order_by("seq").values_list("name", flat=True))


def draft(cast: Cast) -> dict[str, Any]:
    return {
        "counterparty_id": cast.boris.ref,
        "side": "buyer",
        "programme": "standard",
        "document": contract(ship={"on": ship_on()}),
    }


def test_nothing_opens_by_its_key_or_a_token_of_it_from_then_on_and_nothing_changes(pier: Pier, cast: Cast) -> None:
    pier.consents()
    as_alma, bearer = pier.serves(cast.alma.ref), Shop(token(pier, secret_of(pier.shop)).json()["access_token"])
    assert bearer.get("/v1/orders", **as_alma).status_code == 200
    assert pier.shop.post("/v1/contracts", draft(cast), key="once", **as_alma).status_code == 201
    stands(pier, "ended")
    before = digest_of_everything()
    for shop in (pier.shop, bearer):
        assert code(shop.get("/v1/me")) == (403, "marketplace_ended")
        assert code(shop.get("/v1/orders", **as_alma)) == (403, "marketplace_ended")
        assert code(shop.post("/v1/contracts", draft(cast), key="once", **as_alma)) == (403, "marketplace_ended")
        assert code(shop.post("/v1/organisations", {**FIRM, "consent": {"scopes": TRADES, **LIMIT}})) == (
            403,
            "marketplace_ended",
        )
    refused = token(pier, secret_of(pier.shop))
    assert (refused.status_code, refused.json()["error"]) == (400, "unauthorized_client")
    assert "ended" in refused.json()["error_description"]
    # A guesser learns nothing of it.
    assert code(Shop(secret_of(pier.shop)[:-1] + "x").get("/v1/me")) == (401, "unauthenticated")
    operator = Shop(cast.operator_secret)
    key = ApiKey.objects.filter(organisation_id=pier.id).order_by("id")[0]
    assert code(operator.post(f"/v1/organisations/{pier.ref}/keys", {"name": "x", "scopes": SCOPES, **LIMIT})) == (
        403,
        "marketplace_ended",
    )
    assert code(operator.post(f"/v1/keys/key_{key.id.hex}/rotate")) == (403, "marketplace_ended")
    assert digest_of_everything() == before


def test_its_consents_end_and_whoever_it_acted_for_is_told(pier: Pier, cast: Cast) -> None:
    pier.consents()
    firm = pier.shop.post("/v1/organisations", {**FIRM, "consent": {"scopes": TRADES, **LIMIT}}).json()["id"]
    stands(pier, "ended")
    assert queries.served_by(pier.id) == frozenset()
    assert not Consent.objects.filter(revoked_at=None).exists()
    ended = Event.objects.filter(name="consent.ended").order_by("at", "id")
    assert {(event.chain_id, event.payload["data"]["basis"]) for event in ended} == {
        (cast.alma.id, "given"),
        (UUID(firm.removeprefix("org_")), "created"),
    }
    assert {event.payload["about"]["marketplace"] for event in ended} == {pier.id.hex}
    assert names(pier.id)[-3:] == ["organisation.standing_set", "key.revoked", "marketplace.ended"]
    last = Event.objects.get(name="marketplace.ended")
    assert last.payload["data"] == {"keys": 1, "consents": 2}
    listed = pier.alma.get(f"/v1/organisations/{cast.alma.ref}/consents").json()["items"]
    assert [(one["marketplace_standing"], one["revoked_at"] is not None, one["acts"]) for one in listed] == [
        ("ended", True, [])
    ]
    jobs.run_all(now=NOW)
    told = Notice.objects.filter(kind="consent.ended").values_list("person_id", flat=True)
    assert list(told) == [cast.alma.person_id]


def test_what_a_fall_left_the_worker_ends_and_nothing_opens_meanwhile(
    pier: Pier, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    pier.consents()
    with monkeypatch.context() as fallen:
        fallen.setattr(operations.organisations, "AT_ONCE", 0)
        stands(pier, "ended")
    assert Consent.objects.filter(revoked_at=None).count() == 1
    assert queries.served_by(pier.id) == frozenset()
    assert code(pier.shop.get("/v1/orders", **pier.serves(cast.alma.ref))) == (403, "marketplace_ended")
    assert ending.end_left(now=NOW) == 1
    assert ending.end_left(now=NOW) == 0
    assert names(cast.alma.id)[-1] == "consent.ended"
    by = Event.objects.get(name="consent.ended").payload["by"]
    assert (by["kind"], by["role"]) == ("clock", "clock")


def test_a_suspended_one_serves_on_and_takes_on_nobody_new(pier: Pier, cast: Cast) -> None:
    pier.consents()
    stands(pier, "suspended")
    as_alma = pier.serves(cast.alma.ref)
    assert pier.shop.get("/v1/orders", **as_alma).status_code == 200
    assert token(pier, secret_of(pier.shop)).status_code == 200
    before = digest_of_everything()
    assert code(pier.shop.post("/v1/organisations", {**FIRM, "consent": {"scopes": TRADES, **LIMIT}})) == (
        403,
        "marketplace_suspended",
    )
    assert code(pier.consents()) == (404, "not_found")
    assert digest_of_everything() == before
    stands(pier, "good")
    assert pier.shop.post("/v1/organisations", {**FIRM, "consent": {"scopes": TRADES, **LIMIT}}).status_code == 201
    assert pier.shop.get("/v1/orders", **as_alma).status_code == 200


def test_taken_up_again_it_begins_anew_and_nothing_of_before_comes_back(
    pier: Pier, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    pier.consents()
    with monkeypatch.context() as fallen:
        fallen.setattr(operations.organisations, "AT_ONCE", 0)
        stands(pier, "ended")
    stands(pier, "good")
    assert code(pier.shop.get("/v1/me")) == (401, "key_revoked")
    assert not Consent.objects.filter(revoked_at=None).exists()
    made = Shop(cast.operator_secret).post(
        f"/v1/organisations/{pier.ref}/keys", {"name": "anew", "scopes": SCOPES, **LIMIT}
    )
    anew = Shop(made.json()["secret"])
    assert code(anew.get("/v1/orders", **pier.serves(cast.alma.ref))) == (404, "not_found")
    assert pier.consents().status_code == 201
    assert anew.get("/v1/orders", **pier.serves(cast.alma.ref)).status_code == 200
    # The end is told once, not again with each word on an ended one.
    stands(pier, "ended")
    stands(pier, "ended")
    assert Event.objects.filter(name="marketplace.ended").count() == 2


def test_an_end_that_comes_while_it_is_taken_up_again_leaves_no_consent_either(
    pier: Pier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two of the operator's people say opposite things at once: the end comes between the other's two looks."""
    pier.consents()
    ends, rival = operations.organisations.end_consents, iter([True])

    def interrupted(**asked: Any) -> int:
        ended = ends(**asked)
        if next(rival, False):
            with monkeypatch.context() as fallen:
                fallen.setattr(operations.organisations, "end_consents", lambda **_asked: 0)
                stands(pier, "ended")
        return ended

    monkeypatch.setattr(operations.organisations, "end_consents", interrupted)
    stands(pier, "good")
    assert Organisation.objects.get(id=pier.id).programme_standing == "good"
    assert not Consent.objects.filter(revoked_at=None).exists()
    assert Event.objects.filter(name="consent.ended").count() == 1
    assert Event.objects.filter(name="organisation.standing_set").count() == 2


def test_whom_it_founded_is_left_alone_until_somebody_can_act_for_them(pier: Pier, cast: Cast) -> None:
    found = pier.shop.post("/v1/organisations", {**FIRM, "consent": {"scopes": TRADES, **LIMIT}}).json()["id"]
    firm = UUID(found.removeprefix("org_"))
    stands(pier, "ended")
    alone, now = [(firm, FIRM["name"])], clock.read(offset_seconds=0)
    assert consents.left_alone(marketplace_id=pier.id, now=now) == alone
    for_a_week = {"name": "books", "scopes": ["orders:read"], "expires_at": rfc3339(now + timedelta(days=7))}
    made = Shop(cast.operator_secret).post(f"/v1/organisations/{found}/keys", for_a_week)
    assert made.status_code == 201, made.content
    assert consents.left_alone(marketplace_id=pier.id, now=now) == []
    # A key that has run out opens nothing.
    assert consents.left_alone(marketplace_id=pier.id, now=now + timedelta(days=8)) == alone


def test_of_no_other_kind_does_an_end_bar_the_keys(cast: Cast) -> None:
    """Whoever owes goods or money must be able to see an order through."""
    operations.set_standing(
        act=staff_act(cast.administrator_id), organisation_id=cast.boris.id, standing="ended", reason=REASON
    )
    assert Shop(cast.boris.secret).get("/v1/orders").status_code == 200
    assert not Event.objects.filter(name="marketplace.ended").exists()
    assert Organisation.objects.get(id=cast.boris.id).programme_standing == "ended"
