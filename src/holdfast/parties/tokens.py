"""Short-lived bearer tokens: a signed word that a key gave, with some of its scopes, until a moment. Nothing is stored.

`ht_test_PREFIX_SIGNED`: the prefix is the key's, so that proving a token costs the one query that proving its key does,
and a key that has ended takes its tokens with it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.signing import BadSignature, Signer

LIFETIME = timedelta(minutes=15)
_SHAPE = re.compile(r"ht_(test|live)_([0-9a-f]{12})_([A-Za-z0-9_.\-]{1,2000})")


@dataclass(frozen=True, slots=True)
class Bearer:
    """A token whose signature is ours: which key gave it, what it lets do, until when."""

    sandbox: bool
    prefix: str
    scopes: frozenset[str]
    expires_at: datetime


def _signer() -> Signer:
    # With its secret key changed, an installation has given no token yet.
    return Signer(salt="holdfast.parties.tokens", sep=".")


def make(*, sandbox: bool, prefix: str, scopes: Iterable[str], expires_at: datetime) -> str:
    """A token. `prefix` is its key's."""
    kind = "test" if sandbox else "live"
    said = {"for": f"{kind}_{prefix}", "scopes": sorted(scopes), "until": int(expires_at.timestamp())}
    return f"ht_{kind}_{prefix}_{_signer().sign_object(said)}"


def read(text: str) -> Bearer | None:
    """What a token says, or None if the text is none that we have signed."""
    parts = _SHAPE.fullmatch(text)
    if parts is None:
        return None
    try:
        said = _signer().unsign_object(parts[3])
    except BadSignature:
        return None
    if said["for"] != f"{parts[1]}_{parts[2]}":
        return None
    until = datetime.fromtimestamp(said["until"], tz=UTC)
    return Bearer(parts[1] == "test", parts[2], frozenset(said["scopes"]), until)
