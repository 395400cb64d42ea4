"""The story of an order or a claim in sentences: one for each kind of event, with its figures.

It knows the names of events. What it does not know it still shows, under its own name.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from holdfast.console import reader, words
from holdfast.kernel.money import Money
from holdfast.record.events import ERASED, Told

SENTENCES: dict[str, str | Promise] = {
    "contract.drafted": _("A contract was drafted"),
    "contract.revised": _("The draft was revised"),
    "contract.proposed": _("The contract was proposed for %(total)s"),
    "contract.signed": _("The contract was signed"),
    "contract.declined": _("The contract was declined"),
    "contract.withdrawn": _("The contract was withdrawn"),
    "contract.lapsed": _("The time to sign ran out"),
    "amendment.proposed": _("Amendment %(number)s was proposed: the total would be %(total)s"),
    "amendment.signed": _("Amendment %(number)s was signed"),
    "amendment.declined": _("Amendment %(number)s was declined"),
    "amendment.withdrawn": _("Amendment %(number)s was withdrawn"),
    "amendment.lapsed": _("The time to sign amendment %(number)s ran out"),
    "payment.requested": _("A payment of %(amount)s was asked for"),
    "payment.declined": _("A payment of %(amount)s was declined"),
    "payment.delayed": _("The provider has not decided on %(amount)s yet"),
    "payment.expired": _("A payment of %(amount)s never came"),
    "payment.settled": _("A payment is final; %(released)s was released by it"),
    "payment.overdue": _("Tranche %(tranche)s was not paid in time"),
    "order.funded": _("%(held)s came in and is held"),
    "order.overpaid": _("%(surplus)s came in that was not owed and goes back"),
    "order.cancelled": _("The order was cancelled; %(refunded)s goes back"),
    "order.cancellable": _("The buyer may cancel for lateness from now"),
    "order.closed": _("The order closed; its cover is free"),
    "production.started": _("Production started; %(released)s was released"),
    "goods.ready": _("The goods are ready"),
    "inspection.waived": _("The inspection was waived"),
    "inspection.reported": _("An inspection report was filed"),
    "inspector.assigned": _("An inspector was assigned"),
    "readiness.declared": _("The supplier declared %(finished_percent)s %% finished and %(packed_percent)s %% packed"),
    "booking.proposed": _("A visit of the inspector was asked for"),
    "booking.accepted": _("The inspector accepted the visit"),
    "booking.declined": _("The inspector declined the visit"),
    "booking.moved": _("The visit was moved to another day"),
    "booking.cancelled": _("The visit was cancelled"),
    "booking.lapsed": _("The inspector did not answer in time"),
    "booking.begun": _("The inspection began; what waits for it stands still"),
    "booking.held_up": _("What began to wait for the inspection stands still, too"),
    "booking.missed": _("The visit did not take place"),
    "booking.stopped": _("The visit was broken off; what waited for it goes on"),
    "booking.reported": _("The visit ended with its report; what waited for it goes on"),
    "booking.overdue": _("The inspection report is overdue; what waited for it goes on"),
    "shipment.accepted": _("The carrier has taken lot %(lot)s over"),
    "shipment.tracked": _("The carrier or a side reported about lot %(lot)s"),
    "lot.shipped": _("Lot %(lot)s was shipped"),
    "lot.delivered": _("Lot %(lot)s was delivered"),
    "lot.received": _("Lot %(lot)s was received; %(released)s was released"),
    "lot.rejected": _("Lot %(lot)s was rejected"),
    "receipt.extended": _("The time for receipt of lot %(lot)s was extended"),
    "receipt.unproven": _("Silence about lot %(lot)s proves nothing: the operator asks"),
    "arrival.overdue": _("Lot %(lot)s has not arrived: the operator asks both sides"),
    "lot.undelivered": _("Lot %(lot)s never arrived: %(refunded)s goes back, %(released)s was released"),
    "window.over": _("The time to claim for lot %(lot)s is over; %(released)s was released"),
    "ship_date.passed": _("The ship date has passed"),
    "grace.over": _("The grace for the balance is over"),
    "cancellation.proposed": _("Cancelling by agreement was proposed"),
    "debt.collected": _("A debt to the buyer was collected from the supplier's balance"),
    "debt.repaid": _("The supplier paid a debt"),
    "debt.reminded": _("The supplier was reminded of a debt"),
    "debt.written_off": _("A debt was written off"),
    "write_off.asked": _("Writing a debt off was asked for"),
    "write_off.refused": _("A debt was not written off"),
    "award.paid": _("The operator paid %(amount)s of an award from its reserve"),
    "payee.changing": _("The supplier's bank account is being changed"),
    "dispute.opened": _("The buyer's bank took a payment back"),
    "dispute.answered": _("The operator answered the chargeback"),
    "dispute.won": _("The chargeback was won"),
    "dispute.lost": _("The chargeback was lost"),
    "payment.returned": _("A payment came back unpaid"),
    "claim.paused": _("The claim stands still for a chargeback"),
    "claim.resumed": _("The claim goes on"),
    "refund.placed": _("A refund goes to the buyer's bank account"),
    "refund.instructed": _("The bank is told of a refund"),
    "refund.held_back": _("A refund waits for another payment file"),
    "refund.sent": _("A refund was sent"),
    "refund.confirmed": _("A refund arrived"),
    "refund.bounced": _("A refund came back"),
    "operator.reminded": _("The operator was reminded"),
    "claim.opened": _("A claim was opened; %(frozen)s is frozen"),
    "claim.answered": _("The claim was answered"),
    "claim.escalated": _("The claim went to mediation"),
    "claim.determined": _("The mediator decided"),
    "claim.appealed": _("The decision was appealed"),
    "claim.final": _("The decision is final"),
    "claim.settled": _("The claim was settled by agreement"),
    "claim.withdrawn": _("The claim was withdrawn"),
    "evidence.added": _("Evidence was brought"),
    "claim.needs_a_person": _("The record alone does not decide: a person must"),
    "claim.unanswered": _("The claim was not answered in time"),
    "claim.forfeited": _("The goods were not sent back in time: what was awarded for them lapsed"),
    "appeal.waived": _("A side accepted the decision"),
    "mediation.overdue": _("The decision is overdue"),
    "goods.sent_back": _("The goods are on their way back"),
    "goods.returned": _("The goods came back; %(award)s is paid"),
    "goods.taken_as_returned": _("The time to examine the goods is over; %(award)s is paid"),
    "goods.replaced": _("New goods came in place of the old"),
    "replacement.overdue": _("The new goods did not come; %(award)s is paid instead"),
    "return.contested": _("What came back is contested"),
    "inspector.agreed": _("The other side agreed to the inspector"),
    "inspector.withdrawn": _("An inspector was withdrawn"),
    "shipment.documented": _("Papers were brought for lot %(lot)s"),
    "refund.resent": _("A refund was sent again"),
    "settlement.arrived": _("%(amount)s of the card provider reached the bank"),
    "settlement.failed": _("%(amount)s of the card provider did not reach the bank"),
    "settlement.sent": _("The card provider sent %(amount)s to the bank"),
    "wire.matched": _("A transfer of %(amount)s was placed by hand"),
    "statement.unmatched": _("%(amount)s on a bank statement could not be placed"),
    "line.unexplained": _("A debit of %(amount)s at the bank is not explained"),
    "line.explained": _("A debit of %(amount)s at the bank was explained"),
    "bank_account.added": _("A bank account was made known"),
    "wire.returned": _("A transfer of %(amount)s was sent back"),
    "wire.unmatched": _("A transfer of %(amount)s could not be placed"),
    "file.received": _("A file was brought"),
    "message.brought": _("A message from outside was brought in"),
    "message.sent": _("A message was sent"),
    "thread.read": _("The messages were read up to number %(number)s"),
    "concession.proposed": _("An explicit act about a breach was proposed"),
    "concession.signed": _("An explicit act about a breach was signed"),
    "concession.declined": _("An explicit act about a breach was declined"),
    "concession.withdrawn": _("An explicit act about a breach was withdrawn"),
    "message.attested": _("The message was confirmed by the other side"),
    "message.denied": _("The message was denied by the other side"),
}
"""`%(name)s` is the event's `name_minor` as an amount, or its figure of that name."""
BORING = frozenset({"deadline.moot", "operator.reminded", "closing.postponed"})


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened, in the reader's language."""

    at: datetime
    text: str
    who: str
    said: tuple[str, ...]
    name: str
    hash: str


