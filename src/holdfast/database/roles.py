"""The two roles: the owner migrates and owns the schema, the application reads and adds.

It knows roles, databases and grants. Which tables may only be added to is given to it; it refuses to guess.
"""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import Connection, connect, sql
from psycopg.rows import TupleRow

OWNER = "holdfast_owner"
APPLICATION = "holdfast_app"
SCHEMA = "public"
# The application looks and the owner writes: which migrations ran, and the ledger, whose one door runs as the owner.
READ_ONLY_TABLES = (
    "django_migrations",
    "ledger_account",
    "ledger_transfer",
    "ledger_entry",
    "ledger_calendar",
    "ledger_checkpoint",
)
# Rooms whose rows are never deleted: what was agreed, paid, shipped, said. Answers alone are forgotten in time.
_KEPT = (
    r"^(contracts|orders|rails|fulfilment|inspection|claims|record|notices|treasury)_"
    r"|^parties_(person|organisation|apikey|beneficiary)$"
)
_FORGOTTEN = ("record_answer",)
# The public half of a key is kept for ever; all that changes is until when it signs.
_SIGNING_KEY = "record_signing_key"
_ALL_WRITING = sql.SQL("INSERT, UPDATE, DELETE")


class RoleMissing(Exception):
    """The application's role does not exist and the owner may not make it."""


def ensure_role(*, connection: Connection[TupleRow], role: str, password: str) -> None:
    """Make the role if it is missing and give it this password; it may connect and nothing else."""
    with connection.transaction():
        # Two processes that start at once would both see the role missing.
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('holdfast roles'))")
        exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        verb = sql.SQL("ALTER" if exists else "CREATE")
        connection.execute(
            sql.SQL("{} ROLE {} WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {}").format(
                verb, sql.Identifier(role), sql.Literal(password)
            )
        )


def ensure_database(*, connection: Connection[TupleRow], name: str, owner: str) -> None:
    """Make the database if it is missing. The connection must be in autocommit."""
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(owner)))
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))


def grant_application(*, connection: Connection[TupleRow], role: str, append_only: Sequence[str]) -> None:
    """Give the application what it needs and no more; run as the owner after every migration.

    One transaction: an application that is running meanwhile never sees itself without its rights.
    """
    name = sql.Identifier(role)
    schema = sql.Identifier(SCHEMA)
    with connection.transaction():
        statements = [
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(connection.info.dbname), name),
            sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, name),
            sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA {} FROM {}").format(schema, name),
            sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {} TO {}").format(schema, name),
            sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {} TO {}").format(schema, name),
            sql.SQL("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {} TO {}").format(schema, name),
            # A table of the next migration can be added to at once, and changed only after the next grant.
            sql.SQL("ALTER DEFAULT PRIVILEGES IN SCHEMA {} GRANT SELECT, INSERT ON TABLES TO {}").format(schema, name),
            sql.SQL("ALTER DEFAULT PRIVILEGES IN SCHEMA {} GRANT USAGE, SELECT ON SEQUENCES TO {}").format(
                schema, name
            ),
            sql.SQL("ALTER DEFAULT PRIVILEGES IN SCHEMA {} GRANT EXECUTE ON FUNCTIONS TO {}").format(schema, name),
        ]
        for statement in statements:
            connection.execute(statement)
        revoke = sql.SQL("REVOKE {} ON TABLE {} FROM {}")
        for verbs, tables in ((sql.SQL("UPDATE, DELETE"), append_only), (_ALL_WRITING, READ_ONLY_TABLES)):
            for table in _existing(connection, tables):
                connection.execute(revoke.format(verbs, sql.Identifier(SCHEMA, table), name))
        for table in _never_deleted(connection):
            connection.execute(revoke.format(sql.SQL("DELETE"), sql.Identifier(SCHEMA, table), name))
        for table in _existing(connection, [_SIGNING_KEY]):
            place = sql.Identifier(SCHEMA, table)
            connection.execute(revoke.format(sql.SQL("UPDATE"), place, name))
            connection.execute(sql.SQL("GRANT UPDATE (valid_until) ON TABLE {} TO {}").format(place, name))


def _never_deleted(connection: Connection[TupleRow]) -> list[str]:
    rows = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename ~ %s AND tablename <> ALL(%s)",
        [SCHEMA, _KEPT, list(_FORGOTTEN)],
    )
    return [row[0] for row in rows.fetchall()]


def _existing(connection: Connection[TupleRow], tables: Sequence[str]) -> list[str]:
    rows = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename = ANY(%s)", [SCHEMA, list(tables)]
    )
    return [row[0] for row in rows.fetchall()]


def prepare_server(
    *, host: str, port: int, superuser: str, password: str, database: str, owner_password: str, app_password: str
) -> None:
    """Make both roles and the database on a server of our own."""
    with connect(
        host=host, port=port, user=superuser, password=password, dbname="postgres", autocommit=True
    ) as connection:
        ensure_role(connection=connection, role=OWNER, password=owner_password)
        ensure_role(connection=connection, role=APPLICATION, password=app_password)
        ensure_database(connection=connection, name=database, owner=OWNER)
