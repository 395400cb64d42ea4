"""Wrong input to every route: a clear refusal each time, never a fault, and nothing in the database has changed.

The input is made from the examples in the table of expectations and from the API's own description.
"""

from __future__ import annotations

import json
import re
import uuid
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from tests.matrix import wrong as wrongs
from tests.matrix.expected import TABLE
from tests.matrix.knocking import Answer, Door, is_problem, nothing_changes
from tests.matrix.routes import acts, body_schema, description, every_route, query_parameters
from tests.matrix.scene import Scene

pytest_plugins = ("tests.matrix.stage",)
ROUTES = {route.name: route for route in every_route()}
COMMANDS = sorted(name for name, route in ROUTES.items() if route.method == "POST")
BODIES = sorted(name for name in COMMANDS if TABLE[name].raw is None)
QUERIES = sorted(name for name, route in ROUTES.items() if query_parameters(route))
NAMED = sorted(name for name, route in ROUTES.items() if route.parameters)


class Asked:
    """One route with the first of those who may, and the example that it takes from them."""

    KNOWN_BY_CONTENT = ("import_bank_statement",)
    """What is entered once for its bytes, however often and under whatever key they come."""

    def __init__(self, scene: Scene, name: str) -> None:
        self.scene, self.route, self.row, self.door = scene, ROUTES[name], TABLE[name], Door()
        # Where as the scene stands nobody succeeds, the first whom only that stops.
        self.secret = None if self.route.is_open else scene.keys[next(iter((*self.row.may, *self.row.told)))]
        self.values = self.row.values(scene)
        self.document = self.row.document(scene) or {}

    def path(self, values: dict[str, str] | None = None, query: str | None = None) -> str:
        query = self.row.query if query is None else query
        return self.route.filled(values or self.values) + (f"?{query}" if query else "")

    def ask(self, **more: Any) -> Answer:
        path = more.pop("path", None) or self.path()
        if self.row.raw is not None:
            more = {"raw": self.row.raw, "kind": "application/octet-stream", **more}
        elif "raw" not in more:
            more = {"body": self.document, **more}
        door = self.door.knock if more.pop("stays", False) else self.door.try_out
        return door(self.route.method, path, secret=self.secret, **more)


def _foreign(scene: Scene) -> dict[str, str]:
    """A thing of strangers for each prefix."""
    return {name.partition("_")[0]: name for kind, name in scene.refs.items() if kind.endswith(".foreign")}


# --- bodies ----------------------------------------------------------------------------------------------------------


def _every_wrong_body(scene: Scene, name: str, *, thorough: bool) -> list[str]:
    asked = Asked(scene, name)
    schema = body_schema(asked.route)
    assert schema is not None
    described = wrongs.Description(schema)
    wrong: list[str] = []
    with nothing_changes(wrong):
        nameless: dict[tuple[str | int, ...], str] = {}
        # For the operator nobody's things are a stranger's.
        foreign = {} if asked.secret == scene.keys["operator"] else _foreign(scene)
        for body in wrongs.bodies(asked.document, foreign=foreign, thorough=thorough):
            answer = asked.ask(raw=body.raw)
            told = _judged(body, answer, must_refuse=described.refuses(body))
            if body.names is not None:
                said = str(answer).replace(body.names, "…")
                if answer.status < 400 or nameless.setdefault(body.place, said) != said:
                    told = f"{answer}, not {nameless.get(body.place)}"
            if told is not None:
                wrong.append(f"{body}: {told}")
    return wrong


def _judged(body: wrongs.Wrong, answer: Answer, *, must_refuse: bool) -> str | None:
    """What is wrong with an answer to a wrong body, or None."""
    if answer.status < 400:
        return f"was taken: {answer}" if must_refuse else None
    told = is_problem(answer)
    if told is not None or not must_refuse or answer.code == "bad_request":
        return told
    field = answer.document.get("field")
    if answer.code != "invalid" or field is None:
        return f"does not name the field: {answer}"
    # A place in a canonical document is said from the document on.
    place = body.place[1:] if body.place[:1] == ("document",) else body.place
    if place and str(place[0]) != str(field).split(".")[0]:
        return f"names another field: {answer}"
    return None


