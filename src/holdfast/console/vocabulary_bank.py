"""Words for what a bank says: why money waits in suspense, what became of a line, and what it turned out to be."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, str | Promise]

STRAY_REASON: Words = {
    "not_signed": _("The contract is not signed by both sides"),
    "unknown_reference": _("It names nothing that is awaited"),
    "short": _("Short: waits for the rest"),
    "over": _("More than is due"),
    "wrong_currency": _("In another currency"),
    "late": _("After the payment had lapsed"),
    "paid_already": _("Paid already"),
    "order_ended": _("The order has ended"),
}
LINE: Words = {
    "entered": _("Being placed"),
    "matched": _("Paid in"),
    "suspense": _("In suspense"),
    "explained": _("Explained"),
    "unexplained": _("Not explained"),
    "returned": _("Sent back"),
}
LINE_KIND: Words = {
    "payment_in": _("Payment"),
    "payment_taken_back": _("Payment taken back by the bank"),
    "payout_out": _("Payout"),
    "payout_returned": _("Payout that came back"),
    "refund_out": _("Refund"),
    "refund_returned": _("Refund that came back"),
    "provider_settlement": _("From a card provider"),
    "bank_charge": _("The bank's charge"),
    "deposit_in": _("A supplier's guarantee or debt"),
    "wire_returned": _("Money sent back"),
    "own_money": _("The operator's own money"),
    "by_hand": _("Written elsewhere"),
}
SETTLEMENT_LINE: Words = {
    "charge": _("Payment"),
    "payment": _("Payment"),
    "refund": _("Refund"),
    "payment_refund": _("Refund"),
    "refund_failure": _("Refund that came back"),
    "payment_failure_refund": _("Payment taken back by the bank"),
    "adjustment": _("Correction by the provider"),
    "stripe_fee": _("Charge of the provider"),
    "reserve_transaction": _("Kept back by the provider"),
    "payout": _("Sent to the bank"),
    "payout_cancel": _("Did not arrive"),
    "payout_failure": _("Did not arrive"),
}
STATEMENT_FILE: Words = {
    "entering": _("Being entered"),
    "entered": _("Entered"),
}
CANDIDATE: Words = {
    "reference": _("reference"),
    "payer": _("payer"),
    "amount": _("amount"),
}
