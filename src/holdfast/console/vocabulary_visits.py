"""Words for an inspector's visits: their states, the steps that lead there, and why one did not take place."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, str | Promise]

VISITS: Mapping[str, Words] = {
    "booking": {
        "proposed": _("Waits for the inspector"),
        "accepted": _("Agreed with the inspector"),
        "declined": _("Declined by the inspector"),
        "lapsed": _("Lapsed: the inspector did not answer"),
        "cancelled": _("Cancelled"),
        "under_way": _("Under way"),
        "missed": _("Did not take place"),
        "reported": _("Reported"),
        "stopped": _("Broken off"),
        "overdue": _("The report is overdue"),
    },
    "visit": {
        "accept": _("Accept the visit"),
        "decline": _("Decline the visit"),
        "begin": _("Begin the inspection"),
        "miss": _("It could not take place"),
        "stop": _("Break it off"),
        "move": _("Move it to another day"),
        "cancel": _("Cancel the visit"),
    },
    "visit_missed": {
        "not_ready": _("The goods were not ready"),
        "no_access": _("The inspector was not let in"),
        "inspector": _("The inspector could not come"),
        "nobody_came": _("Nobody came"),
        "withdrawn": _("The inspector was withdrawn"),
    },
}
