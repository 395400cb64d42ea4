"""Which money finance may move by hand, and who may decide it: pure.

No pair touches an order's escrow, frozen or refundable money, suspense or money in transit: those have owners,
reasons and deadlines of their own, and verbs that keep them.
"""

from collections.abc import Collection

from holdfast.kernel.lifecycle import Lifecycle, step
from holdfast.kernel.money import MAX_MINOR, currencies
from holdfast.kernel.refusals import FourEyes, Invalid, Refusal

MOVEMENT = "manual"
DECIDE = "entry.decide"
DECIDE_DAYS = 7
LONGEST_REASON = 2000

_BOTH_WAYS = (
    ("processing_cost", "client_bank"),
    ("processing_cost", "rail_clearing"),
    ("client_bank", "rail_clearing"),
    ("client_bank", "own_bank"),
    ("operator_loss", "client_bank"),
    ("operator_loss", "rail_clearing"),
    ("operator_loss", "payable"),
    ("tax_payable", "own_bank"),
)
PAIRS = frozenset({*_BOTH_WAYS, *((credit, debit) for debit, credit in _BOTH_WAYS)})
"""Debit and credit of every entry there can be; each has its reverse."""
OWNED = {"payable": "supplier", "rail_clearing": "rail"}
"""Whose these accounts are; all others in the list are the operator's."""

ENTRY = Lifecycle(
    "entry",
    "proposed",
    (
        step("approve", "proposed", "posted", "operator"),
        step("decline", "proposed", "declined", "operator"),
        step("withdraw", "proposed", "withdrawn", "operator"),
    ),
)


class EntryNotCovered(Refusal):
    """The account does not hold this amount."""


class ClientsMoneyShort(Refusal):
    """After this entry less clients' money would be there than is owed to clients."""


class ReversedAlready(Refusal):
    """This entry was reversed before, or its reversal waits for a decision."""


def check(*, debit: str, credit: str, currency: str, amount_minor: int, reason: str) -> None:
    """Refusal: `Invalid`, naming what would be taken."""
    if (debit, credit) not in PAIRS:
        raise Invalid(field="credit", accepted=sorted(f"{one} / {other}" for one, other in PAIRS))
    if currency not in currencies():
        raise Invalid(field="currency", accepted="an ISO 4217 currency in use")
    if not 0 < amount_minor <= MAX_MINOR:
        raise Invalid(field="amount_minor", accepted=f"1 to {MAX_MINOR}")
    if not 0 < len(reason.strip()) <= LONGEST_REASON or "\x00" in reason:
        raise Invalid(field="reason", accepted=f"1 to {LONGEST_REASON} characters")


def owned(*, code: str) -> str | None:
    """Who must be named for an account: a supplier, a rail, or nobody."""
    return OWNED.get(code)


def check_decider(
    *, proposed_by: object, actor_id: object, actor_kind: str, sandbox: bool, behind: Collection[object] = ()
) -> None:
    """Who approves is a person and not the one who proposed nor `behind` the key that did; a sandbox has no money to
    lose. Refusal: `FourEyes`."""
    if not sandbox and (actor_kind != "person" or proposed_by == actor_id or actor_id in behind):
        raise FourEyes(verb="approve")
