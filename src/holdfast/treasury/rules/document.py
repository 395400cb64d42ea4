"""The close as a signed document, and its verification without a database, a network or trust in who made it.

Two parts: the `statement` is for everybody and is what is signed; the `books` are the operator's, and the statement
has their hash. Amounts are credits less debits, in minor units.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from holdfast.kernel.canonical import canonical, digest
from holdfast.kernel.clock import rfc3339
from holdfast.treasury.rules import proof

FORMAT = "holdfast.close/1"
GENESIS = bytes(32)
"""The digest before the first close."""
LEAF_CODES = ("escrow", "frozen", "refundable", "payable", "deposit")
"""The accounts whose balances are leaves: owed to clients, and known by owner."""
ACCOUNT_NAMES = UUID("6f1f6f0e-2d5f-5b7c-9a53-0d1c2f7a4b10")
"""An account's ID is the UUIDv5 of `code:owner:currency` under this name."""


@dataclass(frozen=True, slots=True)
class Liability:
    """All leaves of a currency: their number, sum and root."""

    currency: str
    leaves: int
    sum_minor: int
    root: str


@dataclass(frozen=True, slots=True)
class Cover:
    """Money apart from the operator's own, beside what is owed to clients."""

    currency: str
    there_minor: int
    owed_minor: int


@dataclass(frozen=True, slots=True)
class Bank:
    """Clients' money by the ledger and by the bank's own statements; None where no statement tells."""

    currency: str
    ledger_minor: int
    statement_minor: int | None
    statement_on: str | None
    explained_minor: int
    """How much of the difference is explained: booked and not on a statement yet, or on one and not booked yet."""


@dataclass(frozen=True, slots=True)
class Rail:
    """What is at a provider by the ledger, and what of it is explained by payments, refunds and strays on their way."""

    rail: str
    currency: str
    ledger_minor: int
    explained_minor: int
    items: int


@dataclass(frozen=True, slots=True)
class Break:
    """Something that does not agree, or is late: why, who must act, until which day. `since` is the close that first
    had it."""

    kind: str
    subject: str
    currency: str
    amount_minor: int
    who: str
    since: str
    until: str
    carried: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the trial balance."""

    code: str
    currency: str
    balance_minor: int


@dataclass(frozen=True, slots=True)
class Books:
    """The operator's part."""

    trial_balance: Sequence[Line]
    rails: Sequence[Rail]
    banks: Sequence[Bank]
    breaks: Sequence[Break]
    transfers: int

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "trial_balance": [asdict(line) for line in self.trial_balance],
            "rails": [asdict(rail) for rail in self.rails],
            "banks": [asdict(bank) for bank in self.banks],
            "breaks": [asdict(one) for one in self.breaks],
            "transfers": self.transfers,
        }


def statement(
    *,
    operator: str,
    first_day: date,
    day: date,
    zone: str,
    closed_at: datetime,
    previous: bytes,
    liabilities: Sequence[Liability],
    clients_money: Sequence[Cover],
    books: Mapping[str, Any],
) -> dict[str, Any]:
    """What is signed: for everybody to read."""
    return {
        "format": FORMAT,
        "operator": operator,
        "first_day": first_day.isoformat(),
        "day": day.isoformat(),
        "zone": zone,
        "closed_at": rfc3339(closed_at),
        "previous": previous.hex(),
        "liabilities": [asdict(one) for one in liabilities],
        "clients_money": [asdict(one) for one in clients_money],
        "books": digest(canonical(dict(books))).hex(),
    }


def file(
    *,
    statement: Mapping[str, Any],
    books: Mapping[str, Any] | None,
    key_id: str,
    public_key: bytes,
    signature: bytes,
) -> dict[str, Any]:
    """The file that is handed out; without the books to who is not the operator."""
    found: dict[str, Any] = {
        "statement": dict(statement),
        "key_id": key_id,
        "public_key": public_key.hex(),
        "signature": signature.hex(),
    }
    return found if books is None else {**found, "books": dict(books)}


# --- verification --------------------------------------------------------------------------------------------------


def problems(*, file: Mapping[str, Any], fingerprint: str | None = None) -> list[str]:
    """What is wrong with a close's file; nothing, if it holds. `fingerprint` is the SHA-256 of the public key that one
    trusts, in hex, or at least its first 16 digits."""
    try:
        return list(_problems(file, fingerprint))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return [f"this is no close: {error!r}"]


def _problems(file: Mapping[str, Any], fingerprint: str | None) -> Iterator[str]:
    said = file["statement"]
    raw = bytes.fromhex(file["public_key"])
    hashed = digest(raw).hex()
    if said["format"] != FORMAT:
        yield f"the format is {said['format']}, not {FORMAT}"
    if file["key_id"] != hashed[:16]:
        yield "the key's ID is not that of the key"
    if fingerprint is not None and (len(fingerprint) < 16 or not hashed.startswith(fingerprint.lower())):
        yield f"the key is {hashed}, not the one you trust"
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(bytes.fromhex(file["signature"]), canonical(dict(said)))
    except InvalidSignature:
        yield "the signature does not fit what is signed"
    for cover in said["clients_money"]:
        if cover["there_minor"] < cover["owed_minor"]:
            yield f"{cover['currency']}: {cover['there_minor']} there, {cover['owed_minor']} owed"
    if "books" in file:
        yield from _books(said, file["books"])


def _books(said: Mapping[str, Any], books: Mapping[str, Any]) -> Iterator[str]:
    if digest(canonical(dict(books))).hex() != said["books"]:
        yield "the books are not those that were signed"
    sums: dict[str, int] = {}
    owed: dict[str, int] = {}
    for line in books["trial_balance"]:
        sums[line["currency"]] = sums.get(line["currency"], 0) + line["balance_minor"]
        if line["code"] in LEAF_CODES:
            owed[line["currency"]] = owed.get(line["currency"], 0) + line["balance_minor"]
    for currency, total in sums.items():
        if total != 0:
            yield f"{currency}: debits and credits differ by {total}"
    roots = {one["currency"]: one["sum_minor"] for one in said["liabilities"]}
    for currency in sorted({*owed, *roots}):
        if owed.get(currency, 0) != roots.get(currency, 0):
            yield f"{currency}: {roots.get(currency, 0)} at the root, {owed.get(currency, 0)} in the books"


def leaf_problems(*, file: Mapping[str, Any], leaf: Mapping[str, Any]) -> list[str]:
    """What is wrong with a leaf under a close; the close itself is verified by `problems`."""
    try:
        return list(_leaf_problems(file["statement"], leaf))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        return [f"this is no leaf: {error!r}"]


def _leaf_problems(said: Mapping[str, Any], leaf: Mapping[str, Any]) -> Iterator[str]:
    if leaf["format"] != proof.LEAF_FORMAT:
        yield f"the format is {leaf['format']}, not {proof.LEAF_FORMAT}"
    if leaf["day"] != said["day"]:
        yield f"the leaf is of {leaf['day']}, the close of {said['day']}"
    if UUID(leaf["account"]) != uuid5(ACCOUNT_NAMES, f"{leaf['code']}:{leaf['owner']}:{leaf['currency']}"):
        yield "the account is not the one that is named"
    root, total = proof.leaf_root(leaf)
    found = next((one for one in said["liabilities"] if one["currency"] == leaf["currency"]), None)
    if found is None:
        yield f"the close owes nothing in {leaf['currency']}"
    elif (root.hex(), total) != (found["root"], found["sum_minor"]):
        yield "the leaf does not lead to the signed root"
