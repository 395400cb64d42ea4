"""Django's backend for PostgreSQL, with fewer ways to the server and back.

It knows sockets and psycopg's pipeline. Django asks the server with a statement of its own before the first query of
every request whether it is still there: here the operating system is asked. And what a transaction ends with is sent
together with its COMMIT.
"""

from __future__ import annotations

import select
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import psycopg
from django.db import DatabaseError
from django.db.backends.postgresql import base
from django.db.backends.utils import CursorWrapper, debug_transaction


class _Sending:
    """A cursor before whose statements goes what was kept for the end."""

    def _execute_with_wrappers(self, *arguments: Any, **named: Any) -> Any:
        self.db.send_kept()  # type: ignore[attr-defined]
        return super()._execute_with_wrappers(*arguments, **named)  # type: ignore[misc]


class _Cursor(_Sending, CursorWrapper):
    pass


class _DebugCursor(_Sending, base.CursorDebugWrapper):
    pass


@lru_cache(256)
def _numbered(sql: str) -> str:
    """The statement with `$1`, `$2`, … in the place of each `%s`."""
    first, *others = sql.split("%s")
    return first + "".join(f"${number}{part}" for number, part in enumerate(others, start=1))


class _Numbering(psycopg.RawCursor[Any]):
    """A cursor for statements of many parameters, the places of which psycopg would look for anew each time."""

    def execute(self, query: Any, params: Any = None, **named: Any) -> Any:
        return super().execute(_numbered(query), params, **named)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection of a thread, kept from request to request."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._kept: tuple[str, Sequence[Any]] | None = None

    def is_usable(self) -> bool:
        """False when the server has gone. After a failed statement it is asked itself.

        A server that ends closes its sockets, and the end of a stream can be read. Between two requests nothing else
        comes from a server that was asked nothing, so whatever can be read means: not this connection any more.
        """
        if self.connection is None or self.connection.closed:
            return False
        if self.errors_occurred:
            return bool(super().is_usable())
        waiting = select.poll()
        waiting.register(self.connection.fileno(), select.POLLIN)
        return not waiting.poll(0)

    def end_with(self, sql: str, parameters: Sequence[Any]) -> None:
        """Keep a statement whose answer nobody waits for until COMMIT, and send both in one way to the server. Every
        `%s` in it is the place of a parameter.

        Any statement before that sends it first, so that nobody ever sees the database without it; what undoes it
        forgets it. What the statement itself raises comes from there: where it must be caught, that is around the
        transaction. Outside a transaction it is carried out at once.
        """
        if self.in_atomic_block:
            self.send_kept()
            self._kept = (sql, parameters)
        else:
            with self._numbering() as cursor:
                cursor.execute(sql, parameters)

    def send_kept(self) -> None:
        """Send what was kept for the end now: it is not the end yet."""
        if self._kept is not None:
            (sql, parameters), self._kept = self._kept, None
            with self._numbering() as cursor:
                cursor.execute(sql, parameters)

    def _numbering(self) -> Any:
        """A cursor for what ends a transaction."""
        self.ensure_connection()
        with self.wrap_database_errors:
            return self._prepare_cursor(_Numbering(self.connection))  # type: ignore[attr-defined]

    def make_cursor(self, cursor: Any) -> _Cursor:
        """A cursor as Django has them."""
        return _Cursor(cursor, self)

    def make_debug_cursor(self, cursor: Any) -> _DebugCursor:
        """The same where statements are logged."""
        return _DebugCursor(cursor, self)

    def _cursor(self, name: str | None = None) -> Any:
        self.send_kept()
        return super()._cursor(name)  # type: ignore[misc]

    def _commit(self) -> None:
        if self._kept is None:
            super()._commit()  # type: ignore[misc]
            return
        (sql, parameters), self._kept = self._kept, None
        try:
            with self._numbering() as cursor, self.wrap_database_errors, self.connection.pipeline():
                cursor.execute(sql, parameters)
                with debug_transaction(self, "COMMIT"):
                    self.connection.execute("COMMIT")
        except DatabaseError:
            raise
        except BaseException:
            # What could not even be sent: Django undoes a transaction whose COMMIT the database refuses, and would
            # leave this one open, with all its locks.
            self.rollback()
            raise

    def _rollback(self) -> None:
        self._kept = None
        super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        # A savepoint is a statement: what is kept now came after it.
        self._kept = None
        super()._savepoint_rollback(sid)  # type: ignore[misc]

    def _close(self) -> None:
        self._kept = None
        super()._close()  # type: ignore[misc]
