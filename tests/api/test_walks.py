"""Walks along the links of the API's description: what an answer names is asked for next, and every answer on the way
is as described, whoever walks.

A walk begins in the scene of the matrices and is taken back when it is over, so that each meets the same world. Half of
the bodies are those of the table of expectations, which the scene takes; the others are made up.
"""

from __future__ import annotations

import json
from itertools import count
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from hypothesis import HealthCheck, Phase, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.generation.stateful.state_machine import normalize_name
from schemathesis.openapi.checks import EnsureResourceAvailability

from tests.matrix.expected import TABLE
from tests.matrix.routes import description, every_route
from tests.matrix.scene import Scene

pytest_plugins = ("tests.matrix.stage",)
WALKS, STEPS = 25, 15
ROUTES = {route.name: route for route in every_route()}


def test_every_thing_that_is_named_can_be_asked_for() -> None:
    """A link leads to each operation that takes the name of a thing, with a value for each of its parameters."""
    described = description()
    linked: dict[str, int] = {}
    for path in described["paths"].values():
        for operation in path.values():
            for answer in operation["responses"].values():
                for link in answer.get("links", {}).values():
                    told = described["components"]["links"][link["$ref"].rpartition("/")[2]]
                    assert set(told["parameters"]) == set(ROUTES[told["operationId"]].parameters)
                    linked[told["operationId"]] = linked.get(told["operationId"], 0) + 1
    wanted = {
        name
        for name, route in ROUTES.items()
        if route.parameters and all(one.endswith("_id") for one in route.parameters)
    }
    assert wanted <= linked.keys()


@pytest.mark.long
@pytest.mark.parametrize("who", ["alma", "boris", "operator"])
def test_whatever_is_asked_next_is_answered_as_described(scene: Scene, who: str) -> None:
    wrong: dict[tuple[str, str], str] = {}
    asked: dict[str, set[int]] = {}
    machine = _machine(scene, who, wrong, asked)
    machine.run(
        settings=settings(
            max_examples=WALKS,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
    )
    print(f"{who}: {len(asked)} operations, {sum(bool(one & {200, 201}) for one in asked.values())} with success")
    assert not wrong, "\n\n".join(wrong.values())
    assert len(asked) > 80


def _described(secret: str) -> Any:
    """The steps that there are, for whoever has this key."""
    # What is well-formed may still be refused for what it says: 422, as 409 is for the state that things are in.
    refused = ["2xx", "401", "403", "404", "409", "413", "415", "422", "429"]
    # NUL is in no text here, and no JSON Schema can say so.
    config = SchemathesisConfig.from_dict(
        {
            "checks": {"positive_data_acceptance": {"expected-statuses": refused}},
            "generation": {"allow-x00": False},
        }
    )
    described = schemathesis.openapi.from_dict(_as_sent(description()), config=config)
    described.app = WSGIHandler()

    @described.auth(refresh_interval=None)
    class Key:
        """Whose walk it is."""

        def get(self, *_about: Any) -> str:
            return f"Bearer {secret}"

        def set(self, case: Any, data: str, *_about: Any) -> None:
            case.headers["Authorization"] = data

    machine = described.as_state_machine()
    for label in machine._root_labels:
        if "{" in label:
            # Nobody begins with a name that they made up.
            delattr(machine, normalize_name(f"RANDOM -> {label}"))
    return machine


def _machine(scene: Scene, who: str, wrong: dict[tuple[str, str], str], asked: dict[str, set[int]]) -> Any:
    machine = _described(scene.keys[who])

    class Walk(machine):  # type: ignore[misc, valid-type]
        """One walk, in a transaction that is taken back."""

        def setup(self) -> None:
            # A server closes its connection after a request; the walk goes on in its transaction.
            request_started.disconnect(close_old_connections)
            request_finished.disconnect(close_old_connections)
            self.numbers = count(1)
            self.whole = transaction.atomic()
            self.whole.__enter__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.whole.__exit__(None, None, None)
            request_started.connect(close_old_connections)
            request_finished.connect(close_old_connections)

        def before_call(self, case: Any) -> None:
            number = next(self.numbers)
            row = TABLE.get(_name(case))
            if case.meta.generation.mode.is_positive:
                if "Idempotency-Key" in case.headers:
                    case.headers["Idempotency-Key"] = f"step-{number}"
                if row is not None and row.raw is None and number % 2 and isinstance(case.body, dict):
                    case.body = row.document(scene) or {}

        def validate_response(self, response: Any, case: Any, *more: Any, **kwargs: Any) -> None:
            name = _name(case)
            asked.setdefault(name, set()).add(response.status_code)
            if response.status_code < 400:
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
            try:
                super().validate_response(response, case, *more, **kwargs)
            except BaseExceptionGroup as group:
                # Told at the end, so that a walk goes on as it would have.
                for failure in group.exceptions:
                    if isinstance(failure, EnsureResourceAvailability) and _in_the_body(response, name):
                        continue
                    told = f"{name}: {failure}\n{case.as_curl_command()}\n{response.text[:500]}"
                    wrong.setdefault((name, type(failure).__name__), told)

    return Walk


def _in_the_body(response: Any, name: str) -> bool:
    """Whether what is not there was named by the body, which is made up, and not by the path, which was answered."""
    field = response.json().get("field")
    return field is not None and field not in ROUTES[name].parameters


def _name(case: Any) -> str:
    return str(case.operation.definition.raw.get("operationId"))


def _as_sent(described: dict[str, Any]) -> dict[str, Any]:
    """The description as a program reads it."""
    found: dict[str, Any] = json.loads(json.dumps(described))
    return found