@pytest.mark.parametrize("name", BODIES)
def test_a_body_with_one_thing_wrong_is_refused(name: str, scene: Scene) -> None:
    wrong = _every_wrong_body(scene, name, thorough=False)
    assert not wrong, f"{len(wrong)}\n" + "\n".join(wrong)


@pytest.mark.long
@pytest.mark.parametrize("name", BODIES)
def test_a_body_with_anything_wrong_is_refused(name: str, scene: Scene) -> None:
    wrong = _every_wrong_body(scene, name, thorough=True)
    assert not wrong, f"{len(wrong)}\n" + "\n".join(wrong)


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_no_object_of_json_is_refused(name: str, scene: Scene) -> None:
    asked = Asked(scene, name)
    wrong: list[str] = []
    with nothing_changes(wrong):
        for what, raw in wrongs.RAW.items():
            answer = asked.ask(raw=raw)
            told = is_problem(answer)
            if told or answer.code not in {"bad_request", "invalid"}:
                wrong.append(f"{what}: {told or answer}")
        for kind in wrongs.OTHER_KINDS:
            answer = asked.ask(kind=kind)
            if is_problem(answer) or answer.code != "unsupported_media_type":
                wrong.append(f"{kind}: {answer}")
    assert not wrong, "\n".join(wrong)


# --- repetitions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(name for name in COMMANDS if not acts(ROUTES[name])))
def test_what_acts_not_needs_no_key_and_changes_nothing(name: str, scene: Scene) -> None:
    asked = Asked(scene, name)
    wrong: list[str] = []
    with nothing_changes(wrong):
        answers = [asked.ask(key=key, stays=True) for key in (None, "once", "once", "other")]
    assert not wrong, "\n".join(wrong)
    assert len({(answer.status, answer.body) for answer in answers}) == 1
    assert answers[0].status < 300


@pytest.mark.parametrize("name", sorted(name for name in COMMANDS if acts(ROUTES[name])))
def test_an_act_needs_a_key_and_happens_once_for_it(name: str, scene: Scene) -> None:
    asked = Asked(scene, name)
    wrong: list[str] = []
    with nothing_changes(wrong):
        for key in (None, *wrongs.KEYS):
            # An empty one would have the door make one up.
            answer = asked.ask(key=None) if not key else asked.ask(key=key)
            if answer.code != "idempotency_key_required":
                wrong.append(f"key {key!r}: {answer}")
    with transaction.atomic():
        first = asked.ask(key="once", stays=True)
        if not asked.row.may:
            # Nothing was done, so nothing is kept: the same key may try again, with whatever body.
            if first.code not in asked.row.told.values():
                wrong.append(f"the example is not told what is in its way: {first}")
            if wrong:
                pytest.fail("\n".join(wrong))
            return
        if first.status >= 400:
            wrong.append(f"the example is refused: {first}")
        if name in Asked.KNOWN_BY_CONTENT:
            with nothing_changes(wrong):
                again = asked.ask(key="once")
                anew = asked.ask(key="anew")
            known = {**first.document, "again": True}
            wrong += [f"another answer to the same: {one}" for one in (again, anew) if one.document != known]
            assert not wrong, "\n".join(wrong)
            return
        with nothing_changes(wrong):
            again = asked.ask(key="once")
            other = asked.ask(key="once", raw=b'{"another": "body"}')
        if again.status != first.status or _without_secret(again) != _without_secret(first):
            wrong.append(f"another answer to the same: {first} / {again}")
        if again.headers.get("Idempotent-Replayed") != "true" or "Idempotent-Replayed" in first.headers:
            wrong.append("does not say that it is a repetition")
        if other.code != "key_reused" or is_problem(other):
            wrong.append(f"the same key for another body: {other}")
        anew = asked.ask(key="anew")
        if anew.status >= 400 and is_problem(anew):
            wrong.append(f"done again: {anew}")
        transaction.set_rollback(True)
    assert not wrong, "\n".join(wrong)


