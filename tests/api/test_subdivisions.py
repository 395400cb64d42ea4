"""The parts of a country whose holidays count, over the API: listed, said when an organisation is made, changed."""

from __future__ import annotations

from typing import Any

from django.test import Client

from holdfast.parties import operations
from holdfast.parties.models import Organisation
from holdfast.record.act import Act
from holdfast.record.models import Event
from tests.parties.cast import Cast, staff_act
from tests.world import digest_of_everything

NEW = {"name": "Emil Handel", "kind": "supplier", "country": "DE", "time_zone": "Europe/Berlin"}


def asks(cast: Cast, path: str, secret: str | None = None) -> Any:
    return Client().get(f"/v1{path}", HTTP_AUTHORIZATION=f"Bearer {secret or cast.operator_secret}")


def does(cast: Cast, path: str, body: dict[str, Any], *, name: str, secret: str | None = None) -> Any:
    headers = {
        "HTTP_AUTHORIZATION": f"Bearer {secret or cast.operator_secret}",
        "HTTP_IDEMPOTENCY_KEY": name,
    }
    return Client().post(f"/v1{path}", body, content_type="application/json", **headers)


def test_the_parts_of_a_country_are_listed_by_name(cast: Cast) -> None:
    found = asks(cast, "/subdivisions?country=DE&limit=100", cast.alma.secret).json()["items"]
    assert {"code": "DE-BY", "name": "Bayern"} in found
    assert [one["name"].casefold() for one in found] == sorted(one["name"].casefold() for one in found)
    assert all(one["code"].startswith("DE-") for one in found)
    assert asks(cast, "/subdivisions?country=CN").json()["items"] == []
    assert asks(cast, "/subdivisions?country=Germany").status_code == 422


def test_it_is_said_when_an_organisation_is_made_and_changed_afterwards(cast: Cast) -> None:
    wrong = does(cast, "/organisations", {**NEW, "subdivision": "CN-BY"}, name="a")
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["field"]) == (422, "place_unknown", "subdivision")
    assert "DE-BY" in wrong.json()["accepted"]
    assert not Organisation.objects.filter(name=NEW["name"]).exists()
    made = does(cast, "/organisations", {**NEW, "subdivision": "DE-BY"}, name="b").json()
    assert made["subdivision"] == "DE-BY"
    path = f"/organisations/{made['id']}/subdivision"
    assert does(cast, path, {"subdivision": "DE-HH"}, name="c").json()["subdivision"] == "DE-HH"
    event = Event.objects.get(name="organisation.subdivision_set")
    assert event.payload["data"] == {"before": {"subdivision": "DE-BY"}, "after": {"subdivision": "DE-HH"}}
    refused = does(cast, path, {"subdivision": "DE-XX"}, name="d")
    assert (refused.status_code, refused.json()["code"]) == (422, "place_unknown")
    assert asks(cast, f"/organisations/{made['id']}").json()["subdivision"] == "DE-HH"
    assert does(cast, path, {"subdivision": None}, name="e").json()["subdivision"] is None


def test_a_key_made_for_an_organisations_own_affairs_says_where_it_is(cast: Cast) -> None:
    act, path = staff_act(cast.administrator_id), f"/organisations/{cast.alma.ref}/subdivision"
    made = operations.create_key(act=act, organisation_id=cast.alma.id, name="own", scopes=["organisation:write"])
    secret = made.secret
    shown = asks(cast, f"/organisations/{cast.alma.ref}", secret).json()
    assert [one["verb"] for one in shown["acts"]] == ["create_key", "give_consent", "set_subdivision"]
    said = does(cast, path, {"subdivision": "DE-BY"}, name="g", secret=secret)
    assert (said.status_code, said.json()["subdivision"]) == (200, "DE-BY")
    by = Event.objects.get(name="organisation.subdivision_set").payload["by"]
    assert (by["kind"], by["role"], by["for"]) == ("key", "owner", cast.alma.id.hex)
    before = digest_of_everything()
    wrong = does(cast, path, {"subdivision": "US-MA"}, name="h", secret=secret)
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["field"]) == (422, "place_unknown", "subdivision")
    other = does(cast, f"/organisations/{cast.boris.ref}/subdivision", {"subdivision": None}, name="i", secret=secret)
    assert (other.status_code, other.json()["code"]) == (404, "not_found")
    assert digest_of_everything() == before


def test_no_consent_lets_a_marketplace_say_where_somebody_else_is(cast: Cast) -> None:
    act = staff_act(cast.administrator_id)
    market = operations.create_organisation(
        act=act, name="Pier", kind="marketplace", country="NL", time_zone="Europe/Amsterdam"
    )
    key = operations.create_key(act=act, organisation_id=market.id, name="platform", scopes=["organisation:write"])
    operations.give_consent(
        act=Act(act.now, "person", cast.alma.person_id, cast.alma.id, "owner"),
        organisation_id=cast.alma.id,
        marketplace_id=market.id,
        terms=operations.Terms(["orders:read", "orders:write"]),
    )
    asks(cast, "/me", key.secret)
    before = digest_of_everything()
    body: dict[str, Any] = {"subdivision": "DE-BY"}
    headers = {"HTTP_AUTHORIZATION": f"Bearer {key.secret}", "HTTP_IDEMPOTENCY_KEY": "j"}
    path = f"/v1/organisations/{cast.alma.ref}/subdivision"
    for served, status in ({"HTTP_HOLDFAST_ORGANISATION": cast.alma.ref}, 403), ({}, 404):
        answer = Client().post(path, body, content_type="application/json", **headers, **served)
        assert answer.status_code == status, answer.content
    assert digest_of_everything() == before
    # Where it is itself, it says.
    own = f"/organisations/org_{market.id.hex}/subdivision"
    assert does(cast, own, {"subdivision": None}, name="k", secret=key.secret).status_code == 200


def test_a_partys_key_changes_nothing(cast: Cast) -> None:
    path = f"/organisations/{cast.alma.ref}/subdivision"
    answer = does(cast, path, {"subdivision": "US-MA"}, name="f", secret=cast.alma.secret)
    assert answer.status_code == 403
    assert not Organisation.objects.exclude(subdivision=None).exists()
