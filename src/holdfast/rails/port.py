"""What a way of moving money must be able to do, and what it may answer: one interface to every provider.

Each call carries an ID that we made, so that asking twice moves money once. No call is made inside a transaction: the
intent is committed before it, the outcome is written after it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
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
class DisputeNews:
    """Money captured before was taken back by the payer's side, and what became of that.

    `kind` is `chargeback` or `return` (an e-check came back unpaid: nothing is decided any more), `state` as of
    `rules.DISPUTE`, `reason` the provider's code. `fee_minor` is what the provider takes for it beside the amount;
    `from_bank`: it takes what it has sent on already from our bank account, not from what it sends next.
    """

    provider_ref: str
    kind: str
    amount_minor: int
    reason: str
    state: str = "open"
    respond_by: datetime | None = None
    fee_minor: int = 0
    from_bank: bool = False


@dataclass(frozen=True, slots=True)
class Available:
    """Captured money is final: the provider has it ready for our bank, and kept `cost_minor` of it for itself."""

    cost_minor: int


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the payer still does at the provider: on its page at `url`, or in a page of the marketplace's own with
    `client_secret`. Both are for the payer alone and are never stored."""

    provider: str
    url: str | None
    client_secret: str | None


class Rail(Protocol):
    """A provider. Every method is safe to call again with the same row."""

    name: str
    waits_for_payer: bool
    """Whether the payer does a part by itself after it was asked, so that the request must run out some day."""

    def check(self, *, amount_minor: int, currency: str) -> None:
        """Whether the rail can take this amount at all. Refusals: the provider's own."""
        ...

    def patience(self, *, waited: timedelta) -> timedelta:
        """How long to wait before a provider that has been asked about something for so long is asked again."""
        ...

    def instrument(self, *, given: dict[str, Any]) -> dict[str, Any]:
        """What may be stored of an instrument the payer gave. Refusal: `Invalid`."""
        ...

    def authorise(self, *, payment: PaymentRow, now: datetime) -> Authorised | Delayed | Declined:
        """Ask for the money."""
        ...

    def capture(self, *, payment: PaymentRow, now: datetime) -> Captured | Delayed | Declined:
        """Take what was authorised."""
        ...

    def let_go(self, *, payment: PaymentRow) -> Captured | Delayed | Declined:
        """Give up a payment that nobody waits for any more; `Captured` if the money had been taken already."""
        ...

    def confirmation(self, *, payment: PaymentRow) -> Confirmation | None:
        """What the payer still has to do at the provider, if anything."""
        ...

    def available(self, *, payment: PaymentRow, now: datetime) -> Available | None:
        """Whether captured money is final, and what it cost."""
        ...

    def taken_back(self, *, payment: PaymentRow, now: datetime) -> tuple[DisputeNews, ...]:
        """What the payer's side took back of captured money, and how that stands; nothing where news come in."""
        ...

    def refund(self, *, refund: RefundRow, payment: PaymentRow) -> Sent | Confirmed | Bounced | Delayed:
        """Send money back to the instrument, or ask what became of it; `Delayed` if the provider could not be asked."""
        ...

    def pay_out(self, *, payout: PayoutRow, now: datetime) -> Sent | Confirmed | Bounced:
        """Send a supplier's money to its bank, or ask what became of it."""
        ...
