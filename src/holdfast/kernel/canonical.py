"""Canonical JSON (RFC 8785) and its SHA-256: one text for one value, so that a hash means something.

Only JSON's own types go in. Floats are refused: money and measures travel as integers or decimal strings.
"""

import hashlib
from typing import Any

import rfc8785


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("a float has no place in a hashed document; write it as a string")
    if isinstance(value, dict):
        for inner in value.values():
            _refuse_floats(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_floats(inner)


def canonical(value: Any) -> bytes:
    """The one text of a JSON value, UTF-8."""
    _refuse_floats(value)
    return rfc8785.dumps(value)


def digest(*parts: bytes) -> bytes:
    """SHA-256 over the parts, in order: 32 bytes."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(part)
    return whole.digest()
