"""What may happen to a payment, a refund and a payout, and how money that came is matched: pure.

These rules know amounts, instruments and states. An order is an ID to them: what a payment pays for, and whether a
refund is owed, is decided above.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from holdfast.kernel.lifecycle import Lifecycle, step
from holdfast.kernel.money import share
from holdfast.kernel.refusals import FourEyes, NotAllowed, Refusal

RAILS = ("card", "paypal", "wire", "e_check")
REASONS = (
    "not_signed",
    "unknown_reference",
    "short",
    "over",
    "wrong_currency",
    "late",
    "paid_already",
    "order_ended",
)
"""Why money that came could not be placed."""

PAYMENT = Lifecycle(
    "payment",
    "requested",
    (
        step("delay", "requested", "pending", "rail"),
        step("authorise", "requested", "authorised", "rail"),
        step("authorise", "pending", "authorised", "rail"),
        step("decline", "requested", "declined", "rail"),
        step("decline", "pending", "declined", "rail"),
        step("cancel", "requested", "cancelled", "buyer", "operator"),
        step("expire", "requested", "expired", "clock"),
        step("capture", "requested", "captured", "rail"),
        step("capture", "pending", "captured", "rail"),
        step("capture", "authorised", "captured", "rail"),
        step("fail", "authorised", "failed", "rail", "clock"),
        step("settle", "captured", "settled", "clock"),
        step("return", "captured", "returned", "rail"),
        step("return", "settled", "returned", "rail"),
    ),
)
REFUND = Lifecycle(
    "refund",
    "requested",
    (
        step("send", "requested", "sent", "clock"),
        step("confirm", "sent", "confirmed", "rail"),
        step("bounce", "requested", "bounced", "rail"),
        step("bounce", "sent", "bounced", "rail"),
        step("return", "confirmed", "bounced", "rail"),
        step("resend", "bounced", "requested", "operator", "clock"),
        step("instruct", "requested", "instructed", "operator"),
        step("hold_back", "instructed", "requested", "operator", "rail"),
        step("send", "instructed", "sent", "rail"),
        step("confirm", "instructed", "confirmed", "rail"),
        step("bounce", "instructed", "bounced", "rail"),
        step("stop", "requested", "stopped", "rail", "operator"),
        step("stop", "bounced", "stopped", "rail", "operator"),
    ),
)
"""stopped: the payer had its bank take the money before we sent it; it is not sent a second time."""
DISPUTE = Lifecycle(
    "dispute",
    "open",
    (
        step("win", "open", "won", "rail", "operator"),
        step("lose", "open", "lost", "rail", "operator"),
    ),
)
"""A chargeback, or an e-check that came back: open while the provider has not decided."""
DISPUTE_KINDS = ("chargeback", "return")
"""return: an e-check came back unpaid. There is nothing to decide: it is lost at once."""
PAYOUT = Lifecycle(
    "payout",
    "requested",
    (
        step("approve", "requested", "approved", "operator", "clock"),
        step("cancel", "requested", "cancelled", "supplier", "operator", "clock"),
        step("cancel", "approved", "cancelled", "supplier", "operator", "clock"),
        step("instruct", "approved", "instructed", "operator"),
        step("hold_back", "instructed", "approved", "operator"),
        step("send", "approved", "sent", "clock"),
        step("send", "instructed", "sent", "rail"),
        step("confirm", "instructed", "confirmed", "rail"),
        step("confirm", "sent", "confirmed", "rail"),
        step("bounce", "instructed", "bounced", "rail"),
        step("bounce", "sent", "bounced", "rail"),
        step("return", "confirmed", "returned", "rail"),
    ),
)
"""instructed: in a batch, whose file tells the bank to pay; approved: nobody has to look any more."""

PAYOUT_BATCH = Lifecycle(
    "payout batch",
    "made",
    (
        step("release", "made", "released", "operator"),
        step("drop", "made", "dropped", "operator"),
        step("accept", "released", "accepted", "rail"),
        step("reject", "released", "rejected", "rail"),
        step("reject", "accepted", "rejected", "rail"),
        step("book", "released", "booked", "rail"),
        step("book", "accepted", "booked", "rail"),
    ),
)
"""accepted, rejected, booked: what the bank said of all of it in one word. Each payment has its own life beside it."""
STRAY = Lifecycle(
    "stray",
    "open",
    (
        step("match", "open", "matched", "operator", "rail"),
        step("return", "open", "returned", "operator", "clock"),
    ),
)
SETTLEMENT = Lifecycle(
    "settlement",
    "sent",
    (
        step("arrive", "sent", "arrived", "rail", "operator"),
        step("fail", "sent", "failed", "rail"),
        step("return", "arrived", "failed", "rail"),
    ),
)
"""What a provider sends to our bank."""
NEWS = Lifecycle(
    "provider_event",
    "received",
    (
        step("handle", "received", "handled", "rail"),
        step("pass", "received", "passed", "rail"),
    ),
)
"""A provider's message: acted on, or passed by because it concerns nothing of ours."""
OPEN_PAYOUTS = ("requested", "approved", "instructed", "sent")
"""States in which an amount has left the balance and not reached the bank: payouts in transit."""
OPEN_PAYMENTS = ("requested", "pending", "authorised")
"""States in which a payment may still bring money."""
CAPTURED_PAYMENTS = ("captured", "settled")
"""States in which money of it can be given back."""


