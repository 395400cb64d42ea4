"""Who hears of what, and how a mail lives: pure tables.

A notice says that something happened and what must be done by when. It grants nothing and decides nothing.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

from holdfast.kernel.lifecycle import Lifecycle, step

MAIL = Lifecycle(
    "mail",
    "waiting",
    (
        step("send", "waiting", "sending", "clock"),
        step("accept", "sending", "accepted", "mail"),
        step("put_off", "sending", "waiting", "mail", "clock"),
        step("bounce", "sending", "bounced", "mail"),
        step("bounce", "accepted", "bounced", "mail"),
        step("give_up", "sending", "given_up", "clock"),
        step("file", "sending", "filed", "clock"),
    ),
)
"""`accepted`: the mail server answered 2xx. `filed`: written to a folder, because no mail server is configured."""

Listener = Literal["buyer", "supplier", "both", "other", "own"]
"""`other` is the side that did not act, `own` the organisation on whose chain it happened."""

TOLD: Mapping[str, Listener] = {
    "quotation.offered": "buyer",
    "quotation.revised": "buyer",
    "quotation.countered": "supplier",
    "quotation.accepted": "other",
    "quotation.declined": "other",
    "quotation.withdrawn": "other",
    "quotation.expired": "both",
    "contract.proposed": "other",
    "contract.signed": "other",
    "contract.declined": "other",
    "contract.withdrawn": "other",
    "contract.lapsed": "both",
    "amendment.proposed": "other",
    "amendment.signed": "other",
    "amendment.declined": "other",
    "amendment.withdrawn": "other",
    "amendment.lapsed": "both",
    "order.funded": "both",
    "order.overpaid": "buyer",
    "payment.declined": "buyer",
    "payment.delayed": "buyer",
    "payment.expired": "buyer",
    "payment.overdue": "both",
    "production.started": "buyer",
    "goods.ready": "buyer",
    "inspection.waived": "supplier",
    "inspection.reported": "both",
    "lot.shipped": "buyer",
    "lot.delivered": "both",
    "lot.received": "both",
    "lot.rejected": "supplier",
    "receipt.extended": "other",
    "receipt.unproven": "both",
    "ship_date.passed": "both",
    "arrival.overdue": "both",
    "grace.over": "both",
    "cancellation.proposed": "other",
    "order.cancellable": "both",
    "order.cancelled": "both",
    "order.closed": "both",
    "dispute.opened": "both",
    "dispute.won": "both",
    "dispute.lost": "both",
    "payment.returned": "both",
    "claim.paused": "both",
    "claim.resumed": "both",
    "refund.sent": "buyer",
    "refund.confirmed": "buyer",
    "refund.bounced": "buyer",
    "beneficiary.added": "own",
    "beneficiary.cooling": "own",
    "beneficiary.verified": "own",
    "beneficiary.withdrawn": "own",
    "payee.changing": "buyer",
    "debt.reminded": "supplier",
    "debt.collected": "supplier",
    "debt.repaid": "supplier",
    "debt.written_off": "both",
    "award.paid": "buyer",
    "guarantee.line_set": "own",
    "guarantee.paid_in": "own",
    "guarantee.fell_short": "own",
    "guarantee.reminded": "own",
    "guarantee.met": "own",
    "organisation.standing_set": "own",
    "payout.approved": "own",
    "payout.cancelled": "own",
    "payout.returned": "own",
    "refund.placed": "buyer",
    "payout.sent": "own",
    "payout.confirmed": "own",
    "payout.bounced": "own",
    "invoice.issued": "own",
    "credit_note.issued": "own",
    "webhook.failed": "own",
    "webhook.disabled": "own",
    "message.brought": "other",
    "message.sent": "other",
    "concession.proposed": "other",
    "concession.signed": "other",
    "concession.declined": "other",
    "concession.withdrawn": "other",
    "message.attested": "other",
    "message.denied": "other",
    "evidence.added": "other",
    "claim.opened": "other",
    "claim.answered": "other",
    "claim.unanswered": "both",
    "claim.settled": "both",
    "claim.escalated": "both",
    "claim.needs_a_person": "both",
    "claim.determined": "both",
    "claim.final": "both",
    "claim.withdrawn": "other",
    "claim.forfeited": "both",
    "appeal.waived": "other",
    "goods.sent_back": "other",
    "goods.returned": "other",
    "goods.taken_as_returned": "both",
}
"""Events that people are told of. Any other event is told only if it sets a deadline for a side."""

ACTING_ROLES = frozenset({"owner", "trader"})
"""Telling one of these is telling the side: they may do what a deadline asks for."""

EXTENSION = "deadline.extended"
"""Kind of the notice that a deadline was moved, because no earlier one arrived in time."""

MOST_ATTEMPTS = 9
STALE_AFTER = timedelta(minutes=15)
"""A mail that a process took and never answered for is taken again; its Message-ID tells the copies apart."""


def next_attempt_after(*, attempts: int) -> timedelta | None:
    """How long to wait after so many failed attempts: a minute, then four times longer each time, at most a day.

    None when it is time to give up, after about three days.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    return min(timedelta(minutes=4 ** (attempts - 1)), timedelta(days=1))
