"""Rails that move no money: what they answer follows from the test number and our own ID alone.

Pure functions of the row they are given; they keep nothing and call nobody. They work in a sandbox only, which
`choice` sees to.

| number | rail | what happens |
| --- | --- | --- |
| 4242424242424242 | card | succeeds |
| 4000000000000002 | card | declined |
| 4000000000009995 | card | declined: insufficient funds |
| 4000000000003220 | card | undecided for an hour, then succeeds |
| 4000000000000341 | card | authorised, capture fails |
| 4000000000000259 | card | succeeds; charged back after a day as fraudulent; open until finance says how it ended |
| 4000000000001976 | card | succeeds; charged back after a day as not received; won after 11 days |
| 4000000000002685 | card | succeeds; charged back after a day as not received; lost after 11 days |
| 4000000000005423 | card | succeeds; half of it charged back after a day as fraudulent; lost after 11 days |
| 4000000000006759 | card | succeeds; charged back after 12 days as not as described; open until finance says |
| 4000000000007726 | card | succeeds; charged back after 40 days as not as described; lost after 50 days |
| 4000000000005126 | card | succeeds; every refund to it bounces |
| buyer@example.com | paypal | succeeds |
| declined@example.com | paypal | declined |
| disputes@example.com | paypal | succeeds; disputed after a day as not received; open until finance says how it ended |
| disputes-won@example.com | paypal | the same, won after 11 days |
| disputes-lost@example.com | paypal | the same, lost after 11 days |
| 000123456789 | e_check | succeeds |
| 000111111116 | e_check | undecided for two days, then succeeds |
| 000222222227 | e_check | succeeds; returned three days after capture, before it has settled |
| 000333333335 | e_check | succeeds; returned 20 days after capture, when it had settled |
| 000444444440 | e_check | succeeds; returned 60 days after capture |
| any account | payout | arrives; one that ends in 9999 bounces, one that ends in 8888 takes a day |
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from holdfast.kernel.identifiers import public
from holdfast.kernel.refusals import Invalid
from holdfast.rails.port import (
    Authorised,
    Available,
    Bounced,
    Captured,
    Confirmed,
    Declined,
    Delayed,
    DisputeNews,
    Sent,
)
from holdfast.rails.rows import PaymentRow, PayoutRow, RefundRow
from holdfast.rails.rules import kept

CARDS = {
    "4242424242424242": "succeeds",
    "4000000000000002": "card_declined",
    "4000000000009995": "insufficient_funds",
    "4000000000003220": "delays",
    "4000000000000341": "capture_fails",
    "4000000000000259": "charged_back",
    "4000000000001976": "charged_back_won",
    "4000000000002685": "charged_back_lost",
    "4000000000005423": "half_charged_back",
    "4000000000006759": "charged_back_later",
    "4000000000007726": "charged_back_late",
    "4000000000005126": "refund_bounces",
}
PAYPAL = {
    "buyer@example.com": "succeeds",
    "declined@example.com": "payer_declined",
    "disputes@example.com": "disputed",
    "disputes-won@example.com": "disputed_won",
    "disputes-lost@example.com": "disputed_lost",
}
E_CHECKS = {
    "000123456789": "succeeds",
    "000111111116": "clears_slowly",
    "000222222227": "returned",
    "000333333335": "returned_late",
    "000444444440": "returned_very_late",
}
_NUMBERS = {"card": ("number", CARDS), "paypal": ("payer", PAYPAL), "e_check": ("account", E_CHECKS)}
_DECLINES = ("card_declined", "insufficient_funds", "payer_declined")
UNDECIDED = {"delays": timedelta(hours=1), "clears_slowly": timedelta(days=2)}
RESPOND_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class _Fate:
    """What the payer's bank does with a payment: after how many days, of which part of it, and how that ends."""

    after: int
    reason: str
    ends: str = "open"
    ended_after: int = 0
    kind: str = "chargeback"
    divisor: int = 1


_FATES = {
    "charged_back": _Fate(1, "fraudulent"),
    "charged_back_won": _Fate(1, "product_not_received", "won", 11),
    "charged_back_lost": _Fate(1, "product_not_received", "lost", 11),
    "half_charged_back": _Fate(1, "fraudulent", "lost", 11, divisor=2),
    "charged_back_later": _Fate(12, "product_unacceptable"),
    "charged_back_late": _Fate(40, "product_unacceptable", "lost", 50),
    "disputed": _Fate(1, "product_not_received"),
    "disputed_won": _Fate(1, "product_not_received", "won", 11),
    "disputed_lost": _Fate(1, "product_not_received", "lost", 11),
    "returned": _Fate(3, "insufficient_funds", kind="return"),
    "returned_late": _Fate(20, "account_closed", kind="return"),
    "returned_very_late": _Fate(60, "not_authorised", kind="return"),
}
TAKEN_BACK = tuple(_FATES)
"""Behaviours of which the payer's side may take money back: only these need be asked about."""
SLOW_PAYOUT = timedelta(days=1)


