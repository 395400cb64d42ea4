"""The reader's words for what is said between the sides of an order, and for the explicit acts about a breach."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, str | Promise]

BETWEEN_SIDES: dict[str, Words] = {
    "concession": {
        "proposed": _("Waits for a signature"),
        "signed": _("In force"),
        "declined": _("Declined"),
        "withdrawn": _("Withdrawn"),
    },
    "concession_kind": {
        "waive": _("Breach waived"),
        "rights_reserved": _("New date, rights reserved"),
        "with_compensation": _("New date, with compensation"),
    },
    "concession_verb": {"sign": _("Sign"), "decline": _("Decline"), "withdraw": _("Withdraw")},
    "flag": {"open": _("Nobody has looked at it"), "harmless": _("Harmless"), "upheld": _("An attempt")},
    "attempt": {
        "iban": _("an IBAN"),
        "card_number": _("a card number"),
        "bic": _("the code of a bank"),
        "account_number": _("an account number"),
        "wallet": _("a wallet"),
        "email": _("an e-mail address"),
        "handle": _("a name at a messenger"),
        "telephone": _("a telephone number"),
        "link": _("a link to a messenger or a payment"),
        "messenger": _("an invitation to a messenger"),
        "pay_outside": _("paying past the platform"),
    },
    "drift": {
        "ship_date": _("Ship date"),
        "delivery_date": _("Delivery date"),
        "quantity": _("Quantity"),
        "colour": _("Colour"),
        "material": _("Material"),
        "size": _("Size"),
        "measure": _("Length or weight"),
        "price": _("Price"),
        "payee": _("Who is paid"),
    },
}
"""Each kind with its words, as `KINDS` takes it."""
