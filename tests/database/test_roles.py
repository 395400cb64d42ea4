"""The application's role: it uses every table, owns none, and cannot rewrite what is written once."""

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from holdfast.database.connection import Access
from holdfast.database.migrating import append_only_tables

pytestmark = pytest.mark.database
COLUMNS = {model._meta.db_table: model._meta.fields[0].column for model in apps.get_models()}


@pytest.mark.django_db
def test_tests_run_as_the_application() -> None:
    """Otherwise every other test would prove less than it says."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls"
            " FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (settings.DATABASE_ACCESS.application.user, False, False, False, False)


@pytest.mark.django_db
def test_what_is_written_once_cannot_be_changed_by_the_application() -> None:
    """UPDATE, DELETE and TRUNCATE are refused by grant, on every table that declares itself written once."""
    for table in append_only_tables():
        column = COLUMNS[table]
        for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}", f"TRUNCATE {table}"):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                connection.cursor().execute(statement)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE anything (id int)",
        "DROP TABLE django_session",
        "ALTER TABLE django_session DISABLE TRIGGER ALL",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'y', now())",
        "SET ROLE holdfast_owner",
    ],
)
def test_the_application_may_not_change_the_schema(statement: str) -> None:
    """Whoever takes the application over gets its data rights and no more."""
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic():
        connection.cursor().execute(statement)


@pytest.mark.own_database
def test_an_own_database_is_a_full_copy_with_real_commits(own_database: Access) -> None:
    """A second connection sees what the first has committed."""
    with psycopg.connect(**own_database.for_psycopg()) as first:
        first.execute("INSERT INTO django_session VALUES ('key', 'data', now())")
    with psycopg.connect(**own_database.for_psycopg()) as second:
        found = second.execute("SELECT session_data FROM django_session").fetchall()
    assert found == [("data",)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")
        assert cursor.fetchone() == (1,)