class Simulated:
    """One simulated rail: card, paypal, wire or e_check."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.waits_for_payer = name == "wire"

    def check(self, *, amount_minor: int, currency: str) -> None:
        """Takes any amount."""

    def patience(self, *, waited: timedelta) -> timedelta:  # noqa: ARG002  (it answers at once, however often)
        """Not asked in vain."""
        return timedelta(0)

    def instrument(self, *, given: dict[str, Any]) -> dict[str, Any]:
        """The kind, the last four characters, and the behaviour the number stands for; never the number."""
        if self.name == "wire":
            return {"kind": "wire"}
        key, known = _NUMBERS[self.name]
        said = given.get(key)
        number = said.replace(" ", "") if isinstance(said, str) else ""
        if number not in known:
            raise Invalid(field=f"instrument.{key}", accepted=sorted(known))
        return {"kind": self.name, "last4": number[-4:], "simulated": known[number]}

    def authorise(self, *, payment: PaymentRow, now: datetime) -> Authorised | Delayed | Declined:
        """By the number; a wire is not asked for, it comes."""
        behaviour = self._behaviour(payment)
        if self.name == "wire":
            return Delayed(self._ref(payment))
        if behaviour in _DECLINES:
            return Declined(behaviour)
        if now < payment.requested_at + UNDECIDED.get(behaviour, timedelta(0)):
            return Delayed(self._ref(payment))
        return Authorised(self._ref(payment))

    def capture(self, *, payment: PaymentRow, now: datetime) -> Captured | Declined:  # noqa: ARG002
        """All that was authorised."""
        if self._behaviour(payment) == "capture_fails":
            return Declined("capture_failed")
        return Captured(self._ref(payment), payment.amount_minor)

    def let_go(self, *, payment: PaymentRow) -> Declined:  # noqa: ARG002  (nothing was taken)
        """At once."""
        return Declined("not_wanted")

    def confirmation(self, *, payment: PaymentRow) -> None:
        """A test number says everything."""

    def available(self, *, payment: PaymentRow, now: datetime) -> Available | None:
        """After the rail's days, for the processing that was paid."""
        is_due = payment.settles_at is not None and payment.settles_at <= now
        return Available(kept(payment)) if is_due else None

    def taken_back(self, *, payment: PaymentRow, now: datetime) -> tuple[DisputeNews, ...]:
        """What was captured, or a part of it, after the days of the number; it comes out of our bank account if it was
        sent there."""
        fate = _FATES.get(self._behaviour(payment))
        if fate is None or payment.captured_at is None or now < payment.captured_at + timedelta(days=fate.after):
            return ()
        ended = fate.ends != "open" and now >= payment.captured_at + timedelta(days=fate.ended_after)
        return (
            DisputeNews(
                provider_ref=f"sim_{public('dsp', payment.id)}",
                kind=fate.kind,
                amount_minor=payment.captured_minor // fate.divisor,
                reason=fate.reason,
                state=fate.ends if ended else "open",
                respond_by=now + RESPOND_WITHIN if fate.kind == "chargeback" else None,
                from_bank=True,
            ),
        )

    def refund(self, *, refund: RefundRow, payment: PaymentRow) -> Sent | Confirmed | Bounced:
        """The first call sends, the next tells the outcome."""
        ref = f"sim_{public('rfd', refund.id)}"
        if refund.state == "requested":
            return Sent(ref)
        return Bounced("instrument_closed") if self._behaviour(payment) == "refund_bounces" else Confirmed(ref)

    def pay_out(self, *, payout: PayoutRow, now: datetime) -> Sent | Confirmed | Bounced:
        """By the last digits of the account."""
        ref = f"sim_{public('pot', payout.id)}"
        account = str(payout.destination.get("iban") or payout.destination.get("account") or "")
        slow = account.endswith("8888") and payout.sent_at is not None and now < payout.sent_at + SLOW_PAYOUT
        if payout.state in ("requested", "approved") or slow:
            return Sent(ref)
        return Bounced("account_closed") if account.endswith("9999") else Confirmed(ref)

    def _behaviour(self, payment: PaymentRow) -> str:
        return str(payment.instrument.get("simulated", "succeeds"))

    def _ref(self, payment: PaymentRow) -> str:
        return f"sim_{public('pay', payment.id)}"
