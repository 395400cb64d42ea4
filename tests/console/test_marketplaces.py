"""Who may act for an organisation, seen and ended on its page; the operator makes marketplaces, and keys show once."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse

from holdfast.console import telling
from holdfast.parties import operations as parties
from holdfast.parties import queries
from holdfast.parties.models import ApiKey, Consent, Organisation
from holdfast.record.events import Told
from holdfast.record.models import Event
from tests.console.furnished import Furnished
from tests.console.test_pages import client
from tests.console.test_payouts import form_in
from tests.matrix.console import UNHASHED
from tests.parties.cast import NOW, Shop
from tests.world import digest_of_everything


def secret(page: Any) -> str:
    """The key that the answer shows."""
    found = re.search(r"hf_test_[0-9a-f]{12}_[0-9a-f]{64}", page.content.decode())
    assert found is not None
    return found[0]


def looked_at() -> dict[str, str]:
    """Everything but the traces of a visit."""
    return {name: found for name, found in digest_of_everything().items() if name not in UNHASHED}


def test_a_marketplace_is_made_let_act_and_ended(made: Furnished) -> None:
    house, world = reverse("marketplaces"), made.world
    ada, alma, boris = client("ada"), client("alma"), client("boris")
    assert "Let a marketplace act for you" not in alma.get(house).content.decode()
    make = f"{house}acts/make_marketplace/"
    sent = form_in(ada, house, make) | {"name": "Pier Market", "country": "NL", "time_zone": "Europe/Amsterdam"}
    assert ada.post(make, sent).status_code == 303
    market = Organisation.objects.get(kind="marketplace")
    key = f"{house}acts/make_key/org_{market.id.hex}/"
    limit = {"sign_limit_minor": "500.00", "sign_limit_currency": "USD"}
    asked = form_in(ada, house, key) | {"name": "platform", "scopes": ["orders:read", "contracts:sign"], **limit}
    platform = Shop(secret(ada.post(key, asked)))
    assert ApiKey.objects.get(organisation=market).sign_limit_minor == 50_000

    give = f"{house}acts/give_consent/"
    terms = {"marketplace": f"org_{market.id.hex}", "scopes": ["orders:read", "contracts:sign"]}
    form = form_in(alma, house, give)
    before = looked_at()
    refused = alma.post(give, form | terms)
    assert refused.status_code == 422
    assert "contracts:sign" in refused.content.decode()
    assert alma.post(give, form | terms | {"sign_limit_minor": "much", "sign_limit_currency": "USD"}).status_code == 422
    assert client("dana").get(house).status_code == 404
    assert looked_at() == before
    assert alma.post(give, form_in(alma, house, give) | terms | limit).status_code == 303
    page = alma.get(house).content.decode()
    assert "Pier Market" in page
    assert "$500.00" in page
    as_alma = {"HTTP_HOLDFAST_ORGANISATION": world.alma.ref}
    assert platform.get("/v1/orders", **as_alma).status_code == 200
    assert queries.served_by(market.id) == {world.alma.organisation_id}
    assert "Pier Market" not in re.sub(r"<select.*?</select>", "", boris.get(house).content.decode(), flags=re.DOTALL)

    consent = Consent.objects.get()
    end = f"{house}acts/revoke_consent/cns_{consent.id.hex}/"
    assert boris.post(end, {"form_token": "1" * 32}).status_code == 404
    assert platform.get("/v1/orders", **as_alma).status_code == 200
    assert alma.post(end, form_in(alma, house, end)).status_code == 303
    assert platform.get("/v1/orders", **as_alma).status_code == 404
    names = Event.objects.filter(chain_id=world.alma.organisation_id).order_by("-seq").values_list("name", flat=True)
    assert list(names[:2]) == ["consent.revoked", "consent.given"]


def test_an_owner_binds_a_key_and_replaces_it(made: Furnished) -> None:
    house, alma = reverse("organisation"), client("alma")
    create = f"{house}acts/create_key/"
    sent = form_in(alma, house, create) | {"name": "shop", "scopes": ["orders:read"], "days": "30"}
    wrong = alma.post(create, sent | {"addresses": "somewhere"})
    assert wrong.status_code == 422
    assert ApiKey.objects.filter(name="shop").count() == 0
    old = Shop(secret(alma.post(create, sent | {"addresses": "127.0.0.1\n2001:db8::/32"})))
    row = ApiKey.objects.get(name="shop")
    assert (row.addresses, row.expires_at - row.created_at) == (["127.0.0.1/32", "2001:db8::/32"], timedelta(days=30))
    assert old.get("/v1/me", REMOTE_ADDR="198.51.100.7").status_code == 403
    page = alma.get(house).content.decode()
    assert "2001:db8::/32" in page
    rotate = f"{house}acts/rotate_key/key_{row.id.hex}/"
    new = Shop(secret(alma.post(rotate, form_in(alma, house, rotate) | {"hours": "24"})))
    assert (old.get("/v1/me").status_code, new.get("/v1/me").status_code) == (200, 200)
    row.refresh_from_db()
    assert row.expires_at is not None
    assert ApiKey.objects.get(replaces=row).addresses == row.addresses


def test_a_story_names_the_organisation_and_the_marketplace() -> None:
    alma, pier = UUID(int=1), UUID(int=2)
    by = {"kind": "key", "id": UUID(int=3).hex, "for": alma.hex, "role": "buyer", "through": pier.hex}
    event = Told(UUID(int=4), 1, "order.cancelled", NOW, by, {}, {}, {}, b"")
    names = {alma: "Alma Imports", pier: "Pier Market"}
    assert telling._who(event, names) == "Buyer, Alma Imports, by Pier Market"
    own = {name: value for name, value in by.items() if name != "through"}
    assert telling._who(replace(event, by=own), names) == "Buyer, Alma Imports"


def test_a_verifier_suspends_and_ends_a_marketplace_and_its_people_see_that(made: Furnished) -> None:
    house, world = reverse("marketplaces"), made.world
    parties.grant_staff(act=world.operator(), email="vera@example.com", name="Vera", role="verifier")
    market = parties.create_organisation(
        act=world.operator(), name="Pier Market", kind="marketplace", country="NL", time_zone="Europe/Amsterdam"
    )
    parties.give_consent(
        act=world.act(world.alma, "owner"),
        organisation_id=world.alma.organisation_id,
        marketplace_id=market.id,
        terms=parties.Terms(["orders:read"]),
    )
    founded = parties.create_organisation(
        act=replace(world.operator(), role="marketplace", organisation_id=market.id),
        name="Lone Hats",
        kind="supplier",
        country="CN",
        time_zone="Asia/Shanghai",
        consent=parties.Terms(["orders:read"]),
    )
    vera, ada, alma = client("vera"), client("ada"), client("alma")
    stand = f"{house}acts/set_standing/org_{market.id.hex}/"
    page = vera.get(house).content.decode()
    assert "Make a key for a program" not in page
    assert "Lone Hats" not in page
    assert stand not in ada.get(house).content.decode()
    sent = form_in(vera, house, stand)
    before = looked_at()
    for standing, reason in (("gone", "why"), ("ended", "")):
        assert vera.post(stand, sent | {"standing": standing, "reason": reason}).status_code == 422
    assert ada.post(stand, sent | {"standing": "ended", "reason": "why"}).status_code == 403
    assert alma.post(stand, sent | {"standing": "ended", "reason": "why"}).status_code == 404
    elsewhere = f"{house}acts/set_standing/{world.boris.ref}/"
    assert vera.post(elsewhere, sent | {"standing": "ended", "reason": "why"}).status_code == 404
    make = f"{house}acts/make_marketplace/"
    assert vera.post(make, sent | {"name": "Q", "country": "NL", "time_zone": "UTC"}).status_code == 403
    assert looked_at() == before

    def stands(standing: str) -> None:
        form = form_in(vera, house, stand) | {"standing": standing, "reason": "it takes money outside"}
        assert vera.post(stand, form).status_code == 303

    stands("suspended")
    assert "serves on, and takes on nobody new" in vera.get(house).content.decode()
    assert "suspended: takes on nobody new" in alma.get(house).content.decode()
    assert queries.served_by(market.id) == {world.alma.organisation_id, founded.id}
    stands("ended")
    assert queries.served_by(market.id) == frozenset()
    page = ada.get(house).content.decode()
    assert "does nothing more for anybody" in page
    assert f"org_{founded.id.hex}" in page
    assert "make_key" not in page
    assert "has ended" in alma.get(house).content.decode()
    assert "revoke_consent" not in alma.get(house).content.decode()
