"""Every route as everybody: who may, who is told no, and to whom the thing does not exist at all.

The routes are found by walking the API; one that the table of expectations does not know fails.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from ninja import Schema

from holdfast.urls import urlpatterns
from tests.matrix import markets
from tests.matrix.expected import EVERYBODY, TABLE, Row
from tests.matrix.knocking import Answer, Door, is_problem, nothing_changes
from tests.matrix.markets import MARKETS
from tests.matrix.routes import answer_schema, every_route
from tests.matrix.scene import Scene

pytest_plugins = ("tests.matrix.stage",)
ROUTES = {route.name: route for route in every_route()}
UNDESCRIBED = {"get_contract_text", "list_problems", "get_problem"}
"""A contract's text is whatever its sides wrote; problems describe themselves."""


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert sorted(ROUTES) == sorted(TABLE)
    assert len(ROUTES) == len(every_route())


def test_what_else_stands_under_the_api_is_known() -> None:
    """A provider's door asks for no key but for a signature (`tests/rails/test_stripe_news.py`); the one where tokens
    are given asks in another way (`tests/api/test_oauth.py`)."""
    others = {str(one.pattern) for one in urlpatterns if str(one.pattern).lstrip("^").startswith("v1/")}
    assert others == {"v1/", "^v1/", "v1/oauth/token", "v1/providers/stripe/events"}


class Asked:
    """One route and the example of its row."""

    def __init__(self, scene: Scene, name: str) -> None:
        self.scene, self.route, self.row, self.door = scene, ROUTES[name], TABLE[name], Door()
        self.values = self.row.values(scene)
        self.unknown = _never_existed(self.row, self.values)

    def ask(self, who: str | None, values: dict[str, str]) -> Answer:
        path = self.route.filled(values) + (f"?{self.row.query}" if self.row.query else "")
        secret = self.scene.keys[markets.key_of(who)] if who is not None else None
        raw = self.row.raw
        more: dict[str, Any] = {"raw": raw, "kind": "application/octet-stream"} if raw else {}
        more |= markets.headers(self.scene, who or "")
        body = self.row.document(self.scene)
        return self.door.try_out(self.route.method, path, secret=secret, body=body, key="the same for all", **more)

    def wrong_for(self, who: str) -> Iterator[str]:
        """What is not as the table says."""
        answer = self.ask(who, self.values)
        unknown = answer if self.unknown == self.values else self.ask(who, self.unknown)
        expects = _expected(self.row, who)
        if who in MARKETS:
            is_open, of_alma = self.route.is_open, _expected(self.row, "alma")
            expects = markets.expected(self.route.name, who, of_alma=of_alma, is_open=is_open)
        if expects is None:
            yield from self.success(who, answer)
        elif answer.code != expects or is_problem(answer):
            yield f"{who} is told {answer.code}, not {expects}: {answer}"
        if expects == "not_found" and (answer.status, answer.body) != (unknown.status, unknown.body):
            yield f"{who} can tell it from what never was: {answer} / {unknown}"
        if unknown.status < 400 and self.unknown != self.values:
            yield f"{who} succeeds with what never was: {unknown}"

    def success(self, who: str, answer: Answer) -> Iterator[str]:
        """What is not as the API's description says."""
        if answer.status >= 300:
            yield f"{who} may not, and should: {answer}"
            return
        schema = answer_schema(self.route, answer.status)
        if schema is not None:
            validator = jsonschema_rs.Draft202012Validator(schema)
            for error in validator.iter_errors(answer.document):
                yield f"{who} gets another answer than described: {error.message} at {list(error.instance_path)}"
        elif "json" in answer.kind and self.route.name not in UNDESCRIBED:
            yield f"nothing is said of the answer {answer.status}"


def _never_existed(row: Row, values: dict[str, str]) -> dict[str, str]:
    """The same names, of things that never were."""
    found = {}
    for name, value in values.items():
        prefix, _, rest = value.partition("_")
        is_id = row.at[name] != value and len(rest) == 32
        found[name] = f"{prefix}_{uuid.UUID(int=0x01900000_0000_7000_8000_000000000001).hex}" if is_id else value
    return found


def test_no_two_schemas_share_a_name() -> None:
    """In the description one would stand for both."""
    names = [schema.__name__ for schema in _schemas(Schema) if schema.__module__.startswith("holdfast.")]
    assert sorted(names) == sorted(set(names))


def _schemas(root: type[Schema]) -> Iterator[type[Schema]]:
    for schema in root.__subclasses__():
        yield schema
        yield from _schemas(schema)


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_a_route_is_open_to_exactly_those_in_the_table(name: str, scene: Scene) -> None:
    asked = Asked(scene, name)
    wrong: list[str] = []
    with nothing_changes(wrong):
        for who in (*EVERYBODY, *MARKETS):
            wrong.extend(asked.wrong_for(who))
        if not asked.route.is_open:
            answer = asked.ask(None, asked.values)
            if answer.code != "unauthenticated" or is_problem(answer):
                wrong.append(f"nobody is told {answer}")
    assert not wrong, "\n".join(wrong)


def _expected(row: Row, who: str) -> str | None:
    """None if they may; else the code they are told."""
    if who in row.told:
        return row.told[who]
    if who in row.may:
        return None
    return "not_allowed" if who in row.there else "not_found"
