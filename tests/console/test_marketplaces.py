"""Who may act for an organisation, seen and ended on its page; the operator makes marketplaces, and keys show once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.urls import reverse

from holdfast.parties import queries
from holdfast.parties.models import ApiKey, Consent, Organisation
from holdfast.record.models import Event
from tests.console.furnished import Furnished
from tests.console.test_pages import client
from tests.console.test_payouts import form_in
from tests.parties.cast import Shop
from tests.world import digest_of_everything


def secret(page: Any) -> str:
    """The key that the answer shows."""
    found = re.search(r"hf_test_[0-9a-f]{12}_[0-9a-f]{64}", page.content.decode())
    assert found is not None
    return found[0]


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
    before = digest_of_everything()
    refused = alma.post(give, form | terms)
    assert refused.status_code == 422
    assert "contracts:sign" in refused.content.decode()
    assert alma.post(give, form | terms | {"sign_limit_minor": "much", "sign_limit_currency": "USD"}).status_code == 422
    assert client("dana").get(house).status_code == 404
    assert digest_of_everything() == before
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
