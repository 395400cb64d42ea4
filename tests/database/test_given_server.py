"""A server that somebody else runs, named by address: its owner migrates, the application gets its role and rights."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings

from holdfast.database.connection import from_url
from tests.conftest import administrator

pytestmark = [
    pytest.mark.database,
    pytest.mark.skipif(not settings.DATABASE_ACCESS.is_embedded, reason="a given server's roles are not ours to make"),
]
# Of this process alone: others of the same run may be at it on the same server.
NAME = f"given_{os.getpid()}"
OWNER, APPLICATION = f"{NAME}_owner", f"{NAME}_app"


def _address(user: str) -> str:
    access = settings.DATABASE_ACCESS.owner
    return f"postgresql://{user}:secret@{quote(access.host, safe='')}:{access.port}/{NAME}"


def _migrate(home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HOLDFAST", "DJANGO"))}
    return subprocess.run(
        [sys.executable, "-m", "holdfast", "migrate"],
        env={**kept, "HOLDFAST_HOME": str(home), **environment},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def given(template_database: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A server with a database and its owner, who may make no role; template_database is asked for to be up."""
    assert template_database
    with administrator() as connection:
        connection.execute(f"CREATE ROLE {OWNER} LOGIN PASSWORD 'secret'")
        connection.execute(f"CREATE DATABASE {NAME} OWNER {OWNER}")
        try:
            yield connection
        finally:
            connection.execute(f"DROP DATABASE {NAME} WITH (FORCE)")
            connection.execute(f"DROP ROLE IF EXISTS {OWNER}, {APPLICATION}")


def test_two_addresses_keep_migrating_and_using_apart(
    given: psycopg.Connection[tuple[object, ...]], tmp_path: Path
) -> None:
    both = {"DATABASE_URL": _address(APPLICATION), "DATABASE_OWNER_URL": _address(OWNER)}
    refused = _migrate(tmp_path, **both)
    assert refused.returncode == 1
    assert "may not create roles" in refused.stderr

    given.execute(f"ALTER ROLE {OWNER} CREATEROLE")
    assert _migrate(tmp_path, **both).returncode == 0
    with psycopg.connect(**from_url(both["DATABASE_URL"]).for_psycopg()) as application:
        application.execute("INSERT INTO django_session VALUES ('key', 'data', now())")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("CREATE TABLE anything (id int)")


def test_one_address_works_and_says_what_it_costs(
    given: psycopg.Connection[tuple[object, ...]], tmp_path: Path
) -> None:
    assert given
    done = _migrate(tmp_path, DATABASE_URL=_address(OWNER))
    assert done.returncode == 0, done.stderr
    assert "DATABASE_OWNER_URL" in done.stdout


def test_an_address_may_name_several_hosts() -> None:
    access = from_url("postgresql://app:p%40ss@one:5432,two:5433/trade?target_session_attrs=read-write")
    assert (access.host, access.port, access.name, access.password) == ("one,two", "5432,5433", "trade", "p@ss")
    assert access.options == {"target_session_attrs": "read-write"}


def test_only_postgresql_is_spoken() -> None:
    with pytest.raises(ValueError, match="PostgreSQL only"):
        from_url("mysql://somewhere/trade")
