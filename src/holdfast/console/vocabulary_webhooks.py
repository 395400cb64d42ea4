"""The reader's words for webhooks: how an endpoint and a delivery stand, and why a call came to nothing."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, str | Promise]

WEBHOOKS: dict[str, Words] = {
    "webhook": {"enabled": _("Enabled"), "disabled": _("Disabled"), "removed": _("Removed")},
    "webhook_delivery": {
        "waiting": _("Waiting"),
        "sending": _("Being sent"),
        "delivered": _("Delivered"),
        "failed": _("Given up"),
    },
    "webhook_fault": {
        "timeout": _("No answer in time"),
        "status": _("It answered with an error"),
        "redirect": _("It sent us elsewhere, where we do not go"),
        "address_refused": _("Its name does not lead to an address of the open internet"),
        "name_not_found": _("Its name leads nowhere"),
        "connection_refused": _("Nobody listens there"),
        "connection_lost": _("The connection broke"),
        "tls": _("Its certificate is not trusted"),
        "not_http": _("What it answered is no HTTP"),
        "secret_unreadable": _("Its secret cannot be read; the operator must look"),
        "disabled": _("The endpoint was disabled"),
        "not_served": _("Whom it is about lets the marketplace act no longer"),
    },
    "webhook_why": {
        "by_hand": _("disabled by hand"),
        "failing": _("it took nothing for five days"),
        "gone": _("it answered that it is gone"),
    },
}
"""Each kind with its words, as `KINDS` takes it."""
