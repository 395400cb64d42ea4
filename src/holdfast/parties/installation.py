"""Whether this process and this database belong together: both a sandbox or both production, and with one outer key.

It reads the installation's one row and refuses to write it.
"""

from django.conf import settings
from django.db import connection

from holdfast.kernel.refusals import Refusal
from holdfast.parties import outer_key
from holdfast.parties.models import Installation


class NotFounded(Refusal):
    """This database has no installation yet: run `holdfast init`."""


class SandboxMismatch(Refusal):
    """HOLDFAST_SANDBOX and the database differ on whether this is a sandbox; nothing starts until they agree."""


def check_setting() -> Installation:
    """The installation's row, if the setting says the same, and the key of its secrets is here. Refusals: `NotFounded`,
    `SandboxMismatch`; `OuterKeyMissing`."""
    row = Installation.objects.first()
    if row is None:
        raise NotFounded
    if row.sandbox is not settings.SANDBOX:
        raise SandboxMismatch(database=row.sandbox, setting=settings.SANDBOX)
    outer_key.check()
    return row


def check_before_migrating() -> None:
    """What can be asked of a database of any version, before its schema is touched: is it what the setting says, and is
    the key of its secrets here? A database that was not founded yet is nobody's. Refusal: `SandboxMismatch`;
    `OuterKeyMissing`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('parties_installation') IS NOT NULL")
        if cursor.fetchone()[0]:
            cursor.execute("SELECT sandbox FROM parties_installation")
            row = cursor.fetchone()
            if row is not None and row[0] is not settings.SANDBOX:
                raise SandboxMismatch(database=row[0], setting=settings.SANDBOX)
        cursor.execute("SELECT to_regclass('parties_outerkey') IS NOT NULL")
        if cursor.fetchone()[0]:
            outer_key.check()


def clock_offset_seconds() -> int:
    """How far a sandbox's clock was moved forward: 0 in production and before the founding."""
    return Installation.objects.values_list("clock_offset_seconds", flat=True).first() or 0
