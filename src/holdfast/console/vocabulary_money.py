"""The words of money at the finance desk and on an order: why it waits, on which account, what does not agree.

Names and their words, marked for translation; nothing else is known here.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from holdfast.treasury.papers import words as on_papers

Words = Mapping[str, str | Promise]

HOLD: Words = {
    "disputed": _("disputed in a claim"),
    "charged back": _("the buyer's bank took the payment back"),
    "shortage": _("for units that did not come"),
    "not shipped": _("not shipped yet"),
    "not settled": _("the payment can still be taken back"),
    "shipped": _("on its way, not received yet"),
    "delivered": _("delivered, not received yet"),
    "rejected": _("rejected, a claim may follow"),
    "agreed": _("not fully paid yet"),
    "to be sent": _("to be sent back"),
    "no instrument takes it": _("no instrument takes it back"),
    "bounced": _("came back from the bank"),
    "sent, not confirmed": _("sent, not confirmed"),
    "payout on its way": _("payout on its way"),
    "taken back by the network": _("taken back by the network, not decided"),
    "not asked for": _("not asked for by its owner"),
    "no bank account": _("its owner has no bank account here"),
    "bank account not verified": _("the bank account is not verified"),
    "guarantee": _("a guarantee"),
    "unexplained": _("nobody can explain it"),
    "not_signed": _("came before both had signed"),
    "unknown_reference": _("unknown reference"),
    "short": _("too little"),
    "over": _("too much"),
    "wrong_currency": _("another currency"),
    "late": _("too late"),
    "paid_already": _("paid already"),
    "order_ended": _("the order has ended"),
}
LEDGER: Words = {
    "escrow": _("Escrow"),
    "frozen": _("Frozen"),
    "refundable": _("Owed to buyers"),
    "refunds_in_transit": _("Refunds on their way"),
    "payable": _("Suppliers' balances"),
    "payouts_in_transit": _("Payouts on their way"),
    "deposit": _("Guarantees"),
    "suspense": _("Suspense"),
    "rail_clearing": _("At payment providers"),
    "client_bank": _("Clients' bank account"),
    "own_bank": _("Our own bank account"),
    "reserve": _("Reserve"),
    "reserve_committed": _("Reserve set aside"),
    "chargebacks_receivable": _("Chargebacks open"),
    "supplier_debt": _("Debts of suppliers"),
    "awarded": _("Awarded, not paid yet"),
    "fee_income": _("Fees"),
    "tax_payable": _("Tax owed"),
    "processing_recovered": _("Processing paid by buyers"),
    "processing_cost": _("Cost of payments"),
    "operator_loss": _("Borne by us"),
    "bad_debt": _("Bad debts"),
}
BREAK: Words = {
    "unexplained": _("Nobody can explain it"),
    "settlement_overdue": _("A provider is late"),
    "clients_money_short": _("Clients' money is short"),
    "bank_difference": _("The bank says another sum"),
    "line_unexplained": _("A line of a statement that nobody can explain"),
    "not_on_statement": _("Booked, and on no statement yet"),
    "no_statement": _("No statement for too long"),
}
ENTRY: Words = {
    "proposed": _("Waiting for a second person"),
    "posted": _("Posted"),
    "declined": _("Declined"),
    "withdrawn": _("Withdrawn"),
}
RATE_SOURCE: Words = {"by hand": _("by hand"), "European Central Bank": _("European Central Bank")}
DECIDING: Words = {
    "approve": _("Approve"),
    "decline": _("Decline"),
    "withdraw": _("Withdraw"),
    "reverse": _("Take back"),
}
MOVEMENT: Words = {**on_papers.MOVEMENT, "manual": _("by hand")}
PAYMENT: Words = {
    "requested": _("Asked for"),
    "approved": _("Approved"),
    "instructed": _("In a payment file"),
    "pending": _("Not decided by the provider yet"),
    "authorised": _("Authorised"),
    "captured": _("Captured"),
    "settled": _("Settled"),
    "declined": _("Declined"),
    "cancelled": _("Cancelled"),
    "sent": _("Sent"),
    "confirmed": _("Arrived"),
    "stopped": _("Stopped: the buyer's bank took it back"),
    "bounced": _("Came back"),
    "expired": _("Expired"),
    "failed": _("Failed"),
    "returned": _("Taken back"),
}
RAIL: Words = {
    "card": _("Card"),
    "paypal": _("PayPal"),
    "wire": _("Bank transfer"),
    "e_check": _("E-check"),
}
PAYABLE: Words = {
    "signature": _("when both have signed"),
    "production": _("when production starts"),
    "ready": _("when the goods are ready"),
    "shipment": _("when the goods have shipped"),
}
RELEASE: Words = {
    "production": _("when production starts"),
    "inspection": _("when the inspection is passed"),
    "shipment": _("when the goods have shipped"),
    "receipt": _("when the goods are received"),
}
ACCOUNT: Words = {
    "pending": _("Waiting to be verified"),
    "cooling": _("Verified, waiting out 72 hours"),
    "verified": _("Verified"),
    "withdrawn": _("Withdrawn"),
}
AWARD: Words = {
    "units_price": _("Price of the units"),
    "missing_units_price": _("Price of the missing units"),
    "lot_price": _("Price of the lot"),
    "late_compensation": _("Compensation for lateness"),
    "rework": _("Cost of rework"),
    "price_reduction": _("Price reduction"),
    "inspection": _("Cost of the inspection"),
    "return_freight": _("Return freight"),
    "settlement": _("Settlement"),
    "departure": _("The mediator's own"),
    "charge.freight": _("Share of the freight"),
    "charge.insurance": _("Share of the insurance"),
    "charge.handling": _("Share of the handling"),
    "charge.discount": _("Share of the discount"),
    "charge.tax": _("Share of the tax"),
    "limit.refund": _("Limit of what can come back"),
    "limit.cost": _("Limit of costs"),
}
