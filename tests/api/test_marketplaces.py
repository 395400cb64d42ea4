"""A marketplace acts for the organisations it made or that consented, for nobody else, no longer than they say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from holdfast import jobs
from holdfast.contracts import operations as contracts
from holdfast.contracts.models import Signature
from holdfast.kernel import clock
from holdfast.kernel.identifiers import parse
from holdfast.notices.models import Notice
from holdfast.parties import operations, queries
from holdfast.parties.models import Consent, Organisation
from holdfast.record.models import Event
from tests.api.test_edge_keys import code
from tests.parties.cast import Cast, Shop, staff_act
from tests.world import contract, digest_of_everything

LIMIT = {"sign_limit_minor": 5_000_000, "sign_limit_currency": "USD"}
SCOPES = ["orders:read", "orders:write", "contracts:sign", "organisation:write"]
TRADES = ["orders:read", "orders:write", "contracts:sign"]
FIRM = {"name": "Dora SL", "kind": "supplier", "country": "ES", "time_zone": "Europe/Madrid"}


@dataclass
class Pier:
    """A marketplace and its key, and the key with which Alma's organisation settles its own affairs."""

    id: UUID
    ref: str
    shop: Shop
    alma: Shop
    cast: Cast

    def serves(self, ref: str) -> dict[str, str]:
        return {"HTTP_HOLDFAST_ORGANISATION": ref}

    def consents(self, **changes: Any) -> Any:
        body = {"marketplace_id": self.ref, "scopes": TRADES, **LIMIT, **changes}
        return self.alma.post(f"/v1/organisations/{self.cast.alma.ref}/consents", body)


@pytest.fixture
def pier(cast: Cast) -> Pier:
    operator, act = Shop(cast.operator_secret), staff_act(cast.administrator_id)
    made = operator.post("/v1/organisations", {**FIRM, "name": "Pier Market", "kind": "marketplace"})
    assert made.status_code == 201, made.content
    ref = made.json()["id"]
    key = operator.post(f"/v1/organisations/{ref}/keys", {"name": "platform", "scopes": SCOPES, **LIMIT})
    assert key.status_code == 201, key.content
    own = operations.create_key(
        act=act,
        organisation_id=cast.alma.id,
        name="own affairs",
        scopes=[*TRADES, "organisation:write"],
        sign_limit_minor=10_000_000,
        sign_limit_currency="USD",
    )
    identifier = parse("org", ref)
    assert identifier is not None
    assert own.secret is not None
    contracts.publish_shipped(act=act)
    operations.set_tier(act=act, organisation_id=cast.boris.id, tier="verified", reason="looked at")
    shop, alma = Shop(key.json()["secret"]), Shop(own.secret)
    for caller in (shop, alma, Shop(cast.alma.secret), Shop(cast.boris.secret)):
        # When a key was last used is noted every few minutes; nothing that is compared here shall be that.
        caller.get("/v1/me")
    return Pier(identifier, ref, shop, alma, cast)


def test_only_the_operator_makes_a_marketplace(cast: Cast, pier: Pier) -> None:
    before = digest_of_everything()
    assert code(
        pier.shop.post("/v1/organisations", {**FIRM, "kind": "marketplace", "consent": {"scopes": TRADES[:2]}})
    ) == (
        403,
        "not_allowed",
    )
    wrong = {**FIRM, "consent": {"scopes": ["orders:read"]}}
    assert code(Shop(cast.operator_secret).post("/v1/organisations", wrong)) == (422, "invalid")
    assert digest_of_everything() == before


def test_without_an_organisation_it_sees_those_it_serves_and_nothing_else(pier: Pier, cast: Cast) -> None:
    assert code(pier.shop.get("/v1/orders")) == (403, "organisation_required")
    assert code(pier.shop.get(f"/v1/organisations/{cast.alma.ref}")) == (404, "not_found")
    assert [one["id"] for one in pier.shop.get("/v1/organisations").json()["items"]] == [pier.ref]
    pier.consents()
    assert [one["id"] for one in pier.shop.get("/v1/organisations").json()["items"]] == [pier.ref, cast.alma.ref]
    assert pier.shop.get(f"/v1/organisations/{cast.alma.ref}").json()["acts"] == []
    assert queries.served_by(pier.id) == {cast.alma.id}
    assert pier.shop.get("/v1/me").json()["organisation_id"] == pier.ref


