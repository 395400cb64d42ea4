"""With which outer key this database's secrets are encrypted, known by name, and asked for before anything starts.

The key itself is never here; putting another in its place is a verb (`operations/outer_key.py`).
"""

from holdfast.parties.models import OuterKey
from holdfast.record import encryption


def check() -> None:
    """The key with which secrets were encrypted is on this machine. `OuterKeyMissing` if not; nothing is changed."""
    name = in_use()
    if name is None or name in encryption.here() or (encryption.read_home() and name in encryption.here()):
        return
    raise encryption.OuterKeyMissing(name)


def in_use() -> str | None:
    """The name of the key with which secrets are encrypted; None before the first start of a version that does."""
    return OuterKey.objects.filter(ended_at=None).values_list("id", flat=True).first()
