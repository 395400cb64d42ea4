"""One key, one act: whatever is sent again, and whoever sends it at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.db import connection, connections

from holdfast.database.connection import Access
from holdfast.parties import operations
from holdfast.parties.models import ApiKey, Organisation
from holdfast.record.models import Event
from tests.api.test_edge_keys import code, new_organisation
from tests.parties.cast import Cast, Shop, assemble, staff_act


def organisations() -> int:
    return Organisation.objects.count()


def test_the_same_again_gets_the_first_answer_and_acts_once(cast: Cast) -> None:
    shop = Shop(cast.operator_secret)
    first = shop.post("/v1/organisations", new_organisation(), key="abc")
    count = organisations()
    again = shop.post("/v1/organisations", new_organisation(), key="abc")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert organisations() == count
    other = shop.post("/v1/organisations", new_organisation(external_id="other"), key="another")
    assert other.status_code == 201
    assert other.json()["id"] != first.json()["id"]


def test_a_repetition_costs_one_query(cast: Cast, django_assert_num_queries: Any) -> None:
    shop = Shop(cast.operator_secret)
    shop.post("/v1/organisations", new_organisation(), key="abc")
    with django_assert_num_queries(1):
        shop.post("/v1/organisations", new_organisation(), key="abc")


def test_the_same_key_for_something_else_is_refused(cast: Cast) -> None:
    shop = Shop(cast.operator_secret)
    shop.post("/v1/organisations", new_organisation(), key="abc")
    count = organisations()
    assert code(shop.post("/v1/organisations", new_organisation(name="Other"), key="abc")) == (422, "key_reused")
    assert code(shop.post("/v1/organisations?x=1", new_organisation(), key="abc")) == (422, "key_reused")
    assert code(shop.post(f"/v1/keys/key_{cast.alma.key_id.hex}/revoke", key="abc")) == (422, "key_reused")
    assert organisations() == count
    assert ApiKey.objects.get(id=cast.alma.key_id).revoked_at is None


@pytest.mark.parametrize("key", [None, "x" * 256, "with\tcontrol", "é"])
def test_an_act_needs_a_usable_key(cast: Cast, key: str | None) -> None:
    count = organisations()
    response = Shop(cast.operator_secret).post("/v1/organisations", new_organisation(), key=key)
    assert code(response) == (400, "idempotency_key_required")
    assert organisations() == count


def test_keys_of_two_organisations_do_not_meet(cast: Cast) -> None:
    act = staff_act(cast.administrator_id)
    shops = []
    for organisation_id in (cast.alma.id, cast.boris.id):
        made = operations.create_key(act=act, organisation_id=organisation_id, name="s", scopes=["sandbox"])
        assert made.secret is not None
        shops.append(Shop(made.secret))
    for shop in shops:
        assert shop.post("/v1/sandbox/clock", {"advance_seconds": 1}, key="same").status_code == 200
    assert Event.objects.filter(name="clock.advanced").count() == 2


def test_a_refusal_keeps_nothing_and_may_be_tried_again(cast: Cast) -> None:
    shop = Shop(cast.operator_secret)
    before = Event.objects.count()
    wrong = new_organisation(time_zone="Europe/Nowhere")
    assert code(shop.post("/v1/organisations", wrong, key="abc")) == (422, "invalid")
    assert Event.objects.count() == before
    assert shop.post("/v1/organisations", new_organisation(), key="abc").status_code == 201


def test_a_secret_is_in_no_stored_answer(cast: Cast) -> None:
    shop = Shop(cast.operator_secret)
    path, body = f"/v1/organisations/{cast.alma.ref}/keys", {"name": "n", "scopes": ["orders:read"]}
    first = shop.post(path, body, key="abc").json()
    again = shop.post(path, body, key="abc").json()
    assert first["secret"].startswith("hf_test_")
    assert again == {**first, "secret": None}


def test_an_act_that_took_the_thing_away_is_repeated_too(cast: Cast) -> None:
    shop = Shop(cast.operator_secret)
    added = shop.post(
        f"/v1/organisations/{cast.alma.ref}/members", {"email": "e@example.com", "name": "E", "role": "viewer"}
    ).json()
    path = f"/v1/members/{added['id']}/remove"
    first, again = shop.post(path, key="gone"), shop.post(path, key="gone")
    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    assert code(shop.post(path, key="fresh")) == (404, "not_found")


# --- two connections -----------------------------------------------------------------------------------------------


@pytest.fixture
def marketplace(own_database: Access, django_db_blocker: Any) -> Iterator[Cast]:
    with django_db_blocker.unblock():
        yield assemble()
        connections.close_all()


def rival(access: Access, statement: str, *parameters: Any) -> psycopg.Connection[Any]:
    """Somebody else's transaction, still open, holding what the statement took."""
    other = psycopg.connect(**access.for_psycopg())
    other.execute(statement, parameters)  # type: ignore[arg-type]
    return other


