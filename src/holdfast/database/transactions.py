"""The first and the last statement of a transaction, each in one way to the server with its BEGIN or COMMIT.

It knows psycopg's pipeline. It refuses to know what is asked and written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from psycopg.pq import TransactionStatus


def open_with(sql: str, parameters: Sequence[Any]) -> list[Any]:
    """The first column of what the statement answers; inside a transaction, which it may open.

    Where the transaction has begun already, nothing is added. Raises what any statement raises; the transaction then
    stands as after any other failed statement.
    """
    with connection.cursor() as cursor:
        wire = connection.connection
        if connection.in_atomic_block and wire.info.transaction_status == TransactionStatus.IDLE:
            # psycopg would send a BEGIN of its own and wait for the answer. COMMIT and ROLLBACK do not ask who began.
            wire.autocommit = True
            with connection.wrap_database_errors, wire.pipeline():
                wire.execute("BEGIN")
                cursor.execute(sql, parameters)
        else:
            cursor.execute(sql, parameters)
        return [row[0] for row in cursor.fetchall()]


def end_with(sql: str, parameters: Sequence[Any]) -> None:
    """Have a statement whose answer nobody waits for sent with the COMMIT, or before whatever is asked until then.

    Raises nothing itself: what the database refuses is raised where the statement is sent, at the end of the
    transaction or in it. See `postgres.base.DatabaseWrapper.end_with`.
    """
    connection.end_with(sql, parameters)  # type: ignore[attr-defined]
