"""A verifier written from `docs/finance.md` alone, with nothing of ours in it: what a client's own developer would do.

python stranger.py CLOSE.json LEAF.json SHA256_OF_THE_PUBLIC_KEY
"""

import hashlib
import json
import sys
import uuid
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def number(value: int) -> bytes:
    return value.to_bytes(16, "big")


def holds(close: dict, leaf: dict, fingerprint: str) -> bool:
    said = close["statement"]
    key = bytes.fromhex(close["public_key"])
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(bytes.fromhex(close["signature"]), text)
    except InvalidSignature:
        return False
    names = uuid.UUID("6f1f6f0e-2d5f-5b7c-9a53-0d1c2f7a4b10")
    account = uuid.uuid5(names, f"{leaf['code']}:{leaf['owner']}:{leaf['currency']}")
    total = leaf["amount_minor"]
    whole = b"\x00" + bytes.fromhex(leaf["salt"]) + account.bytes + number(total) + leaf["currency"].encode()
    here = hashlib.sha256(whole).digest()
    for step in leaf["path"]:
        own = here + number(total)
        other = bytes.fromhex(step["hash"]) + number(step["sum_minor"])
        here = hashlib.sha256(b"\x01" + (other + own if step["side"] == "left" else own + other)).digest()
        total += step["sum_minor"]
    root = next(one for one in said["liabilities"] if one["currency"] == leaf["currency"])
    is_key = hashlib.sha256(key).hexdigest() == fingerprint
    return is_key and said["day"] == leaf["day"] and (root["root"], root["sum_minor"]) == (here.hex(), total)


if __name__ == "__main__":
    files = [json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:3]]
    sys.exit(0 if holds(files[0], files[1], sys.argv[3]) else 1)
