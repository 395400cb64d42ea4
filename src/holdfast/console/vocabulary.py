"""The reader's words for what the product calls by one name: states, verbs, roles, deadlines, holds, kinds of evidence.

Names and their words, marked for translation; nothing else is known here.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from holdfast.console.vocabulary_backing import BEHIND_AWARDS
from holdfast.console.vocabulary_bank import CANDIDATE, LINE, LINE_KIND, SETTLEMENT_LINE, STATEMENT_FILE, STRAY_REASON
from holdfast.console.vocabulary_deadlines import DEADLINE
from holdfast.console.vocabulary_disputes import DISPUTE, DISPUTE_KIND, DISPUTE_REASON, FAULT
from holdfast.console.vocabulary_messages import BETWEEN_SIDES
from holdfast.console.vocabulary_money import (
    ACCOUNT,
    AWARD,
    BREAK,
    DECIDING,
    ENTRY,
    HOLD,
    LEDGER,
    MOVEMENT,
    PAYABLE,
    PAYMENT,
    RAIL,
    RATE_SOURCE,
    RELEASE,
)
from holdfast.console.vocabulary_planning import PLANNING
from holdfast.console.vocabulary_sourcing import SOURCING
from holdfast.console.vocabulary_webhooks import WEBHOOKS

Words = Mapping[str, str | Promise]

ORDER: Words = {
    "agreed": _("Signed, waiting for payment"),
    "active": _("Running"),
    "completed": _("Completed"),
    "cancelled": _("Cancelled"),
    "closed": _("Closed"),
}
TRANCHE: Words = {
    "planned": _("Not due yet"),
    "due": _("Due now"),
    "held": _("Held in escrow"),
    "released": _("Released"),
    "dropped": _("No longer owed"),
    "returned": _("Given back"),
}
LOT: Words = {
    "shipped": _("On its way"),
    "delivered": _("Delivered, waiting for receipt"),
    "received": _("Received"),
    "rejected": _("Rejected"),
    "settled": _("Settled by a claim"),
}
CONTRACT: Words = {
    "draft": _("Draft"),
    "proposed": _("Proposed, waiting for signatures"),
    "signed_once": _("Signed by one side"),
    "signed": _("Signed by both"),
    "declined": _("Declined"),
    "withdrawn": _("Withdrawn"),
    "lapsed": _("Lapsed unsigned"),
}
INSPECTION: Words = {
    "none": _("None agreed"),
    "advised": _("Advised"),
    "required": _("Required before shipment"),
    "passed": _("Passed"),
    "failed": _("Failed"),
    "waived": _("Waived by both sides"),
}
SIDE: Words = {
    "buyer": _("Buyer"),
    "supplier": _("Supplier"),
    "mediator": _("Mediator"),
    "operator": _("Operator"),
    "inspector": _("Inspector"),
    "rail": _("Payment provider"),
    "payment provider": _("Payment provider"),
    "clock": _("Deadline"),
    "carrier": _("Carrier"),
    "agent": _("Sourcing agent"),
    "marketplace": _("Marketplace"),
    "verifier": _("Verifier"),
    "administrator": _("Administrator"),
    "owner": _("Owner"),
    "trader": _("Trader"),
    "finance": _("Finance"),
    "viewer": _("Viewer"),
    "party": _("A side"),
    "reader": _("Reader"),
    "system": _("The platform"),
    "respondent": _("The other side"),
    "claimant": _("Who claims"),
}
TIER: Words = {
    "none": _("not enrolled"),
    "enrolled": _("enrolled"),
    "verified": _("verified"),
    "gold": _("gold"),
}
MODE: Words = {
    "sea": _("Sea"),
    "air": _("Air"),
    "road": _("Road"),
    "rail": pgettext_lazy("transport", "Rail"),
    "courier": _("Courier"),
    "multimodal": _("Several ways"),
}
CHARGE: Words = {
    "freight": _("Freight"),
    "insurance": _("Insurance"),
    "handling": _("Handling"),
    "tooling": _("Tooling"),
    "sample": _("Sample"),
    "discount": _("Discount"),
    "tax": _("Tax"),
}
BASIS: Words = {"value": _("by value"), "weight": _("by weight"), "unit": _("by unit")}
CLAIM: Words = {
    "opened": _("Waiting for an answer"),
    "answered": _("Answered"),
    "mediating": _("In mediation"),
    "determined": _("Decided, may be appealed"),
    "appealed": _("Under appeal"),
    "final": _("Final"),
    "returning": _("Decided, the goods go back"),
    "replacing": _("Decided, new goods come"),
    "executed": _("Carried out"),
    "forfeited": _("Lapsed, the goods were not sent back"),
    "withdrawn": _("Withdrawn"),
}
REASON: Words = {
    "late_shipment": _("Shipped late"),
    "late_delivery": _("Delivered late"),
    "not_shipped": _("Not shipped"),
    "not_delivered": _("Not delivered"),
    "quality": _("Quality"),
    "quantity": _("Quantity"),
    "wrong_goods": _("Wrong goods"),
    "packaging_labelling": _("Packaging or labelling"),
    "supplier_cancelled": _("Supplier cancelled"),
    "carrier_damage": _("Damaged in transit"),
    "customs": _("Customs"),
    "subjective": _("Not as imagined"),
    "balance_unpaid": _("Balance unpaid"),
    "wrongful_rejection": _("Wrongly rejected"),
    "goods_not_returned": _("Goods not returned"),
    "used_goods_returned": _("Used goods returned"),
}
SEVERITY: Words = {"critical": _("Critical"), "major": _("Major"), "minor": _("Minor")}
EXAMINATION: Words = {
    "pre_shipment": _("Before shipment"),
    "during_production": _("During production"),
    "loading": _("At loading"),
    "after_delivery": _("After delivery"),
}
EVIDENCE: Words = {
    "contract_version": _("Contract version"),
    "listing": _("Listing"),
    "message": _("Message"),
    "photo": _("Photo"),
    "unboxing_video": _("Unboxing video"),
    "inspection_report": _("Inspection report"),
    "tracking": _("Tracking"),
    "test_report": _("Test report"),
    "document": _("Document"),
    "spec_comparison": _("Comparison with the specification"),
    "bill_of_lading": _("Bill of lading"),
    "air_waybill": _("Air waybill"),
    "carrier_acceptance": _("Carrier's acceptance"),
    "inspection_invoice": _("Inspection invoice"),
    "rework_invoice": _("Rework invoice"),
    "return_freight_invoice": _("Return freight invoice"),
    "customs_brokerage": _("Customs brokerage"),
    "duty": _("Duty"),
    "tax": _("Tax"),
    "bank_fee": _("Bank fee"),
}
REMEDY: Words = {
    "refund": _("Refund"),
    "price_reduction": _("Price reduction"),
    "return_and_refund": _("Return the goods for a refund"),
    "replacement": _("Replacement"),
    "rework_cost": _("Cost of rework"),
    "cost": _("Cost"),
    "release": _("Release of the money"),
}
ANSWER: Words = {
    "accept": _("accepts"),
    "contest": _("contests"),
    "offer": _("offers an amount"),
    "misuse": _("says the goods were misused"),
    "force_majeure": _("says force majeure"),
}
OUTCOME: Words = {
    "full": _("The claim is upheld"),
    "partial": _("Upheld in part"),
    "denied": _("The claim is denied"),
    "shared": _("Both are responsible"),
    "upheld": _("The claim is upheld"),
    "mediator_decides": _("Only a person can decide"),
}
GRADE: Words = {
    "conclusive": _("Conclusive"),
    "supported": _("Supported"),
    "contested": _("Contested"),
    "absent": _("Nothing to decide it by"),
}
TRACKING: Words = {
    "ACCEPTED": _("The carrier has taken the goods over"),
    "GTIN": _("Into the terminal"),
    "LOAD": _("Loaded"),
    "DEPA": _("Departed"),
    "ARRI": _("Arrived"),
    "DISC": _("Unloaded"),
    "GTOT": _("Out of the terminal"),
    "OFD": _("Out for delivery"),
    "DELIVERED": _("Delivered"),
    "EXCEPTION": _("Something is wrong"),
}
VERDICT: Words = {
    "accepted": _("Accepted"),
    "rejected": _("Rejected"),
    "undecided": _("Undecided"),
    "met": _("Met"),
    "breached": _("Breached"),
}
ODDITY: Words = {
    "number_reused": _("the number was used for another shipment"),
    "check_digit_wrong": _("the number's check digit is wrong"),
}
BATCH: Words = {
    "made": _("Gathered"),
    "dropped": _("Taken apart"),
    "released": _("Released"),
    "accepted": _("Accepted by the bank"),
    "rejected": _("Rejected by the bank"),
    "booked": _("Booked by the bank"),
}
NAME_MATCH: Words = {"match": _("The same name"), "close": _("A similar name"), "no_match": _("Another name")}
NAME_WHY: Words = {
    "same": _("as written"),
    "form_left_out": _("one of them without the legal form"),
    "other_form": _("another legal form: perhaps another company"),
    "word_order": _("the same words in another order"),
    "part": _("one name is a part of the other"),
    "spelling": _("spelt differently"),
    "other_script": _("written in different scripts: compare the documents"),
    "different": _("the names differ"),
}
STAGE: Words = {
    "at_supplier": _("Still with the supplier"),
    "collected": _("Collected"),
    "handed_to_carrier": _("Handed to the carrier"),
    "alongside": _("Alongside the ship"),
    "on_board": _("On board"),
    "arrived": _("Arrived"),
    "unloaded": _("Unloaded"),
}
KINDS: dict[str, Words] = {
    "stage": STAGE,
    "account": ACCOUNT,
    "award": AWARD,
    "tracking": TRACKING,
    "verdict": VERDICT,
    "oddity": ODDITY,
    "evidence": EVIDENCE,
    "remedy": REMEDY,
    "answer": ANSWER,
    "outcome": OUTCOME,
    "grade": GRADE,
    "severity": SEVERITY,
    "examination": EXAMINATION,
    "order": ORDER,
    "tranche": TRANCHE,
    "lot": LOT,
    "amendment": CONTRACT,
    "contract": CONTRACT,
    "payment": PAYMENT,
    "batch": BATCH,
    "name_match": NAME_MATCH,
    "name_why": NAME_WHY,
    "dispute": DISPUTE,
    "dispute_kind": DISPUTE_KIND,
    "dispute_reason": DISPUTE_REASON,
    "fault": FAULT,
    **BEHIND_AWARDS,
    **PLANNING,
    **BETWEEN_SIDES,
    "inspection": INSPECTION,
    "side": SIDE,
    "rail": RAIL,
    "payable": PAYABLE,
    "release": RELEASE,
    "deadline": DEADLINE,
    "hold": HOLD,
    "ledger": LEDGER,
    "break": BREAK,
    "entry": ENTRY,
    "deciding": DECIDING,
    "stray_reason": STRAY_REASON,
    "line": LINE,
    "line_kind": LINE_KIND,
    "settlement_line": SETTLEMENT_LINE,
    "statement_file": STATEMENT_FILE,
    "candidate": CANDIDATE,
    "movement": MOVEMENT,
    "rate_source": RATE_SOURCE,
    "tier": TIER,
    "mode": MODE,
    "charge": CHARGE,
    "basis": BASIS,
    "claim": CLAIM,
    "reason": REASON,
    **SOURCING,
    **WEBHOOKS,
}
_FEELS: dict[str, tuple[str, ...]] = {
    "waiting": (
        *("agreed", "proposed", "signed_once", "due", "delivered", "requested", "pending", "required", "contested"),
        *("opened", "answered", "mediating", "appealed", "returning", "replacing", "mediator_decides", "shared"),
        *("cooling", "open", "building", "offered", "countered"),
        *("waiting", "sending"),
        *("suspense", "unexplained", "entering"),
    ),
    "calm": (
        "approved",
        "instructed",
        "sent",
        "active",
        "held",
        "shipped",
        "authorised",
        "captured",
        "determined",
        "supported",
        "partial",
    ),
    "done": (
        *("completed", "released", "received", "signed", "settled", "passed", "final", "executed", "conclusive"),
        *("booked", "collected"),
        *("enabled",),
        *("full", "upheld", "accepted", "met", "verified", "confirmed", "posted", "won"),
    ),
    "trouble": (
        *("short", "written_off"),
        "cancelled",
        "rejected",
        "declined",
        "failed",
        "returned",
        "lapsed",
        "expired",
        "forfeited",
        "breached",
        *("bounced", "lost", "stopped", "disabled"),
    ),
    "quiet": (
        "closed",
        "planned",
        "dropped",
        "draft",
        "withdrawn",
        "waived",
        "none",
        "advised",
        "denied",
        "absent",
        "removed",
    ),
}
TONES = {state: tone for tone, states in _FEELS.items() for state in states}
"""How a state feels."""
