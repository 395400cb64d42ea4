"""The desk's pages in the order of an evening's work, and the gate before each of them.

A page adds itself to `DESK` with its address's name, its words, and what it counts on the landing page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from holdfast.console import edge
from holdfast.console.pages.desk import waiting
from holdfast.parties import access
from holdfast.parties.access import Caller
from holdfast.rails import outgoing

STAFF = ("finance", "administrator")


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of the desk. `counts` answers how much waits there at a moment, `asks` says what is counted."""

    name: str
    words: str | Promise
    asks: str | Promise = ""
    counts: Callable[[datetime], int] | None = None


DESK: tuple[Entry, ...] = (
    Entry("desk", _("Overview")),
    Entry("desk_incoming", _("Incoming money"), _("amounts wait to be placed or explained"), waiting.to_place),
    Entry("desk_settlements", _("Card settlements"), _("card settlements are not at the bank"), waiting.settlements),
    Entry("desk_holds", _("Holds"), _("amounts are late"), waiting.late_holds),
    Entry("desk_reconciliation", _("Reconciliation"), _("things do not agree"), waiting.breaks),
    Entry("desk_closes", _("Closes"), _("days are over and not closed"), waiting.days_to_close),
    Entry("desk_entries", _("Entries by hand"), _("entries wait for a second person"), waiting.entries_to_decide),
    Entry("desk_accounts", _("Accounts")),
    Entry("desk_payouts", _("Payouts"), _("payouts, files and refunds wait"), outgoing.work_waiting),
    Entry("desk_guarantee", _("Guarantee fund"), _("awards, debts and guarantees wait here"), waiting.behind_awards),
    Entry("desk_disputes", _("Chargebacks"), _("chargebacks are not decided"), waiting.chargebacks),
    Entry("desk_flags", _("Off the platform"), _("flagged messages wait to be looked at"), waiting.flagged),
    Entry("desk_papers", _("Papers"), _("suppliers wait for an invoice"), waiting.papers_to_issue),
)
"""The desk's navigation."""
UNDER = {
    "desk_statement_file": "desk_incoming",
    "desk_close": "desk_closes",
    "desk_account": "desk_accounts",
    "desk_entry": "desk_entries",
    "desk_dispute": "desk_disputes",
    "desk_paper": "desk_papers",
}
"""What lies under a page of the desk, by its name without its act."""


def standing_on(name: str) -> str:
    """The page of the navigation under which an address lies, by the address's name."""
    plain = name.removesuffix("_on").removesuffix("_act")
    return UNDER.get(plain, plain)


def desk_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for finance and administrators: `view(request, caller, ...)`. Refusal: `NotAllowed`."""

    @wraps(view)
    def gated(request: HttpRequest, caller: Caller, *args: Any, **kwargs: Any) -> HttpResponse:
        access.require_staff(caller, *STAFF)
        return view(request, caller, *args, **kwargs)

    return edge.page(gated)