def test_consent_opens_what_it_says_and_revoking_it_closes_at_once(pier: Pier, cast: Cast) -> None:
    as_alma = pier.serves(cast.alma.ref)
    never = pier.shop.get("/v1/orders", **pier.serves(f"org_{UUID(int=7).hex}"))
    assert code(pier.shop.get("/v1/orders", **as_alma)) == (404, "not_found")
    assert pier.shop.get("/v1/orders", **as_alma).content == never.content
    assert pier.shop.get("/v1/orders", **pier.serves("nonsense")).content == never.content
    given = pier.consents(scopes=["orders:read"], sign_limit_minor=None, sign_limit_currency=None)
    assert given.status_code == 201, given.content
    assert pier.shop.get("/v1/orders", **as_alma).status_code == 200
    me = pier.shop.get("/v1/me", **as_alma).json()
    assert (me["organisation_id"], me["marketplace_id"], me["scopes"]) == (cast.alma.ref, pier.ref, ["orders:read"])
    draft = {
        "counterparty_id": cast.boris.ref,
        "side": "buyer",
        "programme": "standard",
        "document": contract(ship={"on": ship_on()}),
    }
    assert code(pier.shop.post("/v1/contracts", draft, **as_alma)) == (403, "not_allowed")
    assert pier.consents().status_code == 201
    assert pier.shop.post("/v1/contracts", draft, **as_alma).status_code == 201
    assert Consent.objects.count() == 1
    ended = pier.alma.post(f"/v1/consents/{given.json()['id']}/revoke")
    assert (ended.status_code, ended.json()["acts"]) == (200, [])
    assert pier.shop.get("/v1/orders", **as_alma).content == never.content
    assert queries.served_by(pier.id) == frozenset()
    assert code(pier.alma.post(f"/v1/consents/{given.json()['id']}/revoke")) == (409, "consent_ended")


def test_both_names_stand_in_the_record_of_every_act(pier: Pier, cast: Cast) -> None:
    pier.consents()
    draft = {
        "counterparty_id": cast.boris.ref,
        "side": "buyer",
        "programme": "standard",
        "document": contract(ship={"on": ship_on()}),
    }
    made = pier.shop.post("/v1/contracts", draft, **pier.serves(cast.alma.ref))
    by = Event.objects.get(name="contract.drafted").payload["by"]
    key = pier.shop.get("/v1/me").json()["id"]
    assert by == {
        "kind": "key",
        "id": key.removeprefix("key_"),
        "for": cast.alma.id.hex,
        "role": by["role"],
        "through": pier.id.hex,
    }
    assert made.json()["id"]
    chain = [event.name for event in Event.objects.filter(chain_id=cast.alma.id).order_by("seq")]
    assert chain[-1] == "consent.given"


def test_it_signs_only_within_the_lesser_of_both_limits(pier: Pier, cast: Cast) -> None:
    as_alma, price = pier.serves(cast.alma.ref), 1_000_000
    draft = {
        "counterparty_id": cast.boris.ref,
        "side": "buyer",
        "programme": "standard",
        "document": contract(ship={"on": ship_on()}),
    }

    def sign(**terms: Any) -> Any:
        assert pier.consents(**terms).status_code == 201
        return pier.shop.post(f"/v1/contracts/{made['id']}/sign", {"digest": proposed["digest"]}, **as_alma)

    pier.consents()
    made = pier.shop.post("/v1/contracts", draft, **as_alma).json()
    proposed = pier.shop.post(f"/v1/contracts/{made['id']}/propose", **as_alma).json()
    assert "digest" in proposed, proposed
    before = signatures()
    nothing: dict[str, Any] = {
        "scopes": ["orders:read", "orders:write"],
        "sign_limit_minor": None,
        "sign_limit_currency": None,
    }
    assert code(sign(**nothing)) == (403, "not_allowed")
    assert code(sign(sign_limit_minor=price - 1)) == (403, "above_sign_limit")
    assert signatures() == before
    signed = sign(sign_limit_minor=price)
    assert signed.status_code == 200, signed.content
    assert [row.kind for row in Signature.objects.filter(contract_id=parse("con", made["id"]))] == ["marketplace"]


def ship_on() -> str:
    """Some weeks from now."""
    return (clock.read() + timedelta(days=40)).date().isoformat()


