"""How facts are chained and sealed: pure functions over bytes, so that anyone can repeat them.

hash = SHA-256(hash before, canonical JSON of the payload); the first event of a chain follows 32 zero bytes.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from holdfast.kernel.canonical import canonical, digest
from holdfast.kernel.clock import days_after, local_day
from holdfast.kernel.lifecycle import Lifecycle, step

GENESIS = bytes(32)

OUTSIDE_MESSAGE = Lifecycle(
    "outside message",
    "brought",
    (
        step("attest", "brought", "attested", "buyer", "supplier"),
        step("deny", "brought", "denied", "buyer", "supplier"),
    ),
)

CONCESSION = Lifecycle(
    "concession",
    "proposed",
    (
        step("sign", "proposed", "signed", "buyer", "supplier"),
        step("decline", "proposed", "declined", "buyer", "supplier"),
        step("withdraw", "proposed", "withdrawn", "buyer", "supplier"),
    ),
)
"""What a side gives up, or grants without giving anything up: it is in force once everybody it needs has signed it."""
FLAG = Lifecycle(
    "flag",
    "open",
    (step("dismiss", "open", "harmless", "operator"), step("uphold", "open", "upheld", "operator")),
)
"""A message that looked as if it would take the deal off the platform, and was sent all the same: the operator looks at
it."""
CONCESSIONS: Mapping[str, frozenset[str]] = {
    "waive": frozenset({"buyer"}),
    "rights_reserved": frozenset({"buyer"}),
    "with_compensation": frozenset({"buyer", "supplier"}),
}
"""Each act and the sides whose signature it needs: whoever gives up a right, or pays. Reading: a new date with rights
reserved grants the supplier nothing, so the buyer's word alone is enough; compensation is the supplier's money."""
BREACHES = ("late", "term")
"""What an act can be about: a ship date, or terms of the specification."""


def event_hash(*, prev: bytes, payload: Mapping[str, Any]) -> bytes:
    """The hash an event must have, 32 bytes."""
    return digest(prev, canonical(payload))


def private_hash(*, salt: bytes, value: Any) -> str:
    """What a payload says of a value it must not contain: hex SHA-256 of salt and canonical value."""
    return digest(salt, canonical(value)).hex()


def leaf(*, chain: str, seq: int, head: bytes) -> bytes:
    """A leaf of the daily tree: one chain and its head. 0x00 keeps leaves apart from nodes (RFC 9162, 2.1.1)."""
    return digest(b"\x00", chain.encode(), seq.to_bytes(8, "big"), head)


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """RFC 9162 (2.1.1): split at the largest power of two below the count; of no leaves, the hash of nothing."""
    match len(leaves):
        case 0:
            return digest(b"")
        case 1:
            return leaves[0]
        case count:
            cut = 1 << (count - 1).bit_length() - 1
            return digest(b"\x01", merkle_root(leaves[:cut]), merkle_root(leaves[cut:]))


def seal_root(*, previous: bytes, leaves: Sequence[bytes]) -> bytes:
    """The root of a day: the tree over the heads that moved, chained to the root before."""
    return digest(b"\x02", previous, merkle_root(leaves))


def seal_document(*, day: date, root: bytes, previous: bytes, chains: int) -> bytes:
    """What is signed each day; the first word keeps it apart from everything else the key may sign."""
    return canonical(
        {"holdfast": "seal", "day": day.isoformat(), "root": root.hex(), "previous": previous.hex(), "chains": chains}
    )


def message_hash(
    *, channel: str, said_on: date, text: str | None, term: Mapping[str, Any] | None, file_sha256: bytes | None
) -> bytes:
    """The hash under which a message from outside is known, 32 bytes."""
    return digest(
        canonical(
            {
                "channel": channel,
                "said_on": said_on.isoformat(),
                "text": text,
                "term": None if term is None else dict(term),
                "file": file_sha256.hex() if file_sha256 else None,
            }
        )
    )


def notice_extension(
    *, due_at: datetime, zone: str, notified_at: datetime | None, notice_hours: int, bounce_days: int, is_extended: bool
) -> datetime | None:
    """Until when a deadline is extended because who must act was not told in time; None if it runs as it is.

    Nobody forfeits anything without a notice delivered `notice_hours` before; but silence of a mail server moves the
    deadline only once, so that a full mailbox cannot hold money for ever.
    """
    in_time = notified_at is not None and notified_at + timedelta(hours=notice_hours) <= due_at
    return None if in_time or is_extended else days_after(local_day(due_at, zone), bounce_days, zone)
