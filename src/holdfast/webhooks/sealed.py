"""Secrets of endpoints: made, encrypted under the installation's outer key, and read again.

Each secret is bound to its endpoint: moved to another row it does not open.
"""

import base64
import secrets
from uuid import UUID

from holdfast.record import encryption

PREFIX = "whsec_"
BYTES = 32


class SecretUnreadable(RuntimeError):
    """The outer key is another than the one this secret was encrypted with: a fault for the operator to mend."""


def make() -> str:
    """A new secret, as Standard Webhooks spells it: 256 random bits in base64 behind `whsec_`."""
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def seal(*, secret: str, endpoint_id: UUID) -> str:
    """The secret and whose it is, encrypted and authenticated."""
    return encryption.encrypt(f"{endpoint_id.hex} {secret}")


def unseal(*, sealed: str, endpoint_id: UUID) -> str:
    """The secret again. `SecretUnreadable` under another key or for another endpoint."""
    try:
        owner, _, secret = encryption.decrypt(sealed).partition(" ")
    except (encryption.OuterKeyMissing, ValueError) as error:
        raise SecretUnreadable(f"the secret of endpoint {endpoint_id} does not open: {error}") from error
    if owner != endpoint_id.hex:
        raise SecretUnreadable(f"the secret kept with endpoint {endpoint_id} is another's")
    return secret
