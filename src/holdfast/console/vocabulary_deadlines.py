"""Words for what must be done by when: those that mails and the API use too."""

from holdfast.notices.due import WHAT

DEADLINE = WHAT
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, str | Promise]

DEADLINE: Words = {
    "quotation.answer": _("Answer the quotation"),
    "amendment.sign": _("Sign the amendment"),
    "contract.sign": _("Sign the contract"),
    "tranche.pay": _("Pay what is due"),
    "tranche.grace": _("Pay the overdue balance"),
    "order.ship": _("Ship the goods"),
    "order.late": _("Ship: from then on the buyer may cancel for lateness"),
    "order.close": _("The order closes and its cover is free"),
    "operator.decide": _("Decide what only a person can decide"),
    "lot.arrive": _("Ask both sides where the goods are"),
    "lot.receipt": _("Confirm, reject or claim: silence may count as receipt"),
    "lot.rejected": _("Open a claim for the rejected goods"),
    "lot.reserved": _("Open a claim for the missing units"),
    "booking.answer": _("Accept or decline the visit"),
    "booking.begin": _("Begin the inspection"),
    "booking.report": _("File the inspection report"),
    "claim.answer": _("Answer the claim"),
    "claim.escalate": _("The claim goes to mediation"),
    "claim.mediate": _("Decide the claim"),
    "claim.rules": _("The record decides the claim"),
    "claim.limit": _("The last day for the mediator"),
    "claim.final": _("The decision becomes final"),
    "claim.return": _("Send the goods back"),
    "claim.returned": _("Examine the goods that came back"),
    "claim.replacement": _("Deliver new goods"),
    "beneficiary.tell": _("Tell of the changed bank account"),
    "beneficiary.usable": _("The changed bank account may be paid to"),
    "advance.fund": _("Bring own money for what was advanced"),
    "award.pay": _("Pay the award from the reserve"),
    "debt.remind": _("Pay what is owed"),
    "guarantee.top_up": _("Top up the guarantee"),
    "reserve.confirm": _("Confirm the change of the reserve"),
    "payout.approve": _("Approve the payout"),
    "payout.send": _("Send the payout"),
    "entry.decide": _("Decide an entry by hand"),
    "payout.confirm": _("Confirm the payout"),
    "dispute.respond": _("Answer the chargeback"),
    "dispute.outcome": _("Ask how the chargeback ended"),
    "claim.paused": _("The claim waits for the end of a chargeback"),
    "refund.place": _("Find an account for the refund"),
    "settlement.arrive": _("See whether a card provider's money reached the bank"),
    "stray.resolve": _("Place or return a transfer"),
    "line.explain": _("Say what a debit at the bank was"),
    "refund.start": _("Start the refund"),
    "refund.confirm": _("Confirm the refund"),
    "refund.resolve": _("Find another way for the refund"),
}