def signatures() -> tuple[str, ...]:
    """What a signature would change."""
    found = digest_of_everything()
    return tuple(found[table] for table in ("contracts_contract", "contracts_signature", "orders_order"))


def test_an_organisation_consents_for_itself_alone(pier: Pier, cast: Cast) -> None:
    pier.consents()
    before = digest_of_everything()
    body = {"marketplace_id": pier.ref, "scopes": ["orders:read"]}
    own = f"/v1/organisations/{cast.alma.ref}/consents"
    assert code(Shop(cast.operator_secret).post(own, body)) == (403, "not_allowed")
    assert code(Shop(cast.boris.secret).post(own, body)) == (404, "not_found")
    assert code(Shop(cast.alma.secret).post(own, body)) == (403, "not_allowed")
    assert code(pier.shop.post(own, body, **pier.serves(cast.alma.ref))) == (403, "not_allowed")
    assert code(pier.alma.post(own, {**body, "scopes": ["claims:write"]})) == (403, "more_than_own")
    assert code(pier.alma.post(own, {**body, "scopes": ["organisation:write"]})) == (422, "invalid")
    assert code(pier.alma.post(own, {**body, "scopes": ["contracts:sign"]})) == (422, "invalid")
    assert code(pier.alma.post(own, {**body, "marketplace_id": cast.boris.ref})) == (404, "not_found")
    for path in ("consents", "members", "keys"):
        answer = pier.shop.get(f"/v1/organisations/{cast.alma.ref}/{path}", **pier.serves(cast.alma.ref))
        assert code(answer) == (403, "not_allowed")
    assert digest_of_everything() == before


@pytest.mark.parametrize("standing", ["suspended", "ended"])
def test_nobody_is_led_to_one_that_takes_part_no_more_and_all_can_leave_it(
    pier: Pier, cast: Cast, standing: str
) -> None:
    given = pier.consents().json()["id"]
    operations.set_standing(
        act=staff_act(cast.administrator_id), organisation_id=pier.id, standing=standing, reason="took money outside"
    )
    before = digest_of_everything()
    assert pier.alma.get("/v1/marketplaces").json()["items"] == []
    assert code(pier.consents()) == (404, "not_found")
    assert digest_of_everything() == before
    left = pier.alma.post(f"/v1/consents/{given}/revoke", {})
    # With its end it has left by itself.
    assert left.status_code == 200 if standing == "suspended" else code(left) == (409, "consent_ended")


def test_what_it_makes_it_serves_until_somebody_there_says_otherwise(pier: Pier, cast: Cast) -> None:
    assert code(pier.shop.post("/v1/organisations", FIRM)) == (422, "invalid")
    beyond = {**FIRM, "consent": {"scopes": ["claims:write"]}}
    assert code(pier.shop.post("/v1/organisations", beyond)) == (403, "more_than_own")
    made = pier.shop.post("/v1/organisations", {**FIRM, "consent": {"scopes": TRADES, **LIMIT}})
    assert made.status_code == 201, made.content
    ref = made.json()["id"]
    assert pier.shop.get("/v1/orders", **pier.serves(ref)).status_code == 200
    firm = Organisation.objects.get(name=FIRM["name"])
    assert [(event.name, event.payload["by"]["for"]) for event in Event.objects.filter(chain_id=firm.id)] == [
        ("organisation.created", pier.id.hex),
        ("consent.given", pier.id.hex),
    ]
    consent = Consent.objects.get(organisation=firm)
    assert (consent.basis, consent.revoked_at) == ("created", None)
    listed = Shop(cast.operator_secret).get(f"/v1/organisations/{ref}/consents").json()["items"][0]
    assert (listed["marketplace_name"], listed["basis"]) == ("Pier Market", "created")
    assert Shop(cast.operator_secret).post(f"/v1/consents/{listed['id']}/revoke").status_code == 200
    assert code(pier.shop.get("/v1/orders", **pier.serves(ref))) == (404, "not_found")


