"""What holds for every route: cursors, keys, acts, and each side's own labels. The routes are found, not listed."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test import Client

from holdfast.database.connection import Access
from holdfast.kernel.identifiers import public
from holdfast.parties import keys
from holdfast.parties import operations as parties
from holdfast.record import answers
from tests.api.test_examples import ROUTES
from tests.matrix.knocking import Door
from tests.matrix.routes import acts, answer_schema, description, query_parameters
from tests.world import World, contract

COMES_WHOLE = {"list_events", "get_holds_summary", "list_incoterms"}
"""What happens is followed by a cursor of its own, which is given even when nothing is left; the others are tables of
fixed rows, one for each reason or term."""


def operation_of(name: str) -> dict[str, Any]:
    route = ROUTES[name]
    found: dict[str, Any] = description()["paths"][re.sub(r"\{[a-z]+:", "{", route.path)][route.method.lower()]
    return found


def members_of(name: str) -> dict[str, Any]:
    """The members of an answer, or of the rows of a list."""
    route = ROUTES[name]
    schema = answer_schema(route, 200) or answer_schema(route, 201) or {}
    shape = described(schema)
    if "next_cursor" in shape.get("properties", {}):
        shape = described(shape["properties"]["items"]["items"])
    members: dict[str, Any] = shape.get("properties", {})
    return members


def described(schema: dict[str, Any]) -> dict[str, Any]:
    named = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = description()["components"]["schemas"].get(named, schema)
    return found


# --- the route list --------------------------------------------------------------------------------------------------


def test_every_list_has_cursors() -> None:
    without = []
    for name, route in ROUTES.items():
        shape = described(answer_schema(route, 200) or {}).get("properties", {})
        if route.method != "GET" or "items" not in shape or name in COMES_WHOLE:
            continue
        if not {"limit", "cursor"} <= query_parameters(route).keys() or "next_cursor" not in shape:
            without.append(name)
    assert without == []


def test_every_post_that_acts_takes_a_key_and_nothing_else_does() -> None:
    wrong = []
    for name, route in ROUTES.items():
        sent = {one["name"] for one in operation_of(name).get("parameters", []) if one["in"] == "header"}
        if acts(route) is not ("Idempotency-Key" in sent):
            wrong.append(name)
    assert wrong == []


def test_what_can_be_acted_on_says_which_acts_are_open() -> None:
    """A noun with an address for an act of its own shows `acts` where it is read, each with its deadline."""
    nouns: dict[str, set[str]] = {}
    for name, route in ROUTES.items():
        found = re.fullmatch(r"(/v1/[\w-]+)/\{(\w+_id)\}/[\w/-]+", route.path)
        if found and acts(route):
            nouns.setdefault(f"{found[1]}/{{{found[2]}}}", set()).add(name)
    silent = []
    for noun in nouns:
        prefix = re.sub(r".*\{|_id\}", "", noun)
        readers = [name for name, route in ROUTES.items() if route.method == "GET" and _reads(route.path, noun, prefix)]
        if not any("acts" in members_of(name) for name in readers):
            silent.append(f"{noun}: {readers}")
    assert silent == []
    shapes = description()["components"]["schemas"]
    for name, shape in shapes.items():
        if "acts" in shape.get("properties", {}):
            act = described(shape["properties"]["acts"]["items"])
            assert {"verb", "due_at"} <= act["properties"].keys(), name


def _reads(path: str, noun: str, prefix: str) -> bool:
    plural = noun.partition("/{")[0].rpartition("/")[2]
    words = {plural, f"{prefix}s", "messages" if prefix == "message" else plural}
    return path == noun or path.rpartition("/")[2] in words


def test_a_refusal_is_described_for_every_route() -> None:
    for name in ROUTES:
        refused = [one for status, one in operation_of(name)["responses"].items() if int(status) >= 400]
        for one in refused:
            shared = description()["components"]["responses"].get(one.get("$ref", "").rpartition("/")[2])
            assert list((shared or one)["content"]) == ["application/problem+json"], name


def test_every_answer_has_a_shape() -> None:
    bare = []
    for name, route in ROUTES.items():
        for status, answer in operation_of(name)["responses"].items():
            content = answer.get("content", {})
            if not content and "$ref" not in answer:
                bare.append(f"{name} {status}")
            schema = content.get("application/json", {}).get("schema", {})
            if schema.get("type") == "object" and "properties" not in schema:
                bare.append(f"{name} {status} {schema}")
        assert route.name == name
    assert bare == []


# --- lists while others write ----------------------------------------------------------------------------------------


@pytest.fixture
def busy(own_database: Access, django_db_blocker: Any) -> Iterator[World]:
    """Real commits, on more than one connection."""
    with django_db_blocker.unblock():
        yield World()
        connections.close_all()


@pytest.mark.alone
def test_a_list_is_walked_while_transactions_end_out_of_order(busy: World) -> None:
    """Of what was there when the walk began each row comes once, in its order, whatever is committed meanwhile; and
    what began before and ended late is in the next walk, and behind no cursor into the events."""
    world = busy
    there = [world.drafted() for _ in range(4)]
    secret = reader(world)
    begun, finish, ended = threading.Event(), threading.Event(), threading.Event()
    late: list[Any] = []

    def slow() -> None:
        try:
            with transaction.atomic():
                late.append(world.drafted())
                begun.set()
                assert finish.wait(30)
        finally:
            connections.close_all()
            ended.set()

    thread = threading.Thread(target=slow)
    thread.start()
    assert begun.wait(30)
    soon = world.drafted()
    door = Door()
    walk: list[str] = []
    events, after = told(door, secret, None)
    cursor = ""
    for step in range(20):
        page = door.knock("GET", f"/v1/contracts?limit=2{cursor}", secret=secret).document
        walk += [row["id"] for row in page["items"]]
        if step == 0:
            finish.set()
            assert ended.wait(30)
            world.drafted()
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    thread.join()
    names = [public("con", one) for one in (soon, *reversed(there))]
    assert [one for one in walk if one != public("con", late[0])] == names
    assert len(set(walk)) == len(walk)
    again = [row["id"] for row in door.knock("GET", "/v1/contracts", secret=secret).document["items"]]
    assert set(again) >= {*names, public("con", late[0])}
    assert public("con", late[0]) not in events
    assert public("con", late[0]) in told(door, secret, after)[0]


def told(door: Door, secret: str, after: str | None) -> tuple[list[str], str | None]:
    """The contracts that are told of after a cursor, and the next one."""
    begin = f"&after={after}" if after else ""
    page = door.knock("GET", f"/v1/events?limit=500{begin}", secret=secret).document
    return [row["about"].get("contract", "") for row in page["items"]], page["cursor"]


def reader(world: World, scopes: tuple[str, ...] = ("orders:read", "orders:write")) -> str:
    made = parties.create_key(
        act=world.operator(), organisation_id=world.alma.organisation_id, name="reader", scopes=list(scopes)
    )
    assert made.secret is not None
    return made.secret


def test_a_list_that_is_read_whole_goes_on_where_it_was_although_rows_come_and_go(world: World) -> None:
    secret, door = reader(world), Door()
    order = public("ord", world.signed_order())
    path = f"/v1/orders/{order}/timeline"
    whole = [row["id"] for row in door.knock("GET", path, secret=secret).document["items"]]
    first = door.knock("GET", f"{path}?limit=1", secret=secret).document
    rest = door.knock("GET", f"{path}?cursor={first['next_cursor']}", secret=secret).document
    assert [row["id"] for row in first["items"] + rest["items"]] == whole
    other = public("ord", world.signed_order())
    for cursor in (first["next_cursor"][:-2], "AAAA", "*", first["next_cursor"]):
        place = path.replace(order, other) if cursor == first["next_cursor"] else path
        answer = door.knock("GET", f"{place}?cursor={cursor}", secret=secret)
        assert (answer.status, answer.code) == (422, "cursor_not_valid")


# --- labels ----------------------------------------------------------------------------------------------------------


class Sides:
    """Both sides of an order, each with a key."""

    def __init__(self, world: World) -> None:
        self.world, self.door = world, Door()
        self.secrets = {}
        for name, party in {"alma": world.alma, "boris": world.boris, "chen": world.chen}.items():
            made = parties.create_key(
                act=world.operator(),
                organisation_id=party.organisation_id,
                name=name,
                scopes=["orders:read", "orders:write"],
            )
            self.secrets[name] = str(made.secret)

    def __call__(self, who: str, method: str, path: str, body: Any = None) -> Any:
        return self.door.knock(method, path, secret=self.secrets[who], body=body)


def test_each_side_calls_a_thing_as_it_likes_and_never_sees_the_others_name(world: World) -> None:
    sides, order = Sides(world), public("ord", world.signed_order())
    for who, called in {"alma": "PO-4711", "boris": "S-2026-9"}.items():
        label = {"external_id": called, "metadata": {"of": who}}
        first = sides(who, "PUT", f"/v1/labels/{order}", label)
        assert (first.status, sides(who, "PUT", f"/v1/labels/{order}", label).body) == (200, first.body)
        seen = sides(who, "GET", f"/v1/orders/{order}").document
        assert (seen["external_id"], seen["metadata"]) == (called, {"of": who})
        for path in (f"/v1/orders?external_id={called}", f"/v1/labels?kind=ord&external_id={called}"):
            (found,) = sides(who, "GET", path).document["items"]
            assert order in (found.get("id"), found.get("object_id"))
        other = "boris" if who == "alma" else "alma"
        assert sides(other, "GET", f"/v1/orders?external_id={called}").document["items"] == []
        assert called not in str(sides(other, "GET", f"/v1/labels/{order}"))
    sides("alma", "PUT", f"/v1/labels/{order}", {})
    assert sides("alma", "GET", f"/v1/labels/{order}").document["external_id"] is None


def test_a_name_is_given_once_for_a_kind(world: World) -> None:
    sides = Sides(world)
    orders = [public("ord", world.signed_order()) for _ in range(2)]
    assert sides("alma", "PUT", f"/v1/labels/{orders[0]}", {"external_id": "PO-1"}).status == 200
    taken = sides("alma", "PUT", f"/v1/labels/{orders[1]}", {"external_id": "PO-1"})
    assert (taken.status, taken.code, taken.document["field"]) == (409, "label_taken", "external_id")
    assert sides("boris", "PUT", f"/v1/labels/{orders[1]}", {"external_id": "PO-1"}).status == 200
    draft = {
        "counterparty_id": world.boris.ref,
        "document": contract(ship={"days_after_payment": 30}),
        "external_id": "PO-1",
    }
    made = sides("alma", "POST", "/v1/contracts", draft)
    assert (made.status, made.document["external_id"]) == (201, "PO-1"), made
    again = sides("alma", "POST", "/v1/contracts", draft)
    assert (again.status, again.code) == (409, "label_taken")
    assert len(sides("alma", "GET", "/v1/contracts?external_id=PO-1").document["items"]) == 1


def test_what_is_not_there_or_too_much_is_refused(world: World) -> None:
    sides, order = Sides(world), public("ord", world.signed_order())
    path = f"/v1/labels/{order}"
    assert sides("chen", "PUT", path, {"external_id": "x"}).code == "not_found"
    assert sides("chen", "GET", path).code == "not_found"
    for name in ("nothing", "ord_1", public("ord", world.boris.organisation_id), f"zzz_{'0' * 32}"):
        assert sides("alma", "GET", f"/v1/labels/{name}").code == "not_found"
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"external_id": ""}, "external_id"),
        ({"external_id": "x" * 129}, "external_id"),
        ({"metadata": {"k": "x" * 501}}, "metadata"),
        ({"metadata": {f"k{n}": "" for n in range(51)}}, "metadata"),
        ({"metadata": {"k": 1}}, "metadata.k"),
        ({"colour": "blue"}, "colour"),
    ]
    for body, field in wrong:
        answer = sides("alma", "PUT", path, body)
        assert (answer.code, answer.document["field"]) == ("invalid", field)
    assert sides("alma", "GET", path).document["changed_at"] is None


# --- keys of acts ----------------------------------------------------------------------------------------------------


def test_an_answer_is_kept_for_thirty_days_and_then_forgotten(world: World) -> None:
    sides = Sides(world)
    made = Client().post(
        "/v1/contracts",
        {"counterparty_id": world.boris.ref, "document": contract(ship={"days_after_payment": 30})},
        content_type="application/json",
        headers={"Authorization": f"Bearer {sides.secrets['alma']}", "Idempotency-Key": "once"},
    )
    assert made.status_code == 201, made.content
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(at) FROM record_answer")
        at = cursor.fetchone()[0]
    owner = world.alma.organisation_id
    for age, is_kept in ((timedelta(days=29, hours=23), True), (timedelta(days=30, hours=1), False)):
        answers.forget(now=at + age)
        assert (keys.answered(owner=owner, idempotency_key="once") is not None) is is_kept
