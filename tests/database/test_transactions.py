"""A statement sent with its BEGIN or its COMMIT is inside that transaction: kept, taken back or refused with it."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError, IntegrityError, connection, transaction
from psycopg.types.json import Jsonb

from holdfast.database import transactions
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
        assert transactions.open_with(ADD, ["first"]) == ["first"]
        assert transactions.open_with(ADD, ["second"]) == ["second"]
        assert kept(other) == []
    assert kept(other) == ["first", "second"]


def test_what_it_writes_is_taken_back_with_the_transaction(other: psycopg.Connection) -> None:
    with suppress(KeyError), transaction.atomic():
        transactions.open_with(ADD, ["first"])
        raise KeyError
    assert kept(other) == []
    with transaction.atomic():
        transactions.open_with(ADD, ["after"])
    assert kept(other) == ["after"]


def test_a_refused_statement_ends_the_transaction_and_leaves_the_connection_whole(other: psycopg.Connection) -> None:
    with transaction.atomic():
        transactions.open_with(ADD, ["first"])
    with pytest.raises(IntegrityError), transaction.atomic():
        transactions.open_with(ADD, ["first"])
    with transaction.atomic():
        with pytest.raises(IntegrityError):
            transactions.open_with(ADD, ["first"])
        with pytest.raises(DatabaseError, match="aborted"):
            transactions.open_with(ADD, ["never"])
    assert kept(other) == ["first"]
    assert transactions.open_with("SELECT 1 WHERE %s", [True]) == [1]


def test_a_savepoint_inside_it_is_taken_back_alone(other: psycopg.Connection) -> None:
    with transaction.atomic():
        transactions.open_with(ADD, ["first"])
        with pytest.raises(IntegrityError), transaction.atomic():
            transactions.open_with(ADD, ["first"])
        transactions.open_with(ADD, ["second"])
    assert kept(other) == ["first", "second"]


def test_a_server_that_has_gone_is_djangos_own_error(other: psycopg.Connection) -> None:
    (backend,) = transactions.open_with("SELECT pg_backend_pid() WHERE %s", [True])
    other.execute("SELECT pg_terminate_backend(%s)", [backend])
    with pytest.raises(DatabaseError), transaction.atomic():
        transactions.open_with(ADD, ["lost"])
    connection.close()
    with transaction.atomic():
        transactions.open_with(ADD, ["again"])
    assert kept(other) == ["again"]


def test_the_last_statement_is_committed_with_the_transaction(other: psycopg.Connection) -> None:
    with transaction.atomic():
        transactions.open_with(ADD, ["first"])
        transactions.end_with(ADD, ["second"])
        assert kept(other) == []
    assert kept(other) == ["first", "second"]
    with transaction.atomic():
        transactions.end_with(ADD, ["third"])
    assert kept(other) == ["first", "second", "third"]
    transactions.end_with(ADD, ["without a transaction"])
    assert "without a transaction" in kept(other)


def test_whatever_is_asked_after_the_last_statement_sees_what_it_wrote(other: psycopg.Connection) -> None:
    asks = [
        Session.objects.count,
        lambda: len(list(Session.objects.iterator())),
        lambda: transactions.open_with("SELECT count(*)::integer FROM django_session WHERE %s", [True])[0],
    ]
    with transaction.atomic(), connection.cursor() as earlier:
        for number, ask in enumerate(asks):
            transactions.end_with(ADD, [f"kept {number}"])
            assert ask() == number + 1
        transactions.end_with(ADD, ["kept last"])
        earlier.execute("SELECT count(*) FROM django_session")
        assert earlier.fetchone() == (4,)
        transactions.end_with(ADD, ["one more"])
        transactions.end_with(ADD, ["and one"])
    assert len(kept(other)) == 6


def together(first: str, *last: Any, hook: Callable[[], None] = lambda: None) -> None:
    """A transaction that begins with one row and ends with a statement and its parameters."""
    with transaction.atomic():
        transactions.open_with(ADD, [first])
        transaction.on_commit(hook)
        transactions.end_with(last[0], last[1:])


def test_a_refused_last_statement_is_djangos_own_error_and_nothing_is_kept(other: psycopg.Connection) -> None:
    transactions.end_with(ADD, ["first"])
    hooks: list[str] = []
    with pytest.raises(IntegrityError, match="django_session_pkey") as refused:
        together("second", ADD, "first", hook=lambda: hooks.append("told"))
    cause = refused.value.__cause__
    assert isinstance(cause, psycopg.errors.UniqueViolation)
    assert cause.diag.constraint_name == "django_session_pkey"
    assert (kept(other), hooks) == (["first"], [])
    together("second", ADD, "third", hook=lambda: hooks.append("told"))
    assert (kept(other), hooks) == (["first", "second", "third"], ["told"])


def test_what_a_commit_itself_refuses_is_raised_and_nothing_is_kept(other: psycopg.Connection) -> None:
    nobodys = 'INSERT INTO account_emailaddress (email, verified, "primary", user_id) VALUES (%s, false, false, %s)'
    with pytest.raises(IntegrityError, match="user_id"):
        together("first", nobodys, "nobody@example.com", uuid4())
    assert kept(other) == []
    together("first", ADD, "second")
    assert kept(other) == ["first", "second"]


def test_what_is_taken_back_takes_the_last_statement_with_it(other: psycopg.Connection) -> None:
    with suppress(KeyError), transaction.atomic():
        transactions.end_with(ADD, ["first"])
        raise KeyError
    with transaction.atomic():
        with suppress(KeyError), transaction.atomic():
            transactions.end_with(ADD, ["second"])
            raise KeyError
        with transaction.atomic():
            transactions.end_with(ADD, ["third"])
        with pytest.raises(IntegrityError), transaction.atomic():
            transactions.end_with(ADD, ["third"])
    assert kept(other) == ["third"]


def test_a_server_that_has_gone_keeps_no_last_statement(other: psycopg.Connection) -> None:
    with pytest.raises(DatabaseError):
        together("lost", "SELECT pg_terminate_backend(pg_backend_pid()) WHERE %s", True)
    connection.close()
    together("again", ADD, "and more")
    assert kept(other) == ["again", "and more"]


def test_a_document_that_cannot_be_written_down_ends_the_transaction_and_leaves_the_connection_whole(
    other: psycopg.Connection,
) -> None:
    with pytest.raises(TypeError, match="serializable"):
        together("first", "SELECT %s::jsonb", Jsonb({"day": object()}))
    assert connection.get_autocommit()
    assert kept(other) == []
    with transaction.atomic():
        transactions.open_with(ADD, ["after"])
    assert kept(other) == ["after"]
