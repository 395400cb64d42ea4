"""The words of quotations: their states, why one is declined, whose a version is, and what a change is about.

Names and their words, marked for translation; nothing else is known here.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, str | Promise]

QUOTATION: Words = {
    "offered": _("Offered"),
    "countered": _("Counter-offer made"),
    "accepted": _("Accepted"),
    "declined": _("Declined"),
    "withdrawn": _("Withdrawn"),
    "expired": _("Expired"),
}
QUOTATION_REASON: Words = {
    "price": _("The price"),
    "quantity": _("The quantity"),
    "lead_time": _("The lead time"),
    "specification": _("The specification"),
    "cover": _("Not enough cover"),
    "capacity": _("No capacity"),
    "terms": _("The terms"),
    "other": _("Something else"),
}
QUOTATION_PART: Words = {
    "lines": _("Goods and prices"),
    "charges": _("Charges"),
    "specification": _("Specification"),
    "criterion": _("How units decide the lot"),
    "incoterm": _("Incoterm 2020"),
    "place": _("Named place"),
    "mode": _("Shipment by"),
    "lead_time_days": _("Days to shipment"),
    "transit_days": _("Days in transit"),
    "valid_until": _("Valid until"),
    "category": _("Category"),
    "packaging": _("Packaging"),
    "documents": _("Documents and certificates"),
    "payment": _("Payment schedule"),
    "ship_to": _("Ship to"),
    "late": _("If late"),
    "partial_shipments": _("Several shipments"),
    "remarks": _("Remarks"),
}
QUOTATION_FIELD: Words = {
    "unit_price_minor": _("protected price of one"),
    "direct_price_minor": _("direct price of one"),
    "from": _("from"),
    "quantity": _("quantity"),
    "amount_minor": _("amount"),
    "nominal": _("agreed value"),
    "product": _("product"),
    "deposit_percent": _("deposit, %"),
    "kind": _("kind"),
}
SOURCING: Mapping[str, Words] = {
    "quotation": QUOTATION,
    "quotation_reason": QUOTATION_REASON,
    "quotation_part": QUOTATION_PART,
    "quotation_field": QUOTATION_FIELD,
}
