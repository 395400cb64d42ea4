"""The examples of the catalogue are events that really happened, wherever the scene, a request of each route, or the
months after it bring one; with WRITE_EXAMPLES=1 they are written anew. What none of these brings stays composed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from holdfast import jobs
from holdfast.record.models import Event
from holdfast.webhooks import catalogue
from tests.api.test_examples import ROUTES, played
from tests.matrix.scene import Scene
from tests.webhooks.met import ELSEWHERE, KEPT, Met, elsewhere, is_like, listening, written

pytest_plugins = ("tests.matrix.stage",)
pytestmark = [pytest.mark.long]
AFTER = timedelta(days=150)
"""So long after the scene its deadlines have come."""


@pytest.fixture(scope="module")
def met(scene: Scene) -> dict[str, list[Met]]:
    """Every event, by its kind: of the scene, of each route's example, and of what the clock does afterwards."""
    found: dict[str, list[Met]] = {}

    def note(name: str, chain: str, about: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        found.setdefault(name, []).append(Met(name, chain, about, data))

    for row in Event.objects.order_by("recorded_xid", "seq"):
        note(row.name, row.chain_kind, row.payload["about"], row.payload["data"])
    with listening(note):
        for route in ROUTES.values():
            played(scene, route)
        with transaction.atomic():
            jobs.advance_to(start=scene.world.now, until=scene.world.now + AFTER)
            transaction.set_rollback(True)
    return found


def test_each_example_is_an_event_that_was_recorded_like_it(met: dict[str, list[Met]]) -> None:
    kept: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8"))
    assert set(met) <= set(kept)
    if os.environ.get("WRITE_EXAMPLES"):
        for name, events in met.items():
            if not is_like(kept[name], events):
                kept[name] = written(events, kept[name]["says"])
        KEPT.write_text(json.dumps(kept, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
        left = {name: elsewhere().get(name, "") for name in sorted(set(kept) - set(met))}
        ELSEWHERE.write_text(json.dumps(left, indent=1) + "\n", encoding="utf-8")
        catalogue.kinds.cache_clear()
        elsewhere.cache_clear()
    unlike = [name for name, events in met.items() if not is_like(kept[name], events)]
    assert not unlike, f"WRITE_EXAMPLES=1 writes them: {unlike}"


def test_what_is_not_met_here_is_known_with_where_it_is_met(met: dict[str, list[Met]]) -> None:
    assert set(elsewhere()) == {one.name for one in catalogue.kinds()} - set(met)
