"""A statement sent together with its BEGIN is inside that transaction: kept, taken back or refused with it."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from holdfast.database import opening
from holdfast.database.connection import Access

pytestmark = [pytest.mark.own_database, pytest.mark.database]
ADD = "INSERT INTO django_session VALUES (%s, '', now()) RETURNING session_key"


@pytest.fixture
def other(own_database: Access, django_db_blocker: Any) -> Iterator[psycopg.Connection]:
    """Somebody else's connection, which sees only what was committed."""
    with django_db_blocker.unblock(), psycopg.connect(**own_database.for_psycopg(), autocommit=True) as found:
        yield found
        connection.close()


def kept(other: psycopg.Connection) -> list[str]:
    return [key for (key,) in other.execute("SELECT session_key FROM django_session ORDER BY 1")]


def test_what_it_writes_is_seen_by_others_only_after_the_commit(other: psycopg.Connection) -> None:
    with transaction.atomic():
        assert opening.ask(ADD, ["first"]) == ["first"]
        assert opening.ask(ADD, ["second"]) == ["second"]
        assert kept(other) == []
    assert kept(other) == ["first", "second"]


def test_what_it_writes_is_taken_back_with_the_transaction(other: psycopg.Connection) -> None:
    with suppress(KeyError), transaction.atomic():
        opening.ask(ADD, ["first"])
        raise KeyError
    assert kept(other) == []
    with transaction.atomic():
        opening.ask(ADD, ["after"])
    assert kept(other) == ["after"]


def test_a_refused_statement_ends_the_transaction_and_leaves_the_connection_whole(other: psycopg.Connection) -> None:
    with transaction.atomic():
        opening.ask(ADD, ["first"])
    with pytest.raises(IntegrityError), transaction.atomic():
        opening.ask(ADD, ["first"])
    with transaction.atomic():
        with pytest.raises(IntegrityError):
            opening.ask(ADD, ["first"])
        with pytest.raises(DatabaseError, match="aborted"):
            opening.ask(ADD, ["never"])
    assert kept(other) == ["first"]
    assert opening.ask("SELECT 1 WHERE %s", [True]) == [1]


def test_a_savepoint_inside_it_is_taken_back_alone(other: psycopg.Connection) -> None:
    with transaction.atomic():
        opening.ask(ADD, ["first"])
        with pytest.raises(IntegrityError), transaction.atomic():
            opening.ask(ADD, ["first"])
        opening.ask(ADD, ["second"])
    assert kept(other) == ["first", "second"]


def test_a_server_that_has_gone_is_djangos_own_error(other: psycopg.Connection) -> None:
    (backend,) = opening.ask("SELECT pg_backend_pid() WHERE %s", [True])
    other.execute("SELECT pg_terminate_backend(%s)", [backend])
    with pytest.raises(DatabaseError), transaction.atomic():
        opening.ask(ADD, ["lost"])
    connection.close()
    with transaction.atomic():
        opening.ask(ADD, ["again"])
    assert kept(other) == ["again"]
