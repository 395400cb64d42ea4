"""The reader's words for what stands behind an award: debts, guarantees, the reserve.

Names and their words, marked for translation; nothing else is known here.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from holdfast.console.vocabulary_cover import COVERING

Words = Mapping[str, str | Promise]
DEBT: Words = {"open": _("open"), "collected": _("paid"), "written_off": _("written off")}
DEBT_KIND: Words = {
    "advance": _("advanced from the reserve"),
    "award": _("owed to the buyer by the operator"),
    "refund": _("a refund, recorded only"),
    "cost": _("costs, recorded only"),
    "processing": _("processing, recorded only"),
    "chargeback": _("a lost chargeback"),
}
GUARANTEE: Words = {
    "building": _("being built up"),
    "due": _("to be paid in"),
    "met": _("complete"),
    "short": _("drawn on by a claim"),
}
GUARANTEE_BY: Words = {"deposit": _("deposit"), "credit_hold": _("kept back from releases")}
RESERVE_CHANGE: Words = {"proposed": _("proposed"), "confirmed": _("confirmed"), "withdrawn": _("withdrawn")}
RESERVE_KIND: Words = {"set_aside": _("set aside"), "give_up": _("give up")}
BEHIND_AWARDS: Mapping[str, Words] = {
    "debt": DEBT,
    "debt_kind": DEBT_KIND,
    "guarantee": GUARANTEE,
    "guarantee_by": GUARANTEE_BY,
    "reserve_change": RESERVE_CHANGE,
    "reserve_kind": RESERVE_KIND,
    **COVERING,
}
"""All of them, by the kind under which a page asks."""
