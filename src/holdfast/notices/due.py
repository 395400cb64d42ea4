"""How a deadline is said: what must be done, by when and in whose zone, and what follows if it is not.

The one place that words a deadline: API, console and mail all ask here, so that they say the same of each. It knows no
figure but the moment; which deadlines there are is known to the rooms that set them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel import Locale, dates
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import to_locale

Words = Mapping[str, str | Promise]

WHAT: Words = {
    "quotation.answer": _("Answer the quotation"),
    "contract.sign": _("Sign or decline the contract"),
    "amendment.sign": _("Sign or decline the amendment"),
    "tranche.pay": _("Pay what is due"),
    "tranche.grace": _("Pay the overdue balance"),
    "order.ship": _("Ship the goods"),
    "order.late": _("Ship what is late"),
    "order.close": _("The order closes and its cover is free"),
    "operator.decide": _("Decide what only a person can decide"),
    "booking.answer": _("Accept or decline the visit"),
    "booking.begin": _("Begin the inspection"),
    "booking.report": _("File the inspection report"),
    "lot.arrive": _("Ask both sides where the goods are"),
    "lot.receipt": _("Confirm, reject or claim"),
    "lot.rejected": _("Open a claim for the rejected goods"),
    "lot.reserved": _("Open a claim for the missing units"),
    "claim.answer": _("Answer the claim"),
    "claim.escalate": _("Settle the claim with the other side"),
    "claim.mediate": _("Decide the claim"),
    "claim.rules": _("Say what speaks against the claim"),
    "claim.limit": _("The last day for the mediator"),
    "claim.final": _("Appeal against the decision"),
    "claim.return": _("Send the goods back"),
    "claim.returned": _("Examine the goods that came back"),
    "claim.replacement": _("Deliver new goods"),
    "claim.paused": _("The claim waits for the end of a chargeback"),
    "beneficiary.tell": _("Tell of the changed bank account"),
    "beneficiary.usable": _("The changed bank account may be paid to"),
    "advance.fund": _("Bring own money for what was advanced"),
    "award.pay": _("Pay the award from the reserve"),
    "debt.remind": _("Pay what is owed"),
    "guarantee.top_up": _("Top up the guarantee"),
    "reserve.confirm": _("Confirm the change of the reserve"),
    "payout.approve": _("Approve the payout"),
    "payout.send": _("Send the payout"),
    "payout.confirm": _("Confirm the payout"),
    "entry.decide": _("Decide an entry by hand"),
    "dispute.respond": _("Answer the chargeback"),
    "dispute.outcome": _("Ask how the chargeback ended"),
    "refund.place": _("Find an account for the refund"),
    "refund.start": _("Start the refund"),
    "refund.confirm": _("Confirm the refund"),
    "refund.resolve": _("Find another way for the refund"),
    "settlement.arrive": _("See whether a card provider's money reached the bank"),
    "stray.resolve": _("Place or return a transfer"),
    "line.explain": _("Say what a debit at the bank was"),
}
"""What must be done, for each kind of deadline."""

OTHERWISE: Words = {
    "quotation.answer": _("After that it is valid no longer."),
    "contract.sign": _("After that the contract lapses."),
    "amendment.sign": _("After that the contract stays as it was."),
    "tranche.pay": _("After that the order may be cancelled."),
    "tranche.grace": _("After that the supplier may cancel."),
    "order.ship": _("After that the shipment is late, which may cost the supplier compensation."),
    "order.late": _("After that the buyer may cancel for lateness."),
    "booking.answer": _("After that the booking lapses."),
    "booking.begin": _("After that the visit counts as missed."),
    "booking.report": _("After that what waits for it goes on."),
    "lot.receipt": _("After that, silence may count as receipt."),
    "lot.rejected": _("After that they count as accepted."),
    "lot.reserved": _("After that they count as accepted."),
    "claim.answer": _("After that the claim is decided without an answer."),
    "claim.escalate": _("After that the claim goes to a mediator or is decided by the record."),
    "claim.rules": _("After that the record decides the claim."),
    "claim.final": _("After that the decision is final."),
    "claim.return": _("After that what was awarded for them is lost."),
    "claim.returned": _("After that they count as returned."),
    "claim.replacement": _("After that the money goes back instead."),
    "debt.remind": _("It is set off against the next balance."),
    "guarantee.top_up": _("Whoever does not top it up is suspended."),
}
"""What follows if a side does not. What the operator owes has no such sentence: it stays in the operator's queue."""

SOMETHING = _("Act")


@dataclass(frozen=True, slots=True)
class Said:
    """A deadline in the reader's words; `otherwise` may be empty. `text` is all of it, as mails and the API have it."""

    what: str
    by: str
    otherwise: str
    text: str


def said(*, kind: str, due_at: datetime, zone: str, reader_zone: str | None = None) -> Said:
    """A deadline in the language that is active. Of a kind without words it is said in general ones, for nobody may
    miss a deadline for want of a phrase."""
    parts = {
        "what": str(WHAT.get(kind, SOMETHING)),
        "by": by(at=due_at, zone=zone, reader_zone=reader_zone),
        "otherwise": str(OTHERWISE.get(kind, "")),
    }
    whole = say("%(what)s: %(by)s. %(otherwise)s") if parts["otherwise"] else say("%(what)s: %(by)s.")
    return Said(**parts, text=whole % parts)


def said_in_every_language(*, kind: str, due_at: datetime, zone: str) -> dict[str, str]:
    """The text by language, for programs that show it to people: in the zone that decides."""
    found = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found[language] = said(kind=kind, due_at=due_at, zone=zone).text
    return found


def by(*, at: datetime, zone: str, reader_zone: str | None = None) -> str:
    """By when, in the zone that decides, with the reader's own time beside it where that differs."""
    decides = written(at, zone)
    text = say("by %(moment)s (%(place)s)") % {"moment": decides, "place": place(zone)}
    own = written(at, reader_zone) if reader_zone else decides
    return text if own == decides else say("%(text)s, %(moment)s your time") % {"text": text, "moment": own}


def written(at: datetime, zone: str) -> str:
    """Day and minute; the last second of a day is its end and not the next day's beginning."""
    local, locale = at.astimezone(ZoneInfo(zone)), reading()
    return (
        f"{dates.format_skeleton('yMMMEd', local, locale=locale)}, {dates.format_skeleton('Hm', local, locale=locale)}"
    )


def place(zone: str) -> str:
    """A zone by its city."""
    return dates.get_timezone_location(ZoneInfo(zone), locale=reading(), return_city=True) if "/" in zone else zone


def reading() -> Locale:
    """The locale of the language that is active."""
    return Locale.parse(to_locale(translation.get_language() or settings.LANGUAGE_CODE))
