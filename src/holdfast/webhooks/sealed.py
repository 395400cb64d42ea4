"""Secrets of endpoints: made, encrypted under the installation's key, and read again.

What lies in the database is of no use without `HOLDFAST_ENCRYPTION_KEY`, which is kept outside of it. Each secret is
bound to its endpoint: moved to another row it does not open.
"""

import base64
import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PREFIX = "whsec_"
BYTES = 32
_NONCE = 12


class SecretUnreadable(RuntimeError):
    """The encryption key is another than the one this secret was encrypted with: a fault for the operator to mend."""


def make() -> str:
    """A new secret, as Standard Webhooks spells it: 256 random bits in base64 behind `whsec_`."""
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def seal(*, secret: str, endpoint_id: UUID) -> bytes:
    """The secret, encrypted and authenticated (AES-256-GCM)."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(_key()).encrypt(nonce, secret.encode(), endpoint_id.bytes)


def unseal(*, sealed: bytes, endpoint_id: UUID) -> str:
    """The secret again. `SecretUnreadable` under another key or for another endpoint."""
    try:
        return AESGCM(_key()).decrypt(sealed[:_NONCE], sealed[_NONCE:], endpoint_id.bytes).decode()
    except InvalidTag as error:
        raise SecretUnreadable(f"the secret of endpoint {endpoint_id} does not open with this key") from error


def _key() -> bytes:
    derived: bytes = HKDF(SHA256(), 32, None, b"holdfast webhooks").derive(settings.ENCRYPTION_KEY.encode())
    return derived
