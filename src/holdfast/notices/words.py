"""The words of notices, marked for translation: a sentence for each kind, a line for each amount, what mails end with.

Short and plain. What it does not know it says in general words. Deadlines are worded in `due`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from holdfast.kernel.money import Money
from holdfast.notices import due
from holdfast.notices.counted import counted
from holdfast.notices.kinds import DEAD, EXTENSION, REMINDER
from holdfast.record.deadlines import Deadline

SENTENCES: Mapping[str, str | Promise] = {
    "quotation.offered": _("%(actor)s has sent you a quotation"),
    "quotation.revised": _("%(actor)s has revised the quotation"),
    "quotation.countered": _("%(actor)s has made a counter-offer"),
    "quotation.accepted": _("%(actor)s has accepted the quotation and drafts the contract"),
    "quotation.declined": _("%(actor)s has declined the quotation"),
    "quotation.withdrawn": _("%(actor)s has withdrawn the quotation"),
    "quotation.expired": _("The quotation is valid no longer"),
    "contract.proposed": _("%(actor)s has proposed a contract"),
    "contract.signed": _("%(actor)s has signed the contract"),
    "contract.declined": _("%(actor)s has declined the contract"),
    "contract.withdrawn": _("%(actor)s has withdrawn the contract"),
    "contract.lapsed": _("The time to sign is over; the contract has lapsed"),
    "amendment.proposed": _("%(actor)s proposes to amend the contract"),
    "amendment.signed": _("%(actor)s has signed the amendment"),
    "amendment.declined": _("%(actor)s has declined the amendment"),
    "amendment.withdrawn": _("%(actor)s has withdrawn the amendment"),
    "amendment.lapsed": _("The time to sign the amendment is over; the contract stays as it was"),
    "order.funded": _("Money has arrived and is held in escrow"),
    "order.overpaid": _("You paid more than was due; the rest goes back to you"),
    "payment.declined": _("Your payment was declined"),
    "payment.delayed": _("Your payment is delayed at the provider"),
    "payment.expired": _("Your payment did not arrive in time"),
    "payment.overdue": _("A payment is overdue"),
    "production.started": _("Production has started"),
    "goods.ready": _("The goods are ready"),
    "inspection.waived": _("The inspection was waived"),
    "inspection.reported": _("An inspection report is there"),
    "readiness.declared": _("The supplier has said how far the goods are"),
    "booking.proposed": _("%(actor)s has booked an inspection"),
    "booking.accepted": _("%(actor)s has accepted the inspection"),
    "booking.declined": _("%(actor)s has declined the inspection"),
    "booking.moved": _("%(actor)s has moved an inspection to another day"),
    "booking.cancelled": _("%(actor)s has cancelled an inspection"),
    "booking.lapsed": _("The inspector did not answer in time; the booking has lapsed"),
    "booking.begun": _("The inspection has begun; what waits for it stands still"),
    "booking.missed": _("The inspection did not take place"),
    "booking.stopped": _("The inspection was broken off; what waited for it goes on"),
    "booking.overdue": _("The inspection report is overdue; what waited for it goes on"),
    "lot.shipped": _("Goods have been shipped"),
    "lot.delivered": _("Goods have been delivered"),
    "lot.received": _("Goods have been received"),
    "lot.rejected": _("Goods have been rejected"),
    "receipt.extended": _("%(actor)s has extended the time for receipt"),
    "receipt.unproven": _("The proof of delivery is too weak; the operator will ask you"),
    "ship_date.passed": _("The ship date has passed"),
    "arrival.overdue": _("Goods have not arrived when they should have; the operator will ask you"),
    "grace.over": _("The grace for an unpaid balance is over"),
    "cancellation.proposed": _("%(actor)s proposes to cancel the order"),
    "order.cancellable": _("The buyer may now cancel for lateness"),
    "order.cancelled": _("The order has been cancelled"),
    "order.closed": _("The order is closed"),
    "dispute.opened": _("The buyer's bank has taken a payment back; only that amount stands still"),
    "dispute.won": _("The payment that the buyer's bank had taken back has come again"),
    "dispute.lost": _("The payment that the buyer's bank has taken back stays with the buyer"),
    "payment.returned": _("A payment came back unpaid; nothing need be made or shipped for it until it is paid again"),
    "claim.paused": _("The claim stands still while the buyer's bank has the payment in dispute"),
    "claim.resumed": _("The claim goes on, with the days it had left"),
    "refund.sent": _("A refund is on its way to you"),
    "refund.confirmed": _("A refund has reached you"),
    "refund.bounced": _("A refund came back; please check your bank details"),
    "beneficiary.added": _("A bank account was added; if that was not you, withdraw it"),
    "beneficiary.cooling": _(
        "A changed bank account will be paid to in 72 hours; if that was not you, withdraw it now"
    ),
    "beneficiary.verified": _("A bank account may now be paid to"),
    "beneficiary.withdrawn": _("A bank account was withdrawn; nothing is paid to it any more"),
    "payee.changing": _("The supplier's bank account is being changed; pay only as your order says"),
    "debt.reminded": _("You still owe what was awarded to the buyer; it is set off against your next balance"),
    "debt.collected": _("What you owed was set off against your balance"),
    "debt.repaid": _("What you sent for a debt has arrived"),
    "debt.written_off": _("A debt was written off"),
    "award.paid": _("What the operator owed you is on its way"),
    "guarantee.line_set": _("Your line and the guarantee for it were set"),
    "guarantee.paid_in": _("Money was paid into your guarantee"),
    "guarantee.fell_short": _("A claim has drawn on your guarantee; top it up, or you are suspended"),
    "guarantee.reminded": _("Your guarantee still lacks money; top it up, or you are suspended"),
    "guarantee.met": _("Your guarantee is complete"),
    "organisation.standing_set": _("Your standing in the programme has changed"),
    "consent.ended": _("A marketplace that acted for you has ended; it acts for you no more"),
    "payout.approved": _("A payout was approved"),
    "payout.cancelled": _("A payout was cancelled; the money is in your balance"),
    "payout.returned": _("A payout came back from your bank; the money is in your balance"),
    "refund.placed": _("A refund goes to your bank account, since the way you paid takes none"),
    "payout.sent": _("A payout is on its way to you"),
    "payout.confirmed": _("A payout has reached your bank"),
    "payout.bounced": _("A payout came back; please check your bank details"),
    "invoice.issued": _("An invoice for fees is ready"),
    "credit_note.issued": _("A credit note for fees is ready"),
    "webhook.failed": _("An event could not be delivered to your webhook; it was tried for three days"),
    "webhook.disabled": _("Your webhook is disabled: nothing more is sent to it"),
    "message.brought": _("%(actor)s has brought in a message from outside; you may attest or deny it"),
    "message.sent": _("%(actor)s has written to you"),
    "concession.proposed": _("%(actor)s proposes how to deal with a breach; it counts only once it is signed"),
    "concession.signed": _("%(actor)s has signed an act about a breach"),
    "concession.declined": _("%(actor)s has declined your act about a breach"),
    "concession.withdrawn": _("%(actor)s has withdrawn an act about a breach"),
    "message.attested": _("%(actor)s has attested a message that you brought in"),
    "message.denied": _("%(actor)s has denied a message that you brought in"),
    "evidence.added": _("%(actor)s has brought evidence"),
    "claim.opened": _("%(actor)s has opened a claim"),
    "claim.answered": _("%(actor)s has answered the claim"),
    "claim.unanswered": _("The claim was not answered in time"),
    "claim.settled": _("The claim is settled"),
    "claim.escalated": _("The claim now goes to a mediator"),
    "claim.needs_a_person": _("A mediator must decide the claim"),
    "claim.determined": _("The claim has been decided"),
    "claim.final": _("The decision on the claim is final"),
    "claim.withdrawn": _("%(actor)s has withdrawn the claim"),
    "claim.forfeited": _("The goods were not sent back in time; the claim is over"),
    "appeal.waived": _("%(actor)s has waived the appeal"),
    "goods.sent_back": _("%(actor)s has sent goods back"),
    "goods.returned": _("%(actor)s confirms that goods came back"),
    "goods.taken_as_returned": _("Goods count as returned, because nobody said otherwise in time"),
    EXTENSION: _("A deadline was moved because our notice did not reach you in time; it will not be moved again"),
    DEAD: _("Mails to %(actor)s come back: nothing more is sent there, and deadlines run all the same"),
    REMINDER: _("A reminder: something must be done soon"),
}
SOMETHING = _("There is news of your order")

AMOUNTS: Mapping[str, str | Promise] = {
    "total_minor": _("Total: %(amount)s"),
    "amount_minor": _("Amount: %(amount)s"),
    "held_minor": _("Held: %(amount)s"),
    "released_minor": _("Released to the supplier: %(amount)s"),
    "refunded_minor": _("Goes back to the buyer: %(amount)s"),
    "surplus_minor": _("More than was due: %(amount)s"),
    "reserved_minor": _("Held back for a claim: %(amount)s"),
    "frozen_minor": _("Frozen meanwhile: %(amount)s"),
    "offer_minor": _("Offered: %(amount)s"),
    "award_minor": _("Awarded: %(amount)s"),
    "owed_minor": _("Still owed: %(amount)s"),
}
"""Figures of an event that a notice says, in this order; all else is on the page that the notice leads to."""

MARKED = (
    _("Hello %(name)s,"),
    _("What you must do, and by when:"),
    _("Everything about it: %(link)s"),
    _("The operator"),
    _("Your notices since %(moment)s"),
    _("%(subject)s (%(moment)s)"),
    _("All your notices: %(link)s"),
    _("To have no more mails of this kind: %(link)s"),
    _("To have no more such digests: %(link)s"),
    _("This notice cannot be switched off, because a deadline or a loss may hang on it."),
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a notice is for: their name, language and time zone (IANA)."""

    name: str
    language: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Told:
    """The finished words."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """A notice in a digest."""

    subject: str
    at: datetime
    link: str


def tell(
    *,
    kind: str,
    number: str | None,
    actor: str,
    reader: Reader,
    deadlines: Sequence[Deadline],
    link: str,
    amounts: Mapping[str, int] | None = None,
    currency: str | None = None,
) -> Told:
    """A notice in the reader's language, with times in the reader's zone and amounts as they write them; `number` is
    the contract's, `amounts` are minor units by the names they have in the event."""
    with translation.override(reader.language):
        sentence = sentence_of(kind, actor=actor)
        subject = f"{number}: {sentence}" if number else sentence
        parts = [_greeting(reader), f"{subject}."]
        figures = _figures(amounts or {}, currency)
        if figures:
            parts.append("\n".join(figures))
        if deadlines:
            parts.append("\n".join([say("What you must do, and by when:"), *(_line(row, reader) for row in deadlines)]))
        parts.append(say("Everything about it: %(link)s") % {"link": link})
    return Told(_one_line(subject), "\n\n".join(parts) + "\n")


