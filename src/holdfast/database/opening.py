"""The first statement of a transaction, sent in one round trip with the BEGIN before it.

It knows psycopg's pipeline. It refuses to know what is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from psycopg.pq import TransactionStatus


def ask(sql: str, parameters: Sequence[Any]) -> list[Any]:
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
