"""The words of chargebacks and returned e-checks: states, the networks' reasons, what our record found, who bears it.

Names and their words, marked for translation; nothing else is known here.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, str | Promise]

DISPUTE: Words = {"open": _("Not decided"), "won": _("Won"), "lost": _("Lost")}
DISPUTE_KIND: Words = {"chargeback": _("Chargeback"), "return": _("Payment that came back unpaid")}
DISPUTE_REASON: Words = {
    "fraudulent": _("not ordered by the card's holder"),
    "product_not_received": _("nothing arrived"),
    "product_unacceptable": _("not as described"),
    "duplicate": _("charged twice"),
    "credit_not_processed": _("a refund did not come"),
    "insufficient_funds": _("no money on the account"),
    "account_closed": _("the account is closed"),
    "not_authorised": _("not authorised by the account's holder"),
    "general": _("no reason given"),
}
FAULT: Words = {
    "decided_against_supplier": _("a claim was decided against the supplier"),
    "not_shipped": _("nothing was shipped by the ship date"),
    "not_delivered": _("no good proof shows that it arrived"),
    "not_contested": _("nobody contested that the goods are not as agreed"),
    "not_due_yet": _("the ship date had not come"),
    "contested": _("our record speaks against it"),
    "not_about_goods": _("the reason says nothing of the supplier"),
}