def _without_secret(answer: Answer) -> bytes:
    """An answer as it may be stored: a secret is shown once."""
    if b'"secret"' not in answer.body:
        return answer.body
    return json.dumps({**answer.document, "secret": None}).encode()


def test_two_organisations_may_use_the_same_key(scene: Scene) -> None:
    with transaction.atomic():
        answers = []
        for who in ("alma", "bella"):
            asked = Asked(scene, "draft_contract")
            asked.secret = scene.keys[who]
            answers.append(asked.ask(key="everybody's", stays=True))
        transaction.set_rollback(True)
    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].document["id"] != answers[1].document["id"]


# --- addresses -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMED)
def test_a_name_that_is_none_is_not_found(name: str, scene: Scene) -> None:
    asked = Asked(scene, name)
    wrong: list[str] = []
    with nothing_changes(wrong):
        for parameter, value in asked.values.items():
            is_id = asked.row.at[parameter] != value
            others = (*wrongs.IDS, *_unknown(value)) if is_id else wrongs.NUMBERS
            for other in others:
                answer = asked.ask(path=asked.path({**asked.values, parameter: other}))
                told = is_problem(answer)
                if told or (is_id and answer.code != "not_found"):
                    wrong.append(f"{parameter} {other[:40]}: {told or answer}")
    assert not wrong, "\n".join(wrong)


def _unknown(value: str) -> tuple[str, ...]:
    prefix, _, rest = value.partition("_")
    return (f"{prefix}_{uuid.UUID(int=1).hex}", f"xyz_{rest}", f"{prefix}_{rest.upper()}", value + "0", rest)


@pytest.mark.parametrize("path", sorted({route.path for route in ROUTES.values()}))
def test_other_methods_are_told_which_there_are(path: str, scene: Scene) -> None:
    routes = [route for route in ROUTES.values() if route.path == path]
    asked = Asked(scene, routes[0].name)
    known = {route.method for route in routes}
    wrong: list[str] = []
    with nothing_changes(wrong):
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"} - known:
            answer = asked.door.try_out(method, asked.path(), secret=scene.keys["operator"])
            allowed = {one.strip() for one in answer.headers.get("Allow", "").split(",")}
            if is_problem(answer) or answer.code != "method_not_allowed" or not known <= allowed:
                wrong.append(f"{method}: {answer} {allowed}")
    assert not wrong, "\n".join(wrong)


# --- queries ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_with_one_thing_wrong_is_refused_or_understood(name: str, scene: Scene) -> None:
    asked = Asked(scene, name)
    wrong: list[str] = []
    with nothing_changes(wrong):
        for parameter in query_parameters(asked.route):
            for value in wrongs.QUERY:
                answer = asked.ask(path=asked.path(query=f"{parameter}={value}"))
                told = is_problem(answer) if answer.status >= 400 else None
                if told:
                    wrong.append(f"{parameter}={value[:40]}: {told}")
            answer = asked.ask(path=asked.path(query=f"{parameter}=%00"))
            if answer.status < 400:
                wrong.append(f"{parameter} takes NUL: {answer}")
        for value in ("limit=0", "limit=-1", f"limit={10**30}", "limit=ten"):
            if "limit" in query_parameters(asked.route):
                example = f"{asked.row.query}&" if asked.row.query else ""
                answer = asked.ask(path=asked.path(query=f"{example}{value}"))
                if answer.code != "invalid" or answer.document["field"] != "limit":
                    wrong.append(f"{value}: {answer}")
    assert not wrong, "\n".join(wrong)


LISTS = ("list_contracts", "list_orders", "list_claims", "list_own_payments", "list_payouts", "list_organisations")


@pytest.mark.parametrize("name", LISTS)
def test_a_strangers_cursor_shows_nothing_of_theirs(name: str, scene: Scene) -> None:
    asked, door = Asked(scene, name), Door()
    own = _everything(door, asked, scene.keys["alma"], "")
    first = door.knock("GET", asked.path(query="limit=1"), secret=scene.keys["operator"]).document
    foreign = _everything(door, asked, scene.keys["alma"], str(first["next_cursor"] or ""))
    assert set(foreign) <= set(own)
    theirs = _everything(door, asked, scene.keys["chen"], "")
    assert not set(theirs) & set(own)


