"""The words of amendments: the places of a contract's document, its clauses, and why something can no longer change.

Names and their words, marked for translation; nothing else is known here.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, str | Promise]

CLAUSE: Words = {
    "lines": _("Lines and quantities"),
    "prices": _("Prices"),
    "charges": _("Charges"),
    "payment": _("Payment schedule"),
    "specification": _("Specification"),
    "criterion": _("How units decide the lot"),
    "packaging": _("Packaging"),
    "documents": _("Documents and certificates"),
    "inspection": _("Inspection"),
    "incoterm": _("Incoterm 2020"),
    "place": _("Named place"),
    "ship_to": _("Ship to"),
    "mode": _("Shipment by"),
    "ship": _("Ship date"),
    "transit_days": _("Days in transit"),
    "latest_delivery_on": _("Latest delivery"),
    "late": _("If late"),
    "partial_shipments": _("Several shipments"),
    "buyer_default_percent": _("If the buyer defaults: at most % for the supplier's cost"),
    "category": _("Category"),
    "currency": _("Currency"),
    "remarks": _("Remarks"),
}
MEMBER: Words = {
    "lines": _("Line %(name)s"),
    "charges": _("Charge %(name)s"),
    "specification": _("Term %(name)s"),
    "payment.tranches": _("Tranche %(name)s"),
    "criterion.plans": _("Plan %(name)s"),
}
FIELD: Words = {
    "product": _("Product"),
    "quantity": _("Quantity"),
    "unit": _("Unit"),
    "unit_price_minor": _("Price of one"),
    "amount_minor": _("Amount"),
    "variant": _("Variant"),
    "size": _("Size"),
    "sku": _("SKU"),
    "weight_grams": _("Weight of one, grams"),
    "tolerance": _("Tolerance"),
    "basis": _("Shared out"),
    "kind": _("Kind"),
    "label": _("Label"),
    "nominal": _("Agreed value"),
    "limit": _("It must be"),
    "method": _("How it is tested"),
    "property": _("Property"),
    "class": _("A breach is"),
    "delta_e": _("CIEDE2000 limit"),
    "on": _("Day"),
    "days_after_payment": _("Days after payment"),
    "percent": _("% of the total"),
    "payable": _("Payable"),
    "release": _("Released"),
    "deposit_percent": _("Deposit, %"),
    "name": _("Consignee"),
    "street": _("Street"),
    "city": _("City"),
    "region": _("Region"),
    "postcode": _("Postcode"),
    "country": _("Country"),
    "percent_per_day": _("Late: % a day"),
    "grace_days": _("Days of grace"),
    "cap_percent": _("At most %"),
    "sample_size": _("Units examined"),
    "fraction": _("Share of bad units, %"),
    "type": _("Kind"),
    "by": _("By whom"),
    "payer": _("Paid by"),
}
STAGE: Words = {
    "before_payment": _("Nothing is paid yet: everything may change but the parties, the programme and the currency."),
    "after_payment": _("Money is held: the parties, the payment schedule and the currency no longer change."),
    "after_shipment": _("A lot has left: it keeps its price and its terms. What has not left may still change."),
}
BARRED: Words = {
    "order_ended": _("The order has ended, or nothing more will be shipped: there is nothing left to amend."),
    "claim_open": _("A decision gives back what was not shipped: nothing of it can be amended."),
    "amendment_open": _("Another amendment waits for signatures. Sign it, or end it, before you propose a new one."),
}
