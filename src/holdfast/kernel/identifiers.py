"""Names of things: a UUIDv7 inside (RFC 9562, ordered by time of making), a prefix and 32 hex digits outside.

`ord_0190…` is what people and programs see; the database keeps the bare UUID.
"""

import re
from uuid import UUID

import uuid_utils.compat
from stdnum.iso7064 import mod_97_10

_PUBLIC = re.compile(r"([a-z]{2,4})_([0-9a-f]{32})")


def new_id() -> UUID:
    """A fresh UUIDv7."""
    return uuid_utils.compat.uuid7()


def public(prefix: str, identifier: UUID | str) -> str:
    """The name outside: `public("ord", …)` is `ord_0190…`."""
    return f"{prefix}_{identifier.hex if isinstance(identifier, UUID) else UUID(identifier).hex}"


def parse(prefix: str, text: object) -> UUID | None:
    """The UUID inside a public name, or None if the text is not such a name."""
    found = _PUBLIC.fullmatch(text) if isinstance(text, str) else None
    if found is None or found[1] != prefix:
        return None
    return UUID(found[2])


def creditor_reference(identifier: UUID) -> str:
    """The reference (ISO 11649) under which money is sent for a thing: RF, two check digits, 21 characters at most.

    The low 76 bits of the ID are its random part; in base 36 they fill 15 characters.
    """
    number, digits = identifier.int & (1 << 76) - 1, ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[rest] + digits
    body = digits.rjust(15, "0")
    return f"RF{mod_97_10.calc_check_digits(body + 'RF')}{body}"
