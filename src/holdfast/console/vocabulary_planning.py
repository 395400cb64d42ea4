"""The words of what is planned before a contract: ways to pay, large orders, sampling, who carries what.

Names and their words, marked for translation; nothing else is known here.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = Mapping[str, str | Promise]

WAY: Words = {
    "trade_assurance": _("Under this programme"),
    "paypal": _("PayPal buyer protection"),
    "direct_transfer": _("Direct transfer to the supplier"),
}
HELD: Words = {"yes": _("Yes, until receipt"), "partly": _("In part"), "no": _("No")}
COST_MORE: Words = {
    "fixed_fee_not_stated": _("and a fixed fee that the source does not state"),
    "each_side_pays_its_bank": _("and as much again for the supplier"),
    "banks_own_charges": _("a wire also costs what the banks charge"),
}
FROM: Words = {"delivered": _("delivery"), "paid": _("payment")}
NEEDED: Words = {
    "measurable_term": _("a measurable term of the contract"),
    "photos_or_readings": _("photos, or readings of the goods"),
    "inspection_advised": _("an inspection, advised for this amount"),
    "inspection_required": _("an inspection, required for this amount"),
    "outside_messages_both_attest": _("messages from elsewhere only if both sides attest them"),
    "outside_messages_never": _("messages from elsewhere never count"),
    "outside_messages_weighed": _("messages from elsewhere are weighed"),
    "non_receipt_or_unauthorised_use": _("proof that nothing came, or that the payment was not authorised"),
}
BEST_FOR: Words = {
    "small_orders": _("small sample orders"),
    "trusted_suppliers": _("suppliers trusted for a long time"),
}
FIGURE: Words = {
    "cost": _("Cost to the buyer"),
    "held": _("Held until receipt"),
    "covered": _("Covered"),
    "cap": _("Most that is paid"),
    "window": _("Time to claim"),
    "evidence": _("Evidence needed"),
    "best_for": _("Best for"),
}
ADVICE: Words = {
    "one_covers_all": _("One contract is covered whole: there is no reason to split it."),
    "splitting_refused": _("The programme does not take the order in several contracts."),
    "splitting_gains_nothing": _("Splitting gains nothing: there is no more cover to be had for it."),
    "splitting_gains_nothing_linked": _("Splitting gains nothing: the contracts share one cap."),
    "splitting_gains": _("Splitting gains cover, at the cost of the freight and handling that it adds."),
}
BEARER: Words = {
    "supplier": pgettext_lazy("carries it", "Supplier"),
    "buyer": pgettext_lazy("carries it", "Buyer"),
    "insurer": _("Insurer, whom the supplier pays for"),
}
SEVERITY_OF_INSPECTION: Words = {"normal": _("Normal"), "tightened": _("Tightened"), "reduced": _("Reduced")}
SWITCHED: Words = {
    "begins": _("No lots of record have changed it yet."),
    "rejections": _("Two of at most five lots in succession were rejected."),
    "recovered": _("Five lots in succession were accepted under tightened inspection."),
    "steady": _("The supplier's switching score reached 30: at least ten lots accepted in succession."),
    "slipped": _("A lot was rejected while inspection was reduced."),
}
"""Why a lot is inspected as strictly as it is."""
PLANNING: dict[str, Words] = {
    "way": WAY,
    "held": HELD,
    "cost_more": COST_MORE,
    "from": FROM,
    "needed": NEEDED,
    "best_for": BEST_FOR,
    "figure": FIGURE,
    "advice": ADVICE,
    "bearer": BEARER,
    "sampling": SEVERITY_OF_INSPECTION,
    "switched": SWITCHED,
}
