"""What a way of moving money must be able to do, and what it may answer: one interface to every provider.

Each call carries an ID that we made, so that asking twice moves money once. No call is made inside a transaction: the
intent is committed before it, the outcome is written after it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from holdfast.rails.rows import PaymentRow, PayoutRow, RefundRow


@dataclass(frozen=True, slots=True)
class Authorised:
    """The money stands ready on the instrument."""

    provider_ref: str


@dataclass(frozen=True, slots=True)
class Captured:
    """The money is with the provider."""

    provider_ref: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Delayed:
    """Not decided yet: ask again."""

    provider_ref: str


@dataclass(frozen=True, slots=True)
class Declined:
    """No money will come; `reason` is the provider's code."""

    reason: str


@dataclass(frozen=True, slots=True)
class Sent:
    """Money is on its way out and not confirmed: ask again."""

    provider_ref: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Money that was sent has arrived."""

    provider_ref: str


@dataclass(frozen=True, slots=True)
class Bounced:
    """Money that was sent came back; `reason` is the provider's code."""

    reason: str


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Money captured before was taken back by the payer's side: a chargeback or a return."""

    kind: str
    amount_minor: int
    reason: str


class Rail(Protocol):
    """A provider. Every method is safe to call again with the same row."""

    name: str

    def instrument(self, *, given: dict[str, Any]) -> dict[str, Any]:
        """What may be stored of an instrument the payer gave. Refusal: `Invalid`."""
        ...

    def authorise(self, *, payment: PaymentRow, now: datetime) -> Authorised | Delayed | Declined:
        """Ask for the money."""
        ...

    def capture(self, *, payment: PaymentRow) -> Captured | Declined:
        """Take what was authorised."""
        ...

    def taken_back(self, *, payment: PaymentRow, now: datetime) -> TakenBack | None:
        """Whether the payer's side took captured money back."""
        ...

    def refund(self, *, refund: RefundRow, payment: PaymentRow) -> Sent | Confirmed | Bounced:
        """Send money back to the instrument, or ask what became of it."""
        ...

    def pay_out(self, *, payout: PayoutRow, now: datetime) -> Sent | Confirmed | Bounced:
        """Send a supplier's money to its bank, or ask what became of it."""
        ...