def test_of_notices_it_sees_what_was_said_and_not_to_whom(pier: Pier, cast: Cast) -> None:
    pier.consents(scopes=["orders:read"], sign_limit_minor=None, sign_limit_currency=None)
    act = staff_act(cast.administrator_id)
    operations.set_standing(act=act, organisation_id=cast.alma.id, standing="suspended", reason="under review")
    other = operations.create_organisation(act=act, **{**FIRM, "name": "Quay", "kind": "marketplace"})
    operations.give_consent(
        act=replace(act, organisation_id=cast.alma.id, role="owner"),
        organisation_id=cast.alma.id,
        marketplace_id=other.id,
        terms=operations.Terms(["orders:read"]),
    )
    operations.set_standing(act=act, organisation_id=other.id, standing="ended", reason="took money outside")
    jobs.run_all(now=act.now)
    own = Shop(cast.alma.secret).get("/v1/notices").json()["items"]
    assert [one["kind"] for one in own] == ["consent.ended", "organisation.standing_set"]
    assert {one["person_id"] for one in own} == {f"per_{cast.alma.person_id.hex}"}
    assert "Alma" in own[1]["text"]
    Notice.objects.update(answer="550 alma@example.com: no such mailbox")
    (seen,) = pier.shop.get("/v1/notices", **pier.serves(cast.alma.ref)).json()["items"]
    assert (seen["id"], seen["subject"]) == (own[1]["id"], own[1]["subject"])
    assert (seen["person_id"], seen["answer"]) == (None, "")
    assert seen["text"]
    assert "Alma" not in seen["text"]
    assert own[1]["text"].endswith(seen["text"])


def test_an_answer_is_given_again_to_its_own_asker_only(pier: Pier, cast: Cast) -> None:
    """The same Idempotency-Key for two organisations, and by an organisation itself, is three commands."""
    pier.consents()
    made = pier.shop.post("/v1/organisations", {**FIRM, "kind": "buyer", "consent": {"scopes": TRADES, **LIMIT}})
    draft = {
        "counterparty_id": cast.boris.ref,
        "side": "buyer",
        "programme": "standard",
        "document": contract(ship={"on": ship_on()}),
    }
    answers = [
        shop.post("/v1/contracts", draft, key="one", **headers)
        for shop, headers in (
            (pier.shop, pier.serves(cast.alma.ref)),
            (pier.shop, pier.serves(made.json()["id"])),
            (pier.alma, {}),
            (pier.shop, pier.serves(cast.alma.ref)),
        )
    ]
    assert [answer.status_code for answer in answers] == [201] * 4
    ids = [answer.json()["id"] for answer in answers]
    assert len(set(ids)) == 3
    assert ids[0] == ids[3]
    assert answers[3]["Idempotent-Replayed"] == "true"


def test_its_own_keys_give_out_no_more_than_they_have(pier: Pier) -> None:
    own = f"/v1/organisations/{pier.ref}/keys"
    made = pier.shop.post(own, {"name": "reports", "scopes": ["orders:read"]})
    assert made.status_code == 201, made.content
    weak = Shop(made.json()["secret"])
    weak.get("/v1/me")
    before = digest_of_everything()
    assert code(weak.post(own, {"name": "more", "scopes": ["orders:read"]})) == (403, "not_allowed")
    assert code(pier.shop.post(own, {"name": "more", "scopes": ["claims:write"]})) == (403, "more_than_own")
    beyond = {"name": "more", "scopes": ["contracts:sign"], **LIMIT, "sign_limit_minor": 5_000_001}
    assert code(pier.shop.post(own, beyond)) == (403, "more_than_own")
    assert code(pier.shop.post(own, {"name": "more", "scopes": ["operator"]})) == (403, "more_than_own")
    assert digest_of_everything() == before
    assert pier.shop.post(f"/v1/keys/{made.json()['id']}/rotate").status_code == 201
    assert code(weak.get("/v1/me")) == (401, "key_revoked")


def test_one_query_proves_the_key_and_the_consent(pier: Pier, cast: Cast, django_assert_num_queries: Any) -> None:
    pier.consents()
    pier.shop.get("/v1/me")
    with django_assert_num_queries(1):
        assert pier.shop.get("/v1/me", **pier.serves(cast.alma.ref)).status_code == 200
    with django_assert_num_queries(1):
        assert pier.shop.get("/v1/me", **pier.serves(cast.boris.ref)).status_code == 404
    assert Shop(cast.alma.secret).get("/v1/me", **pier.serves(cast.alma.ref)).status_code == 200
    assert code(Shop(cast.alma.secret).get("/v1/me", **pier.serves(cast.boris.ref))) == (404, "not_found")