class _Figures(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "–"


def lines(told: Iterable[Told], *, names: dict[UUID, str], currency: str) -> list[Line]:
    """The story, newest first. `names` are those of the organisations that took part."""
    return [_line(event, names, currency) for event in told if event.name not in BORING][::-1]


def _line(event: Told, names: dict[UUID, str], currency: str) -> Line:
    sentence = SENTENCES.get(event.name)
    text = str(sentence) % _figures(event, currency) if sentence else words.word("order", event.name).capitalize()
    said = tuple(
        str(value) for key, value in event.private.items() if value and value != ERASED and not key.endswith("sha256")
    )
    return Line(event.at, text, _who(event, names), said, event.name, event.hash.hex())


def _figures(event: Told, currency: str) -> _Figures:
    locale, own = str(reader.locale()), str(event.data.get("currency", currency))
    figures = _Figures(event.data)
    for key, value in event.data.items():
        if key.endswith("_minor") and isinstance(value, int):
            figures[key.removesuffix("_minor")] = Money(value, own).display(locale=locale)
    return figures


def _who(event: Told, names: dict[UUID, str]) -> str:
    by = event.by
    role = words.word("side", by.get("role"))
    organisation = UUID(by["for"]) if by.get("for") else None
    name = names.get(organisation) if organisation else None
    who = f"{role}, {name}" if name else role
    marketplace = names.get(UUID(by["through"])) if by.get("through") else None
    return str(_("%(who)s, by %(marketplace)s") % {"who": who, "marketplace": marketplace}) if marketplace else who
