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
| 4000000000000259 | card | succeeds; charged back a day after capture |
| 4000000000005126 | card | succeeds; every refund to it bounces |
| buyer@example.com | paypal | succeeds; `declined@example.com` is declined |
| 000123456789 | e_check | succeeds; 000222222227 is returned three days after capture |
| any account | payout | arrives; one that ends in 9999 bounces, one that ends in 8888 takes a day |
"""

from datetime import datetime, timedelta
from typing import Any

from holdfast.kernel.identifiers import public
from holdfast.kernel.refusals import Invalid
from holdfast.rails.port import Authorised, Bounced, Captured, Confirmed, Declined, Delayed, Sent, TakenBack
from holdfast.rails.rows import PaymentRow, PayoutRow, RefundRow

CARDS = {
    "4242424242424242": "succeeds",
    "4000000000000002": "card_declined",
    "4000000000009995": "insufficient_funds",
    "4000000000003220": "delays",
    "4000000000000341": "capture_fails",
    "4000000000000259": "charged_back",
    "4000000000005126": "refund_bounces",
}
PAYPAL = {"buyer@example.com": "succeeds", "declined@example.com": "payer_declined"}
E_CHECKS = {"000123456789": "succeeds", "000222222227": "returned"}
_NUMBERS = {"card": ("number", CARDS), "paypal": ("payer", PAYPAL), "e_check": ("account", E_CHECKS)}
_DECLINES = ("card_declined", "insufficient_funds", "payer_declined")
UNDECIDED = timedelta(hours=1)
CHARGED_BACK_AFTER = timedelta(days=1)
RETURNED_AFTER = timedelta(days=3)
SLOW_PAYOUT = timedelta(days=1)


class Simulated:
    """One simulated rail: card, paypal, wire or e_check."""

    def __init__(self, name: str) -> None:
        self.name = name

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
        if behaviour == "delays" and now < payment.requested_at + UNDECIDED:
            return Delayed(self._ref(payment))
        return Authorised(self._ref(payment))

    def capture(self, *, payment: PaymentRow) -> Captured | Declined:
        """All that was authorised."""
        if self._behaviour(payment) == "capture_fails":
            return Declined("capture_failed")
        return Captured(self._ref(payment), payment.amount_minor)

    def taken_back(self, *, payment: PaymentRow, now: datetime) -> TakenBack | None:
        """What has not gone back already."""
        left = payment.captured_minor - payment.returned_minor
        if payment.captured_at is None or left <= 0:
            return None
        age = now - payment.captured_at
        match self._behaviour(payment):
            case "charged_back" if age >= CHARGED_BACK_AFTER:
                return TakenBack("chargeback", left, "fraudulent")
            case "returned" if age >= RETURNED_AFTER:
                return TakenBack("return", left, "insufficient_funds")
        return None

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
        if payout.state == "requested" or slow:
            return Sent(ref)
        return Bounced("account_closed") if account.endswith("9999") else Confirmed(ref)

    def _behaviour(self, payment: PaymentRow) -> str:
        return str(payment.instrument.get("simulated", "succeeds"))

    def _ref(self, payment: PaymentRow) -> str:
        return f"sim_{public('pay', payment.id)}"
