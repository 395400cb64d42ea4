"""The spelling of API keys and the one query that a request's key costs.

`hf_test_PREFIX_SECRET` in a sandbox, `hf_live_…` in production: the prefix is looked up, the SHA-256 of the whole
is compared, the secret (256 random bits) is stored nowhere.
"""

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import connection

_SHAPE = re.compile(r"hf_(test|live)_([0-9a-f]{12})_([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Token:
    """A key as it was sent."""

    text: str
    sandbox: bool
    prefix: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What an idempotent command answered the first time."""

    fingerprint: bytes
    status: int
    body: str


@dataclass(frozen=True, slots=True)
class Consented:
    """For whom else than its own organisation a marketplace's key acts now, and what that organisation lets it do."""

    id: UUID
    organisation_id: UUID
    organisation_kind: str
    scopes: frozenset[str]
    sign_limit_minor: int | None
    sign_limit_currency: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """Everything a request needs to know before it may do anything, from one query."""

    sandbox: bool
    clock_offset_seconds: int
    key_id: UUID
    name: str
    sha256: bytes
    scopes: frozenset[str]
    addresses: tuple[str, ...]
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    sign_limit_minor: int | None
    sign_limit_currency: str | None
    organisation_id: UUID
    organisation_kind: str
    standing: str
    """Of its own organisation, also where it acts for another."""
    is_mediators: bool
    """Whether it stands for a person who is a mediator now."""
    answered: Answered | None
    consent: Consented | None = None


def make(*, sandbox: bool) -> tuple[str, str]:
    """A new key: its prefix and the whole text."""
    prefix = secrets.token_hex(6)
    return prefix, f"hf_{'test' if sandbox else 'live'}_{prefix}_{secrets.token_hex(32)}"


def fingerprint(text: str) -> bytes:
    """What is stored of a key."""
    return sha256(text.encode()).digest()


def read(text: str) -> Token | None:
    """The parts of a key, or None if the text is no key at all."""
    parts = _SHAPE.fullmatch(text)
    return Token(text, parts[1] == "test", parts[2]) if parts else None


def matches(*, text: str, found: Found) -> bool:
    """Whether this is the secret, compared in constant time."""
    return hmac.compare_digest(fingerprint(text), found.sha256)


_LOOK_UP = """
SELECT i.sandbox, i.clock_offset_seconds, k.id, k.name, k.sha256, k.scopes, k.addresses, k.expires_at, k.revoked_at,
       k.last_used_at, k.sign_limit_minor, k.sign_limit_currency, o.id, o.kind, a.fingerprint, a.status, a.body,
       EXISTS (SELECT 1 FROM parties_staff s WHERE s.person_id = k.holder_id AND s.role = 'mediator'),
       o.programme_standing
  FROM parties_apikey k
  JOIN parties_organisation o ON o.id = k.organisation_id
 CROSS JOIN parties_installation i
  LEFT JOIN record_answer a ON a.owner = k.organisation_id AND a.key = %s
 WHERE k.prefix = %s
"""

# What a marketplace was answered for one organisation is nobody else's answer: the consent owns it.
_LOOK_UP_FOR = """
SELECT i.sandbox, i.clock_offset_seconds, k.id, k.name, k.sha256, k.scopes, k.addresses, k.expires_at, k.revoked_at,
       k.last_used_at, k.sign_limit_minor, k.sign_limit_currency, o.id, o.kind, a.fingerprint, a.status, a.body,
       FALSE, o.programme_standing, c.id, f.id, f.kind, c.scopes, c.sign_limit_minor, c.sign_limit_currency
  FROM parties_apikey k
  JOIN parties_organisation o ON o.id = k.organisation_id
 CROSS JOIN parties_installation i
  LEFT JOIN parties_consent c
    ON c.marketplace_id = k.organisation_id AND c.organisation_id = %s AND c.revoked_at IS NULL
  LEFT JOIN parties_organisation f ON f.id = c.organisation_id
  LEFT JOIN record_answer a ON a.owner = COALESCE(c.id, k.organisation_id) AND a.key = %s
 WHERE k.prefix = %s
"""


def look_up(*, prefix: str, idempotency_key: str | None, acting_for: UUID | None = None) -> Found | None:
    """The key with its organisation, the installation, and the answer already given under the idempotency key; with
    `acting_for`, also that organisation's consent, if it stands."""
    with connection.cursor() as cursor:
        if acting_for is None:
            cursor.execute(_LOOK_UP, [idempotency_key, prefix])
        else:
            cursor.execute(_LOOK_UP_FOR, [acting_for, idempotency_key, prefix])
        row = cursor.fetchone()
    if row is None:
        return None
    consents = acting_for is not None and row[19] is not None
    return Found(
        sandbox=row[0],
        clock_offset_seconds=row[1],
        key_id=row[2],
        name=row[3],
        sha256=bytes(row[4]),
        scopes=frozenset(row[5]),
        addresses=tuple(row[6]),
        expires_at=row[7],
        revoked_at=row[8],
        last_used_at=row[9],
        sign_limit_minor=row[10],
        sign_limit_currency=row[11],
        organisation_id=row[12],
        organisation_kind=row[13],
        standing=row[18],
        is_mediators=row[17],
        answered=None if row[14] is None else Answered(bytes(row[14]), row[15], row[16]),
        consent=Consented(row[19], row[20], row[21], frozenset(row[22]), row[23], row[24]) if consents else None,
    )


_ANSWERED = "SELECT fingerprint, status, body FROM record_answer WHERE owner = %s AND key = %s"


def answered(*, owner: UUID, idempotency_key: str) -> Answered | None:
    """The answer given meanwhile by a rival request under the same idempotency key."""
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERED, [owner, idempotency_key])
        row = cursor.fetchone()
    return None if row is None else Answered(bytes(row[0]), row[1], row[2])


def touch(*, key_id: UUID, now: datetime) -> None:
    """Note that the key was used; asked for rarely, so that reading costs no write."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE parties_apikey SET last_used_at = %s WHERE id = %s", [now, key_id])
