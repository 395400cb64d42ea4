"""Secrets at rest: text that the database keeps and must not hold in clear, encrypted with a key outside the database.

It knows the outer key, the one before it, and how to encrypt; each room says itself where it keeps secrets, so that all
can be encrypted anew. What a secret opens is nothing to it.

`enc1:KEYID:TOKEN`: the name of the key stands beside the Fernet token (AES-128 in CBC mode with HMAC-SHA256), so that a
missing key can be named. What bears no such mark was kept by an earlier version, in clear, and is read as it stands.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from holdfast.kernel.canonical import digest
from holdfast.kernel.faults import Missing

MARK = "enc1"
Change = Callable[[str], str]
Keep = Callable[[Change], int]
"""Walks through the secrets of one place, in a transaction, and puts what `Change` answers where each stood; answers
how many were changed."""
_kept: dict[str, Keep] = {}


class OuterKeyMissing(Missing):
    """The key that encrypted a secret is not on this machine: for the operator to bring, before anything starts."""

    def __init__(self, missing: str) -> None:
        super().__init__(
            f"The secrets in this database were encrypted with the outer key {missing}, which is not here; here is"
            f" {', '.join(here())}. Bring the secrets.json that belongs to this database into {settings.HOME.folder},"
            " or set HOLDFAST_ENCRYPTION_KEY to the key that was in use. Nothing was changed."
        )


def passphrases() -> tuple[str, ...]:
    """The outer key and, while it is being replaced, the one before it; the one to encrypt with is first."""
    return tuple(phrase for phrase in (settings.ENCRYPTION_KEY, settings.ENCRYPTION_KEY_BEFORE) if phrase)


def current() -> str:
    """The name of the key that encrypts now: 16 hex digits of a digest of it."""
    return _made_of(passphrases()[0])[0]


def here() -> tuple[str, ...]:
    """The names of the keys on this machine."""
    return tuple(_made_of(phrase)[0] for phrase in passphrases())


def encrypt(text: str) -> str:
    """What may be stored."""
    # Another process may have changed the key since this one started.
    read_home()
    name, fernet = _made_of(passphrases()[0])
    return f"{MARK}:{name}:{fernet.encrypt(text.encode()).decode()}"


def is_encrypted(kept: str) -> bool:
    """Whether it bears our mark."""
    return kept.startswith(f"{MARK}:")


def decrypt(kept: str) -> str:
    """What was encrypted. `OuterKeyMissing` if its key is not here; `ValueError` if it was tampered with."""
    if not is_encrypted(kept):
        return kept
    _mark, name, token = kept.split(":", 2)
    fernet = _named(name) or (read_home() and _named(name))
    if not fernet:
        raise OuterKeyMissing(name)
    try:
        return fernet.decrypt(token).decode()
    except InvalidToken as error:
        raise ValueError("a secret at rest was tampered with") from error


def read_home() -> bool:
    """Take up a key that another process has put in the home meanwhile; whether there was one."""
    if not settings.ENCRYPTION_KEY_IN_HOME:
        return False
    found, before = settings.HOME.secrets(), passphrases()
    settings.ENCRYPTION_KEY = found.encryption_key
    settings.ENCRYPTION_KEY_BEFORE = found.encryption_key_before
    return passphrases() != before


def keeps(name: str) -> Callable[[Keep], Keep]:
    """A room says by this where it keeps secrets."""

    def note(keep: Keep) -> Keep:
        _kept[name] = keep
        return keep

    return note


def encrypt_anew() -> Mapping[str, int]:
    """Everything that is not encrypted with the outer key in use, encrypted with it; answers how much of each kind."""
    return {name: keep(_anew) for name, keep in sorted(_kept.items())}


def count_in_clear() -> int:
    """How many secrets an earlier version has left in clear."""
    found = 0

    def look(kept: str) -> str:
        nonlocal found
        found += not is_encrypted(kept)
        return kept

    for keep in _kept.values():
        keep(look)
    return found


def _anew(kept: str) -> str:
    is_current = kept.startswith(f"{MARK}:{current()}:")
    return kept if is_current else encrypt(decrypt(kept))


def _named(name: str) -> Fernet | None:
    return next((fernet for known, fernet in map(_made_of, passphrases()) if known == name), None)


@lru_cache(maxsize=8)
def _made_of(passphrase: str) -> tuple[str, Fernet]:
    """A passphrase may be anything; a key has 32 bytes."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"holdfast secrets at rest").derive(passphrase.encode())
    return digest(b"holdfast outer key", key).hex()[:16], Fernet(base64.urlsafe_b64encode(key))
