"""A program of the operator's that may keep endpoints and nothing else, and would hear of everybody's orders."""

from __future__ import annotations

from holdfast.parties import operations as parties
from holdfast.parties.queries import operator_organisation_id
from holdfast.webhooks.models import Endpoint
from tests.parties.cast import Shop
from tests.world import World, digest_of_everything

HOOK = {"url": "https://operator.example.com/hook", "kinds": ["*"]}


def program(world: World, *scopes: str) -> Shop:
    key = parties.create_key(
        act=world.operator(), organisation_id=operator_organisation_id(), name="program", scopes=scopes
    )
    assert key.secret is not None
    shop = Shop(key.secret)
    shop.get("/v1/me")
    return shop


def test_what_hears_everything_is_the_administrators(world: World) -> None:
    shop = program(world, "webhooks", "orders:read")
    before = digest_of_everything()
    answer = shop.post("/v1/webhooks", HOOK)
    assert (answer.status_code, answer.json().get("code")) == (403, "not_allowed")
    assert shop.get("/v1/webhooks").status_code == 403
    assert digest_of_everything() == before
    assert program(world, "operator", "webhooks").post("/v1/webhooks", HOOK).status_code == 201
    assert Endpoint.objects.count() == 1