class SimulatedRail(Refusal):
    """Simulated rails move no real money and work in a sandbox only."""

    status = 403


class NothingToConfirm(Refusal):
    """This payment waits for nothing that its payer could do."""


class ProviderSilent(Refusal):
    """The provider of this rail does not answer just now; nothing is lost, and the payment goes on by itself."""

    status = 503


class NothingToRefund(Refusal):
    """More would go back than the instruments paid and have not got back."""


class NothingToDispute(Refusal):
    """No money of this payment is here any more: it was never captured, or all of it has gone back."""


class AlreadyEnded(Refusal):
    """The dispute ended the other way already; a second one has a name of its own."""


class NothingToPayOut(Refusal):
    """The balance does not hold this amount."""


class NoBeneficiary(Refusal):
    """There is no verified bank account in this currency to pay out to."""


class NothingToInstruct(Refusal):
    """No approved payout and no refund by wire waits in this currency."""


class ExecutionDay(Refusal):
    """A bank executes today or on a later day, at most a year ahead."""

    status = 422


class NotPlaceable(Refusal):
    """Less than this waits for an account to go to."""


def check_places(*, role: str) -> None:
    """Where money goes that no instrument takes is the operator's to say, or the clock's where there is one answer.
    Refusal: `NotAllowed`."""
    if role not in ("operator", "clock"):
        raise NotAllowed(subject="refund", verb="place", accepted=["operator"])


def needs_second_person(*, amount_minor: int, limit_minor: int | None, by_file: bool, sandbox: bool) -> bool:
    """Whether an amount is above the operator's limit. Where none is set, all money that really leaves is above it:
    by a payment file, outside a sandbox."""
    if limit_minor is None:
        return by_file and not sandbox
    return amount_minor > limit_minor


def check_second_person(
    *,
    first_id: UUID | None,
    actor_id: UUID | None,
    actor_kind: str,
    sandbox: bool,
    behind: Collection[UUID] = (),
) -> None:
    """Whoever lets money out is a person, and not the one who asked for it nor `behind` the key that did. In a sandbox
    a key may be that person, but never the same one. Refusal: `FourEyes`."""
    if first_id == actor_id or not (sandbox or (actor_kind == "person" and actor_id not in behind)):
        raise FourEyes(verb="approve")


