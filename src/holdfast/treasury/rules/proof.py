"""Proof of liabilities: a Merkle sum tree a currency, whose root commits to every balance owed and to their sum.

Pure, and with nothing but hashes inside: what the bytes are is written down in `docs/finance.md`, so that a stranger
can write a verifier. It knows salts, leaves and paths; whose a leaf is, is for the rooms above.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

LEAF_FORMAT = "holdfast.leaf/1"
_SALT = b"holdfast.salt/1"
_LEAF, _NODE, _NONE = b"\x00", b"\x01", b"\x02"
_AMOUNT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Balance:
    """What is owed on one account at the close: never negative."""

    account_id: UUID
    currency: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Step:
    """The other child on the way up: on which side it stands, its hash and its sum."""

    side: Literal["left", "right"]
    hash: bytes
    sum_minor: int


def salt(*, secret: bytes, day: date, account_id: UUID) -> bytes:
    """An account's salt of a day, 32 bytes: who has one learns nothing of another."""
    return hmac.digest(secret, _SALT + day.isoformat().encode("ascii") + account_id.bytes, "sha256")


def leaf_hash(*, salt: bytes, account_id: UUID, amount_minor: int, currency: str) -> bytes:
    """SHA-256 of 00, the salt, the account's 16 bytes, the amount (16 bytes, big-endian) and the currency."""
    return sha256(_LEAF + salt + account_id.bytes + _amount(amount_minor) + currency.encode("ascii")).digest()


def node_hash(*, left: bytes, left_minor: int, right: bytes, right_minor: int) -> bytes:
    """SHA-256 of 01, the left child's hash and sum, and the right child's hash and sum."""
    return sha256(_NODE + left + _amount(left_minor) + right + _amount(right_minor)).digest()


def _amount(minor: int) -> bytes:
    if minor < 0:
        raise ValueError(f"{minor}: nothing owed is less than nothing")
    return minor.to_bytes(_AMOUNT_BYTES, "big")


class Tree:
    """The tree of one currency. Leaves stand by their hash, so that a place says nothing of an account."""

    def __init__(self, *, secret: bytes, day: date, balances: Sequence[Balance]) -> None:
        """One leaf a balance, all of one currency."""
        leaves = []
        for one in balances:
            kept = salt(secret=secret, day=day, account_id=one.account_id)
            hashed = leaf_hash(
                salt=kept, account_id=one.account_id, amount_minor=one.amount_minor, currency=one.currency
            )
            leaves.append((hashed, one.amount_minor, one.account_id))
        leaves.sort()
        self.place = {account_id: at for at, (_hash, _amount, account_id) in enumerate(leaves)}
        self.levels = [([hashed for hashed, _, _ in leaves], [amount for _, amount, _ in leaves])]
        while len(self.levels[-1][0]) > 1:
            self.levels.append(_above(*self.levels[-1]))

    @property
    def root(self) -> bytes:
        """What is signed; of no leaves at all, the hash of 02."""
        hashes = self.levels[-1][0]
        return hashes[0] if hashes else sha256(_NONE).digest()

    @property
    def sum_minor(self) -> int:
        """What is owed in all."""
        return sum(self.levels[0][1])

    def path(self, account_id: UUID) -> tuple[Step, ...]:
        """From an account's leaf to the root: a child without a sibling goes up as it is. KeyError if it has none."""
        at, steps = self.place[account_id], []
        for hashes, sums in self.levels[:-1]:
            beside = at ^ 1
            if beside < len(hashes):
                steps.append(Step("left" if beside < at else "right", hashes[beside], sums[beside]))
            at //= 2
        return tuple(steps)


def _above(hashes: list[bytes], sums: list[int]) -> tuple[list[bytes], list[int]]:
    upper, totals = [], []
    for at in range(0, len(hashes) - 1, 2):
        left, right = sums[at], sums[at + 1]
        upper.append(node_hash(left=hashes[at], left_minor=left, right=hashes[at + 1], right_minor=right))
        totals.append(left + right)
    if len(hashes) % 2:
        upper.append(hashes[-1])
        totals.append(sums[-1])
    return upper, totals


def climbed(*, leaf: bytes, amount_minor: int, path: Sequence[Step]) -> tuple[bytes, int]:
    """The root and the sum that a leaf and its path give. ValueError for a negative amount."""
    at, total = leaf, amount_minor
    for step in path:
        if step.side == "left":
            at = node_hash(left=step.hash, left_minor=step.sum_minor, right=at, right_minor=total)
        else:
            at = node_hash(left=at, left_minor=total, right=step.hash, right_minor=step.sum_minor)
        total += step.sum_minor
    return at, total


def leaf_document(
    *, day: date, code: str, owner: str, balance: Balance, salt: bytes, path: Sequence[Step]
) -> dict[str, Any]:
    """What an owner gets, to check by itself."""
    return {
        "format": LEAF_FORMAT,
        "day": day.isoformat(),
        "currency": balance.currency,
        "account": balance.account_id.hex,
        "code": code,
        "owner": owner,
        "amount_minor": balance.amount_minor,
        "salt": salt.hex(),
        "path": [{"side": step.side, "hash": step.hash.hex(), "sum_minor": step.sum_minor} for step in path],
    }


def leaf_root(leaf: Mapping[str, Any]) -> tuple[bytes, int]:
    """The root and the sum that a leaf's document gives. ValueError, KeyError or TypeError if it is none."""
    path = [_step(step) for step in leaf["path"]]
    amount = _whole(leaf["amount_minor"])
    own = leaf_hash(
        salt=_hash(leaf["salt"]), account_id=UUID(leaf["account"]), amount_minor=amount, currency=leaf["currency"]
    )
    return climbed(leaf=own, amount_minor=amount, path=path)


def _step(step: Mapping[str, Any]) -> Step:
    match step["side"]:
        case "left" | "right" as side:
            return Step(side, _hash(step["hash"]), _whole(step["sum_minor"]))
        case _:
            raise ValueError(f"{step['side']} is no side")


def _hash(text: str) -> bytes:
    # One spelling only: what differs in a byte of the file is another file.
    raw = bytes.fromhex(text)
    if len(raw) != 32 or raw.hex() != text:
        raise ValueError(f"{text} is no hash of 32 bytes")
    return raw


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise TypeError(f"{value!r} is no whole number")
    return value
