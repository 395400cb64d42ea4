"""Every kind of notice: who is told, which cannot be switched off and why, and what it says.

Pure tables. A kind is the name of the event that is told of, or one of the three that come from no event.
"""

from collections.abc import Mapping
from typing import Literal

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
    "readiness.declared": "buyer",
    "booking.proposed": "other",
    "booking.accepted": "both",
    "booking.declined": "both",
    "booking.moved": "other",
    "booking.cancelled": "other",
    "booking.lapsed": "both",
    "booking.begun": "both",
    "booking.missed": "both",
    "booking.stopped": "both",
    "booking.overdue": "both",
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
    "consent.ended": "own",
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

EXTENSION = "deadline.extended"
"""A deadline was moved, because no earlier notice of it arrived in time."""
REMINDER = "deadline.reminder"
"""A deadline is near."""
DEAD = "address.dead"
"""Mails to somebody's address come back for good."""
DIGEST = "digest"
"""The mail that gathers what a person wants to read once a day. It is no news itself, and stands in no list."""

INSPECTOR_HEARS = frozenset(
    {
        "booking.proposed",
        "booking.moved",
        "booking.cancelled",
        "booking.lapsed",
        "booking.overdue",
        "readiness.declared",
    }
)
"""Events of which the inspector they concern is told too."""

LEGAL: Mapping[str, tuple[str, ...]] = {
    "quotation.offered": ("quotation.answer",),
    "quotation.revised": ("quotation.answer",),
    "quotation.countered": ("quotation.answer",),
    "contract.proposed": ("contract.sign",),
    "contract.signed": ("contract.sign", "tranche.pay"),
    "amendment.proposed": ("amendment.sign",),
    "amendment.signed": ("tranche.pay", "order.ship"),
    "order.funded": ("order.ship",),
    "payment.overdue": ("tranche.grace",),
    "payment.returned": ("tranche.pay",),
    "goods.ready": ("tranche.pay",),
    "ship_date.passed": ("order.late",),
    "grace.over": ("tranche.grace",),
    "order.cancellable": ("order.late",),
    "lot.delivered": ("lot.receipt",),
    "receipt.extended": ("lot.receipt",),
    "lot.received": ("lot.reserved",),
    "lot.rejected": ("lot.rejected",),
    "claim.opened": ("claim.answer", "claim.rules", "claim.escalate"),
    "claim.answered": ("claim.escalate",),
    "claim.resumed": ("claim.answer", "claim.escalate", "claim.final"),
    "claim.settled": ("claim.return", "claim.replacement"),
    "claim.determined": ("claim.final",),
    "claim.final": ("claim.return", "claim.replacement"),
    "goods.sent_back": ("claim.returned",),
    "concession.signed": ("order.ship",),
    "debt.reminded": ("debt.remind",),
    "guarantee.fell_short": ("guarantee.top_up",),
    "guarantee.reminded": ("guarantee.top_up",),
    "beneficiary.added": ("beneficiary.usable",),
    "beneficiary.cooling": ("beneficiary.usable",),
    "payee.changing": ("beneficiary.usable",),
    EXTENSION: ("lot.receipt", "lot.rejected", "lot.reserved"),
    REMINDER: (),
    DEAD: (),
}
"""Notices on which a deadline or a loss hangs, with the kinds of deadline that do: nobody can switch these off. A
reminder may be of any deadline; on `address.dead` hangs that all of them arrive."""

CHOOSABLE = tuple(kind for kind in TOLD if kind not in LEGAL)
"""Kinds that a person may have at once, in the digest, or in the console only."""

GROUPS: Mapping[str, tuple[str, ...]] = {
    "agreement": ("quotation", "contract", "amendment", "concession"),
    "order": (
        "order",
        "cancellation",
        "production",
        "inspection",
        "readiness",
        "booking",
        "ship_date",
        "grace",
        "arrival",
    ),
    "goods": ("goods", "lot", "receipt"),
    "payments": ("payment", "refund", "award", "dispute"),
    "claims": ("claim", "appeal", "evidence"),
    "messages": ("message",),
    "company": (
        "beneficiary",
        "payee",
        "debt",
        "guarantee",
        "organisation",
        "consent",
        "payout",
        "invoice",
        "credit_note",
    ),
    "programs": ("webhook",),
    "delivery": ("deadline", "address"),
}
"""How kinds are shown together: the first word of a kind says to which group it belongs."""


def group_of(kind: str) -> str:
    """The group of a kind."""
    noun = kind.partition(".")[0]
    return next(name for name, nouns in GROUPS.items() if noun in nouns)
