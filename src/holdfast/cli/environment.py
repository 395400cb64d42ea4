"""What commands need around them: Django set up under one of the two roles, and a database that is up.

It knows the order of these steps. It refuses to know any command.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.conf import settings

from holdfast.database.connection import bring_up


def set_up(*, role: str = "application") -> None:
    """Set Django up; `owner` is for what changes the schema and for nothing else."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "holdfast.settings")
    os.environ["HOLDFAST_DATABASE_ROLE"] = role
    django.setup()


@contextmanager
def database(*, keep: bool = True) -> Iterator[None]:
    """The embedded server is up meanwhile. One that was running before is left running, unless it is not to be kept."""
    if not settings.DATABASE_ACCESS.is_embedded:
        yield
        return
    server, started = bring_up(home=settings.HOME)
    try:
        yield
    finally:
        if started or not keep:
            from django.db import connections

            connections.close_all()
            server.stop()
