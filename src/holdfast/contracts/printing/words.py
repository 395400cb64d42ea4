"""What is written on a printed contract, marked for translation: clauses, and the names that its text uses."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = Mapping[str, str | Promise]

MARKS: Words = {
    "draft": _("Draft, not signed"),
    "proposed": _("Proposed, not signed"),
    "signed_once": _("Signed by one side only"),
    "signed": "",
    "declined": _("Declined: not in force"),
    "withdrawn": _("Withdrawn: not in force"),
    "lapsed": _("Lapsed: not in force"),
}
NAMES: Mapping[str, Words] = {
    "side": {"buyer": _("Buyer"), "supplier": _("Supplier")},
    "mode": {
        "sea": _("Sea"),
        "air": _("Air"),
        "road": _("Road"),
        "rail": pgettext_lazy("transport", "Rail"),
        "courier": _("Courier"),
        "multimodal": _("Several ways"),
    },
    "charge": {
        "freight": _("Freight"),
        "insurance": _("Insurance"),
        "handling": _("Handling"),
        "tooling": _("Tooling"),
        "sample": _("Sample"),
        "discount": _("Discount"),
        "tax": _("Tax"),
    },
    "basis": {"value": _("by value"), "weight": _("by weight"), "unit": _("by unit")},
    "severity": {"critical": _("Critical"), "major": _("Major"), "minor": _("Minor")},
    "examination": {
        "pre_shipment": _("Before shipment"),
        "during_production": _("During production"),
        "loading": _("At loading"),
        "after_delivery": _("After delivery"),
    },
    "payer": {
        "party_at_fault": _("whoever is at fault"),
        "buyer": _("the buyer"),
        "supplier": _("the supplier"),
    },
    "blocks": {"shipment": _("the shipment"), "balance": _("the balance"), "release": _("the release")},
    "payable": {
        "signature": _("when both have signed"),
        "production": _("when production starts"),
        "ready": _("when the goods are ready"),
        "shipment": _("when the goods have shipped"),
    },
    "release": {
        "production": _("when production starts"),
        "inspection": _("when the inspection is passed"),
        "shipment": _("when the goods have shipped"),
        "receipt": _("when the goods are received"),
    },
    "schedule": {
        "full": _("In full"),
        "deposit_balance": _("A deposit and the balance"),
        "milestones": _("Milestones"),
    },
    "criterion": {
        "every_unit": _("Every unit for itself"),
        "fraction": _("The lot fails above a share of bad units"),
        "plan": _("A sampling plan: accept up to so many in a sample"),
        "aql": _("A sampling plan by level and AQL: the lot gives its figures"),
    },
    "sampling": {"normal": _("Normal"), "tightened": _("Tightened")},
    "kind": {
        "dimension": _("Dimension"),
        "weight": _("Weight"),
        "fabric_weight": _("Fabric weight"),
        "composition": _("Composition in %"),
        "performance": _("Performance"),
        "count": _("Count"),
        "packaging": _("Packaging"),
        "fastness": _("Fastness grade"),
        "component": _("Component, exact model"),
        "version": _("Version"),
        "label": _("Label"),
        "logo": _("Logo"),
        "certificate": _("Certificate"),
        "document": _("Document"),
        "sample": _("As the sealed sample"),
        "function": _("Passes a test"),
        "colour": _("Colour"),
    },
    "limit": {"within": _("within the tolerance"), "at_least": _("at least"), "at_most": _("at most")},
    "edges": {"inclusive": _("the limits themselves are permitted"), "exclusive": _("the limits are not permitted")},
    "answer": {"yes": _("yes"), "no": _("no")},
}


def name(kind: str, found: str) -> str:
    """A name of the text in words; one without words as it stands."""
    return str(NAMES[kind].get(found, found))
