"""The reader's words for cover: why a reason is covered or not, for which case and on which condition, when,
on which day, and what a contract lacks.

Names and their words, marked for translation; nothing else is known here.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = Mapping[str, str | Promise]
ANSWER: Words = {
    "accepted": _("covered"),
    "open": _("covered, but worth nothing as written"),
    "denied": _("not covered"),
}
SITUATION: Words = {
    "cancelled": _("still not shipped when you may cancel"),
    "accepted": _("accepted by the supplier without a measurement"),
    "after_risk": _("after risk has passed to the buyer"),
    "after_risk_uninsured": _("after risk has passed, and the supplier did not insure"),
    "after_use": _("seen only after washing or use"),
    "inside_tolerance": _("inside the agreed tolerance"),
    "counterfeit": _("counterfeit"),
    "export": _("at the export's clearance"),
    "import": _("at the import's clearance"),
    "seized": _("seized for good at import"),
}
RULE: Words = {
    "coverage.late_shipment": _("Shipment after the ship date is compensated."),
    "coverage.late_shipment.cancelled": _("You may cancel, and what was paid is refunded."),
    "coverage.late_delivery.arrival_owed": _("The supplier owes the arrival, so a late one is compensated."),
    "coverage.late_delivery.carrier_delay": _("No arrival is promised: the carrier's delay is the buyer's."),
    "coverage.not_shipped": _("What was paid for and not shipped is refunded."),
    "coverage.not_delivered": _("What was paid for and did not come is refunded."),
    "coverage.not_delivered.risk_had_passed": _("Lost after a proven handover: a claim against the carrier."),
    "coverage.supplier_cancelled": _("What was paid is refunded."),
    "coverage.quality.measurable_term": _("A term that can be measured speaks of it."),
    "coverage.quality.no_measurable_term": _("No term can be measured: it is a matter of taste."),
    "coverage.quantity.beyond_tolerance": _("All missing units count once they are beyond the tolerance."),
    "coverage.quantity.inside_tolerance": _("The price follows the units that came."),
    "coverage.wrong_goods": _("Other goods than the contract's came."),
    "coverage.wrong_goods.counterfeit": _("Nothing goes back."),
    "coverage.packaging_labelling.measurable_term": _("Mending at cost, at most the price of the units."),
    "coverage.packaging_labelling.no_measurable_term": _("No term speaks of packaging or labels."),
    "coverage.carrier_damage.never": _("Damage on the way is never covered by this programme."),
    "coverage.carrier_damage.risk_not_passed": _("The supplier's as long as risk has not passed."),
    "coverage.carrier_damage.not_insured": _("The supplier owed an insurance and did not take it out."),
    "coverage.carrier_damage.insured": _("The insurer's: a claim against it."),
    "coverage.carrier_damage.risk_had_passed": _("The buyer's: a claim against the carrier."),
    "coverage.customs.never": _("Customs are never covered by this programme."),
    "coverage.customs.export_is_suppliers": _("Clearing the export is the supplier's: its delay is compensated."),
    "coverage.customs.export_is_buyers": _("Clearing the export is the buyer's."),
    "coverage.customs.import_is_suppliers": _("Clearing the import is the supplier's: its delay is compensated."),
    "coverage.customs.import_is_buyers": _("Clearing the import is the buyer's."),
    "coverage.customs.seized_under_ddp": _("It counts as not delivered."),
    "coverage.subjective": _("Taste and impression cannot be measured."),
    "coverage.balance_unpaid": _("Cost with proof, at most the buyer-default share."),
    "coverage.wrongful_rejection": _("The money is released, or cost with proof."),
    "coverage.goods_not_returned": _("The money is released, or cost with proof."),
    "coverage.used_goods_returned": _("The money is released, or cost with proof."),
    "exclusion.changed_by_washing_or_use": _("Only a fastness term would speak of it."),
}
MISSING: Words = {
    "late_clause": _("a late clause"),
    "latest_delivery_on": _("a latest day of delivery"),
    "buyer_default_percent": _("a buyer-default share"),
    "measurable_term": _("a term that can be measured"),
    "fastness": _("a fastness term"),
    "packaging": _("a packaging or label term"),
}
SUGGESTION: Words = {
    "colour": _("a Pantone, RAL or Lab value with a ΔE limit, and the measured swatch"),
    "dimension": _("a length with unit and tolerance"),
    "weight": _("a weight with unit and tolerance"),
    "fabric_weight": _("grams a square metre with a tolerance"),
    "composition": _("per cent of each material with a tolerance"),
    "component": _("the exact model, and substitutes forbidden or listed"),
    "performance": _("a figure with unit, at least or at most"),
    "function": _("the test that the goods must pass"),
    "fastness": _("a fastness grade and its test method"),
    "packaging": _("units a carton, label text and position"),
    "count": _("the number to be counted"),
}
OBSTACLE: Words = {
    "no tolerance was agreed": _("no tolerance was agreed"),
    "no CIEDE2000 limit was agreed": _("no ΔE limit (CIEDE2000) was agreed"),
}
ANCHOR: Words = {
    "delivered": pgettext_lazy("days after", "delivery"),
    "receipt_confirmed": pgettext_lazy("days after", "the confirmed receipt"),
    "expected_delivery": pgettext_lazy("days after", "the expected delivery"),
    "expected_ship": pgettext_lazy("days after", "the ship date"),
    "shipped": pgettext_lazy("days after", "shipment"),
    "order_closed": pgettext_lazy("days after", "the order's close"),
    "event": pgettext_lazy("days after", "the event complained of"),
}
EXCLUSION: Words = {
    "force_majeure": _("Force majeure, declared in time with proof"),
    "used_before_claim": _("The goods were used or processed before the claim"),
    "changed_by_washing_or_use": _("A change after washing or use that no term speaks of"),
    "duties_or_taxes": _("Duties and taxes"),
    "paid_outside": _("Money paid outside"),
    "waived": _("A breach that was waived by a signed act"),
    "sent_elsewhere": _("Goods sent elsewhere at the buyer's own wish"),
}
CASE: Words = {
    "shipped_late": _("Everything is shipped so many days after the ship date."),
    "arrived_late": _("Everything arrives so many days after the latest day of delivery."),
    "no_day_owed": _("The contract names no latest day of delivery, so that no arrival is late."),
    "cancelled_for_lateness": _("Nothing has been shipped so many days after the day owed, and the buyer cancels."),
    "nothing_shipped": _("No carrier has taken anything so many days after the ship date."),
    "supplier_cancels": _("The supplier gives the order up before anything has come."),
    "nothing_came": _("Everything was shipped, and nothing came."),
    "lost_after_risk": _("Everything was lost after a proven handover, when risk had passed to the buyer."),
    "every_unit_fails": _("Every unit is measured after delivery and fails every term that speaks of it."),
    "every_unit_accepted": _("Nobody has measured; the supplier accepts the claim that every unit is defective."),
    "every_unit_fails_after_use": _("Every unit fails every term that speaks of it, but only after washing or use."),
    "no_unit_in_the_boxes": _("The lot arrives and not one unit is in it."),
    "short_inside_tolerance": _("Fewer units come than ordered, by no more than the agreed tolerance."),
    "all_other_goods": _("Every unit that comes is something else than was ordered."),
    "all_counterfeit": _("Every unit that comes is a counterfeit."),
    "all_wrongly_packed": _("Every unit is packed or labelled otherwise than agreed, and mending costs what it may."),
    "all_damaged_before_risk": _("Every unit is damaged on the way, before risk has passed to the buyer."),
    "all_damaged_uninsured": _("Every unit is damaged after risk has passed, and the supplier took out no insurance."),
    "all_damaged_after_risk": _("Every unit is damaged after risk has passed to the buyer."),
    "held_at_customs": _("Everything is kept at customs so many days."),
    "held_at_export": _("Everything is kept at the export's clearance, so many days after the day owed."),
    "held_at_import": _("Everything is kept at the import's clearance, so many days after the day owed."),
    "seized_at_import": _("Everything is seized for good at the import's clearance."),
    "matter_of_taste": _("The goods do not please, in a property that no term of the contract measures."),
    "balance_never_paid": _("The goods are ready, the balance never comes, and the supplier's costs reach the share."),
    "all_rejected_wrongly": _("The buyer rejects all the goods though they are as agreed."),
    "nothing_returned": _("All the goods are to go back, and none of them does."),
    "all_returned_used": _("All the goods go back, and all of them were used."),
}
CONDITION: Words = {
    "carrier_record": _("A carrier's record shows the day, or nobody contests it."),
    "cancelled_by_buyer": _("The buyer cancels; if it waits for the goods instead, lateness is compensated."),
    "day_to_cancel": _("The day from which the buyer may cancel has come, or the supplier accepts."),
    "cancellation_on_record": _("The record shows that the supplier cancelled, or it accepts that it did."),
    "examined_by_third": _("An inspector's report or one of both sides shows it, or nobody contests it."),
    "accepted": _("The supplier accepts the claim; else somebody has to measure first."),
    "counted_by_third": _("The carrier, an inspector or both sides counted, or nobody contests it."),
    "mediator": _("No rule computes it: a mediator decides, and may award as much as this."),
    "mediator_finds_export": _("A mediator finds that it was the export's clearance, and may award as much as this."),
}
LINE_BY: Words = {"verifier": _("set by a verifier"), "programme": _("the programme's most")}
COVERING: Mapping[str, Words] = {
    "cover_answer": ANSWER,
    "cover_situation": SITUATION,
    "cover_rule": RULE,
    "cover_missing": MISSING,
    "cover_suggestion": SUGGESTION,
    "cover_obstacle": OBSTACLE,
    "cover_anchor": ANCHOR,
    "cover_exclusion": EXCLUSION,
    "cover_case": CASE,
    "cover_condition": CONDITION,
    "cover_line_by": LINE_BY,
}
"""All of them, by the kind under which a page asks."""
