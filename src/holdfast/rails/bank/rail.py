"""The rail of a real bank that is told by files and tells by statements: nobody is asked anything over a line.

It knows that a wire comes by itself. What came and what left is entered from statements (`operations`).
"""

from datetime import datetime, timedelta
from typing import Any

from holdfast.kernel.identifiers import public
from holdfast.rails.bank import pain
from holdfast.rails.port import Available, Captured, Declined, Delayed, DisputeNews, Sent
from holdfast.rails.rows import PaymentRow, PayoutRow, RefundRow


class ByBank:
    """Wires to the designated account, and payment files from it."""

    name = "wire"
    waits_for_payer = True

    def check(self, *, amount_minor: int, currency: str) -> None:
        """Takes any amount."""

    def patience(self, *, waited: timedelta) -> timedelta:  # noqa: ARG002  (nobody is asked)
        """Nobody is asked, so nobody is asked too often."""
        return timedelta(0)

    def instrument(self, *, given: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002  (the payer's bank is its own)
        """Which account it comes from is learned when it comes."""
        return {"kind": "wire"}

    def authorise(self, *, payment: PaymentRow, now: datetime) -> Delayed:  # noqa: ARG002
        """A wire is not asked for, it comes."""
        return Delayed(public("pay", payment.id))

    def capture(self, *, payment: PaymentRow, now: datetime) -> Captured | Delayed | Declined:  # noqa: ARG002
        """Nor taken."""
        return Delayed(public("pay", payment.id))

    def let_go(self, *, payment: PaymentRow) -> Declined:  # noqa: ARG002
        """What comes all the same goes into suspense."""
        return Declined("not_wanted")

    def confirmation(self, *, payment: PaymentRow) -> None:
        """The reference says everything."""

    def available(self, *, payment: PaymentRow, now: datetime) -> Available | None:
        """It is on our account: the statement said so. The programme's days pass first, for a wire recalled in them."""
        is_due = payment.settles_at is not None and payment.settles_at <= now
        return Available(0) if is_due else None

    def taken_back(self, *, payment: PaymentRow, now: datetime) -> tuple[DisputeNews, ...]:  # noqa: ARG002
        """A wire is not disputed."""
        return ()

    def refund(self, *, refund: RefundRow, payment: PaymentRow) -> Sent:  # noqa: ARG002
        """In a payment file."""
        return Sent(pain.compact("rfd", refund.id))

    def pay_out(self, *, payout: PayoutRow, now: datetime) -> Sent:  # noqa: ARG002
        """In a payment file."""
        return Sent(pain.compact("pot", payout.id))
