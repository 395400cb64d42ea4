"""The installation's Ed25519 key: the private half in a file of the home, the public half in the database for ever.

It knows how to make, find, rotate and use the key. It refuses to know what is signed.
"""

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.db import connection, transaction

from holdfast.kernel.canonical import digest
from holdfast.kernel.faults import Missing
from holdfast.record import encryption
from holdfast.record.models import SigningKey


class PrivateHalfMissing(Missing):
    """The key in use was made on another machine or its file is gone: a fault for the operator to mend."""


@dataclass(frozen=True, slots=True)
class Signer:
    """The key in use."""

    key_id: str
    private: Ed25519PrivateKey

    def sign(self, message: bytes) -> bytes:
        """64 bytes (RFC 8032)."""
        return self.private.sign(message)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The half that anybody may have: 32 bytes, and when it was in use."""

    key_id: str
    raw: bytes
    valid_from: datetime
    valid_until: datetime | None

    def verifies(self, *, message: bytes, signature: bytes) -> bool:
        """Whether this key signed the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True


def ensure_key(*, now: datetime) -> Signer:
    """The key in use, made now if there is none yet. `PrivateHalfMissing` if its file is not on this machine."""
    with transaction.atomic():
        _alone()
        current = SigningKey.objects.filter(valid_until=None).first()
        return _load(current.id) if current is not None else _make(now)


def rotate_key(*, now: datetime) -> Signer:
    """End the key in use and make another; what the old one signed stays verifiable."""
    with transaction.atomic():
        _alone()
        SigningKey.objects.filter(valid_until=None).update(valid_until=now)
        return _make(now)


def public_keys() -> Mapping[str, PublicKey]:
    """Every key there ever was, by ID."""
    rows = SigningKey.objects.order_by("valid_from", "id")
    return {row.id: PublicKey(row.id, bytes(row.public_key), row.valid_from, row.valid_until) for row in rows}


def _alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(4203)")


def _folder() -> Path:
    folder: Path = settings.HOME.folder / "keys"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def encrypt_anew() -> int:
    """The private halves on this machine, encrypted with the outer key in use; answers how many there are."""
    count = 0
    for path in sorted(_folder().glob("*.pem")):
        _keep(path, _read(path))
        count += 1
    return count


def missing() -> str | None:
    """What is wrong with the private half of the key in use on this machine; None if it is there and can be read."""
    found = SigningKey.objects.filter(valid_until=None).first()
    try:
        if found is not None:
            _load(found.id)
    except PrivateHalfMissing as reason:
        return str(reason)
    return None


def _make(now: datetime) -> Signer:
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    key_id = digest(public).hex()[:16]
    # The key is on disk before the database names it.
    _keep(_folder() / f"{key_id}.pem", private)
    SigningKey.objects.create(id=key_id, public_key=public, valid_from=now)
    return Signer(key_id, private)


def _keep(path: Path, private: Ed25519PrivateKey) -> None:
    """Write a private half, for its owner only (0600), so that there is one at every moment."""
    # Where the outer key comes from the environment, a copied home alone signs nothing.
    password = BestAvailableEncryption(encryption.passphrases()[0].encode())
    text = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, password)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(name).rename(path)


def _load(key_id: str) -> Signer:
    path = _folder() / f"{key_id}.pem"
    if not path.exists():
        raise PrivateHalfMissing(f"the private half of key {key_id} is not in {path.parent}")
    return Signer(key_id, _read(path))


def _read(path: Path) -> Ed25519PrivateKey:
    """A private half, by the outer key, by the one before, or by one that another process has made meanwhile."""
    private = _opened(path)
    if private is None and encryption.read_home():
        private = _opened(path)
    if private is None:
        raise PrivateHalfMissing(f"{path} was encrypted with another key than those here: {encryption.here()}")
    return private


def _opened(path: Path) -> Ed25519PrivateKey | None:
    text = path.read_bytes()
    for phrase in encryption.passphrases():
        try:
            private = load_pem_private_key(text, phrase.encode())
        except ValueError:
            continue
        if not isinstance(private, Ed25519PrivateKey):
            raise PrivateHalfMissing(f"{path} holds another kind of key")
        return private
    return None
