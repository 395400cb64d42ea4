"""The words of notices, marked for translation: a sentence for each kind of event, a task for each kind of deadline.

Short and plain. What it does not know it says in general words, for nobody may miss a deadline for want of a phrase.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from babel import Locale
from babel.dates import format_datetime, get_timezone
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import to_locale

from holdfast.notices.rules import EXTENSION
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
}
SOMETHING = _("There is news of your order")

TASKS: Mapping[str, str | Promise] = {
    "quotation.answer": _("answer the quotation; after that it is no longer valid"),
    "contract.sign": _("sign or decline the contract"),
    "amendment.sign": _("sign or decline the amendment"),
    "tranche.pay": _("pay"),
    "tranche.grace": _("pay, or the other side may cancel"),
    "order.ship": _("ship the goods"),
    "order.late": _("ship the goods, or the buyer may cancel"),
    "debt.remind": _("pay what you owe"),
    "guarantee.top_up": _("top up your guarantee"),
    "lot.receipt": _("accept or reject the delivery; saying nothing counts as receipt"),
    "lot.rejected": _("open a claim for the rejected goods, or they count as accepted"),
    "lot.reserved": _("open a claim for what is missing, or it counts as accepted"),
    "claim.answer": _("answer the claim; if you say nothing, it is decided without you"),
    "claim.escalate": _("settle with the other side, or the claim goes to a mediator"),
    "claim.final": _("appeal, or the decision becomes final"),
    "claim.return": _("send the goods back, or the claim is over"),
    "claim.returned": _("look at the returned goods, or they count as returned"),
}
SOME_TASK = _("act")

MARKED = (
    _("Hello %(name)s,"),
    _("What you must do, and by when:"),
    _("- %(task)s: by %(due)s"),
    _("Everything about it: %(link)s"),
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


def tell(
    *, kind: str, number: str | None, actor: str, reader: Reader, deadlines: Sequence[Deadline], link: str
) -> Told:
    """A notice in the reader's language, with times in the reader's zone; `number` is the contract's."""
    with translation.override(reader.language):
        sentence = str(SENTENCES.get(kind, SOMETHING)) % {"actor": actor or say("The operator")}
        parts = [say("Hello %(name)s,") % {"name": reader.name}, f"{number}: {sentence}." if number else f"{sentence}."]
        if deadlines:
            lines = [say("What you must do, and by when:")]
            lines += [_line(deadline, reader) for deadline in deadlines]
            parts.append("\n".join(lines))
        parts.append(say("Everything about it: %(link)s") % {"link": link})
    return Told(_one_line(f"{number}: {sentence}" if number else sentence), "\n\n".join(parts) + "\n")


def _line(deadline: Deadline, reader: Reader) -> str:
    due = format_datetime(
        deadline.due_at, "full", tzinfo=get_timezone(reader.time_zone), locale=Locale.parse(to_locale(reader.language))
    )
    return say("- %(task)s: by %(due)s") % {"task": TASKS.get(deadline.kind, SOME_TASK), "due": due}


def _one_line(text: str) -> str:
    """A name with a line break in it must not become a header of the mail."""
    return " ".join(text.split())
