"""One migrated database for the whole run, cloned for each worker and for each test that needs its own.

It knows servers, clones and markers. What a marketplace looks like is in `tests/world.py`.
"""

from __future__ import annotations

import gc
import os
import shutil
import threading
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import psycopg
import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.db import connections
from django.utils import translation
from psycopg import sql

from holdfast.database.cluster import PORT, SUPERUSER, Cluster
from holdfast.database.connection import DATABASE, Access, bring_up
from holdfast.database.home import Home

if TYPE_CHECKING:
    from tests.world import World

TEMPLATE = "holdfast_template"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# What lands is decided by the same examples each time; developers' machines go on looking for new ones. How long an
# example takes is no promise of the code.
hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.register_profile("ci", derandomize=True, database=None, deadline=None)
hypothesis.settings.load_profile("here")
if os.environ.get("CI", "").lower() in {"1", "true"}:
    hypothesis.settings.load_profile("ci")


# Half a million objects of Django, the API's description and the tests stay until the end. Looking through them again
# and again for garbage took a fifth of the time: it is looked for more rarely, and never among what was there before.
gc.set_threshold(20_000, 10, 20)


def pytest_collection_finish() -> None:
    """What was read in to begin with is no garbage."""
    gc.collect()
    gc.freeze()


def pytest_configure(config: pytest.Config) -> None:
    """Under xdist the controller starts the server, since it is the one that outlives every worker."""
    if not hasattr(config, "workerinput") and getattr(config.option, "numprocesses", None):
        _start(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Whoever started the run stops its server; the home goes with the process (`tests/settings.py`)."""
    server: Cluster | None = getattr(config, "holdfast_server", None)
    if server is not None:
        server.stop()


def _start(config: pytest.Config) -> None:
    if settings.DATABASE_ACCESS.is_embedded:
        server, started = bring_up(home=settings.HOME, throwaway=True)
        config.holdfast_server = server if started else None  # type: ignore[attr-defined]


def administrator() -> psycopg.Connection[Any]:
    """A connection that may make and drop databases: the superuser of our own server, or the owner of a given one."""
    access: Access = settings.DATABASE_ACCESS.owner
    if settings.DATABASE_ACCESS.is_embedded:
        home: Home = settings.HOME
        password = home.secrets().superuser_password
        return psycopg.connect(
            host=access.host, port=PORT, user=SUPERUSER, password=password, dbname="postgres", autocommit=True
        )
    return psycopg.connect(**{**access.for_psycopg(), "dbname": "postgres"}, autocommit=True)


def _make(name: str, template: str) -> None:
    with administrator() as connection:
        # Copied as files: three times as fast as by way of the log, and nobody is to restore these.
        statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY file_copy")
        owner = settings.DATABASE_ACCESS.owner.user
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(owner), sql.Identifier(template)))


def _drop(name: str) -> None:
    with administrator() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _point_at(*, name: str, access: Access) -> None:
    """Send Django's connections, of this thread and of every later one, to another database or role."""
    connections.close_all()
    for entry in (connections.settings["default"], connections["default"].settings_dict):
        entry.update({"NAME": name, "USER": access.user, "PASSWORD": access.password})


def _migrate_template(name: str) -> None:
    """Once a run, by whichever worker comes first."""
    from holdfast.database.migrating import migrate

    ready = Path(settings.HOME.folder) / f"{name}.ready"
    with settings.HOME.lock(name="template", wait=True):
        if ready.exists():
            return
        _drop(name)
        _make(name, "template0")
        _point_at(name=name, access=settings.DATABASE_ACCESS.owner)
        migrate(verbosity=0)
        connections.close_all()
        ready.touch()


@pytest.fixture(autouse=True)
def examples_are_what_is_recorded(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that is named for kinds of event records them like their examples (`tests/webhooks/met.py`)."""
    from tests.webhooks.met import held

    with held(request.node.nodeid):
        yield


@pytest.fixture(scope="session", autouse=True)
def every_refusal_is_listed() -> Iterator[None]:
    """Whatever a test asks of the API through Django's client: no refusal that its description does not list."""
    from django.test import Client

    from tests.matrix.listed import unlisted

    ask = Client.request

    def asked(client: Client, **request: Any) -> Any:
        response = ask(client, **request)
        told = unlisted(response)
        assert told is None, told
        return response

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Client, "request", asked)
        yield


@pytest.fixture(scope="session")
def template_database(request: pytest.FixtureRequest, django_db_blocker: Any) -> str:
    """The name of the migrated database that all others are copies of; nobody connects to it."""
    if not hasattr(request.config, "workerinput"):
        _start(request.config)
    name = TEMPLATE if settings.DATABASE_ACCESS.is_embedded else f"{TEMPLATE}_{_run()}"
    with django_db_blocker.unblock():
        _migrate_template(name)
    return name


@pytest.fixture(scope="session")
def django_db_setup(template_database: str, django_db_blocker: Any, request: pytest.FixtureRequest) -> Iterator[None]:
    """This worker's own copy, connected to as the application: guards and grants are tested as they are."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    name = f"{DATABASE}_{_run()}_{worker}"
    with django_db_blocker.unblock():
        _make(name, template_database)
        _point_at(name=name, access=settings.DATABASE_ACCESS.application)
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        _drop(name)
        if not settings.DATABASE_ACCESS.is_embedded and worker == "main":
            _drop(template_database)


def _run() -> str:
    return Path(os.environ["HOLDFAST_TEST_HOME"]).name.rpartition("-")[2].lower()


@pytest.fixture
def own_database(request: pytest.FixtureRequest, template_database: str, django_db_blocker: Any) -> Iterator[Access]:
    """A copy of the database for one test: real transactions on as many connections as it likes.

    Asked for by the marker `own_database`; the value says how to connect to it as the application.
    """
    request.getfixturevalue("django_db_setup")
    before = connections["default"].settings_dict["NAME"]
    name = f"{DATABASE}_own_{uuid.uuid4().hex[:12]}"
    application: Access = settings.DATABASE_ACCESS.application
    with django_db_blocker.unblock():
        _make(name, template_database)
        _point_at(name=name, access=application)
        try:
            yield replace(application, name=name)
        finally:
            _point_at(name=before, access=application)
            _drop(name)


@pytest.fixture(autouse=True)
def _in_no_language() -> None:
    """A page that a test before was shown in its reader's language leaves none behind."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def _own_database_by_marker(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("own_database") is not None:
        request.getfixturevalue("own_database")


# --- what a machine may lack ---------------------------------------------------------------------------------------


def lacking(reason: str) -> None:
    """Skip with a reason on a developer's machine; where CI says that everything must be there, fail."""
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(f"CI must have it: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium; nothing is downloaded."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if found is None:
        lacking("BROWSER TESTS NOT RUN: no Chromium on PATH (apt-get install chromium)")
    # Playwright keeps an event loop in the thread of the tests, which then may not use the database without this.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return {"executable_path": found, "args": CHROMIUM_OPTIONS}


@pytest.fixture
def site(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of the whole product, served from a database of the test's own: for browsers and real clients."""
    request.getfixturevalue("own_database")
    server = ThreadedWSGIServer(("127.0.0.1", 0), _QuietHandler)
    server.daemon_threads = False
    server.set_app(WSGIHandler())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Requests of a test are not worth a line each."""


# --- a marketplace ---------------------------------------------------------------------------------------------------


@pytest.fixture
def world(db: None) -> World:
    """A founded sandbox with its cast (`tests/world.py`)."""
    from tests.world import World

    return World()
