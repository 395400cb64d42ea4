"""Brings the schema to this version as the owner, then gives the application's role its rights anew.

It knows Django's migrations and the guards' names: a table guarded as written once is granted for adding only.
"""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg.errors import InsufficientPrivilege

from holdfast.database.guards import WRITTEN_ONCE
from holdfast.database.roles import RoleMissing, ensure_role, grant_application


def migrate(*, verbosity: int) -> None:
    """Run all migrations and renew the grants. The connection must be the owner's."""
    call_command("migrate", interactive=False, verbosity=verbosity)
    grant()


def append_only_tables() -> list[str]:
    """The tables whose rows are written once, by their own declaration."""
    guarded = {model._meta for model, trigger in pgtrigger.registered() if trigger.name == WRITTEN_ONCE}  # noqa: SLF001
    return sorted(meta.db_table for meta in guarded)


def grant() -> None:
    """Renew the application role's rights, making the role first where the owner may."""
    access = settings.DATABASE_ACCESS
    if access.application.user == access.owner.user:
        print(
            "One role owns and uses this database: the triggers still guard what is written once, the grants cannot."
            " Give DATABASE_OWNER_URL beside DATABASE_URL to separate them."
        )
        return
    connection.ensure_connection()
    wrapped = connection.connection
    if not wrapped.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [access.application.user]).fetchone():
        try:
            ensure_role(connection=wrapped, role=access.application.user, password=access.application.password)
        except InsufficientPrivilege:
            raise RoleMissing(
                f"the role {access.application.user} does not exist and {access.owner.user} may not create roles:"
                " have the database's administrator create it"
            ) from None
    grant_application(connection=wrapped, role=access.application.user, append_only=append_only_tables())
