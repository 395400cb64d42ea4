"""What is written on papers, marked for translation: movements as a party reads them, treatments of tax, headings."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

MOVEMENT: Mapping[str, Words] = {
    "captured": _("Payment received"),
    "unmatched": _("Money received, not placed yet"),
    "matched": _("Payment placed"),
    "returned_unmatched": _("Money sent back, not placed"),
    "processing_paid": _("Processing paid"),
    "processing_refunded": _("Processing given back"),
    "settled": _("Settled by the provider"),
    "provider_debited": _("Taken back by the provider"),
    "funding_lost": _("Payment charged back"),
    "released": _("Released"),
    "fee_taken": _("Fee"),
    "fee_given_back": _("Fee given back"),
    "difference_borne": _("Small difference borne"),
    "deposit_paid": _("Guarantee paid in"),
    "deposit_given_back": _("Guarantee given back"),
    "credit_held": _("Kept back for the guarantee"),
    "debt_set_off": _("Set off against a debt"),
    "debt_repaid": _("Debt repaid"),
    "award_collected": _("Award collected"),
    "award_written_off": _("Award written off"),
    "award_recorded": _("Award recorded as a debt"),
    "frozen": _("Frozen: disputed"),
    "thawed": _("No longer disputed"),
    "refunded": _("Refunded"),
    "price_lowered": _("Back by amendment"),
    "recourse": _("Recourse for a refund"),
    "reserve_set_aside": _("Reserve set aside"),
    "reserve_given_up": _("Reserve given up"),
    "reserve_drawn": _("Reserve drawn"),
    "reserve_restored": _("Reserve restored"),
    "advance_funded": _("Advance funded"),
    "advance_returned": _("Advance returned"),
    "own_money_taken": _("Own money taken out"),
    "bank_charged": _("Bank charges"),
    "refund_sent": _("Refund sent"),
    "refund_confirmed": _("Refund confirmed"),
    "refund_bounced": _("Refund came back"),
    "refund_returned": _("Refund returned by the bank"),
    "payout_sent": _("Payout sent"),
    "payout_confirmed": _("Payout confirmed"),
    "payout_bounced": _("Payout came back"),
    "payout_returned": _("Payout returned by the bank"),
    "chargeback_opened": _("Chargeback opened"),
    "chargeback_won": _("Chargeback won"),
    "chargeback_lost": _("Chargeback lost"),
    "dispute_charged": _("Charge for a chargeback"),
    "tax_split": _("Tax put apart"),
    "tax_split_back": _("Tax put back"),
    "tax_remitted": _("Tax paid to the authorities"),
    "borne_by_operator": _("Borne by the operator"),
    "written_off": _("Written off"),
    "manual": _("Entry by finance"),
}

TREATMENT: Mapping[str, Words] = {
    "standard": _("Tax is contained in the amount."),
    "reverse_charge": _("Reverse charge: the recipient is liable for the tax."),
    "export": _("Service to a recipient outside the tax territory: no tax is charged."),
    "exempt": _("No tax is charged."),
}

SECTION: Mapping[str, Words] = {
    "balance": _("Balance"),
    "deposit": _("Guarantee"),
    "debt": _("Debts"),
    "held": _("Held for your orders"),
    "processing": _("Processing"),
    "account": _("Account"),
}

TITLE: Mapping[str, Words] = {
    "invoice": _("Invoice"),
    "credit_note": _("Credit note"),
    "statement": _("Statement"),
}


def movement(kind: str) -> str:
    """A movement in words; one without words by its own name."""
    return str(MOVEMENT.get(kind, kind.replace("_", " ")))