def waits_for_a_lock(access: Access) -> bool:
    with psycopg.connect(**access.for_psycopg()) as other:
        row = other.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())"
        ).fetchone()
    return row is not None and row[0] > 0


@pytest.mark.database
@pytest.mark.parametrize("rivals", [2, 8])
def test_rivals_with_one_key_act_once_and_hear_the_same(marketplace: Cast, own_database: Access, rivals: int) -> None:
    """All are held at the same place, on the chain's lock, and let go together."""
    held = rival(
        own_database,
        "SELECT pg_advisory_xact_lock(hashtextextended(%s::uuid::text, 4201))",
        marketplace.alma.id,
    )
    path = f"/v1/organisations/{marketplace.alma.ref}/beneficiaries"
    body = {"name": "Alma", "currency": "EUR", "iban": "DE89370400440532013000"}

    def send() -> Any:
        try:
            return Shop(marketplace.operator_secret).post(path, body, key="race")
        finally:
            connection.close()

    with ThreadPoolExecutor(rivals) as pool:
        futures = [pool.submit(send) for _ in range(rivals)]
        patience = threading.Event()
        for _ in range(200):
            if waits_for_a_lock(own_database):
                break
            patience.wait(0.02)
        patience.wait(0.2)
        held.commit()
        held.close()
        responses = [future.result(timeout=30) for future in futures]
    assert {response.status_code for response in responses} == {201}, [one.content for one in responses]
    assert len({response.content for response in responses}) == 1
    assert sum("Idempotent-Replayed" not in response for response in responses) == 1
    assert Event.objects.filter(name="beneficiary.added").count() == 1


@pytest.mark.database
def test_rivals_with_one_key_and_different_bodies(marketplace: Cast, own_database: Access) -> None:
    held = rival(
        own_database,
        "SELECT pg_advisory_xact_lock(hashtextextended(%s::uuid::text, 4201))",
        marketplace.alma.id,
    )
    path = f"/v1/organisations/{marketplace.alma.ref}/beneficiaries"

    def send(name: str) -> Any:
        body = {"name": name, "currency": "EUR", "iban": "DE89370400440532013000"}
        try:
            return Shop(marketplace.operator_secret).post(path, body, key="race")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(send, name) for name in ("One", "Two")]
        threading.Event().wait(0.4)
        held.commit()
        held.close()
        responses = [future.result(timeout=30) for future in futures]
    assert sorted(response.status_code for response in responses) == [201, 422]
    assert Event.objects.filter(name="beneficiary.added").count() == 1


@pytest.mark.database
def test_two_owners_who_remove_each_other_leave_one(marketplace: Cast) -> None:
    added = operations.add_member(
        act=staff_act(marketplace.administrator_id),
        organisation_id=marketplace.alma.id,
        email="second@example.com",
        name="Second",
        role="owner",
    )
    members = Shop(marketplace.operator_secret).get(f"/v1/organisations/{marketplace.alma.ref}/members").json()["items"]
    barrier = threading.Barrier(2)

    def remove(ref: str) -> int:
        try:
            barrier.wait(timeout=10)
            return Shop(marketplace.operator_secret).post(f"/v1/members/{ref}/remove", key=ref).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        statuses = list(pool.map(remove, [member["id"] for member in members]))
    assert sorted(statuses) == [200, 409]
    assert added.role == "owner"