@dataclass(frozen=True, slots=True)
class Instrument:
    """A payment that can take money back: what was captured on it, and what it has got back already or is disputed."""

    payment_id: UUID
    captured_minor: int
    returned_minor: int

    @property
    def left_minor(self) -> int:
        """The most that can go back to it."""
        return self.captured_minor - self.returned_minor


@dataclass(frozen=True, slots=True)
class Part:
    """What of a refund goes to one instrument."""

    payment_id: UUID
    amount_minor: int


def split_refund(*, amount_minor: int, instruments: Sequence[Instrument]) -> tuple[Part, ...]:
    """A refund over the instruments that paid: pro rata to what each paid and has not got back, by largest
    remainder, ties by place; never more than is left on one. Refusal: `NothingToRefund`.
    """
    left = [max(one.left_minor, 0) for one in instruments]
    if amount_minor <= 0 or amount_minor > sum(left):
        raise NothingToRefund(amount_minor=amount_minor, left_minor=sum(left))
    parts = share(total=amount_minor, weights=left)
    return tuple(Part(one.payment_id, part) for one, part in zip(instruments, parts, strict=True) if part)


@dataclass(frozen=True, slots=True)
class Matching:
    """Where money that came for a payment goes: the due part, processing, and what is too much."""

    due_minor: int
    processing_minor: int
    surplus_minor: int
    reason: str | None


def match(*, due_minor: int, processing_minor: int, received_minor: int) -> Matching:
    """The due part is paid first, then processing; `reason` is `short` or `over` unless it is exact."""
    due = min(due_minor, received_minor)
    processing = min(processing_minor, received_minor - due)
    surplus = received_minor - due - processing
    short = received_minor < due_minor + processing_minor
    return Matching(due, processing, surplus, "short" if short else "over" if surplus else None)


class Paid(Protocol):
    """What a captured payment asked for and brought."""

    @property
    def due_minor(self) -> int:
        """For the order."""
        ...

    @property
    def processing_minor(self) -> int:
        """For the rail."""
        ...

    @property
    def captured_minor(self) -> int:
        """What came."""
        ...


def kept(payment: Paid) -> int:
    """What a simulated rail keeps for itself: the processing, as far as it was paid beside the due part. A short
    payment must not be charged to what is held for its order."""
    return max(0, min(payment.processing_minor, payment.captured_minor - payment.due_minor))


@dataclass(frozen=True, slots=True)
class Settlement:
    """What of a captured payment reaches the bank, and what the rail keeps for it."""

    bank_minor: int
    cost_minor: int


def settlement(*, captured_minor: int, netted_minor: int, cost_minor: int) -> Settlement:
    """Refunds confirmed before it (`netted_minor`) and the rail's cost are taken off what was captured."""
    return Settlement(max(captured_minor - netted_minor - cost_minor, 0), cost_minor)


def compact(reference: str) -> str:
    """A creditor reference as it is stored: without the spaces people write."""
    return "".join(reference.split()).upper()


def misplaced(*, state: str | None, asked_currency: str | None, currency: str) -> str | None:
    """Why a wire cannot be given to the payment whose reference it bears, or None if it can."""
    if state is None:
        return "unknown_reference"
    if currency != asked_currency:
        return "wrong_currency"
    if state in OPEN_PAYMENTS:
        return None
    return "late" if state in ("expired", "cancelled", "declined", "failed") else "paid_already"


def payable_now(*, asked_minor: int | None, balance_minor: int, owed_minor: int, currency: str) -> int:
    """How much of a balance is paid out: what was asked for, or all that is not owed. Refusal: `NothingToPayOut`."""
    free = max(0, balance_minor - owed_minor)
    wanted = free if asked_minor is None else asked_minor
    if not 0 < wanted <= free:
        raise NothingToPayOut(
            field="amount_minor",
            accepted=f"1 to {free}",
            balance_minor=balance_minor,
            owed_minor=owed_minor,
            currency=currency,
        )
    return wanted