def ungreeted(text: str) -> str:
    """What a notice says without its first line, which greets a person by name."""
    return text.partition("\n\n")[2]


def sentence_of(kind: str, *, actor: str = "") -> str:
    """What a kind of notice says, in the language that is active."""
    return _one_line(str(SENTENCES.get(kind, SOMETHING)) % {"actor": actor or say("The operator")})


def gather(*, items: Sequence[Item], since: datetime, reader: Reader, link: str) -> Told:
    """A digest of notices, oldest first, in the reader's language and zone."""
    with translation.override(reader.language):
        subject = say("Your notices since %(moment)s") % {"moment": due.written(since, reader.time_zone)}
        parts = [_greeting(reader)]
        for item in items:
            said = {"subject": item.subject, "moment": due.written(item.at, reader.time_zone)}
            parts.append(f"{say('%(subject)s (%(moment)s)') % said}\n{item.link}")
        parts.append(say("All your notices: %(link)s") % {"link": link})
    return Told(_one_line(subject), "\n\n".join(parts) + "\n")


def footer(*, language: str, is_legal: bool, is_digest: bool, link: str) -> str:
    """What stands below a mail and not in the console: how to have no more of it, or why that cannot be."""
    with translation.override(language):
        if is_legal:
            return say("This notice cannot be switched off, because a deadline or a loss may hang on it.")
        if is_digest:
            return say("To have no more such digests: %(link)s") % {"link": link}
        return say("To have no more mails of this kind: %(link)s") % {"link": link}


def _greeting(reader: Reader) -> str:
    return say("Hello %(name)s,") % {"name": _one_line(reader.name)}


def _figures(amounts: Mapping[str, int], currency: str | None) -> list[str]:
    if currency is None:
        return []
    locale = str(due.reading())
    known = {name: amounts[name] for name in AMOUNTS if amounts.get(name)}
    return [
        str(AMOUNTS[name]) % {"amount": Money(minor, currency).display(locale=locale)} for name, minor in known.items()
    ]


def _line(deadline: Deadline, reader: Reader) -> str:
    zone = reader.time_zone
    said = due.said(kind=deadline.kind, due_at=deadline.due_at, zone=deadline.zone, reader_zone=zone)
    how = counted(basis=deadline.basis, zone=deadline.zone, paused_at=deadline.paused_at)
    return "\n  ".join([f"- {said.text}", *how])


def _one_line(text: str) -> str:
    """A name with a line break in it must not become a header of the mail."""
    return " ".join(text.split())