def _everything(door: Door, asked: Asked, secret: str, cursor: str) -> list[str]:
    """The IDs on all pages of a list from a cursor on, a row a page."""
    found: list[str] = []
    for _ in range(200):
        query = "limit=1" + (f"&cursor={cursor}" if cursor else "")
        page = door.knock("GET", asked.path(query=query), secret=secret).document
        found.extend(row["id"] for row in page["items"])
        cursor = page["next_cursor"] or ""
        if not cursor:
            break
    return found


# --- keys ------------------------------------------------------------------------------------------------------------


def test_what_is_no_key_opens_nothing_and_all_are_told_the_same(scene: Scene) -> None:
    door, wrong = Door(), []
    known = scene.keys["alma"]
    guesses = [f"Bearer {known[:-1]}{'0' if known[-1] != '0' else '1'}", f"Bearer {known}0", f"Bearer {known.upper()}"]
    answers = set()
    with nothing_changes(wrong):
        for text in (*wrongs.AUTHORIZATION, *guesses):
            answer = door.try_out("GET", "/v1/orders", HTTP_AUTHORIZATION=text)
            answers.add(answer.body)
            if is_problem(answer) or answer.code != "unauthenticated":
                wrong.append(f"{text[:50]}: {answer}")
    assert not wrong, "\n".join(wrong)
    assert len(answers) == 1


def test_a_body_that_is_too_large_is_refused_before_it_is_read(scene: Scene) -> None:
    asked = Asked(scene, "draft_contract")
    answer = asked.ask(raw=b'{"a": "' + b"x" * 12_000_000 + b'"}')
    assert (answer.status, answer.code) == (413, "too_large")
    assert is_problem(answer) is None


UPLOADS = {
    "nothing": b"",
    "a program": b"MZ" + b"\x00" * 60,
    "no text": b"\xff\xfe\x00\x01",
    "a page": b"<!doctype html><p>",
}


def test_a_file_that_is_not_taken_leaves_nothing(scene: Scene) -> None:
    asked, wrong = Asked(scene, "upload_file"), []
    with nothing_changes(wrong):
        for what, raw in {**UPLOADS, "too much": b"x" * (10 * 1024 * 1024 + 1)}.items():
            answer = asked.ask(raw=raw)
            if what != "a page" and is_problem(answer):
                wrong.append(f"{what}: {answer}")
    assert not wrong, "\n".join(wrong)


def test_an_address_that_is_none_is_not_found(scene: Scene) -> None:
    door, wrong = Door(), []
    for path in (
        "",
        "nothing",
        "orders/",
        "/orders",
        "orders//",
        "..",
        "orders/../me",
        "%6frders/x/y",
        "ORDERS",
        "\u8a02",
    ):
        for method in ("GET", "POST", "DELETE"):
            answer = door.try_out(method, f"/v1/{path}", secret=scene.keys["alma"])
            if is_problem(answer) or answer.code not in {"not_found", "method_not_allowed"}:
                wrong.append(f"{method} {path}: {answer}")
    assert not wrong, "\n".join(wrong)


# --- whatever the description lets one make up -----------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("name", sorted(ROUTES))
def test_what_is_made_up_of_things_that_are_there_never_breaks(name: str, mode: GenerationMode, scene: Scene) -> None:
    asked = Asked(scene, name)
    described = schemathesis.openapi.from_dict(description())
    operation = described[re.sub(r"\{[a-z]+:", "{", asked.route.path)][asked.route.method]
    wrong: list[str] = []

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def holds(case: schemathesis.Case) -> None:
        query = urlencode({key: str(value) for key, value in (case.query or {}).items()})
        made_up = isinstance(case.body, dict | list | str | int | float | None)
        answer = asked.ask(path=asked.path(query=query), raw=json.dumps(case.body).encode() if made_up else b"{}")
        told = is_problem(answer) if answer.status >= 400 else None
        assert told is None, told

    with nothing_changes(wrong):
        try:
            holds()
        except Unsatisfiable:
            return
    assert not wrong, "\n".join(wrong)
