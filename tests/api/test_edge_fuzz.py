"""Whatever the API's own description lets somebody make up, the answer is described too and never a fault of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from holdfast.database.connection import Access
from tests.parties.cast import Cast, assemble

CONFORM = [content_type_conformance, response_schema_conformance, status_code_conformance]
EXAMPLES = 40


@pytest.fixture
def cast(own_database: Access, django_db_blocker: Any) -> Iterator[Cast]:
    """Real connections: a web server closes its own after each request."""
    with django_db_blocker.unblock():
        yield assemble()
        connections.close_all()


@pytest.mark.long
def test_nothing_made_up_breaks_it(cast: Cast) -> None:
    described = schemathesis.openapi.from_dict(Client().get("/v1/openapi.json").json())
    described.app = WSGIHandler()
    headers = {"Authorization": f"Bearer {cast.operator_secret}"}
    broken: list[str] = []
    for found in described.get_all_operations():
        for mode in GenerationMode:
            wrong = _try(found.ok(), mode, headers)
            if wrong is not None:
                broken.append(wrong)
    assert not broken, "\n\n".join(broken)


def _try(operation: Any, mode: GenerationMode, headers: dict[str, str]) -> str | None:
    """What broke, or None: every operation is asked before anything is told."""

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    def holds(case: schemathesis.Case) -> None:
        response = case.call(headers=headers)
        assert response.status_code < 500, case.as_curl_command()
        case.validate_response(response, checks=CONFORM)

    try:
        holds()
    except Unsatisfiable:
        return None
    except Exception as error:  # noqa: BLE001  (told with all the others)
        return f"{operation.label}, {mode.value}: {error}"
    return None
