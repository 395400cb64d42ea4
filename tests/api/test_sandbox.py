"""A sandbox's own addresses: time that passes through what comes due, a carrier that speaks; in production, none."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timedelta

import pytest

from holdfast.parties import operations as parties
from tests.api.test_trade import drafted, problem, shops  # noqa: F401  (a fixture is asked for by its name)
from tests.parties.cast import Shop
from tests.world import World


def test_everything_on_the_way_happens_at_its_own_moment(world: World, shops: dict[str, Shop]) -> None:  # noqa: F811
    alma, operator = shops["alma"], shops["operator"]
    draft = drafted(world, shops)
    proposed = alma.post(f"/v1/contracts/{draft['id']}/propose").json()
    alma.post(f"/v1/contracts/{draft['id']}/sign", {"digest": proposed["digest"]})
    due = datetime.fromisoformat(alma.get(f"/v1/contracts/{draft['id']}").json()["sign_due_at"])
    until = due + timedelta(days=2)
    moved = operator.post("/v1/sandbox/clock", {"until": until.isoformat()})
    assert moved.status_code == 200, moved.content
    assert (
        timedelta(0)
        <= datetime.fromisoformat(operator.get("/v1/sandbox/clock").json()["now"]) - until
        < timedelta(minutes=5)
    )
    lapsed = alma.get(f"/v1/contracts/{draft['id']}").json()
    assert lapsed["state"] == "lapsed"
    assert datetime.fromisoformat(lapsed["ended_at"]) == due + timedelta(seconds=1)


def test_time_goes_forwards_one_way_of_saying_it_at_a_time(world: World, shops: dict[str, Shop]) -> None:  # noqa: F811
    operator = shops["operator"]
    for body in ({}, {"advance_seconds": 5, "until": "2030-01-01T00:00:00Z"}, {"until": "2020-01-01T00:00:00Z"}):
        assert problem(operator.post("/v1/sandbox/clock", body)) == (422, "invalid"), body
    assert problem(operator.post("/v1/sandbox/clock", {"advance_seconds": 401 * 86_400})) == (422, "invalid")
    assert problem(shops["alma"].post("/v1/sandbox/clock", {"advance_seconds": 5})) == (403, "not_allowed")


def test_the_carrier_speaks_only_of_what_one_may_see(world: World, shops: dict[str, Shop]) -> None:  # noqa: F811
    _order_id, shipment = world.shipped()
    made = parties.create_key(
        act=world.operator(), organisation_id=world.chen.organisation_id, name="k", scopes=["orders:read", "sandbox"]
    )
    assert made.secret is not None
    word = {"shipment_id": f"shp_{shipment.id.hex}", "code": "DEPA"}
    assert problem(Shop(made.secret).post("/v1/sandbox/carrier", word)) == (404, "not_found")
    said = shops["operator"].post("/v1/sandbox/carrier", word)
    assert said.status_code == 200, said.content
    assert [event["code"] for event in said.json()["events"]] == ["ACCEPTED", "DEPA"]


@pytest.mark.parametrize(("sandbox", "there"), [("0", False), ("1", True)])
def test_in_production_its_addresses_do_not_exist(sandbox: str, there: bool) -> None:
    program = (
        "import django; django.setup(); from holdfast.api.application import api;"
        "print(any('/sandbox/' in path for path in api.get_openapi_schema()['paths']))"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "HOLDFAST_SANDBOX": sandbox}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert done.stdout.strip() == str(there), done.stderr
