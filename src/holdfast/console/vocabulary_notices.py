"""Words for how notices reach people, and how their mails fared."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, str | Promise]

WAY: Words = {
    "mail": _("At once by e-mail"),
    "digest": _("In the digest"),
    "console": _("Here only"),
}
DELIVERY: Words = {
    "waiting": _("The e-mail is on its way"),
    "sending": _("The e-mail is being sent"),
    "accepted": _("E-mail delivered"),
    "bounced": _("The e-mail came back"),
    "given_up": _("The e-mail could not be delivered"),
    "filed": _("No mail server: written to a file"),
    "kept": _("Here only, as you chose"),
    "gathered": _("It comes with your digest"),
    "digested": _("It came with your digest"),
    "stopped": _("Not sent: e-mails to your address come back"),
}
GROUP: Words = {
    "agreement": _("Quotations and contracts"),
    "order": _("The order and its production"),
    "inspection": _("Inspections"),
    "goods": _("Goods and receipt"),
    "payments": _("Payments and refunds"),
    "claims": _("Claims"),
    "messages": _("Messages"),
    "company": _("Your company: accounts, payouts, papers"),
    "programs": _("Your programs"),
    "delivery": _("Notices themselves"),
}
NOTICES = {"way": WAY, "delivery": DELIVERY, "notice_group": GROUP}
