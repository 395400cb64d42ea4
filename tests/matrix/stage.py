"""The scene, set up once for a whole run and cloned for each file of tests, with its clock stopped."""

from __future__ import annotations

import os
import pickle
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from holdfast.database.connection import DATABASE, Access
from holdfast.kernel import clock
from tests import conftest
from tests.matrix.knocking import Door
from tests.matrix.scene import Scene, build


@pytest.fixture(scope="session")
def scene_database(
    django_db_setup: None, template_database: str, django_db_blocker: Any
) -> Iterator[tuple[str, Scene]]:
    """The database with the scene in it, made by whichever worker comes first, and what stands where in it."""
    name = f"{DATABASE}_scene_{conftest._run()}"
    kept = Path(settings.HOME.folder) / f"{name}.pickle"
    with django_db_blocker.unblock(), settings.HOME.lock(name="scene", wait=True):
        if not kept.exists():
            conftest._make(name, template_database)
            built = _at(name, build)
            kept.write_bytes(pickle.dumps(built))
    # Written a moment ago by a worker of this very run.
    yield name, pickle.loads(kept.read_bytes())  # noqa: S301
    if not settings.DATABASE_ACCESS.is_embedded and "PYTEST_XDIST_WORKER" not in os.environ:
        with django_db_blocker.unblock():
            conftest._drop(name)


def _at(name: str, make: Any) -> Any:
    """Something made in a database; nobody is connected to it afterwards, so that it can be cloned."""
    before = connections["default"].settings_dict["NAME"]
    application: Access = settings.DATABASE_ACCESS.application
    conftest._point_at(name=name, access=application)
    try:
        return make()
    finally:
        conftest._point_at(name=before, access=application)


@pytest.fixture(scope="module")
def scene(scene_database: tuple[str, Scene], django_db_blocker: Any) -> Iterator[Scene]:
    """A clone of it. What is refused must leave it as it is, and what succeeds is taken back."""
    template, built = scene_database
    application: Access = settings.DATABASE_ACCESS.application
    before = connections["default"].settings_dict["NAME"]
    name = f"{DATABASE}_stage_{uuid.uuid4().hex[:12]}"
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patched:
        with settings.HOME.lock(name="scene", wait=True):
            conftest._make(name, template)
        conftest._point_at(name=name, access=application)
        try:
            patched.setattr(clock, "read", lambda **_: built.world.now)
            _note_every_use(built)
            yield built
        finally:
            conftest._point_at(name=before, access=application)
            conftest._drop(name)


def _note_every_use(scene: Scene) -> None:
    """When a key was last used is written every few minutes; nothing that is looked at here shall be that."""
    for secret in scene.keys.values():
        Door().knock("GET", "/v1/me", secret=secret)
