"""The one who holds the schema: no guard stops this role, so the audit must find what it does."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings

from holdfast.database.connection import Access


@contextmanager
def as_owner(database: Access) -> Iterator[psycopg.Connection[Any]]:
    """The owner's connection to a test's own database, committed at the end."""
    place = {**settings.DATABASE_ACCESS.owner.for_psycopg(), "dbname": database.name}
    with psycopg.connect(**place) as connection:
        yield connection
