"""Which outer key this database's secrets are encrypted with: remembered by name, checked before anything starts,
replaced by encrypting everything anew. The key itself is never here.
"""

from collections.abc import Mapping
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import connection, transaction

from holdfast.parties.models import OuterKey
from holdfast.record import encryption, signing

_LISTS = ("migrated_codes",)
_TEXTS = ("secret", "seed")


@encryption.keeps("second factors")
def _second_factors(change: encryption.Change) -> int:
    """The seeds of authenticator apps and of recovery codes; a passkey's half here is public."""
    changed = 0
    for row in Authenticator.objects.select_for_update().exclude(type="webauthn"):
        data = dict(row.data)
        for field in _TEXTS:
            if field in data:
                data[field] = change(data[field])
        for field in _LISTS:
            if field in data:
                data[field] = [change(one) for one in data[field]]
        if data != row.data:
            row.data = data
            row.save(update_fields=["data"])
            changed += 1
    return changed


def check() -> None:
    """The key with which secrets were encrypted is on this machine. `OuterKeyMissing` if not; nothing is changed."""
    name = in_use()
    if name is None or name in encryption.here() or (encryption.read_home() and name in encryption.here()):
        return
    raise encryption.OuterKeyMissing(name)


def in_use() -> str | None:
    """The name of the key with which secrets are encrypted; None before the first start of a version that does."""
    return OuterKey.objects.filter(ended_at=None).values_list("id", flat=True).first()


def remember(*, now: datetime) -> None:
    """Note the key of this machine, if none was noted before."""
    with transaction.atomic():
        _alone()
        if in_use() is None:
            OuterKey.objects.create(id=encryption.current(), since=now)


def replace(*, now: datetime) -> Mapping[str, int]:
    """Encrypt every secret with the outer key of this machine, the signing keys' files too, and note it as the one in
    use. `OuterKeyMissing` if the one in use is not here. May be repeated after a fall."""
    with transaction.atomic():
        _alone()
        check()
        done = {**encryption.encrypt_anew(), "signing keys": signing.encrypt_anew()}
        if in_use() != encryption.current():
            OuterKey.objects.filter(ended_at=None).update(ended_at=now)
            OuterKey.objects.update_or_create(id=encryption.current(), defaults={"since": now, "ended_at": None})
        return done


def _alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(4207)")
