"""The scene, set up once for all tests of a module in a database of its own, with its clock stopped."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from holdfast.database.connection import DATABASE, Access
from holdfast.kernel import clock
from tests import conftest
from tests.matrix.knocking import Door
from tests.matrix.scene import Scene, build


@pytest.fixture(scope="module")
def scene(django_db_setup: None, template_database: str, django_db_blocker: Any) -> Iterator[Scene]:
    """A clone of the template with the scene in it; everything asked of it is rolled back at the end."""
    application: Access = settings.DATABASE_ACCESS.application
    before = connections["default"].settings_dict["NAME"]
    name = f"{DATABASE}_stage_{uuid.uuid4().hex[:12]}"
    patch = pytest.MonkeyPatch()
    with django_db_blocker.unblock():
        conftest._make(name, template_database)
        conftest._point_at(name=name, access=application)
        try:
            built = build()
            patch.setattr(clock, "read", lambda **_: built.world.now)
            _note_every_use(built)
            yield built
        finally:
            patch.undo()
            conftest._point_at(name=before, access=application)
            conftest._drop(name)


def _note_every_use(scene: Scene) -> None:
    """When a key was last used is written every few minutes; nothing that is looked at here shall be that."""
    for secret in scene.keys.values():
        Door().knock("GET", "/v1/me", secret=secret)
